"""Relations as inference: a text implies one of the task's hypotheses, or none of them.

Each kind is put in words and ranked against the words around a pair by a scorer that was taught by
other tasks; what examples the task itself has fit a linear model on top. With few examples, or
none at all, the words of the kinds do the work. Source: Xu et al. 2022 (NBR).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onoma.relate.candidates import Pair, candidate_pairs
from onoma.relate.gold import GoldText
from onoma.relate.inference.entailment import Vectors, entailment_rows, masked
from onoma.relate.inference.hypotheses import hypotheses_of
from onoma.relate.inference.learning import FEW_BORDER, Fitted, crossed_fit
from onoma.relate.inference.scorer import Scorer, chances_of, shipped_scorer
from onoma.relate.instances import RelationText, Tie
from onoma.relate.saying.causality import features
from onoma.relate.saying.words import Window, window_of
from onoma.relate.systems import Lesson
from onoma.relate.tasks import RelationTask

F32 = npt.NDArray[np.float32]

ZERO_SHOT = FEW_BORDER  # a chance below it is no relation; best on left-out tasks
_BATCH = 512


class Inference:
    """Finds the relations of a task by what its kinds say in words."""

    name = "inference"

    def __init__(self, lesson: Lesson, scorer: Scorer | None = None) -> None:
        """Learn from a lesson; ``scorer``: the shipped one that did not see this task."""
        self.task: RelationTask = lesson.task
        self.hypotheses = hypotheses_of(lesson.task)
        self._scorer = scorer if scorer is not None else shipped_scorer(lesson.task.name)
        self._vectors = Vectors()
        self._fitted: Fitted | None = None
        self._border = ZERO_SHOT
        if any(one.ties for one in lesson.texts):
            self._learn(lesson.texts, lesson.seed)

    def _learn(self, texts: Sequence[GoldText], seed: int) -> None:
        none = len(self.hypotheses)
        place = {one.kind: number for number, one in enumerate(self.hypotheses)}
        windows: list[Window] = []
        right: list[int] = []
        owner: list[int] = []
        for number, one in enumerate(texts):
            ties = {self._key((t.first, t.second)): t.kind for t in one.ties if t.kind in place}
            for pair in candidate_pairs(one.text, self.task):
                windows.append(window_of(one.text, Tie(*pair, "")))
                right.append(place.get(ties.get(self._key(pair), ""), none))
                owner.append(number)
        base, vectors = self._base(windows)
        seen = [features(window) for window in windows]
        gold = np.array(right, np.int64)
        self._fitted, self._border = crossed_fit(
            base, seen, vectors, gold, np.array(owner), seed=seed
        )

    def _key(self, pair: Pair) -> Pair:
        """Return a pair by which ties and candidates meet; order counts in directed tasks."""
        return pair if self.task.is_directed else (min(pair), max(pair))

    def _base(self, windows: Sequence[Window]) -> tuple[F32, F32]:
        """Return the scorer's margins and the sentences' vectors."""
        margins = [
            self._scorer.margins(
                entailment_rows(windows[at : at + _BATCH], self.hypotheses, self._vectors)
            )
            for at in range(0, len(windows), _BATCH)
        ]
        vectors = self._vectors.sentences([masked(window) for window in windows])
        return np.concatenate(margins), vectors

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text, those above the border."""
        return [self._ties(text) for text in texts]

    def _ties(self, text: RelationText) -> tuple[Tie, ...]:
        pairs = candidate_pairs(text, self.task)
        if not pairs:
            return ()
        windows = [window_of(text, Tie(*pair, "")) for pair in pairs]
        base, vectors = self._base(windows)
        if self._fitted is None:
            chances = chances_of(base)
        else:
            chances = self._fitted.chances(base, [features(one) for one in windows], vectors)
        chances = chances[:, :-1]
        best, score = chances.argmax(axis=1), chances.max(axis=1)
        return tuple(
            Tie(*pair, self.hypotheses[int(best[row])].kind, float(score[row]))
            for row, pair in enumerate(pairs)
            if score[row] >= self._border
        )


def make(lesson: Lesson) -> Inference:
    """Return the system."""
    return Inference(lesson)
