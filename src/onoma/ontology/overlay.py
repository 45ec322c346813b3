"""A project's lists laid over a store: names added, concepts and names taken away, guards lifted.

The store's files stay as they are. The matcher's arrays that change are private copies (of a mapped
file only the pages written), so that everything that reads a store, hot loops too, sees one store:
entries go into the runs of their keys, new words and keys into the hash tables
(``ontology.patching``), and a key that must not match loses its node. Cost: tens of milliseconds
when opened, nothing while texts are read, nothing at all without lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadCurie, InputError
from onoma.ontology.keykinds import KeyKinds
from onoma.ontology.keys import MOST_WORDS, needs_guard
from onoma.ontology.mapped import Texts
from onoma.ontology.naming import (
    COMMON,
    SHORT,
    SYMBOL,
    hyphenations,
    name_traits,
    spellings,
    without_short_form,
)
from onoma.ontology.patching import Patched
from onoma.ontology.phrasing import (
    adjectives,
    cancers,
    disorders,
    dysfunctions,
    malignancies,
    rephrasings,
)
from onoma.ontology.project import ProjectLists, Synonym
from onoma.ontology.store import MADE, ConceptStore
from onoma.text.characters import common_words
from onoma.types import SCOPES, TYPE_BIT, Concept, Name

I64 = npt.NDArray[np.int64]
SOURCE = "project"
EXACT = SCOPES.index("exact")
LIFTED = np.uint8(255 - (SYMBOL | SHORT | COMMON))  # what stays of an allowed name's traits
SPOKEN = 255 - (SHORT | COMMON)  # of a synonym's: a symbol keeps its capitals
GUARDED = np.uint32(TYPE_BIT["cell_line"] | TYPE_BIT["organism"])


class _MoreTexts(Texts):
    """A store's strings and a few behind them."""

    __slots__ = ("_more", "_texts")

    def __init__(self, texts: Texts, more: Sequence[str]) -> None:
        self._texts, self._more = texts, tuple(more)

    def __del__(self) -> None:
        """Leave the file to whom it belongs."""

    def __len__(self) -> int:
        return len(self._texts) + len(self._more)

    def __getitem__(self, row: int) -> str:
        first = len(self._texts)
        return self._more[row - first] if row >= first else self._texts[row]

    def sizes(self, rows: Sequence[int]) -> list[int]:
        first = len(self._texts)
        return [
            len(self._more[row - first].encode()) if row >= first else self._texts.sizes([row])[0]
            for row in rows
        ]

    def take(self, rows: Sequence[int]) -> list[str]:
        wanted, first = list(rows), len(self._texts)
        old = iter(self._texts.take([row for row in wanted if row < first]))
        return [next(old) if row < first else self._more[row - first] for row in wanted]


@dataclass(frozen=True, slots=True)
class _Added:
    """A name of the project's: its number among them, its concept's row and its key."""

    number: int
    row: int
    key: int
    text: str


