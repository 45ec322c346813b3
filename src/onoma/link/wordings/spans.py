"""Spans of texts whose words make up most of a name, in any order and any form.

For each name that shares words with a stretch of text the span from the first to the last of these
words is drawn; what the names' words cover tells which are looked at further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import Words, read_words
from onoma.link.wordings.names import NameRows
from onoma.text.variants import FUNCTION_WORDS

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

BORDERS = '.,;:()[]{}\n\r\t"!?'
INNER = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "both",
        "by",
        "for",
        "from",
        "her",
        "his",
        "in",
        "its",
        "of",
        "on",
        "or",
        "the",
        "their",
        "to",
        "with",
    ]
)
"""Words of grammar that may stand within a name; no name reaches over the others."""
JOINING = frozenset(["and", "or"])
GAP = 4  # words between two that one name covers
WIDEST = 9  # words of a span
COVERED = 0.5  # of what a name's words weigh
MOST_NAMES = 3  # of a span


@dataclass(frozen=True, slots=True)
class Read:
    """The words of texts, with what is known of each.

    ``number``: place among the names' words, or -1; ``grammar``: words of grammar, ``joining``:
    "and" and "or" of them; ``stretch``: words with no border between them have one number;
    ``base``: where each text begins in ``words.text``.
    """

    words: Words
    number: I64
    grammar: Bools
    joining: Bools
    stretch: I64
    base: I64


def read(texts: Sequence[str], names: NameRows) -> Read:
    """Return the words of texts."""
    slots = names.store.array("words")
    words = read_words(texts, slots)
    grammar, inner, joining = (
        np.isin(words.hash, np.unique(read_words(sorted(some), slots).hash))
        for some in (FUNCTION_WORDS, INNER, JOINING)
    )
    codes = np.frombuffer(words.text.encode("utf-32-le", "surrogatepass"), np.uint32)
    border = np.isin(codes, np.array([ord(c) for c in BORDERS], np.uint32))
    sums = np.concatenate([[0], np.cumsum(border)])
    at = sums[words.start]
    inside = sums[words.end] - at  # borders within words ("1.5") part nothing
    begun = at - np.concatenate([[0], np.cumsum(inside)[:-1]])
    fresh = (np.diff(begun, prepend=-1) != 0) | (np.diff(words.owner, prepend=-1) != 0)
    parting = grammar & ~inner
    fresh |= parting | np.concatenate([[False], parting[:-1]])
    lengths = np.array([len(text) + 1 for text in texts], np.int64)
    base = np.cumsum(lengths) - lengths
    return Read(words, names.number(words.word), grammar, joining, np.cumsum(fresh), base)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Spans (first and last word) each with a row of names that its words make up."""

    first: I64
    last: I64
    row: I64
    cover: F32

    @property
    def key(self) -> I64:
        """A number of each span, the same for all of its rows."""
        return self.first << 8 | (self.last - self.first)

    def keep(self, which: npt.NDArray[np.generic]) -> Drawn:
        """Return some of them, by place or by mark."""
        return Drawn(self.first[which], self.last[which], self.row[which], self.cover[which])


def draw(said: Read, names: NameRows) -> Drawn:
    """Return the spans of names that are covered."""
    place, form, share = names.stand_for(said.words, np.flatnonzero(~said.grammar))
    owner, row = names.holders.take(form)
    row = row.astype(np.int64)
    place, form, share = place[owner], form[owner], share[owner]
    gain = names.weight[form] * share
    size = np.int64(len(names))
    key = said.stretch[place] * size + row
    kept = _enough(key, gain, names.whole[row])
    place, form, gain, row, key = place[kept], form[kept], gain[kept], row[kept], key[kept]
    order = np.lexsort((place, key))
    key, place, form, gain, row = key[order], place[order], form[order], gain[order], row[order]
    fresh = np.diff(key, prepend=-1) != 0
    fresh |= np.diff(place, prepend=-99) > GAP + 1
    group = np.cumsum(fresh) - 1
    groups = int(group[-1]) + 1 if len(group) else 0
    # a word of a name counts once, by what stands for it best
    pair = np.lexsort((-gain, form, group))
    lead = np.ones(len(pair), bool)
    lead[1:] = (np.diff(group[pair]) != 0) | (np.diff(form[pair]) != 0)
    kept = pair[lead]
    # and a word of the text for one word
    pair = kept[np.lexsort((-gain[kept], place[kept], group[kept]))]
    lead = np.ones(len(pair), bool)
    lead[1:] = (np.diff(group[pair]) != 0) | (np.diff(place[pair]) != 0)
    kept = pair[lead]
    got = np.bincount(group[kept], weights=gain[kept], minlength=groups)
    first = np.full(groups, len(said.grammar), np.int64)
    last = np.full(groups, -1, np.int64)
    np.minimum.at(first, group[kept], place[kept])
    np.maximum.at(last, group[kept], place[kept])
    rows = row[fresh]
    cover = got / np.maximum(names.whole[rows], 1e-9)
    good = (cover >= COVERED) & (last - first < WIDEST)
    return Drawn(first[good], last[good], rows[good], cover[good].astype(np.float32))


def _enough(key: I64, gain: F32, whole: F32) -> I64:
    """Return the places whose key's gains sum up to enough of a name, if each counted."""
    order = np.argsort(key)
    ranked = key[order]
    first = np.flatnonzero(np.diff(ranked, prepend=-1))
    sums = np.add.reduceat(gain[order], first) if len(first) else np.empty(0)
    good = sums >= COVERED * whole[order[first]]
    return np.asarray(order[np.repeat(good, np.diff(np.append(first, len(order))))])
