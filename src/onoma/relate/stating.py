"""Ties as relations: in Biolink's words, one for each pair of concepts and what contradicts it.

Readings of the same two by several tasks are weighed together: of those that say the same thing the
surest leads, and a general predicate (``associated_with``) gives way to an exact one. What
contradicts the leading one (``treats``, ``causes``) is kept beside it; the rest is in the metadata
(``also``). Source: Wei et al. 2024, PubTator 3.0, for what BioRED's correlations are called between
a chemical and a disease (``treats``, ``causes``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from onoma.relate.predicates import GENERAL, are_contrary, canonical_predicate, predicates
from onoma.relate.tasks import WIDER, Kind, relation_tasks
from onoma.types import Argument, Fields, Relation, RelationEvidence, Span

ALSO = "also"
"""The metadata name of readings of the same pair that say no more than the leading one."""
AGREEMENT = "agreement"
"""The metadata name of the share of an ensemble's members that say a relation by themselves.

Confidence already knows it (``docs/relations.md``): it is told, not multiplied in.
"""
MOST_EVIDENCE = 5  # passages kept of a relation

_BY_TYPES = {
    ("biored/Positive_Correlation", "chemical", "disease"): "causes",
    ("biored/Negative_Correlation", "chemical", "disease"): "treats",
}
"""What a kind is called between entities of two types, where that says more than its own word."""

_OF_WORDS = {
    "saying/causes": "causes",
    "saying/hinders": "treats",
    "saying/prevents": "preventative_for_condition",
}
"""What is called of what words say anew (``guarding``)."""

_SETTLED: dict[str, tuple[str, ...]] = {
    "ameliorates_condition": ("hinders", "prevents"),
    "causes": ("causes", "enables"),
    "exacerbates": ("enables", "causes"),
    "predisposes_to_condition": ("enables", "causes"),
    "preventative_for_condition": ("prevents", "hinders"),
    "treats": ("hinders", "prevents"),
}
"""The causal classes that a predicate allows; it means the first where another one is read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A tie in a document: who, what kind, how sure, where; ends are CURIEs or mention ids."""

    subject: str
    object: str
    types: tuple[str, str]
    kind: str
    score: float
    novelty: str = ""
    factuality: str = ""
    causality: str = ""
    is_explicit: bool | None = None
    trigger: Span | None = None
    evidence: tuple[RelationEvidence, ...] = ()
    agreement: float | None = None


@dataclass(frozen=True, slots=True)
class _Stated:
    """A reading with its predicate, subject first."""

    predicate: str
    is_directed: bool
    reading: Reading
    metadata: Fields = ()

    @property
    def ends(self) -> tuple[str, str]:
        return self.reading.subject, self.reading.object

    @property
    def key(self) -> tuple[str, str, str]:
        first, second = self.ends
        if not self.is_directed and second < first:
            first, second = second, first
        return self.predicate, first, second

    @property
    def is_general(self) -> bool:
        return self.predicate in GENERAL


def relations_of(readings: Iterable[Reading], *, found_by: str) -> tuple[Relation, ...]:
    """Return the relations of a document, the surest first; their ids are ``R1``, ``R2`` ..."""
    same: dict[tuple[str, str, str], list[_Stated]] = defaultdict(list)
    for one in map(_stated, readings):
        same[one.key].append(one)
    pairs: dict[frozenset[str], list[_Stated]] = defaultdict(list)
    for group in same.values():
        whole = _joined(group)
        pairs[frozenset(whole.ends)].append(whole)
    kept = [one for group in pairs.values() for one in _settled(group)]
    kept.sort(key=lambda one: (-one.reading.score, _place(one.reading)))
    return tuple(_relation(one, f"R{n}", found_by) for n, one in enumerate(kept, 1))


@cache
def find_kind(name: str) -> tuple[str, Kind] | None:
    """Return a kind with its name in full (``cid/CID``), by that or by its own word; None: unknown.

    >>> find_kind("CID")[0], find_kind("chemprot/CPR:4")[1].predicate
    ('cid/CID', 'downregulates')
    """
    wanted, _, word = name.rpartition("/")
    for task in relation_tasks():
        for kind in task.kinds:
            full = f"{task.name}/{kind.name}"
            if name in (full, kind.name) or (wanted == task.corpus and word == kind.name):
                return full, kind
    return None


def predicate_of(kind: str, types: tuple[str, str]) -> str:
    """Return what a kind is called between a subject and an object of these types."""
    found = find_kind(kind)
    if found is None:
        return _OF_WORDS.get(kind) or canonical_predicate(kind.rpartition("/")[2])
    first, second = (WIDER.get(name, name) for name in types)
    return _BY_TYPES.get((found[0], first, second)) or found[1].predicate


def _stated(reading: Reading) -> _Stated:
    """Return a reading in Biolink's words; a kind that no task has is its own predicate."""
    found = find_kind(reading.kind)
    if found is None:
        predicate = predicate_of(reading.kind, reading.types)
        known = predicates().get(predicate)
        return _Stated(predicate, known is None or not known.is_symmetric, reading)
    full, kind = found
    reading = replace(reading, kind=full)
    first, second = (WIDER.get(name, name) for name in reading.types)
    for key, is_turned in (((full, first, second), False), ((full, second, first), True)):
        predicate = _BY_TYPES.get(key, "")
        if predicate:
            return _Stated(predicate, True, _turned(reading) if is_turned else reading)
    reading = _turned(reading) if kind.is_turned else reading
    return _Stated(kind.predicate, kind.is_directed, reading, kind.qualifiers)


