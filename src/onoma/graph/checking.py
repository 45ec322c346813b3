"""What is wrong with a graph's files, grouped by kind, in bounded memory.

A file with a million bad lines gives one line a kind: how often, five samples, and what to do.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from onoma.graph.hierarchy import Hierarchy
from onoma.graph.predicates import KNOWN_CATEGORIES, canonical_predicate, forward, predicates
from onoma.graph.sources import NodeRow, Problem, read_edges, read_nodes
from onoma.graph.statements import Statement
from onoma.ontology.curies import split_curie

SAMPLES = 5
_AS_CURIE = "write ids as PREFIX:local, as MONDO:0005148"


@dataclass
class Group:
    """One kind of problem: how often, and a few of them."""

    kind: str
    hint: str
    count: int = 0
    samples: list[str] = field(default_factory=list)


class Problems:
    """Problems counted by kind; a few samples of each are kept."""

    def __init__(self) -> None:
        """Begin without any."""
        self._groups: dict[str, Group] = {}

    def note(self, problem: Problem) -> None:
        """Count a problem."""
        group = self._groups.setdefault(problem.kind, Group(problem.kind, problem.hint))
        group.count += 1
        if len(group.samples) < SAMPLES:
            group.samples.append(f"{problem.where}: {problem.text}")

    def groups(self) -> list[Group]:
        """Return the kinds, the most frequent first."""
        return sorted(self._groups.values(), key=lambda one: (-one.count, one.kind))

    def __len__(self) -> int:
        """Return how many problems there were."""
        return sum(one.count for one in self._groups.values())


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check read, and found."""

    nodes: int
    edges: int
    problems: Problems


def check_files(nodes: Path | None, edges: Path | None, *, today: date) -> Checked:
    """Read a graph's files and return what is wrong with them, by Biolink and by common sense.

    Raises: BadFile: a file has not the columns that it needs.
    """
    found = Problems()
    known = array("Q")
    for one in read_nodes(nodes) if nodes is not None else ():
        if isinstance(one, Problem):
            found.note(one)
            continue
        known.append(_number(one.curie))
        for problem in check_node(one):
            found.note(problem)
    ids = np.sort(np.frombuffer(known, np.uint64)) if known else np.zeros(0, np.uint64)
    doubles = int((ids[1:] == ids[:-1]).sum())
    if doubles:
        words = f"{doubles} rows more than there are ids"
        found.note(Problem("node told twice", str(nodes), words, "the last row of an id stands"))
    count, hierarchy = 0, Hierarchy()
    for statement in read_edges(edges) if edges is not None else ():
        if isinstance(statement, Problem):
            found.note(statement)
            continue
        count += 1
        for problem in check_statement(statement, today):
            found.note(problem)
        hierarchy.add(statement)
        if nodes is not None:
            _check_ends(statement, ids, found)
    for problem in hierarchy.cycles():
        found.note(problem)
    return Checked(len(known), count, found)


def _check_ends(one: Statement, ids: np.ndarray, found: Problems) -> None:
    for curie in (one.subject, one.object):
        number = np.uint64(_number(curie))
        place = int(np.searchsorted(ids, number))
        if place == len(ids) or ids[place] != number:
            hint = "add it to the node file, or give no node file"
            found.note(Problem("edge to an unknown node", _told(one), curie, hint))


def _number(curie: str) -> int:
    return int.from_bytes(hashlib.blake2b(curie.encode(), digest_size=8).digest(), "little")


def check_node(one: NodeRow) -> Iterator[Problem]:
    """Yield what is wrong with a node."""
    if split_curie(one.curie) is None:
        yield Problem("no CURIE", one.curie, one.label, _AS_CURIE)
    category = one.category
    if category and category not in KNOWN_CATEGORIES:
        hint = "a Biolink category as biolink:Disease; it is kept as it stands"
        yield Problem("unknown category", one.curie, category, hint)
    if not category:
        yield Problem("no category", one.curie, one.label, "it becomes biolink:NamedThing")


def check_statement(one: Statement, today: date) -> Iterator[Problem]:
    """Yield what is odd in a statement; it is taken all the same."""
    where = _told(one)
    for curie in (one.subject, one.object):
        if split_curie(curie) is None:
            yield Problem("no CURIE", where, curie, _AS_CURIE)
    _, predicate, _ = forward(one.subject, canonical_predicate(one.predicate), one.object)
    if predicate not in predicates():
        hint = "a predicate of the Biolink model; it is kept as it stands"
        yield Problem("unknown predicate", where, one.predicate, hint)
    if one.subject == one.object:
        yield Problem("edge to itself", where, one.subject, "drop it, unless it is meant")
    yield from check_date(one, today)


def check_date(one: Statement, today: date) -> Iterator[Problem]:
    """Yield what is odd in the date of a statement: none that is read counts as undated."""
    if one.date and date_of(one.date) is None:
        hint = "write ISO 8601, as 2019-05-03, 2019-05 or 2019; it counts as undated"
        yield Problem("no date", _told(one), one.date, hint)
    elif one.date and one.date[:10] > today.isoformat():
        hint = "correct it: the graph as of today leaves it out"
        yield Problem("date to come", _told(one), one.date, hint)


@lru_cache(maxsize=1 << 16)
def date_of(text: str) -> date | None:
    """Return the first day that an ISO date may mean; None if it is none.

    >>> date_of("2019"), date_of("2019-05"), date_of("05/2019")
    (datetime.date(2019, 1, 1), datetime.date(2019, 5, 1), None)
    """
    try:
        return date.fromisoformat(f"{text[:10]}{'-01-01'[len(text[:10]) - 4 :]}")
    except ValueError:
        return None


def _told(one: Statement) -> str:
    return f"{one.subject} {one.predicate} {one.object}"
