"""Which statements of a document a query's relation terms ask for: the reasons to show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from onoma.corpus.log import Log
from onoma.corpus.schema import as_relations
from onoma.corpus.segments import keys_of, read_table
from onoma.errors import ExtraMissing
from onoma.relate.predicates import predicates
from onoma.search.fields import ANY
from onoma.search.query.compile import Compiler
from onoma.search.query.tree import RelationTerm

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("library", "a search") from error

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FoundRelation:
    """A statement of a document that a query asks for; ``start`` and ``end`` bound its passage."""

    subject: str
    predicate: str
    object: str
    confidence: float | None
    novelty: str
    factuality: str
    start: int
    end: int
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as plain values, as JSON lines have it."""
        sure = None if self.confidence is None else round(self.confidence, 4)
        return {name: getattr(self, name) for name in self.__slots__} | {"confidence": sure}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A relation term as what its ends and predicate may be; ``*`` is anything."""

    subjects: frozenset[str]
    predicate: str
    objects: frozenset[str]

    def fits(self, row: Row) -> bool:
        """Say whether a row of relations is one asked for."""
        if self.predicate not in (ANY, row["predicate"]):
            return False
        ends = (row["subject"], row["subject_type"]), (row["object"], row["object_type"])
        known = predicates().get(row["predicate"])
        is_symmetric = known is not None and known.is_symmetric
        return self._fit(*ends) or (is_symmetric and self._fit(*ends[::-1]))

    def _fit(self, left: Sequence[str | None], right: Sequence[str | None]) -> bool:
        return bool(self.subjects.intersection((*left, ANY))) and bool(
            self.objects.intersection((*right, ANY))
        )


@dataclass(slots=True)
class Stated:
    """Looks up in the log the statements that a query's relation terms ask for."""

    corpus: Log
    wanted: tuple[Wanted, ...] = ()
    _rows: Mapping[int, list[Row]] = field(default_factory=dict)

    @classmethod
    def of(cls, corpus: Log, terms: Iterable[RelationTerm], compiler: Compiler) -> Stated:
        """Take the relation terms of a query."""
        wanted = tuple(
            Wanted(
                frozenset(compiler.end(term.subject)),
                ANY if term.predicate == "?" else term.predicate,
                frozenset(compiler.end(term.object)),
            )
            for term in terms
        )
        return cls(corpus, wanted)

    def look_up(self, keys: Iterable[int]) -> None:
        """Read the statements of these documents, to be asked for one by one."""
        if self.wanted:
            self._rows = relation_rows(self.corpus, keys)

    def of_document(self, key: int, text: str) -> tuple[FoundRelation, ...]:
        """Return what a document states of what is asked for, the surest first."""
        found = [
            _found(row, text)
            for row in self._rows.get(key, ())
            if row["factuality"] != "negated" and any(one.fits(row) for one in self.wanted)
        ]
        return tuple(sorted(found, key=lambda one: -(one.confidence or 0.0)))


def _found(row: Row, text: str) -> FoundRelation:
    start, end = row["start"] or 0, row["end"] or 0
    return FoundRelation(
        row["subject"], row["predicate"], row["object"], row["confidence"], row["novelty"] or "",
        row["factuality"] or "", start, end, text[start:end],
    )  # fmt: skip


def relation_rows(corpus: Log, keys: Iterable[int]) -> dict[int, list[Row]]:
    """Return the relations of documents by key.

    Raises: Checksum: a file is damaged.
    """
    wanted = np.unique(np.fromiter(keys, np.uint64))
    return corpus.steadily(lambda: _read(corpus, wanted))


def _read(corpus: Log, wanted: Any) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for segment in corpus.manifest.segments:
        own = wanted[(wanted >= segment.first) & (wanted <= segment.last)]
        if "relations" not in segment.files or not len(own):
            continue
        corpus.check(segment, "relations")
        table = as_relations(read_table(corpus.data / segment.files["relations"].name))
        for row in table.filter(pa.array(np.isin(keys_of(table), own))).to_pylist():
            found[row["key"]].append(row)
    return found
