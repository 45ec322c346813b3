"""SNOMED CT: snapshot and full releases say the same; inactive concepts point on."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from onoma.errors import BadFile
from onoma.ontology.readers.snomed import read_snomed
from onoma.ontology.reading import Ledger
from onoma.types import Concept
from tests.ontology.readers.release_files import snomed, write_files


def read(path: Path) -> dict[str, Concept]:
    return {concept.curie: concept for concept in read_snomed(path, Ledger())}


@pytest.mark.parametrize("kind", ["Snapshot", "Full"])
def test_names_follow_the_language_reference_set(tmp_path: Path, kind: str) -> None:
    concept = read(write_files(tmp_path, snomed(kind)))["SNOMEDCT:100000001"]
    assert [(name.text, name.scope) for name in concept.names] == [
        ("Gleaming lung", "label"),
        ("Lung with gleam", "exact"),
        ("Pulmo micans", "related"),  # no dialect accepts it
    ]
    assert concept.types == ("disease",)
    assert concept.parents == ("SNOMEDCT:100000002",)
    assert concept.definition == 'A lung that "gleams".'


def test_a_full_release_says_what_its_snapshot_does(tmp_path: Path) -> None:
    full = read(write_files(tmp_path / "a", snomed("Full")))
    assert full == read(write_files(tmp_path / "b", snomed("Snapshot")))


def test_inactive_concepts_are_obsolete(tmp_path: Path) -> None:
    concepts = read(write_files(tmp_path, snomed("Full")))
    gone, unsure = concepts["SNOMEDCT:100000003"], concepts["SNOMEDCT:100000004"]
    assert (gone.is_obsolete, gone.replaced_by, gone.names) == (True, "SNOMEDCT:100000001", ())
    assert unsure.replaced_by is None
    assert unsure.consider == ("SNOMEDCT:100000001", "SNOMEDCT:100000002")


def test_a_zipped_release_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        for name, text in snomed("Snapshot").items():
            archive.writestr(f"SnomedCT/{name}", text)
    assert read(tmp_path / "release.zip")["SNOMEDCT:100000002"].types == ("anatomy",)


def test_rows_out_of_form_go_to_the_ledger(tmp_path: Path) -> None:
    files = snomed("Snapshot")
    name = next(name for name in files if "Concept_" in name)
    files[name] += "abc\t20200101\t1\t1\t2\r\n100000009\t20200101\tyes\tm\td\r\ntoo\tshort\r\n"
    ledger = Ledger()
    list(read_snomed(write_files(tmp_path, files), ledger))
    bad = [aside for aside in ledger.aside if aside.kind == "bad-line"]
    assert [aside.place.partition(", ")[2] for aside in bad] == [
        "line 6, column 1 (id)",
        "line 7, column 3 (active)",
        "line 8, column 3",
    ]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    files = snomed("Snapshot")
    name = next(name for name in files if "Description_" in name)
    files[name] = files[name].replace("languageCode", "lang")
    with pytest.raises(BadFile, match=r"line 1: no column languagecode; it has: id, effective"):
        read(write_files(tmp_path, files))


def test_a_language_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    path = write_files(tmp_path, snomed("Full"))
    with pytest.raises(BadFile, match="no active description in sv"):
        list(read_snomed(path, Ledger(), languages=("sv",)))
