"""Headings that the source leaves untyped, as the core vocabulary has them once it is compiled."""

from __future__ import annotations

from importlib import resources

import pytest

from onoma.ontology.headings import heading_types
from onoma.ontology.store import ConceptStore
from onoma.pipeline import load
from onoma.types import TYPE_BIT


def test_every_heading_is_in_the_core_with_the_type_of_the_list(core: ConceptStore) -> None:
    assert len(heading_types()) > 150
    for curie, bit in heading_types().items():
        assert {TYPE_BIT[kind] for kind in core.concept(curie).types} == {bit}, curie
    text = (resources.files("onoma") / "data" / "ontology" / "headings.tsv").read_text("utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            _, curie, label = line.split("\t")
            assert core.concept(curie).label == label


@pytest.mark.parametrize(
    ("text", "name", "kind", "local"),
    [
        ("Smoking was common.", "Smoking", "process", "D012907"),
        ("He died by suicide.", "suicide", "process", "D013405"),
        ("Alcohol consumption fell.", "Alcohol consumption", "process", "D000428"),
        ("Coping strategies and stigma.", "Coping strategies", "process", "D000223"),
        ("It prevented falls in nursing homes.", "falls", "process", "D000058"),
        ("Self-efficacy rose.", "Self-efficacy", "process", "D020377"),
        ("Health-related quality of life fell.", "Health-related quality of life", "outcome",
         "D011788"),
        ("Two randomised controlled trials.", "randomised controlled trials", "method", "D016449"),
        ("Two RCTs were found.", "RCTs", "method", "D016449"),
        ("In the elevated plus maze.", "elevated plus maze", "test", "D000082564"),
        ("Acupuncture was given.", "Acupuncture", "procedure", "D026881"),
    ],
)  # fmt: skip
def test_they_are_found(core: ConceptStore, text: str, name: str, kind: str, local: str) -> None:
    assert core.row_of(f"MESH:{local}") >= 0
    found = {one.text: one for one in load(mode="dictionary").annotate(text).mentions}
    assert (found[name].type, found[name].curie) == (kind, f"MESH:{local}")


def test_words_of_every_day_are_not() -> None:
    text = "The pressure falls; life, attention, power and respect; it affects the will."
    nlp = load(mode="dictionary")
    found = {one.text for one in nlp.annotate(text).mentions}
    assert not found & {"falls", "life", "attention", "power", "respect", "affects", "will"}
