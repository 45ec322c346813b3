"""Several vocabularies to one: what is said of one CURIE is joined, different CURIEs stay apart.

The user's own vocabularies lead, then the order given: the first label that there is stands, and a
concept that a leading vocabulary retired goes to its replacement, with the names that the others
have for it. Parents that one vocabulary lacks are found in the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.rows import first_of_each
from onoma.ontology.tables import Table, joined_tables, numbered, pair_table
from onoma.ontology.vocabulary import NO_OUTSIDE, Vocabulary
from onoma.types import SCOPES

I64 = npt.NDArray[np.int64]
LABEL, EXACT = SCOPES.index("label"), SCOPES.index("exact")


@dataclass(frozen=True, slots=True)
class _Join:
    """The joined concepts: their CURIEs, and for each vocabulary its rows' places among them."""

    curies: list[str]
    rows: list[I64]
    moved: list[npt.NDArray[np.bool_]]  # rows that went to the concept in place of theirs


def merge(vocabularies: Sequence[Vocabulary]) -> Vocabulary:
    """Return the vocabularies as one."""
    parts = sorted(vocabularies, key=lambda one: not one.own)
    join = _joined(parts)
    tables = {
        "names": _names(parts, join),
        "parents": _parents(parts, join),
        "equivalents": _moved(parts, join, "equivalents"),
        "definitions": _moved(parts, join, "definitions"),
    }
    whole = Vocabulary(
        version="+".join(one.version for one in vocabularies),
        concepts=_concepts(parts, join),
        names=tables["names"],
        parents=tables["parents"],
        equivalents=tables["equivalents"],
        retired=_retired(parts, join),
        annotations=joined_tables([one.annotations for one in parts]),
        sources=tuple(source for one in parts for source in one.sources),
        outside=NO_OUTSIDE,
        own=frozenset().union(*(one.own for one in parts)),
        definitions=first_of_each(tables["definitions"]),
    )
    return whole


def _joined(parts: Sequence[Vocabulary]) -> _Join:
    retired: dict[str, str] = {}
    targets: list[list[str]] = []
    moved = []
    for part in parts:
        own = part.concepts.texts("curie")
        moved.append(np.fromiter((curie in retired for curie in own), bool, len(own)))
        targets.append([retired.get(curie, curie) for curie in own])
        live = set(targets[-1]) if len(part.retired) else set()
        for old, new in part.retired.rows("old", "new"):
            if new in live:  # the replacement is here: others may be led to it
                retired.setdefault(old, new)
    curies, codes = numbered([curie for own in targets for curie in own])
    cuts = np.cumsum([len(one) for one in targets])[:-1]
    return _Join(curies, np.split(codes, cuts), moved)


def _concepts(parts: Sequence[Vocabulary], join: _Join) -> Table:
    size = len(join.curies)
    types = np.zeros(size, np.uint32)
    leader = np.full(size, -1, np.int64)  # row in all parts end to end
    begin = 0
    for part, rows, moved in zip(parts, join.rows, join.moved, strict=True):
        np.bitwise_or.at(types, rows, part.concepts.numbers("types").astype(np.uint32))
        said = (label != curie for label, curie in part.concepts.rows("label", "curie"))
        given = np.fromiter(said, bool, len(rows))
        good = np.flatnonzero((leader[rows] < 0) & given & ~moved)[::-1]
        leader[rows[good]] = begin + good
        begin += len(rows)
    begin = 0
    for rows in join.rows:  # a concept whose label nobody gives
        bare = np.flatnonzero(leader[rows] < 0)[::-1]
        leader[rows[bare]] = begin + bare
        begin += len(rows)
    whole = joined_tables([one.concepts.only("label", "source") for one in parts])
    lead = whole.take(leader).columns
    return Table(
        {"curie": join.curies, "label": lead["label"], "types": types, "source": lead["source"]}
    )


def _names(parts: Sequence[Vocabulary], join: _Join) -> Table:
    """Return all names; the label of a concept that was led to another is one of its names."""
    out = []
    for part, rows, moved in zip(parts, join.rows, join.moved, strict=True):
        concept = part.names.numbers("concept").astype(np.int64)
        scope = part.names.numbers("scope").astype(np.uint8)
        scope[moved[concept] & (scope == LABEL)] = EXACT
        out.append(part.names.replaced(concept=rows[concept].astype(np.uint32), scope=scope))
    return joined_tables(out)


def _moved(parts: Sequence[Vocabulary], join: _Join, name: str) -> Table:
    """Return one table of all parts with its column of concepts moved to the joined ones."""
    out = []
    for part, rows in zip(parts, join.rows, strict=True):
        table: Table = getattr(part, name)
        out.append(table.replaced(concept=rows[table.numbers("concept")].astype(np.uint32)))
    return joined_tables(out)


def _parents(parts: Sequence[Vocabulary], join: _Join) -> Table:
    """Return the pairs of all parts; what was led to another concept leaves its parents behind."""
    row_of = {curie: row for row, curie in enumerate(join.curies)}
    child: list[I64] = []
    parent: list[I64] = []
    for part, rows, moved in zip(parts, join.rows, join.moved, strict=True):
        below = part.parents.numbers("child")
        stays = ~moved[below]
        child.append(rows[below[stays]])
        parent.append(rows[part.parents.numbers("parent")[stays]])
        found = (row_of.get(curie, -1) for curie in part.outside.texts("parent"))
        up = np.fromiter(found, np.int64, len(part.outside))
        child.append(rows[part.outside.numbers("child")][up >= 0])
        parent.append(up[up >= 0])
    pairs = np.concatenate(child) << 32 | np.concatenate(parent)
    return pair_table(np.unique(pairs[np.concatenate(child) != np.concatenate(parent)]))


def _retired(parts: Sequence[Vocabulary], join: _Join) -> Table:
    """Return old and new CURIEs, the leading vocabulary's word first; no old one is alive."""
    live = set(join.curies)
    pairs: dict[str, str] = {}
    for part in parts:
        for old, new in part.retired.rows("old", "new"):
            if old not in live:
                pairs.setdefault(old, new)
    return Table({"old": list(pairs), "new": list(pairs.values())})
