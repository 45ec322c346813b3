"""A vocabulary file as bytes and as lines: unpacked, decoded, with the lines that are none aside.

Most vocabulary files are megabytes of short lines, so that text is decoded by the block; only a
block that does not decode is gone through line by line.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from onoma.errors import BadFile
from onoma.formats.opening import byte_order, open_stream
from onoma.ontology.reading import Ledger

BLOCK = 1 << 20
LONGEST = 1 << 24  # bytes of one line; a longer one is set aside


def open_vocabulary(path: Path) -> BinaryIO:
    """Return the unpacked bytes of a file.

    Raises: BadFile: there is no such file, it is a folder, or it may not be read.
    """
    if path.is_dir():
        raise BadFile(f"{path} is a folder", hint="give the file of the vocabulary itself")
    try:
        return open_stream(path.open("rb"), path.name)
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror or error}", hint="is the path right?") from error


def read_whole(path: Path, *, most: int, hint: str) -> bytes:
    """Return all bytes of a file whose format can only be parsed whole.

    Raises: BadFile: it is larger than ``most`` bytes; ``hint`` says what to do then.
    """
    parts, size = [], 0
    with open_vocabulary(path) as stream:
        while data := stream.read(BLOCK):
            parts.append(data)
            size += len(data)
            if size > most:
                raise BadFile(f"{path.name} is larger than {most >> 20} MiB", hint=hint)
    return b"".join(parts)


def iter_lines(path: Path, ledger: Ledger) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text file with their numbers, from 1; line ends are taken off.

    A line that is not text (bad UTF-8, NUL) or is too long goes to the ledger. A byte-order mark
    says the encoding, else it is UTF-8. Raises: BadFile: the file cannot be read.
    """
    with open_vocabulary(path) as stream:
        yield from lines_of(stream, path.name, ledger)


def lines_of(stream: BinaryIO, name: str, ledger: Ledger) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of an unpacked stream; as ``iter_lines``."""
    head = stream.read(4)
    mark, encoding = byte_order(head)
    rest = head[len(mark) :]
    if encoding != "utf-8":
        # UTF-16 and -32 lines cannot be cut as bytes; what does not decode shows as U+FFFD
        source: BinaryIO | _Recoded = _Recoded(stream, rest, encoding)
        rest = b""
    else:
        source = stream
    number = 0
    for block in _iter_blocks(source, rest):
        if isinstance(block, int):
            number += 1
            place = f"{name}, line {number}"
            ledger.set_aside("bad-line", place, f"a line of {block} bytes; at most {LONGEST}")
            continue
        for line in _decode(block, name, number, ledger):
            number += 1
            if line is not None:
                yield number, line


class _Recoded(io.RawIOBase):
    """The bytes of a stream in another encoding, as UTF-8."""

    def __init__(self, below: BinaryIO, head: bytes, encoding: str) -> None:
        self._below = below
        self._head = head
        self._text = codecs.getincrementaldecoder(encoding)(errors="replace")

    def read(self, size: int = -1) -> bytes:
        """Return the next block, never empty before the end."""
        while True:
            data = self._head + self._below.read(size)
            self._head = b""
            text = self._text.decode(data, final=not data)
            if text or not data:
                return text.replace("\ufffd", "\0").encode("utf-8", "replace")


def _iter_blocks(stream: BinaryIO | _Recoded, rest: bytes) -> Iterator[bytes | int]:
    """Yield blocks of whole lines, without the last line end; the size of a line too long."""
    dropped = 0  # bytes of the too long line at hand
    while data := stream.read(BLOCK):
        data = rest + data
        end = data.rfind(b"\n")
        if end < 0:
            end = data.rfind(b"\r", 0, len(data) - 1)
        if end < 0:
            rest = data
            if dropped or len(rest) > LONGEST:
                dropped += len(rest)
                rest = b""
            continue
        block, rest = data[:end], data[end + 1 :]
        if dropped:
            first, newline, block = block.partition(b"\n")
            yield dropped + len(first)
            dropped = 0
            if not newline:
                continue
        yield block
    if dropped:
        yield dropped + len(rest)
    elif rest:
        yield rest.removesuffix(b"\r")


def _decode(block: bytes, name: str, number: int, ledger: Ledger) -> Iterator[str | None]:
    """Yield the lines of a block; None for one that is not text."""
    if b"\r" in block:
        block = block.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if (text and "\0" not in text) or not block:
        yield from text.split("\n")
        return
    for place, line in enumerate(block.split(b"\n"), number + 1):
        try:
            decoded = line.decode("utf-8")
            column, words = decoded.find("\0") + 1, "a NUL or undecodable character"
        except UnicodeDecodeError as error:
            decoded = line.decode("utf-8", "backslashreplace")
            column = error.start + 1
            words = f"byte 0x{line[error.start]:02x} is not valid UTF-8"
        if column:
            shown = decoded.replace("\0", "\\0")
            ledger.set_aside("bad-encoding", f"{name}, line {place}, column {column}", words, shown)
        yield None if column else decoded
