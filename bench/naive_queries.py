"""Random records, random queries, and the plainest way to say which records a query finds.

Nothing here shares code with the compiler of queries: words are cut by a regular expression,
proximity tries every choice of places, hierarchies are climbed parent by parent. So the two can be
held against each other.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from onoma.ontology.store import ConceptStore
from onoma.search.query.tree import (
    All,
    And,
    ConceptTerm,
    DateRange,
    FieldExists,
    Heading,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    RelationTerm,
    Term,
    TypeTerm,
    Wildcard,
    Word,
)

WORDS = (
    "cat", "cats", "cart", "carter", "care", "cared", "caring", "cure", "cured", "lung", "lungs",
    "heart", "hearts", "hearth", "blood", "bloods", "b12", "il", "il6", "6", "beta", "betas",
    "block", "blocks", "blocker", "the", "of", "and", "in", "not", "trial", "trials", "tried",
    "treat", "treats", "treated", "treatment", "randomized", "randomised", "colour", "color",
    "fever", "fevers", "x", "y", "z",
)  # fmt: skip
SUBHEADINGS = ("drug therapy", "diagnosis", "therapy")
PREDICATES = ("treats", "causes")


@dataclass(slots=True)
class Record:
    """A record of random words."""

    key: int
    title: list[str]
    abstract: list[str]
    keywords: list[list[str]]
    headings: list[tuple[str, str, list[tuple[str, bool]], bool]]
    date: str
    concepts: list[tuple[str, str]]
    relations: list[tuple[tuple[str, str], str, tuple[str, str]]]
    publication: str
    cut: dict[str, list[str]] = field(default_factory=dict)


def random_records(
    count: int, concepts: Sequence[tuple[str, str, str]], rng: random.Random
) -> list[Record]:
    """Return records; ``concepts`` are (CURIE, label, type) to choose from."""
    weights = [1 / (place + 1) for place in range(len(WORDS))]
    mesh = [(curie, label) for curie, label, _ in concepts if curie.startswith("MESH:D")]
    order = list(WORDS)
    rng.shuffle(order)

    def drawn(low: int, high: int) -> list[str]:
        return rng.choices(order, weights, k=rng.randint(low, high))

    records = []
    for key in range(1, count + 1):
        named = [rng.choice(concepts) for _ in range(rng.randint(0, 2))]
        headings = []
        if rng.random() < 0.6:
            for curie, label in rng.sample(mesh, rng.randint(1, 2)):
                below = [(one, rng.random() < 0.3) for one in SUBHEADINGS if rng.random() < 0.3]
                headings.append((label, curie, below, rng.random() < 0.3))
        year, month, day = rng.randint(2000, 2005), rng.randint(1, 12), rng.randint(1, 28)
        whole = f"{year}-{month:02d}-{day:02d}"
        relations = []
        if len(named) == 2 and rng.random() < 0.5:
            (left, _, kind), (right, _, other) = named
            relations.append(((left, kind), rng.choice(PREDICATES), (right, other)))
        records.append(
            Record(
                key,
                drawn(1, 6),
                drawn(3, 30) if rng.random() < 0.9 else [],
                [drawn(1, 2) for _ in range(rng.randint(0, 2))],
                headings,
                whole[: rng.choice((4, 7, 10))] if rng.random() < 0.9 else "",
                [(curie, kind) for curie, _, kind in named],
                relations,
                rng.choice(("Randomized Controlled Trial", "Review", "Letter")),
            )
        )
    return records


def tables_of(records: Sequence[Record]) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return the records as the tables of a corpus: documents, mentions, relations."""
    documents, mentions, relations = [], [], []
    for one in records:
        title, abstract = " ".join(one.title), " ".join(one.abstract)
        text = f"{title}\n{abstract}" if abstract else title
        passages = [{"start": 0, "end": len(title), "kind": "title"}]
        if abstract:
            passages.append({"start": len(title) + 1, "end": len(text), "kind": "abstract"})
        said = [("publication_type", one.publication)]
        said += [("keyword", " ".join(words)) for words in one.keywords]
        for label, curie, below, is_major in one.headings:
            parts = [("*" if is_major else "") + label]
            parts += [("*" if starred else "") + name for name, starred in below]
            said.append(("mesh", f"{curie} {'/'.join(parts)}"))
        documents.append(
            {
                "key": one.key, "id": f"r{one.key}", "text": text, "passages": passages,
                "date": one.date or None, "year": int(one.date[:4]) if one.date else None,
                "language": "en", "source": "random",
                "metadata": [{"name": name, "value": value} for name, value in said],
            }
        )  # fmt: skip
        for curie, kind in one.concepts:
            mentions.append({"key": one.key, "curie": curie, "assertion": "present", "type": kind})
        for (left, left_type), predicate, (right, right_type) in one.relations:
            relations.append(
                {
                    "key": one.key, "predicate": predicate, "subject": left, "object": right,
                    "subject_type": left_type, "object_type": right_type,
                    "factuality": "",
                }
            )  # fmt: skip
    strings = ("predicate", "subject", "object", "subject_type", "object_type", "factuality")
    return (
        pa.Table.from_pylist(documents),
        pa.Table.from_pylist(
            mentions,
            pa.schema(
                [("key", pa.int64())] + [(n, pa.string()) for n in ("curie", "assertion", "type")]
            ),
        ),
        pa.Table.from_pylist(
            relations, pa.schema([("key", pa.int64())] + [(name, pa.string()) for name in strings])
        ),
    )


