"""How likely a proposed span is a mention, and which of overlapping ones are taken.

Boosted trees for each group of types turn the evidence (``span_evidence``) into a chance, grown on
dev parts that the tagger has not learnt from (``bench/joining.py``). Of all sets of spans that do
not overlap, the one is taken whose chances are most above the border in sum (weighted interval
scheduling; Kleinberg and Tardos 2005, section 6.1). The border is the user's wish: that of the best
F1, or the ones that weigh precision or recall twice (F0.5 and F2).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from onoma.errors import BadFile
from onoma.link.candidates.forest_files import read_forests, write_forests
from onoma.link.candidates.trees import F32, Forest
from onoma.pipeline.span_evidence import COLUMNS
from onoma.types import Span

FORMAT = 1
LEANINGS = ("balanced", "precision", "recall")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "disease": ("disease", "phenotype"),
    "chemical": ("chemical", "drug"),
    "gene": ("gene", "protein"),
    "organism": ("organism", "microbe"),
    "cell_line": ("cell_line",),
    "cell_type": ("cell_type",),
    "variant": ("variant",),
    "anatomy": ("anatomy",),
    "process": ("process",),
    "component": ("component",),
}
"""The types that a head of the tagger stands for, by the head's name; new mentions have the first
one. Annotators of diseases mark most signs too."""
ON_DEMAND = ("process", "component", "population", "intervention", "outcome", "dose")
"""Heads of the tagger that ships which are asked where their type is named: what they mark are
words of the language ("expression", "adults") as much as names."""
HINT = "grow it anew: python bench/joining.py"
NAMED = 0.6  # the chance of a dictionary's mention where no judge knows better
EVEN = 0.5  # the border of such chances
LEAN = {"balanced": 0.0, "precision": 0.2, "recall": -0.2}


@dataclass(frozen=True, slots=True)
class Judge:
    """A forest for each group, and the border of its chances for each leaning.

    Where it has none for a group, the tagger's score counts, or that the dictionary has the span.
    """

    forests: Mapping[str, Forest] = field(default_factory=dict)
    borders: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def chances(self, group: str, table: F32) -> F32:
        """Return the chance that each row's span is a mention of the group."""
        if group not in self.forests:
            tagged, named = (table[:, COLUMNS.index(name)] for name in ("tagged score", "named"))
            return np.asarray(np.maximum(tagged, NAMED * named), np.float32)
        margins = self.forests[group].margins(table)
        return np.asarray(1.0 / (1.0 + np.exp(-margins)), np.float32)

    def border(self, group: str, leaning: str) -> float:
        """Return the chance above which a span is taken."""
        if group not in self.borders:
            return EVEN + LEAN[leaning]
        return float(self.borders[group][leaning])

    def write(self, path: Path) -> None:
        """Write the judge into a file."""
        said = {"format": FORMAT, "columns": COLUMNS, "borders": self.borders}
        with path.open("wb") as file:
            write_forests(file, self.forests, said)

    @classmethod
    def read(cls, raw: bytes, where: str) -> Judge:
        """Read what ``write`` wrote.

        Raises: BadFile: damaged, or grown for other columns.
        """
        said, forests = read_forests(raw, where, HINT)
        is_ours = said.get("format") == FORMAT and tuple(said.get("columns", ())) == COLUMNS
        if not is_ours or any((one.feature >= len(COLUMNS)).any() for one in forests.values()):
            raise BadFile(f"{where} judges other columns", hint=HINT)
        borders = said.get("borders")
        if not isinstance(borders, dict) or borders.keys() != forests.keys():
            raise BadFile(f"{where}: damaged", hint=HINT)
        return cls(forests, {group: dict(own) for group, own in borders.items()})


@lru_cache(maxsize=4)
def read_judge(folder: Path) -> Judge | None:
    """Return the judge in a tagger's folder, if one is there.

    Raises: BadFile: damaged, or grown for other columns.
    """
    path = folder / "judge.npz"
    return Judge.read(path.read_bytes(), str(path)) if path.is_file() else None


def types_for(head: str) -> tuple[str, ...]:
    """Return the types that a head of a tagger stands for."""
    return GROUPS.get(head, (head,))


def choose(spans: Sequence[Span], gains: Sequence[float]) -> list[int]:
    """Return the numbers of the spans that do not overlap and gain most in sum, in order.

    A span that gains nothing is never taken.

    >>> choose([(0, 4), (3, 9), (5, 9)], [0.3, 0.5, 0.1])
    [1]
    """
    order = sorted(
        (number for number, gain in enumerate(gains) if gain > 0), key=lambda n: spans[n][1]
    )
    ends = [spans[number][1] for number in order]
    best = [0.0]
    before: list[int] = []
    for place, number in enumerate(order):
        free = bisect_right(ends, spans[number][0], 0, place)
        before.append(free)
        best.append(max(best[place], best[free] + gains[number]))
    taken, place = [], len(order)
    while place:
        number, free = order[place - 1], before[place - 1]
        if best[free] + gains[number] > best[place - 1]:
            taken.append(number)
            place = free
        else:
            place -= 1
    return taken[::-1]
