"""Which names of taxa are believed where they stand: species first, groups of them seldom.

A genus, family or order has one capitalised Latin word for a name, and a hundred thousand of them
include Data, Major, Cancer and Alexa. Such a name is believed only as it is written, never as an
everyday word, and only where others than the taxonomy (MeSH) know it too.
A mention of an organism is a species, a strain or a virus, as annotators have it (LINNAEUS, Gerner
et al. 2010; S800, Pafilis et al. 2013); names of groups above the genus are class words: beetles,
Hemiptera, plants. The taxonomy ships without ranks, so they are read from names: a group's label is
one word, and a genus is a group whose species begin with that word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.naming import COMMON, ONE_WORD
from onoma.ontology.sources import rule_name
from onoma.ontology.store import ConceptStore
from onoma.recognize.columns import Work
from onoma.types import SCOPES, TYPE_BIT

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

ORGANISM = TYPE_BIT["organism"]
CLASS_ENDS = (" viruses", " bacteria", " sequences", " organisms", " subtype")
WEAK = SCOPES.index("broad")  # from here on a name is another's before it is this one's
SPECIES, GENUS, GROUP, UNSEEN = range(4)
GROUP_ENDS = ("aceae", "ales", "idae", "inae", "viridae", "ota", "bacteria", "mycetes", "phyceae")
LOOK_AT = 40  # children of a taxon that are looked at
STANDING, LEVEL = 4, 3  # bits of a concept's note: others name it too; its level


@dataclass(frozen=True, slots=True)
class Claim:
    """Pairs of span and name: rows of the store, where the span stands, the types of its key."""

    owner: I64
    types: U32
    name: I64
    concept: I64
    traits: U8
    upper: U8
    start: I64
    end: I64

    def keep(self, which: npt.NDArray[np.generic]) -> Claim:
        """Return the pairs under a mask."""
        return Claim(*(getattr(self, column)[which] for column in Claim.__slots__))


class TaxonNames:
    """The guard of names of taxa over one store."""

    def __init__(self, store: ConceptStore) -> None:
        """Take a store."""
        sources: list[str] = store.manifest["name_sources"]
        self._store = store
        named = [rule_name(name) for name in sources]
        self._taxonomy, self._own = (
            np.array([one == name for one in named] + [False] * (256 - len(named)))
            for name in ("ncbitaxon", "onoma")
        )
        self._name_source = store.array("name_source")
        self._name_scope = store.array("name_scope")
        self._concept_names = store.array("concept_name_start")
        self._notes = np.full(store.n_concepts, UNSEEN, np.uint8)
        self._equivalents = store.array("equivalent_start")

    def notes(self, concept: I64) -> U8:
        """Return level and standing of concepts, looked up once each."""
        fresh = concept[self._notes[concept] == UNSEEN]
        for row in set(fresh.tolist()):
            self._notes[row] = self._note(row)
        return self._notes[concept]

    def _note(self, row: int) -> int:
        first, stop = self._concept_names[row : row + 2].tolist()
        standing = not self._taxonomy[self._name_source[first:stop]].all()
        known, limit = self._equivalents[row : row + 2].tolist()
        return STANDING * (standing or limit > known) | self._level(row)

    def _level(self, row: int) -> int:
        """Return whether a taxon is a species (or less), a genus or another group."""
        store = self._store
        label = store.labels[row]
        if not store.curies[row].startswith("NCBITaxon:"):
            above = store.parents.of(row)[:1].tolist()  # a heading of MeSH alone: as what it is of
            return self._level(above[0]) if above else GROUP
        if " " in label:
            return GROUP if label.endswith(CLASS_ENDS) else SPECIES
        if label.endswith(GROUP_ENDS):
            return GROUP
        children = store.children.of(row)[:LOOK_AT].tolist()
        is_genus = any(store.labels[child].startswith(label + " ") for child in children)
        return GENUS if is_genus else GROUP

    def believed(self, work: Work, claim: Claim) -> Bools:
        """Return whether each pair may be meant."""
        notes = self.notes(claim.concept)
        level, standing = notes & LEVEL, notes & STANDING > 0
        source = self._name_source[claim.name]
        taxonomy, single = self._taxonomy[source], claim.traits & ONE_WORD > 0
        everyday = single & (claim.traits & COMMON > 0)
        capital = work.capitals[claim.start + 1] > work.capitals[claim.start]
        unknown = single & taxonomy & ~standing
        good = (level != GROUP) & ~(unknown & (everyday | capital & (claim.upper == 0)))
        # A group's own word does not mean one member of it, unless we say so (Drosophila).
        grouped = np.zeros(int(claim.owner.max(initial=0)) + 1, bool)
        grouped[claim.owner[(level != SPECIES) & (self._name_scope[claim.name] < WEAK)]] = True
        good &= ~(single & grouped[claim.owner] & (level == SPECIES) & ~self._own[source])
        genus = np.flatnonzero(good & (level == GENUS))
        if len(genus):
            good[genus] = self._as_written(work, claim.keep(genus))
            good[genus] &= taxonomy[genus] & standing[genus] & ~everyday[genus]
        return np.asarray(good)

    def _as_written(self, work: Work, claim: Claim) -> Bools:
        """Return whether the span has the name's capital and length."""
        sums = work.capitals
        capital = (sums[claim.start + 1] - sums[claim.start] == 1) & (
            sums[claim.end] - sums[claim.start] == 1
        )
        length = np.array(self._store.names.sizes(claim.name.tolist()), np.int64)
        return np.asarray(capital & (claim.upper == 1) & (length == claim.end - claim.start))
