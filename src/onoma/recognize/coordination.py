"""Coordination: "breast and ovarian cancer" names two cancers, "cleft lip and palate" two clefts.

Beside a match of two words or more that a conjunction touches, the words that it shares with its
neighbours are put together again ("breast" + "cancer") and looked up; what the vocabulary knows
becomes a discontinuous mention. All such tries of a batch are looked up in one scan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.trie import BRANCH, ROOT_SHIFT, pair_places, passes
from onoma.recognize.columns import COORDINATION, Spans, Work
from onoma.recognize.dictionary import DictionaryRecognizer
from onoma.recognize.scan import MatcherIndex, scan
from onoma.text.characters import SYMBOL
from onoma.text.tokens import word_hash
from onoma.types import type_mask

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST_ITEMS = 4  # "brain, breast, colon and prostate cancer"
MOST_WORDS = 2  # of one item
MOST_JOINTS = 8  # ", and/or": words and signs one behind the other
SHARING = np.uint32(
    type_mask(("disease", "phenotype", "anatomy", "cell_type", "process", "procedure", "test",
               "chemical", "component", "clinical_modifier"))
)  # fmt: skip
"""Types whose names share words when they are coordinated (genes and species hardly do)."""
_AND_OR = tuple(np.uint64(word_hash(word)) for word in ("and", "or"))


@dataclass(frozen=True, slots=True)
class _Tries:
    """Words put together, as columns: the match they belong to and two ranges of tokens."""

    span: I64
    first: I64  # first ..< first_end, then second ..< end: what lies between is left out
    first_end: I64
    second: I64
    end: I64

    def __len__(self) -> int:
        """Return the number of tries."""
        return len(self.span)

    def keep(self, which: npt.NDArray[np.generic]) -> _Tries:
        """Return the tries at these places."""
        return _Tries(
            self.span[which], self.first[which], self.first_end[which], self.second[which],
            self.end[which],
        )  # fmt: skip

    def sequences(self, words: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.uint32], I64, I64]:
        """Return the words of each try end to end with a 0 behind each, the starts and lengths."""
        ahead = self.first_end - self.first
        length = ahead + self.end - self.second
        owner, number = _numbered(length + 1)
        behind = number - ahead[owner]
        token = np.where(behind < 0, self.first[owner] + number, self.second[owner] + behind)
        is_mark = number == length[owner]
        out = words[np.where(is_mark, 0, token)]
        out[is_mark] = 0
        return out, np.cumsum(length + 1) - length - 1, length


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What tokens are to coordination; those in front of and behind a batch are nothing."""

    work: Work

    def joins(self, token: I64) -> Bools:
        """Return which of these tokens join names: and, or, a slash."""
        inside, at = self._inside(token)
        word = self.work.tokens.hash[at]
        named = (word == _AND_OR[0]) | (word == _AND_OR[1])
        return np.asarray(inside & (named | self._is_sign(at, "/")))

    def lists(self, token: I64) -> Bools:
        """Return which of these tokens join names or are commas."""
        inside, at = self._inside(token)
        return self.joins(token) | (inside & self._is_sign(at, ","))

    def free(self, token: I64) -> Bools:
        """Return which of these tokens can be in a name."""
        inside, at = self._inside(token)
        known = (self.work.words[at] != 0) & (self.work.tokens.kind[at] != SYMBOL)
        return np.asarray(inside & known & ~self.lists(token))

    def _inside(self, token: I64) -> tuple[Bools, I64]:
        size = len(self.work.words)
        return (token >= 0) & (token < size), np.clip(token, 0, size - 1)

    def _is_sign(self, at: I64, sign: str) -> Bools:
        tokens = self.work.tokens
        code = self.work.batch.codes[tokens.start[at]]
        return np.asarray((code == ord(sign)) & (tokens.kind[at] == SYMBOL))

    def run(self, token: I64, step: int, test: Callable[[I64], Bools], most: int) -> I64:
        """Return how many tokens from each on, in steps of 1 or -1, pass a test (``most``)."""
        size = np.zeros(len(token), np.int64)
        going = np.arange(len(token))
        for number in range(most):
            going = going[test(token[going] + step * number)]
            if not len(going):
                break
            size[going] += 1
        return size


class Coordination:
    """Finds the other members of coordinated names."""

    def __init__(self, recognizer: DictionaryRecognizer) -> None:
        """Take the recogniser whose index and types hold here too."""
        self.recognizer = recognizer

    def extend(self, work: Work, spans: Spans) -> Spans:
        """Return the spans with the discontinuous ones added."""
        if not len(spans):
            return spans
        sentence = _Sentence(work)
        first, last = work.token_at(spans.start), work.token_at(spans.end) - 1
        types = self.recognizer.key_types[spans.key] & self.recognizer.mask
        several = (last > first) & (spans.key >= 0) & ((types & SHARING) != 0)
        rows = np.flatnonzero(several)
        before = rows[sentence.joins(first[rows] - 1)]
        behind = rows[sentence.joins(last[rows] + 1)]
        if not len(before) and not len(behind):
            return spans
        tries = _joined(
            _to_the_left(sentence, before, first[before], last[before]),
            _to_the_right(sentence, behind, first[behind], last[behind]),
        )
        return self._look_up(work, spans, _without_tails(tries, first, last + 1))

    def _look_up(self, work: Work, spans: Spans, tries: _Tries) -> Spans:
        """Return the spans with the tries that are names, under a type of their match."""
        index, types = self.recognizer.index, self.recognizer.key_types
        tries = tries.keep(_may_be_names(index, work.words, tries))
        if not len(tries):
            return spans
        words, starts, lengths = tries.sequences(work.words)
        found = scan(index, words, np.zeros(len(words), bool))
        number = np.searchsorted(starts, found.start, side="right") - 1
        whole = (found.start == starts[number]) & (found.end == starts[number] + lengths[number])
        own = spans.key[tries.span[number]]
        alike = types[found.key] & types[own] & self.recognizer.mask
        good = np.flatnonzero(whole & (alike != 0) & (found.key != own))  # "T cells and cells"
        if not len(good):
            return spans
        good = good[_longest(tries.keep(number[good]))]
        one, key = tries.keep(number[good]), found.key[good]
        begins, ends = work.tokens.start, work.tokens.end
        columns = np.stack([begins[one.first], ends[one.end - 1], key]).astype(np.int64)
        places: dict[tuple[int, ...], int] = {}  # several tries may be one
        for place, row in enumerate(zip(*columns.tolist(), strict=True)):
            places.setdefault(row, place)
        new = list(places.values())
        added = Spans.of(*columns[:, new], found_by=COORDINATION)
        gaps = np.stack([ends[one.first_end - 1][new], begins[one.second][new]]).astype(np.int64)
        return Spans.merge(spans, added.with_gaps(*gaps))


