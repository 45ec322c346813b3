"""What the log holds, as its writer must know it: which id stands where, with which content."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import Enum

import pyarrow as pa

from onoma.corpus.rows import Item, Removal, version_of
from onoma.types import AnnotatedDocument, Document, FailedDocument


class Verdict(Enum):
    """What is done with an item."""

    NEW = "new"
    UPDATED = "updated"
    FAILED = "failed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    OLDER = "older"
    WITHDRAWN = "withdrawn"

    @property
    def is_kept(self) -> bool:
        """Whether it makes a row of the log."""
        return self in (Verdict.NEW, Verdict.UPDATED, Verdict.FAILED, Verdict.REMOVED)


@dataclass(slots=True)
class Ledger:
    """The rows of the log by id.

    ``latest``: the key of each id that counts; ``gone``: the content that was removed under an id;
    ``failed``: the content of an id's last failure; ``ids`` and ``hashes`` by key (from 1).
    """

    latest: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=lambda: [""])
    hashes: array[int] = field(default_factory=lambda: array("Q", [0]))

    @classmethod
    def of(cls, heads: pa.Table) -> Ledger:
        """Return the ledger of a log."""
        ledger = cls()
        names = ("key", "id", "record_hash", "removed", "failed", "version")
        for chunk in heads.select(names).to_batches():
            for key, id_, digest, removed, failed, version in zip(
                *(chunk.column(name).to_pylist() for name in names), strict=True
            ):
                missing = key - len(ledger.ids)
                if missing > 0:  # keys that a repair could not save
                    ledger.ids += [""] * missing
                    ledger.hashes.extend([0] * missing)
                kind = Verdict.REMOVED if removed else Verdict.FAILED if failed else Verdict.NEW
                ledger.note(id_, kind, digest, version)
        return ledger

    def judge(self, id: str, item: Item, digest: int, *, is_again: bool) -> Verdict:
        """Say what an item of this id and content is; ``is_again`` brings removed ones back."""
        key = self.latest.get(id)
        if isinstance(item, Removal):
            is_newer = 0 < item.version < self.versions.get(id, 1)
            return Verdict.UNCHANGED if key is None or is_newer else Verdict.REMOVED
        if isinstance(item, FailedDocument):
            return Verdict.UNCHANGED if self.failed.get(id) == digest else Verdict.FAILED
        if key is None:
            is_gone = self.gone.get(id) == digest and not is_again
            return Verdict.WITHDRAWN if is_gone else Verdict.NEW
        if self.hashes[key] == digest:
            return Verdict.UNCHANGED
        if self.versions and isinstance(item, (Document, AnnotatedDocument)):
            document = item if isinstance(item, Document) else item.document
            if version_of(document) < self.versions.get(id, 1):
                return Verdict.OLDER
        return Verdict.UPDATED

    def note(self, id: str, verdict: Verdict, digest: int, version: int) -> int:
        """Take in the log's next row; return its key."""
        key = len(self.ids)
        self.ids.append(id)
        self.hashes.append(digest)
        if verdict is Verdict.FAILED:
            self.failed[id] = digest
        elif verdict is Verdict.REMOVED:
            self.gone[id] = digest
            self.latest.pop(id, None)
            self.versions.pop(id, None)
        else:
            self.latest[id] = key
            self.failed.pop(id, None)
            if version > 1 or id in self.versions:
                self.versions[id] = version
        return key

    def content_of(self, id: str) -> int:
        """Return the content hash of an id that counts, 0 where it does not."""
        return self.hashes[self.latest[id]] if id in self.latest else 0
