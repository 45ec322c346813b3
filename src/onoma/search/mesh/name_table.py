"""Names of headings by word and by beginning of a word, kept in a folder of the cache.

Words are folded: case, accents, British spelling, plurals.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.text.variants import american, singular

I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]

SMALL = frozenset(["a", "an", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with"])
DONE = "whole"  # the file that stands in a table written to its end
_WORD = re.compile(r"[a-z0-9]+")


def plain_words(text: str) -> list[str]:
    """Return the words of a text without case and accents."""
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _WORD.findall(bare)


@dataclass(frozen=True, slots=True)
class Names:
    """Names end to end as word numbers: name i is ``words[start[i] : start[i + 1]]``."""

    start: I64
    words: I64
    heading: I64  # of each name
    length: F32  # the sum of the weights of its words
    store_row: I64  # of each name in the store's table of names


NAME_ARRAYS = ("start", "words", "heading", "length", "store_row")


class NameTable:
    """The names of numbered headings, with what is looked up in them."""

    def __init__(self, words: list[str], weight: F32, names: Names) -> None:
        """Take the folded words of all names, sorted, and the names as numbers of words.

        ``weight`` is how much a word says: the logarithm of names by names that hold it.
        """
        self.words, self.weight, self.names = words, weight, names

    @classmethod
    def make(cls, named: Iterable[tuple[str, int, int]]) -> NameTable:
        """Return the table of names: each a text, its heading, its row in the store or -1."""
        listed = list(named)
        plain = [plain_words(text) for text, _, _ in listed]
        known = {word for words in plain for word in words}
        forms = {word: american(singular(word, known)) for word in known}
        vocabulary = sorted({*forms.values()} - SMALL)
        number = {word: place for place, word in enumerate(vocabulary)}
        coded = [sorted({number[f] for w in words if (f := forms[w]) in number}) for words in plain]
        pairs = {
            (tuple(words), heading): row
            for words, (_, heading, row) in zip(coded, listed, strict=True)
            if words
        }
        start = np.cumsum([0, *(len(words) for words, _ in pairs)])
        words = np.fromiter((word for own, _ in pairs for word in own), np.int64, int(start[-1]))
        heading = np.fromiter((owner for _, owner in pairs), np.int64, len(pairs))
        rows = np.fromiter(pairs.values(), np.int64, len(pairs))
        holders = np.bincount(words, minlength=len(vocabulary))
        weight = np.log(len(pairs) / np.maximum(holders, 1)).astype(np.float32)
        length = np.add.reduceat(weight[words], start[:-1]).astype(np.float32)
        return cls(vocabulary, weight, Names(start, words, heading, length, rows))

    @classmethod
    def read(cls, folder: Path) -> NameTable:
        """Return the table that ``write`` put into a folder."""
        words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
        arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in NAME_ARRAYS}
        return cls(words, np.load(folder / "weight.npy", allow_pickle=False), Names(**arrays))

    def write(self, folder: Path) -> None:
        """Write the table whole or not at all; who is second finds the first one's."""
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="mesh-") as made:
            work = Path(made) / "table"
            work.mkdir()
            (work / "words.txt").write_text("\n".join(self.words), encoding="utf-8")
            np.save(work / "weight.npy", self.weight)
            for name in NAME_ARRAYS:
                np.save(work / f"{name}.npy", getattr(self.names, name))
            (work / DONE).touch()
            with contextlib.suppress(OSError):  # it came in between
                work.rename(folder)

    @cached_property
    def known(self) -> frozenset[str]:
        """The folded words, to be looked up."""
        return frozenset(self.words)

    @cached_property
    def holders(self) -> tuple[I64, I64]:
        """The names that hold word w: ``values[start[w] : start[w + 1]]``."""
        names = self.names
        owner = np.repeat(np.arange(len(names.heading)), np.diff(names.start))
        order = np.argsort(names.words, kind="stable")
        counts = np.bincount(names.words, minlength=len(self.words))
        return np.concatenate([[0], np.cumsum(counts)]), owner[order]

    @cached_property
    def of_store_name(self) -> dict[int, list[int]]:
        """The headings that each row of the store's names stands for."""
        out: dict[int, list[int]] = {}
        for row, heading in zip(
            self.names.store_row.tolist(), self.names.heading.tolist(), strict=True
        ):
            if row >= 0:
                out.setdefault(row, []).append(heading)
        return out

    def word_numbers(self, word: str, *, is_prefix: bool = False) -> range:
        """Return the numbers of the words that a folded word is, or that begin with it."""
        low = bisect_left(self.words, word)
        if not is_prefix:
            here = low < len(self.words) and self.words[low] == word
            return range(low, low + here)
        return range(low, bisect_left(self.words, word + "\uffff"))


def is_written(folder: Path) -> bool:
    """Say whether a folder holds a table that was written to its end."""
    return (folder / DONE).is_file()
