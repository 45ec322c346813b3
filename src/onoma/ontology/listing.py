"""A vocabulary's concepts one after the other, in CURIE order, whatever holds it.

In: a folder of tables (``vocabulary``), or a reader's stream, in which a concept may come several
times. Out: a ``Listing``, which can be gone through again and again; two of them can be compared
side by side, and one can be written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadCurie
from onoma.ontology.building import CONSIDER
from onoma.ontology.curies import canonical_curie
from onoma.ontology.reading import Ledger
from onoma.ontology.tables import Table
from onoma.ontology.vocabulary import Vocabulary, read_part, read_vocabulary, table_file
from onoma.types import SCOPES, Concept, Equivalent, Name, types_of

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Listing:
    """A vocabulary's concepts by CURIE, obsolete ones among them.

    ``retired`` leads from an id that is no longer used to the one that took its place.
    """

    name: str
    version: str
    licence: str
    concepts: Iterable[Concept]
    retired: Mapping[str, str]

    def links(self) -> Iterable[tuple[str, str]]:
        """Return child and parent of every link within the vocabulary, in any order."""
        if isinstance(self.concepts, _Tables):
            return self.concepts.links()
        return ((one.curie, parent) for one in self.concepts for parent in one.parents)

    def heads(self) -> Iterable[Concept]:
        """Return the concepts in any order, perhaps without names, parents and equivalents."""
        return self.concepts.heads() if isinstance(self.concepts, _Tables) else self.concepts


def list_folder(folder: Path) -> Listing:
    """Return what a vocabulary folder holds.

    Raises: VocabularyMissing: it holds none; BadFile: a table cannot be read.
    """
    path = table_file(folder, "obsolete")
    return list_vocabulary(read_vocabulary(folder), obsolete=read_part(path) if path else None)


def list_vocabulary(vocabulary: Vocabulary, *, obsolete: Table | None = None) -> Listing:
    """Return a vocabulary's tables as a listing; ``building`` says what ``obsolete`` holds."""
    retired = dict(vocabulary.retired.rows("old", "new"))
    source = vocabulary.sources[0] if len(vocabulary.sources) == 1 else None
    name = source.name if source else vocabulary.version
    licence = source.licence if source else ""
    tables = _Tables(vocabulary, obsolete, retired)
    return Listing(name, vocabulary.version, licence, tables, retired)


def list_concepts(concepts: Iterable[Concept], ledger: Ledger) -> Listing:
    """Return a reader's stream as a listing; what is said of one CURIE is joined."""
    found: dict[str, Concept] = {}
    for concept in concepts:
        curie = _spelt(concept.curie)
        known = found.get(curie)
        found[curie] = replace(concept, curie=curie) if known is None else joined(known, concept)
    retired = {old: one.curie for one in found.values() for old in one.former}
    retired |= {one.curie: one.replaced_by for one in found.values() if one.replaced_by}
    listed = [found[curie] for curie in sorted(found)]
    return Listing(ledger.name, ledger.version, ledger.licence, listed, retired)


def joined(one: Concept, other: Concept) -> Concept:
    """Return what two records say of a concept; the first one's label and definition lead."""
    return replace(
        one,
        label=one.label or other.label,
        types=_together(one.types, other.types),
        names=_together(one.names, other.names),
        parents=_together(one.parents, other.parents),
        equivalents=_together(one.equivalents, other.equivalents),
        definition=one.definition or other.definition,
        replaced_by=one.replaced_by or other.replaced_by,
        is_obsolete=one.is_obsolete and other.is_obsolete,
        consider=_together(one.consider, other.consider),
        former=_together(one.former, other.former),
    )


def _together(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*one, *other))) if other else one


def _spelt(curie: str) -> str:
    try:
        return canonical_curie(curie)
    except BadCurie:
        return curie


