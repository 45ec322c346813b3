"""Statements: subject, predicate, object, with where and when somebody says so.

A statement is the graph's source of truth; edges are counted from statements and can always be
counted anew. Two rows with one key are one statement, and the later row stands (an upsert). A
saying of another date is another statement, so that what was known on a date stays known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

import pyarrow as pa

from onoma.errors import InputError
from onoma.graph.predicates import canonical_predicate, forward
from onoma.types import Fields

LEVELS = ("asserted", "extracted", "predicted")
"""Said by a curated source; read from a text by a model; supposed by a model."""

BATCH = 1 << 15  # statements in memory at a time

_QUALIFIERS = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
SCHEMA = pa.schema(
    [
        ("key", pa.uint64()),
        ("subject", pa.string()),
        ("predicate", pa.string()),
        ("object", pa.string()),
        ("level", pa.string()),
        ("source", pa.string()),
        ("extractor", pa.string()),
        ("document", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("date", pa.string()),
        ("confidence", pa.float32()),
        ("negated", pa.bool_()),
        ("qualifiers", _QUALIFIERS),
    ]
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One saying of one triple.

    ``source``: who says so (a file, a database, a corpus). ``extractor``: what read it, with its
    version; empty for what is asserted. ``document``, ``start``, ``end``, ``text``: the evidence,
    its offsets and words. ``date``: ISO 8601, as precise as known (of the document). ``confidence``
    is in 0 to 1. ``negated``: the source says that it does not hold.
    """

    subject: str
    predicate: str
    object: str
    level: str = "asserted"
    source: str = ""
    extractor: str = ""
    document: str = ""
    start: int | None = None
    end: int | None = None
    text: str = ""
    date: str = ""
    confidence: float = 1.0
    negated: bool = False
    qualifiers: Fields = ()

    def __post_init__(self) -> None:
        """Check that it says something.

        Raises: InputError: an end or the predicate is empty, or a level or confidence is none.
        """
        if not (self.subject and self.predicate and self.object):
            raise InputError("a statement needs a subject, a predicate and an object")
        if self.level not in LEVELS:
            raise InputError(f"no level {self.level!r}", hint=f"one of {', '.join(LEVELS)}")
        if not 0.0 <= self.confidence <= 1.0:
            raise InputError(f"a confidence is in 0 to 1, not {self.confidence}")

    def key(self) -> int:
        """Return the number by which a later row of the same statement is known."""
        words = (
            f"{self.subject}\x1f{self.predicate}\x1f{self.object}\x1f{self.level}\x1f{self.source}"
            f"\x1f{self.extractor}\x1f{self.document}\x1f{self.start}\x1f{self.end}\x1f{self.date}"
        )
        digest = hashlib.blake2b(words.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "little")


def settled(one: Statement) -> Statement:
    """Return a statement with its predicate in one spelling and direction."""
    subject, predicate, object_ = forward(one.subject, spelled(one.predicate), one.object)
    if (subject, predicate, object_) == (one.subject, one.predicate, one.object):
        return one
    return replace(one, subject=subject, predicate=predicate, object=object_)


spelled = lru_cache(maxsize=4096)(canonical_predicate)


def tables(statements: Iterable[Statement]) -> Iterator[pa.Table]:
    """Yield tables of at most ``BATCH`` statements, in the order given."""
    rows: list[Statement] = []
    for one in statements:
        rows.append(settled(one))
        if len(rows) == BATCH:
            yield _table(rows)
            rows = []
    if rows:
        yield _table(rows)


_PLAIN = tuple(name for name in SCHEMA.names if name not in ("key", "qualifiers"))


def _table(rows: list[Statement]) -> pa.Table:
    columns: dict[str, Any] = {"key": [one.key() for one in rows]}
    columns |= {name: list(map(attrgetter(name), rows)) for name in _PLAIN}
    columns["qualifiers"] = [
        [{"name": name, "value": value} for name, value in one.qualifiers] for one in rows
    ]
    return pa.table(columns, SCHEMA)
