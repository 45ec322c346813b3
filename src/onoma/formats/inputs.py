"""From paths to documents: folders walked, formats recognised, errors kept in their place."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from onoma.errors import BadFile, OnomaError
from onoma.formats.opening import Limits, Meter, byte_order, decode_part, open_stream
from onoma.formats.signs import (
    FALLBACKS,
    HEAD,
    INDEXES,
    PACKED,
    PARTNERS,
    SIGNS,
    bare_name,
    longest_fit,
)
from onoma.formats.tables import annotated_readers, path_readers, plain_item, readers
from onoma.types import AnnotatedDocument, Document, FailedDocument

STDIN = "-"
_Item = Document | FailedDocument | AnnotatedDocument


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read (or standard input, when ``path`` is None) and its name in ids."""

    name: str
    path: Path | None


def find_inputs(paths: Iterable[str | Path], *, format: str | None = None) -> Iterator[Input]:
    """Yield the files of these paths in order; folders are walked, their entries sorted.

    A name is relative to the one path given (its folder, if it is a file), or to the folder that
    all given paths share. Hidden files and folders inside a walked folder are passed over, and so
    is the second file of a pair (a ``.txt`` beside its ``.ann``) unless ``format`` is another one,
    and so are the files that an index above them stands for (the articles of CORD-19).
    """
    given = [Path(path) if str(path) != STDIN else None for path in paths]
    root = _root([path for path in given if path is not None])
    for path in given:
        if path is None:
            yield Input(STDIN, None)
            continue
        for file in _walk(path):
            if file == path or not _is_second(file, format):
                yield Input(file.absolute().relative_to(root).as_posix(), file)


def _root(paths: Sequence[Path]) -> Path:
    """Return the folder that names are relative to."""
    folders = [path.absolute() if path.is_dir() else path.absolute().parent for path in paths]
    return Path(os.path.commonpath(folders)) if folders else Path()


def _is_second(path: Path, format: str | None) -> bool:
    """Say whether another file stands for this one and its own (in this format, if one is set)."""
    return any(
        _twin(path, second, first) is not None
        for pair, (first, second) in PARTNERS.items()
        if format in (None, pair)
    )


def _twin(path: Path, old: str, new: str) -> Path | None:
    """Return the file beside this one with another extension, if this has the old one."""
    bare = bare_name(path.name)
    if not bare.lower().endswith(old):
        return None
    stem = bare[: -len(old)]
    twins = (path.with_name(stem + new + packed) for packed in ("", *PACKED))
    return next((twin for twin in twins if twin.is_file()), None)


def _walk(path: Path, passed: str = "") -> Iterator[Path]:
    """Yield a file itself, or every file below a folder in sorted order.

    Below an index the files with the extension ``passed`` are its own.
    """
    if not path.is_dir():
        yield path
        return
    try:
        entries = sorted(path.iterdir())
    except OSError:
        yield path  # reported when opened
        return
    passed = passed or next((INDEXES[one][1] for one in map(index_format, entries) if one), "")
    for entry in entries:
        if entry.name.startswith(".") or (passed and bare_name(entry.name).endswith(passed)):
            continue
        if entry.is_dir() and not entry.is_symlink():  # a linked folder could be a ring
            yield from _walk(entry, passed)
        elif entry.is_file() or not entry.exists():  # a broken link is reported when opened
            yield entry


def read_documents(
    paths: Iterable[str | Path],
    *,
    format: str | None = None,
    limits: Limits | None = None,
    stdin: BinaryIO | None = None,
    meter: Meter | None = None,
) -> Iterator[Document | FailedDocument]:
    """Yield the documents of these paths, lazily and in order.

    ``format`` is a reader's name; without it, it is recognised file by file. What cannot be read
    stands in the stream as a FailedDocument. ``meter`` is told how many bytes are read.
    Raises: UnknownName: there is no such format (at the first document).
    """
    if format is not None:
        readers.get(format)
    for item in find_inputs(paths, format=format):
        found = read_input(item, format=format, limits=limits, stdin=stdin, meter=meter)
        yield from map(plain_item, found)


def read_annotated(
    paths: Iterable[str | Path],
    *,
    format: str | None = None,
    limits: Limits | None = None,
    stdin: BinaryIO | None = None,
    meter: Meter | None = None,
) -> Iterator[AnnotatedDocument]:
    """Yield the documents of these paths with what the files themselves annotate.

    As ``read_documents``; a format that holds no annotations gives documents without any, and one
    whose annotations alone cannot be read has ``error`` set besides its text.
    """
    if format is not None:
        readers.get(format)
    for item in find_inputs(paths, format=format):
        found = read_input(
            item, format=format, limits=limits, stdin=stdin, meter=meter, is_annotated=True
        )
        yield from map(_annotated, found)


