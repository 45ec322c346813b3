"""Coordination: "breast and ovarian cancer" names two cancers, "cleft lip and palate" two clefts.

Beside a match of two words or more that a conjunction touches, the words that it shares with its
neighbours are put together again ("breast" + "cancer") and looked up; what the vocabulary knows
becomes a discontinuous mention. All such tries of a batch are looked up in one scan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.recognize.columns import COORDINATION, Spans, Work
from onoma.recognize.dictionary import DictionaryRecognizer
from onoma.recognize.scan import scan
from onoma.text.characters import SYMBOL
from onoma.text.tokens import word_hash
from onoma.types import type_mask

I64 = npt.NDArray[np.int64]

MOST_ITEMS = 4  # "brain, breast, colon and prostate cancer"
MOST_WORDS = 2  # of one item
SHARING = np.uint32(
    type_mask(("disease", "phenotype", "anatomy", "cell_type", "process", "procedure", "test",
               "chemical", "component", "clinical_modifier"))
)  # fmt: skip
"""Types whose names share words when they are coordinated (genes and species hardly do)."""
_AND_OR = tuple(word_hash(word) for word in ("and", "or"))


@dataclass(frozen=True, slots=True)
class _Try:
    """Words put together: the match they belong to, the first and last token, and the gap."""

    span: int
    words: tuple[int, ...]
    first: int  # tokens
    last: int
    gap_first: int  # the tokens left out: gap_first ..< gap_last
    gap_last: int


class Coordination:
    """Finds the other members of coordinated names."""

    def __init__(self, recognizer: DictionaryRecognizer) -> None:
        """Take the recogniser whose index and types hold here too."""
        self.recognizer = recognizer

    def extend(self, work: Work, spans: Spans) -> Spans:
        """Return the spans with the discontinuous ones added."""
        if not len(spans):
            return spans
        joint, joining = _joints(work)
        size = len(work.words)
        first = work.token_at(spans.start)
        last = work.token_at(spans.end) - 1
        types = self.recognizer.key_types[spans.key] & self.recognizer.mask
        several = (last > first) & (spans.key >= 0) & ((types & SHARING) != 0)
        before = several & joining[np.maximum(first - 1, 0)] & (first > 0)
        behind = several & joining[np.minimum(last + 1, size - 1)] & (last + 1 < size)
        tries: list[_Try] = []
        for place in np.flatnonzero(before).tolist():
            tries.extend(_to_the_left(work, joint, place, int(first[place]), int(last[place])))
        for place in np.flatnonzero(behind).tolist():
            tries.extend(_to_the_right(work, joint, place, int(first[place]), int(last[place])))
        return self._look_up(work, spans, tries) if tries else spans

    def _look_up(self, work: Work, spans: Spans, tries: list[_Try]) -> Spans:
        """Return the spans with the tries that are names, under a type of their match."""
        lengths = np.array([len(one.words) for one in tries], np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths + 1)])
        words = np.zeros(int(starts[-1]), np.uint32)
        for start, one in zip(starts.tolist(), tries, strict=False):
            words[start : start + len(one.words)] = one.words
        found = scan(self.recognizer.index, words, np.zeros(len(words), bool))
        number = np.searchsorted(starts, found.start, side="right") - 1
        whole = (found.start == starts[number]) & (found.end == starts[number] + lengths[number])
        types = self.recognizer.key_types
        source = np.array([one.span for one in tries], np.int64)[number]
        alike = (types[found.key] & types[spans.key[source]] & self.recognizer.mask) != 0
        good = np.flatnonzero(whole & alike)
        rows: dict[tuple[int, int, int], tuple[int, int, int, int, int]] = {}
        for place in good.tolist():
            one, key = tries[int(number[place])], int(found.key[place])
            start, end = int(work.tokens.start[one.first]), int(work.tokens.end[one.last])
            gap = (int(work.tokens.end[one.gap_first - 1]), int(work.tokens.start[one.gap_last]))
            rows.setdefault((start, end, key), (start, end, key, *gap))
        if not rows:
            return spans
        columns = [np.array(column, np.int64) for column in zip(*rows.values(), strict=True)]
        added = Spans.of(columns[0], columns[1], columns[2], found_by=COORDINATION)
        return Spans.merge(spans, added.with_gaps(columns[3], columns[4]))


def _joints(work: Work) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which tokens join names (and, or, a slash, a comma), and which do but for commas."""
    hashes = work.tokens.hash
    joining = (hashes == np.uint64(_AND_OR[0])) | (hashes == np.uint64(_AND_OR[1]))
    symbols = np.flatnonzero(work.tokens.kind == SYMBOL)
    codes = work.batch.codes[work.tokens.start[symbols]]
    joining[symbols[codes == ord("/")]] = True
    joint = joining.copy()
    joint[symbols[codes == ord(",")]] = True
    return joint, joining


def _to_the_left(
    work: Work, joint: npt.NDArray[np.bool_], place: int, first: int, last: int
) -> Iterator[_Try]:
    """Yield "breast + cancer" for "breast and [ovarian cancer]"."""
    words = work.words
    whole = words[first : last + 1].tolist()
    for low, high in _items_before(work, joint, first):
        item = words[low:high].tolist()
        for cut in range(1, len(whole)):
            yield _Try(place, (*item, *whole[cut:]), low, last, high, first + cut)


def _items_before(work: Work, joint: npt.NDArray[np.bool_], stop: int) -> Iterator[tuple[int, int]]:
    """Yield token ranges of the items joined in front of ``stop``, nearest first."""
    at = stop
    for number in range(MOST_ITEMS):
        joined = at
        while at > 0 and joint[at - 1]:
            at -= 1
        if at == joined:
            return
        size = 0
        while size < MOST_WORDS and _usable(work, joint, at - size - 1):
            size += 1
            alone = not _usable(work, joint, at - size - 1)
            if alone or number == 0:
                yield at - size, at
            if alone:
                break
        if not size or _usable(work, joint, at - size - 1):
            return  # the item is the tail of a longer phrase: no list goes on before it
        at -= size


def _usable(work: Work, joint: npt.NDArray[np.bool_], token: int) -> bool:
    return (
        token >= 0
        and not joint[token]
        and bool(work.words[token])
        and (work.tokens.kind[token] != SYMBOL)
    )


def _to_the_right(
    work: Work, joint: npt.NDArray[np.bool_], place: int, first: int, last: int
) -> Iterator[_Try]:
    """Yield "cleft + palate" for "[cleft lip] and palate"."""
    words = work.words
    whole = words[first : last + 1].tolist()
    at = last + 1
    while at < len(words) and joint[at]:
        at += 1
    for size in range(1, MOST_WORDS + 1):
        if at + size > len(words) or not _usable(work, joint, at + size - 1):
            return
        item = words[at : at + size].tolist()
        for cut in range(1, len(whole)):
            yield _Try(place, (*whole[:cut], *item), first, at + size - 1, first + cut, at)
