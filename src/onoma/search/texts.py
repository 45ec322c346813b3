"""The documents' texts and what is found in them, read from packs (see ``packing``).

Packs are written once; those of many small additions are joined into one. A removed document stays
until then: nobody asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import orjson

from onoma.errors import BadFile
from onoma.search.engine import need_zstandard
from onoma.search.fields import concept_token
from onoma.search.packing import Packed, dictionary_of, file_of, numbers_of
from onoma.types import Document, Passage

if TYPE_CHECKING:
    import zstandard

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
MOST_PACKS = 12
KEPT_BLOCKS = 128


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a document that names a concept."""

    start: int
    end: int
    curie: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as hits show it; ``read_marks`` gives what it names, which not all need."""

    key: int
    document: Document
    read_marks: Callable[[], list[Mark]]

    @property
    def marks(self) -> list[Mark]:
        """What the document names, in text order."""
        return self.read_marks()

    @property
    def title(self) -> str:
        """The title, or the first line, cut to 200 characters."""
        document = self.document
        for passage in document.passages:
            if passage.kind == "title":
                return document.text[passage.start : passage.end]
        return document.text.lstrip().partition("\n")[0][:200]


class _Block:
    """Some documents: their lines, and their marks, which are unpacked when they are asked for."""

    def __init__(self, text: bytes, documents: int, rest: bytes) -> None:
        self.lines = text.split(b"\n")
        self._documents = documents
        self._rest = rest

    def marks(self, place: int) -> U32:
        """Return the marks of a document: start, length and code of each."""
        ends, marks = self._found
        begin = int(ends[place - 1]) if place else 0
        own = marks[:, begin : int(ends[place])].copy()
        np.cumsum(own[0], out=own[0])
        return own.T

    @cached_property
    def _found(self) -> tuple[U32, U32]:
        raw = bytes(need_zstandard().ZstdDecompressor().decompress(self._rest))
        ends = np.frombuffer(raw, np.uint32, self._documents)
        return ends, numbers_of(raw[4 * self._documents :], 3)


class _Names:
    """The CURIEs of a pack, and which of the marked ones count as which."""

    def __init__(self, path: Path) -> None:
        raw = bytes(need_zstandard().ZstdDecompressor().decompress(path.read_bytes()))
        size, count, pairs = np.frombuffer(raw, np.uint32, 3).tolist()
        self.names: list[str] = orjson.loads(raw[12 : 12 + size])
        numbers = raw[12 + size :]
        counts = numbers_of(numbers[: 4 * count], 1)[0]
        self._ends = np.cumsum(counts, dtype=np.int64)
        steps = numbers_of(numbers[4 * count : 4 * (count + pairs)], 1)[0]
        self._below = np.cumsum(steps, dtype=np.uint32)
        self._code = {name: code for code, name in enumerate(self.names)}

    def below(self, token: str) -> Iterator[str]:
        """Yield the marked concepts that count as this one: it, its equivalents, all below."""
        code = self._code.get(token)
        if code is not None:
            start = int(self._ends[code - 1]) if code else 0
            yield from (self.names[own] for own in self._below[start : self._ends[code]].tolist())


class _Pack:
    """One pack, open for reading."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.keys = np.asarray(np.load(file_of(path, "keys.npy"), mmap_mode="r"))
        self._blocks: U64 = np.load(file_of(path, "blocks.npy"))
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
        self._file = os.open(file_of(path, "pack"), flags)
        self._dictionary: zstandard.ZstdCompressionDict | None = None
        self._names: _Names | None = None
        self._block = lru_cache(maxsize=KEPT_BLOCKS)(self._read)

    def close(self) -> None:
        os.close(self._file)

    @property
    def names(self) -> _Names:
        if self._names is None:
            self._names = _Names(file_of(self._path, "names"))
        return self._names

    def find(self, key: int) -> tuple[_Block, int] | None:
        """Return the block of a document and its place there; None where it is not in the pack."""
        row = int(self.keys.searchsorted(self.keys.dtype.type(key)))
        if row == len(self.keys) or int(self.keys[row]) != key:
            return None
        number = int(self._blocks[0].searchsorted(np.uint64(row), side="right")) - 1
        return self._block(number), row - int(self._blocks[0, number])

    def _read(self, number: int) -> _Block:
        offset = int(self._blocks[1, number])
        head = np.frombuffer(read_at(self._file, 16, offset), np.uint32)
        size, rest, documents, _ = head.tolist()
        data = read_at(self._file, size + rest, offset + 16)
        # a decompressor is for one thread: each block has its own
        reader = need_zstandard().ZstdDecompressor(dict_data=self._known())
        return _Block(reader.decompress(data[:size]), documents, data[size:])

    def _known(self) -> zstandard.ZstdCompressionDict:
        """Return the dictionary at the head of the file."""
        if self._dictionary is None:
            size = int(np.frombuffer(read_at(self._file, 16, 0), np.uint64)[0])
            data = need_zstandard().ZstdDecompressor().decompress(read_at(self._file, size, 16))
            self._dictionary = dictionary_of(data)
        return self._dictionary


class Texts:
    """The packs of an index, for reading."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Take the packs (without their endings) in the order in which they were written."""
        self._folder = paths[0].parent if paths else Path()
        self._packs = [_Pack(path) for path in paths]
        self.below = lru_cache(maxsize=512)(self._below)

    def __del__(self) -> None:
        """Close the files: while they are open they can be read, even if a newer index came."""
        for pack in getattr(self, "_packs", ()):
            pack.close()

    def take(self, keys: Iterable[int]) -> list[Shown]:
        """Return the documents of these keys, in their order.

        Raises: BadFile: a key is in no pack.
        """
        return [_shown(int(key), *self._find(int(key))) for key in keys]

    def packed(self, keys: Iterable[int]) -> Iterator[Packed]:
        """Yield the documents of these keys as they are packed."""
        for key in map(int, keys):
            pack, block, place = self._find(key)
            yield Packed(key, block.lines[place], block.marks(place), pack.names.names)

    def _find(self, key: int) -> tuple[_Pack, _Block, int]:
        for pack in self._packs:
            found = pack.find(key)
            if found is not None:
                return pack, *found
        where = self._folder if self._packs else "the index"
        raise BadFile(f"{where}: document {key} is missing", hint="onoma corpus repair")

    def _below(self, curie: str) -> frozenset[str]:
        """Return the marked concepts that count as this one: it, its equivalents, all below."""
        token = concept_token(curie)
        return frozenset(name for pack in self._packs for name in pack.names.below(token))


def _seek_and_read(file: int, size: int, place: int) -> bytes:
    os.lseek(file, place, os.SEEK_SET)
    return os.read(file, size)


read_at = getattr(os, "pread", _seek_and_read)


def _shown(key: int, pack: _Pack, block: _Block, place: int) -> Shown:
    """Return a packed document as an object."""
    id_, text, date, language, source, passages, metadata = orjson.loads(block.lines[place])

    def marks() -> list[Mark]:
        names = pack.names.names
        rows = block.marks(place).tolist()
        return [Mark(start, start + size, names[code]) for start, size, code in rows]

    return Shown(
        key,
        Document(
            id_,
            text,
            tuple(Passage(*part) for part in passages),
            date,
            language,
            source,
            tuple((name, value) for name, value in metadata),
        ),
        marks,
    )
