"""Concepts that a text points to without naming them, each with its reason.

What points: the concepts that the text names. To their own preferred name where the text uses
another; to the broader ones above them; to siblings; to what abstracts name along with them; to the
headings that indexers gave to abstracts that name them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from onoma.extract.candidates import Phrase, key_of
from onoma.extract.phrase_features import plain_label, reach
from onoma.extract.phrase_tables import PREFIX, PhraseTables, curie_of, number_of
from onoma.ontology.store import ConceptStore
from onoma.types import AnnotatedDocument

REASONS = ("named otherwise", "broader than", "above what is above", "beside", "named along with",
           "given where one names")  # fmt: skip
ABSENT_FEATURES = (
    *(f"{reason}: {part}" for reason in REASONS for part in ("sum", "best", "times")),
    "how often given", "depth", "concepts below", "words", "words in the text",
)  # fmt: skip
MOST_SIBLINGS = 12  # of a parent with more, none is looked at
CHECK_TAGS = frozenset((
    6801, 8297, 5260, 328, 8875, 368, 369, 293, 2648, 2675,
    7223, 7231, 55815, 818, 11247, 51379, 51381, 2415, 4285, 11817,
))  # fmt: skip
"""Headings that say whom a study was of (Humans, Female, Adult ...): no keyphrases."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A concept, why it is thought of (by the strongest pointer), and what the trees look at."""

    curie: str
    label: str
    reason: str
    row: tuple[float, ...]


@dataclass(slots=True)
class _Pointed:
    sums: list[float] = field(default_factory=lambda: [0.0] * len(REASONS))
    best: list[float] = field(default_factory=lambda: [0.0] * len(REASONS))
    times: list[float] = field(default_factory=lambda: [0.0] * len(REASONS))
    why: tuple[float, int, str] = (-1.0, 0, "")

    def add(self, reason: int, weight: float, source: str) -> None:
        self.sums[reason] += weight
        self.best[reason] = max(self.best[reason], weight)
        self.times[reason] += 1
        self.why = max(self.why, (weight, -reason, source))


def find_absent(
    found: AnnotatedDocument,
    phrases: Sequence[Phrase],
    chances: Sequence[float],
    tables: PhraseTables,
    store: ConceptStore,
) -> list[Absent]:
    """Return the concepts that a document points to; none of them stands in it as a phrase."""
    weights: dict[str, float] = defaultdict(float)
    labels: dict[str, str] = {}
    for phrase, chance in zip(phrases, chances, strict=True):
        for mention in phrase.mentions:
            if number_of(mention.curie) >= 0:
                curie = str(mention.curie)
                weights[curie] = max(weights[curie], chance)
                labels[curie] = mention.label or curie
    pointed: dict[str, _Pointed] = defaultdict(_Pointed)
    for curie, weight in weights.items():
        for reason, target, share in _pointers(curie, tables, store):
            pointed[target].add(reason, weight * share, labels[curie])
    stems = key_of(found.text)
    text = f" {' '.join(stems)} "
    known = frozenset(stems)
    out = []
    for curie, own in pointed.items():
        label = _label(curie, store)
        if label is None or number_of(curie) in CHECK_TAGS:
            continue
        keys = [key_of(label), key_of(plain_label(label))]
        if any(f" {' '.join(key)} " in text for key in keys):
            continue
        out.append(_absent(curie, label, own, (tables, store), known))
    return out


def _absent(
    curie: str,
    label: str,
    own: _Pointed,
    where: tuple[PhraseTables, ConceptStore],
    known: frozenset[str],
) -> Absent:
    tables, store = where
    key = key_of(plain_label(label))
    row = [value for part in zip(own.sums, own.best, own.times, strict=True) for value in part]
    row += [
        tables.usual(number_of(curie)), *reach(curie, store), len(key),
        sum(word in known for word in key) / max(len(key), 1),
    ]  # fmt: skip
    _, reason, source = own.why
    return Absent(curie, label, f"{REASONS[-reason]} {source}".strip(), tuple(row))


def _pointers(
    curie: str, tables: PhraseTables, store: ConceptStore
) -> Iterator[tuple[int, str, float]]:
    """Yield what a concept points to: reason, CURIE, and how strongly, 0 to 1."""
    yield 0, curie, 1.0
    for parent in _parents(curie, store):
        yield 1, parent, 1.0
        for above in _parents(parent, store):
            yield 2, above, 1.0
        siblings = _children(parent, store)
        if len(siblings) <= MOST_SIBLINGS:
            yield from ((3, one, 1.0) for one in siblings if one != curie)
    number = number_of(curie)
    yield from ((4, curie_of(target), share) for target, share in tables.named.of(number))
    yield from ((5, curie_of(target), share) for target, share in tables.given.of(number))


_KEPT: Mapping[str, dict[tuple[str, str], tuple[str, ...]]] = {"parents": {}, "children": {}}
_LABELS: dict[tuple[str, str], str | None] = {}


def _parents(curie: str, store: ConceptStore) -> tuple[str, ...]:
    return _near(curie, store, "parents")


def _children(curie: str, store: ConceptStore) -> tuple[str, ...]:
    return _near(curie, store, "children")


def _near(curie: str, store: ConceptStore, side: str) -> tuple[str, ...]:
    """Return the MeSH headings right above or below one."""
    kept = _KEPT[side]
    key = (store.version, curie)
    if key not in kept:
        row = store.row_of(curie)
        edges = store.parents if side == "parents" else store.children
        rows = edges.of(row).tolist() if row >= 0 else []
        kept[key] = tuple(one for one in store.curies.take(rows) if one.startswith(PREFIX))
    return kept[key]


def _label(curie: str, store: ConceptStore) -> str | None:
    key = (store.version, curie)
    if key not in _LABELS:
        is_there = store.row_of(curie) >= 0
        concept = store.concept(curie) if is_there else None
        _LABELS[key] = concept.label if concept is not None and not concept.is_obsolete else None
    return _LABELS[key]
