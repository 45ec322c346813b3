"""What a tally says: entities by rank, types, years, what occurs together, concordance.

An entity is a concept or, where a mention is linked to none, its type and words (letter case and
blanks aside). Its type is the one that its mentions have most often. Ranks go by documents, then
mentions, then name.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import numpy.typing as npt

from onoma.report.tally import Tally

PAIRED = 1000  # entities, the first by rank, among which pairs are counted
NAMES = 5  # forms of an entity that are listed

I64 = npt.NDArray[np.int64]

_STEPS = """
CREATE INDEX mention_key ON mention (key, document);
CREATE TEMP TABLE best (key TEXT PRIMARY KEY, type TEXT, curie TEXT, label TEXT, form TEXT);
INSERT INTO best
SELECT t.key, t.type, t.curie, l.label, f.form FROM
 (SELECT key, type, curie, ROW_NUMBER() OVER (PARTITION BY key ORDER BY COUNT(*) DESC, type) AS at
  FROM mention GROUP BY key, type) t
 LEFT JOIN (SELECT key, label, ROW_NUMBER() OVER (PARTITION BY key ORDER BY COUNT(*) DESC, label)
  AS at FROM mention WHERE label IS NOT NULL GROUP BY key, label) l ON l.key = t.key AND l.at = 1
 JOIN (SELECT key, form, ROW_NUMBER() OVER (PARTITION BY key ORDER BY COUNT(*) DESC, form) AS at
  FROM mention GROUP BY key, form) f ON f.key = t.key AND f.at = 1
 WHERE t.at = 1;
CREATE TABLE entity (
    rank INTEGER PRIMARY KEY, key TEXT UNIQUE, type TEXT, curie TEXT, name TEXT,
    mentions INTEGER, documents INTEGER, absent INTEGER, first INTEGER, last INTEGER
);
INSERT INTO entity
SELECT ROW_NUMBER() OVER (ORDER BY documents DESC, mentions DESC, name, key), *
FROM (SELECT m.key AS key, b.type, b.curie, COALESCE(b.label, b.form) AS name,
  COUNT(*) AS mentions, COUNT(DISTINCT m.document) AS documents,
  SUM(m.assertion = 'absent'), MIN(d.year), MAX(d.year)
  FROM mention m JOIN best b ON b.key = m.key JOIN document d ON d.number = m.document
  GROUP BY m.key);
CREATE TABLE seen (rank INTEGER, document INTEGER, unit INTEGER, mentions INTEGER);
INSERT INTO seen SELECT e.rank, m.document, m.unit, COUNT(*) FROM mention m
 JOIN entity e ON e.key = m.key GROUP BY e.rank, m.document, m.unit;
CREATE TABLE yearly (rank INTEGER, year INTEGER, documents INTEGER, mentions INTEGER);
INSERT INTO yearly SELECT s.rank, d.year, COUNT(DISTINCT s.document), SUM(s.mentions) FROM seen s
 JOIN document d ON d.number = s.document GROUP BY s.rank, d.year;
CREATE INDEX yearly_rank ON yearly (rank, year);
"""


@dataclass(frozen=True, slots=True)
class Entity:
    """A concept, or a type and words (``curie`` is None), with its counts.

    ``absent``: mentions that the text negates. ``first`` and ``last`` are years, None where no
    document of it has one.
    """

    rank: int
    type: str
    curie: str | None
    name: str
    mentions: int
    documents: int
    absent: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class TypeCount:
    """A type with its entities, mentions and documents."""

    type: str
    entities: int
    mentions: int
    documents: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entities (by rank) that occur together in ``units`` of documents, or sentences.

    ``lift``: how many times as often as by chance; ``npmi``: the same from -1 to 1 (1: never
    apart); ``g2``: Dunning's likelihood ratio, higher is less by chance, negative where they occur
    together less often than chance has it.
    """

    first: int
    second: int
    units: int
    lift: float
    npmi: float
    g2: float


@dataclass(frozen=True, slots=True)
class Line:
    """A mention in its context, as a concordance shows it."""

    rank: int
    document: str
    year: int | None
    start: int
    end: int
    before: str
    form: str
    behind: str
    assertion: str


