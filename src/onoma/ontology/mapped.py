"""The files of a concept store, mapped: arrays, tables of strings, lists of numbers end to end."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent, VocabularyMissing
from onoma.ontology.layout import STORE_FORMAT, TEXT_BLOCK, TEXT_END

U32 = npt.NDArray[np.uint32]
MOST_KEPT = 1 << 16  # strings remembered of each kind
PROBED = 12  # first steps of a search in a table whose strings are remembered


class Texts:
    """Strings in one UTF-8 file, read when asked for and remembered.

    They are read rather than mapped: what a stream of documents names is spread over the whole
    file, and mapped pages would all stay resident. A block of strings is read at a time.
    """

    __slots__ = ("_blob", "_blocks", "_header", "_kept", "_rows")

    def __init__(self, blocks: npt.NDArray[np.uint64], blob: Path) -> None:
        """Take the column of blocks (``compile.save_texts``) and the ``.npy`` file of the bytes."""
        self._rows, self._blocks = int(blocks[0]), blocks[1:]
        self._blob = os.open(blob, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._header = blob.stat().st_size - max(int(blocks[-1]), 1)
        self._kept: dict[int, str] = {}

    def __del__(self) -> None:
        """Close the file."""
        if hasattr(self, "_blob"):
            os.close(self._blob)

    def __len__(self) -> int:
        """Return the number of strings."""
        return self._rows

    def __getitem__(self, row: int) -> str:
        """Return one string."""
        return self._bytes([row])[0].decode("utf-8", "surrogatepass")

    def _bytes(self, rows: Sequence[int]) -> list[bytes]:
        """Read strings, each in its block: two dozen bytes or two hundred cost a system call."""
        block, place = np.divmod(np.asarray(rows, np.int64), TEXT_BLOCK)
        start, stop = self._blocks[block] + np.uint64(self._header), self._blocks[block + 1]
        size = stop - start + np.uint64(self._header)
        asked = zip(start.tolist(), size.tolist(), place.tolist(), strict=True)
        blob, end = self._blob, TEXT_END
        return [_read(blob, n, at).split(end, i + 1)[i] for at, n, i in asked]

    def sizes(self, rows: Sequence[int]) -> list[int]:
        """Return the lengths of the strings of these rows, in bytes."""
        return list(map(len, self._bytes(rows)))

    def take(self, rows: Sequence[int]) -> list[str]:
        """Return the strings of these rows; they are remembered for the next time."""
        kept = self._kept
        if len(kept) > MOST_KEPT:
            kept.clear()
        out: list[str | None] = list(map(kept.get, rows))
        new = [place for place, text in enumerate(out) if text is None]
        if new:
            wanted = [rows[place] for place in new]
            for place, row, read in zip(new, wanted, self._bytes(wanted), strict=True):
                out[place] = kept[row] = read.decode("utf-8", "surrogatepass")
        return cast("list[str]", out)

    def find(self, text: str) -> int:
        """Return the row of a string in a sorted table, -1 if it is not there."""
        low, high, kept = 0, len(self), self._kept
        far = high >> PROBED
        while low < high:
            middle = (low + high) // 2
            found = kept.get(middle)
            if found is None:
                found = self[middle]
                if high - low > far:  # asked for by many look-ups
                    kept[middle] = found
            if found < text:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self[low] == text else -1


def _seek_and_read(number: int, size: int, place: int) -> bytes:
    os.lseek(number, place, os.SEEK_SET)
    return os.read(number, size)


_read = getattr(os, "pread", _seek_and_read)  # the first lets processes share the open file


@dataclass(frozen=True, slots=True)
class Runs:
    """Lists of numbers end to end: the numbers of row i are ``values[start[i] : start[i + 1]]``."""

    start: U32
    values: U32

    def of(self, row: int) -> U32:
        """Return the numbers of a row."""
        first, stop = self.start[row : row + 2].tolist()
        return self.values[first:stop]


class MappedStore:
    """The arrays and strings of a compiled vocabulary, each mapped when it is first asked for.

    Raises (on opening): VocabularyMissing: no store there; Inconsistent: made by another version.
    """

    def __init__(self, path: Path) -> None:
        """Open the store in a folder."""
        manifest = path / "store.json"
        if not manifest.is_file():
            raise VocabularyMissing(f"no store in {path}", hint="run: onoma vocab build")
        self.path = path
        self.manifest: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        if self.manifest["format"] != STORE_FORMAT:
            raise Inconsistent(
                f"the store in {path} has format {self.manifest['format']}, not {STORE_FORMAT}",
                hint="delete that folder: it is compiled anew",
            )
        self.version: str = self.manifest["version"]
        self.n_concepts: int = self.manifest["concepts"]
        self.n_names: int = self.manifest["names"]
        self._arrays: dict[str, npt.NDArray[Any]] = {}

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return a mapped array by its file's name."""
        found = self._arrays.get(name)
        if found is None:
            mapped = np.load(self.path / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            found = self._arrays[name] = np.asarray(mapped)  # a plain view is quicker to index
        return found

    def writable(self, name: str) -> npt.NDArray[Any]:
        """Return an array whose pages are shared until written: what is written stays private."""
        mapped = np.load(self.path / f"{name}.npy", mmap_mode="c", allow_pickle=False)
        return np.asarray(mapped)

    def texts(self, name: str) -> Texts:
        """Return a mapped table of strings."""
        return Texts(self.array(f"{name}_block"), self.path / f"{name}_blob.npy")

    @cached_property
    def curies(self) -> Texts:
        """CURIEs by concept row."""
        return self.texts("curie")

    @cached_property
    def labels(self) -> Texts:
        """Labels by concept row."""
        return self.texts("label")

    @cached_property
    def names(self) -> Texts:
        """Texts by name row."""
        return self.texts("name_text")

    @cached_property
    def targets(self) -> Texts:
        """CURIEs that concepts are equivalent to, by target row."""
        return self.texts("target")

    @cached_property
    def parents(self) -> Runs:
        """Parent rows by concept row."""
        return Runs(self.array("parent_start"), self.array("parent_of"))

    @cached_property
    def children(self) -> Runs:
        """Child rows by concept row."""
        return Runs(self.array("child_start"), self.array("child_of"))
