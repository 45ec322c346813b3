"""A part of a vocabulary: concepts with all below them, named outright or by a topic.

Topics are kept in ``data/topics.toml``; each is a list of concepts of the core.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from onoma.errors import InputError, UnknownName
from onoma.ontology.listing import Listing
from onoma.types import Concept


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject with the concepts that stand, each with all below it, for it."""

    name: str
    about: str
    below: tuple[str, ...]


def topics() -> list[Topic]:
    """Return the topics, by name."""
    text = (resources.files("onoma") / "data" / "topics.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    return [Topic(name, row["about"], tuple(row["below"])) for name, row in sorted(rows.items())]


def concepts_of(name: str) -> tuple[str, ...]:
    """Return the concepts of a topic, or of all topics whose names begin with this one.

    Raises: UnknownName: there is no such topic.
    """
    found = [one for one in topics() if f"{one.name}-".startswith(f"{name}-")]
    if not found:
        raise UnknownName("topic", name, [one.name for one in topics()])
    return tuple(dict.fromkeys(curie for one in found for curie in one.below))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of a listing's concepts, without parents that are not among them."""

    whole: Iterable[Concept]
    kept: frozenset[str]

    def __iter__(self) -> Iterator[Concept]:
        for concept in self.whole:
            if concept.curie in self.kept:
                parents = tuple(one for one in concept.parents if one in self.kept)
                yield replace(concept, parents=parents)


def part_below(listing: Listing, curies: Sequence[str]) -> Listing:
    """Return the part of a vocabulary that these concepts and all below them make.

    Raises: InputError: the vocabulary has none of one of them.
    """
    known = {concept.curie for concept in listing.heads() if not concept.is_obsolete}
    children: dict[str, list[str]] = {}
    for child, parent in listing.links():
        if child in known:
            children.setdefault(parent, []).append(child)
    missing = [curie for curie in curies if curie not in known]
    if missing:
        raise InputError(
            f"{listing.name or 'the vocabulary'} has no concept {', '.join(missing)}",
            hint="look it up: onoma concept CURIE",
        )
    kept, layer = set(curies), list(curies)
    while layer:
        layer = [child for one in layer for child in children.get(one, ()) if child not in kept]
        kept.update(layer)
    retired = {old: new for old, new in listing.retired.items() if new in kept}
    part = _Part(listing.concepts, frozenset(kept))
    return Listing(listing.name, listing.version, listing.licence, part, retired)
