"""Rows of a user's own gold file: JSON lines, or a table with a head line (tabs or commas)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson

from onoma.errors import BadFile, BadLine
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Record:
    """A row: where it stands and what it holds, by field name."""

    place: str
    number: int
    values: dict[str, Any]

    @property
    def id(self) -> str:
        """The row's id, its line number if it has none."""
        return str(self.values.get("id") or self.number)

    def get(self, name: str, make: Callable[[Any], Value]) -> Value:
        """Return a field.

        Raises: BadLine: it is not there, or not what is needed.
        """
        if self.values.get(name) is None:
            found = ", ".join(self.values) or "nothing"
            raise BadLine(self.place, self.number, found, f"the field {name!r} is missing")
        try:
            return make(self.values[name])
        except (TypeError, ValueError, KeyError) as error:
            shown = str(self.values[name])
            problem = f"the field {name!r} is not readable ({error})"
            raise BadLine(self.place, self.number, shown, problem) from error


def read_records(path: Path) -> Iterator[Record]:
    """Yield the rows of a file, packed or not.

    Raises: BadLine: a line that is neither; BadFile: nothing but an object or a table is read.
    """
    with open_stream(path.open("rb"), path.name) as stream:
        if stream.peek(1)[:1] == b"{":
            yield from _json_rows(stream, path.name)
            return
        text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        head = text.readline()
        separator = "\t" if "\t" in head else ","
        names = next(csv.reader([head.rstrip("\r\n")], delimiter=separator), [])
        if len(names) < 2:
            raise BadFile(
                f"{path.name}: neither JSON lines nor a table with a head line",
                hint="see the page Evaluate for the fields that the task needs",
            )
        yield from _table_rows(text, names, separator, path.name)


def _json_rows(stream: Any, name: str) -> Iterator[Record]:
    for line in iter_lines(stream):
        if not line.data.strip():
            continue
        try:
            values = orjson.loads(line.data)
        except orjson.JSONDecodeError as error:
            shown = line.data[:80].decode("utf-8", "replace")
            raise BadLine(name, line.number, shown, f"no JSON ({error})") from error
        if not isinstance(values, dict):
            raise BadLine(name, line.number, str(values), "a JSON object is needed")
        yield Record(name, line.number, values)


def _table_rows(
    text: io.TextIOWrapper, names: list[str], separator: str, place: str
) -> Iterator[Record]:
    rows = csv.reader(text, delimiter=separator)
    for cells in rows:
        if not cells:
            continue
        number = rows.line_num + 1  # the head was read before
        if len(cells) != len(names):
            shown = separator.join(cells)
            raise BadLine(place, number, shown, f"{len(cells)} cells for {len(names)} columns")
        yield Record(place, number, dict(zip(names, cells, strict=True)))


def as_list(value: Any) -> list[str]:
    """Return a list of texts: a JSON list, or what a table's cell has between bars."""
    parts = value.split("|") if isinstance(value, str) else list(value)
    return [str(part) for part in parts if str(part).strip()]