class _Tables:
    """The concepts of a vocabulary's tables, made anew each time that they are gone through."""

    def __init__(
        self, vocabulary: Vocabulary, obsolete: Table | None, retired: dict[str, str]
    ) -> None:
        self._vocabulary = vocabulary
        self._gone = obsolete
        self._retired = retired

    def __iter__(self) -> Iterator[Concept]:
        """Yield living and obsolete concepts by CURIE."""
        obsolete = list(self._obsolete())
        living = self._living({concept.curie for concept in obsolete})
        held = next(living, None)
        for concept in obsolete:
            while held is not None and held.curie <= concept.curie:
                yield held
                held = next(living, None)
            yield concept
        if held is not None:
            yield held
            yield from living

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield child and parent of the links between concepts."""
        curies = self._vocabulary.concepts.texts("curie")
        rows = self._vocabulary.parents.rows("child", "parent")
        yield from ((curies[child], curies[parent]) for child, parent in rows)

    def heads(self) -> Iterator[Concept]:
        """Yield CURIE and label of the living, and the obsolete."""
        pairs = self._vocabulary.concepts.rows("curie", "label")
        yield from (Concept(curie, label) for curie, label in pairs)
        yield from self._obsolete()

    def _obsolete(self) -> Iterator[Concept]:
        """Yield the obsolete ones by CURIE; an id that lives is none."""
        table = self._gone
        if table is None:
            return
        alive = set(self._vocabulary.concepts.texts("curie"))
        rows = sorted(table.rows(*OBSOLETE), key=itemgetter(0))
        for curie, label, new, consider in rows:
            if curie not in alive:
                yield Concept(
                    curie, label, is_obsolete=True, replaced_by=new or None,
                    consider=tuple(filter(None, consider.split(CONSIDER))),
                )  # fmt: skip

    def _living(self, obsolete: set[str]) -> Iterator[Concept]:
        """Yield the concepts in use by CURIE."""
        columns = _columns(self._vocabulary)
        former: dict[str, list[str]] = {}
        for old, new in self._retired.items():
            if old not in obsolete:
                former.setdefault(new, []).append(old)
        for row in columns.order:
            curie = columns.curies[row]
            yield Concept(
                curie,
                columns.labels[row],
                types=_types(columns.types[row]),
                names=columns.names_of(row),
                parents=columns.parents_of(row),
                equivalents=columns.equivalents_of(row),
                source=columns.sources[row],
                version=self._vocabulary.version,
                definition=columns.definitions.get(row),
                former=tuple(sorted(former.get(curie, ()))),
            )


OBSOLETE = ("curie", "label", "replaced_by", "consider")
_types = lru_cache(maxsize=4096)(types_of)


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Values of a table by the row of their concept."""

    start: I64
    columns: tuple[list[Any], ...]

    def of(self, row: int) -> Iterator[tuple[Any, ...]]:
        """Return the values of one concept, in the table's order."""
        part = slice(int(self.start[row]), int(self.start[row + 1]))
        return zip(*(column[part] for column in self.columns), strict=True)


@dataclass(frozen=True, slots=True)
class _Columns:
    """A vocabulary's columns as lists, and where each concept's entries stand."""

    curies: list[str]
    labels: list[str]
    types: list[int]
    sources: list[str]
    names: _Grouped
    parents: _Grouped
    outside: _Grouped
    equivalents: _Grouped
    definitions: dict[int, str]
    order: list[int]

    def names_of(self, row: int) -> tuple[Name, ...]:
        """Return a concept's names."""
        return tuple(Name(text, SCOPES[scope], said) for text, scope, said in self.names.of(row))

    def parents_of(self, row: int) -> tuple[str, ...]:
        """Return a concept's parents, those outside the vocabulary last."""
        inside = [self.curies[up] for (up,) in self.parents.of(row)]
        return (*inside, *(up for (up,) in self.outside.of(row)))

    def equivalents_of(self, row: int) -> tuple[Equivalent, ...]:
        """Return a concept's equivalents as stated from its side."""
        return tuple(Equivalent(*values) for values in self.equivalents.of(row))


def _columns(vocabulary: Vocabulary) -> _Columns:
    concepts = vocabulary.concepts
    size = len(concepts)
    curies = concepts.texts("curie")
    return _Columns(
        curies=curies,
        labels=concepts.texts("label"),
        types=concepts.values("types"),
        sources=concepts.texts("source"),
        names=_grouped(vocabulary.names, "concept", ("text", "scope", "source"), size),
        parents=_grouped(vocabulary.parents, "child", ("parent",), size),
        outside=_grouped(vocabulary.outside, "child", ("parent",), size),
        equivalents=_grouped(
            vocabulary.equivalents, "concept", ("curie", "predicate", "source"), size
        ),
        definitions=dict(vocabulary.definitions.rows("concept", "text")),
        order=sorted(range(size), key=curies.__getitem__),
    )


def _grouped(table: Table, key: str, wanted: tuple[str, ...], size: int) -> _Grouped:
    """Return a table's columns in the order of ``key``, a row of concepts."""
    keys = table.numbers(key).astype(np.int64)
    order = np.argsort(keys, kind="stable")
    start = np.searchsorted(keys[order], np.arange(size + 1))
    ordered = table.only(*wanted).take(order)
    return _Grouped(start.astype(np.int64), tuple(map(ordered.values, wanted)))