class Naive:
    """Says which records a tree finds, record by record."""

    def __init__(self, store: ConceptStore, concepts: Sequence[tuple[str, str, str]]) -> None:
        """Take the vocabulary, and the concepts (CURIE, label, type) that queries name."""
        self.store = store
        self.headings = {label: curie for curie, label, _ in concepts}
        self._above: dict[str, frozenset[str]] = {}
        self._same: dict[str, frozenset[str]] = {}
        self._texts: dict[int, dict[str, list[str | None]]] = {}

    def find(self, tree: Node, records: Sequence[Record]) -> set[int]:
        """Return the keys of the records that a tree finds."""
        return {one.key for one in records if self.matches(tree, one)}

    def matches(self, node: Node, record: Record) -> bool:
        """Return whether a tree finds a record."""
        if isinstance(node, And):
            return all(self.matches(part, record) for part in node.parts)
        if isinstance(node, Or):
            return any(self.matches(part, record) for part in node.parts)
        if isinstance(node, Not):
            return self.matches(node.kept, record) and not self.matches(node.dropped, record)
        if isinstance(node, Term | Prefix | Wildcard | Phrase | Near):
            if node.fields == ("publication",):
                assert isinstance(node, Phrase)
                said = " ".join(part.text for part in node.parts)
                return said.lower() == record.publication.lower()
            texts = self.texts(record)
            names = node.fields or ("title", "abstract", "keyword", "heading")
            return any(bool(list(stretches(node, texts[name]))) for name in names)
        return self._meant(node, record)

    def _meant(self, node: Node, record: Record) -> bool:
        if isinstance(node, Heading):
            return self._heading(node, record)
        if isinstance(node, ConceptTerm):
            return any(self._names(curie, node) for curie, _ in record.concepts)
        if isinstance(node, TypeTerm):
            return any(kind == node.type for _, kind in record.concepts)
        if isinstance(node, RelationTerm):
            return any(
                node.predicate in ("?", predicate)
                and self._ends(left, node.subject)
                and self._ends(right, node.object)
                for left, predicate, right in record.relations
            )
        if isinstance(node, DateRange):
            return _between(record.date, node.first, node.last)
        if isinstance(node, FieldExists):
            texts = self.texts(record) | {"date": [record.date] if record.date else []}
            return bool(texts[node.name])
        assert isinstance(node, All)
        return True

    def _ends(self, end: tuple[str, str], asked: ConceptTerm | TypeTerm | None) -> bool:
        if asked is None:
            return True
        if isinstance(asked, TypeTerm):
            return end[1] == asked.type
        return self._names(end[0], asked)

    def _names(self, curie: str, asked: ConceptTerm) -> bool:
        """Return whether a concept found is the one asked for, or below it."""
        wanted = self.same(asked.name)
        if not asked.expanded:
            return curie in wanted
        return any(bool(wanted & ({one} | self.above(one))) for one in self.same(curie))

    def _heading(self, node: Heading, record: Record) -> bool:
        if record.headings:
            return any(self._assigned(node, heading) for heading in record.headings)
        if not node.name:
            return False
        asked = ConceptTerm(self._curie(node.name), node.explode)
        return any(self._names(curie, asked) for curie, _ in record.concepts)

    def _assigned(
        self, node: Heading, heading: tuple[str, str, list[tuple[str, bool]], bool]
    ) -> bool:
        _, curie, below, is_major = heading
        if node.name:
            wanted = self._curie(node.name)
            if curie != wanted and not (node.explode and wanted in self.above(curie)):
                return False
        found = (
            [starred or is_major for name, starred in below if name in node.subheadings]
            if node.subheadings
            else [is_major or any(starred for _, starred in below)]
        )
        return any(found) if node.major else bool(found)

    def _curie(self, name: str) -> str:
        return self.headings[name]

    def above(self, curie: str) -> frozenset[str]:
        """Return all above a concept, found parent by parent."""
        if curie not in self._above:
            parents = self.store.concept(curie).parents
            climbed = [self.above(one) for one in parents]
            self._above[curie] = frozenset(parents).union(*climbed)
        return self._above[curie]

    def same(self, curie: str) -> frozenset[str]:
        """Return a concept with those that are exactly the same, as far as the store has them."""
        if curie not in self._same:
            exact = {one.curie for one in self.store.concept(curie).equivalents if one.is_exact}
            known = {one for one in exact if self.store.curies.find(one) >= 0}
            self._same[curie] = frozenset({curie} | known)
        return self._same[curie]

    def texts(self, record: Record) -> dict[str, list[str | None]]:
        """Return the words of each field; between values of a field there is a hole."""
        if record.key not in self._texts:
            headings = [
                re.findall("[a-z0-9]+", " ".join((label, *(name for name, _ in below))).lower())
                for label, _, below, _ in record.headings
            ]
            self._texts[record.key] = {
                "title": list(record.title),
                "abstract": list(record.abstract),
                "keyword": _holed(record.keywords),
                "heading": _holed(headings),
            }
        return self._texts[record.key]


