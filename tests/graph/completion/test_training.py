"""Training with torch: what is learnt, by seed, and the propagation's two forms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from click.testing import CliRunner

from onoma.cli.app import app
from onoma.errors import UnknownName
from onoma.graph.completion import load_completion
from onoma.graph.completion.factors import MODELS
from onoma.graph.completion.propagation import Propagation
from onoma.graph.completion.ranking import measured
from onoma.graph.completion.training.factors import (
    FactorRecipe,
    Questions,
    _Trainer,
    train_factors,
    usual_recipe,
)
from onoma.graph.completion.training.propagation import (
    Fold,
    PropagationRecipe,
    _Side,
    starting_weights,
    train_propagation,
)
from onoma.graph.completion.triples import queries_of, split_triples
from tests.graph.completion.small import named_triples, small


@pytest.mark.parametrize(
    ("model", "loss"), [*((model, "softmax") for model in MODELS), ("rotate", "adversarial")]
)
def test_an_embedding_learns_its_triples(model: str, loss: str) -> None:
    _, triples, links = small()
    queries = queries_of(triples, links.relations)
    recipe = FactorRecipe(model, 16, loss=loss, regulariser="none", rate=0.05, batch=32, margin=2.0,
                          negatives=20 if loss == "adversarial" else 0, epochs=15)  # fmt: skip
    start = measured(train_factors(links, FactorRecipe(model, 16, epochs=0))[0], queries, links)
    factors, _ = train_factors(links, recipe)
    assert measured(factors, queries, links).mrr > start.mrr + 0.15


@pytest.mark.parametrize("model", ["complex", "rotate"])
def test_a_sample_that_competes_is_learnt_from_and_leaves_the_others(model: str) -> None:
    _, triples, links = small()
    queries = queries_of(triples, links.relations)
    recipe = FactorRecipe(model, 16, regulariser="none", rate=0.05, batch=32, margin=2.0,
                          negatives=20, answers=2, epochs=15)  # fmt: skip
    start = measured(train_factors(links, FactorRecipe(model, 16, epochs=0))[0], queries, links)
    factors, _ = train_factors(links, recipe)
    assert measured(factors, queries, links).mrr > start.mrr + 0.15
    trainer = _Trainer(links, replace(recipe, negatives=3, answers=1))
    before = trainer.factors().entity
    (batch, *_) = Questions(links).batches(1, np.random.default_rng(0), 1)
    trainer.learn(batch)
    moved = np.flatnonzero((trainer.factors().entity != before).any(1))
    assert 2 <= len(moved) <= 5


def test_a_sample_competes_in_large_graphs_alone() -> None:
    for model in MODELS:
        few, many = (usual_recipe(model, entities=count) for count in (500, 50_000))
        assert (few.model, many.model) == (model, model)
        assert few.negatives == 0 < many.negatives
    with pytest.raises(UnknownName, match="complex"):
        usual_recipe("complx", entities=5)


def test_other_answers_of_a_question_never_compete() -> None:
    _, _, links = small()
    (batch,) = Questions(links).batches(1000, np.random.default_rng(0), 1)
    of_each = np.bincount(batch.rows[batch.taught])
    assert of_each.tolist() == [1] * len(batch.heads)
    for row, (head, relation) in enumerate(zip(batch.heads, batch.relations, strict=True)):
        answers = sorted(batch.answers[batch.rows == row].tolist())
        assert answers == links.tails(int(head), int(relation)).tolist()


def test_one_seed_gives_one_embedding() -> None:
    _, _, links = small()
    one, other = (train_factors(links, FactorRecipe("complex", 8, epochs=2))[0] for _ in "ab")
    assert np.array_equal(one.entity, other.entity)


def test_training_stops_early_and_keeps_the_best() -> None:
    _, triples, links = small()
    kept, held = split_triples(triples, 0.1, np.random.default_rng(0))
    part = type(links)(kept, entities=links.entities, relations=links.relations)
    asked = queries_of(held, links.relations)
    recipe = FactorRecipe("complex", 16, rate=0.1, epochs=40, every=1, patience=2)
    best, history = train_factors(part, recipe, valid=asked, known=links)
    assert len(history) < 40
    assert measured(best, asked, links).mrr == pytest.approx(max(one.mrr for one in history))


def test_the_propagation_is_the_same_in_numpy_and_in_torch() -> None:
    _, triples, links = small()
    factors, _ = train_factors(links, FactorRecipe("distmult", 8, epochs=2))
    weights = starting_weights(2 * links.relations, PropagationRecipe(channels=4, width=6))
    queries = queries_of(triples, links.relations)[::17]
    side = _Side(torch, Fold(links, factors, queries))
    tensors = {name: torch.from_numpy(one) for name, one in weights.arrays().items()}
    there = side.scores(tensors, queries[:, 0], queries[:, 1]).numpy()
    here = Propagation(links, weights, factors).scores(queries[:, 0], queries[:, 1])
    assert np.abs(here - there).max() < 1e-4 * np.abs(there).max()


def test_the_propagation_learns_what_paths_say() -> None:
    terms, triples, links = small()
    speaks = terms.relation_number["speaks"]
    own = triples[triples[:, 1] == speaks]
    held = own[::3]
    kept = np.array([one for one in triples.tolist() if one not in held.tolist()])
    part = type(links)(kept, entities=links.entities, relations=links.relations)
    recipe = PropagationRecipe(channels=8, width=8, epochs=15, batch=4, rate=0.02, watched=2)
    weights = train_propagation([Fold(part, None, held)], recipe)
    found = measured(Propagation(part, weights), held, links)
    assert found.mrr > 0.9


def test_the_command_trains_on_files_and_tells_the_baselines(tmp_path: Path) -> None:
    lines = ["\t".join(one) for one in named_triples(people=60)]
    (tmp_path / "all.txt").write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "model"
    asked = ["train", "kge", str(tmp_path / "all.txt"), "-o", str(out), "--models", "distmult",
             "--folds", "1", "--minutes", "0.01"]  # fmt: skip
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    for name in ("popularity", "neighbours (Adamic-Adar)", "path counts", "rules", "fusion"):
        assert name in result.output
    made = load_completion(out)
    assert made.learnt.propagation is not None
    assert made.about["figures"]["fusion"]["count"] > 0
