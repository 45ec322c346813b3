"""What documents say of concepts, as columns: affirmed, possible, denied, and its worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from onoma.corpus.segments import Batch
from onoma.errors import ExtraMissing
from onoma.formats.type_words import type_of
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument

try:
    import pyarrow as pa
    import pyarrow.compute as pc
except ImportError as error:
    raise ExtraMissing("library", "a search") from error

I64 = npt.NDArray[np.int64]

WORDS = ("present", "possible", "historical", "absent", "conditional", "hypothetical", "family",
         "other")  # fmt: skip
"""The leading words of assertions, by number."""

CERTAIN: Mapping[str, float] = MappingProxyType(
    {"present": 1.0, "possible": 0.5, "historical": 0.5, "absent": -1.0}
)
"""How far a document affirms what it names in this way; below 0 it denies it; else nothing."""

WORTH: Mapping[str, float] = MappingProxyType(
    {"anatomy": 0.15, "clinical_modifier": 0.05, "component": 0.3, "method": 0.0, "outcome": 0.3,
     "population": 0.0, "process": 0.3, "test": 0.3}
)  # fmt: skip
"""What a concept of a type counts for beside a disease (1); a place or a manner says less."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Rows (document, concept, word, type), each by number; ``word`` is one of ``WORDS``."""

    ids: tuple[str, ...]
    curies: tuple[str, ...]
    document: I64
    concept: I64
    word: I64
    type: I64

    @classmethod
    def of(cls, documents: Iterable[AnnotatedDocument]) -> Statements:
        """Return what these documents say; mentions without a concept are left out."""
        ids: list[str] = []
        curies: dict[str, int] = {}
        rows: list[tuple[int, int, int, int]] = []
        for document in documents:
            for one in document.mentions:
                if one.curie:
                    concept = curies.setdefault(one.curie, len(curies))
                    rows.append((len(ids), concept, _word(one.assertion), _type(one.type)))
            ids.append(document.id)
        columns = np.array(rows, np.int64).reshape(-1, 4).T
        return cls(tuple(ids), tuple(curies), *columns)

    @classmethod
    def of_batches(cls, batches: Iterable[Batch], live: npt.NDArray[np.uint64]) -> Statements:
        """Return what the documents of a corpus say that count (``corpus.live()``).

        As ``of`` does from documents, but no mention becomes an object.
        """
        keys = np.sort(live)
        ids: list[str] = [""] * len(keys)
        curies: dict[str, int] = {}
        columns: list[list[I64]] = [[], [], [], []]
        for batch in batches:
            place, kept = _places(batch.documents, keys)
            named = batch.documents.column("id").to_pylist()
            for row in np.flatnonzero(kept).tolist():
                ids[int(place[row])] = named[row]
            mentions = batch.mentions.filter(pc.is_valid(batch.mentions.column("curie")))
            place, kept = _places(mentions, keys)
            made = (
                place,
                _numbers(mentions, "curie", lambda one: curies.setdefault(one, len(curies))),
                _numbers(mentions, "assertion", _word),
                _numbers(mentions, "type", _type),
            )
            for column, one in zip(columns, made, strict=True):
                column.append(one[kept])
        empty = np.zeros(0, np.int64)
        whole = [np.concatenate(column) if column else empty for column in columns]
        return cls(tuple(ids), tuple(curies), *whole)


def _places(table: pa.Table, keys: npt.NDArray[np.uint64]) -> tuple[I64, npt.NDArray[np.bool_]]:
    """Return where each row's key stands among these, and whether it does."""
    own = table.column("key").to_numpy()
    place = np.minimum(np.searchsorted(keys, own), max(len(keys) - 1, 0))
    kept = keys[place] == own if len(keys) else np.zeros(len(own), bool)
    return place.astype(np.int64), kept


def _numbers(table: pa.Table, name: str, number: Callable[[str], int]) -> I64:
    """Return a column of words as numbers; each word is asked for once."""
    column = table.column(name).combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    words = [number(one) for one in column.dictionary.to_pylist()]
    return np.array(words, np.int64)[column.indices.to_numpy()] if words else np.zeros(0, np.int64)


def _word(assertion: str) -> int:
    return WORDS.index(assertion) if assertion in WORDS else 0


def _type(name: str) -> int:
    known = type_of(name)
    return SEMANTIC_TYPES.index(known) if known in SEMANTIC_TYPES else len(SEMANTIC_TYPES)


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a statement is worth: how far it affirms or denies, times what its type counts for."""

    certain: Mapping[str, float] = field(default_factory=lambda: CERTAIN)
    worth: Mapping[str, float] = field(default_factory=lambda: WORTH)

    def values(self, said: Statements) -> npt.NDArray[np.float64]:
        """Return the value of each row, -1 (denied) to 1 (affirmed)."""
        certain = np.array([self.certain.get(word, 0.0) for word in WORDS])
        worth = np.array([self.worth.get(name, 1.0) for name in (*SEMANTIC_TYPES, "")])
        found: npt.NDArray[np.float64] = certain[said.word] * worth[said.type]
        return found
