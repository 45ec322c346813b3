"""How likely a mention is wrong, from what its finders left behind; a first guess, with reasons.

Uncertainty sampling (Lewis and Gale 1994; Settles 2009): what is most doubtful is looked at first.
A queue learns on from what its reader decides (``seats``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onoma.types import AnnotatedDocument, Mention

WEIGHTS = {"score": 0.6, "rival": 0.35, "nil": 0.45, "alone": 0.35, "varies": 0.3, "short": 0.25}
"""How much each reason counts at most, chosen on development texts (docs/curate.md)."""

WORDS = {
    "score": "its score is low",
    "rival": "another concept scores nearly as high",
    "nil": "no concept was found for it",
    "alone": "dictionary and tagger disagree",
    "varies": "the same words mean another concept elsewhere",
    "short": "it is short",
}
SHORT = 4  # characters of a name that is often something else


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
    return [
        [_doubt(one, document, len(concepts[_name(one)]) > 1) for one in document.mentions]
        for document in known
    ]


def _name(mention: Mention) -> tuple[str, str]:
    return mention.text.casefold(), mention.type


def _doubt(mention: Mention, document: AnnotatedDocument, is_varying: bool) -> Doubt:
    finders = mention.found_by.split("+")
    signs = {
        "score": 1 - min(max(mention.score, 0.0), 1.0),
        "rival": _rival(mention),
        "nil": float(mention.curie is None),
        "alone": float(_is_read_by_both(document) and len(finders) == 1),
        "varies": float(is_varying),
        "short": float(len(mention.text) < SHORT),
    }
    return joined(signs)


def joined(signs: dict[str, float]) -> Doubt:
    """Return the doubt of signs, each 0 to 1: right is what no sign speaks against (noisy or)."""
    right, reasons = 1.0, []
    for name, value in signs.items():
        share = WEIGHTS[name] * value
        right *= 1 - share
        if share >= 0.05:
            reasons.append((name, round(share, 3)))
    return Doubt(round(1 - right, 4), tuple(sorted(reasons, key=lambda one: -one[1])))


def _is_read_by_both(document: AnnotatedDocument) -> bool:
    return any(what == "tagger" for what, _ in document.models)


def _rival(mention: Mention) -> float:
    """Return how near the best other concept comes; one of another vocabulary is no rival."""
    if mention.curie is None or len(mention.candidates) < 2:
        return 0.0
    first, *others = mention.candidates
    prefix = first.curie.partition(":")[0]
    near: Sequence[float] = [
        one.score for one in others if one.curie.partition(":")[0] == prefix and one.via is None
    ]
    return min(max(near, default=0.0) / first.score, 1.0) if first.score > 0 else 0.0
