"""Columns of documents that take long to make, in parts that are each committed by themselves.

What a model says of documents (their vectors, what their sentences speak of) is made some hundreds
of documents at a time. Each such part is files of its own, committed before the next begins: what
is done stays done if the run is broken off, and another run makes what is missing. A part holds
columns with a value a document and columns with a value a row; document i has the rows
``firsts[i] : firsts[i + 1]``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from onoma.corpus import Corpus, DerivedIndex, IndexState

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
MOST_PARTS = 16
_NO_ROWS = np.zeros(0, np.int64)


class PartColumns(Protocol):
    """A dataclass of arrays; ``OF_ROWS`` names those with a value a row."""

    OF_ROWS: ClassVar[frozenset[str]]

    @property
    def keys(self) -> U64:
        """The documents' keys, which rise."""

    @property
    def firsts(self) -> I64:
        """Where each document's rows begin, and where the last one's end."""


P = TypeVar("P", bound=PartColumns)


@dataclass(frozen=True, slots=True)
class Making(Generic[P]):
    """An index of parts and how one is made.

    ``settings`` stand in its manifest beside the ``parts``; ``make`` gives the part of documents by
    their keys, ``size`` of them at most.
    """

    corpus: Corpus
    derived: DerivedIndex
    kind: type[P]
    settings: Mapping[str, object]
    make: Callable[[Sequence[int]], P]
    size: int

    def extend(
        self, state: IndexState | None, keys: U64, watch: Callable[[int, int], None] | None
    ) -> list[str]:
        """Make and commit parts of the documents that are in none; return the names of all parts.

        Without a state everything is made anew. ``watch`` is told how many of how many are done.
        """
        if state is None:
            self.derived.drop()
        folder = self.derived.begin()
        parts: list[str] = list(state.settings["parts"]) if state else []
        known = [np.load(folder / f"{name}-keys.npy") for name in parts]
        new = np.setdiff1d(keys, np.concatenate(known)) if known else keys
        for start in range(0, len(new), self.size):
            own = new[start : start + self.size].tolist()
            parts.append(f"part-{own[0]:012d}-{len(parts)}")
            self._save(parts[-1], self.make(own))
            self.commit(parts)
            if watch is not None:
                watch(start + len(own), len(new))
        return parts

    def tidied(self, parts: list[str], keys: U64) -> tuple[list[str], list[P]]:
        """Return parts, opened, joined into one where there are many or much of them is gone."""
        loaded = [load_part(self.derived.folder, name, self.kind) for name in parts]
        count = sum(len(one.keys) for one in loaded)
        if len(parts) <= MOST_PARTS and count <= 1.2 * len(keys) + self.size:
            return parts, loaded
        name = f"joined-{self.corpus.last:012d}-{len(keys)}"
        self._save(name, joined(loaded, keys))
        return [name], [load_part(self.derived.folder, name, self.kind)]

    def commit(self, parts: list[str], files: Sequence[str] = (), **more: object) -> IndexState:
        """Make these parts, and other files, the index; ``more`` goes into its settings."""
        names = [f"{name}-{column}.npy" for name in parts for column in columns_of(self.kind)]
        return self.derived.commit(
            [*names, *files],
            self.corpus,
            watermark=self.corpus.last,
            settings={**self.settings, "parts": parts, **more},
        )

    def _save(self, name: str, part: P) -> None:
        for column in columns_of(self.kind):
            path = self.derived.folder / f"{name}-{column}.npy"
            np.save(path, getattr(part, column), allow_pickle=False)


@cache
def columns_of(kind: Any) -> tuple[str, ...]:
    """Return the names of a part's columns."""
    return tuple(one.name for one in fields(kind))


def load_part(folder: Path, name: str, kind: type[P]) -> P:
    """Return a part, its files mapped."""
    return kind(*(np.load(folder / f"{name}-{one}.npy", mmap_mode="r") for one in columns_of(kind)))


def joined(parts: Sequence[P], keys: U64) -> P:
    """Return parts, one or more, as one, with the documents of these keys alone."""
    kind = type(parts[0])
    chosen = [np.flatnonzero(np.isin(part.keys, keys)) for part in parts]
    rows = [
        np.concatenate([np.arange(part.firsts[i], part.firsts[i + 1]) for i in own] or [_NO_ROWS])
        for part, own in zip(parts, chosen, strict=True)
    ]
    sizes = np.concatenate([np.diff(p.firsts)[own] for p, own in zip(parts, chosen, strict=True)])
    made: dict[str, Any] = {}
    for column in columns_of(kind):
        places = rows if column in kind.OF_ROWS else chosen
        if column == "firsts":
            made[column] = np.append(0, np.cumsum(sizes)).astype(np.int64)
        else:
            own = [getattr(p, column)[at] for p, at in zip(parts, places, strict=True)]
            made[column] = np.concatenate(own)
    return kind(**made)


def place_of(keys: U64, key: int) -> int | None:
    """Return where a key stands among some that rise; None where it does not."""
    row = int(np.searchsorted(keys, np.uint64(key)))
    return row if row < len(keys) and int(keys[row]) == key else None
