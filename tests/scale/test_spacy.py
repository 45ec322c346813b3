from __future__ import annotations

import warnings
from typing import Any

import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of spaCy's own imports
    spacy = pytest.importorskip("spacy", reason="the extra 'spacy' is not installed")

from onoma.scale.spacy import OnomaComponent  # after spaCy was found

TEXT = "No gout, but BRCA1-positive breast cancer."


@pytest.fixture
def blank() -> Any:
    return spacy.blank("en")


def test_spans_carry_the_mentions(blank: Any, nlp: Pipeline) -> None:
    doc = OnomaComponent(nlp)(blank(TEXT))
    spans = doc.spans["onoma"]
    assert [(s.text, s.label_, s._.curie, s._.assertion) for s in spans] == [
        ("gout", "disease", "MONDO:0005393", "absent"),
        ("BRCA1", "gene", "HGNC:1100", "present"),
        ("breast cancer", "disease", "MONDO:0007254", "present"),
    ]
    assert spans[1]._.offsets == [[13, 18]]
    assert spans[0]._.concept == "gout"
    assert 0 < spans[0]._.score <= 1


def test_the_component_is_found_by_name(blank: Any, small_core: ConceptStore) -> None:
    blank.add_pipe("onoma", config={"types": ["disease"], "ids": ["MESH"], "spans_key": "found"})
    docs = list(blank.pipe([TEXT, "", "Ovarian cancer."]))
    assert [[s._.curie for s in doc.spans["found"]] for doc in docs] == [
        [None, "MESH:D001943"], [], ["MESH:D010051"]
    ]  # fmt: skip


def test_documents_are_read_lazily_and_in_order(blank: Any, nlp: Pipeline) -> None:
    docs = [blank.make_doc(text) for text in ("gout", "fever", "")]
    done = list(OnomaComponent(nlp).pipe(iter(docs)))
    assert [doc.text for doc in done] == ["gout", "fever", ""]
    assert [len(doc.spans["onoma"]) for doc in done] == [1, 1, 0]


def test_spans_survive_serialisation(blank: Any, nlp: Pipeline) -> None:
    doc = OnomaComponent(nlp)(blank(TEXT))
    again = spacy.tokens.Doc(blank.vocab).from_bytes(doc.to_bytes())
    assert [s._.assertion for s in again.spans["onoma"]] == ["absent", "present", "present"]
