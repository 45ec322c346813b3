"""Which words of names a word of a text may stand for: other forms of it, and words meant alike.

Two words are forms of each other if they begin alike and differ in their endings. Words that names
of one concept have in each other's place ("kidney", "renal") stand for each other where an encoder
holds them for alike; so do any two that it holds for very much alike.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import Runs

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

STEM = 4  # letters that two forms of a word share at the least
ENDING = 3  # letters by which the shorter may go on otherwise
LONGER = 5  # letters by which the other may be longer
AS_FORM = 0.85  # of a word's weight, where another form stands for it
LEAST_SWAP, LEAST_MEANT = 0.45, 0.74  # cosines from which on words stand for each other
MOST = 10  # words that a word stands for
BLOCK = 1 << 10


def is_form(left: str, right: str) -> bool:
    """Return whether two words are one but for their endings.

    >>> is_form("atretic", "atresia"), is_form("hypertonia", "hypertension")
    (True, False)
    """
    least = min(len(left), len(right))
    if least < STEM or abs(len(left) - len(right)) > LONGER:
        return False
    same = next((at for at in range(least) if left[at] != right[at]), least)
    return same >= max(STEM, least - ENDING)


@dataclass(frozen=True)
class Forms:
    """For words, by text, the words of names that they may stand for, and how well.

    ``words``: all texts, those of names first; ``targets``: for each the places of what it stands
    for; ``shares``: how well, as the values of ``targets`` are ordered.
    """

    words: tuple[str, ...]
    targets: Runs
    shares: F32

    def of(self, place: int) -> tuple[npt.NDArray[np.int32], F32]:
        """Return what a word stands for, and how well."""
        first, last = self.targets.start[place : place + 2].tolist()
        return self.targets.values[first:last], self.shares[first:last]


def make_forms(
    names: Sequence[str], others: Sequence[str], vectors: F32, swaps: set[tuple[int, int]]
) -> Forms:
    """Return what words stand for: words of names, then others met in texts.

    ``vectors``: unit vectors of all of them; ``swaps``: pairs of words of names that names of one
    concept have in each other's place.
    """
    words = [*names, *others]
    order = sorted(range(len(names)), key=lambda place: names[place])
    texts = [names[place] for place in order]
    owners, values, shares = [], [], []
    for begin in range(0, len(words), BLOCK):
        cosines = vectors[begin : begin + BLOCK] @ vectors[: len(names)].T
        for row, cosine in enumerate(cosines):
            place = begin + row
            found = dict.fromkeys(np.flatnonzero(cosine >= LEAST_MEANT).tolist(), 0.0)
            found |= dict.fromkeys(forms_among(words[place], texts, order), AS_FORM)
            if place < len(names):
                found |= {at: found.get(at, 0.0) for at in _swapped(place, swaps, cosine)}
            best = {at: max(known, shared(float(cosine[at]))) for at, known in found.items()}
            best.pop(place, None)
            kept = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
            owners += [place] * len(kept)
            values += [at for at, _ in kept]
            shares += [share for _, share in kept]
    runs = Runs.of(np.array(owners, np.int64), np.array(values, np.int32), len(words))
    return Forms(tuple(words), runs, np.array(shares, np.float32))


def shared(cosine: float) -> float:
    """Return how well a word stands for another whose vectors have this cosine."""
    return 0.3 + 0.6 * cosine


def _swapped(place: int, swaps: set[tuple[int, int]], cosine: F32) -> Iterator[int]:
    """Yield the words that names have in a word's place, if they are meant alike."""
    for at in np.flatnonzero(cosine >= LEAST_SWAP).tolist():
        if (min(place, at), max(place, at)) in swaps:
            yield at


def forms_among(word: str, texts: Sequence[str], order: Sequence[int]) -> Iterator[int]:
    """Yield the places of other forms of a word among sorted texts; ``order``: place of each."""
    if len(word) < STEM or not word.isalpha():
        return
    stem = word[: max(STEM, len(word) - LONGER - ENDING)]
    at = bisect_left(texts, stem)
    while at < len(texts) and texts[at].startswith(stem):
        if texts[at].isalpha() and is_form(word, texts[at]):
            yield order[at]
        at += 1
