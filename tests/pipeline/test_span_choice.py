"""Which names of the dictionary count whatever the judge holds of them."""

from __future__ import annotations

import pytest

from onoma.pipeline.span_choice import (
    Taken,
    believed_groups,
    best_of_group,
    is_spelt_out,
    is_symbol,
    is_telling,
    known_otherwise,
)
from onoma.types import Candidate, Mention

LONG = "Of 54 patients in this study, 20 had red hands. " * 8
NOTE = "CHIEF COMPLAINT: burn.\n"


def named(text: str, curie: str | None, type_: str = "gene", *, scope: str = "label") -> Mention:
    one = Candidate(curie or "", text, type_, 0.9, text, scope)
    return Mention(
        start=0, end=len(text), text=text, type=type_, curie=curie, label=text, score=0.9,
        found_by="dictionary", spans=((0, len(text)),), scope=scope,
        candidates=(one,) if curie else (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        (LONG, set()),
        (NOTE + LONG, {"disease", "anatomy", "gene", "chemical"}),
        ("A boy. He fell. His arm, the patient said, hurt. " * 8, {"disease", "anatomy", "gene"}),
        (LONG[:280], {"disease", "anatomy"}),
        ("BRCA1.", {"disease", "anatomy", "gene", "chemical", "organism", "cell_type"}),
    ],
)
def test_groups_that_are_believed(text: str, groups: set[str]) -> None:
    assert set(believed_groups(text)) == groups


@pytest.mark.parametrize(
    ("group", "text", "curie", "scope", "counts"),
    [
        ("organism", "Helicobacter pylori", "NCBITaxon:210", "label", True),
        ("organism", "Culex", "NCBITaxon:7174", "label", False),
        ("organism", "white underwing", "NCBITaxon:423295", "exact", False),
        ("gene", "C-reactive protein", "MESH:D002097", "label", True),
        ("gene", "C-reactive protein", None, "", False),
        ("gene", "prothrombin", "MESH:D011516", "label", False),
        ("gene", "KRAS", "HGNC:6407", "label", False),
        ("cell_type", "germ cell", "CL:0000586", "label", True),
        ("disease", "mild asthma", "MONDO:1", "label", False),
    ],
)
def test_species_in_latin_and_names_of_several_words_always_count(
    group: str, text: str, curie: str | None, scope: str, counts: bool
) -> None:
    one = Taken((0, len(text)), group, -0.3, named(text, curie, group, scope=scope))
    longer = Taken((0, len(text) + 5), group, 0.1)
    assert best_of_group([one], group) == ({0} if counts else set())
    own = [one, longer]
    assert best_of_group(own, group) == {1}
    assert own[0].gain < 0 < own[1].gain


def test_in_a_sentence_genes_count_by_their_symbols_and_substances_spelt_out() -> None:
    believed = believed_groups("BRCA1 and latex.")
    assert believed["gene"](named("BRCA1", "HGNC:1100"))
    assert not believed["gene"](named("chromatin", "MESH:D002843"))
    assert believed["chemical"](named("latex", "MESH:D007840", "chemical"))
    assert not believed["chemical"](named("GA", "MESH:D1", "chemical"))
    assert believed_groups(NOTE)["chemical"](named("GA", "MESH:D1", "chemical"))


@pytest.mark.parametrize(
    ("name", "curie", "scope", "symbol", "spelt"),
    [
        ("KRAS", "HGNC:6407", "label", True, False),
        ("LTA", "HGNC:6709", "label", False, False),
        ("gp78", "HGNC:463", "exact", True, False),
        ("FLIP", "HGNC:1876", "exact", False, False),
        ("C-reactive protein", "MESH:D002097", "label", False, True),
        ("STAT3", None, "", False, False),
    ],
)
def test_symbols_and_names_that_are_spelt_out(
    name: str, curie: str | None, scope: str, symbol: bool, spelt: bool
) -> None:
    one = named(name, curie, scope=scope)
    assert (is_symbol(one), is_spelt_out(one), is_telling(one)) == (symbol, spelt, symbol or spelt)


def test_what_has_no_concept_is_what_the_dictionary_has_there_if_spelt_out() -> None:
    drug, gene = named("ivermectin", "CHEBI:6078", "chemical"), named("ivermectin", None)
    assert known_otherwise([drug], [gene]) == [drug]
    assert known_otherwise([], [gene]) == [gene]
    estrogen, receptor = named("ER", "CHEBI:50114", "chemical"), named("ER", None)
    assert known_otherwise([estrogen], [receptor]) == [receptor]
    virus, gene = named("H1N1", "NCBITaxon:114727", "organism"), named("H1N1", None)
    assert known_otherwise([virus], [gene]) == [virus]
    known = named("ivermectin", "HGNC:1")
    assert known_otherwise([drug], [known]) == [known]
