"""What curated sources say of concepts: a disease's phenotypes, a gene's diseases.

The core ships the annotations of the Human Phenotype Ontology (Gargano et al. 2024, "The Human
Phenotype Ontology in 2024"): diseases by OMIM, Orphanet or DECIPHER, genes by NCBI. Here they lead
to the vocabulary's own concepts over exact equivalents, so that a MONDO disease has what is said of
all of its equivalents.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from onoma.ontology.curies import canonical_curie
from onoma.ontology.sources import core_folder
from onoma.ontology.store import ConceptStore
from onoma.ontology.tables import numbered, read_table
from onoma.types import ConceptAnnotation

FILE = "annotations.npz"
EXACT = "skos:exactMatch"
ENDS = ("subject", "object")
WORDS = ("frequency", "onset", "evidence", "reference")
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]


class AnnotationTable:
    """The annotations that ship with the core, as a store's concepts have them."""

    def __init__(self, store: ConceptStore) -> None:
        """Read the table."""
        self._store = store
        self._table = read_table(core_folder() / FILE)
        self._numbers: dict[str, dict[str, int]] = {}
        self._ends: dict[str, I32] = {}
        for name in ENDS:
            curies, codes = numbered(self._table.texts(name))
            self._numbers[name] = {canonical_curie(one): n for n, one in enumerate(curies)}
            self._ends[name] = codes.astype(np.int32)

    def of(self, curie: str) -> list[ConceptAnnotation]:
        """Return what is said of a concept, as subject or object, in the order of the table.

        Raises: BadCurie: not a CURIE; UnknownName: no such concept.
        """
        concept = self._store.concept(curie)
        same = [concept.curie, *(one.curie for one in concept.equivalents if one.is_exact)]
        is_said = np.zeros(len(self._table), bool)
        for name in ENDS:
            numbers = [self._numbers[name][one] for one in same if one in self._numbers[name]]
            is_said |= np.isin(self._ends[name], numbers)
        found = self._table.where(is_said)
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows()]
        own = {one: self._own(one) for one in {row[name] for row in rows for name in ENDS}}
        return [
            ConceptAnnotation(
                subject=own[row["subject"]], predicate=row["predicate"], object=own[row["object"]],
                negated=bool(row["negated"]), **{name: row[name] for name in WORDS},
            )
            for row in rows
        ]  # fmt: skip

    def _own(self, curie: str) -> str:
        """Return the vocabulary's own CURIE, the one given in one spelling where it has none."""
        store = self._store
        name = canonical_curie(curie)
        row = store.row_of(name)
        if row < 0 and (target := store.targets.find(name)) >= 0:
            row = int(self._owners[target])
        return store.curies[row] if row >= 0 else name

    @cached_property
    def _owners(self) -> I64:
        """The row of the concept that is exactly each target, -1 where none is."""
        store = self._store
        starts = store.array("equivalent_start").astype(np.int64)
        concepts = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        said = np.array([one == EXACT for one in store.equivalences["predicates"]])
        exact = np.flatnonzero(said[store.array("equivalent_predicate")])[::-1]  # the first stays
        owners = np.full(len(store.targets), -1, np.int64)
        owners[store.array("equivalent_target")[exact]] = concepts[exact]
        return owners


@lru_cache(maxsize=2)
def open_annotations(store: ConceptStore) -> AnnotationTable:
    """Return the annotations of a store's concepts; the table is read once."""
    return AnnotationTable(store)
