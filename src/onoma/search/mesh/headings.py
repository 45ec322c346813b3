"""The MeSH headings of a vocabulary: their names by word and by beginning of a word.

Names are those of the heading and of the concepts that other vocabularies call exactly the same
(MONDO, HPO, UBERON, ChEBI ...). Words are folded: case, accents, British spelling, plurals.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import VocabularyMissing
from onoma.ontology.store import ConceptStore
from onoma.text.variants import american, singular
from onoma.types import SCOPES

I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]

PREFIX = "MESH:D"
TABLE_FORMAT = 1
DONE = "whole"  # the file that stands in a table written to its end
SAME = tuple(SCOPES.index(scope) for scope in ("label", "exact", "layperson", "abbreviation"))
SMALL = frozenset(["a", "an", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with"])
_WORD = re.compile(r"[a-z0-9]+")


def plain_words(text: str) -> list[str]:
    """Return the words of a text without case and accents."""
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _WORD.findall(bare)


@dataclass(frozen=True, slots=True)
class Names:
    """Names end to end as word numbers: name i is ``words[start[i] : start[i + 1]]``."""

    start: I64
    words: I64
    heading: I64  # of each name
    length: F32  # the sum of the weights of its words
    store_row: I64  # of each name in the store's table of names


NAME_ARRAYS = ("start", "words", "heading", "length", "store_row")


@dataclass(frozen=True, slots=True)
class _Table:
    words: list[str]
    weight: F32
    names: Names


class Headings:
    """The MeSH headings of a store, numbered in the order of their CURIEs."""

    def __init__(self, store: ConceptStore) -> None:
        """Take a store; its names are put in order of words when they are first asked for."""
        self.store = store
        self.first = _first_row(store, PREFIX)
        self.last = _first_row(store, PREFIX[:-1] + "E")
        self.labels: list[str] = store.labels.take(range(self.first, self.last))

    def __len__(self) -> int:
        """Return the number of headings."""
        return self.last - self.first

    def curie(self, heading: int) -> str:
        """Return the CURIE of a heading."""
        return self.store.curies[self.first + heading]

    def number(self, curie: str) -> int:
        """Return the number of a heading, -1 for what is none."""
        row = self.store.row_of(curie)
        return row - self.first if self.first <= row < self.last else -1

    def parents(self, heading: int) -> list[int]:
        """Return the headings right above one."""
        return self._inside(self.store.parents.of(self.first + heading))

    def children(self, heading: int) -> list[int]:
        """Return the headings right below one."""
        return self._inside(self.store.children.of(self.first + heading))

    def _inside(self, rows: npt.NDArray[np.uint32]) -> list[int]:
        return [row - self.first for row in rows.tolist() if self.first <= row < self.last]

    def ancestors(self, heading: int) -> tuple[int, ...]:
        """Return the headings above one, nearest first."""
        seen: dict[int, None] = {}
        layer = [heading]
        while layer:
            layer = sorted({p for one in layer for p in self.parents(one)} - set(seen) - {heading})
            seen |= dict.fromkeys(layer)
        return tuple(seen)

    # -- names -------------------------------------------------------------------------------

    @cached_property
    def _table(self) -> _Table:
        """The names by word, read from the cache; made first if need be (seconds, once)."""
        folder = self.store.path / f"mesh-{TABLE_FORMAT}"
        if not (folder / DONE).is_file():
            if not os.access(self.store.path, os.W_OK):  # others' cache: for this run alone
                return _make_table(self)
            _write_table(_make_table(self), folder)
        return _read_table(folder)

    @property
    def words(self) -> list[str]:
        """The folded words of all names, sorted."""
        return self._table.words

    @property
    def names(self) -> Names:
        """The names as word numbers."""
        return self._table.names

    @property
    def weight(self) -> F32:
        """How much a word says: the logarithm of names by names that hold it."""
        return self._table.weight

    @cached_property
    def known(self) -> frozenset[str]:
        """The folded words, to be looked up."""
        return frozenset(self.words)

    @cached_property
    def holders(self) -> tuple[I64, I64]:
        """The names that hold word w: ``values[start[w] : start[w + 1]]``."""
        names = self.names
        owner = np.repeat(np.arange(len(names.heading)), np.diff(names.start))
        order = np.argsort(names.words, kind="stable")
        counts = np.bincount(names.words, minlength=len(self.words))
        return np.concatenate([[0], np.cumsum(counts)]), owner[order]

    @cached_property
    def of_store_name(self) -> dict[int, list[int]]:
        """The headings that each row of the store's names stands for."""
        out: dict[int, list[int]] = {}
        for row, heading in zip(
            self.names.store_row.tolist(), self.names.heading.tolist(), strict=True
        ):
            if row >= 0:
                out.setdefault(row, []).append(heading)
        return out

    @cached_property
    def _store_names(self) -> dict[int, list[int]]:
        out: dict[int, list[int]] = {}
        for row, owners in self.of_store_name.items():
            for heading in owners:
                out.setdefault(heading, []).append(row)
        return out

    def store_names(self, heading: int) -> list[int]:
        """Return the rows of the store's names that stand for a heading."""
        return self._store_names.get(heading, [])

    def folded_label(self, heading: int) -> frozenset[str]:
        """Return the folded words of a label."""
        words = plain_words(self.labels[heading])
        return frozenset(american(singular(word, self.known)) for word in words) - SMALL

    def word_numbers(self, word: str, *, is_prefix: bool = False) -> range:
        """Return the numbers of the words that a folded word is, or that begin with it."""
        low = bisect_left(self.words, word)
        if not is_prefix:
            here = low < len(self.words) and self.words[low] == word
            return range(low, low + here)
        return range(low, bisect_left(self.words, word + "\uffff"))

    def texts(self, heading: int) -> list[tuple[str, int]]:
        """Return the names of a heading with their rows in the store; -1 for the label alone."""
        store = self.store
        start, scope = store.array("concept_name_start"), store.array("name_scope")
        own = self.first + heading
        out = [(self.labels[heading], -1)]
        for concept in (own, *self._same(heading)):
            rows = [
                row
                for row in range(int(start[concept]), int(start[concept + 1]))
                if concept == own or scope[row] in SAME
            ]
            out += zip(store.names.take(rows), rows, strict=True)
        return out

    def _same(self, heading: int) -> list[int]:
        store = self.store
        found = (e.curie for e in store.equivalents(self.first + heading) if e.is_exact)
        return [row for curie in found if (row := store.curies.find(curie)) >= 0]


