"""Texts that a command is given, and those of a file, one a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from onoma.errors import BadLine
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream


def iter_cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each line's number and its cells between tabs; ``-`` is standard input.

    Raises: BadLine: a line is too long; what reading the file raises.
    """
    raw = sys.stdin.buffer if str(path) == "-" else path.open("rb")
    with open_stream(raw, str(path)) as stream:
        for line in iter_lines(stream):
            if line.is_cut:
                raise BadLine(str(path), line.number, line.text(), "the line is too long")
            yield line.number, line.text().split("\t")


def iter_texts(given: tuple[str, ...], path: Path | None) -> Iterator[str]:
    """Yield the texts given, then the first cells of a file's lines, empty ones too."""
    yield from given
    if path is not None:
        yield from (cells[0] for _, cells in iter_cells(path))
