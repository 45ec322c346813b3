"""UMLS and RxNorm: what is read of their tables, and what is set aside."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadFile
from onoma.ontology.readers.rrf import Pairs
from onoma.ontology.readers.rxnorm import read_rxnorm
from onoma.ontology.readers.umls import read_umls
from onoma.ontology.readers.umls_types import MEMBERS, TUI_TYPES
from onoma.ontology.reading import Ledger
from onoma.types import SEMANTIC_TYPES, Concept
from tests.ontology.readers.release_files import (
    PREFERRED,
    RXNORM,
    UMLS,
    atom,
    relation,
    rrf,
    write_files,
)


def umls(folder: Path, **options: tuple[str, ...]) -> tuple[dict[str, Concept], Ledger]:
    ledger = Ledger()
    found = list(read_umls(write_files(folder, UMLS), ledger, **options))
    return {concept.curie: concept for concept in found}, ledger


def test_a_concept_has_the_names_of_its_atoms_with_scopes(tmp_path: Path) -> None:
    concept = umls(tmp_path)[0]["UMLS:C0000010"]
    assert concept.label == "gleaming lung"
    assert [(name.text, name.scope, name.source) for name in concept.names] == [
        ("gleaming lung", "label", "MSH"),
        ("lung, gleaming", "exact", "MSH"),
        ("GL", "abbreviation", "NCI"),
        ("shiny lung", "layperson", "CHV"),
        ("Gleaming lung", "exact", "SNOMEDCT_US"),
    ]


def test_types_parents_and_definition_come_from_their_files(tmp_path: Path) -> None:
    concepts, ledger = umls(tmp_path)
    concept = concepts["UMLS:C0000010"]
    assert concept.types == ("disease",)
    assert concept.parents == ("UMLS:C0000020",)
    assert concept.definition == "A lung that gleams."
    assert concepts["UMLS:CL000033"].types == ("protein", "chemical")
    assert concepts["UMLS:C0000020"].parents == ()
    assert ledger.version == "2026AA"
    assert ledger.counts["other-relation"] == 2
    assert ledger.counts["suppressible-relation"] == 1


def test_codes_become_equivalents(tmp_path: Path) -> None:
    links = umls(tmp_path)[0]["UMLS:C0000010"].equivalents
    assert [(link.curie, link.predicate) for link in links] == [
        ("MESH:D000001", "skos:exactMatch"),
        ("NCIT:C77", "skos:closeMatch"),
        ("SNOMEDCT:1234567", "skos:exactMatch"),
    ]


def test_what_is_not_read_is_counted(tmp_path: Path) -> None:
    counts = umls(tmp_path)[1].counts
    assert counts["suppressible"] == 1
    assert counts["other-language"] == 1
    assert counts["unknown-prefix"] == 1  # CHV


def test_other_languages_and_sources_are_read_on_demand(tmp_path: Path) -> None:
    concepts, _ = umls(tmp_path, languages=("es", "en"))
    assert concepts["UMLS:C0000010"].label == "pulmón brillante"
    assert {name.language for name in concepts["UMLS:C0000010"].names} == {"es", "en"}
    concepts, ledger = umls(tmp_path, sources=("NCI",))
    assert [name.text for name in concepts["UMLS:C0000010"].names] == ["GL"]
    assert ledger.counts["other-source"] == 5


def test_a_language_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"no name in the languages .* ENG \(\d\)"):
        umls(tmp_path, languages=("ja",))


def test_retired_concepts_are_obsolete(tmp_path: Path) -> None:
    concepts, _ = umls(tmp_path)
    assert concepts["UMLS:C0000009"].replaced_by == "UMLS:C0000010"
    assert concepts["UMLS:C0000008"].consider == ("UMLS:C0000020",)
    assert all(concepts[f"UMLS:C000000{n}"].is_obsolete for n in (7, 8, 9))


def test_mrconso_alone_and_packed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "MRCONSO.RRF.gz"
    path.write_bytes(gzip.compress(UMLS["META/MRCONSO.RRF"].replace("\n", "\r\n").encode()))
    assert len(list(read_umls(path, Ledger()))) == 3


def test_a_bad_row_is_told_with_line_and_column(tmp_path: Path) -> None:
    rows = (atom("C0000010", "gleam", status=PREFERRED), "C0000011|ENG|P", atom("X1", "glow"))
    path = write_files(tmp_path, {"MRCONSO.RRF": rrf(*rows)}) / "MRCONSO.RRF"
    ledger = Ledger()
    assert [concept.label for concept in read_umls(path, ledger)] == ["gleam"]
    assert [(aside.kind, aside.place) for aside in ledger.aside] == [
        ("bad-line", "MRCONSO.RRF, line 2, column 5"),
        ("bad-curie", "MRCONSO.RRF, line 3, column 1"),
    ]
    assert "expected 19" in ledger.aside[0].words


def test_quotes_are_letters(tmp_path: Path) -> None:
    text = rrf(atom("C0000010", 'the "gleam', status=PREFERRED), atom("C0000011", 'glow"'))
    path = write_files(tmp_path, {"MRCONSO.RRF": text}) / "MRCONSO.RRF"
    assert [concept.label for concept in read_umls(path, Ledger())] == ['the "gleam', 'glow"']


def test_tables_out_of_order_say_the_same(tmp_path: Path) -> None:
    files = {
        "MRCONSO.RRF": rrf(*(atom(f"C000000{n}", f"gleam {n}") for n in (3, 1, 2))),
        "MRREL.RRF": rrf(
            relation("C0000003", "PAR", "C0000001"),
            relation("C0000001", "CHD", "C0000002", "isa"),
            relation("C0000002", "PAR", "C0000001", "inverse_isa"),
        ),
    }
    parents = {c.curie: c.parents for c in read_umls(write_files(tmp_path, files), Ledger())}
    assert parents == {
        "UMLS:C0000001": (),
        "UMLS:C0000002": ("UMLS:C0000001",),
        "UMLS:C0000003": ("UMLS:C0000001",),
    }


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    path = write_files(tmp_path, {"MRCONSO.RRF": "curie,name\n" * 5}) / "MRCONSO.RRF"
    with pytest.raises(BadFile, match="none of its first 5 lines has 19 columns"):
        list(read_umls(path, Ledger()))


def test_all_127_semantic_types_are_known() -> None:
    listed = " ".join(MEMBERS.values()).split()
    assert len(listed) == len(set(listed)) == len(TUI_TYPES) == 127
    assert {kind for types in TUI_TYPES.values() for kind in types} <= set(SEMANTIC_TYPES)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), max_size=30),
    st.lists(st.integers(0, 14), max_size=30),
)
def test_pairs_give_each_value_once_in_any_order_of_asking(
    pairs: list[tuple[int, int]], asked: list[int]
) -> None:
    table = Pairs()
    for key, value in pairs:
        table.add(key, value)
    for key in asked:
        assert list(table.of(key)) == sorted({value for k, value in pairs if k == key})


def rxnorm(folder: Path) -> tuple[dict[str, Concept], Ledger]:
    ledger = Ledger()
    found = list(read_rxnorm(write_files(folder, RXNORM), ledger))
    return {concept.curie: concept for concept in found}, ledger


def test_rxnorm_has_labels_types_and_parents(tmp_path: Path) -> None:
    concepts, ledger = rxnorm(tmp_path)
    assert concepts["RXNORM:161"].label == "glimmerol"
    assert concepts["RXNORM:161"].types == ("drug", "chemical")
    assert concepts["RXNORM:800"].types == ()
    assert concepts["RXNORM:900"].parents == ("RXNORM:700",)
    assert ledger.version == "05052026"
    assert ledger.counts["atom-relation"] == 1


def test_rxnorm_attributes_give_equivalents(tmp_path: Path) -> None:
    concepts, ledger = rxnorm(tmp_path)
    assert [link.curie for link in concepts["RXNORM:161"].equivalents] == ["UNII:ABCDEFGH12"]
    assert ledger.counts["other-attribute"] == 1


def test_retired_rxcuis_are_obsolete_unless_they_live_on(tmp_path: Path) -> None:
    concepts, _ = rxnorm(tmp_path)
    assert concepts["RXNORM:150"].replaced_by == "RXNORM:161"
    assert concepts["RXNORM:151"].consider == ("RXNORM:161", "RXNORM:900")
    assert not concepts["RXNORM:900"].is_obsolete
