"""Files that are there whole or not at all, with a checksum: written, synced, then put in place."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onoma.errors import OnomaError

BLOCK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
TEMPORARY = ".tmp"


class DiskFull(OnomaError):
    """There is no room to write; what was acknowledged before is kept."""

    code = "disk-full"


@dataclass(frozen=True, slots=True)
class FileSum:
    """A file's name within its folder, its size in bytes and its SHA-256 in hex."""

    name: str
    size: int
    sha256: str

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> FileSum:
        """Return the sum that a manifest records."""
        return cls(str(record["name"]), int(record["size"]), str(record["sha256"]))

    def to_record(self) -> dict[str, Any]:
        """Return the sum as a manifest records it."""
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


def save_bytes(path: Path, data: Any) -> FileSum:
    """Write a file (bytes or a buffer of them) so that it appears whole; return its sum.

    The folder itself is not synced: ``sync_folder`` does it once for several files.
    Raises: DiskFull: there is no room for it.
    """
    view = memoryview(data)
    with no_room(path):
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=TEMPORARY, dir=path.parent)
        try:
            with os.fdopen(handle, "wb", 0) as stream:
                done = 0
                while done < len(view):
                    done += stream.write(view[done:]) or 0
                os.fsync(stream.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return FileSum(path.name, len(view), hashlib.sha256(view).hexdigest())


def sum_file(path: Path) -> FileSum:
    """Return the sum of a file as it is now."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            size += len(block)
    return FileSum(path.name, size, digest.hexdigest())


def sync_file(path: Path) -> None:
    """Bring a file's content to the disk."""
    with path.open("rb") as stream, no_room(path):
        os.fsync(stream.fileno())


def sync_folder(path: Path) -> None:
    """Bring a folder's entries to the disk (where the system lets a folder be opened)."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        with no_room(path):
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def no_room(path: Path) -> Iterator[None]:
    """Turn the system's word for a full disk into ours."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFull(
            f"{path.parent}: no room to write {path.name} ({error.strerror})",
            hint="make room and run the same command again; what was kept before is safe",
        ) from error
