"""Learnt systems: features of pairs, a classifier, and the border of best F1 on training folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.relate.candidates import Pair, candidate_pairs
from onoma.relate.features import I64, PairRows, pair_rows, stacked
from onoma.relate.gold import GoldText
from onoma.relate.instances import RelationText, Tie
from onoma.relate.systems import Lesson
from onoma.relate.systems.learners import F64, Bayes, Boosting, Forest, Learner, Logistic, Table
from onoma.relate.systems.priors import Priors

FOLDS = 4
NOVELTIES = ("background", "novel")


@dataclass(frozen=True, slots=True)
class _Examples:
    """The pairs of training texts: their text, label (a kind's place; the last is none)."""

    rows: PairRows
    pairs: list[list[Pair]]
    owner: I64
    labels: I64
    novel: I64


class Learned:
    """Finds relations with a classifier of pairs; silent where its training had no relation."""

    def __init__(self, name: str, lesson: Lesson, learner: Learner) -> None:
        """Learn from a lesson."""
        self.name, self.task, self.above = name, lesson.task, lesson.above
        self.kinds = lesson.task.evaluated
        self.learner, self.priors = learner, Priors()
        self.novelty: Logistic | None = None
        self.border = np.inf
        examples = self._examples(lesson.texts)
        self.is_silent = not (examples.labels < len(self.kinds)).any()
        if not self.is_silent:
            self._learn(examples, lesson)

    def _learn(self, examples: _Examples, lesson: Lesson) -> None:
        rng = np.random.default_rng(lesson.seed)
        columns = [
            self.priors.columns(one.text, pairs)
            for one, pairs in zip(lesson.texts, examples.pairs, strict=True)
        ]
        table = Table.of(examples.rows, np.concatenate(columns), examples.pairs)
        none = len(self.kinds)
        kept = _kept(examples.labels == none, lesson.is_even, rng)
        rest = np.setdiff1d(np.arange(len(examples.labels)), kept)
        others = table[rest]
        table, labels = table[kept], examples.labels[kept]
        folds = _folds(examples.owner[kept], labels, none, rng)
        chances = self.learner.learn(table, labels, folds, none + 1)
        unseen = labels
        if len(rest):  # left out for the balance, not for the border: they are met in reading
            chances = np.concatenate([chances, self.learner.chances(others)])
            unseen = np.concatenate([labels, examples.labels[rest]])
        gold = sum(tie.kind in self.kinds for one in lesson.texts for tie in one.ties)
        self.border = best_border(chances[:, :none], unseen, gold)
        is_told = (labels < none) & (examples.novel[kept] >= 0)
        novel = examples.novel[kept][is_told]
        if len(np.unique(novel)) == len(NOVELTIES):
            self.novelty = Logistic()
            self.novelty.fit(table[np.flatnonzero(is_told)], 1 - novel, 2)

    def _examples(self, texts: Sequence[GoldText]) -> _Examples:
        """Return the pairs of texts with their labels; priors are counted on the way."""
        rows, pairs, owner, labels, novel = [], [], [], [], []
        place = {kind: i for i, kind in enumerate(self.kinds)}
        for number, one in enumerate(texts):
            own = candidate_pairs(one.text, self.task)
            ties = {self._ends(tie): tie for tie in reversed(one.ties) if tie.kind in place}
            found = [ties.get(self._key(pair)) for pair in own]
            self.priors.add(one.text, own, [tie is not None for tie in found])
            rows.append(pair_rows(one.text, own, self.above))
            pairs.append(own)
            owner += [number] * len(own)
            labels += [place[tie.kind] if tie else len(place) for tie in found]
            novel += [NOVELTIES.index(tie.novelty) if tie and tie.novelty else -1 for tie in found]
        every = (np.array(values, np.int64) for values in (owner, labels, novel))
        return _Examples(stacked(rows), pairs, *every)

    def _ends(self, tie: Tie) -> Pair:
        return self._key((tie.first, tie.second))

    def _key(self, pair: Pair) -> Pair:
        """Return a pair by which ties and candidates meet; order counts in directed tasks."""
        return pair if self.task.is_directed else (min(pair), max(pair))

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text, those above the border."""
        if self.is_silent:
            return [()] * len(texts)
        pairs = [candidate_pairs(text, self.task) for text in texts]
        parts, columns = [], []
        for text, own in zip(texts, pairs, strict=True):
            parts.append(pair_rows(text, own, self.above))
            columns.append(self.priors.columns(text, own))
        table = Table.of(stacked(parts), np.concatenate(columns), pairs)
        if not len(table.numbers):
            return [()] * len(texts)
        chances = self.learner.chances(table)[:, : len(self.kinds)]
        kinds, scores = chances.argmax(axis=1), chances.max(axis=1)
        novel = self._novel(table)
        out, at = [], 0
        for own in pairs:
            out.append(
                tuple(
                    Tie(*pair, self.kinds[kinds[row]], float(scores[row]), novel[row])
                    for row, pair in enumerate(own, at)
                    if scores[row] >= self.border
                )
            )
            at += len(own)
        return out

    def _novel(self, table: Table) -> list[str]:
        """Return whether each pair's relation would be new, nothing where that was not taught."""
        if self.novelty is None:
            return [""] * len(table.numbers)
        return [NOVELTIES[int(one > 0.5)] for one in self.novelty.chances(table)[:, 0]]


def best_border(chances: F64, labels: I64, gold: int) -> float:
    """Return the border of best micro F1; ``chances`` has no column for "none".

    ``gold`` is how many relations there are, those without a candidate pair included.
    """
    scores, kinds = chances.max(axis=1), chances.argmax(axis=1)
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(kinds[order] == labels[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + max(gold, 1))
    best = int(f1.argmax())
    below = scores[order[best + 1]] if best + 1 < len(order) else 0.0
    return float((scores[order[best]] + below) / 2)


def _kept(is_none: npt.NDArray[np.bool_], is_even: bool, rng: np.random.Generator) -> I64:
    """Return the rows to learn from: all, or as many without a relation as with one."""
    if not is_even:
        return np.arange(len(is_none))
    without = np.flatnonzero(is_none)
    drawn = rng.permutation(without)[: int((~is_none).sum())]
    return np.sort(np.concatenate([np.flatnonzero(~is_none), drawn]))


def _folds(owner: I64, labels: I64, none: int, rng: np.random.Generator) -> I64:
    """Return a fold for each row, whole texts together; rows of few texts are dealt one by one."""
    tied = np.unique(owner[labels < none])
    if len(tied) < FOLDS:
        return rng.permutation(len(owner)) % FOLDS
    deal = np.zeros(int(owner.max()) + 1, np.int64)
    others = np.setdiff1d(np.unique(owner), tied)
    deal[rng.permutation(tied)] = np.arange(len(tied)) % FOLDS
    deal[rng.permutation(others)] = np.arange(len(others)) % FOLDS
    return deal[owner]


def make_bayes(lesson: Lesson) -> Learned:
    """Return the system ``bayes``."""
    return Learned("bayes", lesson, Bayes())


def make_logistic(lesson: Lesson) -> Learned:
    """Return the system ``logistic``."""
    return Learned("logistic", lesson, Logistic())


def make_forest(lesson: Lesson) -> Learned:
    """Return the system ``forest``."""
    return Learned("forest", lesson, Forest(lesson.seed))


def make_boosting(lesson: Lesson) -> Learned:
    """Return the system ``boosting``."""
    return Learned("boosting", lesson, Boosting(lesson.seed))
