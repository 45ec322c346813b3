"""The log of searches that PRISMA-S asks for: what was searched, when, with which words, what came.

A log is a file of JSON lines that only grows; each line is a search and a version of the strategy.
Source: Rethlefsen et al. 2021, PRISMA-S: items 1 (database), 8 (full strategy as run), 13 (date),
14 (numbers of records) and 6 (what was changed).
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from onoma.errors import BadLine, InputError
from onoma.search.mesh.searched import Searched
from onoma.search.query.printing import translate
from onoma.search.query.tree import And, Line, LineRef, Node, Not, Or, Strategy, Tree


@dataclass(frozen=True, slots=True)
class LineCount:
    """A line of a strategy as run, and how many records it found."""

    number: int
    text: str
    records: int


@dataclass(frozen=True, slots=True)
class Search:
    """A search: ``version`` counts from 1; ``query`` is the strategy exactly as it was given."""

    version: int
    date: str
    database: str
    dialect: str
    query: str
    lines: tuple[LineCount, ...]
    records: int
    software: str = ""
    note: str = ""


def lines_of(tree: Tree) -> list[Line]:
    """Return the lines of a query: its own, or one for each part that AND joins, then the whole.

    A line that drops records (NOT) stays whole.
    """
    if isinstance(tree, Strategy):
        return list(tree.lines)
    if not isinstance(tree, And):
        return [Line(1, tree)]
    lines = [Line(number, part) for number, part in enumerate(tree.parts, 1)]
    return [*lines, Line(len(lines) + 1, And(tuple(LineRef(line.number) for line in lines)))]


def run(tree: Tree, searched: Searched, *, dialect: str) -> tuple[LineCount, ...]:
    """Return each line of a query, in the words of its dialect, with the records that it finds."""
    known: dict[int, Node] = {}
    out = []
    for line in lines_of(tree):
        whole = _filled(line.tree, known)
        known[line.number] = whole
        text = translate(line.tree, dialect).text
        out.append(LineCount(line.number, text, len(searched.keys(whole))))
    return tuple(out)


def _filled(node: Node, known: dict[int, Node]) -> Node:
    if isinstance(node, LineRef):
        return known[node.number]
    if isinstance(node, And | Or):
        return type(node)(tuple(_filled(part, known) for part in node.parts))
    if isinstance(node, Not):
        return Not(_filled(node.kept, known), _filled(node.dropped, known))
    return node


def read_log(path: Path) -> list[Search]:
    """Return the searches of a log; none where there is no file yet.

    Raises: BadLine: a line that is no search.
    """
    if not path.exists():
        return []
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            said: dict[str, Any] = json.loads(line)
            lines = tuple(LineCount(**one) for one in said.pop("lines"))
            out.append(Search(lines=lines, **said))
        except (ValueError, TypeError, KeyError) as error:
            raise BadLine(
                str(path), number, line, "no search of a log", hint="restore the line, or remove it"
            ) from error
    return out


def append(path: Path, search: Search) -> None:
    """Add a search to a log; it is on the disk when this returns."""
    line = json.dumps(asdict(search), ensure_ascii=False) + "\n"
    with path.open("ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def version(searches: Sequence[Search], number: int) -> Search:
    """Return a version of a log.

    Raises: InputError: there is no such version.
    """
    for one in searches:
        if one.version == number:
            return one
    known = ", ".join(str(one.version) for one in searches) or "none"
    raise InputError(f"no version {number} in the log", hint=f"there are: {known}")


def differences(old: Search, new: Search) -> list[str]:
    """Return how the strategies of two searches differ, part by part; + is new, - is gone."""
    out = []
    for line in difflib.ndiff(_parts(old), _parts(new)):
        if line[0] in "+-":
            out.append(line)
    change = new.records - old.records
    return [*out, f"  records: {old.records:,} to {new.records:,} ({change:+,})"]


def _parts(search: Search) -> list[str]:
    """Return the parts of a strategy, one a line, with the number of their line."""
    return [
        f"#{line.number} {part}"
        for line in search.lines
        for part in line.text.replace(" or ", " OR ").split(" OR ")
    ]


def table(searches: Sequence[Search]) -> str:
    """Return a log as the Markdown table that goes into a review's appendix."""
    out = []
    for one in searches:
        note = f" {one.note}" if one.note else ""
        out += [
            f"### Version {one.version}, {one.date}.{note}", "",
            f"Database: {one.database}. Software: {one.software}. Syntax: {one.dialect}.", "",
            "| line | strategy as run | records |", "| ---: | --- | ---: |",
        ]  # fmt: skip
        for line in one.lines:
            text = line.text.replace("|", "\\|").replace("\n", " ")
            out.append(f"| {line.number} | {text} | {line.records:,} |")
        out += ["", f"Records found: {one.records:,}.", ""]
    return "\n".join(out)
