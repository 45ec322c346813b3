"""What the dictionary says of each word, as bits that a tagger reads beside the word's pieces.

For each group of types the longest names are marked: at their first word, inside, at their last.
Source: gazetteer features as in Ratinov and Roth 2009, section 5.2, per semantic type.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.sources import rule_name
from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize import celllines, species
from onoma.recognize.columns import Spans, Work
from onoma.recognize.dictionary import DictionaryRecognizer
from onoma.recognize.patterns import find_variants
from onoma.recognize.scan import leftmost_longest
from onoma.recognize.shortforms import ShortForms, spread
from onoma.recognize.tagger.words import LOOKS, Words
from onoma.text.abbreviations import abbreviation_columns
from onoma.text.tokens import TextBatch
from onoma.types import TYPE_BIT, type_mask

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

GROUPS: tuple[tuple[str, ...], ...] = (
    ("disease",),
    ("phenotype",),
    ("gene", "protein"),
    ("chemical", "drug"),
    ("anatomy",),
    ("cell_type",),
    ("cell_line",),
    ("organism", "microbe"),
    ("variant",),
    ("process",),
    ("component",),
    ("food",),
    ("procedure", "test", "device", "method"),
)
"""Types that are told apart; the model was trained with these, in this order."""
ACTS = np.uint32(type_mask(GROUPS[-1]))
OWN = "onoma"  # the source of the names that were written for this project
PLACES = ("first", "inside", "last")
FEATURES: tuple[str, ...] = (
    *LOOKS,
    *(f"{group[0]} {place}" for group in GROUPS for place in PLACES),
)
"""What each bit of a word says: its looks, then three bits a group."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Names that a dictionary found, in batch positions, with their types as bits."""

    start: I64
    end: I64
    types: U32

    @classmethod
    def none(cls) -> Marks:
        """Return no names."""
        empty = np.empty(0, np.int64)
        return cls(empty, empty, np.empty(0, np.uint32))

    @classmethod
    def of(cls, recognizer: DictionaryRecognizer, spans: Spans) -> Marks:
        """Return spans with the types of their keys; those of a pattern are variants."""
        types = np.full(len(spans), TYPE_BIT["variant"], np.uint32)
        named = spans.key >= 0
        types[named] = recognizer.key_types[spans.key[named]]
        return cls(spans.start, spans.end, types)


class Gazetteer:
    """Finds the names of a store in texts, of all types."""

    def __init__(self, recognizer: DictionaryRecognizer) -> None:
        """Take a recogniser that is not limited to some types."""
        self.recognizer = recognizer
        self._own_acts = _own_names(recognizer.store, ACTS)

    def marks(self, batch: TextBatch) -> Marks:
        """Return the names in a batch, with short forms, species, cell lines and variants."""
        work = self.recognizer.read(batch)
        spans = Spans.merge(self.named(batch, work), self._variants(work))
        marks = Marks.of(self.recognizer, spans)
        marks.types[np.isin(spans.key, self._own_acts)] &= ~ACTS
        return marks

    def named(self, batch: TextBatch, work: Work) -> Spans:
        """Return the spans that names of the store give: variants alone have none."""
        recognizer = self.recognizer
        spans = spread(work, recognizer.find(work), _pairs(batch), recognizer=recognizer)
        spans = species.extend(work, spans, recognizer)
        return celllines.extend(
            work, spans, mask=int(recognizer.mask), key_types=recognizer.key_types
        )

    @staticmethod
    def _variants(work: Work) -> Spans:
        return find_variants(work)[0]


def _own_names(store: ConceptStore, types: np.uint32) -> I64:
    """Return the keys that only our own list has as names of these types, in order.

    What wards call a procedure is added as it is met; a tagger that learnt before reads on as it
    learnt. On diseases it was unsure beside them (NCBI Disease, dev, 86.8 to 86.4).
    """
    sources = [rule_name(name) == OWN for name in store.manifest["name_sources"]]
    own = np.array([*sources, *[False] * (256 - len(sources))])[store.array("name_source")]
    names = store.array("entry_name").astype(np.int64) & (MADE - 1)
    start = store.array("key_entry_start").astype(np.int64)
    some = np.unique(np.searchsorted(start, np.flatnonzero(own[names]), side="right") - 1)
    steps = [np.arange(start[key], start[key + 1]) for key in some.tolist()]
    entries = names[np.concatenate([np.empty(0, np.int64), *steps])]
    key = np.repeat(some, start[some + 1] - start[some])
    is_of = store.array("concept_types")[store.array("name_concept")[entries]] & types > 0
    return np.setdiff1d(key[is_of & own[entries]], key[is_of & ~own[entries]])


def _pairs(batch: TextBatch) -> ShortForms:
    columns = abbreviation_columns(batch.codes, batch.doc_start, batch.text)
    return ShortForms(*columns, batch.document_of(columns[0]))


def feature_bits(words: Words, batch: TextBatch, marks: Marks) -> U64:
    """Return the bits of ``FEATURES`` of each word."""
    bits = words.looks.copy()
    shift = np.repeat(batch.doc_start[:-1], np.diff(words.bounds))
    start, end = words.start + shift, words.end + shift
    for number, group in enumerate(GROUPS):
        own = np.flatnonzero(marks.types & np.uint32(type_mask(group)))
        own = own[np.lexsort((marks.end[own], marks.start[own]))]
        own = own[leftmost_longest(marks.start[own], marks.end[own])]
        first = np.searchsorted(end, marks.start[own], side="right")
        behind = np.searchsorted(start, marks.end[own], side="left")
        real = behind > first  # a name may be part of a word, or lie in one that is left out
        first, behind = first[real], behind[real]
        at = len(LOOKS) + len(PLACES) * number
        steps = np.zeros(len(words) + 1, np.int64)
        np.add.at(steps, first + 1, 1)
        np.add.at(steps, np.maximum(behind - 1, first + 1), -1)
        bits |= (np.cumsum(steps)[:-1] > 0).astype(np.uint64) << np.uint64(at + 1)
        bits[first] |= np.uint64(1 << at)
        bits[behind - 1] |= np.uint64(1 << at + 2)
    return bits


def unpacked(bits: U64) -> npt.NDArray[np.float32]:
    """Return bits as a row of zeros and ones each, the shape of ``bits`` with one axis more."""
    steps = np.arange(len(FEATURES), dtype=np.uint64)
    return ((bits[..., None] >> steps) & np.uint64(1)).astype(np.float32)
