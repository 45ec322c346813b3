"""Relations told in plain words: what "drug worsens disease" asks for, without an example of it.

A pair is asked whether its text implies a description, beside general relations that compete with
it (increases, treats, is associated with ...) and "none"; only what wins, surely enough, is told.
Source of the idea: Xu et al. 2022 (NBR).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from onoma.errors import InputError
from onoma.relate.candidates import mention_sentences
from onoma.relate.inference.entailment import Vectors, entailment_rows
from onoma.relate.inference.hypotheses import Hypothesis, described, hypotheses_of
from onoma.relate.inference.scorer import Scorer, chances_of, shipped_scorer
from onoma.relate.instances import Entity, RelationText, Tie
from onoma.relate.saying.words import place_of, window_of
from onoma.relate.tasks import WIDER, relation_task
from onoma.types import RelationEvidence

LEAST = 0.5  # a chance from here on counts
ALIKE = 0.75  # a general relation nearer than this to a description does not compete with it
_GENERAL = "dimb"  # the task whose kinds compete: the most general ones
_BATCH = 512


class DescribedRelater:
    """Finds relations by their descriptions; a tie's kind is the description."""

    name = "described"

    def __init__(
        self,
        descriptions: Sequence[str],
        *,
        least: float = LEAST,
        scorer: Scorer | None = None,
    ) -> None:
        """Take descriptions such as ``drug worsens disease``; ``least``: the chance that counts.

        Raises: InputError: one is not of the form type, verb phrase, type; there are none.
        """
        if not descriptions:
            raise InputError("no description of a relation", hint="give 'drug worsens disease'")
        if not 0 < least <= 1:
            raise InputError(f"least is {least}", hint="give a chance above 0, 1 at most")
        self.asked = tuple(described(one) for one in dict.fromkeys(descriptions))
        self._least = least
        self._scorer = scorer if scorer is not None else shipped_scorer()
        self._vectors = Vectors()
        self._all = (*self.asked, *self._competitors())

    def _competitors(self) -> Iterator[Hypothesis]:
        """Yield the general relations that mean something else than all that is asked."""
        asked = self._vectors.words([p.core for one in self.asked for p in one.phrases])
        senses = {sense for one in self.asked for sense in one.senses}
        for one in hypotheses_of(relation_task(_GENERAL)):
            own = self._vectors.words([phrase.core for phrase in one.phrases])
            if one.sense not in senses and float((own @ asked.T).max()) < ALIKE:
                yield one

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text that descriptions ask for, in the entities' order."""
        return [tuple(self._ties(text)) for text in texts]

    def _ties(self, text: RelationText) -> Iterator[Tie]:
        pairs = list(self._pairs(text))
        for at in range(0, len(pairs), _BATCH):
            part = pairs[at : at + _BATCH]
            ties = [Tie(first, second, "") for first, second in part]
            windows = [window_of(text, tie) for tie in ties]
            margins = self._scorer.margins(entailment_rows(windows, self._all, self._vectors))
            for row, (first, second) in enumerate(part):
                ends = text.entities[first], text.entities[second]
                fits = [_fits(one, *ends) for one in self.asked]
                out = np.where(fits, 0.0, -np.inf).astype(np.float32)
                margins[row, : len(fits)] += out
            chances = chances_of(margins)
            for tie, chance in zip(ties, chances, strict=True):
                best = int(chance.argmax())
                if best < len(self.asked) and chance[best] >= self._least:
                    score = float(chance[best])
                    found = place_of(text, tie)
                    seen = RelationEvidence(
                        found.start, found.end, found.subject, found.object, score
                    )
                    yield Tie(tie.first, tie.second, self.asked[best].kind, score, evidence=(seen,))

    def _pairs(self, text: RelationText) -> Iterator[tuple[int, int]]:
        """Yield the pairs that share a sentence and have the types of a description."""
        sentences = [mention_sentences(one, text.sentences) for one in text.entities]
        for first, second in permutations(range(len(text.entities)), 2):
            ends = text.entities[first], text.entities[second]
            if ends[0].spans == ends[1].spans or not sentences[first] & sentences[second]:
                continue
            if any(_fits(one, *ends) for one in self.asked):
                yield first, second


def _fits(hypothesis: Hypothesis, first: Entity, second: Entity) -> bool:
    """Whether entities have the types of a hypothesis; a narrower type will do."""
    return all(
        not wanted or one.type == wanted or WIDER.get(one.type) == wanted
        for wanted, one in ((hypothesis.subject, first), (hypothesis.object, second))
    )
