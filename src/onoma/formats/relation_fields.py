"""What Onoma says of a relation besides, as (name, value) strings for formats that have such.

As ``infons`` does for mentions: our names begin with ``onoma:``, and a damaged value stays among
the metadata. Novelty is written in the words that BioRED's files have (``novel``: Novel, No).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from onoma.formats.infons import OWN
from onoma.types import Argument, Fields, Mention, Relation, RelationEvidence, Span

NOVEL = "novel"
NOVELTY_WORDS = {"novel": "Novel", "background": "No"}
_NOVELTY_OF = {word: name for name, word in NOVELTY_WORDS.items()}
_PLAIN = ("kind", "factuality", "causality", "found_by")
_NUMBERS = re.compile(r"[0-9]{1,12}( [0-9]{1,12}){5} [-+.0-9einfa]+")
_SPAN = re.compile(r"([0-9]{1,12}) ([0-9]{1,12})")


def relation_fields(relation: Relation) -> list[tuple[str, str]]:
    """Return what is known of a relation, without predicate, ends, novelty and metadata."""
    fields: list[tuple[str, str | None]] = [
        ("kind", relation.kind or None),
        ("confidence", None if relation.confidence is None else repr(relation.confidence)),
        ("factuality", relation.factuality or None),
        ("causality", relation.causality or None),
        ("explicit", {None: None, True: "yes", False: "no"}[relation.is_explicit]),
        ("trigger_span", _words(relation.trigger_span) if relation.trigger_span else None),
        ("evidence", "; ".join(map(_evidence_words, relation.evidence)) or None),
        ("found_by", relation.found_by or None),
    ]
    return [(OWN + name, value) for name, value in fields if value is not None]


def novelty_fields(relation: Relation) -> list[tuple[str, str]]:
    """Return the field of a relation's novelty, if that is known."""
    word = NOVELTY_WORDS.get(relation.novelty)
    return [] if word is None else [(NOVEL, word)]


def has_details(relation: Relation) -> bool:
    """Say whether more is known of a relation than its ends, predicate and novelty."""
    return bool(relation_fields(relation)) or relation.novelty not in ("", *NOVELTY_WORDS)


def _words(span: Span) -> str:
    return f"{span[0]} {span[1]}"


def _evidence_words(one: RelationEvidence) -> str:
    places = (one.start, one.end, *one.subject, *one.object)
    return " ".join([*map(str, places), repr(one.score)])


def take_fields(relation: Relation, fields: Iterable[tuple[str, str]]) -> Relation:
    """Return the relation with what the fields say; those that are not ours are its metadata."""
    given: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for name, value in fields:
        key = name if name == NOVEL else name.removeprefix(OWN)
        is_ours = name == NOVEL or name.startswith(OWN)
        if is_ours and key not in given and _is_sound(key, value):
            given[key] = value
        else:
            others.append((name, value))
    sure = given.get("confidence")
    explicit = given.get("explicit")
    trigger = given.get("trigger_span")
    return replace(
        relation,
        kind=given.get("kind", ""),
        factuality=given.get("factuality", ""),
        causality=given.get("causality", ""),
        found_by=given.get("found_by", ""),
        confidence=None if sure is None else float(sure),
        novelty=_NOVELTY_OF.get(given.get(NOVEL, ""), ""),
        is_explicit=None if explicit is None else explicit == "yes",
        trigger_span=None if trigger is None else _span(trigger),
        evidence=tuple(_evidence(one) for one in given.get("evidence", "").split("; ") if one),
        metadata=tuple(others),
    )


def _is_sound(key: str, value: str) -> bool:
    if key == NOVEL:
        return value in _NOVELTY_OF
    if key == "explicit":
        return value in ("yes", "no")
    if key == "trigger_span":
        return _SPAN.fullmatch(value) is not None
    if key == "confidence":
        return _is_number(value)
    if key == "evidence":
        return all(
            _NUMBERS.fullmatch(one) and _is_number(one.split()[-1]) for one in value.split("; ")
        )
    return key in _PLAIN and bool(value)


def _is_number(words: str) -> bool:
    try:
        return math.isfinite(float(words))
    except ValueError:
        return False


def _span(words: str) -> Span:
    start, _, end = words.partition(" ")
    return int(start), int(end)


def _evidence(words: str) -> RelationEvidence:
    *places, score = words.split(" ")
    a, b, c, d, e, f = map(int, places)
    return RelationEvidence(a, b, (c, d), (e, f), float(score))


@dataclass(frozen=True, slots=True)
class Anchors:
    """The mentions by which the ends of relations can be named, where only mentions can be."""

    mentions: Sequence[Mention]

    def mention_of(self, relation: Relation, place: int) -> Mention | None:
        """Return a mention of the concept at an end: that of the surest evidence, or the first."""
        target = relation.arguments[place].target
        own = [one for one in self.mentions if target in (one.curie, one.id) and target]
        if relation.evidence and place < 2:
            first = relation.evidence[0]
            span = (first.subject, first.object)[place]
            own.sort(key=lambda one: (one.start, one.end) != span)
        return own[0] if own else None


def anchored_ends(
    relation: Relation, ends: Sequence[str]
) -> tuple[tuple[Argument, ...], list[tuple[str, str]]]:
    """Return the arguments with other targets, and the fields that say what they were."""
    arguments, fields = [], []
    for place, (argument, end) in enumerate(zip(relation.arguments, ends, strict=True), 1):
        arguments.append(Argument(argument.role, end))
        if end != argument.target:
            fields.append((f"{OWN}end{place}", argument.target))
    return tuple(arguments), fields


def restore_ends(relation: Relation) -> Relation:
    """Return a relation with the targets that ``anchored_ends`` replaced."""
    given = dict(relation.metadata)
    names = [f"{OWN}end{place}" for place in range(1, len(relation.arguments) + 1)]
    if not any(name in given for name in names):
        return relation
    arguments = tuple(
        replace(argument, target=given.get(name, argument.target))
        for argument, name in zip(relation.arguments, names, strict=True)
    )
    rest: Fields = tuple(pair for pair in relation.metadata if pair[0] not in names)
    return replace(relation, arguments=arguments, metadata=rest)
