"""Equivalents with their steps."""

from __future__ import annotations

import pytest

from onoma.errors import BadCurie
from onoma.ontology.mappings import EXACT, REPLACED, Mapper
from onoma.ontology.store import ConceptStore


@pytest.fixture
def mapper(store: ConceptStore) -> Mapper:
    return Mapper(store)


def targets(mapper: Mapper, curie: str, *to: str, chain: bool = False) -> list[tuple[str, str]]:
    return [(one.target, one.predicate) for one in mapper.map(curie, to, chain=chain)]


def test_one_step_from_the_side_that_states_it(mapper: Mapper) -> None:
    assert targets(mapper, "MONDO:0007254", "MESH") == [("MESH:D001943", EXACT)]
    (found,) = mapper.map("MONDO:0007254", ["mesh"])
    assert found.label == "Breast Neoplasms"
    assert [(s.subject, s.object, s.source) for s in found.steps] == [
        ("MONDO:0007254", "MESH:D001943", "test")
    ]


def test_one_step_from_the_other_side(mapper: Mapper) -> None:
    assert targets(mapper, "MESH:D001943") == [("MONDO:0007254", EXACT)]
    assert targets(mapper, "UMLS:C0006142", "MONDO") == [("MONDO:0007254", EXACT)]
    assert mapper.map("UMLS:C0006142")[0].steps[0].source == "test"


def test_a_broad_match_is_narrow_from_the_other_side_and_comes_last(mapper: Mapper) -> None:
    assert targets(mapper, "MESH:D010182") == [("MONDO:0009061", "skos:narrowMatch")]
    assert targets(mapper, "MONDO:0005180", "MESH") == [
        ("MESH:D010300", EXACT),
        ("MESH:D000001", "skos:broadMatch"),
    ]


def test_prefixes_keep_the_order_asked_for(mapper: Mapper) -> None:
    found = targets(mapper, "MONDO:0008170", "OMIM", "MESH")
    assert [target for target, _ in found] == ["OMIM:167000", "MESH:D010051"]


def test_chains_only_when_asked_for_and_only_through_exact_steps(mapper: Mapper) -> None:
    assert targets(mapper, "OMIM:125853", "MESH") == []
    (found,) = mapper.map("OMIM:125853", ["MESH"], chain=True)
    assert found.target == "MESH:D003924"
    assert [step.object for step in found.steps] == ["MONDO:0005148", "MESH:D003924"]
    assert found.is_chain
    assert targets(mapper, "MESH:D000001", "OMIM", "HP", chain=True) == []


def test_a_chain_does_not_come_back_into_a_vocabulary(mapper: Mapper) -> None:
    # HP:0000822 = MESH:D006973 = MONDO:0005044; MONDO:0005027 = HP:0001250
    assert targets(mapper, "HP:0000822", "MONDO", chain=True) == [("MONDO:0005044", EXACT)]
    every = mapper.map("MONDO:0005044", chain=True)
    assert [one.target for one in every] == ["MESH:D006973", "HP:0000822"]


def test_a_retired_id_answers_through_its_replacement(mapper: Mapper) -> None:
    (found,) = mapper.map("MONDO:0099999", ["MESH"])
    assert [(s.subject, s.predicate, s.object) for s in found.steps] == [
        ("MONDO:0099999", REPLACED, "MONDO:0005148"),
        ("MONDO:0005148", EXACT, "MESH:D003924"),
    ]
    assert not found.is_chain
    assert targets(mapper, "MONDO:0099999", "MONDO") == [("MONDO:0005148", REPLACED)]


def test_nothing_is_said_of_an_unknown_concept(mapper: Mapper) -> None:
    assert mapper.map("OMIM:999999") == []
    with pytest.raises(BadCurie):
        mapper.map("nonsense")
    with pytest.raises(BadCurie):
        mapper.map("MONDO:0007254", ["NOSUCH"])
