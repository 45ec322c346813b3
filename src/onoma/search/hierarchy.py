"""The concepts that documents name with all that stands above them, numbered: one number a meaning.

Concepts of several vocabularies that are exactly the same (``skos:exactMatch``) get one number, so
that MeSH's and MONDO's pneumonia are one meaning; what is above either is above both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.store import ConceptStore

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Meanings by number.

    ``curies`` has the leading CURIE of each, ``number`` the number of every CURIE. The meanings
    above number i, itself included, are ``above[start[i] : start[i + 1]]``, in rising order.
    """

    curies: tuple[str, ...]
    number: dict[str, int]
    start: I64
    above: I64

    @classmethod
    def over(cls, curies: Iterable[str], store: ConceptStore | None) -> Hierarchy:
        """Return the hierarchy over these concepts; without a store they stand alone."""
        named = list(dict.fromkeys(curies))
        if store is None:
            lone = np.arange(len(named) + 1, dtype=np.int64)
            return cls(tuple(named), {one: n for n, one in enumerate(named)}, lone, lone[:-1])
        rows = {curie: store.row_of(curie) for curie in named}
        parents = _closure(store, {row for row in rows.values() if row >= 0})
        lead = _merged(store, sorted(parents))
        meant = list(dict.fromkeys(lead[row] for row in (*_known(rows, named), *sorted(parents))))
        of_row = {row: number for number, row in enumerate(meant)}
        upward: list[set[int]] = [set() for _ in meant]
        for row, above in parents.items():
            own = of_row[lead[row]]
            upward[own] |= {of_row[lead[one]] for one in above} - {own}
        words = store.curies.take(meant)
        number = {
            store.curies[row]: of_row[lead[row]] for row in parents
        } | {curie: of_row[lead[row]] for curie, row in rows.items() if row >= 0}  # fmt: skip
        for curie in (one for one, row in rows.items() if row < 0):
            number[curie] = len(words)
            words.append(curie)
            upward.append(set())
        return cls(tuple(words), number, *_runs(upward))

    def __len__(self) -> int:
        """Return the number of meanings."""
        return len(self.curies)

    def of(self, number: int) -> I64:
        """Return the meanings above one, itself included."""
        return self.above[self.start[number] : self.start[number + 1]]

    def spread(self, numbers: I64) -> tuple[I64, I64]:
        """Return all meanings above each of these, itself included, and whose they are (places)."""
        sizes = self.start[numbers + 1] - self.start[numbers]
        owner = np.repeat(np.arange(len(numbers)), sizes)
        first = np.repeat(self.start[numbers] - np.concatenate([[0], sizes.cumsum()[:-1]]), sizes)
        return self.above[first + np.arange(len(owner))], owner


def _known(rows: dict[str, int], named: Sequence[str]) -> list[int]:
    return [rows[curie] for curie in named if rows[curie] >= 0]


def _closure(store: ConceptStore, rows: Collection[int]) -> dict[int, list[int]]:
    """Return the parents of these rows and of all above them."""
    found: dict[int, list[int]] = {}
    waiting = list(rows)
    while waiting:
        row = waiting.pop()
        if row not in found:
            found[row] = store.parents.of(row).tolist()
            waiting += found[row]
    return found


def _merged(store: ConceptStore, rows: Sequence[int]) -> dict[int, int]:
    """Return the row that leads the concepts of one meaning, for each row."""
    lead = {row: row for row in rows}

    def head(row: int) -> int:
        while lead[row] != row:
            lead[row] = row = lead[lead[row]]
        return row

    row_of = dict(zip(store.curies.take(list(rows)), rows, strict=True))
    for row in rows:
        for one in store.equivalents(row):
            other = row_of.get(one.curie)
            if other is not None and one.is_exact:
                first, second = sorted((head(row), head(other)))
                lead[second] = first
    return {row: head(row) for row in rows}


def _runs(upward: Sequence[Collection[int]]) -> tuple[I64, I64]:
    """Return all above each node, itself included, as runs; rings (from merging) do no harm."""
    rows = []
    for node in range(len(upward)):
        seen, waiting = {node}, list(upward[node])
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += upward[one]
        rows.append(sorted(seen))
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return start, np.array([one for row in rows for one in row], np.int64)
