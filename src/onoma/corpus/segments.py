"""A segment: a run of the log as Parquet files, written once and never changed.

Documents and mentions are cut into groups of rows at the same keys, so that one group of each is
read together. Every page carries a checksum, and the manifest has the SHA-256 of every file. The
file of heads says in its own head what the segment is, so that a lost manifest can be made again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from onoma.corpus.durable import FileSum, save_bytes
from onoma.corpus.manifest import Segment
from onoma.corpus.schema import DOCUMENTS, HEADS, MENTIONS, RELATIONS, as_relations
from onoma.errors import Checksum
from onoma.types import Fields

SCHEMAS = {"documents": DOCUMENTS, "mentions": MENTIONS, "relations": RELATIONS, "heads": HEADS}
GROUP_ROWS = 1 << 12
GROUP_CHARACTERS = 1 << 24
LEVEL = 3
WORDY: dict[str, list[str] | bool] = {
    "documents": ["language", "source", "twin_by"],
    "mentions": [name for name in MENTIONS.names if name not in ("key", "start", "end", "score")],
    "relations": [
        name
        for name in RELATIONS.names
        if name not in ("key", "start", "end", "confidence", "trigger_span", "evidence", "metadata")
    ],
    "heads": False,
}
"""The columns of few distinct values, which are written by their number."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a segment's mentions were made with (see ``manifest.Segment``)."""

    store: str
    models: Fields
    recipe: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the log: documents, their heads, and what was found in them, in order of the key."""

    documents: pa.Table
    heads: pa.Table
    mentions: pa.Table
    relations: pa.Table

    @classmethod
    def join(cls, parts: Sequence[Rows]) -> Rows:
        """Return parts as one."""
        names = ("documents", "heads", "mentions", "relations")
        return cls(
            **{name: pa.concat_tables([getattr(one, name) for one in parts]) for name in names}
        )

    @property
    def characters(self) -> int:
        """The size of the texts in bytes."""
        return int(self.documents.column("text").nbytes)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of the log as they are read: keys ``first`` to ``last``, tombstones among them."""

    documents: pa.Table
    mentions: pa.Table
    relations: pa.Table
    first: int
    last: int


def write_segment(folder: Path, rows: Rows, *, number: int, last: int, made: Made) -> Segment:
    """Write a segment's files, synced, and return what the manifest says of it.

    ``last``: the last key that the segment stands for; rows before it may be missing (a repair).
    Raises: DiskFull: there is no room; what was written of it is removed.
    """
    keys = keys_of(rows.documents)
    segment = Segment(
        number=number,
        first=int(keys[0]),
        last=last,
        rows=len(keys),
        mentions=len(rows.mentions),
        relations=len(rows.relations),
        characters=rows.characters,
        store=made.store,
        models=made.models,
        recipe=made.recipe,
        files={},
    )
    cuts = _cuts(rows.documents)
    files: dict[str, FileSum] = {}
    try:
        for kind in ("documents", "mentions", "relations"):
            table = getattr(rows, kind)
            if kind != "relations" or len(table):
                files[kind] = _write(folder, number, kind, table, keys[cuts])
        segment = replace(segment, files=files)
        return with_heads(folder, segment, rows.heads)
    except BaseException:
        for one in files.values():
            (folder / one.name).unlink(missing_ok=True)
        raise


def with_heads(folder: Path, segment: Segment, heads: pa.Table) -> Segment:
    """Write a segment's heads, with what the segment is, and return it with them."""
    others = {kind: one for kind, one in segment.files.items() if kind != "heads"}
    record = orjson.dumps(replace(segment, files=others).to_record())
    first = np.array([segment.first], np.uint64)
    made = _write(
        folder, segment.number, "heads", heads.replace_schema_metadata({"segment": record}), first
    )
    return replace(segment, files=others | {"heads": made})


def write_mentions(folder: Path, number: int, mentions: pa.Table, cuts: Sequence[int]) -> FileSum:
    """Write a file of mentions alone; ``cuts``: the first key of each group of documents."""
    return _write(folder, number, "mentions", mentions, np.array(cuts, np.uint64))


def write_relations(folder: Path, number: int, relations: pa.Table, cuts: Sequence[int]) -> FileSum:
    """Write a file of relations alone; ``cuts`` as for ``write_mentions``."""
    return _write(folder, number, "relations", relations, np.array(cuts, np.uint64))


def _cuts(documents: pa.Table) -> npt.NDArray[np.int64]:
    """Return the rows at which groups begin: so many rows, or so many characters, at the most."""
    ends = np.cumsum(np.concatenate([_lengths(documents.column("text"))]))
    cuts, begin = [0], 0
    while begin < len(ends):
        before = int(ends[begin - 1]) if begin else 0
        stop = int(np.searchsorted(ends, before + GROUP_CHARACTERS, side="right"))
        begin = min(max(stop, begin + 1), begin + GROUP_ROWS)
        if begin < len(ends):
            cuts.append(begin)
    return np.array(cuts)


