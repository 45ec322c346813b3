"""Systems that read relations, by name: from counting types to learnt models.

A maker takes a ``Lesson`` (a task and texts whose relations are known) and returns a ``Relater``.
``cooccurrence`` and ``triggers`` learn next to nothing; ``bayes``, ``logistic``, ``forest`` and
``boosting`` learn from features of pairs and need the extra ``train``; ``inference`` ranks kinds
put in words; ``reader`` is the neural one as it ships. Entry points ``onoma.relation_systems`` add
names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from onoma.registry import Registry
from onoma.relate.features import NO_HIERARCHY
from onoma.relate.gold import GoldText
from onoma.relate.instances import Relater
from onoma.relate.pair_numbers import Ancestors
from onoma.relate.tasks import RelationTask


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a system is made from: a task, texts to learn from, and how.

    ``is_even`` asks for as many pairs without a relation as with one. ``above`` gives the keys
    above an entity's in a hierarchy.
    """

    task: RelationTask
    texts: Sequence[GoldText] = ()
    is_even: bool = False
    seed: int = 0
    above: Ancestors = field(default_factory=lambda: NO_HIERARCHY)


Maker = Callable[[Lesson], Relater]

relaters: Registry[Maker] = Registry(
    "relation system",
    group="onoma.relation_systems",
    builtin={
        "bayes": "onoma.relate.systems.learned:make_bayes",
        "boosting": "onoma.relate.systems.learned:make_boosting",
        "cooccurrence": "onoma.relate.systems.cooccurrence:make",
        "forest": "onoma.relate.systems.learned:make_forest",
        "inference": "onoma.relate.systems.inference:make",
        "logistic": "onoma.relate.systems.learned:make_logistic",
        "reader": "onoma.relate.systems.reader:make",
        "triggers": "onoma.relate.systems.triggers:make",
    },
)

__all__ = ["Lesson", "Maker", "relaters"]
