"""Embeddings: the papers' formulas, training, and agreement with another implementation."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from onoma.errors import UnknownName
from onoma.graph.completion.factors import MODELS, Factors
from onoma.graph.completion.fusion import Fusion, learn_fusion
from onoma.graph.completion.naming import NamesAlike, seen_entities, with_names
from onoma.graph.completion.ranking import Scorer, measured
from onoma.graph.completion.triples import F32, I64, queries_of
from tests.graph.completion.small import small


def random_factors(model: str, *, entities: int, relations: int, width: int = 8) -> Factors:
    rng = np.random.default_rng(5)
    half = width // 2 if model == "rotate" else width
    entity = rng.normal(size=(entities, width)).astype(np.float32)
    return Factors(model, entity, rng.normal(size=(2 * relations, half)).astype(np.float32))


def by_the_paper(model: str, head: F32, relation: F32, tail: F32) -> float:
    """Return the score of one triple, one number after the other."""
    if model == "transe":
        return -float(np.linalg.norm(head + relation - tail))
    if model == "distmult":
        return float((head * relation * tail).sum())
    size = len(head) // 2
    h, t = head[:size] + 1j * head[size:], tail[:size] + 1j * tail[size:]
    if model == "complex":
        r = relation[:size] + 1j * relation[size:]
        return float((h * r * np.conj(t)).sum().real)
    return -float(np.linalg.norm(h * np.exp(1j * relation) - t))


@pytest.mark.parametrize("model", MODELS)
def test_scores_are_those_of_the_papers(model: str) -> None:
    factors = random_factors(model, entities=6, relations=2)
    heads, relations = np.array([0, 3]), np.array([1, 2])
    rows = factors.scores(heads, relations)
    for row, head, relation in zip(rows, heads, relations, strict=True):
        for tail in range(6):
            expected = by_the_paper(
                model, factors.entity[head], factors.relation[relation], factors.entity[tail]
            )
            assert row[tail] == pytest.approx(expected, abs=1e-4)


def test_an_unknown_model_is_told() -> None:
    with pytest.raises(UnknownName, match="complex"):
        Factors("complx", np.zeros((1, 2), np.float32), np.zeros((2, 2), np.float32))


def test_a_fusion_leans_on_the_scorer_that_knows() -> None:
    _, triples, links = small()
    queries = queries_of(triples, links.relations)
    truth = np.zeros((2 * links.relations, links.entities, links.entities), np.float32)
    truth[queries[:, 1], queries[:, 0], queries[:, 2]] = 1

    class Knowing:
        name = "knowing"

        def scores(self, heads: I64, relations: I64) -> F32:
            return np.asarray(truth[relations, heads], np.float32)

    class Guessing:
        name = "guessing"

        def scores(self, heads: I64, relations: I64) -> F32:
            rng = np.random.default_rng(1)
            return rng.random((len(heads), links.entities)).astype(np.float32)

    parts: list[Scorer] = [Guessing(), Knowing()]
    weights = learn_fusion([parts], [queries[::3]], links)
    fusion = Fusion(parts, weights)
    assert measured(fusion, queries, links).mrr > 0.95
    chances = fusion.chances(fusion.scores(queries[:4, 0], queries[:4, 1]), queries[:4, 1])
    assert ((chances >= 0) & (chances <= 1)).all()


def test_names_give_vectors_to_entities_that_no_triple_holds() -> None:
    terms, _, links = small()
    rng = np.random.default_rng(2)
    names = rng.normal(size=(links.entities, 5)).astype(np.float32)
    names /= np.linalg.norm(names, axis=1, keepdims=True)
    factors = random_factors("distmult", entities=links.entities, relations=links.relations)
    chart = rng.normal(size=(5, 8)).astype(np.float32)
    linear = Factors("distmult", 100 * names @ chart, factors.relation)
    seen = seen_entities(links)[1:]
    unseen = seen_entities(links)[0]
    mapped = with_names(linear, names, seen)
    assert np.allclose(mapped.entity[unseen], linear.entity[unseen], rtol=0.3, atol=12)
    assert np.array_equal(mapped.entity[seen], linear.entity[seen])
    row = NamesAlike(links, names, nearest=5).scores(
        np.array([terms.entity_number["person00"]]),
        np.array([terms.relation_number["speaks"]]),
    )[0]  # fmt: skip
    assert {terms.entities[n][:8] for n in np.flatnonzero(row)} <= {"language"}


@pytest.mark.parametrize("model", ["transe", "distmult", "complex", "rotate"])
def test_scores_agree_with_pykeen(model: str) -> None:
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries that it needs
        modules = pytest.importorskip("pykeen.nn.modules")
    factors = random_factors(model, entities=6, relations=1)
    h, t = (torch.from_numpy(factors.entity[n]) for n in (0, 4))
    r = torch.from_numpy(factors.relation[1])
    if model in ("complex", "rotate"):
        h, t = (torch.complex(*one.chunk(2)) for one in (h, t))
        r = torch.complex(*r.chunk(2)) if model == "complex" else torch.polar(torch.ones(4), r)
    interaction = {
        "transe": lambda: modules.TransEInteraction(p=2),
        "distmult": modules.DistMultInteraction,
        "complex": modules.ComplExInteraction,
        "rotate": lambda: modules.RotatEInteraction(p=2),
    }[model]()
    own = factors.scores(np.array([0]), np.array([1]))[0, 4]
    assert own == pytest.approx(float(interaction(h, r, t).real), rel=1e-4)
