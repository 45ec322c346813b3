"""Named defects: what each does to a well-formed file, by the kind of file that can have it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from collections.abc import Callable

Defect = Callable[[bytes], bytes]

_NUMBER = re.compile(rb"(?<![\w.])[0-9]+(?![\w.])")
_TAG = re.compile(rb"<([A-Za-z][\w:.-]*)[^<>]*(?<!/)>")


def _first(pattern: bytes, new: bytes) -> Defect:
    """Return what replaces the first match of a pattern."""
    return lambda data: re.sub(pattern, lambda _: new, data, count=1)


def _amid(pattern: bytes, new: bytes) -> Defect:
    """Return what replaces the match of a pattern that stands in the middle of all."""

    def change(data: bytes) -> bytes:
        found = list(re.finditer(pattern, data))
        if not found:
            return data
        match = found[len(found) // 2]
        return data[: match.start()] + new + data[match.end() :]

    return change


def _last(pattern: bytes, new: bytes) -> Defect:
    """Return what replaces the last match of a pattern."""

    def change(data: bytes) -> bytes:
        found = list(re.finditer(pattern, data))
        return data[: found[-1].start()] + new + data[found[-1].end() :] if found else data

    return change


def _numbers(new: bytes) -> Defect:
    return lambda data: _NUMBER.sub(new, data)


def _middle(new: bytes) -> Defect:
    """Return what puts bytes into the middle of the longest line."""

    def change(data: bytes) -> bytes:
        line = max(data.split(b"\n"), key=len)
        place = data.index(line) + len(line) // 2
        return data[:place] + new + data[place:]

    return change


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Defect:
    return lambda data: b"".join(change(data.splitlines(keepends=True)))


def _as_text(encoding: str) -> Defect:
    return lambda data: data.decode("utf-8", "replace").encode(encoding, "replace")


ANY: dict[str, Defect] = {
    "empty": lambda data: b"",
    "only-blanks": lambda data: b" \n\n \t\n",
    "nul-inside": _middle(b"\0"),
    "byte-of-latin-1": _middle(b"\xe8"),
    "continuation-byte-alone": _middle(b"\x80"),
    "surrogate-in-utf-8": _middle(b"\xed\xa0\x80"),
    "overlong-sequence": _middle(b"\xc0\xaf"),
    "control-characters": _middle(b"\x01\x1b\x7f"),
    "utf-8-with-mark": lambda data: b"\xef\xbb\xbf" + data,
    "utf-16-with-mark": _as_text("utf-16"),
    "utf-16-without-mark": _as_text("utf-16-le"),
    "cut-in-the-middle": lambda data: data[: len(data) // 2],
    "cut-at-three-quarters": lambda data: data[: len(data) * 3 // 4],
    "last-byte-lost": lambda data: data[:-1],
    "first-byte-lost": lambda data: data[1:],
    "twice": lambda data: data + data,
    "line-ends-crlf": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "line-ends-cr": lambda data: data.replace(b"\n", b"\r"),
    "lines-reversed": _lines(lambda lines: lines[::-1]),
    "first-line-lost": _lines(lambda lines: lines[1:]),
    "garbage-behind": lambda data: data + b"\x00\xffgarbage\n",
    "garbage-before": lambda data: b"garbage\n" + data,
    "another-format-pdf": lambda data: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "another-format-zip": lambda data: b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(30),
    "numbers-huge": _numbers(b"99999999999999999999"),
    "numbers-negative": _numbers(b"-1"),
    "numbers-in-words": _numbers(b"many"),
}
"""Defects that any file can have."""

PACKED: dict[str, Defect] = {
    "packed-gzip-cut": lambda data: gzip.compress(data, mtime=0)[: -len(data) // 8 - 9],
    "packed-gzip-damaged": lambda data: _damage(gzip.compress(data, mtime=0)),
    "packed-bzip2-cut": lambda data: bz2.compress(data)[:-12],
    "packed-xz-cut": lambda data: lzma.compress(data)[:-20],
    "packed-mark-alone": lambda data: b"\x1f\x8b",
}
"""Defects of packed files."""


def _damage(data: bytes) -> bytes:
    place = len(data) // 2
    return data[:place] + bytes(byte ^ 0x55 for byte in data[place : place + 9]) + data[place + 9 :]


_BOMB = b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)
)


def _after_declaration(new: bytes, *, root: bool = True) -> Defect:
    """Return what puts a document type in place of the file's own."""

    def change(data: bytes) -> bytes:
        data = re.sub(rb"<!DOCTYPE[^>]*>\s*", b"", data)
        declaration = re.match(rb"\s*<\?xml[^>]*\?>\s*", data)
        place = declaration.end() if declaration else 0
        name = _TAG.search(data, place)
        return data[:place] + new % ((name[1],) if root and name else ()) + data[place:]

    return change


def _use_entity(new: Defect, entity: bytes) -> Defect:
    """Return what declares an entity and uses it in a text."""
    return lambda data: _amid(rb"(?<=[a-z][a-z])</", entity + b"</")(new(data))


