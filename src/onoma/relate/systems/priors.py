"""How often a pair of names or concepts, and each end, was tied in other documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from onoma.relate.features import F32
from onoma.relate.instances import RelationText

Key = tuple[str, Hashable]


class Priors:
    """Counts of training pairs by their ends; a document is never told about itself."""

    WIDTH = 9

    def __init__(self) -> None:
        """Start without a count."""
        self._seen: Counter[Key] = Counter()
        self._tied: Counter[Key] = Counter()
        self._own_seen: Counter[tuple[str, Key]] = Counter()
        self._own_tied: Counter[tuple[str, Key]] = Counter()

    def add(
        self, text: RelationText, pairs: Sequence[tuple[int, int]], tied: Sequence[bool]
    ) -> None:
        """Count a training text's pairs."""
        document = _document(text)
        for pair, is_tied in zip(pairs, tied, strict=True):
            for key in prior_keys(text, pair):
                self._seen[key] += 1
                self._own_seen[document, key] += 1
                if is_tied:
                    self._tied[key] += 1
                    self._own_tied[document, key] += 1

    def counts(self) -> Iterator[tuple[Key, int, int]]:
        """Yield each key with how often it was tied and seen."""
        return ((key, self._tied[key], seen) for key, seen in self._seen.items())

    def columns(self, text: RelationText, pairs: Sequence[tuple[int, int]]) -> F32:
        """Return for each pair, and for its ends: how often tied and seen elsewhere, and the share.

        Shape: (pairs, ``WIDTH``). Shares are drawn to the overall one.
        """
        document = _document(text)
        overall = _ratio(sum(self._tied.values()), sum(self._seen.values()))
        out = np.zeros((len(pairs), self.WIDTH), np.float32)
        for row, pair in enumerate(pairs):
            for i, key in enumerate(prior_keys(text, pair)):
                seen = self._seen[key] - self._own_seen[document, key]
                tied = self._tied[key] - self._own_tied[document, key]
                out[row, 3 * i : 3 * i + 3] = tied, seen, (tied + overall) / (seen + 1)
        return out


def prior_keys(text: RelationText, pair: tuple[int, int]) -> list[Key]:
    """Return the keys under which a pair is counted: concepts, or names where there are none."""
    names = []
    for place in pair:
        entity = text.entities[place]
        names.append(entity.key if ":" in entity.key else entity.label.lower())
    return [("pair", tuple(names)), ("first", names[0]), ("second", names[1])]


def _document(text: RelationText) -> str:
    return text.id.partition("#")[0]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
