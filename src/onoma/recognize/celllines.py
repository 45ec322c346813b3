"""Cell lines: believed in company ("cells", "line", "transfected"), or where the name is telling.

Cellosaurus has a line called SD, ER, Grey or T7; "the SD of tumour cells" names none of them. A
short name, or one that is an everyday word, needs "cells" or "line" right behind it and its own
capitals. A longer one needs such a word near, or a word of cell culture. A name that EFO, MeSH or
our own list has (HeLa, 293T) is telling by itself. Behind "+" stands a marker, not a line (Ki67+
cells). What is believed once is believed in the whole document.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.hashing import HashSet
from onoma.ontology.keykinds import KeyKinds
from onoma.ontology.naming import COMMON, HAS_DIGIT, SHORT
from onoma.ontology.sources import rule_name
from onoma.ontology.store import ConceptStore
from onoma.ontology.wordtable import word_hashes
from onoma.recognize.columns import DICTIONARY, PATTERN, Spans, Work
from onoma.recognize.taxa import Claim
from onoma.types import TYPE_BIT

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

CELL_LINE = TYPE_BIT["cell_line"]
CELL_WORDS = (
    "cell", "cells", "line", "lines", "culture", "cultures", "cellline", "subline", "sublines",
    "clone", "clones",
)  # fmt: skip
COMPANY = (
    *CELL_WORDS, "transfected", "transfection", "cotransfected", "transduced", "lysate", "lysates",
    "extract", "extracts", "xenograft", "xenografts", "stably", "expressing", "cultured", "seeded",
    "infected", "knockdown", "parental", "untransfected", "confluent", "passaged", "macrophages",
    "fibroblasts", "hepatocytes", "myoblasts", "keratinocytes", "lymphocytes", "treated",
)  # fmt: skip
TELLING_SOURCES = ("efo", "mesh", "onoma")
LONG_ENOUGH = 5  # letters and digits of a name that needs no cell word right behind it
REACH = 4  # tokens either side in which company counts
CLOSE = 2  # tokens either side in which a word for cells itself counts
MARKERS = frozenset(map(ord, "+⁺"))


class CellLines:
    """The guard of names of cell lines over one store."""

    def __init__(self, store: ConceptStore) -> None:
        """Take a store."""
        sources: list[str] = store.manifest["name_sources"]
        telling = [
            number for number, name in enumerate(sources) if rule_name(name) in TELLING_SOURCES
        ]
        self._telling = np.zeros(256, bool)
        self._telling[telling] = True
        self._name_source = store.array("name_source")
        self.cells = HashSet(word_hashes(CELL_WORDS))
        self.company = HashSet(word_hashes(COMPANY))

    def believed(self, work: Work, claim: Claim) -> Bools:
        """Return whether each (span, name) pair of a cell line may be meant."""
        first, last = work.token_at(claim.start), work.token_at(claim.end) - 1
        behind = np.minimum(last + 1, len(work.tokens) - 1)
        beside = self.cells.holds(work.tokens.hash[behind])
        follows = work.batch.codes[claim.end]
        marked = np.logical_or.reduce([follows == mark for mark in sorted(MARKERS)])
        near = self._near(work, first, last, self.company, reach=REACH)
        lined = self._near(work, first, last, self.cells, reach=CLOSE)
        capitals = work.capitals[claim.end] - work.capitals[claim.start]
        length, digit = claim.end - claim.start, claim.traits & HAS_DIGIT > 0
        named = self._telling[self._name_source[claim.name]]
        telling = np.zeros(int(claim.owner.max(initial=0)) + 1, bool)
        telling[claim.owner[named]] = True
        known = telling[claim.owner] & (claim.traits & (SHORT | COMMON) == 0)
        weak = (claim.traits & (SHORT | COMMON) > 0) | (length < LONG_ENOUGH) & ~digit & ~known
        alone = claim.types == np.uint32(CELL_LINE)
        strong = (length >= LONG_ENOUGH) & digit & alone
        same = capitals == claim.upper
        good = np.where(
            weak, beside & same, beside | lined | near & alone | (known & alone | strong) & same
        )
        return np.asarray(good & ~marked)

    @staticmethod
    def _near(work: Work, first: I64, last: I64, wanted: HashSet, *, reach: int) -> Bools:
        """Return whether one of these words stands within so many tokens of each span."""
        steps = np.arange(1, reach + 1)[:, None]
        places = np.concatenate([last + steps, first - steps])
        inside = (places >= 0) & (places < len(work.tokens))
        places = np.where(inside, places, first)
        own = work.batch.document_of(work.tokens.start[first])
        inside &= (
            work.batch.document_of(work.tokens.start[places].ravel()).reshape(places.shape) == own
        )
        return np.asarray((wanted.holds(work.tokens.hash[places]) & inside).any(axis=0))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that a document names beyond doubt."""

    document: int
    text: str
    key: int


def extend(work: Work, spans: Spans, *, mask: int, key_types: KeyKinds) -> Spans:
    """Return the spans with the other mentions of the lines that a document names.

    ``mask`` are the types asked for, ``key_types`` those under which each key may be found.
    """
    if not mask & CELL_LINE:
        return spans
    only = key_types[spans.key] == np.uint32(CELL_LINE)
    places = np.flatnonzero(only & (spans.found_by == DICTIONARY))
    if not len(places):
        return spans
    lines = _lines(work, spans, places)
    added = []
    for line in lines:
        low, high = work.batch.doc_start[line.document : line.document + 2].tolist()
        place = work.batch.text.find(line.text, low, high)
        while place >= 0:
            end = place + len(line.text)
            if _whole(work.batch.text, place, end, low=low):
                added.append((place, end, line.key))
            place = work.batch.text.find(line.text, end, high)
    if not added:
        return spans
    start, end_, key = (np.array(column, np.int64) for column in zip(*added, strict=True))
    wanted, packed = (start << 32) | end_, (spans.start << 32) | spans.end
    nearest = np.minimum(np.searchsorted(packed, wanted), len(packed) - 1)
    fresh = np.flatnonzero(packed[nearest] != wanted)
    if not len(fresh):
        return spans
    more = Spans.of(start[fresh], end_[fresh], key[fresh], found_by=PATTERN)
    return Spans.merge(spans, more)


def _lines(work: Work, spans: Spans, places: I64) -> list[_Line]:
    """Return each line once a document."""
    documents = work.batch.document_of(spans.start[places].astype(np.int32))
    columns = (spans.start[places], spans.end[places], spans.key[places], documents)
    text = work.batch.text
    rows = zip(*(column.tolist() for column in columns), strict=True)
    found = (_Line(document, text[start:end], key) for start, end, key, document in rows)
    return list(dict.fromkeys(line for line in found if len(line.text) >= LONG_ENOUGH))


def _whole(text: str, start: int, end: int, *, low: int) -> bool:
    """Return whether a stretch stands between other characters than letters and digits."""
    before = start > low and text[start - 1].isalnum()
    return not before and not text[end].isalnum() and ord(text[end]) not in MARKERS
