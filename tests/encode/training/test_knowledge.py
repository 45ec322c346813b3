from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from onoma.encode.training.bank import FARTHEST, Bank
from onoma.encode.training.knowledge import Knowledge, gather
from onoma.encode.training.parts import PARTS
from onoma.encode.worth import loose_key
from onoma.errors import InputError
from onoma.ontology.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def knowledge(vocabulary: Vocabulary) -> Knowledge:
    return gather(vocabulary, held_out=0.1, seed=3)


def place_of(knowledge: Knowledge, curie: str) -> int:
    return next(p for p, curies in enumerate(knowledge.curies) if curie in curies)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tumours, Renal", "renal tumor"),
        ("diabetes mellitus type II", "Diabetes Mellitus, Type 2"),
    ],
)
def test_a_loose_key_forgets_how_a_name_is_written(one: str, other: str) -> None:
    assert loose_key(one) == loose_key(other)


def test_names_a_vector_cannot_help_are_not_learnt(knowledge: Knowledge) -> None:
    names = {name for own in knowledge.names for name in own}
    assert "seizure" in {name.lower() for name in names}
    assert not names & {"BRCA1", "HeLa", "1,1-dimethylbiguanide"}


def test_what_is_held_out_is_never_drawn(knowledge: Knowledge) -> None:
    held = set(np.flatnonzero(knowledge.held_out).tolist())
    assert held
    width = 4
    vectors = np.random.default_rng(0).normal(size=(len(knowledge), width)).astype(np.float32)
    bank = Bank(knowledge, vectors)
    rng = np.random.default_rng(1)
    drawn = {p for _ in range(30) for p in bank.draw(rng, size=12, neighbours=2).tolist()}
    assert drawn
    assert not drawn & held


def test_names_of_held_out_concepts_stand_nowhere_else(knowledge: Knowledge) -> None:
    held = np.flatnonzero(knowledge.held_out).tolist()
    secret = {loose_key(name) for place in held for name in knowledge.names[place]}
    rng = np.random.default_rng(2)
    for lesson in PARTS.names():
        for place in np.flatnonzero(knowledge.weights > 0).tolist():
            pair = PARTS.get(lesson)(knowledge, place, rng)
            if pair is not None and lesson in {"synonym", "definition"}:
                assert not {loose_key(text) for text in pair} & secret


def test_the_same_seed_holds_out_the_same(vocabulary: Vocabulary, knowledge: Knowledge) -> None:
    again = gather(vocabulary, held_out=0.1, seed=3)
    assert again.held_out.tolist() == knowledge.held_out.tolist()
    assert again.names == knowledge.names


def test_lessons_are_two_texts_or_none(knowledge: Knowledge) -> None:
    rng = np.random.default_rng(5)
    place = place_of(knowledge, "HP:0002069")
    for lesson in PARTS.names():
        pair = PARTS.get(lesson)(knowledge, place, rng)
        assert pair is None or all(pair)


def test_a_modified_name_that_is_known_is_no_lesson(vocabulary: Vocabulary) -> None:
    knowledge = gather(vocabulary, held_out=0.0, seed=0)
    known = frozenset({loose_key(f"{word} Seizure") for word in ("mild", "severe")})
    place = place_of(knowledge, "HP:0001250")
    changed = replace(knowledge, known=knowledge.known | known)
    rng = np.random.default_rng(0)
    for _ in range(100):
        pair = PARTS.get("modifier")(changed, place, rng)
        assert pair is None or loose_key(pair[1]) not in changed.known


def test_steps_follow_the_hierarchy(vocabulary: Vocabulary) -> None:
    knowledge = gather(vocabulary, held_out=0.0, seed=0)
    bank = Bank(knowledge, np.zeros((len(knowledge), 2), np.float32))
    curies = ["HP:0002069", "HP:0001250", "HP:0002066", "CHEBI:6801"]
    places = np.array([place_of(knowledge, curie) for curie in curies])
    steps = bank.steps(places)
    assert steps[0].tolist() == [0, 1, 3, FARTHEST]
    assert (steps == steps.T).all()


def test_a_vocabulary_without_names_is_told(vocabulary: Vocabulary) -> None:
    empty = replace(vocabulary, names=vocabulary.names.take(np.arange(3)))
    with pytest.raises(InputError, match="cannot train"):
        gather(empty, held_out=0.1, seed=0)
