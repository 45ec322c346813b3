"""The tasks of relation reading: which kinds of relation, between which types, in whose words.

``data/relate/tasks.toml`` has a row a task. A task is what one corpus asks; its kinds are the
corpus's own words, each with the Biolink predicate (and qualifiers) that says the same.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from onoma.errors import UnknownName
from onoma.types import Fields

TypePair = tuple[str, str]

WIDER = {"drug": "chemical", "protein": "gene", "microbe": "organism", "phenotype": "disease"}
"""A type that also stands where its wider one is asked for: a drug is a chemical."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of relation in a corpus's word, with what Biolink calls it.

    ``is_turned``: the statement's subject is the second entity (``has_substrate`` for a chemical
    that is the substrate of an enzyme). ``qualifiers`` are Biolink's, as (slot, value).
    """

    name: str
    predicate: str
    is_directed: bool = True
    is_evaluated: bool = True
    is_turned: bool = False
    qualifiers: Fields = ()


@dataclass(frozen=True, slots=True)
class RelationTask:
    """What is asked: kinds of relation between entities of certain types.

    ``level`` is ``document`` (any two entities of a text) or ``sentence`` (two that have mentions
    in one). ``unit`` is ``concept`` or ``mention``. ``ships`` says whether weights trained on the
    corpus may ship: ``yes``, ``noted`` (with a word on its licence) or ``no``. ``word_pairs`` are
    pairs in the corpus's own words for types; they decide where both entities have such a word.
    """

    name: str
    corpus: str
    level: Literal["document", "sentence"]
    unit: Literal["concept", "mention"]
    ships: Literal["yes", "noted", "no"]
    pairs: tuple[TypePair, ...]
    kinds: tuple[Kind, ...]
    word_pairs: tuple[TypePair, ...] = ()

    @property
    def evaluated(self) -> tuple[str, ...]:
        """The names of the kinds that the corpus's measure counts, in order."""
        return tuple(kind.name for kind in self.kinds if kind.is_evaluated)

    @property
    def is_directed(self) -> bool:
        """Whether the order of two entities says something in any kind."""
        return any(kind.is_directed for kind in self.kinds)

    def kind(self, name: str) -> Kind:
        """Return the kind of this name.

        Raises: UnknownName: the task has none.
        """
        for kind in self.kinds:
            if kind.name == name:
                return kind
        raise UnknownName(f"kind of {self.name}", name, [kind.name for kind in self.kinds])


@functools.cache
def relation_tasks() -> tuple[RelationTask, ...]:
    """Return the rows of the table in its order."""
    place = files("onoma") / "data" / "relate" / "tasks.toml"
    return tuple(map(_task, tomllib.loads(place.read_text(encoding="utf-8"))["task"]))


def relation_task(name: str) -> RelationTask:
    """Return the task of this name, or the one of a corpus of this name.

    Raises: UnknownName: there is none.
    """
    for task in relation_tasks():
        if name in (task.name, task.corpus):
            return task
    raise UnknownName("relation task", name, [task.name for task in relation_tasks()])


def _task(row: dict[str, Any]) -> RelationTask:
    kinds = tuple(
        Kind(**one | {"qualifiers": _pairs(one.get("qualifiers", ()))}) for one in row["kind"]
    )
    return RelationTask(
        row["name"], row["corpus"], row["level"], row["unit"], row["ships"], _pairs(row["pairs"]),
        kinds, _pairs(row.get("word_pairs", ())),
    )  # fmt: skip


def _pairs(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in rows)
