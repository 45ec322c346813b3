"""The segments of a log on disk: a folder that a manifest names, each file checked before use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self, TypeVar

import pyarrow as pa

from onoma.corpus.manifest import Manifest, Segment, read_manifest
from onoma.corpus.schema import HEADS
from onoma.corpus.segments import Batch, read_batches, read_table
from onoma.corpus.sums import Checked

DATA = "segments"
Read = TypeVar("Read")


class SegmentFolder:
    """The segments as they were when the manifest was read; ``refresh`` takes in what came since.

    Readers hold no lock and are never held up. A file is compared with its checksum before it is
    first used; one that is damaged raises ``Checksum`` and is never read as if it were sound.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Take a folder and its manifest."""
        self.folder = folder
        self.manifest = manifest
        self._checked: Checked | None = None
        self._heads: pa.Table | None = None

    @property
    def generation(self) -> int:
        """How often rows that were there before have changed; an index of another is stale."""
        return self.manifest.generation

    @property
    def last(self) -> int:
        """The last key of the log, 0 where it is empty."""
        return self.manifest.last

    @property
    def indexes(self) -> Path:
        """The folder of what is derived from the log (see ``derived``)."""
        return self.folder / "indexes"

    @property
    def data(self) -> Path:
        """The folder of the segments' files."""
        return self.folder / DATA

    def refresh(self) -> Self:
        """Take in what was added since, here; return the corpus itself."""
        manifest = read_manifest(self.folder)
        if manifest.revision != self.manifest.revision:
            self.take(manifest)
        return self

    def take(self, manifest: Manifest) -> None:
        """Stand for another state of the folder."""
        self.manifest = manifest
        self._heads = None

    def check(self, segment: Segment, *kinds: str) -> None:
        """Compare these files of a segment with their sums, unless that was done before.

        Raises: Checksum: damaged. FileNotFoundError: another process replaced the segment.
        """
        if self._checked is None:
            self._checked = Checked(self.data)
        for kind, one in segment.files.items():
            if kinds and kind not in kinds:
                continue
            if not (self.data / one.name).exists() and self._is_replaced(segment):
                raise FileNotFoundError(self.data / one.name)
            self._checked.check(one)
        self._checked.save()

    def note(self, segment: Segment) -> None:
        """Note that a segment's files were just written with these sums."""
        if self._checked is None:
            self._checked = Checked(self.data)
        for one in segment.files.values():
            self._checked.note(one)
        self._checked.save()

    def _is_replaced(self, segment: Segment) -> bool:
        return segment not in read_manifest(self.folder).segments

    def heads(self) -> pa.Table:
        """Return the heads of all rows of the log, in order (columns of ``schema.HEADS``)."""
        if self._heads is None:
            self._heads = self.steadily(self._read_heads)
        return self._heads

    def steadily(self, read: Callable[[], Read]) -> Read:
        """Return what a reading gives; it is done again where segments were joined meanwhile."""
        while True:
            before = self.manifest.revision
            try:
                return read()
            except FileNotFoundError:
                if self.refresh().manifest.revision == before:
                    raise

    def _read_heads(self) -> pa.Table:
        parts = []
        for segment in self.manifest.segments:
            self.check(segment, "heads")
            table = read_table(self.data / segment.files["heads"].name)
            parts.append(table.replace_schema_metadata(None))
        return pa.concat_tables(parts) if parts else HEADS.empty_table()

    def batches(self, after: int = 0) -> Iterator[Batch]:
        """Yield the rows behind a key in order, some thousand at a time, tombstones included.

        Goes on where segments are replaced by another process on the way. Raises: Checksum: a file
        is damaged.
        """
        last = self.last
        while after < last:
            segment = next((one for one in self.manifest.segments if one.last > after), None)
            if segment is None:
                return
            try:
                self.check(segment)
                for batch in read_batches(self.data, segment, after=after, until=last):
                    yield batch
                    after = batch.last
                after = max(after, segment.last)
            except FileNotFoundError:
                self.refresh()

    def segment_of(self, key: int) -> Segment:
        """Return the segment that a key lies in."""
        return next(one for one in self.manifest.segments if one.last >= key)
