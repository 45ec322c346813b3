"""Which files of a folder have been compared with their checksum, so that each is read once.

A file is known to be sound when its size, time and inode are those it had when its sum was last
computed; that is noted in ``.checked.json`` beside the files. The note is a cache: lost or damaged,
the sums are computed anew. A bit that rots on the disk leaves size and time as they were: pages of
Parquet carry their own checksums for that, and ``verify`` computes every sum.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import orjson

from onoma.corpus.durable import FileSum, sum_file
from onoma.errors import Checksum

NOTE = ".checked.json"
FRESH = 50_000_000  # nanoseconds: a file may change again within one step of the system's clock
Stat = tuple[int, int, int]


class Checked:
    """The files of a folder that are known to be sound."""

    def __init__(self, folder: Path, *, is_full: bool = False) -> None:
        """Read the note of a folder; ``is_full`` passes it over: every sum is computed."""
        self.folder = folder
        self.is_full = is_full
        self._known = {} if is_full else _read(folder / NOTE)
        self._changed = False

    def check(self, one: FileSum) -> None:
        """Check a file against its recorded sum.

        Raises: Checksum: it is not there, has another size or other content.
        """
        path = self.folder / one.name
        try:
            now = _stat(path)
        except OSError as error:
            words = f"{path}: {error.strerror or 'cannot be read'}"
            raise Checksum(words, hint="onoma corpus repair") from error
        if now[0] != one.size:
            words = f"{path}: {now[0]:,} bytes where {one.size:,} were written"
            raise Checksum(words, hint="onoma corpus repair")
        if self._known.get(one.name) == (now, one.sha256):
            return
        try:
            sound = sum_file(path).sha256 == one.sha256
        except OSError as error:
            words = f"{path}: {error.strerror or 'cannot be read'}"
            raise Checksum(words, hint="onoma corpus repair") from error
        if not sound:
            raise Checksum(f"{path}: damaged, its checksum differs", hint="onoma corpus repair")
        self._known[one.name] = (now, one.sha256)
        self._changed = True

    def known(self, name: str) -> FileSum | None:
        """Return a file's sum if it is known and the file is as it was then."""
        found = self._known.get(name)
        try:
            now = _stat(self.folder / name)
        except OSError:
            return None
        return FileSum(name, now[0], found[1]) if found is not None and found[0] == now else None

    def note(self, one: FileSum) -> None:
        """Note a file that was just written with this sum."""
        self._known[one.name] = (_stat(self.folder / one.name), one.sha256)
        self._changed = True

    def save(self) -> None:
        """Write the note, if it can be written; a file that is gone is left out."""
        if not self._changed:
            return
        latest = time.time_ns() - FRESH
        kept = {
            name: value
            for name, value in self._known.items()
            if value[0][1] < latest and self.known(name)
        }
        path = self.folder / NOTE
        fresh = path.with_name(f"{NOTE}.{os.getpid()}")
        try:
            fresh.write_bytes(orjson.dumps(kept))
            fresh.replace(path)
        except OSError:  # a folder that may only be read: the sums are computed each time
            return
        self._changed = False


def _stat(path: Path) -> Stat:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _read(path: Path) -> dict[str, tuple[Stat, str]]:
    """Return the note, empty where there is none or it is damaged."""
    try:
        record = orjson.loads(path.read_bytes())
        return {
            str(name): ((int(stat[0]), int(stat[1]), int(stat[2])), str(digest))
            for name, (stat, digest) in record.items()
        }
    except (OSError, ValueError, TypeError, IndexError, AttributeError):
        return {}
