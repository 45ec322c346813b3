"""The documents' texts and what is found in them, packed so that a few are read in a millisecond.

The log is made for reading in order; hits are a few rows anywhere. A pack is four files: ``.pack``
with blocks, each some documents compressed together; ``.keys.npy`` with the documents' keys;
``.blocks.npy`` with the first document of each block and the block's place in the file; ``.names``
with the CURIEs that marks count, those that stand above them, and which stands above which.

A block is the documents as lines of JSON and the marks of all as a matrix of numbers with equal
bytes side by side, which packs to three bytes a mark; each of the two is compressed by itself. The
lines are compressed with a dictionary, which stands at the head of the file: some of the pack's own
documents, so that a small block is packed as well as a large one would be (Zstandard, RFC 8878).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
import orjson

from onoma.errors import ExtraMissing
from onoma.search.ancestry import Ancestry
from onoma.search.engine import need_zstandard
from onoma.search.rows import coded, metadata_rows, passage_rows

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("library", "a search") from error

if TYPE_CHECKING:
    import zstandard

U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
BLOCK = 28_000  # bytes of JSON that are compressed together; from 32 kB on, the dictionary's tables
# are copied for each block in place of being looked up where they are: twice the time
LEVEL = 9  # 12 takes half as long again and saves 1.6 %
MARK_LEVEL = 6
DICTIONARY = 1 << 20  # bytes; half as many cost 4 %
SAMPLED = 1 << 23  # bytes of JSON that the dictionary is chosen from
KINDS = ("pack", "keys.npy", "blocks.npy", "names")
"""The files of a pack."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A document on its way into a pack: a line of JSON; marks (n, 3): start, length, code.

    ``curies``: what the codes stand for.
    """

    key: int
    line: bytes
    marks: U32
    curies: Sequence[str]


class Packer:
    """Writes one pack."""

    def __init__(self, path: Path, ancestry: Ancestry) -> None:
        """Begin a pack; ``path`` is without the ending."""
        self._path = path
        self._ancestry = ancestry
        self._file = file_of(path, "pack").open("wb")
        self._codec: zstandard.ZstdCompressor | None = None
        self._marks_codec = need_zstandard().ZstdCompressor(level=MARK_LEVEL)
        self._waiting: list[tuple[bytes, U32]] = []
        self._size = 0
        self._keys: list[int] = []
        self._blocks: list[tuple[int, int]] = []
        self._written = 0
        self._code: dict[str, int] = {}
        self._curies: Sequence[str] = ()
        self._recoded = np.zeros(0, np.uint32)

    def add(self, one: Packed) -> None:
        """Add a document; keys rise."""
        if one.curies is not self._curies:  # those of a batch, or of another pack
            self._curies = one.curies
            codes = [self._code.setdefault(curie, len(self._code)) for curie in one.curies]
            self._recoded = np.array(codes, np.uint32)
        marks = one.marks.copy()
        marks[:, 2] = self._recoded[marks[:, 2]]
        self._keys.append(one.key)
        self._waiting.append((one.line, marks))
        self._size += len(one.line)
        if self._size >= (SAMPLED if self._codec is None else BLOCK):
            self._flush()

    def _flush(self) -> None:
        """Write what waits, cut into blocks; before the first one, the dictionary."""
        if not self._waiting:
            return
        if self._codec is None:
            self._codec = self._begun([line for line, _ in self._waiting])
        block: list[tuple[bytes, U32]] = []
        size = 0
        for one in self._waiting:
            block.append(one)
            size += len(one[0])
            if size >= BLOCK:
                self._write(self._codec, block)
                block, size = [], 0
        if block:
            self._write(self._codec, block)
        self._waiting, self._size = [], 0

    def _begun(self, lines: Sequence[bytes]) -> zstandard.ZstdCompressor:
        """Write the dictionary, a part of these lines; return what compresses with it."""
        share = max(sum(map(len, lines)) // DICTIONARY, 8)
        chosen = b"\n".join(lines[::share])[:DICTIONARY]
        packed = need_zstandard().ZstdCompressor(level=LEVEL).compress(chosen)
        self._file.write(np.array([len(packed), len(chosen)], np.uint64).tobytes())
        self._file.write(packed)
        known = dictionary_of(chosen)
        known.precompute_compress(level=LEVEL)
        return cast("zstandard.ZstdCompressor", need_zstandard().ZstdCompressor(dict_data=known))

    def _write(self, codec: zstandard.ZstdCompressor, block: Sequence[tuple[bytes, U32]]) -> None:
        text = b"\n".join(line for line, _ in block)
        ends = np.cumsum([len(marks) for _, marks in block], dtype=np.uint32)
        marks = np.concatenate([marks for _, marks in block])
        marks[:, 0] = np.concatenate([np.diff(m[:, 0], prepend=np.uint32(0)) for _, m in block])
        lines = codec.compress(text)
        found = self._marks_codec.compress(ends.tobytes() + planes_of(marks.T))
        head = np.array([len(lines), len(found), len(block), len(marks)], np.uint32)
        self._blocks.append((self._written, self._file.tell()))
        self._written += len(block)
        for part in (head.tobytes(), lines, found):
            self._file.write(part)

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._file.close()
        blocks = np.ascontiguousarray(np.array(self._blocks, np.uint64).reshape(-1, 2).T)
        np.save(file_of(self._path, "keys.npy"), smallest(np.array(self._keys, np.uint64)))
        np.save(file_of(self._path, "blocks.npy"), blocks)
        file_of(self._path, "names").write_bytes(self._names())

    def _names(self) -> bytes:
        """Return the CURIEs, and of each those that are marked and count as it, compressed."""
        tokens = self._ancestry.tokens(list(self._code))
        own = np.repeat(np.arange(len(tokens)), [len(one) for one in tokens])
        above = [self._ancestry.names[token] for one in tokens for token in one.tolist()]
        codes = np.array([self._code.setdefault(curie, len(self._code)) for curie in above], int)
        order = np.lexsort((own, codes))
        below = np.diff(own[order], prepend=0).astype(np.int32).view(np.uint32)
        counts = np.bincount(codes, minlength=len(self._code))
        names = orjson.dumps(list(self._code))
        head = np.array([len(names), len(counts), len(below)], np.uint32).tobytes()
        raw = b"".join((head, names, planes_of(counts), planes_of(below)))
        return bytes(need_zstandard().ZstdCompressor(level=LEVEL).compress(raw))


def dictionary_of(data: bytes) -> zstandard.ZstdCompressionDict:
    """Return some text as a dictionary to compress with."""
    library = need_zstandard()
    made = library.ZstdCompressionDict(data, dict_type=library.DICT_TYPE_RAWCONTENT)
    return cast("zstandard.ZstdCompressionDict", made)


def planes_of(numbers: npt.NDArray[np.generic]) -> bytes:
    """Return numbers of 32 bits, a row after the other, with equal bytes side by side."""
    rows = np.ascontiguousarray(np.atleast_2d(numbers).astype(np.uint32, copy=False))
    return rows.view(np.uint8).reshape(len(rows), -1, 4).transpose(0, 2, 1).tobytes()


def numbers_of(planes: bytes | U8, rows: int) -> U32:
    """Return what ``planes_of`` was given."""
    data = np.frombuffer(planes, np.uint8).reshape(rows, 4, -1).transpose(0, 2, 1)
    return np.ascontiguousarray(data).view(np.uint32).reshape(rows, -1)


def smallest(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.unsignedinteger]:
    """Return rising keys in 32 bits where they fit."""
    is_small = not len(keys) or int(keys[-1]) < 1 << 32
    return keys.astype(np.uint32) if is_small else keys


def file_of(path: Path, kind: str) -> Path:
    """Return a file of a pack."""
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
