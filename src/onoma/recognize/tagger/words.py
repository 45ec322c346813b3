"""Texts to words with places, word pieces and looks: what a tagger labels.

A word is a run of letters and digits, or one sign, as BERT cuts texts before it looks for pieces
(Devlin et al. 2019), so that few mentions begin or end inside one. The pieces are in lower case;
how a word was written comes beside them, as bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from onoma.encode.wordpiece import CJK, WordPiece

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

LONGEST = 100  # characters; a longer run is cut, so that any text fits into windows
MOST_PIECES = 16  # of one word; the rest of it is not read
MOST_KNOWN = 1 << 17  # words whose pieces are remembered
LOOKS = ("capitalised", "capitals", "mixed", "initial", "number", "digits", "rare")
"""How a word is written: ``Gout``, ``TNF``, ``mRNA``, ``A``, ``12``, ``p53``, beyond ASCII."""

_WIDE = "".join(f"{chr(low)}-{chr(high)}" for low, high in CJK)
_WORD = re.compile(rf"[{_WIDE}]|[^\W_{_WIDE}]{{1,{LONGEST}}}|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Words:
    """Words of several texts as columns, in order.

    ``start`` and ``end`` are offsets into the word's own text; the pieces of word w are
    ``pieces[first[w] : first[w + 1]]``, those of text d are of words
    ``bounds[d]`` to ``bounds[d + 1]``.
    """

    start: I64
    end: I64
    looks: U64
    first: I64
    pieces: I64
    bounds: I64

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.start)


@dataclass(slots=True)
class WordReader:
    """Cuts texts into words; what it has met once it knows."""

    pieces: WordPiece
    _known: dict[str, tuple[list[int], int]] = field(default_factory=dict)

    def read(self, texts: Sequence[str]) -> Words:
        """Return the words of some texts; one that has no piece (a lone accent) is left out."""
        starts: list[int] = []
        ends: list[int] = []
        looks: list[int] = []
        sizes: list[int] = []
        pieces: list[int] = []
        bounds = [0]
        for text in texts:
            for match in _WORD.finditer(text):
                word = match.group()
                own, look = self._known.get(word) or self._meet(word)
                if own:
                    starts.append(match.start())
                    ends.append(match.end())
                    looks.append(look)
                    sizes.append(len(own))
                    pieces += own
            bounds.append(len(starts))
        first = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        return Words(
            np.array(starts, np.int64), np.array(ends, np.int64), np.array(looks, np.uint64),
            first, np.array(pieces, np.int64), np.array(bounds, np.int64),
        )  # fmt: skip

    def _meet(self, word: str) -> tuple[list[int], int]:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        own = self.pieces.number([word], MOST_PIECES + 2)[0][1:-1]
        found = self._known[word] = own, look_of(word)
        return found


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of a text begin and end, those without pieces among them."""
    return (match.span() for match in _WORD.finditer(text))


def look_of(word: str) -> int:
    """Return the bits of ``LOOKS`` of a word.

    >>> [look_of(word) for word in ("gout", "Gout", "TNF", "p53")]
    [0, 1, 2, 32]
    """
    letters = [char for char in word if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    signs = (
        bool(letters) and capitals == 1 and letters[0].isupper() and len(letters) > 1,
        capitals > 1 and capitals == len(letters),
        0 < capitals < len(letters) and not (capitals == 1 and letters[0].isupper()),
        capitals == 1 and len(letters) == 1,
        word.isdigit(),
        bool(letters) and any(char.isdigit() for char in word),
        not word.isascii(),
    )
    return sum(1 << place for place, sign in enumerate(signs) if sign)
