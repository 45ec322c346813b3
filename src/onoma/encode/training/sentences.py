"""Pairs of texts that belong together: question and answer, title and abstract.

They keep an encoder of names useful for search. A step of the run takes pairs either from concepts
or from here, so that texts of one sort and one length are told apart from each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import BadLine, InputError
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream
from onoma.text.characters import fold

I64 = npt.NDArray[np.int64]
LONGEST = 600  # characters of a text that are kept; more than any recipe's pieces take
SHORTEST_NAME = 5  # letters
FEWEST = 2
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class SentencePairs:
    """Pairs of texts; ``a`` and ``b`` have one entry a pair."""

    a: tuple[str, ...]
    b: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.a)

    def draw(self, turn: int, size: int, seed: int) -> I64:
        """Return the places of the pairs of a turn: each pair once before one comes again.

        A function of its arguments alone, so that a run that was stopped draws the same.
        """
        size = min(size, len(self))
        first = turn * size
        out: list[int] = []
        while len(out) < size:
            place = first + len(out)
            order = np.random.default_rng([seed, place // len(self)]).permutation(len(self))
            at = place % len(self)
            fresh = order[at : at + size - len(out)].tolist()
            out += fresh
        return np.unique(np.array(out, np.int64))  # the end of one round may meet the next

    def same(self, places: I64) -> npt.NDArray[np.bool_]:
        """Return which of these pairs share a text, (n, n): they are no negatives of each other."""
        number: dict[str, int] = {}
        a, b = (
            np.array([number.setdefault(side[place].lower(), len(number)) for place in places])
            for side in (self.a, self.b)
        )
        ways = ((a, a), (b, b), (a, b), (b, a))
        out = np.logical_or.reduce([one[:, None] == other[None, :] for one, other in ways])
        np.fill_diagonal(out, 0)
        return np.asarray(out, bool)


def sentence_pairs(pairs: Iterable[tuple[str, str]]) -> SentencePairs:
    """Return distinct pairs of texts, none empty.

    Raises: InputError: fewer than two are left.
    """
    kept = dict.fromkeys((_tidy(a), _tidy(b)) for a, b in pairs)
    found = [(a, b) for a, b in kept if a and b and a != b]
    if len(found) < FEWEST:
        raise InputError(
            f"{len(found)} pairs of texts cannot train an encoder",
            hint="two columns with a tab between, one pair a line",
        )
    return SentencePairs(tuple(a for a, _ in found), tuple(b for _, b in found))


def read_sentence_pairs(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of tables without a head: two columns, a tab between.

    Raises: BadLine: a line has not two columns, or is too long; UnknownFormat and others of
    ``open_stream``: a file cannot be read.
    """
    for path in paths:
        with open_stream(path.open("rb"), str(path)) as stream:
            for line in iter_lines(stream):
                text = line.text()
                cells = text.rstrip("\r\n").split("\t")
                if not text.strip():
                    continue
                if line.is_cut or len(cells) != 2:
                    raise BadLine(str(path), line.number, text[:80], "not two texts and one tab")
                yield cells[0], cells[1]


def without_names(
    pairs: Iterable[tuple[str, str]], names: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs that say none of these names, whatever the case and the signs between words.

    Names of one word with fewer than five letters are let by: they are other words as well.
    """
    wanted = {tuple(_WORD.findall(fold(name))) for name in names}
    wanted = {one for one in wanted if len(one) > 1 or len("".join(one)) >= SHORTEST_NAME}
    firsts: dict[str, set[int]] = {}
    for words in wanted:
        firsts.setdefault(words[0], set()).add(len(words))
    for a, b in pairs:
        if not any(_says(_WORD.findall(fold(text[:LONGEST])), wanted, firsts) for text in (a, b)):
            yield a, b


def _says(words: list[str], wanted: set[tuple[str, ...]], firsts: dict[str, set[int]]) -> bool:
    return any(
        tuple(words[place : place + size]) in wanted
        for place, word in enumerate(words)
        for size in firsts.get(word, ())
    )


def _tidy(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
