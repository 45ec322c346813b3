from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import BadFile, OnomaError
from onoma.ontology.readers.obo import read_obo
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name

FILE = r"""format-version: 1.2
data-version: tst/releases/2026-01-31
synonymtypedef: brand "A brand" NARROW
ontology: tst.obo
property_value: terms:license https://example.org/licence
import: http://example.org/other.owl
idspace: LAB http://example.org/lab/

[Term]
id: TST:0001
name: swollen knee \(left\) ! a comment
alt_id: TST:0900
def: "A knee that is \"big\"\nand warm." [PMID:1, http://example.org/a]
synonym: "fat knee" EXACT layperson []
synonym: "SK" EXACT abbreviation [PMID:2]
synonym: "genu tumidum" EXACT [] {lang="la"}
synonym: "knee trouble" BROAD layperson []
synonym: "Kneefix" brand []
synonym: "scopeless"
synonym: "taken back" EXACT obsolete_synonym []
synonym: unquoted EXACT []
xref: EC 2.7.1.190
xref: UMLS_CUI:C0000001 "big knee" {source="X:1"}
xref: SNOMEDCT_US_2025_09_01:12345 {source="MONDO:equivalentTo"}
xref: NoSuchBase:R-1
xref: LAB:7
is_a: TST:0002 {source="X:1"} ! joint
relationship: part_of TST:0003 ! leg
property_value: skos:closeMatch http://purl.obolibrary.org/obo/DOID_4
property_value: exactMatch MESH:d003924 xsd:string
gibberish

[Term]
id: TST:0002
name: joint disease
namespace: molecular_function

[Typedef]
id: part_of
name: part of

[Term]
id: TST:0009
name: obsolete gout
is_obsolete: true
replaced_by: TST:0001
replaced_by: TST:0002
consider: TST:0002

[Term]
id: no curie
name: nobody's

[Term]
id: LAB:77
"""


def write(folder: Path, text: str | bytes, name: str = "tst.obo") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(folder: Path, text: str | bytes) -> tuple[dict[str, Concept], Ledger]:
    ledger = Ledger()
    return {c.curie: c for c in read_obo(write(folder, text), ledger)}, ledger


def test_a_term_is_read_with_all_that_a_concept_holds(tmp_path: Path) -> None:
    concepts, ledger = read(tmp_path, FILE)
    knee = concepts["TST:0001"]
    assert knee.label == "swollen knee (left)"
    assert knee.definition == 'A knee that is "big" and warm.'
    assert [(n.text, n.scope, n.language) for n in knee.names] == [
        ("swollen knee (left)", "label", "en"),
        ("fat knee", "layperson", "en"),
        ("SK", "abbreviation", "en"),
        ("genu tumidum", "exact", "la"),
        ("knee trouble", "broad", "en"),
        ("Kneefix", "narrow", "en"),
        ("scopeless", "related", "en"),
    ]
    assert knee.parents == ("TST:0002",)
    assert knee.former == ("TST:0900",)
    assert knee.equivalents == (
        Equivalent("UMLS:C0000001", "oboInOwl:hasDbXref", "tst"),
        Equivalent("SNOMEDCT:12345", "skos:exactMatch", "tst"),
        Equivalent("LAB:7", "oboInOwl:hasDbXref", "tst"),
        Equivalent("DOID:4", "skos:closeMatch", "tst"),
        Equivalent("MESH:D003924", "skos:exactMatch", "tst"),
    )
    assert (ledger.name, ledger.version) == ("tst", "2026-01-31")
    assert ledger.licence == "https://example.org/licence"
    assert (knee.source, knee.version) == ("tst", "2026-01-31")


