from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from onoma.link.candidates import open_index
from onoma.link.candidates.clustering import Known, cluster_terms
from onoma.link.candidates.contrasts import Telling, difference, read_telling, words_of
from onoma.ontology.store import ConceptStore


class Meaning:
    """An encoder that knows one pair of synonyms."""

    def encode(self, texts: Sequence[str], *, batch: int = 128) -> npt.NDArray[np.float32]:
        out = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            same = text.replace("heart attack", "myocardial infarction")
            for word in same.split():
                out[row, sum(map(ord, word)) % 64] += 1
        sizes = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.maximum(sizes, 1e-9), np.float32)


def joined(terms: Sequence[str], store: ConceptStore, **options: object) -> list[set[str]]:
    found = cluster_terms(terms, store, **options)  # type: ignore[arg-type]
    return [{member.term for member in one.members} for one in found.clusters]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("type 1 diabetes", "type 2 diabetes", "number: 1 / 2"),
        ("type II diabetes", "diabetes type 2", ""),
        ("5th toe", "fifth toes", ""),
        ("left ventricle", "right ventricle", "contrary: left / right"),
        ("hyperkalemia", "hypokalemia", "contrary: hyperkalemia / hypokalemia"),
        ("small cell carcinoma", "non-small cell carcinoma", "negation: non"),
        ("symptomatic", "asymptomatic", ""),
        ("renal failure", "kidney failure", ""),
        ("breast cancers", "cancer, breast", ""),
        ("vitamin b deficiency", "vitamin d deficiency", "number: b / d"),
    ],
)
def test_what_makes_a_difference(one: str, other: str, reason: str) -> None:
    assert difference(words_of(one), words_of(other), None) == reason
    assert bool(difference(words_of(other), words_of(one), None)) == bool(reason)


def test_the_vocabulary_tells_which_words_matter(store: ConceptStore) -> None:
    telling = read_telling(open_index(store))
    assert 0 < telling.share("carcinoma") < 1
    assert telling.share("qwertyuiop") == telling.share("") == pytest.approx(0.3)
    same = np.zeros_like(telling.same)
    number = telling._number("cancer")
    other = same.copy()
    other[number] = 9
    assert Telling(telling.slots, same, other, telling.swaps).tells("cancer")
    assert not telling.tells("qwertyuiop")


def test_spellings_are_joined_and_near_misses_kept_apart(store: ConceptStore) -> None:
    terms = ["my weird lesions", "weird lesion of mine", "weird lesion", "weird lesion 2"]
    groups = joined(terms, store, least=0.6)
    assert {"weird lesion 2"} in groups
    assert any({"my weird lesions", "weird lesion"} <= group for group in groups)
    bare = joined(terms, store, least=0.6, protected=False)
    assert {"weird lesion 2"} not in bare


def test_meaning_joins_what_is_spelled_otherwise(store: ConceptStore) -> None:
    terms = ["heart attack", "myocardial infarction", "fever"]
    assert joined(terms, store) == [{"fever"}, {"heart attack"}, {"myocardial infarction"}]
    groups = joined(terms, store, encoder=Meaning(), least=0.55)
    assert {"heart attack", "myocardial infarction"} in groups


def test_known_concepts_join_and_separate(store: ConceptStore) -> None:
    terms = ["a lump", "swelling", "a lumps"]
    one, other = Known("X:1", "Lump", 1), Known("X:2", "Lumps", 2)
    found = cluster_terms(terms, store, known=[one, one, other])
    assert [(c.name, c.curie, len(c.members)) for c in found.clusters] == [
        ("Lump", "X:1", 2),
        ("Lumps", "X:2", 1),
    ]
    assert found.near_misses[0].reason == "concept: X:1 / X:2"


def test_no_terms_and_one_term(store: ConceptStore) -> None:
    assert cluster_terms([], store).clusters == ()
    assert joined(["gout"], store, encoder=Meaning()) == [{"gout"}]
    assert joined(["???", "!!"], store) == [{"!!"}, {"???"}]


def test_words_of_one_concept_stand_for_each_other(store: ConceptStore) -> None:
    telling = read_telling(open_index(store))
    assert telling.is_swap("cancer", "carcinoma") == telling.is_swap("carcinoma", "cancer")
    assert not telling.is_swap("fever", "cancer")
    assert not telling.is_swap("qwerty", "cancer")
