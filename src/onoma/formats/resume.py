"""Going on with a JSON lines file after a run that was stopped.

While a resumable run goes on, its lines are in ``OUT.partial``; they are put in place at the end.
What an earlier run wrote is kept, its torn last line apart.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import orjson

from onoma.errors import BadLine, Inconsistent
from onoma.formats.output import make_folder


@dataclass(slots=True)
class Written:
    """What a JSON lines file already holds: how often each id, how many of them failed."""

    ids: Counter[str] = field(default_factory=Counter)
    failed: int = 0

    def take(self, document_id: str) -> bool:
        """Say whether a document of this id is there, and count it as met."""
        if self.ids[document_id] <= 0:
            return False
        self.ids[document_id] -= 1
        return True


def partial_path(path: Path) -> Path:
    """Return where the lines of an unfinished run are kept."""
    return path.with_name(path.name + ".partial")


@contextmanager
def resume_jsonl(
    path: Path, *, store: str, is_fresh: bool = False
) -> Iterator[tuple[BinaryIO, Written]]:
    """Give the stream to append to, and what is already written.

    With ``is_fresh`` an earlier unfinished run is thrown away. After an error or an interrupt the
    lines so far stay in ``OUT.partial`` (whole lines but perhaps for the last).
    Raises: Inconsistent: the file was made with another store. BadLine: it is not our JSON lines.
    """
    make_folder(path)
    partial = partial_path(path)
    source = partial if partial.exists() else path
    written = Written()
    if is_fresh:
        partial.unlink(missing_ok=True)
        source = partial
    elif source.exists():
        written = _read_written(source, store)
    target = source if source.exists() else partial
    with target.open("ab") as stream:
        yield stream, written
        stream.flush()
        os.fsync(stream.fileno())
    if target != path:
        target.replace(path)


def _read_written(path: Path, store: str) -> Written:
    """Read the ids of a file and cut its torn last line off."""
    written = Written()
    whole = 0  # bytes of whole lines
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                break
            _count(line, written, path=path, number=number, store=store)
            whole += len(line)
    if whole < path.stat().st_size:
        os.truncate(path, whole)
    return written


def _count(line: bytes, written: Written, *, path: Path, number: int, store: str) -> None:
    """Take one written line into account."""
    try:
        record = orjson.loads(line)
        document_id, error = record["id"], record["error"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as problem:
        raise BadLine(
            str(path),
            number,
            line[:200].decode("utf-8", "replace"),
            "not a line that annotate wrote",
            hint="write to another file, or without --resume",
        ) from problem
    made_with = record.get("store", store)
    if made_with != store:
        raise Inconsistent(
            f"{path}, line {number} was made with the store {made_with!r}, now it is {store!r}",
            hint="write to another file, or without --resume",
        )
    written.ids[document_id] += 1
    written.failed += error is not None
