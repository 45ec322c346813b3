"""The log of a corpus, for reading: a folder of segments that a manifest names."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onoma.corpus.durable import TEMPORARY, sync_folder
from onoma.corpus.folder import DATA, SegmentFolder
from onoma.corpus.manifest import COPY, MANIFEST, Manifest, read_manifest, write_manifest
from onoma.corpus.records import annotated_of, failed_of_row
from onoma.corpus.schema import DOCUMENTS
from onoma.corpus.segments import keys_of, read_table
from onoma.errors import Checksum, DataMissing, InputError
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Settings, make_annotator
from onoma.types import AnnotatedDocument, FailedDocument, Fields

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


class Log(SegmentFolder):
    """A corpus as it was when it was opened; ``refresh`` takes in what was added since.

    ``open`` and ``create`` return one. It reads what the segments hold of documents
    that count: the latest of each id, those removed left out.
    """

    _live: U64 | None = None

    @classmethod
    def create(cls, path: str | Path, *, settings: Settings | None = None) -> Self:
        """Make an empty corpus; ``settings`` say how its documents are to be annotated.

        Raises: InputError: there is a corpus, or something else, already.
        """
        folder = Path(path)
        if (folder / MANIFEST).exists():
            raise InputError(f"{folder}: there is a corpus already", hint="onoma corpus add")
        if folder.exists() and (not folder.is_dir() or _is_used(folder)):
            raise InputError(f"{folder}: there is something else", hint="name a new folder")
        (folder / DATA).mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(uuid.uuid4().hex, now, settings or Settings())
        sync_folder(folder)
        write_manifest(folder, manifest)
        return cls(folder, manifest)

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Return the corpus in a folder.

        Raises: DataMissing: there is none. BadFile, Checksum: its manifest is damaged.
        """
        folder = Path(path)
        if not (folder / MANIFEST).exists() and not (folder / COPY).exists():
            raise DataMissing(f"{folder}: no corpus", hint="onoma corpus create NAME makes one")
        if not (folder / MANIFEST).exists():
            raise Checksum(f"{folder / MANIFEST}: is missing", hint="onoma corpus repair")
        return cls(folder, read_manifest(folder))

    @property
    def id(self) -> str:
        """Which corpus it is, wherever its folder is moved to."""
        return self.manifest.id

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    @property
    def store(self) -> str:
        """The version of the vocabulary that it is annotated with, empty before the first."""
        return self.manifest.store

    @property
    def models(self) -> Fields:
        """The models that had a say in what was found, as (what, which)."""
        segments = self.manifest.segments
        return tuple(dict.fromkeys(pair for one in segments for pair in one.models))

    def __len__(self) -> int:
        """Return the number of documents that count."""
        return len(self.live())

    def take(self, manifest: Manifest) -> None:
        """Stand for another state of the folder."""
        super().take(manifest)
        self._live = None

    def pipeline(self) -> Pipeline:
        """Return the pipeline that the corpus is annotated with."""
        return Pipeline(make_annotator(self.manifest.settings), self.manifest.settings)

    def live(self) -> U64:
        """Return the keys that count, in order: the latest of each id, those removed left out.

        A failed document counts for nothing and hides nothing.
        """
        if self._live is None:
            self._live = live_keys(self.heads())
        return self._live

    def annotated(self, chosen: Iterable[str] | U64 | None = None) -> Iterator[AnnotatedDocument]:
        """Yield documents that count with what was found in them, in the order of the log.

        ``chosen``: ids, or an array of keys; all unless given.
        """
        wanted = self.keys(chosen)
        after, place = 0, 0
        while place < len(wanted):
            after = max(after, int(wanted[place]) - 1)
            batch = next(self.batches(after), None)
            if batch is None:
                return
            stop = int(np.searchsorted(wanted, batch.last, side="right"))
            yield from annotated_of(batch, wanted[place:stop], self.segment_of(batch.first))
            after, place = batch.last, stop

    def ids(self) -> list[str]:
        """Return the ids of the documents that count, in the order of the log."""
        heads = self.heads()
        return list(heads.filter(pa.array(np.isin(keys_of(heads), self.live())))["id"].to_pylist())

    def errors(self) -> Iterator[FailedDocument]:
        """Yield the documents that failed and were not read soundly since, in order."""
        yield from (failed_of_row(row) for row in self.rows(self.failed_keys()).to_pylist())

    def failed_keys(self) -> U64:
        """Return the keys of documents that failed when their id was last added."""
        heads = self.heads()
        failed = heads.column("failed").to_numpy()
        if not failed.any():
            return np.empty(0, np.uint64)
        rows = latest_rows(heads)
        return np.asarray(keys_of(heads)[rows[failed[rows]]])

    def keys(self, chosen: Iterable[str] | U64 | None = None) -> U64:
        """Return the keys, in order, of documents that count: all, these ids', or these keys."""
        live = self.live()
        if chosen is None:
            return live
        if isinstance(chosen, np.ndarray):
            wanted = np.unique(chosen.astype(np.uint64))
            return np.asarray(wanted[np.isin(wanted, live)])
        heads = self.heads()
        named = pa.array(list(chosen), pa.string())
        rows = np.flatnonzero(pa.compute.is_in(heads.column("id"), value_set=named).to_numpy())
        found = keys_of(heads)[rows]
        return np.asarray(found[np.isin(found, live)])

    def document(self, id: str) -> AnnotatedDocument | None:
        """Return the document of this id with what was found in it, None where there is none."""
        return next(self.annotated([id]), None)

    def rows(self, keys: U64, *columns: str) -> pa.Table:
        """Return these columns (all unless given) of documents by key, in the keys' order.

        Raises: InputError: a key is not in the log. Checksum: a file is damaged.
        """
        return self.steadily(lambda: self._rows(keys, ["key", *columns] if columns else None))

    def _rows(self, keys: U64, names: list[str] | None) -> pa.Table:
        parts, wanted = [], np.unique(keys)
        for segment in self.manifest.segments:
            low, high = np.searchsorted(
                wanted, np.array([segment.first, segment.last + 1], np.uint64)
            ).tolist()
            if low == high:
                continue
            self.check(segment, "documents")
            table = read_table(self.data / segment.files["documents"].name, columns=names)
            there = np.isin(keys_of(table), wanted[low:high])
            parts.append(table.filter(pa.array(there)))
        table = pa.concat_tables(parts) if parts else DOCUMENTS.empty_table()
        if not np.isin(wanted, keys_of(table)).all():
            raise InputError(f"{self.name}: one of these keys is not in the log")
        places = np.searchsorted(keys_of(table), keys)
        return table.select(names or table.column_names).take(pa.array(places))


def live_keys(heads: pa.Table) -> U64:
    """Return the keys that count among rows in order of their keys."""
    sound = np.flatnonzero(~heads.column("failed").to_numpy())
    rows = latest_rows(heads, sound)
    removed = heads.column("removed").to_numpy()
    return np.asarray(keys_of(heads)[rows[~removed[rows]]])


def latest_rows(heads: pa.Table, among: npt.NDArray[np.int64] | None = None) -> I64:
    """Return the last row of each id, in order, ``among`` these rows (all unless given)."""
    ids = heads.column("id").combine_chunks().dictionary_encode().indices.to_numpy()
    rows = np.arange(len(ids)) if among is None else among
    latest = np.full(int(ids.max(initial=-1)) + 1, -1, np.int64)
    np.maximum.at(latest, ids[rows], rows)
    return np.sort(latest[latest >= 0])


def _is_used(folder: Path) -> bool:
    """Say whether a folder holds more than the beginning of a corpus."""
    own = {DATA, "lock"}
    others = [one for one in folder.iterdir() if one.name not in own and one.suffix != TEMPORARY]
    return bool(others) or any((folder / DATA).glob("*"))
