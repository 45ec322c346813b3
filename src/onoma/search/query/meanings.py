"""What headings and concepts of a query mean in a vocabulary: CURIEs, and all below them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from onoma.errors import BadCurie
from onoma.ontology.curies import split_curie
from onoma.ontology.store import ConceptStore
from onoma.search.fields import raw_token

MESH = "MESH:D"
EXACT = "skos:exactMatch"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A concept that a query names.

    ``same``: it and its exact equivalents. ``below``: all that stand below any of them, itself
    included. ``others``: CURIEs of other concepts of this name, none of them the same.
    """

    curie: str
    label: str
    same: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The concept as people read it."""
        return f"{self.curie} {self.label}"


@dataclass(frozen=True, slots=True)
class HeadingMeaning:
    """A MeSH heading that a query names: ``tokens`` are the names and CURIEs it is assigned by."""

    meaning: Meaning | None
    tokens: tuple[str, ...]
    is_entry_term: bool
    count: int


class Meanings:
    """Looks up what queries name."""

    def __init__(self, store: ConceptStore) -> None:
        """Take the store of the corpus's vocabulary."""
        self._store = store
        self.concept = lru_cache(1024)(self._concept)
        self.below = lru_cache(256)(self._below)
        self.heading = lru_cache(1024)(self._heading)

    def _concept(self, name: str) -> Meaning | None:
        """Return the concept of a CURIE or name, None if the vocabulary has none."""
        curies = self._named(name)
        return self._meaning(curies[0], curies[1:]) if curies else None

    def _named(self, name: str) -> list[str]:
        """Return the CURIEs of all concepts that a name may mean, the best first."""
        if split_curie(name) is not None:
            try:
                curie = self._store.canonical(name)
            except BadCurie:
                return []
            row = self._store.row_of(curie)
            return [self._store.curies[row]] if row >= 0 else self._mapped(curie)
        named = self._store.concepts_named(name)
        small = name.casefold()
        return sorted(named, key=lambda curie: self.label(curie).casefold() != small)

    def _mapped(self, curie: str) -> list[str]:
        """Return the concepts that are exactly what another vocabulary calls so: NCBIGene:672."""
        store = self._store
        target = store.targets.find(curie)
        if target < 0:
            return []
        places = np.flatnonzero(np.asarray(store.array("equivalent_target")) == target)
        starts = store.array("equivalent_start").astype(np.int64)
        rows = np.searchsorted(starts, places, side="right") - 1
        predicates = store.array("equivalent_predicate")[places]
        words = store.equivalences["predicates"]
        exact = [words[code] == EXACT for code in predicates.tolist()]
        return store.curies.take(
            [r for r, is_exact in zip(rows.tolist(), exact, strict=True) if is_exact]
        )

    def label(self, curie: str) -> str:
        """Return a concept's label."""
        row = self._store.row_of(curie)
        return self._store.labels[row] if row >= 0 else ""

    def _meaning(self, curie: str, named: list[str]) -> Meaning:
        store = self._store
        row = store.row_of(curie)
        exact = [one.curie for one in store.equivalents(row) if one.is_exact]
        known = [one for one in dict.fromkeys(exact) if store.curies.find(one) >= 0]
        others = tuple(one for one in named if one not in known)
        return Meaning(curie, store.labels[row], (curie, *known), others)

    def _below(self, curie: str) -> frozenset[str]:
        """Return a concept and all below it, each with its exact equivalents."""
        store, meaning = self._store, self.concept(curie)
        if meaning is None:
            return frozenset({curie})
        found = set(meaning.same)
        for one in meaning.same:
            found.update(store.descendants(one))
        exact = {
            other.curie
            for one in found
            for other in store.equivalents(store.row_of(one))
            if other.is_exact
        }
        return frozenset(found | exact)

    def _heading(self, name: str, *, explode: bool) -> HeadingMeaning:
        """Return a heading by name or CURIE, with those below it if it explodes.

        A name that is no heading's own may be one of its entry terms.
        """
        row, is_entry = self._heading_row(name)
        if row < 0:
            return HeadingMeaning(None, (), False, 0)
        best = self._store.curies[row]
        curies = [best]
        if explode:
            curies += [one for one in self._store.descendants(best) if one.startswith(MESH)]
        tokens = [token for one in curies for token in (one, self.label(one))]
        return HeadingMeaning(self._meaning(best, []), tuple(tokens), is_entry, len(curies))

    def _heading_row(self, name: str) -> tuple[int, bool]:
        """Return a heading's row, -1 if there is none, and whether the name is not its own."""
        curie = f"MESH:{name.upper()}" if name[:1] in "Dd" and name[1:].isdigit() else name
        if split_curie(curie) is not None:
            found = [one for one in self._named(curie) if one.startswith(MESH)]
            return (self._store.row_of(found[0]), False) if found else (-1, False)
        token = raw_token(name)
        row = self._labels.get(token, -1)
        if row >= 0:
            return row, False
        named = [one for one in self._named(name) if one.startswith(MESH)]
        return (self._store.row_of(named[0]) if named else self._entries.get(token, -1)), True

    @cached_property
    def _rows(self) -> tuple[int, int]:
        """The rows of MeSH's headings: the first and the one behind the last."""
        curies = self._store.curies
        return bisect_left(curies, MESH), bisect_left(curies, MESH[:-1] + "E")

    @cached_property
    def _labels(self) -> dict[str, int]:
        """Rows of headings by their folded labels."""
        rows = range(*self._rows)
        labels = self._store.labels.take(rows)
        return {raw_token(label): row for row, label in zip(rows, labels, strict=True)}

    @cached_property
    def _entries(self) -> dict[str, int]:
        """Rows of headings by all their folded names (a second's work, where all else fails)."""
        starts = self._store.array("concept_name_start").astype(np.int64)
        first, stop = self._rows
        names = self._store.names.take(range(int(starts[first]), int(starts[stop])))
        rows = np.repeat(np.arange(first, stop), np.diff(starts[first : stop + 1]))
        return {raw_token(name): row for name, row in zip(names, rows.tolist(), strict=True)}