@lru_cache(maxsize=2)
def open_headings(store: ConceptStore) -> Headings:
    """Return the headings of a store.

    Raises: VocabularyMissing: the vocabulary has no MeSH.
    """
    found = Headings(store)
    if not len(found):
        raise VocabularyMissing(
            f"{store.version} has no MeSH headings", hint="use the core, or: onoma vocab add"
        )
    return found


def _make_table(headings: Headings) -> _Table:
    named = [
        (text, heading, row)
        for heading in range(len(headings))
        for text, row in headings.texts(heading)
    ]
    plain = [plain_words(text) for text, _, _ in named]
    known = {word for words in plain for word in words}
    forms = {word: american(singular(word, known)) for word in known}
    vocabulary = sorted({*forms.values()} - SMALL)
    number = {word: place for place, word in enumerate(vocabulary)}
    coded = [sorted({number[f] for w in words if (f := forms[w]) in number}) for words in plain]
    pairs = {
        (tuple(words), heading): row
        for words, (_, heading, row) in zip(coded, named, strict=True)
        if words
    }
    start = np.cumsum([0, *(len(words) for words, _ in pairs)])
    words = np.fromiter((word for own, _ in pairs for word in own), np.int64, int(start[-1]))
    heading = np.fromiter((owner for _, owner in pairs), np.int64, len(pairs))
    rows = np.fromiter(pairs.values(), np.int64, len(pairs))
    holders = np.bincount(words, minlength=len(vocabulary))
    weight = np.log(len(pairs) / np.maximum(holders, 1)).astype(np.float32)
    length = np.add.reduceat(weight[words], start[:-1]).astype(np.float32)
    return _Table(vocabulary, weight, Names(start, words, heading, length, rows))


def _write_table(table: _Table, folder: Path) -> None:
    """Write a table whole or not at all; who is second finds the first one's."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="mesh-") as made:
        work = Path(made) / "table"
        work.mkdir()
        (work / "words.txt").write_text("\n".join(table.words), encoding="utf-8")
        np.save(work / "weight.npy", table.weight)
        for name in NAME_ARRAYS:
            np.save(work / f"{name}.npy", getattr(table.names, name))
        (work / DONE).touch()
        with contextlib.suppress(OSError):  # it came in between
            work.rename(folder)


def _read_table(folder: Path) -> _Table:
    words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
    arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in NAME_ARRAYS}
    return _Table(words, np.load(folder / "weight.npy", allow_pickle=False), Names(**arrays))


def _first_row(store: ConceptStore, curie: str) -> int:
    low, high = 0, store.n_concepts
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if store.curies[middle] < curie else (low, middle)
    return low
