"""Outputs that a stopped run leaves in a state from which another run goes on.

While a run goes on, its output is ``OUT.partial``, its error records ``ERRORS.partial``, and
``OUT.journal`` says how far both belong together: now and then a line with the documents done and
the bytes that they take, written behind those bytes. Going on means to cut both files at the last
such line and to pass over the documents that it counts, so the result has the bytes of one
uninterrupted run whatever the moment of the stop. At the end the files are put in place, then the
journal goes.

This holds for formats whose files are the documents' own bytes one after the other, after a head
and before a foot that do not depend on them: ``RESUMABLE``.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from onoma.errors import BadLine, Inconsistent
from onoma.formats.jsonl import encode_record
from onoma.formats.output import make_folder, open_output
from onoma.types import AnnotatedDocument, Document, FailedDocument, failed_record

RESUMABLE = frozenset(
    {"conll", "conll-bioes", "jsonl", "jsonl-text", "nbib", "pubtator", "relations-tsv", "ris"}
    | {"tsv"}
)
Given = Document | FailedDocument | AnnotatedDocument
INTERVAL = 0.5  # seconds between two lines of the journal, and what a power cut can cost
_HINT = "write to another file, or without --resume"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a run is: documents done, failed ones among them, and the sizes of its files.

    ``ids`` is a checksum of the documents' ids in order, ``characters`` the sum of their lengths
    (-1 when it is not known): by these a changed input is noticed.
    """

    documents: int = 0
    failed: int = 0
    ids: int = 0
    characters: int = 0
    size: int = 0
    errors: int = 0

    def after(self, document: Given) -> Mark:
        """Return the mark behind one more document; the sizes stay."""
        is_failed = isinstance(document, FailedDocument)
        length = 0 if isinstance(document, FailedDocument) else len(document.text)
        return replace(
            self,
            documents=self.documents + 1,
            failed=self.failed + is_failed,
            ids=_sum_ids(document.id, self.ids),
            characters=self.characters + length,
        )


def _sum_ids(document_id: str, before: int) -> int:
    return zlib.crc32(document_id.encode("utf-8", "surrogatepass") + b"\0", before)


@dataclass(slots=True)
class Output:
    """Where a run writes: results, error records, and (if it can be resumed) the journal."""

    stream: BinaryIO
    errors: BinaryIO | None = None
    journal: BinaryIO | None = None
    start: Mark = field(default_factory=Mark)  # where an earlier run stopped
    is_done: bool = False  # whether the earlier run had come to its end
    done: Mark = field(init=False)
    _pending: deque[Given] = field(default_factory=deque)
    _time: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Begin where the earlier run stopped."""
        self.done = self.start

    def rest(self, documents: Iterable[Given]) -> Iterator[Given]:
        """Yield the documents that the earlier run did not do.

        Raises: Inconsistent: those before them are not the ones that it did.
        """
        passed = Mark()
        for document in documents:
            if passed.documents < self.start.documents:
                passed = passed.after(document)
                if passed.documents == self.start.documents:
                    _check_input(passed, self.start)
                continue
            self._pending.append(document)
            yield document
        if passed.documents < self.start.documents:
            _check_input(passed, self.start)

    def advance(self) -> FailedDocument | None:
        """Note that the result of the next document is written; return it if it failed."""
        document = self._pending.popleft()
        self.done = self.done.after(document)
        failed = document if isinstance(document, FailedDocument) else None
        if failed is not None and self.errors is not None:
            self.errors.write(encode_record(failed_record(failed)))
        if self.journal is not None and time.monotonic() - self._time >= INTERVAL:
            self.mark()
        return failed

    def mark(self, *, is_end: bool = False) -> None:
        """Write down how far the run is, behind what it wrote."""
        if self.journal is None:
            return
        sizes = {"size": _settle(self.stream)}
        if self.errors is not None:
            sizes["errors"] = _settle(self.errors)
        self.done = replace(self.done, **sizes)
        self.journal.write(encode_record({"mark": asdict(self.done), "end": is_end}))
        _settle(self.journal)
        self._time = time.monotonic()


def _settle(stream: BinaryIO) -> int:
    """Bring what is written to the disk and return its size."""
    stream.flush()
    os.fsync(stream.fileno())
    return stream.tell()


def _check_input(passed: Mark, start: Mark) -> None:
    """Compare the documents passed over with those that were done."""
    count = start.documents
    if passed.documents < count:
        words = f"{count} documents were done, but the input has only {passed.documents}"
    elif passed.ids != start.ids:
        words = f"the first {count} documents of the input have other ids than those done"
    elif start.characters not in (-1, passed.characters):
        words = f"the first {count} documents of the input have other texts than those done"
    else:
        return
    raise Inconsistent(words, hint=_HINT)


def partial_path(path: Path) -> Path:
    """Return where the output of an unfinished run is kept."""
    return path.with_name(path.name + ".partial")


def journal_path(path: Path) -> Path:
    """Return where an unfinished run says how far it is."""
    return path.with_name(path.name + ".journal")


@contextmanager
def plain_output(path: Path | None, errors: Path | None) -> Iterator[Output]:
    """Give an output that appears whole or not at all, or standard output."""
    with ExitStack() as stack:
        stream = stack.enter_context(open_output(path))
        yield Output(stream, stack.enter_context(open_output(errors)) if errors else None)


@contextmanager
def resumable_output(
    path: Path, errors: Path | None, *, settings: Mapping[str, Any], is_fresh: bool = False
) -> Iterator[Output]:
    """Give an output to go on with; ``is_fresh`` throws an earlier unfinished run away.

    ``settings`` is what the bytes depend on; ``format`` and ``store`` must be among it. After an
    error or an interrupt the files of the unfinished run stay.
    Raises: Inconsistent: the earlier run had other settings. BadLine: a file is there that is
    neither ours nor finished.
    """
    make_folder(path)
    settings = {**settings, "errors": errors is not None}
    parts = {path: partial_path(path)}
    if errors is not None:
        make_folder(errors)
        parts[errors] = partial_path(errors)
    start, is_done = Mark(), False
    if not is_fresh:
        start, is_done = _find_start(path, errors, settings)
    if not is_done:
        journal = journal_path(path)
        _write_journal(journal, settings, start)
        with ExitStack() as stack:
            stream = stack.enter_context(_open_at(parts[path], start.size))
            side = stack.enter_context(_open_at(parts[errors], start.errors)) if errors else None
            output = Output(stream, side, stack.enter_context(journal.open("ab")), start)
            yield output
            output.mark(is_end=True)
    else:
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - no path of the user's
            yield Output(nothing, None, None, start, is_done=True)
    for whole, part in reversed(parts.items()):  # the results last: where they are, all is
        if part.exists():
            part.replace(whole)
    journal_path(path).unlink(missing_ok=True)


def _open_at(path: Path, size: int) -> BinaryIO:
    """Open a file to write on from this byte; what stands behind it goes."""
    stream = path.open("r+b" if path.exists() else "w+b", 1 << 20)
    stream.truncate(size)
    stream.seek(size)
    return stream


def _write_journal(path: Path, settings: Mapping[str, Any], start: Mark) -> None:
    """Begin a journal; it is there whole or not at all."""
    fresh = path.with_name(f".{path.name}.tmp")
    with fresh.open("wb") as stream:
        stream.write(encode_record({"run": settings}))
        stream.write(encode_record({"mark": asdict(start), "end": False}))
        _settle(stream)
    fresh.replace(path)


def _find_start(path: Path, errors: Path | None, settings: Mapping[str, Any]) -> tuple[Mark, bool]:
    """Return how far an earlier run came, and whether that was its end."""
    partial, journal = partial_path(path), journal_path(path)
    if journal.exists():
        earlier, marks = _read_journal(journal)
        if earlier:
            _check_settings(journal, earlier, settings)
        if marks and marks[-1][1]:
            return marks[-1][0], True
        sizes = [_size(partial), _size(partial_path(errors)) if errors else 0]
        for mark, _ in reversed(marks):
            if mark.size <= sizes[0] and mark.errors <= sizes[1] and partial.exists():
                return mark, False
    if settings["format"] == "jsonl" and not journal.exists():
        return _start_of_lines(path, errors, store=settings["store"]), False
    return Mark(), False


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _read_journal(path: Path) -> tuple[dict[str, Any], list[tuple[Mark, bool]]]:
    """Return a journal's settings and marks, as far as its lines are whole."""
    settings: dict[str, Any] = {}
    marks: list[tuple[Mark, bool]] = []
    for line in path.read_bytes().splitlines(keepends=True):
        try:
            record = orjson.loads(line if line.endswith(b"\n") else b"")
            if "run" in record:
                settings = dict(record["run"])
            else:
                marks.append((Mark(**record["mark"]), bool(record["end"])))
        except (ValueError, KeyError, TypeError):
            break
    return settings, marks


