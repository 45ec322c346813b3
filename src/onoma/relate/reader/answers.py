"""Which task answers for a pair of semantic types: the rows of ``data/relate/answers.toml``."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files

from onoma.relate.instances import RelationText
from onoma.relate.tasks import WIDER

Answers = dict[tuple[str, str], tuple[str, ...]]


@functools.cache
def answers() -> Answers:
    """Return the tasks that answer for each pair of types, subject first."""
    place = files("onoma") / "data" / "relate" / "answers.toml"
    rows = tomllib.loads(place.read_text(encoding="utf-8"))["answer"]
    return {tuple(pair): tuple(row["tasks"]) for row in rows for pair in row["pairs"]}


def asked(text: RelationText, task: str) -> set[tuple[int, int]]:
    """Return the pairs of a text's entities for which a task answers."""
    table = answers()
    wanted = {pair for pair, tasks in table.items() if task in tasks}
    types = [entity.type for entity in text.entities]
    return {
        (i, j)
        for i, first in enumerate(types)
        for j, second in enumerate(types)
        if i != j and _row(table, first, second) in wanted
    }


def _row(table: Answers, first: str, second: str) -> tuple[str, str]:
    """Return the pair of types under which a pair is found: its own, or a wider one."""
    pairs = [
        (one, two)
        for one in (first, WIDER.get(first, first))
        for two in (second, WIDER.get(second, second))
    ]
    return next((pair for pair in pairs if pair in table), pairs[0])