@dataclass(frozen=True, slots=True)
class Report:
    """All answers about one tally; each is asked of its database when it is called for."""

    tally: Tally
    _names: dict[int, list[tuple[str, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, tally: Tally) -> Report:
        """Count what was tallied."""
        tally.database.executescript(_STEPS)
        return cls(tally)

    @property
    def _db(self) -> sqlite3.Connection:
        return self.tally.database

    @property
    def total(self) -> int:
        """The number of entities."""
        return int(self._db.execute("SELECT COUNT(*) FROM entity").fetchone()[0])

    def entities(
        self, *, type: str | None = None, aside: Collection[str] = (), most: int = -1
    ) -> Iterator[Entity]:
        """Yield entities by rank, of one type, or of all but those left aside."""
        query = """SELECT rank, type, curie, name, mentions, documents, absent, first, last
            FROM entity WHERE (?1 IS NULL OR type = ?1)
            AND type NOT IN (SELECT value FROM json_each(?2)) ORDER BY rank LIMIT ?3"""
        left = json.dumps(sorted(aside))
        yield from (Entity(*row) for row in self._db.execute(query, (type, left, most)))

    def types(self) -> list[TypeCount]:
        """Return the types, those in most documents first."""
        query = """SELECT e.type, COUNT(DISTINCT e.rank), SUM(s.mentions),
            COUNT(DISTINCT s.document) AS n FROM seen s JOIN entity e ON e.rank = s.rank
            GROUP BY e.type ORDER BY n DESC, e.type"""
        return [TypeCount(*row) for row in self._db.execute(query)]

    def names(self, rank: int) -> list[tuple[str, int]]:
        """Return the commonest forms of an entity in the texts, with their mentions."""
        query = """SELECT m.form, COUNT(*) AS n FROM entity e JOIN mention m ON m.key = e.key
            WHERE e.rank = ? GROUP BY m.form ORDER BY n DESC, m.form LIMIT ?"""
        if rank not in self._names:
            found = [(str(form), int(n)) for form, n in self._db.execute(query, (rank, NAMES))]
            if len(self._names) >= PAIRED:
                return found
            self._names[rank] = found
        return self._names[rank]

    def years(self) -> dict[int | None, tuple[int, int]]:
        """Return documents and mentions by year, in order; those without a year under None."""
        query = """SELECT d.year, COUNT(*), COALESCE(SUM(n), 0) FROM document d LEFT JOIN
            (SELECT document, SUM(mentions) AS n FROM seen GROUP BY document) s
            ON s.document = d.number GROUP BY d.year ORDER BY d.year IS NULL, d.year"""
        return {year: (documents, n) for year, documents, n in self._db.execute(query)}

    def yearly(self, rank: int) -> dict[int | None, tuple[int, int]]:
        """Return an entity's documents and mentions by year, in order."""
        query = """SELECT year, documents, mentions FROM yearly WHERE rank = ?
            ORDER BY year IS NULL, year"""
        return {year: (documents, n) for year, documents, n in self._db.execute(query, (rank,))}

    def type_years(self) -> Iterator[tuple[str, int | None, int, int]]:
        """Yield type, year, documents and mentions."""
        query = """SELECT e.type, d.year, COUNT(DISTINCT s.document), SUM(s.mentions) FROM seen s
            JOIN entity e ON e.rank = s.rank JOIN document d ON d.number = s.document
            GROUP BY e.type, d.year ORDER BY e.type, d.year IS NULL, d.year"""
        yield from self._db.execute(query)

    def pairs(self, *, most: int = PAIRED) -> list[Pair]:
        """Return what occurs together among the first ``most`` entities, commonest first."""
        size = min(most, self.total)
        together: I64 = np.zeros((size, size), np.int64)
        query = "SELECT document, unit, rank FROM seen WHERE rank <= ? ORDER BY document, unit"
        for _, rows in groupby(self._db.execute(query, (size,)), key=lambda row: row[:2]):
            ranks = np.array([row[2] - 1 for row in rows])
            together[np.ix_(ranks, ranks)] += 1
        alone = together.diagonal()
        first, second = np.nonzero(np.triu(together, 1))
        units = self._units()
        found = [
            pair_of(a, b, int(together[a, b]), (int(alone[a]), int(alone[b])), units)
            for a, b in zip(first.tolist(), second.tolist(), strict=True)
        ]
        return sorted(found, key=lambda one: (-one.units, -one.g2, one.first, one.second))

    def _units(self) -> int:
        """Return how many documents, or sentences with a mention, there are."""
        if self.tally.near == "document":
            return self.tally.documents
        query = "SELECT COUNT(*) FROM (SELECT DISTINCT document, unit FROM seen)"
        return int(self._db.execute(query).fetchone()[0])

    def concordance(self, *, most: int, ranks: Collection[int] | None = None) -> Iterator[Line]:
        """Yield up to ``most`` mentions of each entity, by rank; each document's first one first.

        ``most`` below 0: all; ``ranks``: of these entities only.
        """
        query = """SELECT rank, id, year, start, stop, before, form, behind, assertion FROM (
            SELECT e.rank, d.id, d.year, m.*, ROW_NUMBER() OVER (
                PARTITION BY e.rank ORDER BY m.nth, m.document) AS at
            FROM (SELECT rank, key FROM entity
                WHERE ?1 IS NULL OR rank IN (SELECT value FROM json_each(?1))) e
            JOIN mention m ON m.key = e.key JOIN document d ON d.number = m.document)
            WHERE ?2 < 0 OR at <= ?2 ORDER BY rank, at"""
        asked = None if ranks is None else json.dumps(sorted(ranks))
        yield from (Line(*row) for row in self._db.execute(query, (asked, most)))

    def failures(self, *, most: int = -1) -> Iterator[tuple[str, str, str, str]]:
        """Yield id, code, message and hint of the documents that failed."""
        yield from self._db.execute("SELECT * FROM failed LIMIT ?", (most,))


def pair_of(a: int, b: int, both: int, alone: Sequence[int], units: int) -> Pair:
    """Return the pair of two entities (numbered from 0) with its measures."""
    lift = both * units / (alone[0] * alone[1])
    share = both / units
    npmi = 1.0 if share == 1 else math.log(lift) / -math.log(share)
    cells = (both, alone[0] - both, alone[1] - both, units - alone[0] - alone[1] + both)
    rows, columns = (alone[0], units - alone[0]), (alone[1], units - alone[1])
    expected = (rows[0] * columns[0], rows[0] * columns[1], rows[1] * columns[0],
                rows[1] * columns[1])  # fmt: skip
    g2 = 2 * sum(n * math.log(n * units / e) for n, e in zip(cells, expected, strict=True) if n > 0)
    return Pair(a + 1, b + 1, both, lift, npmi, math.copysign(abs(g2), lift - 1))
