"""The concept store: read-only, memory-mapped, shared by every process that opens it.

Look-ups by CURIE, by name, by equivalent, ancestors and descendants. Opening reads one small JSON
file and maps the arrays; nothing is parsed. Rows of concepts are sorted by CURIE.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.errors import UnknownName
from onoma.ontology.curies import PREFIXES, canonical_curie
from onoma.ontology.keykinds import KeyKinds
from onoma.ontology.mapped import MappedStore, Runs, Texts
from onoma.ontology.sources import Source
from onoma.ontology.trie import whole_key
from onoma.ontology.wordtable import word_ids
from onoma.text.characters import code_points
from onoma.text.tokens import tokenise, without_articles
from onoma.types import SCOPES, Concept, Equivalent, Name, types_of

U32 = npt.NDArray[np.uint32]
MADE = 1 << 31  # in entry_name: a rule wrote this spelling of the name


class ConceptStore(MappedStore):
    """A compiled vocabulary, opened read-only.

    Raises (on opening): VocabularyMissing: no store there; Inconsistent: made by another version.
    """

    let_through: npt.NDArray[np.int64] | None = None
    """Keys that no guard holds back, None where there are none (see ``ontology.overlay``)."""
    lifted: npt.NDArray[np.int64] | None = None
    """Keys that are not too general to be a mention, whatever the lists say."""

    def key_kinds(self) -> KeyKinds:
        """Return the types of keys, to be changed by whoever asks: the store is not."""
        tables = (np.array(self.array(name)) for name in ("kind_types", "kind_safe"))
        return KeyKinds(self.writable("key_kind"), *tables)

    @cached_property
    def equivalences(self) -> dict[str, list[str]]:
        """The words behind the predicate and source numbers of equivalents."""
        found: dict[str, list[str]] = json.loads(
            (self.path / "equivalents.json").read_text(encoding="utf-8")
        )
        return found

    def sources(self) -> list[Source]:
        """Return the vocabularies inside, with version, licence and notice."""
        return [Source(**row) for row in self.manifest["sources"]]

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The prefixes that ``concept_prefix`` and ``target_prefix`` number: ours, then its own."""
        return tuple(self.manifest.get("prefixes", PREFIXES))

    def canonical(self, curie: str) -> str:
        """Return a CURIE in one spelling; the vocabulary's own prefixes count.

        Raises: BadCurie: not a CURIE, or the prefix is unknown here.
        """
        return canonical_curie(curie, own=self.prefixes)

    def definition(self, row: int) -> str | None:
        """Return what a vocabulary says that a concept is, None where it says nothing."""
        if "definition_concept.npy" not in self.manifest["files"]:
            return None
        rows = self.array("definition_concept")
        place = int(np.searchsorted(rows, row))
        if place == len(rows) or int(rows[place]) != row:
            return None
        return self.definitions[place]

    @cached_property
    def definitions(self) -> Texts:
        """Definitions, in the order of ``definition_concept``."""
        return self.texts("definition")

    def row_of(self, curie: str) -> int:
        """Return a concept's row; a retired CURIE leads to its replacement; -1 if unknown."""
        row = self.curies.find(curie)
        if row >= 0:
            return row
        old = self.texts("retired_old").find(curie)
        return self.curies.find(self.texts("retired_new")[old]) if old >= 0 else -1

    def concept(self, curie: str) -> Concept:
        """Return a concept with all that the store holds of it.

        Raises: BadCurie: not a CURIE; UnknownName: no such concept here.
        """
        row = self.row_of(self.canonical(curie))
        if row < 0:
            raise UnknownName("concept", self.canonical(curie), ())
        return self.concept_at(row)

    def concept_at(self, row: int) -> Concept:
        """Return the concept of a row with all that the store holds of it."""
        sources: list[str] = self.manifest["name_sources"]
        first, stop = self.array("concept_name_start")[row : row + 2].tolist()
        scopes, said = self.array("name_scope"), self.array("name_source")
        return Concept(
            curie=self.curies[row],
            label=self.labels[row],
            types=types_of(int(self.array("concept_types")[row])),
            names=tuple(
                Name(text, SCOPES[scopes[name]], sources[said[name]])
                for name, text in enumerate(self.names.take(range(first, stop)), first)
            ),
            parents=tuple(self.curies.take(self.parents.of(row).tolist())),
            equivalents=tuple(self.equivalents(row)),
            source=sources[self.array("concept_source")[row]],
            version=self.version,
            definition=self.definition(row),
            former=tuple(self._former.get(self.curies[row], ())),
        )

    @cached_property
    def _former(self) -> dict[str, list[str]]:
        """Retired CURIEs by the one that took their place."""
        old, new = self.texts("retired_old"), self.texts("retired_new")
        found: dict[str, list[str]] = {}
        for was, now in zip(old.take(range(len(old))), new.take(range(len(new))), strict=True):
            found.setdefault(now, []).append(was)
        return found

    def equivalents(self, row: int) -> Iterator[Equivalent]:
        """Yield the equivalents of a concept, exact ones first, stated from either side."""
        words = self.equivalences
        first, stop = self.array("equivalent_start")[row : row + 2].tolist()
        targets, predicates = self.array("equivalent_target"), self.array("equivalent_predicate")
        said = self.array("equivalent_source")
        seen = set()
        curies = self.targets.take(targets[first:stop].tolist())
        for place, curie in enumerate(curies, first):
            seen.add(curie)
            yield Equivalent(
                curie, words["predicates"][predicates[place]], words["sources"][said[place]]
            )
        first, stop = self.array("inverse_start")[row : row + 2].tolist()
        owners, inverse = self.array("inverse_of"), self.array("inverse_predicate")
        turned = {"skos:broadMatch": "skos:narrowMatch", "skos:narrowMatch": "skos:broadMatch"}
        for place in range(first, stop):
            curie = self.curies[owners[place]]
            if curie not in seen:
                predicate = words["predicates"][inverse[place]]
                yield Equivalent(curie, turned.get(predicate, predicate), "inverse")

    def ancestors(self, curie: str) -> list[str]:
        """Return the CURIEs above a concept (itself not included), nearest first."""
        return self._reach(curie, self.parents)

    def descendants(self, curie: str) -> list[str]:
        """Return the CURIEs below a concept (itself not included), nearest first."""
        return self._reach(curie, self.children)

    def _reach(self, curie: str, edges: Runs) -> list[str]:
        row = self.row_of(self.canonical(curie))
        if row < 0:
            raise UnknownName("concept", self.canonical(curie), ())
        seen = {row}
        layer = [row]
        out: list[int] = []
        while layer:
            following = {n for one in layer for n in edges.of(one).tolist()} - seen
            seen |= following
            layer = sorted(following)
            out.extend(layer)
        return self.curies.take(out)

    def key_of(self, name: str) -> int:
        """Return the key that a name folds to, -1 if the vocabulary has none."""
        tokens = without_articles(tokenise(code_points(name)))
        words = word_ids(self.array("words"), tokens.hash)
        if not len(words) or not words.all():
            return -1
        return whole_key(
            words,
            roots=self.array("roots"),
            nodes=self.array("nodes"),
            key_hash=self.array("key_hash"),
            key_length=self.array("key_length"),
        )

    def entries_of(self, key: int) -> tuple[int, int]:
        """Return the first entry of a key and the one behind its last."""
        first, stop = self.array("key_entry_start")[key : key + 2].tolist()
        return first, stop

    def concepts_named(self, name: str) -> list[str]:
        """Return the CURIEs of all concepts known by a name, in the key's order."""
        key = self.key_of(name)
        if key < 0:
            return []
        first, stop = self.entries_of(key)
        names = self.array("entry_name")[first:stop].astype(np.int64) & (MADE - 1)
        rows = self.array("name_concept")[names]
        return list(dict.fromkeys(self.curies.take(rows.tolist())))