def _check_settings(path: Path, earlier: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Compare what two runs' bytes depend on."""
    now = orjson.loads(encode_record(dict(now)))
    for name in sorted(earlier.keys() | now.keys()):
        if earlier.get(name) != now.get(name):
            raise Inconsistent(
                f"{path}: the stopped run had {name} {earlier.get(name)!r}, "
                f"this one has {now.get(name)!r}",
                hint=_HINT,
            )


def _start_of_lines(path: Path, errors: Path | None, *, store: str) -> Mark:
    """Return the mark behind the whole lines of a JSON lines file that has no journal.

    A finished file, or one that lost its end, is copied to go on with; its error records are
    gathered from it.
    """
    partial = partial_path(path)
    source = partial if partial.exists() else path
    if not source.exists():
        return Mark()
    mark = Mark(characters=-1)
    with ExitStack() as stack:
        stream = stack.enter_context(source.open("rb"))
        side = stack.enter_context(partial_path(errors).open("wb")) if errors else None
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                break
            record = _parse_line(line, source, number)
            _check_store(record, f"{source}, line {number}", store)
            is_failed = record["error"] is not None
            added = side.write(encode_record(record)) if side is not None and is_failed else 0
            mark = replace(
                mark,
                documents=number,
                failed=mark.failed + is_failed,
                ids=_sum_ids(str(record["id"]), mark.ids),
                size=mark.size + len(line),
                errors=mark.errors + added,
            )
    if source != partial:
        shutil.copyfile(source, partial)
    return mark if mark.documents else Mark()


def _parse_line(line: bytes, path: Path, number: int) -> dict[str, Any]:
    """Return the record of a line that annotate wrote."""
    try:
        record: dict[str, Any] = json.loads(line)  # orjson refuses lone surrogates
        _ = record["id"], record["error"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise BadLine(
            str(path),
            number,
            line[:200].decode("utf-8", "replace"),
            "not a line that annotate wrote",
            hint=_HINT,
        ) from problem
    return record


def _check_store(record: Mapping[str, Any], place: str, store: str) -> None:
    made_with = record.get("store", store)
    if made_with != store:
        raise Inconsistent(
            f"{place} was made with the store {made_with!r}, now it is {store!r}", hint=_HINT
        )