def _holed(values: Sequence[Sequence[str]]) -> list[str | None]:
    out: list[str | None] = []
    for value in values:
        out += [None] if out else []
        out += value
    return out


def _between(date: str, first: str, last: str) -> bool:
    """Return whether a date lies in a range; a month or day that is not known comes first."""
    if not date:
        return False
    whole = (date + "-00-00")[:10]
    low = (first + "-00-00")[:10] if first else ""
    high = (last + "-99-99")[:10] if last else "9999"
    return low <= whole <= high


def pattern(word: Word) -> list[re.Pattern[str]]:
    """Return what a word means, token by token."""
    signs = {"*": ".*", "?": ".?", "#": "."}
    cut = re.findall("[A-Za-z0-9*?#]+", word.text)
    out = ["".join(signs.get(char, char.lower()) for char in one) for one in cut]
    if isinstance(word, Prefix):
        out[-1] += ".*" if word.most is None else f".{{0,{word.most}}}"
    return [re.compile(one) for one in out]


def stretches(node: Node, text: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    """Yield where a word, phrase or proximity stands in a text: first place and the one behind."""
    if isinstance(node, Term | Prefix | Wildcard | Phrase):
        parts = node.parts if isinstance(node, Phrase) else (node,)
        row = [one for part in parts for one in pattern(part)]
        for start in range(len(text) - len(row) + 1):
            here = text[start : start + len(row)]
            if all(
                word is not None and one.fullmatch(word)
                for one, word in zip(row, here, strict=True)
            ):
                yield start, start + len(row)
    elif isinstance(node, Or):
        for part in node.parts:
            yield from stretches(part, text)
    elif isinstance(node, Near):
        choices = [sorted(set(stretches(part, text))) for part in node.parts]
        for chosen in itertools.product(*choices):
            ordered = sorted(chosen)
            if node.ordered and list(chosen) != ordered:
                continue
            if any(left[1] > right[0] for left, right in itertools.pairwise(ordered)):
                continue
            taken = sum(end - start for start, end in chosen)
            if ordered[-1][1] - ordered[0][0] - taken <= node.gap:
                yield ordered[0][0], ordered[-1][1]


class RandomTrees:
    """Draws trees about random records."""

    def __init__(self, concepts: Sequence[tuple[str, str, str]], rng: random.Random) -> None:
        """Take the concepts (CURIE, label, type) to ask for."""
        self.concepts = concepts
        self.mesh = [label for curie, label, _ in concepts if curie.startswith("MESH:D")]
        self.rng = rng

    def tree(self, depth: int = 3) -> Node:
        """Return a tree of at most this depth."""
        rng = self.rng
        if depth == 0 or rng.random() < 0.3:
            return self.leaf()
        if rng.random() < 0.2:
            return Not(self.tree(depth - 1), self.tree(depth - 1))
        kind = rng.choice((And, Or))
        return kind(tuple(self.tree(depth - 1) for _ in range(rng.randint(2, 3))))

    def word(self) -> Word:
        """Return a word, prefix or wildcard."""
        rng = self.rng
        word = rng.choice(WORDS)
        kind = rng.random()
        if kind < 0.6 or len(word) < 3:
            return Term(word if rng.random() < 0.8 else word.upper())
        if kind < 0.8:
            most = rng.choice((None, None, 1, 2))
            return Prefix(word[: rng.randint(2, len(word))], most=most)
        place = rng.randint(1, len(word) - 1)
        sign = rng.choice("?#")
        return Wildcard(word[:place] + sign + word[place + rng.randint(0, 1) :])

    def words(self) -> Word | Phrase:
        """Return a word or phrase."""
        if self.rng.random() < 0.7:
            return self.word()
        return Phrase(tuple(self.word() for _ in range(self.rng.randint(2, 3))))

    def part(self) -> Node:
        """Return a part of a proximity search."""
        kind = self.rng.random()
        if kind < 0.75:
            return self.words()
        if kind < 0.9:
            return Or((self.words(), self.words()))
        return Near((self.word(), self.word()), self.rng.randint(0, 2), self.rng.random() < 0.5)

    def fields(self) -> tuple[str, ...]:
        """Return fields to look in."""
        every = (
            (),
            (),
            ("title",),
            ("abstract",),
            ("title", "abstract"),
            ("keyword",),
            ("heading",),
        )
        return self.rng.choice(every)

    def leaf(self) -> Node:
        """Return a leaf of any kind."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.45:
            return _in(self.words(), self.fields())
        if kind < 0.6:
            parts = tuple(self.part() for _ in range(rng.choice((2, 2, 2, 3))))
            return Near(parts, rng.randint(0, 4), rng.random() < 0.4, self.fields())
        if kind < 0.7:
            below = tuple(one for one in SUBHEADINGS if rng.random() < 0.2)
            name = rng.choice(self.mesh) if not below or rng.random() < 0.8 else ""
            return Heading(name, rng.random() < 0.6, below, rng.random() < 0.2)
        curie, _, type_ = rng.choice(self.concepts)
        if kind < 0.8:
            return ConceptTerm(curie, rng.random() < 0.7)
        if kind < 0.86:
            ends = [self.end(), self.end()]
            verb = rng.choice((*PREDICATES, "?"))
            return RelationTerm(ends[0] or ConceptTerm(curie), verb, ends[1])
        if kind < 0.94:
            return self.dates()
        filled = FieldExists(rng.choice(("abstract", "keyword", "heading", "date")))
        trial = Phrase((Term("randomized"), Term("Controlled"), Term("trial")), ("publication",))
        others: tuple[Node, ...] = (TypeTerm(type_), filled, All(), trial)
        return rng.choice(others)

    def end(self) -> ConceptTerm | TypeTerm | None:
        """Return an end of a relation."""
        curie, _, type_ = self.rng.choice(self.concepts)
        return self.rng.choice((None, TypeTerm(type_), ConceptTerm(curie, self.rng.random() < 0.7)))

    def dates(self) -> DateRange:
        """Return a range of dates, perhaps open."""
        rng = self.rng
        ends = sorted(
            f"{rng.randint(2000, 2005)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            for _ in range(2)
        )
        first, last = (one[: rng.choice((4, 7, 10))] for one in ends)
        return rng.choice((DateRange(first, last), DateRange(first, ""), DateRange("", last)))


def _in(node: Word | Phrase, fields: tuple[str, ...]) -> Node:
    if isinstance(node, Phrase):
        return Phrase(node.parts, fields)
    if isinstance(node, Prefix):
        return Prefix(node.text, fields, node.most)
    return Wildcard(node.text, fields) if isinstance(node, Wildcard) else Term(node.text, fields)
