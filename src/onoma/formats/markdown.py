"""Markdown in: the file's own text, untouched, so that offsets stay those of the file.

Passages tell what is what: the first heading of the first level is the ``title``, others are a
``heading`` (of the words alone, without their signs), ``code`` (fenced), ``front_matter``, and
``text`` for the blocks between, with the headings they stand under (``section``) in the metadata.

Source: CommonMark 0.31, https://spec.commonmark.org/0.31.2/ (headings and fences).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from onoma.formats.text import read_text
from onoma.types import Document, FailedDocument, Fields, Passage

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_TRAILER = re.compile(r"(?:^|[ \t]+)#*[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")


def read_markdown(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the one document of a file; its id is the file's name.

    Raises: NotText, BadFile: as for plain text.
    """
    for document in read_text(stream, name):
        if isinstance(document, Document):
            text = document.text
            yield Document(name, text, tuple(_Outline(text).passages()), source=name)
        else:
            yield document


class _Outline:
    """Goes through a text line by line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._headings: list[tuple[int, str]] = []
        self._has_title = False
        self._block: tuple[int, int] | None = None  # the block of text collected so far

    def passages(self) -> Iterator[Passage]:
        """Yield the passages in order."""
        fence = ""
        opened = 0
        body = self._front_matter()
        if body:
            yield Passage(0, body, "front_matter")
        for start, end in self._lines(body):
            line = self._text[start:end]
            mark = _FENCE.match(line)
            if fence:
                if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                    yield Passage(opened, end, "code", self._sections())
                    fence = ""
            elif mark and not (mark[1][0] == "`" and "`" in line[mark.end() :]):
                yield from self._flush()
                fence, opened = mark[1], start
            else:
                yield from self._line(start, end, line)
        if fence:
            yield Passage(opened, len(self._text), "code", self._sections())
        yield from self._flush()

    def _lines(self, start: int) -> Iterator[tuple[int, int]]:
        """Yield the lines' offsets, without their ends."""
        while start < len(self._text):
            place = self._text.find("\n", start)
            end = len(self._text) if place < 0 else place
            yield start, end - (self._text[end - 1 : end] == "\r" and end > start)
            start = end + 1

    def _front_matter(self) -> int:
        """Return where the block of settings between ``---`` lines ends that a file begins with."""
        lines = self._lines(0)
        for start, end in lines:
            if self._text[start:end] != "---":
                return 0
            break
        return next((end for start, end in lines if self._text[start:end] in ("---", "...")), 0)

    def _line(self, start: int, end: int, line: str) -> Iterator[Passage]:
        """Take a line outside of code."""
        heading = _HEADING.match(line)
        underline = _UNDERLINE.match(line) if self._block else None
        if heading:
            yield from self._flush()
            body = line[heading.end() :]
            words = _TRAILER.sub("", body)
            yield from self._head(len(heading[1]), start + heading.end(), words)
        elif underline and self._block:
            head, self._block = self._block, None
            words = self._text[head[0] : head[1]]
            yield from self._head(1 if underline[1][0] == "=" else 2, head[0], words)
        elif line.strip():
            self._block = (self._block[0] if self._block else start, end)
        else:
            yield from self._flush()

    def _head(self, level: int, start: int, words: str) -> Iterator[Passage]:
        """Take a heading's words."""
        start += len(words) - len(words.lstrip())
        words = words.strip()
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        if not words:
            return
        is_title = level == 1 and not self._has_title
        self._has_title = self._has_title or is_title
        metadata = (("level", str(level)), *self._sections())
        kind = "title" if is_title else "heading"
        yield Passage(start, start + len(words), kind, metadata)
        self._headings.append((level, words))

    def _flush(self) -> Iterator[Passage]:
        if self._block:
            yield Passage(*self._block, "text", self._sections())
            self._block = None

    def _sections(self) -> Fields:
        return tuple(("section", words) for _, words in self._headings)
