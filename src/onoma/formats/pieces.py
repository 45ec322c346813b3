"""Large XML and JSON files cut into documents, in constant memory.

Each document is parsed by itself, so that a broken one fails alone. What is no document (the head
of a collection) is handed out with the documents behind it.
"""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import orjson

from onoma.errors import BadFile
from onoma.formats.opening import byte_order

LARGEST = 1 << 26  # bytes of one document or of a collection's head
DEEPEST = 200  # brackets open at a time in JSON
_CHUNK = 1 << 17
_SIGN = re.compile(rb'["{}\[\]]')
_STRING = re.compile(rb'"(?:[^"\\]+|\\.)*+"', re.DOTALL)
_COLON = re.compile(rb"\s*:\s*\Z")


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of one document, from ``offset`` on; ``head`` is the collection's beginning."""

    offset: int
    data: bytes
    head: bytes


def utf8_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream's bytes as UTF-8 if its byte-order mark says another encoding; no mark."""
    data = stream.read(_CHUNK)
    mark, encoding = byte_order(data)
    data = data[len(mark) :]
    if encoding == "utf-8":
        while data:
            yield data
            data = stream.read(_CHUNK)
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while data:
        yield decoder.decode(data).encode("utf-8", "replace")
        data = stream.read(_CHUNK)


def xml_pieces(stream: BinaryIO, name: str, *, element: str, root: str) -> Iterator[Piece]:
    """Yield the elements of this name, from start tag to end tag.

    A start tag without an end tag before the next one gives a piece that is not well-formed.
    Raises: BadFile: the file has no such root element, is cut short, or an element is too large.
    """
    word, top = re.escape(element).encode(), re.escape(root).encode()
    start, end = re.compile(rb"<" + word + rb"[\s>]"), re.compile(rb"</" + word + rb"\s*>")
    head: bytes | None = None
    data, offset, scanned = bytearray(), 0, 0
    for chunk in utf8_chunks(stream):
        data += chunk
        place = 0
        for match in end.finditer(data, scanned):
            starts = [found.start() for found in start.finditer(data, place, match.start())]
            if head is None:
                head = bytes(data[: starts[0] if starts else match.start()])
            edges = [*starts, match.end()]
            for begin, stop in itertools.pairwise(edges):
                yield Piece(offset + begin, bytes(data[begin:stop]), head)
            place = match.end()
        del data[:place]
        offset += place
        scanned = max(0, len(data) - len(element) - 16)
        if len(data) > LARGEST:
            raise _too_large(name, offset)
    if head is None and not re.search(rb"<" + top + rb"[\s>/]", data):
        raise BadFile(f"{name}: no <{root}> is here", hint="is it another kind of file?")
    if start.search(data) or not re.search(rb"</" + top + rb"\s*>|<" + top + rb"\s*/>", data):
        raise BadFile(
            f"{name}: the XML ends early, at byte {offset + len(data)}",
            hint="the file is truncated: copy or download it again",
        )


def json_pieces(stream: BinaryIO, name: str, *, keys: Sequence[str]) -> Iterator[Piece]:
    """Yield the objects of a JSON file that are documents.

    These are the objects in an array under one of these keys of an outermost object, or else the
    outermost objects themselves (one, several a line each, or in one array).
    Raises: BadFile: brackets that do not fit, too many of them, or an object that is too large.
    """
    cutter = _JsonCutter(name, [key.encode() for key in keys])
    for chunk in utf8_chunks(stream):
        yield from cutter.cut(chunk)
    cutter.finish()


