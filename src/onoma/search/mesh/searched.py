"""What queries are put to while they are built: a corpus with its indexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from onoma.search.library import Library, library
from onoma.search.mesh.headings import Headings, open_headings
from onoma.search.query.printing import to_text
from onoma.search.query.tree import Tree
from onoma.search.records import NAMES


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as the builder of a query looks at it: its title, headings, what its text names."""

    id: str
    title: str
    headings: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class Searched(Protocol):
    """A set of records that trees are put to; records are known by whole numbers."""

    def keys(self, tree: Tree) -> frozenset[int]:
        """Return the records that a tree finds."""

    def known(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those of the ids that are there."""

    def seen(self, id_: str) -> Seen:
        """Return a record that is there."""

    def described(self) -> str:
        """Return what is searched, with its size and the version of its vocabulary."""


class LibrarySearched:
    """A library as ``Searched``."""

    def __init__(self, library: Library) -> None:
        """Take an open library."""
        self.library = library

    @classmethod
    def open(cls, name: str) -> LibrarySearched:
        """Return the library of a corpus, by its name or path."""
        return cls(library(name))

    @cached_property
    def _headings(self) -> Headings:
        return open_headings(self.library.pipeline.store)

    def keys(self, tree: Tree) -> frozenset[int]:
        """Return the records that a tree finds."""
        return frozenset(self.library.keys(to_text(tree)).tolist())

    def known(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those of the ids that are there."""
        shown = {one: self.library.shown(one) for one in dict.fromkeys(ids)}
        return {one: found.key for one, found in shown.items() if found is not None}

    def seen(self, id_: str) -> Seen:
        """Return a record; assigned headings come before those found in its text."""
        shown = self.library.shown(id_)
        if shown is None:
            return Seen(id_, "")
        values = (value for name, value in shown.document.metadata if NAMES.get(name) == "mesh")
        assigned = [_name(part) for value in values for part in value.split(";")]
        named = [shown.document.text[mark.start : mark.end] for mark in shown.marks]
        return Seen(id_, shown.title, tuple(dict.fromkeys(assigned)), tuple(dict.fromkeys(named)))

    def described(self) -> str:
        """Return the corpus's name, its size and its vocabulary."""
        corpus = self.library.corpus
        store = self.library.pipeline.store.version
        return f"{corpus.name}: {len(self.library):,} records, vocabulary {store}"


def _name(heading: str) -> str:
    """Return the name of an assigned heading, without CURIE, subheading and star."""
    first, _, rest = heading.strip().partition(" ")
    name = rest if first.startswith("MESH:") else heading.strip()
    return name.split("/")[0].replace("*", "").strip()
