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
from onoma.relate.listed_words import listed_words
from onoma.relate.listings import Listings
from onoma.relate.page import Page
from onoma.relate.pair_numbers import NAMES, Ancestors, pair_numbers, trigger_counts
from onoma.relate.pair_words import pair_words

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

BITS = 20
ALONE = -9.0
"""The log odds of the rival of a pair that has none."""
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
    text: RelationText,
    pairs: Sequence[tuple[int, int]],
    above: Ancestors = NO_HIERARCHY,
    *,
    is_listed: bool = True,
) -> PairRows:
    """Return the rows of a text's pairs, in the order given.

    ``above`` gives the keys above an entity's key in a hierarchy: that a pair has a more specific
    one beside it says much in CID, where general diseases are not annotated. ``is_listed`` also
    gives the words of sentences whose lists are read as one; weights learnt without ask without.
    """
    page = Page(text)
    listings = Listings(page)
    counts = trigger_counts(page) if pairs else {}
    words, numbers = [], []
    for pair in pairs:
        meetings = page.meetings(*pair)
        names = pair_words(page, *pair, meetings)
        if is_listed:
            names |= listed_words(page, listings, pair, meetings)
        hashes = {zlib.crc32(name.encode()) >> (32 - BITS) for name in names}
        words.append(np.fromiter(sorted(hashes), np.int64, len(hashes)))
        numbers.append(pair_numbers(page, pair, meetings, counts, above))
    start = np.concatenate([[0], np.cumsum([len(one) for one in words], dtype=np.int64)])
    return PairRows(
        start.astype(np.int64),
        np.concatenate(words) if words else np.empty(0, np.int64),
        np.array(numbers, np.float32).reshape(len(words), len(NAMES)),
    )


def rivals(scores: npt.NDArray[np.floating], ends: I64) -> F32:
    """Return how each pair stands among the pairs of its text that share an end.

    ``scores`` are log odds; ``ends`` is (pairs, 3): text, first and second entity. For each end:
    the best score of another pair with it, how far above that the pair's own is, its rank (0 the
    first), and how many are above even odds. A drug that another drug's harm is named beside is
    told by it.
    Shape: (pairs, 8).
    """
    out = np.zeros((len(scores), 8), np.float32)
    for side in (1, 2):
        groups: dict[tuple[int, int], list[int]] = {}
        for row, key in enumerate(zip(ends[:, 0].tolist(), ends[:, side].tolist(), strict=True)):
            groups.setdefault(key, []).append(row)
        for rows in groups.values():
            own = np.asarray(scores[rows], np.float32)
            order = np.argsort(-own, kind="stable")
            best = np.full(len(rows), own[order[0]])
            best[order[0]] = own[order[1]] if len(rows) > 1 else ALONE
            rank = np.empty(len(rows))
            rank[order] = np.arange(len(rows))
            columns = best, own - best, rank, np.full(len(rows), (own > 0).sum())
            out[rows, 4 * (side - 1) : 4 * side] = np.stack(columns, axis=1)
    return out


def agreeing(margins: npt.NDArray[np.floating], ends: I64) -> F32:
    """Return what the other pairs of a text with the same two names say: texts repeat themselves.

    ``margins`` are log odds of each kind; ``ends`` (pairs, 4), as ``pair_ends`` gives them. For
    each kind the best log odds of another such pair, and how many there are.
    Shape: (pairs, kinds + 1).
    """
    out = np.full((len(margins), margins.shape[1] + 1), ALONE, np.float32)
    out[:, -1] = 0
    groups: dict[tuple[int, int], list[int]] = {}
    for row, (text, _, _, names) in enumerate(ends.tolist()):
        groups.setdefault((text, names), []).append(row)
    for rows in groups.values():
        if len(rows) == 1:
            continue
        own = np.asarray(margins[rows], np.float32)
        order = np.argsort(-own, axis=0, kind="stable")
        best = np.repeat(np.take_along_axis(own, order[:1], 0), len(rows), 0)
        np.put_along_axis(best, order[:1], np.take_along_axis(own, order[1:2], 0), 0)
        out[rows, :-1], out[rows, -1] = best, len(rows) - 1
    return out


def neighbours(scores: npt.NDArray[np.floating], ends: I64) -> F32:
    """Return the log odds of the pairs that have the entity before or after in place of an end.

    In a list they are the members beside it. Shape: (pairs, 4).
    """
    place = {(text, *sorted(both)): row for row, (text, *both, _) in enumerate(ends.tolist())}
    out = np.full((len(scores), 4), ALONE, np.float32)
    for row, (text, first, second, _) in enumerate(ends.tolist()):
        beside = (first, second - 1), (first, second + 1), (first - 1, second), (first + 1, second)
        for column, both in enumerate(beside):
            other = place.get((text, *sorted(both)))
            if other is not None:
                out[row, column] = scores[other]
    return out


def pair_ends(text: RelationText, pairs: Sequence[tuple[int, int]], number: int = 0) -> I64:
    """Return for each pair the text's number, both ends, and a number of their two names.

    Pairs of a text with the same names, in whatever order, have the same number. Shape: (pairs, 4).
    """
    known: dict[frozenset[str], int] = {}
    rows = []
    for first, second in pairs:
        names = frozenset(
            one.key if ":" in one.key else one.label.lower()
            for one in (text.entities[first], text.entities[second])
        )
        rows.append((number, first, second, known.setdefault(names, len(known))))
    return np.array(rows, np.int64).reshape(-1, 4)


def stacked(parts: Sequence[PairRows]) -> PairRows:
    """Return the rows of several texts, one after the other."""
    sizes = [0, *np.cumsum([len(part.words) for part in parts]).tolist()]
    start = [part.start[:-1] + size for part, size in zip(parts, sizes, strict=False)]
    return PairRows(
        np.concatenate([*start, [sizes[-1]]]).astype(np.int64),
        np.concatenate([*(part.words for part in parts), np.empty(0, np.int64)]).astype(np.int64),
        np.concatenate([*(part.numbers for part in parts), np.empty((0, len(NAMES)), np.float32)]),
    )