class _JsonCutter:
    """Follows the brackets and strings of a JSON file and cuts its documents out."""

    def __init__(self, name: str, keys: Sequence[bytes]) -> None:
        self._name = name
        self._keys = {b'"' + key + b'"' for key in keys}
        self._data = bytearray()
        self._offset = 0  # of the data in the file
        self._place = 0  # up to where the data are read
        self._open: list[int] = []  # brackets
        self._string: tuple[int, int] | None = None  # the last string, if nothing followed it
        self._outer: int | None = None  # where the outermost object starts, if it may be a document
        self._outer_depth = 0
        self._item: int | None = None  # where the document starts that is being read
        self._items_depth: int | None = None  # brackets open around a document of a collection
        self._closing: int | None = None  # brackets open around that collection, until it ends
        self._head = b""
        self._is_any = False

    def cut(self, chunk: bytes) -> Iterator[Piece]:
        """Take more data in and yield the documents that are whole."""
        self._data += chunk
        while match := _SIGN.search(self._data, self._place):
            sign = self._data[match.start()]
            if sign == 0x22:
                string = _STRING.match(self._data, match.start())
                if string is None:
                    self._place = match.start()
                    break
                self._string, self._place = string.span(), string.end()
                continue
            self._place = match.end()
            if sign in b"{[":
                self._enter(sign, match.start())
            else:
                piece = self._leave(sign, match.start())
                if piece is not None:
                    yield piece
            self._string = None
        self._forget()

    def _enter(self, sign: int, place: int) -> None:
        depth = len(self._open)
        if depth >= DEEPEST:
            raise BadFile(
                f"{self._name}: more than {DEEPEST} brackets are open at byte "
                f"{self._offset + place}",
                hint="JSON of documents is not nested like that: is the file damaged?",
            )
        self._open.append(sign)
        may_begin = self._closing is None and self._outer is None
        if sign == 0x7B and may_begin and depth <= 1:
            self._outer, self._outer_depth, self._is_any = place, depth + 1, True
        elif sign == 0x7B and self._items_depth == depth:
            self._item = place
        elif sign == 0x5B and self._outer is not None and self._is_key(place):
            self._head = bytes(self._data[self._outer : place])
            self._outer, self._items_depth = None, depth + 1
            self._closing = depth - 1

    def _is_key(self, place: int) -> bool:
        """Say whether the bracket opens the array of documents."""
        if self._string is None or len(self._open) != self._outer_depth + 1:
            return False
        start, end = self._string
        is_value = _COLON.match(self._data[end:place]) is not None
        return is_value and bytes(self._data[start:end]) in self._keys

    def _leave(self, sign: int, place: int) -> Piece | None:
        if not self._open or self._open.pop() + 2 != sign:
            raise BadFile(
                f"{self._name}: a bracket at byte {self._offset + place} closes none that is open",
                hint="the JSON is damaged there; what stands before it is read",
            )
        depth = len(self._open)
        start: int | None = None
        if self._item is not None and depth == self._items_depth:
            start, self._item = self._item, None
        elif self._outer is not None and depth == self._outer_depth - 1:
            start, self._outer = self._outer, None
        elif self._items_depth is not None and depth == self._items_depth - 1:
            self._items_depth = None
        elif depth == self._closing:
            self._closing = None
        if start is None:
            return None
        return Piece(self._offset + start, bytes(self._data[start : place + 1]), self._head)

    def _forget(self) -> None:
        """Drop the data that are read and needed no more."""
        starts = [self._outer, self._item, self._string[0] if self._string else None, self._place]
        keep = min(place for place in starts if place is not None)
        if len(self._data) - keep > LARGEST:
            raise _too_large(self._name, self._offset + keep)
        del self._data[:keep]
        self._offset += keep
        self._place -= keep
        self._outer = None if self._outer is None else self._outer - keep
        self._item = None if self._item is None else self._item - keep
        if self._string is not None:
            self._string = (self._string[0] - keep, self._string[1] - keep)

    def finish(self) -> None:
        """Check that the file ended where it should."""
        if self._open or _SIGN.search(self._data, self._place):
            raise BadFile(
                f"{self._name}: the JSON ends early, at byte {self._offset + len(self._data)}",
                hint="the file is truncated: copy or download it again",
            )
        if not self._is_any:
            raise BadFile(f"{self._name}: no JSON object is here", hint="is it another format?")


def parse_object(data: bytes) -> dict[str, Any] | None:
    """Return the JSON object of these bytes, None if they are none.

    Escaped lone surrogates, which orjson refuses, are taken.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(data.decode("utf-8", "strict"))
        except (ValueError, RecursionError):
            return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _too_large(name: str, offset: int) -> BadFile:
    return BadFile(
        f"{name}: more than {LARGEST >> 20} MB in one document, from byte {offset}",
        hint="is the file damaged?",
    )
