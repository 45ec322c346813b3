"""Large XML files of many records, cut behind each so that each is parsed by itself.

A malformed record then fails alone, and memory holds one at a time. What is cut is told by its end
tag; a record inside a comment is none.
"""

from __future__ import annotations

import codecs
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from lxml import etree

from onoma.errors import BadFile, NotText
from onoma.formats.opening import byte_order
from onoma.formats.safe_xml import make_parser

LARGEST = 1 << 26  # bytes of one record
_CHUNK = 1 << 17
_OVERLAP = 64  # bytes: no end tag is longer
_STATED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,39})["']""")
_COMMENT = re.compile(rb"<!--|-->")


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags between which a file's records stand."""

    name: str
    start: re.Pattern[bytes]
    end: re.Pattern[bytes]

    @classmethod
    def of(cls, name: str, pattern: str) -> Tags:
        """Return the tags of elements whose name this pattern matches."""
        return cls(
            name,
            re.compile(rf"<(?:{pattern})[\s>/]".encode()),
            re.compile(rf"</(?:{pattern})\s*>".encode()),
        )


@dataclass(frozen=True, slots=True)
class Cut:
    """Bytes of the stream that end with a record, or those behind the last one (not ``is_end``).

    ``starts`` are where start tags of records stand in it: one, if all is well; ``is_dead`` tells
    that the record is commented out.
    """

    offset: int
    data: bytes
    tags: Tags
    is_end: bool
    starts: tuple[int, ...]
    is_dead: bool = False


def iter_cuts(stream: BinaryIO, choose: Callable[[bytes], Tags]) -> Iterator[Cut]:
    """Cut a stream behind each record; ``choose`` is given the file's beginning.

    Raises: BadFile: a record that is too large. NotText: invalid UTF-16 or UTF-32.
    """
    stream = _utf8_stream(stream)
    rest, offset, tags = bytearray(), 0, None
    comments = _Comments()
    while chunk := stream.read(_CHUNK):
        tags = tags or choose(chunk)
        scanned = max(0, len(rest) - _OVERLAP)
        rest += chunk
        place = 0
        for end in [match.end() for match in tags.end.finditer(rest, scanned)]:
            yield comments.cut(offset + place, bytes(rest[place:end]), tags, is_end=True)
            place = end
        del rest[:place]
        offset += place
        if len(rest) > LARGEST:
            raise BadFile(
                f"more than {LARGEST >> 20} MB in one record, from byte {offset}",
                hint="is the file damaged?",
            )
    yield comments.cut(offset, bytes(rest), tags or choose(b""), is_end=False)


class _Comments:
    """Knows whether a piece of the stream begins inside a comment."""

    def __init__(self) -> None:
        self._is_open = False

    def cut(self, offset: int, data: bytes, tags: Tags, *, is_end: bool) -> Cut:
        """Return a piece with its starts; those inside of comments do not count."""
        starts = tuple(match.start() for match in tags.start.finditer(data))
        if not self._is_open and b"<!--" not in data:
            return Cut(offset, data, tags, is_end, starts)
        closed = self._closed(data)
        before = [bisect_right(closed, (at, len(data) + 1)) - 1 for at in starts]
        live = tuple(
            at
            for at, place in zip(starts, before, strict=True)
            if place < 0 or at >= closed[place][1]
        )
        return Cut(offset, data, tags, is_end, live, is_dead=not live and self._is_open)

    def _closed(self, data: bytes) -> list[tuple[int, int]]:
        """Return where comments stand in a piece, and note whether the last one goes on."""
        found = []
        opened = 0 if self._is_open else -1
        for match in _COMMENT.finditer(data):
            if opened < 0 and match[0] == b"<!--":
                opened = match.start()
            elif opened >= 0 and match[0] == b"-->":
                found.append((opened, match.end()))
                opened = -1
        self._is_open = opened >= 0
        return [*found, (opened, len(data))] if self._is_open else found


def parser_for(head: bytes) -> etree.XMLParser:
    """Return a parser for pieces of a file that begins like this: in its stated encoding."""
    stated = _STATED.match(head)
    name = stated[1].decode() if stated else "utf-8"
    if name.lower().startswith(("utf-16", "utf-32")):
        return make_parser("utf-8")  # recoded by its byte-order mark, or misstated
    try:
        return make_parser(name)
    except LookupError:  # libxml2 knows fewer names than Python
        return make_parser("utf-8")


def _utf8_stream(stream: BinaryIO) -> BinaryIO:
    """Return a stream in UTF-16 or UTF-32 (by its byte-order mark) as one in UTF-8."""
    if not hasattr(stream, "peek"):
        stream = cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream)))
    mark, encoding = byte_order(cast(io.BufferedReader, stream).peek(4)[:4])
    stream.read(len(mark))
    return stream if encoding == "utf-8" else cast(BinaryIO, _Recoded(stream, encoding))


class _Recoded:
    """The bytes of a stream in another encoding as UTF-8."""

    def __init__(self, below: BinaryIO, encoding: str) -> None:
        self._below = below
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, size: int) -> bytes:
        """Return about ``size`` bytes, none at the end.

        Raises: NotText: an invalid sequence.
        """
        while data := self._below.read(size):
            try:
                text = self._decoder.decode(data)
            except UnicodeDecodeError as error:
                raise NotText(
                    f"the XML is not valid {self._encoding}, as its byte-order mark says",
                    hint="convert the file to UTF-8",
                ) from error
            if text:
                return text.encode("utf-8", "surrogatepass")
        return b""
