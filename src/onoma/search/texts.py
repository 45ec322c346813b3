"""The documents' texts and what is found in them, packed so that a few are read in a millisecond.

The log is made for reading in order; hits are a few rows anywhere. A pack is a file of blocks, each
some documents as JSON, compressed together, and a table of three columns: key, the block's place in
the file, the document's place in the block. Packs are written once; those of many small additions
are joined into one. A removed document stays in its pack until then: nobody asks for its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from onoma.errors import BadFile
from onoma.search.rows import coded, metadata_rows, passage_rows
from onoma.types import Document, Passage

U64 = npt.NDArray[np.uint64]
BLOCK = 1 << 15  # bytes of JSON that are compressed together: a block opens in 0.1 ms
LEVEL = 6
MOST_PACKS = 12


@dataclass(frozen=True, slots=True)
class Marked:
    """A span of a document that names a concept."""

    start: int
    end: int
    curie: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as hits show it; ``marks`` stand in text order."""

    key: int
    document: Document
    marks: tuple[Marked, ...]

    @property
    def title(self) -> str:
        """The title, or the first line, cut to 200 characters."""
        document = self.document
        for passage in document.passages:
            if passage.kind == "title":
                return document.text[passage.start : passage.end]
        return document.text.lstrip().partition("\n")[0][:200]


class Packer:
    """Writes one pack."""

    def __init__(self, path: Path) -> None:
        """Begin a pack (``NAME.pack``; its table is ``NAME.npy``)."""
        self._path = path
        self._file = path.open("wb")
        self._codec = pa.Codec("zstd", LEVEL)
        self._block: list[bytes] = []
        self._size = 0
        self._table: list[tuple[int, int, int]] = []

    def add(self, key: int, line: bytes) -> None:
        """Add a document's line; keys rise."""
        self._table.append((key, self._file.tell(), len(self._block)))
        self._block.append(line)
        self._size += len(line) + 1
        if self._size >= BLOCK:
            self._flush()

    def _flush(self) -> None:
        if not self._block:
            return
        raw = b"\n".join(self._block)
        packed = self._codec.compress(raw, asbytes=True)
        self._file.write(len(packed).to_bytes(8, "little") + len(raw).to_bytes(8, "little"))
        self._file.write(packed)
        self._block, self._size = [], 0

    def close(self) -> list[str]:
        """Write what is left and return the names of the files."""
        self._flush()
        self._file.close()
        table = np.array(self._table, np.uint64).reshape(-1, 3)
        np.save(self._path.with_suffix(".npy"), table, allow_pickle=False)
        return [self._path.name, self._path.with_suffix(".npy").name]


def pack_lines(documents: pa.Table, mentions: pa.Table) -> Iterator[tuple[int, bytes]]:
    """Yield the key and the line of each document; the mentions are those of these documents."""
    keys = documents["key"].to_numpy().astype(np.int64)
    codes, curies = coded(mentions["curie"])
    linked = codes >= 0
    owner = np.searchsorted(keys, mentions["key"].to_numpy().astype(np.int64))[linked]
    starts, ends = (mentions[name].to_numpy()[linked] for name in ("start", "end"))
    marks = np.stack([starts, ends - starts, codes[linked]], 1)
    edges = np.searchsorted(owner, np.arange(len(keys) + 1))
    passages, metadata = passage_rows(documents), metadata_rows(documents)
    columns = [documents[name].to_pylist() for name in ("id", "text", "date", "language", "source")]
    rows = zip(keys.tolist(), *columns, passages, metadata, strict=True)
    for place, (key, id_, text, date, language, source, parts, said) in enumerate(rows):
        own = marks[edges[place] : edges[place + 1]]
        distinct, own[:, 2] = np.unique(own[:, 2], return_inverse=True)
        names = [curies[code] for code in distinct.tolist()]
        flat = own.ravel().tolist()
        yield key, orjson.dumps([id_, text, parts, date, language, source, said, names, flat])


def decode(key: int, line: bytes) -> Shown:
    """Return the document of a line."""
    id_, text, passages, date, language, source, metadata, curies, marks = orjson.loads(line)
    return Shown(
        key,
        Document(
            id_,
            text,
            tuple(Passage(*one) for one in passages),
            date,
            language,
            source,
            tuple((name, value) for name, value in metadata),
        ),
        tuple(
            Marked(start, start + size, curies[code])
            for start, size, code in zip(marks[::3], marks[1::3], marks[2::3], strict=True)
        ),
    )


class Texts:
    """The packs of an index, for reading."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Take the packs in the order in which they were written."""
        self._paths = list(paths)
        self._tables = [np.load(path.with_suffix(".npy"), mmap_mode="r") for path in paths]
        self._files = [path.open("rb") for path in paths]
        self._codec = pa.Codec("zstd")
        self._open = lru_cache(maxsize=64)(self._lines)

    def close(self) -> None:
        """Close the files."""
        for file in self._files:
            file.close()

    def take(self, keys: Iterable[int]) -> list[Shown]:
        """Return the documents of these keys, in their order.

        Raises: BadFile: a key is in no pack.
        """
        return [self._one(int(key)) for key in keys]

    def lines(self, keys: U64) -> Iterator[tuple[int, bytes]]:
        """Yield key and line of the documents of these keys, in order."""
        return ((key, self._line(key)) for key in keys.tolist())

    def _one(self, key: int) -> Shown:
        return decode(key, self._line(key))

    def _line(self, key: int) -> bytes:
        for number, table in enumerate(self._tables):
            place = int(np.searchsorted(table[:, 0], np.uint64(key)))
            if place < len(table) and int(table[place, 0]) == key:
                return self._open(number, int(table[place, 1]))[int(table[place, 2])]
        raise BadFile(f"{self._paths}: document {key} is missing", hint="onoma corpus repair")

    def _lines(self, number: int, offset: int) -> list[bytes]:
        file = self._files[number]
        file.seek(offset)
        sizes = file.read(16)
        packed = file.read(int.from_bytes(sizes[:8], "little"))
        raw = self._codec.decompress(packed, int.from_bytes(sizes[8:], "little"), asbytes=True)
        return bytes(raw).split(b"\n")