def _turned(reading: Reading) -> Reading:
    evidence = tuple(
        replace(one, subject=one.object, object=one.subject) for one in reading.evidence
    )
    return replace(
        reading, subject=reading.object, object=reading.subject, types=reading.types[::-1],
        evidence=evidence,
    )  # fmt: skip


def _joined(group: Sequence[_Stated]) -> _Stated:
    """Return readings of one statement as one: the surest, with the evidence of all."""
    group = sorted(group, key=lambda one: -one.reading.score)
    lead = group[0]
    if len(group) == 1:
        return lead
    own = [one.reading if one.ends == lead.ends else _turned(one.reading) for one in group]
    every = sorted((e for one in own for e in one.evidence), key=lambda one: -one.score)
    first: dict[tuple[Span, ...], RelationEvidence] = {}
    for place in every:
        first.setdefault(((place.start, place.end), place.subject, place.object), place)
    others = [_also(one) for one in group[1:] if one.reading.kind != lead.reading.kind]
    reading = replace(
        own[0],
        novelty=_first(one.novelty for one in own),
        factuality=_first(one.factuality for one in own),
        causality=_first(one.causality for one in own),
        trigger=next((one.trigger for one in own if one.trigger is not None), None),
        is_explicit=next((one.is_explicit for one in own if one.is_explicit is not None), None),
        evidence=tuple(first.values())[:MOST_EVIDENCE],
    )
    return replace(lead, reading=reading, metadata=(*lead.metadata, *others))


def _first(words: Iterable[str]) -> str:
    return next(filter(None, words), "")


def _also(one: _Stated) -> tuple[str, str]:
    return ALSO, f"{one.predicate} {one.reading.kind} {one.reading.score:.4f}"


def _settled(group: Sequence[_Stated]) -> Iterator[_Stated]:
    """Yield of the statements of one pair the best, and those that contradict it or turn it."""
    ordered = sorted(group, key=lambda one: (one.is_general, -one.reading.score))
    lead, rest = ordered[0], ordered[1:]
    kept = [one for one in rest if _is_other(lead, one)]
    others = tuple(_also(one) for one in rest if one not in kept)
    novelty = lead.reading.novelty or _first(one.reading.novelty for one in rest)
    yield replace(
        lead,
        reading=replace(lead.reading, novelty=novelty),
        metadata=(*lead.metadata, *others),
    )
    yield from kept


def _is_other(lead: _Stated, one: _Stated) -> bool:
    """Say whether a statement of the same pair says something that the leading one does not."""
    if are_contrary(lead.predicate, one.predicate):
        return True
    is_turned = lead.ends != one.ends
    return is_turned and lead.is_directed and one.is_directed and not one.is_general


def _causality(predicate: str, read: str) -> str:
    allowed = _SETTLED.get(predicate, ())
    return read if not allowed or read in allowed else allowed[0]


def _place(reading: Reading) -> int:
    return min((one.start for one in reading.evidence), default=0)


def _relation(one: _Stated, own_id: str, found_by: str) -> Relation:
    said = one.reading
    return Relation(
        one.predicate,
        (Argument("subject", said.subject), Argument("object", said.object)),
        own_id,
        metadata=(*one.metadata, *_agreement(said)),
        kind=said.kind,
        confidence=said.score,
        novelty=said.novelty,
        factuality=said.factuality,
        causality=_causality(one.predicate, said.causality),
        is_explicit=said.is_explicit,
        trigger_span=said.trigger,
        evidence=said.evidence,
        found_by=found_by,
    )


def _agreement(reading: Reading) -> Fields:
    return () if reading.agreement is None else ((AGREEMENT, f"{reading.agreement:g}"),)