XML: dict[str, Defect] = {
    "entity-bomb": _use_entity(
        _after_declaration(b'<!DOCTYPE %s [<!ENTITY l0 "lol">' + _BOMB + b"]>"), b"&l9;"
    ),
    "entity-of-a-file": _use_entity(
        _after_declaration(b'<!DOCTYPE %s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), b"&x;"
    ),
    "entity-unknown": _amid(rb"(?<=[a-z][a-z])</", b"&nbsp;</"),
    "entity-parameter": _after_declaration(
        b'<!DOCTYPE %s [<!ENTITY %% p SYSTEM "http://127.0.0.1:9/x">%%p;]>'
    ),
    "ampersand-alone": _amid(rb"(?<=[a-z][a-z])</", b" & </"),
    "less-than-alone": _amid(rb"(?<=[a-z][a-z])</", b" < 5</"),
    "tag-not-closed": _amid(rb"</[\w:]+>(?=\s*</)", b""),
    "tag-closed-twice": _amid(rb"(</[\w:]+>)(?=\s*</)", b"</p></p>"),
    "tags-crossed": _amid(rb"(?<=[a-z][a-z])</", b"<b><i></b></i></"),
    "attribute-without-quotes": _first(rb'="[^"]*"(?=[^<>?]*>)', b"=1"),
    "attribute-twice": _amid(rb"<(\w+)>", b"<x a='1' a='2'>"),
    "character-reference-of-nothing": _amid(rb"(?<=[a-z][a-z])</", b"&#0;</"),
    "character-reference-too-large": _amid(rb"(?<=[a-z][a-z])</", b"&#x110000;</"),
    "comment-not-closed": _amid(rb"(?<=[a-z][a-z])</", b"<!-- </"),
    "cdata-not-closed": _amid(rb"(?<=[a-z][a-z])</", b"<![CDATA[ </"),
    "prefix-unknown": _amid(rb"(?<=[a-z][a-z])</", b"<zz:b>x</zz:b></"),
    "encoding-unknown": lambda data: (
        b'<?xml version="1.0" encoding="klingon"?>\n' + re.sub(rb"^\s*<\?xml[^>]*\?>\s*", b"", data)
    ),
    "encoding-wrong": lambda data: (
        b'<?xml version="1.0" encoding="utf-16"?>\n' + re.sub(rb"^\s*<\?xml[^>]*\?>\s*", b"", data)
    ),
    "elements-300-deep": _amid(rb"(?<=[a-z][a-z])</", b"<a>" * 300 + b"</a>" * 300 + b"</"),
    "root-of-another-kind": lambda data: b"<?xml version='1.0'?><other><a>text</a></other>",
    "processing-instruction": _amid(rb"(?<=[a-z][a-z])</", b"<?php echo 1 ?></"),
}
"""Defects of XML."""

JSON: dict[str, Defect] = {
    "json-300-deep": _first(rb'(?<=: )"[^"]*"', b"[" * 300 + b"]" * 300),
    "json-depth-not-closed": lambda data: b"[" * 1900,
    "json-comma-too-many": _last(rb"([}\]])(?=\s*$)", b",}"),
    "json-comma-lost": _first(rb",", b" "),
    "json-quote-lost": _first(rb'":', b":"),
    "json-nan": _first(rb'(?<=: )"[^"]*"', b"NaN"),
    "json-number-for-text": lambda data: re.sub(rb'(?<=: )"[^"\\]*"', b"17", data),
    "json-null-for-text": lambda data: re.sub(rb'(?<=: )"[^"\\]*"', b"null", data),
    "json-list-for-text": lambda data: re.sub(rb'(?<=: )"[^"\\]*"', b'["x"]', data),
    "json-null-for-objects": lambda data: re.sub(rb"(?<=[:\[] )\{[^{}]*\}", b"null", data),
    "json-text-for-lists": lambda data: re.sub(rb"\[[^\[\]]*\]", b'"x"', data),
    "json-surrogate-alone": _last(rb'"(?=[\s}\]]*$)', b'\\ud800"'),
    "json-escape-unknown": _last(rb'"(?=[\s}\]]*$)', b'\\x"'),
    "json-list-at-top": lambda data: b"[1, 2]\n",
    "json-text-at-top": lambda data: b'"text"\n',
    "json-two-objects": lambda data: data.rstrip() + b" {}\n",
    "json-keys-twice": lambda data: data.replace(b"{", b'{"id": 1, "id": 2, ', 1),
    "json-empty-object": lambda data: b"{}\n",
}
"""Defects of JSON and JSON lines."""

ROWS: dict[str, Defect] = {
    "cell-lost": lambda data: re.sub(rb"[\t|,][^\t|,\n]*(?=\n)", b"", data),
    "cell-too-many": lambda data: re.sub(rb"(?<=[^\n])\n", b"\textra\n", data),
    "cells-empty": lambda data: re.sub(rb"(?<=[\t|,])[^\t|,\n]+(?=[\t|,\n])", b"", data),
    "quote-not-closed": _last(rb"(?<=[\t|,])", b'"'),
    "tabs-as-blanks": lambda data: data.replace(b"\t", b"    "),
    "head-lost": _lines(lambda lines: lines[1:]),
    "head-twice": _lines(lambda lines: lines[:1] + lines),
    "last-row-cut": lambda data: data.rstrip()[:-9],
    "rows-without-end": lambda data: data.replace(b"\n", b" "),
    "head-in-capitals": _lines(lambda lines: [lines[0].upper(), *lines[1:]] if lines else lines),
}
"""Defects of tables and other formats of lines."""


def defects_of(data: bytes) -> dict[str, Defect]:
    """Return the defects that a well-formed file of this kind can have."""
    found = {**ANY, **PACKED}
    start = data.lstrip()[:1]
    if start == b"<":
        return found | XML
    if start in (b"{", b"["):
        return found | JSON
    return found | ROWS