class OverlaidStore(ConceptStore):
    """A store as a project's lists change it.

    Raises (on opening): InputError: a synonym of a concept that is not here, or of no words.
    """

    def __init__(self, base: ConceptStore, lists: ProjectLists) -> None:
        """Lay the lists over a store; the store itself is not changed."""
        self.base = base
        self.path = base.path
        self.version = f"{base.version}+project-{lists.digest}"
        self.n_concepts, self.n_names = base.n_concepts, base.n_names
        self._arrays = {}
        sources = [*base.manifest["name_sources"], SOURCE]
        own = [*base.manifest.get("own", ()), SOURCE]
        self.manifest = base.manifest | {"name_sources": sources, "own": own}
        patched = Patched(base)
        gone = self._blocked(lists)
        dead = self._blocked_keys(lists)
        added = self._take_names(lists.synonyms, gone, patched)
        self._write_names(added)
        self._write_entries(added, gone, dead, patched)
        self._arrays |= patched.arrays()
        allowed = [key for key in map(self.key_of, lists.allowed) if key >= 0]
        self.let_through = np.unique(np.array(allowed, np.int64))
        spoken = np.array([one.key for one in added], np.int64)
        self.lifted = np.union1d(self.let_through, spoken)
        self._lift(self.let_through)

    def writable(self, name: str) -> npt.NDArray[Any]:
        """Return a private copy of an array, or a mapped one whose pages become private."""
        found = self._arrays.get(name) if name in self._arrays else None
        return self.base.writable(name) if found is None else found.copy()

    @cached_property
    def names(self) -> Texts:
        """Texts by name row, the project's last."""
        return _MoreTexts(self.base.names, self._more)

    def concept_at(self, row: int) -> Concept:
        """Return the concept of a row; the project's names stand behind its others."""
        found = self.base.concept_at(row)
        first = len(self.base.array("name_concept"))
        rows = np.flatnonzero(self.array("name_concept")[first:] == row)
        more = (Name(self._more[place], "exact", SOURCE) for place in rows.tolist())
        return replace(found, names=(*found.names, *more), version=self.version)

    def _blocked(self, lists: ProjectLists) -> I64:
        """Return the rows of the concepts that must not be answered."""
        rows = (self._row(curie) for curie in lists.blocked_curies)
        return np.array(sorted({row for row in rows if row >= 0}), np.int64)

    def _row(self, curie: str) -> int:
        try:
            return self.base.row_of(self.base.canonical(curie))
        except BadCurie:
            return -1

    def _blocked_keys(self, lists: ProjectLists) -> I64:
        """Return the keys of the names that must not match; what is no CURIE here is a name."""
        names = list(lists.blocked_names)
        names += [one for one in lists.blocked_curies if self._row(one) < 0]
        keys = (self.base.key_of(name) for name in names)
        return np.array(sorted({key for key in keys if key >= 0}), np.int64)

    def _take_names(self, synonyms: Sequence[Synonym], gone: I64, patched: Patched) -> list[_Added]:
        """Return the project's names with their keys, new ones made; not of blocked concepts."""
        out: list[_Added] = []
        for synonym in synonyms:
            row = self._row_of_synonym(synonym)
            words = patched.words_of(synonym.name)
            if not 0 < len(words) <= MOST_WORDS:
                said = f"{synonym.place}: a name needs 1 to {MOST_WORDS} words"
                raise InputError(said, hint="change the line or take it out")
            if row not in gone:
                key = patched.key_of(words, self._spellings_of)
                out.append(_Added(len(out), row, key, synonym.name))
        return out

    def _row_of_synonym(self, synonym: Synonym) -> int:
        row = self.base.row_of(self.base.canonical(synonym.curie))
        if row < 0:
            raise InputError(
                f"{synonym.place}: no concept {synonym.curie} in {self.base.version}",
                hint="add the vocabulary that has it, or take the line out",
            )
        if not int(self.base.array("concept_types")[row]):
            said = f"{synonym.place}: {synonym.curie} has no semantic type and is never matched"
            raise InputError(said, hint="take the line out")
        return row

    def _spellings_of(self, key: int) -> Iterator[str]:
        """Yield the strings under which a key of the store may have been written."""
        base = self.base
        first, stop = base.entries_of(key)
        names = base.array("entry_name")[first:stop].astype(np.int64) & (MADE - 1)
        for text in base.names.take(names.tolist()):
            bare = without_short_form(text)
            yield bare
            rules = (
                spellings, rephrasings, hyphenations, disorders, dysfunctions, cancers,
                malignancies, adjectives,
            )  # fmt: skip
            for other in chain.from_iterable(rule(bare) for rule in rules):
                yield without_short_form(other)

    def _write_names(self, added: Sequence[_Added]) -> None:
        """Put the added names behind the others."""
        self._more = [one.text for one in added]
        if not added:
            return
        number = len(self.manifest["name_sources"]) - 1
        columns = {
            "name_concept": [one.row for one in added],
            "name_scope": [EXACT] * len(added),
            "name_source": [number] * len(added),
        }
        for name, values in columns.items():
            old = self.base.array(name)
            self._arrays[name] = np.append(old, np.array(values, old.dtype))

    def _write_entries(
        self, added: Sequence[_Added], gone: I64, dead: I64, patched: Patched
    ) -> None:
        """Take the blocked concepts' entries out of their keys and put the added ones in front.

        A key that loses all its entries becomes unreachable and keeps them: no run is empty.
        """
        base = self.base
        starts = base.array("key_entry_start").astype(np.int64)
        out = self._entries_of(gone)
        owner = np.searchsorted(starts, out, side="right") - 1
        keys, sizes = np.unique(owner, return_counts=True)
        emptied = keys[sizes == (starts[keys + 1] - starts[keys])]
        emptied = emptied[~np.isin(emptied, [one.key for one in added])]
        patched.unlink(np.union1d(dead, emptied))
        out = out[~np.isin(owner, emptied)]
        out = np.union1d(out, self._said_again(added))
        if not len(out) and not added:
            return
        bounds = self._rewrite(added, out, starts)
        owner = np.searchsorted(starts, out, side="right") - 1
        changed = np.union1d(owner, np.array([one.key for one in added], np.int64))
        kinds = KeyKinds(patched.key_kind(), *map(self.base.array, ("kind_types", "kind_safe")))
        for key in changed.tolist():
            run = slice(int(bounds[key]), int(bounds[key + 1]))
            names = self._arrays["entry_name"][run] & np.uint32(MADE - 1)
            bits = base.array("concept_types")[self.array("name_concept")[names]]
            risky = needs_guard(self._arrays["entry_traits"][run]) | (bits & GUARDED > 0)
            safe = np.bitwise_or.reduce(np.where(risky, 0, bits))
            kinds.put(key, int(np.bitwise_or.reduce(bits)), int(safe))
        self._arrays |= {"kind_types": kinds.types, "kind_safe": kinds.safe}

    def _entries_of(self, concepts: I64) -> I64:
        """Return the places of the concepts' entries."""
        if not len(concepts):
            return concepts
        wanted = np.zeros(self.n_concepts, bool)
        wanted[concepts] = True
        names = self.base.array("entry_name") & np.uint32(MADE - 1)
        return np.flatnonzero(wanted[self.base.array("name_concept")[names]])

    def _said_again(self, added: Sequence[_Added]) -> I64:
        """Return the places of entries whose concept has that name from the project too."""
        base, out = self.base, []
        for one in added:
            if one.key < len(base.array("key_hash")):
                first, stop = base.entries_of(one.key)
                names = base.array("entry_name")[first:stop] & np.uint32(MADE - 1)
                same = np.flatnonzero(base.array("name_concept")[names] == one.row)
                out += (first + same).tolist()
        return np.unique(np.array(out, np.int64))

    def _rewrite(self, added: Sequence[_Added], out: I64, starts: I64) -> I64:
        """Write the entries anew and return where the run of each key starts."""
        base, common = self.base, common_words()
        added = sorted(added, key=lambda one: one.key)
        keys = np.array([one.key for one in added], np.int64)
        first_name = len(base.array("name_concept"))
        traits = (name_traits(one.text, common) & SPOKEN for one in added)
        values = {
            "entry_name": [first_name + one.number for one in added],
            "entry_traits": list(traits),
            "entry_upper": [min(255, sum(map(str.isupper, one.text))) for one in added],
        }
        size = int(starts[-1])
        keep = np.ones(size, bool)
        keep[out] = False
        kept = np.concatenate([[0], np.cumsum(keep)])
        at = kept[starts[np.minimum(keys, len(starts) - 1)]]
        for name, new in values.items():
            old = base.array(name)
            left = old[keep] if len(out) else old
            self._arrays[name] = np.insert(left, at, np.array(new, old.dtype))
        count = np.append(np.diff(kept[starts]), np.zeros(max(0, _behind(keys, starts)), np.int64))
        np.add.at(count, keys, 1)
        bounds = np.concatenate([[0], np.cumsum(count)])
        self._arrays["key_entry_start"] = bounds.astype(np.uint32)
        return bounds

    def _lift(self, keys: I64) -> None:
        """Let the allowed names pass the guards."""
        if not len(keys):
            return
        if "entry_traits" not in self._arrays:
            self._arrays["entry_traits"] = self.base.writable("entry_traits")
        kinds = self.key_kinds()
        for key in keys.tolist():
            first, stop = self.entries_of(key)
            self._arrays["entry_traits"][first:stop] &= LIFTED
            kinds.put(key, int(kinds[key]), int(kinds[key]))
        tables = {"kind_types": kinds.types, "kind_safe": kinds.safe}
        self._arrays |= {"key_kind": kinds.kind} | tables


def _behind(keys: I64, starts: I64) -> int:
    """Return how many keys there are behind those of the store."""
    return int(keys.max(initial=-1)) - (len(starts) - 2)
