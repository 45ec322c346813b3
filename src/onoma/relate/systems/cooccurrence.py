"""Every pair a task asks about, under the commonest kind of its types: what reading must beat."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from onoma.relate.candidates import candidate_pairs
from onoma.relate.instances import RelationText, Tie
from onoma.relate.systems import Lesson
from onoma.relate.tasks import RelationTask

TypeNames = tuple[str, str]


class CoOccurrence:
    """Ties every candidate pair; the score is the share of such pairs tied in training."""

    name = "cooccurrence"

    def __init__(
        self,
        task: RelationTask,
        kinds: dict[TypeNames, tuple[str, float]],
        novelty: dict[TypeNames, str],
    ) -> None:
        """Take the commonest kind of each pair of types with its share."""
        self.task, self.kinds, self.novelty = task, kinds, novelty

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text; types that were never tied are left out."""
        return [tuple(self._ties(text)) for text in texts]

    def _ties(self, text: RelationText) -> list[Tie]:
        out = []
        for first, second in candidate_pairs(text, self.task):
            types = type_names(text, first, second)
            kind, share = self.kinds.get(types, self._first())
            if kind:
                out.append(Tie(first, second, kind, share, self.novelty.get(types, "")))
        return out

    def _first(self) -> tuple[str, float]:
        """Return what is said of types without examples: nothing where there are any."""
        return ("", 0.0) if self.kinds else (self.task.evaluated[0], 0.5)


def make(lesson: Lesson) -> CoOccurrence:
    """Return the system, its counts taken from the lesson."""
    pairs: Counter[TypeNames] = Counter()
    kinds: dict[TypeNames, Counter[str]] = defaultdict(Counter)
    novelty: dict[TypeNames, Counter[str]] = defaultdict(Counter)
    evaluated = set(lesson.task.evaluated)
    for one in lesson.texts:
        for first, second in candidate_pairs(one.text, lesson.task):
            pairs[type_names(one.text, first, second)] += 1
        for tie in one.ties:
            types = type_names(one.text, tie.first, tie.second)
            if tie.kind in evaluated:
                kinds[types][tie.kind] += 1
                novelty[types][tie.novelty] += 1
    best = {}
    for types, counts in kinds.items():
        kind = counts.most_common(1)[0][0]
        best[types] = kind, min(1.0, counts.total() / max(1, pairs[types]))
    commonest = {types: counts.most_common(1)[0][0] for types, counts in novelty.items()}
    return CoOccurrence(lesson.task, best, commonest)


def type_names(text: RelationText, first: int, second: int) -> TypeNames:
    """Return the types of two entities, in the corpus's words where it has some."""
    one, two = text.entities[first], text.entities[second]
    return one.word or one.type, two.word or two.type
