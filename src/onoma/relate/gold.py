"""Texts whose relations are known: what relation readers learn from and are measured on."""

from __future__ import annotations

from dataclasses import dataclass

from onoma.relate.instances import RelationText, Tie
from onoma.relate.tasks import RelationTask


@dataclass(frozen=True, slots=True)
class GoldText:
    """A text with the relations that its annotators marked.

    Kinds that a task does not evaluate may be among them. A pair may have several kinds.
    """

    text: RelationText
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class RelationCorpus:
    """A task's texts to learn from and to measure on."""

    task: RelationTask
    train: tuple[GoldText, ...]
    dev: tuple[GoldText, ...]
