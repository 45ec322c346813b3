"""The names that a ranker chooses among: texts of concepts, and where each one comes from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import BadLine, ModelMissing
from onoma.link.ranking.nearness import key_of, plain
from onoma.ontology.curies import split_curie

LEARNED, NAMED, TRANSLATED, REWRITTEN = range(4)
ORIGINS = ("learned", "name", "translation", "rewritten")
"""A mention of the annotations, a vocabulary's name, its translation, one written word by word."""
KEY = "="  # stands in no plain text
HEAD = "curie\ttext\torigin\tcount"


@dataclass(frozen=True, slots=True)
class Named:
    """A text of a concept; ``count`` is how often annotators used it so."""

    curie: str
    text: str
    origin: int
    count: int = 1


@dataclass(frozen=True)
class NameTable:
    """Names, each text of a concept once for each origin; concepts are numbered as they come."""

    rows: tuple[Named, ...]
    _kept: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, rows: Iterable[Named]) -> NameTable:
        """Return the table of some names; the same name of one origin counts as often as it is."""
        count: Counter[tuple[str, str, int]] = Counter()
        for row in rows:
            text = " ".join(row.text.split())
            if plain(text):
                count[row.curie, text, row.origin] += row.count
        return cls(tuple(Named(*key, number) for key, number in count.items()))

    def __len__(self) -> int:
        """Return the number of names."""
        return len(self.rows)

    @cached_property
    def curies(self) -> tuple[str, ...]:
        """The concepts."""
        return tuple(dict.fromkeys(row.curie for row in self.rows))

    @cached_property
    def concept(self) -> npt.NDArray[np.int64]:
        """The concept of each name."""
        place = {curie: number for number, curie in enumerate(self.curies)}
        return np.fromiter((place[row.curie] for row in self.rows), np.int64, len(self.rows))

    @cached_property
    def origin(self) -> npt.NDArray[np.int8]:
        """The origin of each name."""
        return np.fromiter((row.origin for row in self.rows), np.int8, len(self.rows))

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """The folded words of each name."""
        return tuple(plain(row.text) for row in self.rows)

    @cached_property
    def uses(self) -> npt.NDArray[np.int64]:
        """How often each concept was annotated."""
        weights = [row.count if row.origin == LEARNED else 0 for row in self.rows]
        return np.bincount(self.concept, weights=weights, minlength=len(self.curies)).astype(
            np.int64
        )

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The name to show of each concept: a translation or vocabulary's, else the commonest."""
        order = {NAMED: 0, TRANSLATED: 1, LEARNED: 2, REWRITTEN: 3}
        best: dict[str, tuple[int, int, str]] = {}
        for row in self.rows:
            rank = (order[row.origin], -row.count, row.text)
            if row.curie not in best or rank[:2] < best[row.curie][:2]:
                best[row.curie] = rank
        return tuple(best[curie][2] for curie in self.curies)

    @cached_property
    def learned(self) -> dict[str, Counter[int]]:
        """How often annotators gave each plain text, and texts of each key, each concept.

        Keys (``key_of``) have a mark before them, so that a text can be asked for before its key:
        "cysts" is not always coded as "cyst" is.
        """
        out: dict[str, Counter[int]] = defaultdict(Counter)
        for row, text, concept in zip(self.rows, self.plain, self.concept.tolist(), strict=True):
            if row.origin == LEARNED:
                out[text][concept] += row.count
                out[KEY + key_of(text)][concept] += row.count
        return dict(out)

    def said(self, forms: Sequence[str]) -> Counter[int] | None:
        """Return the concepts that the first of some forms had that was seen, None if none was."""
        keys = [plain(form) for form in forms] + [KEY + key_of(form) for form in forms]
        return next((self.learned[key] for key in keys if key in self.learned), None)

    @cached_property
    def keyed(self) -> dict[str, list[int]]:
        """The names of each key."""
        out: dict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(self.plain):
            out[key_of(text)].append(row)
        return dict(out)

    def write(self, path: Path) -> None:
        """Write the table."""
        lines = [f"{r.curie}\t{r.text}\t{ORIGINS[r.origin]}\t{r.count}" for r in self.rows]
        path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> NameTable:
        """Read a table.

        Raises: ModelMissing: no such file; BadLine: a row of another form.
        """
        if not path.is_file():
            raise ModelMissing(f"no names {path}", hint="make them: onoma train ranking")
        head, *lines = path.read_text(encoding="utf-8").split("\n")
        rows = []
        for number, line in enumerate(lines, start=2):
            if line:
                rows.append(_row(path, number, line if head == HEAD else ""))
        return cls(tuple(rows))


def _row(path: Path, number: int, line: str) -> Named:
    cells = line.split("\t")
    is_good = len(cells) == 4 and cells[2] in ORIGINS and cells[3].isdigit()
    if not is_good or split_curie(cells[0]) is None:
        raise BadLine(str(path), number, line, "not CURIE, text, origin and count", hint=HEAD)
    return Named(cells[0], cells[1], ORIGINS.index(cells[2]), int(cells[3]))


def initials(text: str) -> Sequence[str]:
    """Return what a plain text may be shortened to: the first letters of its words."""
    words = text.split()
    long = [word for word in words if len(word) > 3]
    found = {"".join(word[0] for word in own) for own in (words, long) if len(own) > 1}
    return sorted(found)
