"""The log of decisions: lines that are added at its end and never changed.

Each line is JSON with a checksum of the rest. A line that was cut short (the power failed) decides
nothing: it is passed over when the log is read, and the next decision takes its place. One process
writes at a time; others see what was added when they look again.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

import orjson

from onoma.corpus.durable import no_room
from onoma.corpus.locking import write_lock
from onoma.curate.verdicts import Part, Verdict
from onoma.errors import BadLine

LOG = "decisions.jsonl"
READING, ADJUDICATION = "reading", "adjudication"
STAGES = (READING, ADJUDICATION)
UNDO = "undo"
WAIT = 10.0  # seconds for another writer


@dataclass(frozen=True, slots=True)
class Decision:
    """What someone decided of some items; ``number`` counts the lines of the log from 1.

    ``verdict`` None: the decision ``undone`` of the same person no longer holds.
    """

    number: int
    reader: str
    stage: str
    items: tuple[str, ...]
    verdict: Verdict | None
    time: str
    undone: int = 0

    def to_record(self) -> dict[str, Any]:
        """Return it as plain values."""
        record: dict[str, Any] = {
            "number": self.number, "reader": self.reader, "stage": self.stage, "time": self.time,
        }  # fmt: skip
        if self.verdict is None:
            return record | {"verb": UNDO, "of": self.undone}
        parts = [one.to_record() for one in self.verdict.parts]
        return record | {"verb": self.verdict.verb, "items": list(self.items), "parts": parts}

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> Decision:
        """Return what ``to_record`` wrote."""
        names = record["number"], record["reader"], record["stage"]
        if record["verb"] == UNDO:
            return cls(*names, (), None, record["time"], record["of"])
        verdict = Verdict(record["verb"], tuple(map(Part.of_record, record["parts"])))
        return cls(*names, tuple(record["items"]), verdict, record["time"])


class Log:
    """The decisions of a curation, in their order."""

    def __init__(self, folder: Path) -> None:
        """Take the curation's folder; nothing is read yet."""
        self._folder = folder
        self._path = folder / LOG
        self._end = 0  # bytes of sound lines read so far
        self._known: list[Decision] = []
        self._lock = RLock()  # threads of one process share what was read

    def read(self) -> Sequence[Decision]:
        """Return all decisions, those of other processes included.

        Raises: BadLine: a line that stands before others is damaged.
        """
        with self._lock:
            if self._path.exists() and self._path.stat().st_size > self._end:
                with self._path.open("rb") as stream:
                    stream.seek(self._end)
                    raw = stream.read()
                self._known.extend(list(self._lines(raw)))
            return tuple(self._known)

    def _lines(self, raw: bytes) -> Iterator[Decision]:
        lines = raw.split(b"\n")
        for place, line in enumerate(lines[:-1]):
            record = _sound(line)
            if record is None:
                if not any(lines[place + 1 :]):
                    return
                number = len(self._known) + place + 1
                words = "a decision that is damaged"
                raise BadLine(str(self._path), number, line.decode("utf-8", "replace"), words,
                              hint="take the file from a copy, or take this line out")  # fmt: skip
            self._end += len(line) + 1
            yield Decision.of_record(record)

    def add(
        self, reader: str, stage: str, items: Sequence[str], verdict: Verdict | None, *, of: int = 0
    ) -> Decision:
        """Write a decision, on the disk before this returns; return it.

        Raises: Busy: another process writes. DiskFull.
        """
        with self._lock, write_lock(self._folder, wait=WAIT):
            number = len(self.read()) + 1
            now = datetime.now(UTC).isoformat(timespec="seconds")
            made = Decision(number, reader, stage, tuple(items), verdict, now, of)
            line = _line(made.to_record())
            with no_room(self._path), self._path.open("r+b" if self._end else "wb") as stream:
                stream.truncate(self._end)  # what was cut short goes
                stream.seek(self._end)
                stream.write(line)
                stream.flush()
                os.fsync(stream.fileno())
            self._end += len(line)
            self._known.append(made)
        return made


def _line(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record | {"sum": zlib.crc32(orjson.dumps(record))}) + b"\n"


def _sound(line: bytes) -> dict[str, Any] | None:
    """Return a line's record, None if it is damaged."""
    try:
        record = orjson.loads(line)
        told = record.pop("sum")
    except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError):
        return None
    return record if told == zlib.crc32(orjson.dumps(record)) else None
