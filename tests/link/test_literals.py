"""Mentions with their own CURIE among linked ones."""

from __future__ import annotations

import pytest

from onoma.link.literals import first_literal
from onoma.link.namespaces import namespaces
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings

TEXT = "rs113488022 in gout, p.V600E in BRCA1, rs7412 in fever"


def test_they_stand_in_text_order(nlp: Pipeline) -> None:
    found = [(m.text, m.curie) for m in nlp.annotate(TEXT)]
    assert found == [
        ("rs113488022", "DBSNP:rs113488022"),
        ("gout", "MONDO:0005393"),
        ("p.V600E", "HGVS:p.Val600Glu"),
        ("BRCA1", "HGNC:1100"),
        ("rs7412", "DBSNP:rs7412"),
        ("fever", "HP:0001945"),
    ]


@pytest.mark.parametrize(
    ("prefix", "answered"),
    [("DBSNP", {"rs113488022", "rs7412"}), ("HGVS", {"p.V600E"}), ("HP", {"fever"})],
)
def test_they_answer_only_in_their_namespace(
    store: ConceptStore, prefix: str, answered: set[str]
) -> None:
    nlp = Pipeline(Annotator(store, ids=namespaces(store, [prefix])), Settings(ids=(prefix,)))
    found = nlp.annotate(TEXT)
    assert {m.text for m in found if m.curie} == answered
    assert len(found.mentions) == 6
    assert all(m.alternatives for m in found if m.curie is None)


def test_their_numbers_stand_behind_all_others(store: ConceptStore) -> None:
    assert first_literal(store) >= store.n_concepts
