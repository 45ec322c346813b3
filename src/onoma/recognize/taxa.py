"""Which names of taxa are believed where they stand: species first, groups of them seldom.

A genus, family or order has one capitalised Latin word for a name, and a hundred thousand of them
include Data, Major, Cancer and Alexa. Such a name is believed only as it is written, never as an
everyday word, and only where others than the taxonomy (MeSH) know it too.
A mention of an organism is a species, a strain or a virus, as annotators have it (LINNAEUS, Gerner
et al. 2010; S800, Pafilis et al. 2013); names of groups above the genus are class words: beetles,
Hemiptera, plants. Where microbial communities are told of, bacteria go by genus, family and phylum.
The taxonomy ships without ranks, so they are read from names: a group's label is one word, and a
genus is a group whose species begin with that word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.clade import Clade
from onoma.ontology.naming import COMMON, ONE_WORD
from onoma.ontology.sources import rule_name
from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.columns import Spans, Work
from onoma.types import SCOPES, TYPE_BIT

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

ORGANISM = TYPE_BIT["organism"]
BACTERIA = ("NCBITaxon:2", "NCBITaxon:2157")  # and archaea
VIRUSES = ("NCBITaxon:10239", "MESH:D014780")
SHORTEST = 6  # letters of a genus of bacteria that nobody else names
CLASS_ENDS = (" viruses", " bacteria", " sequences", " organisms")
WEAK = SCOPES.index("broad")  # from here on a name is another's before it is this one's
SPECIES, GENUS, GROUP, UNSEEN = range(4)
STRAINS = "-Resistant "  # Methicillin-Resistant Staphylococcus aureus, a heading of MeSH
VIRUS_END = "virus"
GROUP_ENDS = ("aceae", "ales", "idae", "inae", "viridae", "ota", "bacteria", "mycetes", "phyceae")
LOOK_AT = 40  # children of a taxon that are looked at
STANDING, LEVEL, OF_BACTERIA = 4, 3, 8  # bits of a concept's note: others name it too; its level
OF_MICROBES = re.compile(
    r"microbio(?:ta|me|mes)\b|\bdysbio|\bmetagenom|\bprobiotic|\bgut flora|\brelative abundance"
    r"|\bstools?\b|\bfa?ecal\b|\bat the genus level"
    r"|\b(?:blood|urine|sputum|wound|bacterial|csf) (?:cultures?|grew)\b|\bcultures? grew\b",
    re.I,
)


def tells_of_microbes(text: str) -> bool:
    """Return whether a text is on the microbes of some place, so that it names groups of them."""
    return OF_MICROBES.search(text) is not None


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
        self._groups: dict[int, bool] = {}
        self._bacteria, self._viruses = Clade(store, BACTERIA), Clade(store, VIRUSES)

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
        own = STANDING * (standing or limit > known) | self._level(row)
        return own | OF_BACTERIA * self._is_of_bacteria(row)

    def _is_of_bacteria(self, row: int) -> bool:
        """Return whether a taxon is a genus or a group of bacteria or archaea, told by its parents.

        What lives in a gut is told by these: Blautia, Lachnospiraceae, Firmicutes.
        """
        label = self._store.labels[row]
        if " " in label or len(label) < SHORTEST or self._store.curies[row] in BACTERIA:
            return False
        return self._bacteria.has(row)

    def _level(self, row: int) -> int:
        """Return whether a taxon is a species (or less), a genus or another group."""
        store = self._store
        label = store.labels[row]
        if not store.curies[row].startswith("NCBITaxon:"):
            if STRAINS in label or (label.endswith(VIRUS_END) and self._viruses.has(row)):
                return SPECIES
            above = store.parents.of(row)[:1].tolist()  # a heading of MeSH alone: as what it is of
            return self._level(above[0]) if above else GROUP
        if " " in label:
            return GROUP if label.endswith(CLASS_ENDS) else SPECIES
        if label.endswith(GROUP_ENDS):
            return GROUP
        if label.endswith(VIRUS_END) and self._viruses.has(row):
            return SPECIES  # rotavirus: so one speaks of it
        children = store.children.of(row)[:LOOK_AT].tolist()
        is_genus = any(store.labels[child].startswith(label + " ") for child in children)
        return GENUS if is_genus else GROUP

    def believed(self, work: Work, claim: Claim) -> Bools:
        """Return whether each pair may be meant."""
        notes = self.notes(claim.concept)
        level, standing = notes & np.uint8(LEVEL), notes & STANDING > 0
        microbes = np.flatnonzero(notes & OF_BACTERIA)  # see without_groups
        level[microbes], standing[microbes] = GENUS, True
        source = self._name_source[claim.name]
        standing |= self._is_named_elsewhere(claim, level)
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
            good[genus] &= (claim.upper[genus] == 1) | np.isin(genus, microbes)  # "firmicutes"
            known = taxonomy[genus] | self._own[source[genus]]
            good[genus] &= known & standing[genus] & ~everyday[genus]
        return np.asarray(good)

    def _is_named_elsewhere(self, claim: Claim, level: U8) -> Bools:
        """Return which pairs have a name that others give to an organism, and no species by itself.

        MeSH's Candida is filed under one species of yeast: the genus is meant.
        """
        taxonomy = self._taxonomy[self._name_source[claim.name]]
        named, common = np.zeros((2, int(claim.owner.max(initial=0)) + 1), bool)
        named[claim.owner[~taxonomy & (self._name_scope[claim.name] < WEAK)]] = True
        common[claim.owner[taxonomy & (level == SPECIES)]] = True
        return np.asarray((named & ~common)[claim.owner])

    def without_groups(self, work: Work, spans: Spans, types: U32) -> Spans:
        """Return the spans without genera and groups of bacteria where no microbes are told of.

        ``types`` are those of the spans. Those stay that are believed anywhere. What a document is
        on is no matter of a name's surface, so it is not among the guards, whose answers are kept.
        """
        rows = np.flatnonzero(types & np.uint32(ORGANISM))
        keys, place = np.unique(spans.key[rows], return_inverse=True)
        rows = rows[np.array([self._is_group(key) for key in keys.tolist()], bool)[place]]
        if not len(rows):
            return spans
        batch = work.batch
        owner = batch.document_of(spans.start[rows].astype(np.int32)).tolist()
        told = {
            number: tells_of_microbes(batch.text[slice(*batch.doc_start[number : number + 2])])
            for number in set(owner)
        }
        good = np.ones(len(spans), bool)
        good[rows] = [told[number] for number in owner]
        return spans.keep(good)

    def _is_group(self, key: int) -> bool:
        """Return whether a key names nothing but bacteria that are believed among microbes only."""
        if key not in self._groups:
            first, stop = self._store.entries_of(key)
            names = self._store.array("entry_name")[first:stop].astype(np.int64) & (MADE - 1)
            concepts = self._store.array("name_concept")[names].astype(np.int64)
            curies = [self._store.curies[row] for row in concepts.tolist()]
            found = bool(curies) and all(one.startswith("NCBITaxon:") for one in curies)
            if found:
                notes = self.notes(concepts)
                known = ((notes & LEVEL) == SPECIES) | (
                    ((notes & LEVEL) == GENUS) & (notes & STANDING > 0)
                )
                found = bool((notes & OF_BACTERIA).all() and not known.any())
            self._groups[key] = found
        return self._groups[key]

    def _as_written(self, work: Work, claim: Claim) -> Bools:
        """Return whether the span has one capital, the first, and the name's length."""
        sums = work.capitals
        capital = (sums[claim.start + 1] - sums[claim.start] == 1) & (
            sums[claim.end] - sums[claim.start] == 1
        )
        length = np.array(self._store.names.sizes(claim.name.tolist()), np.int64)
        return np.asarray(capital & (claim.upper <= 1) & (length == claim.end - claim.start))
