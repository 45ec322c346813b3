"""Which keys of the dictionary matter where answers in some namespaces are asked for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onoma.link.lexical import NARROW, SIGNS
from onoma.link.namespaces import OWN, Namespaces
from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize import DictionaryRecognizer
from onoma.types import TYPE_BIT

DISEASE = TYPE_BIT["disease"]
WITHOUT_SIGNS = frozenset({"MONDO"})

Bools = npt.NDArray[np.bool_]


class Entries(NamedTuple):
    """Of each entry of the dictionary's keys, its concept and if its name is narrower than that."""

    concept: npt.NDArray[np.uint32]
    narrow: Bools

    @classmethod
    def of(cls, store: ConceptStore) -> Entries:
        """Read a store's entries."""
        names = store.array("entry_name") & np.uint32(MADE - 1)
        return cls(store.array("name_concept")[names], store.array("name_scope")[names] == NARROW)


def keys_answering(store: ConceptStore, ids: Namespaces, entries: Entries) -> Bools:
    """Return for each key whether some concept behind it has an answer in the namespaces.

    A name of something narrower answers with its own concept alone.
    """
    concept, narrow = entries
    answers = ids.answers(concept)
    rows = np.flatnonzero(answers & narrow)
    answers[rows] = ids.target[concept[rows]] == OWN
    return np.asarray(np.logical_or.reduceat(answers, _first(store)))


def admit_answers(
    store: ConceptStore, ids: Namespaces, entries: Entries, recognizer: DictionaryRecognizer
) -> None:
    """Let the recogniser find what is of no type asked for but has an exact answer that is.

    Vocabularies draw the border between signs and diseases differently: HPO's "Bradykinesia" is a
    phenotype, its counterpart in MeSH stands among the diseases. Who asks for diseases in MeSH
    means that one. Mondo leaves signs to HPO: there they stay what they are.
    """
    asked = np.uint32(int(recognizer.mask) & SIGNS)
    if asked != DISEASE or WITHOUT_SIGNS.intersection(ids.prefixes):
        return
    exact = ~ids.lossy & (ids.via == np.arange(len(ids.via)))
    own = store.array("concept_types")
    lent = np.where(exact & ((own & asked) == 0) & ((own & np.uint32(SIGNS)) > 0), ids.types, 0)
    lent = (lent & asked).astype(np.uint32)
    concept, narrow = entries
    types = lent[concept]
    types[narrow] = 0
    more = np.bitwise_or.reduceat(types, _first(store))
    keys = np.flatnonzero(more)
    open_ = recognizer.key_types[keys]
    keys = keys[(open_ != 0) & ((open_ & asked) == 0)]
    recognizer.key_types.widen(keys, more[keys])


def _first(store: ConceptStore) -> npt.NDArray[np.int64]:
    return np.asarray(store.array("key_entry_start")[:-1].astype(np.int64))