def _lengths(texts: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    sizes = [np.diff(_text_offsets(chunk)) for chunk in texts.chunks]
    return np.concatenate(sizes) if sizes else np.empty(0, np.int64)


def _text_offsets(chunk: pa.Array) -> npt.NDArray[np.int64]:
    raw = np.frombuffer(chunk.buffers()[1], np.int32)
    return raw[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)


def _write(
    folder: Path, number: int, kind: str, table: pa.Table, firsts: npt.NDArray[np.uint64]
) -> FileSum:
    """Write one file: a group of rows from each of these keys on."""
    sink = pa.BufferOutputStream()
    bounds = np.searchsorted(keys_of(table), firsts)
    edges = [*bounds.tolist(), len(table)]
    with pq.ParquetWriter(
        sink,
        table.schema,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=WORDY[kind],
        write_statistics=["key"],
        write_page_checksum=True,
    ) as writer:
        for begin, end in itertools.pairwise(edges):
            if end > begin:
                writer.write_table(table.slice(begin, end - begin), row_group_size=1 << 30)
    return save_bytes(folder / f"{number:06d}-{kind}.parquet", sink.getvalue())


def keys_of(table: pa.Table) -> npt.NDArray[np.uint64]:
    """Return the keys of a table's rows."""
    return np.asarray(table.column("key").to_numpy())


def open_parquet(path: Path) -> pq.ParquetFile:
    """Return an open file whose pages are checked as they are read.

    Raises: Checksum: it is damaged. FileNotFoundError: it is gone.
    """
    try:
        return pq.ParquetFile(path, page_checksum_verification=True, memory_map=False)
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> Checksum:
    """Return the error of a file that cannot be read."""
    words = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Checksum(f"{path}: damaged ({words})", hint="onoma corpus repair")


def read_table(
    path: Path, *, columns: Sequence[str] | None = None, groups: Sequence[int] | None = None
) -> pa.Table:
    """Return a file's rows, or those of some groups.

    Raises: Checksum: it is damaged. FileNotFoundError: it is gone.
    """
    with open_parquet(path) as file:
        try:
            if groups is None:
                return file.read(columns=columns, use_threads=False)
            return file.read_row_groups(list(groups), columns=columns, use_threads=False)
        except (pa.ArrowException, OSError) as error:
            raise damaged(path, error) from error


def group_keys(path: Path) -> list[tuple[int, int]]:
    """Return the first and last key of each group of rows."""
    with open_parquet(path) as file:
        found = (file.metadata.row_group(n) for n in range(file.num_row_groups))
        return [(one.min, one.max) for one in (group.column(0).statistics for group in found)]


def read_batches(folder: Path, segment: Segment, *, after: int, until: int) -> Iterator[Batch]:
    """Yield the rows behind a key, up to another, a group at a time.

    Raises: Checksum: a file is damaged. FileNotFoundError: the segment was replaced by another.
    """
    paths = {kind: folder / one.name for kind, one in segment.files.items()}
    groups = group_keys(paths["documents"])
    reach = {kind: group_keys(paths[kind]) for kind in paths if kind in ("mentions", "relations")}
    for place, (first, last) in enumerate(groups):
        first, last = max(first, after + 1), min(last, until)
        if last < first:
            continue
        parts = {"documents": read_table(paths["documents"], groups=[place])}
        for kind in ("mentions", "relations"):
            near = [n for n, (low, high) in enumerate(reach.get(kind, ())) if high >= first]
            near = [n for n in near if reach[kind][n][0] <= last]
            parts[kind] = read_table(paths[kind], groups=near) if near else _empty(kind)
        parts["relations"] = as_relations(parts["relations"])
        cut = {kind: between(table, first, last) for kind, table in parts.items()}
        yield Batch(**cut, first=first, last=last)


def _empty(kind: str) -> pa.Table:
    return SCHEMAS[kind].empty_table()


def between(table: pa.Table, first: int, last: int) -> pa.Table:
    """Return the rows whose keys are from ``first`` to ``last``; the table is in order of them."""
    keys = keys_of(table)
    begin, end = np.searchsorted(keys, np.array([first, last + 1], np.uint64)).tolist()
    return table if end - begin == len(keys) else table.slice(begin, end - begin)


def own_record(path: Path) -> dict[str, Any] | None:
    """Return what a file of heads says of its segment, None where it is not a whole one."""
    try:
        with open_parquet(path) as file:
            raw = (file.schema_arrow.metadata or {}).get(b"segment")
        return None if raw is None else dict(orjson.loads(raw))
    except (Checksum, OSError, ValueError):
        return None
