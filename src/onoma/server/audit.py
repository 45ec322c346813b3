"""The audit trail: who did what, when, to which version; each line holds the digest of the last.

A line changed, taken out or put in between is found by ``verify``. Whoever can write the file can
write it all anew: keep the last line's digest elsewhere (``onoma audit verify`` prints it). No text
and no query stands in it: the operation, the status, a body's length and keyed digest.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from onoma.corpus.locking import write_lock
from onoma.errors import BadLine

FILE = "audit.jsonl"
START = "0" * 64
TAIL = 1 << 16


@dataclass(frozen=True, slots=True)
class Chain:
    """What a trail that is whole holds: how many lines, and the digest of the last."""

    count: int
    digest: str


class Audit:
    """The trail in a folder."""

    def __init__(self, folder: Path) -> None:
        """Take the server's folder."""
        self._folder = folder / "audit"
        self.path = self._folder / FILE

    def note(self, record: dict[str, Any]) -> None:
        """Add a line; it is on the disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with write_lock(self._folder, wait=10.0):
            number, last = self._last()
            line = {
                "number": number + 1,
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                **record,
                "before": last,
            }
            line["digest"] = digest_of(line)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, orjson.dumps(line) + b"\n")
                os.fsync(handle)
            finally:
                os.close(handle)

    def _last(self) -> tuple[int, str]:
        """Return the number and digest of the last whole line; what follows it is cut off.

        A line without its end was never acknowledged: its writer was killed.
        """
        if not self.path.exists():
            return 0, START
        with self.path.open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            start = max(size - TAIL, 0)
            file.seek(start)
            tail = file.read()
            end = tail.rfind(b"\n") + 1
            if end < len(tail):
                file.truncate(start + end)
        lines = tail[:end].splitlines()
        if not lines:
            return 0, START
        row = orjson.loads(lines[-1])
        return int(row["number"]), str(row["digest"])

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the lines as they stand."""
        if self.path.exists():
            with self.path.open("rb") as file:
                for line in file:
                    yield orjson.loads(line)

    def verify(self) -> Chain:
        """Check every line against the one before.

        Raises: BadLine: the first that does not fit.
        """
        last, number = START, 0
        if not self.path.exists():
            return Chain(0, last)
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                problem = _problem(line, number, last)
                if problem:
                    words = line[:60].decode("utf-8", "replace")
                    raise BadLine(str(self.path), number, words, problem, hint="it was changed")
                last = orjson.loads(line)["digest"]
        return Chain(number, last)


def digest_of(line: dict[str, Any]) -> str:
    """Return the digest of a line without its own."""
    rest = {key: value for key, value in line.items() if key != "digest"}
    return hashlib.sha256(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _problem(line: bytes, number: int, last: str) -> str:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "not a line of the trail"
    if not isinstance(row, dict) or orjson.dumps(row) + b"\n" != line:
        return "not as it was written"
    if row.get("number") != number or row.get("before") != last:
        return "does not follow the line before"
    return "" if row.get("digest") == digest_of(row) else "its digest does not fit"
