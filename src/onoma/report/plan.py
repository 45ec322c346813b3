"""What a report is to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onoma.report.drawing import Picture

GENERAL = frozenset(
    {"clinical_modifier", "component", "device", "dose", "method", "outcome", "population",
     "procedure", "process", "test"}
)  # fmt: skip
"""Types of which many concepts are general words ("treatment", "time"): they would fill the first
places of a report of everything."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A report's title, most nodes of its graph, lines of each entity's concordance (-1: all).

    Types left ``aside`` have their own tables, but no place in the first table, the graph and the
    concordance of the page. ``about``: what the page says of how it was made.
    """

    title: str = "Report"
    nodes: int = 40
    lines: int = 100
    aside: frozenset[str] = frozenset()
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a report: what it has (for the list of files), its head, its rows."""

    what: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a report beside those that every report has.

    ``body``: pieces of the page, escaped; ``sheets`` and ``pictures`` by the names of their files;
    ``record``: its figures for programs, under ``anchor`` in the JSON file.
    """

    anchor: str
    title: str
    body: Sequence[str]
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    record: Any = None


def aside_of(types: frozenset[str], asked: object) -> frozenset[str]:
    """Return the types to leave aside: the general ones, if no types were asked for and others are.

    >>> sorted(aside_of(frozenset({"disease", "test"}), None))
    ['test']
    >>> sorted(aside_of(frozenset({"test"}), None))
    []
    """
    return types & GENERAL if not asked and types - GENERAL else frozenset()
