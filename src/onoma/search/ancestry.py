"""What a concept counts as in an index: itself, its exact equivalents and all above any of them.

A search for a disease finds its subtypes because each document carries the ancestors of what it
names: one look-up instead of thousands. Whole batches are worked on at once; what is known of a
concept is kept, so that a stream of documents costs little more than its distinct concepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.errors import ExtraMissing
from onoma.ontology.layout import TEXT_END
from onoma.ontology.store import ConceptStore
from onoma.search.fields import concept_token

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("library", "a search") from error

I64 = npt.NDArray[np.int64]
EXACT = "skos:exactMatch"


class Places:
    """Where strings stand in a table: by 64-bit hashes, a tenth of what the strings would take."""

    def __init__(self, texts: pa.Array) -> None:
        """Take the table."""
        found = texts.to_pylist()
        hashes = np.fromiter(map(hash, found), np.int64, len(found))
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]

    def find(self, texts: Sequence[str]) -> I64:
        """Return the place of each string, -1 where the table does not have it."""
        if not len(self._hashes):
            return np.full(len(texts), -1, np.int64)
        asked = np.fromiter(map(hash, texts), np.int64, len(texts))
        place = np.minimum(np.searchsorted(self._hashes, asked), len(self._hashes) - 1)
        return np.where(self._hashes[place] == asked, self._order[place], -1)


class Ancestry:
    """The tokens of concepts: ``names[n]`` is the CURIE of token n."""

    def __init__(self, store: ConceptStore) -> None:
        """Take the store whose hierarchy and equivalences hold."""
        self._store = store
        self.version = store.version
        self.names: list[str] = []
        self._token_of_row: dict[int, int] = {}
        self._above: dict[int, I64] = {}
        self._tokens: dict[str, I64] = {}

    def tokens(self, curies: Sequence[str]) -> list[I64]:
        """Return the token numbers of each concept, its own among them, sorted.

        A CURIE that the vocabulary does not have counts as itself alone.
        """
        new = [curie for curie in dict.fromkeys(curies) if curie not in self._tokens]
        if new:
            for curie, row in zip(new, self._rows(new), strict=True):
                self._tokens[curie] = self._closure(row) if row >= 0 else self._lone(curie)
        return [self._tokens[curie] for curie in curies]

    def _rows(self, curies: Sequence[str]) -> list[int]:
        """Return the row of each CURIE, -1 where there is none; retired ones are replaced."""
        rows = self._rows_of.find(curies)
        unknown = np.flatnonzero(rows < 0)
        retired = self._retired.find([curies[place] for place in unknown.tolist()])
        for place in unknown[retired >= 0].tolist():
            rows[place] = self._store.row_of(curies[place])
        found: list[int] = rows.tolist()
        return found

    def _lone(self, curie: str) -> I64:
        self.names.append(concept_token(curie))
        return np.array([len(self.names) - 1], np.int64)

    def _closure(self, row: int) -> I64:
        start, other = self._equivalents
        rows = [row, *other[start[row] : start[row + 1]].tolist()]
        return np.unique(np.concatenate([self._up(one) for one in rows]))

    def _up(self, row: int) -> I64:
        """Return the tokens of a concept and all above it."""
        found = self._above.get(row)
        if found is None:
            self._above[row] = own = np.array([self._token(row)], np.int64)  # ends a ring
            parents = self._store.parents.of(row).tolist()
            found = np.unique(np.concatenate([own, *map(self._up, parents)])) if parents else own
            self._above[row] = found
        return found

    def _token(self, row: int) -> int:
        token = self._token_of_row.get(row)
        if token is None:
            token = self._token_of_row[row] = len(self.names)
            self.names.append(concept_token(self._curies[row].as_py()))
        return token

    @cached_property
    def _rows_of(self) -> Places:
        return Places(self._curies)

    @cached_property
    def _retired(self) -> Places:
        return Places(all_texts(self._store, "retired_old"))

    @cached_property
    def _curies(self) -> pa.Array:
        return all_texts(self._store, "curie")

    @cached_property
    def _equivalents(self) -> tuple[I64, I64]:
        """Return the exact equivalents of every concept: where its run starts, and their rows."""
        store = self._store
        words = store.equivalences["predicates"]
        row_of = self._rows_of.find(all_texts(store, "target").to_pylist())
        starts = store.array("equivalent_start").astype(np.int64)
        left = np.repeat(np.arange(store.n_concepts), np.diff(starts)[: store.n_concepts])
        right = row_of[store.array("equivalent_target")[: len(left)]]
        exact = np.array([word == EXACT for word in words])
        keep = exact[store.array("equivalent_predicate")[: len(left)]] & (right >= 0)
        left, right = left[keep], right[keep]
        left, right = np.concatenate([left, right]), np.concatenate([right, left])
        order = np.argsort(left, kind="stable")
        return np.searchsorted(left[order], np.arange(store.n_concepts + 1)), right[order]


def all_texts(store: ConceptStore, name: str) -> pa.Array:
    """Return a whole table of the store's strings (``curie``, ``target``) as one array."""
    count = int(store.array(f"{name}_block")[0])
    data = store.array(f"{name}_blob")
    is_end = data == TEXT_END[0]
    ends = np.flatnonzero(is_end)[:count]
    offsets = np.append(0, ends - np.arange(count)).astype(np.int64)
    return pa.LargeStringArray.from_buffers(
        count, pa.py_buffer(offsets), pa.py_buffer(data[~is_end].tobytes())
    )
