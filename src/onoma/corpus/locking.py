"""One writer at a time: a lock that the system lets go of when its process ends, however it ends.

Readers take no lock: they read the manifest, and what it names does not change.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onoma.errors import OnomaError

LOCK = "lock"
STEP = 0.1  # seconds between two tries


class Busy(OnomaError):
    """Another process writes to the corpus."""

    code = "busy"


@contextmanager
def write_lock(
    folder: Path, *, wait: float = 0.0, say: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold a corpus's lock; wait so many seconds for another process to let go of it.

    ``say`` is told once that there is one to wait for.
    Raises: Busy: it is still held at the end.
    """
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        end = time.monotonic() + wait
        while not _take(handle):
            words = f"{folder}: another process writes to it{_holder(handle)}"
            if time.monotonic() >= end:
                raise Busy(words, hint="try again when it is done")
            if say is not None:
                say(f"{words}; waiting")
                say = None
            time.sleep(STEP)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0) if hasattr(os, "pwrite") else None
        yield
    finally:
        os.close(handle)  # lets go of the lock


def _holder(handle: int) -> str:
    number = os.pread(handle, 20, 0).decode("ascii", "replace") if hasattr(os, "pread") else ""
    return f" (process {number})" if number.isdigit() else ""


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        """Try to take the lock."""
        try:
            os.lseek(handle, 0, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(handle: int) -> bool:
        """Try to take the lock."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
