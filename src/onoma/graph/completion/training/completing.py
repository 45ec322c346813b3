"""Training of a whole completion: factors, rules, propagation, and the ranker that joins them.

Nothing that is measured was learnt from. The triples are parted into folds; factors and rules of a
fold see the other folds alone, the propagation and the ranker learn from the fold's questions (each
from its own half). Then factors and rules are made anew from all triples, and everything is
measured, baselines beside, on triples that no step has seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from onoma.errors import InputError
from onoma.graph.completion.factors import Factors
from onoma.graph.completion.fusion import FusionRecipe, learn_fusion
from onoma.graph.completion.model import Completion, Learnt, parts_of
from onoma.graph.completion.propagation import PropagationWeights
from onoma.graph.completion.ranking import (
    EVERY_ENTITY,
    Candidates,
    Figures,
    ranks_by_name,
)
from onoma.graph.completion.rules import Rule, RuleRecipe, mine_rules
from onoma.graph.completion.training.factors import (
    FactorRecipe,
    train_factors,
    usual_recipe,
)
from onoma.graph.completion.training.propagation import (
    Fold,
    PropagationRecipe,
    train_propagation,
)
from onoma.graph.completion.triples import F32, I64, Links, Terms, queries_of

Tell = Callable[[str], None]
FEWEST = 20  # triples that can be parted and learnt from


@dataclass(frozen=True)
class CompletionRecipe:
    """How a completion is trained.

    ``folds``: parts of the triples that are held out in turn; ``share``: of one fold, used where
    only one is held out (``folds`` 1). ``stopping``: questions by which factors stop early.
    ``asked``: relations that are learnt and measured, empty for all.
    """

    factors: tuple[FactorRecipe, ...] = (
        usual_recipe("complex", entities=0),
        usual_recipe("rotate", entities=0),
    )
    rules: RuleRecipe = field(default_factory=RuleRecipe)
    propagation: PropagationRecipe | None = field(default_factory=PropagationRecipe)
    fusion: FusionRecipe = field(default_factory=FusionRecipe)
    folds: int = 4
    share: float = 0.15
    stopping: int = 1000
    measured: int = 2000
    asked: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True)
class Data:
    """What is learnt from.

    ``facts``: background, part of the graph and never asked. ``triples``: asked and learnt from.
    ``valid``: measured at the end, seen by nothing before. ``names``: a unit vector an entity.
    """

    terms: Terms
    triples: I64
    facts: I64
    valid: I64
    names: F32 | None = None
    candidates: Candidates = EVERY_ENTITY

    def links(self, *parts: I64) -> Links:
        """Return triples as a graph of these terms."""
        return Links(
            np.unique(np.concatenate(parts), axis=0),
            entities=len(self.terms.entities),
            relations=len(self.terms.relations),
        )


@dataclass(frozen=True)
class Trained:
    """A completion with the figures of each scorer, by name, the fusion last."""

    completion: Completion
    figures: dict[str, Figures]


def train_completion(
    data: Data,
    recipe: CompletionRecipe | None = None,
    *,
    generation: int = -1,
    graph: str = "",
    tell: Tell = lambda words: None,
) -> Trained:
    """Train a completion and measure it beside the baselines.

    Raises: InputError: too few triples. ExtraMissing: torch is not installed.
    """
    recipe = recipe or CompletionRecipe()
    asked = _asked(data, recipe)
    if len(asked) < FEWEST:
        raise InputError(
            f"{len(asked)} triples are too few to learn from", hint=f"{FEWEST} at least"
        )
    worker = _Worker(data, recipe, tell)
    folds = worker.folds(asked)
    propagation = worker.propagation(folds)
    parts = [
        parts_of(fold.links, Learnt(fold.factors, fold.rules, propagation, data.names))
        for fold in folds
    ]
    weights = learn_fusion(
        parts, [fold.ranker for fold in folds], worker.known, data.candidates, recipe.fusion
    )
    whole = data.links(data.facts, data.triples)
    tell("factors and rules of all triples")
    learnt = Learnt(worker.final_factors(whole), worker.rules(whole), propagation, data.names)
    made = Completion(data.terms, learnt, weights, generation, graph)
    figures = worker.measure(made, whole)
    about = {
        "recipe": asdict(recipe),
        "figures": {name: one.to_record() for name, one in figures.items()},
        "triples": len(data.triples), "facts": len(data.facts), "measured": len(data.valid),
    }  # fmt: skip
    return Trained(replace(made, about=about), figures)


def _asked(data: Data, recipe: CompletionRecipe) -> I64:
    if not recipe.asked:
        return data.triples
    numbers = [data.terms.relation_number[name] for name in recipe.asked]
    return data.triples[np.isin(data.triples[:, 1], numbers)]


@dataclass(frozen=True)
class _Part:
    """A fold with what was learnt without it, and its questions, halved."""

    links: Links
    factors: tuple[Factors, ...]
    rules: tuple[Rule, ...]
    spread: I64  # questions of the propagation
    ranker: I64  # questions of the ranker


class _Worker:
    """The steps, each told as it begins."""

    def __init__(self, data: Data, recipe: CompletionRecipe, tell: Tell) -> None:
        self._data, self._recipe, self._tell = data, recipe, tell
        self._rng = np.random.default_rng(recipe.seed)
        self._epochs: dict[int, int] = {}  # of each factor model, found on the first fold
        self.known = data.links(data.facts, data.triples)

    def folds(self, asked: I64) -> list[_Part]:
        """Return the folds of the triples asked."""
        recipe = self._recipe
        order = self._rng.permutation(len(asked))
        if recipe.folds > 1:
            pieces = np.array_split(order, recipe.folds)
        else:
            pieces = [order[: round(recipe.share * len(order))]]
        return [
            self._fold(asked[np.sort(piece)], f"fold {n} of {len(pieces)}")
            for n, piece in enumerate(pieces, 1)
        ]

    def _fold(self, held: I64, words: str) -> _Part:
        data, count = self._data, len(self._data.terms.relations)
        kept = data.triples[~_among(data.triples, held)]
        links = data.links(data.facts, kept)
        questions = queries_of(held, count)
        questions = questions[self._rng.permutation(len(questions))]
        begin = time.process_time()
        factors = tuple(
            self._factors(links, n, questions[: self._recipe.stopping])
            for n in range(len(self._recipe.factors))
        )
        rules = self.rules(links)
        self._tell(f"{words}: factors and {len(rules)} rules, {time.process_time() - begin:.0f} s")
        half = len(questions) // 2 if self._recipe.propagation else 0
        return _Part(links, factors, rules, questions[:half], questions[half:])

    def _factors(self, links: Links, number: int, stopping: I64) -> Factors:
        """Return factors; where to stop is found the first time, and kept."""
        recipe = self._recipe.factors[number]
        if number in self._epochs:
            recipe = replace(recipe, epochs=self._epochs[number])
            return train_factors(links, recipe)[0]
        factors, history = train_factors(
            links, recipe, valid=stopping, known=self.known, candidates=self._data.candidates
        )
        best = int(np.argmax([one.mrr for one in history])) + 1
        self._epochs[number] = min(best * recipe.every, recipe.epochs)
        return factors

    def rules(self, links: Links) -> tuple[Rule, ...]:
        """Return the rules of a graph."""
        count = links.relations
        numbers = list(range(2 * count))
        if self._recipe.asked:
            own = [self._data.terms.relation_number[name] for name in self._recipe.asked]
            numbers = [*own, *(n + count for n in own)]
        return tuple(mine_rules(links, self._recipe.rules, relations=numbers))

    def final_factors(self, links: Links) -> tuple[Factors, ...]:
        """Return the factors of all triples, trained for as long as was best on the folds."""
        return tuple(
            self._factors(links, n, np.zeros((0, 3), np.int64))
            for n in range(len(self._recipe.factors))
        )

    def propagation(self, folds: Sequence[_Part]) -> PropagationWeights | None:
        """Return the trained propagation, if one is wanted."""
        if self._recipe.propagation is None:
            return None
        sides = [Fold(one.links, one.factors[0] if one.factors else None, one.spread)
                 for one in folds]  # fmt: skip
        return train_propagation(
            sides, self._recipe.propagation, lambda words: self._tell(f"propagation: {words}")
        )

    def measure(self, made: Completion, links: Links) -> dict[str, Figures]:
        """Return the figures of every scorer on the triples held out."""
        data = self._data
        if not len(data.valid):
            return {}
        questions = queries_of(data.valid, len(data.terms.relations))
        if len(questions) > self._recipe.measured > 0:
            rng = np.random.default_rng(0)
            questions = questions[rng.permutation(len(questions))[: self._recipe.measured]]
        known = data.links(data.facts, data.triples, data.valid)
        fusion = made.fusion(links, data.candidates)
        ranks = ranks_by_name(fusion.named_scores, questions, known, data.candidates)
        return {name: Figures.of(one) for name, one in ranks.items()}


def _among(triples: I64, some: I64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which triples are among some."""
    size = int(max(triples.max(initial=0), some.max(initial=0))) + 1
    keys, others = ((t[:, 0] * size + t[:, 1]) * size + t[:, 2] for t in (triples, some))
    return np.isin(keys, others)
