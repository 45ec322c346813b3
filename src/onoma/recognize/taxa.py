"""Which names of taxa are believed where they stand: scientific names keep their own capitals.

A genus, family or order has one capitalised Latin word for a name, and a hundred thousand of them
include Data, Major, Cancer and Alexa. Such a name is believed only as it is written, never as an
everyday word, and where nobody but the taxonomy knows it, only in company ("genus", "spp.").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.naming import COMMON, ONE_WORD
from onoma.ontology.store import ConceptStore
from onoma.ontology.wordtable import word_hashes, word_ids
from onoma.recognize.columns import Work
from onoma.types import TYPE_BIT

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

ORGANISM = TYPE_BIT["organism"]
COMPANY = (
    "sp", "spp", "species", "genus", "genera", "family", "order", "phylum", "class", "strain",
    "isolate", "subgenus", "clade",
)  # fmt: skip
KNOWN_NAMES = 2  # a taxon with so many names is one that somebody beside the taxonomy writes about


@dataclass(frozen=True, slots=True)
class Claim:
    """A (span, name) pair of an organism: rows of the store and where the span stands."""

    name: I64
    concept: I64
    traits: U8
    upper: U8
    start: I64
    end: I64

    def keep(self, which: Bools) -> Claim:
        """Return the pairs under a mask."""
        return Claim(*(getattr(self, column)[which] for column in Claim.__slots__))


class TaxonNames:
    """The guard of names of taxa over one store."""

    def __init__(self, store: ConceptStore) -> None:
        """Take a store."""
        sources: list[str] = store.manifest["name_sources"]
        self._taxonomy = sources.index("ncbitaxon") if "ncbitaxon" in sources else 255
        self._name_source = store.array("name_source")
        self._text_start = store.array("name_text_start")
        self._text = store.array("name_text_blob")
        self._concept_names = store.array("concept_name_start")
        found = word_ids(store.array("words"), word_hashes(COMPANY))
        self._company = np.unique(found[found != 0])

    def scientific(self, name: I64, traits: U8, upper: U8) -> Bools:
        """Return whether names are one capitalised word of the taxonomy."""
        first = self._text[self._text_start[name]]
        capital = (first >= ord("A")) & (first <= ord("Z")) & (upper == 1)
        from_taxonomy = self._name_source[name] == self._taxonomy
        return np.asarray(capital & from_taxonomy & (traits & ONE_WORD > 0))

    def believed(self, work: Work, claim: Claim) -> Bools:
        """Return whether each pair may be meant."""
        latin = self.scientific(claim.name, claim.traits, claim.upper)
        common = claim.traits & COMMON > 0
        single = claim.traits & ONE_WORD > 0
        taxonomy = self._name_source[claim.name] == self._taxonomy
        good = ~(taxonomy & single & common)
        places = np.flatnonzero(latin & good)
        if len(places):
            good[places] = self._as_written(work, claim.keep(places))
        return np.asarray(good)

    def _as_written(self, work: Work, claim: Claim) -> Bools:
        """Return whether the span has the name's capital and length, and some standing."""
        sums = work.capitals
        capital = (sums[claim.start + 1] - sums[claim.start] == 1) & (
            sums[claim.end] - sums[claim.start] == 1
        )
        length = self._text_start[claim.name + 1] - self._text_start[claim.name]
        exact = capital & (length == claim.end - claim.start)
        names = self._concept_names[claim.concept + 1] - self._concept_names[claim.concept]
        return np.asarray(exact & ((names >= KNOWN_NAMES) | self._in_company(work, claim)))

    def _in_company(self, work: Work, claim: Claim) -> Bools:
        before = work.words[np.maximum(work.token_at(claim.start) - 1, 0)]
        behind = work.words[np.minimum(work.token_at(claim.end), len(work.words) - 1)]
        return np.isin(before, self._company) | np.isin(behind, self._company)
