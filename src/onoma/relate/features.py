"""Pairs of entities as rows of features: words by the hashes of their names, and plain numbers.

Nothing here is learnt, and nothing but NumPy is needed: the same rows serve training and reading.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.relate.instances import RelationText
from onoma.relate.page import Page
from onoma.relate.pair_numbers import NAMES, Ancestors, pair_numbers, trigger_counts
from onoma.relate.pair_words import pair_words

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

BITS = 20
NO_HIERARCHY: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class PairRows:
    """Rows of pairs. ``numbers`` is (pairs, len(NAMES)).

    The word features of row i are ``words[start[i] : start[i + 1]]``, sorted, below ``2**BITS``.
    """

    start: I64
    words: I64
    numbers: F32

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.numbers)


def pair_rows(
    text: RelationText, pairs: Sequence[tuple[int, int]], above: Ancestors = NO_HIERARCHY
) -> PairRows:
    """Return the rows of a text's pairs, in the order given.

    ``above`` gives the keys above an entity's key in a hierarchy: that a pair has a more specific
    one beside it says much in CID, where general diseases are not annotated.
    """
    page = Page(text)
    counts = trigger_counts(page) if pairs else {}
    words, numbers = [], []
    for pair in pairs:
        meetings = page.meetings(*pair)
        names = pair_words(page, *pair, meetings)
        hashes = {zlib.crc32(name.encode()) >> (32 - BITS) for name in names}
        words.append(np.fromiter(sorted(hashes), np.int64, len(hashes)))
        numbers.append(pair_numbers(page, pair, meetings, counts, above))
    start = np.concatenate([[0], np.cumsum([len(one) for one in words], dtype=np.int64)])
    return PairRows(
        start.astype(np.int64),
        np.concatenate(words) if words else np.empty(0, np.int64),
        np.array(numbers, np.float32).reshape(len(words), len(NAMES)),
    )


def stacked(parts: Sequence[PairRows]) -> PairRows:
    """Return the rows of several texts, one after the other."""
    sizes = [0, *np.cumsum([len(part.words) for part in parts]).tolist()]
    start = [part.start[:-1] + size for part, size in zip(parts, sizes, strict=False)]
    return PairRows(
        np.concatenate([*start, [sizes[-1]]]).astype(np.int64),
        np.concatenate([*(part.words for part in parts), np.empty(0, np.int64)]).astype(np.int64),
        np.concatenate([*(part.numbers for part in parts), np.empty((0, len(NAMES)), np.float32)]),
    )
