"""A batch of the log as rows for the index: texts by field, what records say, concepts as tokens.

Concepts are counted on columns, for all documents of a batch at once; a Python object is made for
each document, none for a mention.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import ExtraMissing
from onoma.relate.predicates import predicates
from onoma.search.ancestry import Ancestry
from onoma.search.fields import FIELD, STATEMENTS, apart, folded, relation_tokens
from onoma.search.records import date_number, record_values
from onoma.search.role_rows import Run, marked_text, role_runs
from onoma.search.said import Said
from onoma.search.study_types import given_types, told_type
from onoma.types import Span

try:
    import pyarrow as pa
    import pyarrow.compute as pc
except ImportError as error:
    raise ExtraMissing("library", "a search") from error

I64 = npt.NDArray[np.int64]
MOST_TIMES = 8  # a concept named more often than this is not more of a topic
DENYING = ("absent", "family", "other")
ABSTRACTS = frozenset({"abstract", "other_abstract"})
TITLES = frozenset({"title", "other_title"})


@dataclass(frozen=True, slots=True)
class Found:
    """What is found in each document of a batch: tokens, in one string or as a list."""

    concept: list[str]
    denied: list[str]
    own: list[list[str]]
    types: list[list[str]]


def index_rows(
    documents: pa.Table,
    mentions: pa.Table,
    relations: pa.Table | None,
    ancestry: Ancestry,
    *,
    said: Said | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield a row of the index for each document, in order (removed and failed ones: see caller).

    The tables are those of a corpus's batch; keys of ``documents`` rise. ``said`` knows what those
    that were read speak of.
    """
    keys = documents["key"].to_numpy().astype(np.int64)
    found = find_concepts(keys, mentions, ancestry)
    related = _relations(keys, relations)
    columns = {
        name: documents[name].to_pylist()
        for name in ("id", "text", "date", "year", "language", "source")
    }
    passages, metadata = list(passage_rows(documents)), list(metadata_rows(documents))
    roles = role_runs([text or "" for text in columns["text"]], passages)
    for place, key in enumerate(keys.tolist()):
        text = columns["text"][place] or ""
        row: dict[str, Any] = {
            "key": key,
            "id": columns["id"][place],
            **_texts(text, passages[place], roles[place]),
            **({} if said is None else _statements(said, key, text)),
        }
        row |= record_values(metadata[place], columns["language"][place] or "")
        row |= _study(row, text)
        row["words"] = [
            folded(text),
            *row.get("keyword_words", ()),
            *row.get("mesh_words", ()),
        ]
        year = columns["year"][place]
        number = date_number(columns["date"][place], year)
        if number:
            row["date"], row["year"] = number, year or number // 10000
        if columns["source"][place]:
            row["source"] = columns["source"][place]
        row["concept"], row["denied"] = found.concept[place], found.denied[place]
        row["concept_own"], row["type"] = found.own[place], found.types[place]
        if place in related:
            row["relation"] = related[place]
        row["has"] = [name for name, value in row.items() if value]
        row["has"] += {f"role_{role}" for _, _, role in roles[place] if role is not None}
        yield row


def _texts(
    text: str, passages: Sequence[tuple[int, int, str]], roles: Sequence[Run]
) -> dict[str, str]:
    """Return a document's text by field; what no passage covers is body."""
    parts: dict[str, list[Span]] = {}
    place = 0
    for start, end, kind in passages:
        if text[place:start].strip():
            parts.setdefault("body", []).append((place, start))
        name = "title" if kind in TITLES else "abstract" if kind in ABSTRACTS else "body"
        parts.setdefault(name, []).append((max(start, place), end))
        place = max(place, end)
    if text[place:].strip():
        parts.setdefault("body", []).append((place, len(text)))
    return {
        name: folded("\n".join(text[a:b] for a, b in spans))
        if FIELD[name].kind == "plain"
        else marked_text(text, spans, roles)
        for name, spans in parts.items()
    }


def _statements(said: Said, key: int, text: str) -> dict[str, str]:
    """Return the sentences that speak of something, by the field for it."""
    own = said.statements(key, text)
    of_label = {label: [one.text for one in own if one.label == label] for label in STATEMENTS}
    return {f"says_{label}": apart(texts) for label, texts in of_label.items() if texts}


def _study(row: dict[str, Any], text: str) -> dict[str, list[str]]:
    """Return the kinds of study that a record is, and by what that is known."""
    given = given_types([*row.get("publication", ()), *row.get("mesh", ())])
    if given:
        return {"study": given, "study_by": ["source"]}
    told = told_type(row.get("title", ""), text)
    return {} if told is None else {"study": [told], "study_by": ["text"]}


def passage_rows(documents: pa.Table) -> Iterator[list[tuple[int, int, str]]]:
    """Return the passages of each document: start, end and kind, in text order."""
    column = documents["passages"].combine_chunks()
    flat = pc.list_flatten(column)
    starts, ends = (pc.struct_field(flat, name).to_pylist() for name in ("start", "end"))
    rows = list(zip(starts, ends, pc.struct_field(flat, "kind").to_pylist(), strict=True))
    return (sorted(rows[a:b]) for a, b in _runs(column))


