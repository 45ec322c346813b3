"""Tables of texts and numbers, in memory and as files that NumPy reads (``.npz``).

In memory a column is a list of strings or an array. In a file it is one array or two, in a zip
archive with a checksum for each: numbers as they are (``NAME``) or, where they never fall, as steps
from one to the next (``NAME.steps``); texts as UTF-8 with an end mark behind each (``NAME.texts``)
or, where few differ, as numbers of words (``NAME.codes``, ``NAME.words``).
"""

from __future__ import annotations

import lzma
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile
from onoma.ontology.layout import TEXT_END

Numbers = npt.NDArray[Any]
Column = list[str] | Numbers
SUFFIX = ".npz"
REPEATED = 4  # texts are written as numbers of words where each stands so often on average
_DAMAGED = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of one length, by name."""

    columns: Mapping[str, Column]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values()), ()))

    def texts(self, name: str) -> list[str]:
        """Return a column of texts.

        Raises: TypeError: its values are numbers.
        """
        found = self.columns[name]
        if isinstance(found, list):
            return found
        raise TypeError(f"{name} has numbers")

    def numbers(self, name: str) -> Numbers:
        """Return a column of numbers.

        Raises: TypeError: its values are texts.
        """
        found = self.columns[name]
        if isinstance(found, list):
            raise TypeError(f"{name} has texts")
        return found

    def values(self, name: str) -> list[Any]:
        """Return a column's values as Python has them."""
        found = self.columns[name]
        return found if isinstance(found, list) else list(found.tolist())

    def rows(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Yield the values of these columns (of all, where none is named), row by row."""
        return zip(*(self.values(name) for name in names or self.columns), strict=True)

    def take(self, places: npt.NDArray[np.integer]) -> Table:
        """Return the rows at these places, in this order."""
        return Table({name: taken(values, places) for name, values in self.columns.items()})

    def where(self, is_wanted: npt.NDArray[np.bool_]) -> Table:
        """Return the rows that are wanted."""
        return self.take(np.flatnonzero(is_wanted))

    def replaced(self, **columns: Column) -> Table:
        """Return the table with other values in some columns."""
        return Table({**self.columns, **columns})

    def only(self, *names: str) -> Table:
        """Return the table with these columns alone."""
        return Table({name: self.columns[name] for name in names})


def taken(values: Column, places: npt.NDArray[np.integer]) -> Column:
    """Return the values at these places, in this order."""
    if isinstance(values, list):
        return [values[place] for place in places.tolist()]
    chosen: Numbers = values[places]
    return chosen


def numbered(
    texts: Sequence[str], most: int = sys.maxsize
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the different texts as they are first met, and the place of each text among them.

    It ends early, with fewer places than texts, where more than ``most`` differ.
    """
    place: dict[str, int] = {}
    found = (place.setdefault(one, len(place)) for one in texts)
    codes = np.fromiter(takewhile(most.__gt__, found), np.int64)
    return list(place), codes


def pair_table(pairs: npt.NDArray[np.int64]) -> Table:
    """Return child and parent of pairs that are given as one number, the child in its high half."""
    columns = {"child": pairs >> 32, "parent": pairs & 0xFFFFFFFF}
    return Table({name: values.astype(np.uint32) for name, values in columns.items()})


def joined_tables(tables: Sequence[Table]) -> Table:
    """Return tables one after the other; what a column lacks in one is empty or 0 there."""
    names = dict.fromkeys(name for table in tables for name in table.columns)
    return Table({name: _joined(tables, name) for name in names})


def _joined(tables: Sequence[Table], name: str) -> Column:
    parts = [table.columns.get(name) for table in tables]
    if any(isinstance(part, list) for part in parts):
        columns = zip(tables, parts, strict=True)
        return [
            one
            for table, part in columns
            for one in (part if isinstance(part, list) else [""] * len(table))
        ]
    kind = np.result_type(*(part for part in parts if isinstance(part, np.ndarray)))
    return np.concatenate(
        [
            part.astype(kind) if isinstance(part, np.ndarray) else np.zeros(len(table), kind)
            for table, part in zip(tables, parts, strict=True)
        ]
    )


def write_table(path: Path, table: Table, *, smallest: bool = False) -> None:
    """Write a table; ``smallest`` packs with LZMA, a fifth smaller and slow."""
    packing = zipfile.ZIP_LZMA if smallest else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in _arrays(table):
            # A date of its own, so that equal tables are equal files.
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = packing
            with archive.open(entry, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def _arrays(table: Table) -> Iterator[tuple[str, Numbers]]:
    for name, values in table.columns.items():
        if not isinstance(values, list):
            yield _of_numbers(name, values)
            continue
        words, codes = numbered(values, most=len(values) // REPEATED)
        if len(codes) == len(values):
            yield f"{name}.words", _blob(words)
            yield f"{name}.codes", codes.astype(np.min_scalar_type(len(words)))
        else:
            yield f"{name}.texts", _blob(values)


def _of_numbers(name: str, values: Numbers) -> tuple[str, Numbers]:
    """Return whole numbers that never fall as their steps, the first from 0."""
    if values.dtype.kind != "u" or not len(values):
        return name, values
    steps = np.diff(values.astype(np.int64), prepend=0)
    return (f"{name}.steps", steps.astype(values.dtype)) if steps.min() >= 0 else (name, values)


def _blob(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    blob = bytearray()
    for text in texts:
        blob += text.encode("utf-8", "surrogatepass")
        blob += TEXT_END
    return np.frombuffer(blob, np.uint8)


def read_table(path: Path) -> Table:
    """Return the table of a file.

    Raises: BadFile: it cannot be read as one.
    """
    columns: dict[str, Column] = {}
    try:
        with np.load(path, allow_pickle=False) as archive:
            words: list[str] = []
            for member in archive.files:
                name, _, kind = member.partition(".")
                array = archive[member]
                if kind == "words":  # its codes follow
                    words = _texts(array)
                elif kind == "codes":
                    columns[name] = [words[code] for code in array.tolist()]
                elif kind == "texts":
                    columns[name] = _texts(array)
                else:
                    columns[name] = np.cumsum(array, dtype=array.dtype) if kind else array
    except _DAMAGED as error:
        raise BadFile(f"{path}: {error}", hint="make it again, or install onoma again") from error
    return Table(columns)


def _texts(blob: Numbers) -> list[str]:
    parts = blob.tobytes().split(TEXT_END)[:-1]
    return [part.decode("utf-8", "surrogatepass") for part in parts]
