"""The documents' texts and what is found in them, packed so that a few are read in a millisecond.

The log is made for reading in order; hits are a few rows anywhere. A pack is four files: ``.pack``
with blocks, each some documents compressed together; ``.npy`` with three rows (the keys, the
block's place in the file, the document's place in the block); ``.json`` with the CURIEs that its
marks count, and behind them those that stand above; ``.up.npy`` with which stands above which, so
that a hit can show by which of its names a concept was found.

A block is the documents as lines of JSON and, behind them, the marks of all as a matrix of numbers
with equal bytes side by side, which packs to three bytes a mark. Packs are written once; those of
many small additions are joined into one. A removed document stays until then: nobody asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from onoma.errors import BadFile
from onoma.search.ancestry import Ancestry
from onoma.search.fields import concept_token
from onoma.search.rows import coded, metadata_rows, passage_rows
from onoma.types import Document, Passage

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
BLOCK = 1 << 15  # bytes of JSON that are compressed together
LEVEL = 6
MOST_PACKS = 12
KINDS = ("pack", "npy", "json", "up.npy")
"""The files of a pack."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a document that names a concept."""

    start: int
    end: int
    curie: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as hits show it.

    ``spans`` (n, 3): start, length and code of each mark; ``curies``: what the codes stand for.
    """

    key: int
    document: Document
    spans: U32
    curies: Sequence[str]

    @property
    def marks(self) -> list[Mark]:
        """What the document names, in text order."""
        names = self.curies
        return [Mark(a, a + size, names[code]) for a, size, code in self.spans.tolist()]

    @property
    def title(self) -> str:
        """The title, or the first line, cut to 200 characters."""
        document = self.document
        for passage in document.passages:
            if passage.kind == "title":
                return document.text[passage.start : passage.end]
        return document.text.lstrip().partition("\n")[0][:200]


@dataclass(frozen=True, slots=True)
class Packed:
    """A document on its way into a pack: a line of JSON; marks (n, 3): start, length, code.

    ``curies``: what the codes stand for.
    """

    key: int
    line: bytes
    marks: U32
    curies: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Block:
    lines: list[bytes]
    ends: U32
    marks: U32


_NONE = np.zeros(0, np.uint32)


class Packer:
    """Writes one pack."""

    def __init__(self, path: Path, ancestry: Ancestry) -> None:
        """Begin a pack; ``path`` is without the ending."""
        self._path = path
        self._ancestry = ancestry
        self._file = _with(path, "pack").open("wb")
        self._codec = pa.Codec("zstd", LEVEL)
        self._lines: list[bytes] = []
        self._marks: list[U32] = []
        self._size = 0
        self._table: list[tuple[int, int, int]] = []
        self._code: dict[str, int] = {}
        self._curies: Sequence[str] = ()
        self._recoded = _NONE

    def add(self, one: Packed) -> None:
        """Add a document; keys rise."""
        self._table.append((one.key, self._file.tell(), len(self._lines)))
        if one.curies is not self._curies:  # those of a batch, or of another pack
            self._curies = one.curies
            codes = [self._code.setdefault(curie, len(self._code)) for curie in one.curies]
            self._recoded = np.array(codes, np.uint32)
        marks = one.marks.copy()
        marks[:, 2] = self._recoded[marks[:, 2]]
        self._lines.append(one.line)
        self._marks.append(marks)
        self._size += len(one.line)
        if self._size >= BLOCK:
            self._flush()

    def _flush(self) -> None:
        if not self._lines:
            return
        text = b"\n".join(self._lines)
        ends = np.cumsum([len(one) for one in self._marks], dtype=np.uint32)
        starts = [np.diff(one[:, 0], prepend=np.uint32(0)) for one in self._marks]
        marks = np.concatenate(self._marks)
        marks[:, 0] = np.concatenate(starts)
        planes = np.ascontiguousarray(marks.T).view(np.uint8).reshape(3, -1, 4).transpose(0, 2, 1)
        head = np.array([len(text), len(ends), len(marks)], np.uint32).tobytes()
        raw = b"".join((head, text, ends.tobytes(), planes.tobytes()))
        packed = self._codec.compress(raw, asbytes=True)
        self._file.write(np.array([len(packed), len(raw)], np.uint64).tobytes())
        self._file.write(packed)
        self._lines, self._marks, self._size = [], [], 0

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._file.close()
        table = np.ascontiguousarray(np.array(self._table, np.uint64).reshape(-1, 3).T)
        np.save(_with(self._path, "npy"), table, allow_pickle=False)
        tokens = self._ancestry.tokens(list(self._code))
        own = np.repeat(np.arange(len(tokens)), [len(one) for one in tokens])
        above = [self._ancestry.names[token] for one in tokens for token in one.tolist()]
        codes = [self._code.setdefault(curie, len(self._code)) for curie in above]
        pairs = np.stack([own, np.array(codes, np.int64)], 1).astype(np.uint32)
        np.save(_with(self._path, "up.npy"), pairs, allow_pickle=False)
        _with(self._path, "json").write_bytes(orjson.dumps(list(self._code)))


def _with(path: Path, kind: str) -> Path:
    return path.with_name(f"{path.name}.{kind}")


def packed_rows(documents: pa.Table, mentions: pa.Table) -> Iterator[Packed]:
    """Yield each document of a batch as it is packed; the mentions are those of these documents."""
    keys = documents["key"].to_numpy().astype(np.int64)
    codes, curies = coded(mentions["curie"])
    linked = codes >= 0
    owner = np.searchsorted(keys, mentions["key"].to_numpy().astype(np.int64))[linked]
    starts, ends = (mentions[name].to_numpy()[linked] for name in ("start", "end"))
    marks = np.stack([starts, ends - starts, codes[linked]], 1).astype(np.uint32)
    edges = np.searchsorted(owner, np.arange(len(keys) + 1))
    names = ("id", "text", "date", "language", "source")
    columns = [documents[name].to_pylist() for name in names]
    said = zip(passage_rows(documents), metadata_rows(documents), strict=True)
    rows = zip(keys.tolist(), zip(*columns, strict=True), said, strict=True)
    for place, (key, row, rest) in enumerate(rows):
        own = marks[edges[place] : edges[place + 1]]
        yield Packed(key, orjson.dumps([*row, *rest]), own, curies)


class Texts:
    """The packs of an index, for reading."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Take the packs (without their endings) in the order in which they were written."""
        self._paths = list(paths)
        self._tables = [np.asarray(np.load(_with(path, "npy"), mmap_mode="r")) for path in paths]
        self._files = [
            os.open(_with(path, "pack"), os.O_RDONLY | getattr(os, "O_BINARY", 0)) for path in paths
        ]
        self._above = [np.load(_with(path, "up.npy"), mmap_mode="r") for path in paths]
        self._curies: dict[int, list[str]] = {}
        self._codes: dict[int, dict[str, int]] = {}
        self.below = lru_cache(maxsize=512)(self._below)
        self._codec = pa.Codec("zstd")
        self._block = lru_cache(maxsize=64)(self._read)

    def __del__(self) -> None:
        """Close the files: while they are open they can be read, even if a newer index came."""
        for file in getattr(self, "_files", ()):
            os.close(file)

    def take(self, keys: Iterable[int]) -> list[Shown]:
        """Return the documents of these keys, in their order.

        Raises: BadFile: a key is in no pack.
        """
        return [_shown(self._find(int(key))) for key in keys]

    def packed(self, keys: Iterable[int]) -> Iterator[Packed]:
        """Yield the documents of these keys as they are packed."""
        return (self._find(int(key)) for key in keys)

    def _find(self, key: int) -> Packed:
        for number, table in enumerate(self._tables):
            row = int(table[0].searchsorted(np.uint64(key)))
            if row < table.shape[1] and int(table[0, row]) == key:
                block, place = self._block(number, int(table[1, row])), int(table[2, row])
                begin = int(block.ends[place - 1]) if place else 0
                marks = block.marks[begin : int(block.ends[place])].copy()
                np.cumsum(marks[:, 0], out=marks[:, 0])
                return Packed(key, block.lines[place], marks, self._names(number))
        folder = self._paths[0].parent if self._paths else "the index"
        raise BadFile(f"{folder}: document {key} is missing", hint="onoma corpus repair")

    def _below(self, curie: str) -> frozenset[str]:
        """Return the marked concepts that count as this one: it, its equivalents, all below."""
        found: set[str] = set()
        for number in range(len(self._paths)):
            names = self._names(number)
            code = self._code(number).get(concept_token(curie))
            if code is not None:
                pairs = self._above[number]
                found.update(names[own] for own in pairs[pairs[:, 1] == code, 0].tolist())
        return frozenset(found)

    def _code(self, number: int) -> dict[str, int]:
        if number not in self._codes:
            self._codes[number] = {name: code for code, name in enumerate(self._names(number))}
        return self._codes[number]

    def _names(self, number: int) -> list[str]:
        if number not in self._curies:
            self._curies[number] = orjson.loads(_with(self._paths[number], "json").read_bytes())
        return self._curies[number]

    def _read(self, number: int, offset: int) -> _Block:
        file = self._files[number]
        packed, size = np.frombuffer(read_at(file, 16, offset), np.uint64).tolist()
        data = read_at(file, packed, offset + 16)
        raw = bytes(self._codec.decompress(data, size, asbytes=True))
        text, documents, count = np.frombuffer(raw[:12], np.uint32).tolist()
        ends = np.frombuffer(raw, np.uint32, documents, 12 + text) if documents else _NONE
        planes = np.frombuffer(raw, np.uint8, 12 * count, 12 + text + 4 * documents)
        marks = np.ascontiguousarray(planes.reshape(3, 4, count).transpose(0, 2, 1))
        return _Block(
            raw[12 : 12 + text].split(b"\n"), ends, marks.view(np.uint32).reshape(3, count).T
        )


def _seek_and_read(file: int, size: int, place: int) -> bytes:
    os.lseek(file, place, os.SEEK_SET)
    return os.read(file, size)


read_at = getattr(os, "pread", _seek_and_read)


def _shown(one: Packed) -> Shown:
    """Return a packed document as an object."""
    id_, text, date, language, source, passages, metadata = orjson.loads(one.line)
    return Shown(
        one.key,
        Document(
            id_,
            text,
            tuple(Passage(*part) for part in passages),
            date,
            language,
            source,
            tuple((name, value) for name, value in metadata),
        ),
        one.marks,
        one.curies,
    )
