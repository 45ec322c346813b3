"""Drugs that MeSH files elsewhere, as the core vocabulary has them once it is compiled."""

from __future__ import annotations

import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline import load


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NSAIDs and SSRIs raise the risk.", {"NSAIDs": "D000894", "SSRIs": "D017367"}),
        ("Antibiotics, ACE inhibitors.", {"Antibiotics": "D000900", "ACE inhibitors": "D000806"}),
        ("beta-blockers", {"beta-blockers": "D000319"}),
        ("loop diuretics", {"loop diuretics": "D049994"}),
        ("The anti-inflammatory effect of estrogen", {}),
    ],
)  # fmt: skip
def test_classes_are_interventions(core: ConceptStore, text: str, found: dict[str, str]) -> None:
    assert core.row_of("MESH:D000894") >= 0
    nlp = load(mode="dictionary", types=["intervention"])
    got = {one.text: one.curie for one in nlp.annotate(text).mentions}
    assert got == {name: f"MESH:{local}" for name, local in found.items()}


def test_who_asks_for_chemicals_gets_no_classes(core: ConceptStore) -> None:
    assert "intervention" in core.concept("MESH:D017367").types
    nlp = load(mode="dictionary", types=["chemical", "drug"])
    assert [one.text for one in nlp.annotate("SSRIs such as sertraline").mentions] == ["sertraline"]


def test_what_divides_the_classes_has_no_type(core: ConceptStore) -> None:
    assert core.concept("MESH:D020228").types == core.concept("MESH:D045506").types == ()


def test_the_tagger_does_not_take_a_class_for_an_unknown_chemical() -> None:
    found = {one.text: one for one in load().annotate("SSRIs increased bleeding.").mentions}
    assert (found["SSRIs"].type, found["SSRIs"].curie) == ("intervention", "MESH:D017367")


@pytest.mark.parametrize("name", ["trastuzumab", "etanercept", "goserelin", "filgrastim"])
def test_proteins_that_are_given_as_drugs_are_chemicals(name: str) -> None:
    (found,) = load(mode="dictionary").annotate(name).mentions
    assert found.type == "chemical"


def test_interleukins_are_proteins() -> None:
    (found,) = load(mode="dictionary").annotate("interleukin-2").mentions
    assert found.type == "protein"
