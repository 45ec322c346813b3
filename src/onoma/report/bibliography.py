"""Who wrote the documents, where, and of what kind: counted from their metadata.

Sources name these fields differently (``search.records.NAMES``); whole author names lead where a
record has initials too. Names are told apart as they are written, letter case and dots aside: two
people of one name are one, and one person written in two ways is two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from onoma.report.results import Entity, Pair, pair_of
from onoma.report.tally import tidy, year_of
from onoma.search.records import NAMES
from onoma.types import AnnotatedDocument, Fields

FIELDS = ("author", "institution", "journal", "publication")
PAIRED = 300  # of the first of a field, among which ties are counted
MANY = 100  # authors of a document with more are no tie: the list of a consortium
_SPLIT = re.compile(r"\s*;\s*")
_DOTS = re.compile(r"[.\s]+")
_PLACE = re.compile(
    r"universi|hospital|institut|college|school of|clinic|academy|center|centre|laborator|cnrs"
    r"|inserm|council|klinik|ospedal|h[oô]pital",
    re.IGNORECASE,
)


@dataclass
class Counted:
    """The values of a field: documents of each by year, forms of its name, what shares a document.

    ``documents``: the values of each document that has some, by number in ``order``.
    """

    forms: dict[str, Counter[str]] = field(default_factory=dict)
    years: dict[str, Counter[int | None]] = field(default_factory=dict)
    documents: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, values: Sequence[str], year: int | None) -> None:
        """Count the values of a document, each once."""
        keys: dict[str, str] = {}
        for value in values:
            keys.setdefault(_DOTS.sub(" ", value).strip().casefold(), value)
        keys.pop("", None)
        for key, value in keys.items():
            self.forms.setdefault(key, Counter())[value] += 1
            self.years.setdefault(key, Counter())[year] += 1
        if keys:
            self.documents.append(tuple(keys))

    def first(self, most: int = -1) -> list[tuple[str, str, int]]:
        """Return (key, name, documents) of those of most documents, by rank."""
        order = sorted(self.years, key=lambda key: (-self.years[key].total(), key))
        chosen = order if most < 0 else order[:most]
        return [(key, self.name(key), self.years[key].total()) for key in chosen]

    def name(self, key: str) -> str:
        """Return what a value is called most often."""
        return min(self.forms[key].items(), key=lambda one: (-one[1], one[0]))[0]

    def entities(self, kind: str, most: int = PAIRED) -> list[Entity]:
        """Return the first values as entities of a report, to be drawn as such."""
        out = []
        for rank, (key, name, documents) in enumerate(self.first(most), 1):
            years = [year for year in self.years[key] if year is not None]
            ends = (min(years), max(years)) if years else (None, None)
            out.append(Entity(rank, kind, None, name, documents, documents, 0, *ends))
        return out

    def pairs(self, most: int = PAIRED) -> list[Pair]:
        """Return which of the first values share documents, the commonest first."""
        rank = {key: number for number, (key, *_) in enumerate(self.first(most))}
        alone, both = Counter[int](), Counter[tuple[int, int]]()
        for document in self.documents:
            if len(document) > MANY:
                continue
            own = sorted(rank[key] for key in document if key in rank)
            alone.update(own)
            both.update(combinations(own, 2))
        units = len(self.documents)
        found = [pair_of(a, b, n, (alone[a], alone[b]), units) for (a, b), n in both.items()]
        return sorted(found, key=lambda one: (-one.units, -one.g2, one.first, one.second))


class Bibliography:
    """Takes the metadata of documents in, one after the other."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.counted: Mapping[str, Counted] = {name: Counted() for name in FIELDS}
        self.documents = 0

    def add(self, document: AnnotatedDocument) -> None:
        """Take a document in."""
        head = document.document
        self.documents += 1
        year = year_of(head)
        for name, values in values_of(head.metadata).items():
            self.counted[name].add(values, year)


def values_of(metadata: Fields) -> dict[str, list[str]]:
    """Return a record's authors, institutions, journal and kinds.

    >>> values_of((("author", "A Smith; B Jones"), ("journal", "Gut")))["author"]
    ['A Smith', 'B Jones']
    """
    said: dict[str, list[str]] = {}
    names = {name for name, _ in metadata}
    for name, value in metadata:
        field_ = NAMES.get(name)
        if field_ == "author" and name == "AU" and "FAU" in names:
            continue  # the same people, in short
        if field_ is not None and value:
            said.setdefault(field_, []).append(tidy(value).strip())
    split = [one for value in said.get("author", ()) for one in _SPLIT.split(value) if one]
    venue = said.get("journal") or said.get("journal_abbreviation") or []
    places = dict.fromkeys(
        place for value in said.get("affiliation", ()) for place in _institutions(value)
    )
    return {
        "author": split,
        "institution": list(places),
        "journal": venue[:1],
        "publication": said.get("publication", []),
    }


def _institutions(affiliation: str) -> Iterator[str]:
    """Yield the institutions of an affiliation: the part that sounds like one, else the first."""
    for one in _SPLIT.split(affiliation):
        parts = [part.strip(" .") for part in one.split(",")]
        sounding = [part for part in parts if _PLACE.search(part)]
        leading = [part for part in sounding if re.search("universi", part, re.IGNORECASE)]
        chosen = (leading or sounding or parts)[0]
        if chosen:
            yield chosen