def test_what_does_not_fit_is_in_the_ledger_with_line_and_column(tmp_path: Path) -> None:
    _, ledger = read(tmp_path, FILE)
    places = {(a.kind, a.text): a.place for a in ledger.aside}
    lines = FILE.split("\n")
    where = lines.index("xref: EC 2.7.1.190") + 1
    assert places["bad-curie", "xref: EC 2.7.1.190"] == f"tst.obo, line {where}, column 7"
    assert places["bad-line", "synonym: unquoted EXACT []"].endswith("column 10")
    assert ("unknown-tag", "gibberish") in places
    assert ("unknown-prefix", "xref: NoSuchBase:R-1") in places
    assert ("import", "import: http://example.org/other.owl") in places
    assert ("no-label", "LAB:77") in places
    assert ledger.counts["obsolete-name"] == 1


def test_typedefs_and_terms_without_a_curie_are_no_concepts(tmp_path: Path) -> None:
    concepts, _ = read(tmp_path, FILE)
    assert list(concepts) == ["TST:0001", "TST:0002", "TST:0009", "LAB:77"]


def test_an_obsolete_term_says_what_became_of_it(tmp_path: Path) -> None:
    concepts, _ = read(tmp_path, FILE)
    gone = concepts["TST:0009"]
    assert gone.is_obsolete
    assert gone.replaced_by == "TST:0001"
    assert gone.consider == ("TST:0002",)


def test_branches_of_the_gene_ontology_are_types(tmp_path: Path) -> None:
    concepts, _ = read(tmp_path, FILE)
    assert concepts["TST:0002"].types == ("process",)
    assert concepts["TST:0001"].types == ()


def test_a_line_that_is_not_utf8_is_set_aside_alone(tmp_path: Path) -> None:
    data = FILE.encode().replace(b'"fat knee"', b'"fat kn\xe9e"')
    concepts, ledger = read(tmp_path, data)
    assert ledger.counts["bad-encoding"] == 1
    line = FILE.split("\n").index('synonym: "fat knee" EXACT layperson []') + 1
    assert ledger.aside[1].place == f"tst.obo, line {line}, column 17"
    assert "SK" in {n.text for n in concepts["TST:0001"].names}


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_ends_make_no_difference(tmp_path: Path, ending: str) -> None:
    usual, ledger = read(tmp_path, FILE)
    other, second = read(tmp_path, FILE.replace("\n", ending))
    assert other == usual
    assert ledger.counts == second.counts


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_the_encoding(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, FILE.encode(encoding))[0] == read(tmp_path, FILE)[0]


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(FILE.encode()), "tst.obo.gz")
    assert len(list(read_obo(path, Ledger()))) == 4


def test_the_tags_of_old_versions_are_read(tmp_path: Path) -> None:
    text = '[Term]\nid: A:1\nname: a\nexact_synonym: "b" []\nuse_term: A:2\ndate: x\n'
    concepts, _ = read(tmp_path, text)
    assert concepts["A:1"].names[1] == Name("b", "exact", "tst")
    assert concepts["A:1"].consider == ("A:2",)


def test_the_date_of_an_old_header_is_the_version(tmp_path: Path) -> None:
    _, ledger = read(tmp_path, "date: 14:05:2015 16:40\n\n[Term]\nid: A:1\nname: a\n")
    assert ledger.version == "2015-05-14"


def test_a_file_without_terms_is_no_obo(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no \\[Term\\]"):
        read(tmp_path, "once upon a time\n")


def test_a_very_long_line_is_set_aside(tmp_path: Path) -> None:
    text = FILE.replace("gibberish", "comment: " + "x" * (17 << 20))
    concepts, ledger = read(tmp_path, text)
    assert len(concepts) == 4
    assert any("bytes; at most" in a.words for a in ledger.aside)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutated_line_raises_nothing_but_ours(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = FILE.encode().split(b"\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[place])))
    junk = data.draw(
        st.binary(max_size=6) | st.sampled_from([b'"', b"\\", b"{", b"[", b"! ", b":"])
    )
    lines[place] = lines[place][:cut] + junk + lines[place][cut + data.draw(st.integers(0, 3)) :]
    path = write(tmp_path_factory.getbasetemp(), b"\n".join(lines))
    try:
        for concept in read_obo(path, Ledger()):
            assert concept.curie
    except OnomaError:
        pass
