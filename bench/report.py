"""Tables of results: printed as they grow, written as Markdown with the command and versions."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGES = ("onoma", "numpy", "pyarrow", "numba", "orjson")


def figure(share: float) -> str:
    """Return a share as a percentage with one decimal."""
    return f"{100 * share:.1f}"


def versions(names: Sequence[str] = PACKAGES) -> str:
    """Return the versions of Python and of the packages that are installed."""
    found = [f"Python {platform.python_version()}"]
    for name in names:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


def load_note() -> str:
    """Return the machine in words: cores and how busy they were."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the end"


class Table:
    """A table of text cells with a title and notes."""

    def __init__(self, title: str, columns: Sequence[str], *, left: int = 1) -> None:
        """Start an empty table; the first ``left`` columns are aligned to the left."""
        self.title = title
        self.columns = list(columns)
        self.left = left
        self.rows: list[list[str]] = []
        self.notes: list[str] = []
        self._widths = [max(len(c), 5) for c in columns]
        self._widths[0] = max(self._widths[0], 26)

    def add(self, cells: Sequence[str], *, show: bool = False) -> None:
        """Append a row; ``show`` prints it at once."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns")
        if show and not self.rows:
            print(self._line(self.columns))
        self.rows.append(list(cells))
        if show:
            print(self._line(cells), flush=True)

    def note(self, text: str) -> None:
        """Append a note that goes under the table."""
        self.notes.append(text)

    def _line(self, cells: Sequence[str]) -> str:
        """Return a row padded for a terminal."""
        padded = (
            cell.ljust(width) if place < self.left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, self._widths, strict=True))
        )
        return "  ".join(padded)

    def markdown(self) -> str:
        """Return the table and its notes as Markdown."""
        marks = ["---" if i < self.left else "---:" for i in range(len(self.columns))]
        lines = [self.columns, marks, *self.rows]
        body = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
        notes = "\n".join(f"- {note}" for note in self.notes)
        return f"## {self.title}\n\n{body}\n" + (f"\n{notes}\n" if notes else "")

    def finish(self, path: Path | None, command: Sequence[str]) -> None:
        """With a path, write the Markdown file; print the notes."""
        if path is not None:
            write_tables([self], path, command)
        for note in self.notes:
            print(f"- {note}")


def write_tables(
    tables: Sequence[Table], path: Path, command: Sequence[str], packages: Sequence[str] = PACKAGES
) -> None:
    """Write tables into a Markdown file, with the command that made them and the versions."""
    script = Path(command[0])
    shown = f"python {script.parent.name}/{script.name} {shlex.join(command[1:])}".strip()
    head = f"Made by `{shown}`.\n{versions(packages)}; {load_note()}.\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join([head, *(table.markdown() for table in tables)])
    path.write_text(text, encoding="utf-8")
    print(f"written: {path}", file=sys.stderr)