def _without_tails(tries: _Tries, first: I64, end: I64) -> _Tries:
    """Return the tries without those whose first part is the tail of a longer name.

    ``first``, ``end``: the tokens of the names, which do not overlap. Of "febrile seizures and mood
    disorder", "seizures + disorder" is not meant.
    """
    place = np.minimum(np.searchsorted(end, tries.first_end), len(end) - 1)
    is_tail = (end[place] == tries.first_end) & (first[place] < tries.first)
    return tries.keep(~is_tail)


def _longest(tries: _Tries) -> I64:
    """Return the tries that are no part of another one of the same words.

    Of "iron deficiency and pernicious anaemia" "deficiency anaemia" is not meant, of "acute and
    chronic lymphocytic leukemia" "acute leukemia" is not.
    """
    size = tries.first - tries.first_end + tries.second - tries.end  # less than 0: the words
    good = _leaders(size, tries.first_end, tries.second)
    return good[_leaders(size[good], tries.first[good], tries.first_end[good], tries.end[good])]


def _leaders(size: I64, *same: I64) -> I64:
    """Return the rows with the most words among those that are alike in some columns, in order."""
    order = np.lexsort((size, *same))
    columns = np.stack([column[order] for column in same])
    fresh = np.append(True, (columns[:, 1:] != columns[:, :-1]).any(axis=0))
    best = size[order][np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))]
    return np.sort(order[size[order] == best])


def _may_be_names(index: MatcherIndex, words: npt.NDArray[np.uint32], tries: _Tries) -> I64:
    """Return the tries whose first two words begin some name of the vocabulary."""
    second = np.where(tries.first_end - tries.first > 1, tries.first + 1, tries.second)
    one, two = words[tries.first], words[second]
    maybe = np.flatnonzero(passes(index.pairs, pair_places(one, two)) & (two != 0))
    return np.asarray(maybe[index.roots[one[maybe]] >> np.uint32(ROOT_SHIFT) >= BRANCH])


def _to_the_left(sentence: _Sentence, span: I64, first: I64, last: I64) -> _Tries:
    """Return "breast + cancer" for "breast and [ovarian cancer]", the nearest items first."""
    parts = []
    at, place = first, np.arange(len(span))  # where the items of each place end, still to be read
    for number in range(MOST_ITEMS):
        end = at - sentence.run(at - 1, -1, sentence.lists, MOST_JOINTS)
        size = sentence.run(end - 1, -1, sentence.free, MOST_WORDS + 1)
        on = np.flatnonzero((end < at) & (size > 0))
        at, place, size = end[on], place[on], size[on]
        if number == 0:  # of a phrase of many words, too, the last ones may be meant
            owner, short = _numbered(np.minimum(size, MOST_WORDS))
            low, high, item = at[owner] - short - 1, at[owner], place[owner]
        else:
            whole = np.flatnonzero(size <= MOST_WORDS)
            low, high, item = at[whole] - size[whole], at[whole], place[whole]
        owner, cut = _numbered((last - first)[item])
        low, high, item = low[owner], high[owner], item[owner]
        parts.append(_Tries(span[item], low, high, first[item] + cut + 1, last[item] + 1))
        on = np.flatnonzero(size <= MOST_WORDS)  # no list goes on before a longer phrase
        at, place = at[on] - size[on], place[on]
    tries = _joined(*parts)
    return tries.keep(np.argsort(tries.span, kind="stable"))


def _to_the_right(sentence: _Sentence, span: I64, first: I64, last: I64) -> _Tries:
    """Return "cleft + palate" for "[cleft lip] and palate"."""
    at = last + 1 + sentence.run(last + 1, 1, sentence.lists, MOST_JOINTS)
    sizes = sentence.run(at, 1, sentence.free, MOST_WORDS)
    item, size = _numbered(sizes)
    owner, cut = _numbered((last - first)[item])
    item, size = item[owner], size[owner]
    start = first[item]
    return _Tries(span[item], start, start + cut + 1, at[item], at[item] + size + 1)


def _numbered(counts: I64) -> tuple[I64, I64]:
    """Return for each of so many things of each row the row and the thing's number in it."""
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)


def _joined(*parts: _Tries) -> _Tries:
    return _Tries(*(np.concatenate([getattr(p, n) for p in parts]) for n in _Tries.__slots__))
