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
import pyarrow as pa
import pyarrow.compute as pc

from onoma.ontology.vocabulary import Vocabulary
from onoma.types import SCOPES

I64 = npt.NDArray[np.int64]
LABEL, EXACT = SCOPES.index("label"), SCOPES.index("exact")


@dataclass(frozen=True, slots=True)
class _Join:
    """The joined concepts: their CURIEs, and for each vocabulary its rows' places among them."""

    curies: pa.Array
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
    seen, first = np.unique(tables["definitions"].column("concept").to_numpy(), return_index=True)
    definitions = tables["definitions"].take(pa.array(first)) if len(seen) else None
    whole = Vocabulary(
        version="+".join(one.version for one in vocabularies),
        concepts=_concepts(parts, join),
        names=tables["names"],
        parents=tables["parents"],
        equivalents=tables["equivalents"],
        retired=_retired(parts, join),
        annotations=_concat([one.annotations for one in parts]),
        sources=tuple(source for one in parts for source in one.sources),
        outside=parts[0].outside.slice(0, 0),
        own=frozenset().union(*(one.own for one in parts)),
        definitions=parts[0].definitions.slice(0, 0) if definitions is None else definitions,
    )
    return whole


def _concat(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables, promote_options="permissive").combine_chunks()


def _joined(parts: Sequence[Vocabulary]) -> _Join:
    curies = [one.concepts.column("curie").combine_chunks() for one in parts]
    retired: dict[str, str] = {}
    targets, moved = [], []
    for part, own in zip(parts, curies, strict=True):
        away = np.zeros(len(own), bool)
        if retired:
            hit = pc.is_in(own, pa.array(list(retired), pa.string())).to_numpy(zero_copy_only=False)
            away = np.asarray(hit, bool)
            places = np.flatnonzero(away)
            new = own.to_pylist() if len(places) else []
            for place in places.tolist():
                new[place] = retired[new[place]]
            own = pa.array(new, pa.string()) if len(places) else own
        targets.append(own)
        moved.append(away)
        live = set(pc.unique(own).to_pylist()) if part.retired.num_rows else set()
        for old, new_curie in zip(*(c.to_pylist() for c in part.retired.columns[:2]), strict=True):
            if new_curie in live:  # the replacement is here: others may be led to it
                retired.setdefault(old, new_curie)
    encoded = pc.dictionary_encode(pa.concat_arrays(targets))
    codes = encoded.indices.to_numpy().astype(np.int64)
    cuts = np.cumsum([len(one) for one in targets])[:-1]
    return _Join(encoded.dictionary, np.split(codes, cuts), moved)


def _concepts(parts: Sequence[Vocabulary], join: _Join) -> pa.Table:
    size = len(join.curies)
    types = np.zeros(size, np.uint32)
    leader = np.full(size, -1, np.int64)  # row in all parts end to end
    begin = 0
    for part, rows, moved in zip(parts, join.rows, join.moved, strict=True):
        np.bitwise_or.at(types, rows, part.concepts.column("types").to_numpy().astype(np.uint32))
        labels = part.concepts.column("label")
        given = pc.not_equal(labels, part.concepts.column("curie")).to_numpy(zero_copy_only=False)
        good = np.flatnonzero((leader[rows] < 0) & given & ~moved)[::-1]
        leader[rows[good]] = begin + good
        begin += len(rows)
    begin = 0
    for rows in join.rows:  # a concept whose label nobody gives
        bare = np.flatnonzero(leader[rows] < 0)[::-1]
        leader[rows[bare]] = begin + bare
        begin += len(rows)
    whole = _concat([one.concepts.select(["label", "source"]) for one in parts])
    lead = whole.take(pa.array(leader))
    return pa.table(
        {
            "curie": join.curies,
            "label": lead.column("label"),
            "types": pa.array(types),
            "source": lead.column("source"),
        }
    )


def _names(parts: Sequence[Vocabulary], join: _Join) -> pa.Table:
    """Return all names; the label of a concept that was led to another is one of its names."""
    out = []
    for part, rows, moved in zip(parts, join.rows, join.moved, strict=True):
        concept = part.names.column("concept").to_numpy().astype(np.int64)
        scope = part.names.column("scope").to_numpy().copy()
        scope[moved[concept] & (scope == LABEL)] = EXACT
        out.append(
            pa.table(
                {
                    "concept": pa.array(rows[concept], pa.uint32()),
                    "text": part.names.column("text"),
                    "scope": pa.array(scope, pa.uint8()),
                    "source": part.names.column("source"),
                }
            )
        )
    return _concat(out)


def _moved(parts: Sequence[Vocabulary], join: _Join, name: str) -> pa.Table:
    """Return one table of all parts with its column of concepts moved to the joined ones."""
    out = []
    for part, rows in zip(parts, join.rows, strict=True):
        table: pa.Table = getattr(part, name)
        place = table.column_names.index("concept")
        moved = pa.array(rows[table.column("concept").to_numpy()], pa.uint32())
        out.append(table.set_column(place, "concept", moved))
    return _concat(out)


def _parents(parts: Sequence[Vocabulary], join: _Join) -> pa.Table:
    """Return the pairs of all parts; what was led to another concept leaves its parents behind."""
    child: list[I64] = []
    parent: list[I64] = []
    for part, rows, moved in zip(parts, join.rows, join.moved, strict=True):
        below = part.parents.column("child").to_numpy()
        stays = ~moved[below]
        child.append(rows[below[stays]])
        parent.append(rows[part.parents.column("parent").to_numpy()[stays]])
        if not part.outside.num_rows:
            continue
        found = pc.index_in(part.outside.column("parent"), value_set=join.curies)
        up = pc.fill_null(found, -1).to_numpy().astype(np.int64)
        child.append(rows[part.outside.column("child").to_numpy()][up >= 0])
        parent.append(up[up >= 0])
    pairs = np.concatenate(child) << 32 | np.concatenate(parent)
    pairs = np.unique(pairs[np.concatenate(child) != np.concatenate(parent)])
    return pa.table(
        {
            "child": pa.array(pairs >> 32, pa.uint32()),
            "parent": pa.array(pairs & 0xFFFFFFFF, pa.uint32()),
        }
    )


def _retired(parts: Sequence[Vocabulary], join: _Join) -> pa.Table:
    """Return old and new CURIEs, the leading vocabulary's word first; no old one is alive."""
    live = set(join.curies.to_pylist())
    pairs: dict[str, str] = {}
    for part in parts:
        for old, new in zip(*(c.to_pylist() for c in part.retired.columns[:2]), strict=True):
            if old not in live:
                pairs.setdefault(old, new)
    return pa.table(
        {"old": pa.array(pairs, pa.string()), "new": pa.array(pairs.values(), pa.string())}
    )