def metadata_rows(documents: pa.Table) -> Iterator[list[tuple[str, str]]]:
    """Return the metadata of each document as (name, value)."""
    column = documents["metadata"].combine_chunks()
    flat = pc.list_flatten(column)
    names, values = (pc.struct_field(flat, name).to_pylist() for name in ("name", "value"))
    rows = list(zip(names, values, strict=True))
    return (rows[a:b] for a, b in _runs(column))


def _runs(column: Any) -> list[Span]:
    """Return where each list's values stand in the flattened column."""
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
    ends = np.cumsum(lengths)
    return list(zip((ends - lengths).tolist(), ends.tolist(), strict=True))


def find_concepts(keys: I64, mentions: pa.Table, ancestry: Ancestry) -> Found:
    """Return the concept tokens and semantic types of each document of a batch."""
    document = np.searchsorted(keys, mentions["key"].to_numpy().astype(np.int64))
    codes, curies = coded(mentions["curie"])
    linked = codes >= 0
    concept = codes[linked]
    said = np.asarray(pc.is_in(mentions["assertion"], pa.array(DENYING))).astype(bool)[linked]
    pair, inverse, times = np.unique(
        document[linked] * max(len(curies), 1) + concept, return_inverse=True, return_counts=True
    )
    affirmed = np.bincount(inverse, (~said).astype(np.float64), len(pair))
    where, which = np.divmod(pair, max(len(curies), 1))
    above, denied = _expanded(where, which, times, affirmed, curies, ancestry, len(keys))
    kinds, types = coded(mentions["type"])
    typed = np.unique(document[kinds >= 0] * max(len(types), 1) + kinds[kinds >= 0])
    of_type, kind = np.divmod(typed, max(len(types), 1))
    return Found(
        above,
        denied,
        runs_of(where, [curies[code] for code in which.tolist()], len(keys)),
        runs_of(of_type, [types[code] for code in kind.tolist()], len(keys)),
    )


def _expanded(
    where: I64,
    which: I64,
    times: I64,
    affirmed: npt.NDArray[Any],
    curies: Sequence[str],
    ancestry: Ancestry,
    size: int,
) -> tuple[list[str], list[str]]:
    """Return each document's tokens, once a mention, and those that are denied, as strings."""
    closures = ancestry.tokens(curies)
    lengths = np.array([len(one) for one in closures], np.int64)
    starts = np.cumsum(lengths) - lengths
    flat = np.concatenate(closures) if closures else np.zeros(0, np.int64)
    repeat = lengths[which]
    ends = np.cumsum(repeat)
    place = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - repeat, repeat)
    token = flat[np.repeat(starts[which], repeat) + place]
    total = len(ancestry.names)
    code, inverse = np.unique(np.repeat(where, repeat) * total + token, return_inverse=True)
    count = np.bincount(inverse, np.repeat(times, repeat), len(code)).astype(np.int64)
    present = np.bincount(inverse, np.repeat(affirmed, repeat), len(code)) > 0
    owner, token = np.divmod(code, max(total, 1))
    names = np.array(ancestry.names, object)
    often = np.minimum(count, MOST_TIMES)
    strings = runs_of(np.repeat(owner, often), names[np.repeat(token, often)].tolist(), size)
    denied = runs_of(owner[~present], names[token[~present]].tolist(), size)
    return [" ".join(one) for one in strings], [" ".join(one) for one in denied]


def runs_of(owner: I64, values: list[str], size: int) -> list[list[str]]:
    """Return the values of each owner, 0 to size; owners are sorted."""
    ends = np.searchsorted(owner, np.arange(size + 1)).tolist()
    return [values[a:b] for a, b in itertools.pairwise(ends)]


def coded(column: pa.ChunkedArray) -> tuple[I64, list[str]]:
    """Return a column of strings as codes (-1 for null) and what they stand for."""
    plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    coded = plain.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    codes = np.asarray(pc.fill_null(coded.indices, -1)).astype(np.int64)
    return codes, coded.dictionary.to_pylist()


def _relations(keys: I64, relations: pa.Table | None) -> dict[int, str]:
    """Return the relation tokens of those documents that have relations; denied ones have none."""
    out: dict[int, list[str]] = {}
    if relations is None or not relations.num_rows:
        return {}
    names = ("key", "subject", "subject_type", "predicate", "object", "object_type")
    relations = relations.filter(pc.not_equal(pc.fill_null(relations["factuality"], ""), "negated"))
    columns = (relations[name].to_pylist() for name in names)
    for key, subject, subject_type, predicate, target, target_type in zip(*columns, strict=True):
        place = int(np.searchsorted(keys, key))
        left, right = (subject or "", subject_type or ""), (target or "", target_type or "")
        tokens = out.setdefault(place, [])
        tokens += relation_tokens(left, predicate, right)
        known = predicates().get(predicate)
        if known is not None and known.is_symmetric:
            tokens += relation_tokens(right, predicate, left)
    return {place: " ".join(dict.fromkeys(tokens)) for place, tokens in out.items()}
