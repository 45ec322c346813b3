"""Which words of one language stand for which of another, learned from names in both.

In: pairs of names of one concept ("renal insufficiency", "insuficiencia renal"). Out: a table from
a word to its likeliest counterpart, by which names that exist in one language only are written in
the other, word by word: enough for an index that does not mind the order of words.
Source: Brown et al. 1993, IBM model 1 with a null word. Departure: both directions are learned,
and a counterpart must be likely in both (as in Liang et al. 2006, alignment by agreement).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onoma.errors import BadLine
from onoma.link.ranking.nearness import plain

ROUNDS = 8
LEAST = 1e-3  # chances below are forgotten between rounds
AGREED = 0.02  # the product of both directions' chances that a counterpart must reach
NONE = ""
HEAD = "word\tcounterpart\tchance"

Pair = tuple[Sequence[str], Sequence[str]]
Chances = dict[str, dict[str, float]]


@dataclass(frozen=True)
class WordTable:
    """A counterpart and its chance for each word; words without one stay as they are."""

    words: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    @classmethod
    def learn(cls, pairs: Iterable[tuple[str, str]]) -> WordTable:
        """Return the table from pairs of a name and its counterpart."""
        cut = [(plain(a).split(), plain(b).split()) for a, b in dict.fromkeys(pairs)]
        there = chances(cut)
        back = chances([(b, a) for a, b in cut])
        words = {}
        for word, found in sorted(there.items()):
            both = {other: p * back.get(other, {}).get(word, 0.0) for other, p in found.items()}
            best = max(both, key=lambda other: (both[other], other), default=NONE)
            if word and best and both[best] > AGREED:
                words[word] = (best, both[best])
        return cls(words)

    def write_in(self, text: str) -> str:
        """Return the plain words of a text in the other language, where they have a counterpart."""
        return " ".join(self.words.get(word, (word, 0.0))[0] for word in plain(text).split())

    def write(self, path: Path) -> None:
        """Write the table."""
        rows = [f"{word}\t{other}\t{p:.4f}" for word, (other, p) in self.words.items()]
        path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> WordTable:
        """Read a table.

        Raises: BadLine: a row of another form.
        """
        words = {}
        head, *lines = path.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines, start=2):
            cells = line.split("\t")
            if head != HEAD or (line and len(cells) != 3):
                raise BadLine(str(path), number, line, "not a word, its counterpart and a chance")
            if line:
                words[cells[0]] = (cells[1], float(cells[2]))
        return cls(words)


def chances(pairs: Sequence[Pair]) -> Chances:
    """Return the chance of each word of the second names, given one of the first (``NONE``: none).

    Expectation maximisation from even chances.
    """
    known: Chances | None = None
    for _ in range(ROUNDS):
        count: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for ours, theirs in pairs:
            _expect([*ours, NONE], theirs, known, count)
        known = {}
        for word, found in count.items():
            whole = sum(found.values())
            known[word] = {other: p / whole for other, p in found.items() if p / whole > LEAST}
    return known or {}


def _expect(
    ours: Sequence[str],
    theirs: Sequence[str],
    known: Chances | None,
    count: dict[str, dict[str, float]],
) -> None:
    """Share each word of ``theirs`` among ``ours``, by the chances known so far."""
    for other in theirs:
        if known is None:
            share = [1.0] * len(ours)
        else:
            share = [known[word].get(other, LEAST**2) for word in ours]
        whole = sum(share)
        for word, part in zip(ours, share, strict=True):
            count[word][other] += part / whole
