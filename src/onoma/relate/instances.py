"""What a relation reader is given and what it says.

An entity is what the ends of relations are: a concept with its mentions in one text, or, where a
corpus ties mentions, a single mention. Pairs are named by the places of their entities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from onoma.types import RelationEvidence, Span


@dataclass(frozen=True, slots=True)
class Entity:
    """A concept, or a mention without one, in a text.

    ``key`` is its CURIE or the mention's id; ``type`` a semantic type; ``spans`` its mentions in
    text order; ``label`` a readable name; ``word`` the corpus's own word for the type.
    """

    key: str
    type: str
    spans: tuple[Span, ...]
    label: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class RelationText:
    """A text with its sentences and entities: what relations are read from."""

    id: str
    text: str
    sentences: tuple[Span, ...]
    entities: tuple[Entity, ...]
    date: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation between two entities of a text, by their places: gold, or found.

    ``kind`` is the task's own word. ``first`` is the subject. A found one has its ``score`` (the
    calibrated chance that it holds) and its ``evidence``, surest first; ``agreement`` is the share
    of an ensemble's members that say the same by themselves, None where the reader is none.
    """

    first: int
    second: int
    kind: str
    score: float = 1.0
    novelty: str = ""
    factuality: str = ""
    trigger: Span | None = None
    evidence: tuple[RelationEvidence, ...] = ()
    agreement: float | None = None


class Relater(Protocol):
    """Reads the relations of texts: one of the parts that ``onoma eval relation`` compares."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text, in the order of the texts; below a border none."""
