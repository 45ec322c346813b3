"""How likely a mention is wrong, from what its finders left behind; a first guess, with reasons.

Uncertainty sampling (Lewis and Gale 1994; Settles 2009): what is most doubtful is looked at first.
The guess is a logistic sum of signs. A queue learns on from what its reader decides (``seats``).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from onoma.types import AnnotatedDocument, Mention

USUAL = -2.4
WEIGHTS = {
    "score": 4.5,
    "several": 3.0,
    "nil": 1.5,
    "parted": 0.9,
    "varies": 0.8,
    "alone": 0.8,
    "once": 0.5,
}
"""What each sign, 0 to 1, adds to the log-odds of being wrong: fitted on the training parts of NCBI
Disease and BC5CDR in mode dictionary and rounded; ``alone``, which only ``hybrid`` has, by guess.
Two more were tried and told nothing there: the next concept's score, and short names."""
TOLD = 0.4  # log-odds from which a sign is told as a reason

WORDS = {
    "score": "its score is low",
    "several": "there are several candidates",
    "nil": "no concept was found for it",
    "parted": "it is part of a list of names that share words",
    "varies": "the same words mean another concept elsewhere",
    "alone": "dictionary and tagger disagree",
    "once": "it is named once in its document",
}
MANY = 5  # other candidates


@dataclass(frozen=True, slots=True)
class Doubt:
    """How doubtful a mention is, 0 to 1 (higher: look sooner); reasons, the strongest first."""

    value: float
    reasons: tuple[tuple[str, float], ...] = ()

    @property
    def words(self) -> list[str]:
        """The reasons in words."""
        return [WORDS[name] for name, _ in self.reasons]


def doubts(documents: Iterable[AnnotatedDocument]) -> list[list[Doubt]]:
    """Return the doubt of each mention of each document."""
    known = list(documents)
    concepts: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for document in known:
        for one in document.mentions:
            concepts[_name(one)].add(one.curie)
    out = []
    for document in known:
        counted = Counter(_name(one) for one in document.mentions)
        is_read_by_both = any(what == "tagger" for what, _ in document.models)
        row = []
        for one in document.mentions:
            signs = {
                "score": 1 - min(max(one.score, 0.0), 1.0),
                "several": min(max(len(one.candidates) - 1, 0), MANY) / MANY,
                "nil": float(one.curie is None),
                "parted": float("coordination" in one.found_by),
                "varies": float(len(concepts[_name(one)]) > 1),
                "alone": float(is_read_by_both and "+" not in one.found_by),
                "once": float(counted[_name(one)] == 1),
            }
            row.append(joined(signs))
        out.append(row)
    return out


def _name(mention: Mention) -> tuple[str, str]:
    return mention.text.casefold(), mention.type


def joined(signs: dict[str, float]) -> Doubt:
    """Return the doubt of signs, each 0 to 1."""
    parts = {name: WEIGHTS[name] * value for name, value in signs.items()}
    chance = 1 / (1 + math.exp(-USUAL - sum(parts.values())))
    reasons = [(name, round(part, 3)) for name, part in parts.items() if part >= TOLD]
    return Doubt(round(chance, 4), tuple(sorted(reasons, key=lambda one: -one[1])))
