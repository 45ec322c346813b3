"""Misspelt words of a term: words of the vocabulary that are one or two edits away.

A word is looked up that no name of the types asked for has, or hardly any, where another one edit
off is in a hundred times as many. One made of known pieces is left alone ("nephrotoxicity": other
words begin with "nephro", and "toxicity" is one). An edit is a letter more, less or other, or two
neighbours exchanged (Damerau 1964; the distance is that of optimal string alignment).
Words are sieved by length and by which letters they hold before their distance is reckoned. Compare
SymSpell (Garbe 2012), whose table of deletions would be ten times as large as the vocabulary.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.features import WordFacts
from onoma.link.candidates.grams import Words
from onoma.link.candidates.index import Shard

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

SHORTEST = 5  # letters of a word that is looked up
SHORTEST_FOR_TWO = 8  # of one that may be two edits away
LONGEST = 24
MOST_WORDS = 4  # misspelt words of a term
RARE = 3  # names that hold a word that may yet be a misspelt one
TIMES = 100  # as many hold the word that it is taken for
LEAST_PREFIX, LEAST_SUFFIX, BEGUN = 3, 5, 3
BITS = np.array([bin(n).count("1") for n in range(1 << 13)], np.uint8)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A term with its misspelt words replaced, and how many edits that took."""

    text: str
    edits: int


@dataclass
class Speller:
    """Corrects words by those of some shards; none where ``is_silent``."""

    shards: tuple[Shard, ...]
    facts: WordFacts
    is_silent: bool = False

    @cached_property
    def _words(self) -> tuple[list[str], npt.NDArray[np.int32], U8, npt.NDArray[np.uint32], I64]:
        """The words of letters: texts, how often used, letters, which letters, lengths."""
        used: dict[str, int] = {}
        for shard in self.shards:
            rows = np.diff(shard.holders.start).tolist()
            for text, count in zip(shard.word_texts, rows, strict=True):
                if SHORTEST - 2 <= len(text) <= LONGEST and text.isascii() and text.isalpha():
                    used[text] = used.get(text, 0) + count
        order = sorted(used, key=len)
        letters = np.zeros((len(order), LONGEST), np.uint8)
        for row, text in enumerate(order):
            letters[row, : len(text)] = np.frombuffer(text.encode("ascii"), np.uint8)
        length = np.array([len(text) for text in order], np.int64)
        count = np.array([used[text] for text in order], np.int32)
        return order, count, letters, _masks(letters), length

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._words[0])

    def _is_compound(self, word: str) -> bool:
        """Return whether a word is a known one with a beginning that others have before it."""
        known = self._sorted
        for cut in range(LEAST_PREFIX, len(word) - LEAST_SUFFIX + 1):
            rest = word[cut:]
            at = bisect_left(known, rest)
            if at == len(known) or known[at] != rest:
                continue
            begun = bisect_left(known, word[:cut] + "{") - bisect_left(known, word[:cut])
            if begun >= BEGUN:
                return True
        return False

    def correct(self, terms: Sequence[str], words: Words) -> dict[int, Corrected]:
        """Return by place the terms that have misspelt words, corrected; ``words`` are theirs."""
        number = self.facts.number(words.word)
        held = np.where(number > 0, self.facts.held[number], 0)
        open_ = np.flatnonzero((held <= RARE) & (words.end - words.start >= SHORTEST))
        if self.is_silent or not len(open_):
            return {}
        base = np.cumsum([0, *(len(term) + 1 for term in terms)])
        swaps: dict[int, list[tuple[int, int, str, int]]] = {}
        for place in open_.tolist():
            found = self.nearest(words.folded(place), int(held[place]))
            if found is not None:
                owner = int(words.owner[place])
                first = int(words.start[place] - base[owner])
                last = int(words.end[place] - base[owner])
                swaps.setdefault(owner, []).append((first, last, *found))
        return {
            owner: _replaced(terms[owner], found)
            for owner, found in swaps.items()
            if len(found) <= MOST_WORDS
        }

    def nearest(self, word: str, held: int = 0) -> tuple[str, int] | None:
        """Return the word nearest to a folded one, the most used of equals, and its edits.

        ``held``: how many names have the word itself.
        """
        if not (SHORTEST <= len(word) <= LONGEST - 2 and word.isascii() and word.isalpha()):
            return None
        texts, count, letters, masks, length = self._words
        if not held and self._is_compound(word):
            return None
        most = 2 if len(word) >= SHORTEST_FOR_TWO and not held else 1
        first, last = np.searchsorted(length, [len(word) - most, len(word) + most + 1]).tolist()
        asked = np.zeros((1, LONGEST), np.uint8)
        asked[0, : len(word)] = np.frombuffer(word.encode("ascii"), np.uint8)
        other = masks[first:last] ^ _masks(asked)[0]
        near = BITS[other & 0x1FFF] + BITS[other >> np.uint32(13)] <= 2 * most
        near &= count[first:last] >= TIMES * held
        rows = np.flatnonzero(near) + first
        if not len(rows):
            return None
        far = distances(asked[0, : len(word)], letters[rows], length[rows], most)
        far[far == 0] = LONGEST
        best = int(far.min())
        if not 0 < best <= most:
            return None
        rows = rows[far == best]
        row = int(rows[np.argmax(count[rows])])
        return texts[row], best


def distances(word: U8, others: U8, length: I64, most: int) -> I64:
    """Return the edits between a word and others, rows of letters of these lengths.

    Right up to ``most``, which lengths may not differ by more than; what is further is further.
    """
    wide = len(word) + most
    before = np.full((wide + 1, len(others)), LONGEST, np.int8)
    row = np.tile(np.arange(wide + 1, dtype=np.int8)[:, None], len(others))
    letters = np.ascontiguousarray(others.T)
    for i in range(1, len(word) + 1):
        older, before = before, row
        row = np.full_like(before, LONGEST)
        row[0] = i
        for j in range(max(1, i - most), min(wide, i + most) + 1):
            best = np.minimum(before[j], row[j - 1]) + np.int8(1)
            best = np.minimum(best, before[j - 1] + (letters[j - 1] != word[i - 1]))
            if i > 1 and j > 1:
                turned = (letters[j - 1] == word[i - 2]) & (letters[j - 2] == word[i - 1])
                best = np.where(turned, np.minimum(best, older[j - 2] + np.int8(1)), best)
            row[j] = best
    return np.asarray(row[length, np.arange(len(others))], np.int64)


def _masks(letters: U8) -> npt.NDArray[np.uint32]:
    """Return which of the 26 letters each row holds."""
    out = np.zeros(len(letters), np.uint32)
    for column in letters.T:
        held = (column >= ord("a")) & (column <= ord("z"))
        shift = np.where(held, column - ord("a"), 0).astype(np.uint32)
        out |= np.where(held, np.uint32(1) << shift, np.uint32(0))
    return out


def _replaced(term: str, found: Sequence[tuple[int, int, str, int]]) -> Corrected:
    text = term
    for first, last, word, _ in sorted(found, reverse=True):
        text = text[:first] + word + text[last:]
    return Corrected(text, sum(edits for *_, edits in found))
