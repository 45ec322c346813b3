"""Records of tagged lines: RIS, PubMed's NBIB (MEDLINE) and Web of Science, as programs write them.

A record is a list of (tag, value) in the order of the file; a tag may come again and an unknown one
is kept. A line without a tag goes on with the value before it (one space between), however it is
indented. Lenient where files differ: byte-order mark, one blank before the dash, no ``ER``, blank
lines anywhere in a record that began with ``TY``, words of the provider ahead of the first record.

Source: the RIS specification (Research Information Systems); NLM, MEDLINE/PubMed Data Element
Descriptions; Web of Science field tags; exports of Ovid, Embase, EndNote and Zotero for practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from onoma.errors import BadLine, NotText, OnomaError
from onoma.formats.lines import Line, iter_lines

# Two to four signs, padded to four, a dash; RIS of some programs has one blank only.
_TAG = re.compile(r"(?:(?=.{4}-)([A-Z][A-Z0-9]{1,3}) *-|([A-Z][A-Z0-9]) -)(?: (.*)|$)", re.DOTALL)
_WOS_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)", re.DOTALL)
_WOS_HEAD = re.compile(r"(?:FN|PT) ")
_WOS_LISTS = frozenset({"AU", "AF", "BA", "BE", "BF", "C1", "CR", "FX", "CA", "GP", "SE"})
_WOS_FRAME = frozenset({"FN", "VR", "EF"})


@dataclass(slots=True)
class Record:
    """The fields of one record while they are collected, and what is wrong with it."""

    number: int  # of its first line
    fields: list[tuple[str, str]] = field(default_factory=list)
    problem: OnomaError | None = None

    def add(self, tag: str, value: str) -> None:
        """Add a field."""
        self.fields.append((tag, value.strip()))

    def extend(self, more: str) -> None:
        """Add a line to the last field's value."""
        tag, value = self.fields[-1]
        more = more.strip()
        self.fields[-1] = (tag, f"{value} {more}" if value and more else value or more)


def iter_records(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Yield the records of a file in order."""
    splitter = _Splitter()
    for line in iter_lines(stream):
        text, problem = _line_text(line, name)
        if done := splitter.take(text, line.number):
            yield done
        if problem is not None:
            splitter.blame(problem, line.number)
    if splitter.record is not None:
        yield splitter.record


class _Splitter:
    """Puts lines into records."""

    def __init__(self) -> None:
        self.record: Record | None = None
        self._is_wos: bool | None = None  # unknown before the first line
        self._is_gap = False  # whether the line before was blank

    def take(self, text: str, number: int) -> Record | None:
        """Take a line; return the record that it ends, if it ends one."""
        if not text.strip():
            self._is_gap = True
            return None
        if self._is_wos is None:
            self._is_wos = bool(_WOS_HEAD.match(text))
        tag, value = self._split(text)
        done = None
        if tag and self.record is not None and self._begins(tag, self.record):
            done, self.record = self.record, None
        if tag == "ER":
            done, self.record = self.record or done, None
        elif tag and not (self._is_wos and tag in _WOS_FRAME):
            if self.record is None:
                self.record = Record(number)
            self.record.add(tag, value)
        elif self.record is not None and self.record.fields and not tag:
            self._go_on(self.record, value)
        self._is_gap = False
        return done

    def blame(self, problem: OnomaError, number: int) -> None:
        """Note what is wrong with a line in the record that it stands in."""
        if self.record is None:
            self.record = Record(number)
        self.record.problem = self.record.problem or problem

    def _split(self, text: str) -> tuple[str, str]:
        """Return tag and value; a line that goes on has no tag."""
        if self._is_wos:
            match = _WOS_TAG.match(text)
            return (match[1], match[2] or "") if match else ("", text)
        match = _TAG.match(text)
        return (match[1] or match[2], match[3] or "") if match else ("", text)

    def _begins(self, tag: str, record: Record) -> bool:
        """Say whether a tag begins the next record."""
        if not record.fields:
            return False
        first = record.fields[0][0]
        if self._is_wos:
            return tag == "PT"
        if first == "TY" or tag == "TY":
            return tag == "TY"
        return self._is_gap or (tag == "PMID" and first == "PMID")

    def _go_on(self, record: Record, text: str) -> None:
        """Take a line without a tag."""
        tag = record.fields[-1][0]
        if self._is_wos and tag in _WOS_LISTS:
            record.add(tag, text)
        else:
            record.extend(text)


def _line_text(line: Line, name: str) -> tuple[str, OnomaError | None]:
    """Return a line's text, and what is wrong with its bytes (the text is then a makeshift)."""
    makeshift = line.data[:400].decode("utf-8", "replace")
    if line.is_cut:
        return makeshift, BadLine(name, line.number, makeshift, "the line is too long")
    try:
        return line.text(), None
    except NotText as error:
        return makeshift, error
