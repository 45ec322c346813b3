"""From paths to documents: folders walked, formats recognised, errors kept in their place."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from onoma.errors import BadFile, OnomaError
from onoma.formats.opening import Limits, Meter, byte_order, decode_part, open_stream
from onoma.formats.tables import Reader, readers
from onoma.types import Document, FailedDocument

STDIN = "-"
HEAD = 1 << 14  # bytes looked at to recognise a format

_EXTENSIONS: dict[str, str] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".pubtator": "pubtator",
    ".txt": "text",
    ".text": "text",
    ".xml": "medline",
}
_PACKED = (".gz", ".bz2", ".xz", ".zst")
_PUBTATOR_HEAD = re.compile(rb"\s*[^|\t\r\n]+\|[ta]\|")
_MEDLINE_ROOT = re.compile(
    rb"<(?:PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet|PubmedArticle|MedlineCitation"
    rb"|PubmedBookArticle)[\s>/]"
)
_JSON_FIELD = re.compile(rb'\s*\{ *"[^"\r\n]{1,80}" *:[^\r\n]*')


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read (or standard input, when ``path`` is None) and its name in ids."""

    name: str
    path: Path | None


def find_inputs(paths: Iterable[str | Path]) -> Iterator[Input]:
    """Yield the files of these paths in order; folders are walked, their entries sorted.

    A name is relative to the one path given (its folder, if it is a file), or to the folder that
    all given paths share. Hidden files and folders inside a walked folder are passed over.
    """
    given = [Path(path) if str(path) != STDIN else None for path in paths]
    root = _root([path for path in given if path is not None])
    for path in given:
        if path is None:
            yield Input(STDIN, None)
            continue
        for file in _walk(path):
            yield Input(file.absolute().relative_to(root).as_posix(), file)


def _root(paths: Sequence[Path]) -> Path:
    """Return the folder that names are relative to."""
    folders = [path.absolute() if path.is_dir() else path.absolute().parent for path in paths]
    return Path(os.path.commonpath(folders)) if folders else Path()


def _walk(path: Path) -> Iterator[Path]:
    """Yield a file itself, or every file below a folder in sorted order."""
    if not path.is_dir():
        yield path
        return
    try:
        entries = sorted(path.iterdir())
    except OSError:
        yield path  # reported when opened
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():  # a linked folder could be a ring
            yield from _walk(entry)
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
    for item in find_inputs(paths):
        yield from _read_input(item, format=format, limits=limits, stdin=stdin, meter=meter)


def _read_input(
    item: Input,
    *,
    format: str | None,
    limits: Limits | None,
    stdin: BinaryIO | None,
    meter: Meter | None,
) -> Iterator[Document | FailedDocument]:
    """Yield the documents of one file; what ends its reading becomes its last record."""
    count = 0
    stream: io.BufferedReader | None = None
    try:
        raw = (stdin or sys.stdin.buffer) if item.path is None else item.path.open("rb")
        stream = open_stream(raw, item.name, limits=limits, meter=meter)
        read = _reader(stream, item.name, format)
        for document in read(stream, item.name):
            yield document
            count += 1
    except (OnomaError, OSError, MemoryError) as error:
        yield _failed(item.name, error, count)
    finally:
        if stream is not None and item.path is not None:
            stream.close()


def _reader(stream: io.BufferedReader, name: str, format: str | None) -> Reader:
    """Return the reader that is asked for, or that fits the file."""
    return readers.get(format or sniff_format(stream.peek(HEAD)[:HEAD], name))


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
    """Return the format of a file by its first bytes and its name.

    A name's extension decides, but a ``.txt`` file may hold PubTator lines, as NCBI's do.
    Raises: BadFile: XML that is not MEDLINE.
    """
    path = Path(name)
    if path.suffix.lower() in _PACKED:
        path = path.with_suffix("")
    by_name = _EXTENSIONS.get(path.suffix.lower())
    if by_name in ("jsonl", "pubtator"):
        return by_name
    head = _plain(head)
    if _PUBTATOR_HEAD.match(head):
        return "pubtator"
    if by_name == "text":
        return by_name
    if _MEDLINE_ROOT.search(head):
        return "medline"
    if by_name == "medline":
        raise BadFile(
            f"{name}: XML, but no MEDLINE/PubMed records at its start",
            hint="--from medline reads it all the same; --from text takes it as it stands",
        )
    line = _JSON_FIELD.match(head)
    if line and (line[0].rstrip().endswith(b"}") or line.end() == len(head)):
        return "jsonl"
    return "text"


def _plain(head: bytes) -> bytes:
    """Return the head as UTF-8 without its byte-order mark, as far as it can be decoded."""
    mark, encoding = byte_order(head)
    if encoding == "utf-8":
        return head.removeprefix(mark)
    try:
        return decode_part(head[len(mark) : len(mark) + 4096], encoding=encoding).encode()
    except OnomaError:
        return b""