def _annotated(found: _Item) -> AnnotatedDocument:
    """Return what any reader gives as an annotated document."""
    if isinstance(found, FailedDocument):
        return AnnotatedDocument(Document(found.id, "", source=found.source), error=found)
    return AnnotatedDocument(found) if isinstance(found, Document) else found


def read_input(
    item: Input,
    *,
    format: str | None = None,
    limits: Limits | None = None,
    stdin: BinaryIO | None = None,
    meter: Meter | None = None,
    is_annotated: bool = False,
) -> Iterator[_Item]:
    """Yield the documents of one file; what ends its reading becomes its last record.

    ``is_annotated``: with what the file itself annotates, where its format has annotations.
    """
    count = 0
    stream: io.BufferedReader | None = None
    try:
        name, path = item.name, item.path
        named = format
        if path is not None and named is None:
            named = paired_format(path) or index_format(path)
        if path is not None and named in path_readers.names():
            found = iter(path_readers.get(named)(path, name))
        else:
            raw = (stdin or sys.stdin.buffer) if path is None else path.open("rb")
            stream = open_stream(raw, name, limits=limits, meter=meter)
            found = _documents(stream, name, named, is_annotated=is_annotated)
        for document in found:
            yield document
            count += 1
    except (OnomaError, OSError, MemoryError) as error:
        yield _failed(item.name, error, count)
    finally:
        if stream is not None and item.path is not None:
            stream.close()


def _documents(
    stream: io.BufferedReader, name: str, format: str | None, *, is_annotated: bool
) -> Iterator[_Item]:
    """Return what the reader gives that is asked for, or that fits the file."""
    format = format or sniff_format(stream.peek(HEAD)[:HEAD], name)
    if is_annotated and format in annotated_readers.names():
        return annotated_readers.get(format)(stream, name)
    return readers.get(format)(stream, name)


def paired_format(path: Path) -> str | None:
    """Return the format of which this file and one beside it are a pair, if any."""
    for format, (first, second) in PARTNERS.items():
        if _twin(path, first, second) or _twin(path, second, first):
            return format
    return None


def index_format(path: Path) -> str | None:
    """Return the format of which this file is the index, if any."""
    bare = bare_name(path.name).lower()
    for format, (name, _) in INDEXES.items():
        signs = SIGNS[format].head
        if bare == name and signs is not None and path.is_file():
            try:
                with open_stream(path.open("rb"), path.name) as stream:
                    return format if signs.search(_plain(stream.peek(HEAD)[:HEAD])) else None
            except (OnomaError, OSError):
                return None  # reported when it is read
    return None


def _failed(name: str, error: Exception, count: int) -> FailedDocument:
    """Return the record of a file that cannot be read (further)."""
    after = f" (after {count} documents of this file; those behind it are not read)"
    if isinstance(error, OnomaError):
        code, message, hint, offset = error.code, error.message, error.hint, error.offset
    else:
        code, offset = "unreadable", None
        message = f"{name}: {getattr(error, 'strerror', None) or type(error).__name__}"
        hint = "does the file exist, and may it be read?"
    return FailedDocument(name, code, message + (after if count else ""), hint, offset, name)


def sniff_format(head: bytes, name: str) -> str:
    """Return the format of a file by its first bytes and its name (see ``signs``).

    An extension that belongs to one format decides; a ``.txt``, ``.xml`` or ``.json`` file may hold
    several, so its first bytes do.
    Raises: BadFile: XML of no known kind.
    """
    name = bare_name(name)
    decided = longest_fit(name, {format: signs.extensions for format, signs in SIGNS.items()})
    if decided is not None:
        return decided
    extension = Path(name).suffix.lower()
    is_shared = any(extension in signs.shared for signs in SIGNS.values())
    head = _plain(head)
    for format, signs in SIGNS.items():
        may_be = not is_shared or extension in signs.shared
        if may_be and signs.head is not None and signs.head.search(head):
            return format
    if is_shared and extension not in FALLBACKS:
        known = ", ".join(format for format, signs in SIGNS.items() if extension in signs.shared)
        raise BadFile(
            f"{name}: its first bytes are of no known format of {extension} files ({known})",
            hint="name the format with --from; --from text takes the file as it stands",
        )
    return FALLBACKS.get(extension, "text")


def _plain(head: bytes) -> bytes:
    """Return the head as UTF-8 without its byte-order mark, as far as it can be decoded."""
    mark, encoding = byte_order(head)
    if encoding == "utf-8":
        return head.removeprefix(mark)
    try:
        return decode_part(head[len(mark) : len(mark) + 4096], encoding=encoding).encode()
    except OnomaError:
        return b""
