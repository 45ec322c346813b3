"""What the suite gives: scores by task and kind, with intervals, and its record."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onoma import __version__
from onoma.eval.suite.parts import KINDS, Miss
from onoma.metrics import Estimate

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """A task as it was run: ``sizes`` are texts and scored units, ``files`` have checksums."""

    name: str
    kind: str
    about: str
    folder: str
    licence: str
    measure: str
    texts: int
    units: int
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SystemScores:
    """What a system reached: all measures of each task, the mean of each kind and of the kinds."""

    name: str
    about: Mapping[str, str]
    seconds: float
    texts: int
    tasks: Mapping[str, Mapping[str, Estimate]]
    kinds: Mapping[str, Estimate]
    misses: Mapping[str, tuple[Miss, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A system less another one, by task, kind and over all; the leading measures."""

    first: str
    second: str
    values: Mapping[str, Estimate]
    p: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """A run of the suite; ``skipped`` has the reason by task."""

    tasks: tuple[TaskInfo, ...]
    systems: tuple[SystemScores, ...]
    differences: tuple[Difference, ...]
    skipped: Mapping[str, str]
    seed: int
    samples: int
    command: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that were run, in their order."""
        there = {task.kind for task in self.tasks}
        return tuple(kind for kind in KINDS if kind in there)


def suite_record(result: SuiteResult) -> dict[str, Any]:
    """Return a result as plain values for JSON."""
    return {
        "schema": SCHEMA,
        "onoma": __version__,
        "task": "suite",
        "command": result.command,
        "seed": result.seed,
        "samples": result.samples,
        "tasks": [
            {
                "name": task.name, "kind": task.kind, "about": task.about,
                "folder": task.folder or "the vocabulary that ships", "licence": task.licence,
                "measure": task.measure, "texts": task.texts, "units": task.units,
                "files": dict(task.files),
            }
            for task in result.tasks
        ],
        "skipped": dict(result.skipped),
        "systems": [
            {
                "name": one.name, "about": dict(one.about),
                "cpu_seconds": round(one.seconds, 2), "texts": one.texts,
                "tasks": {
                    name: {measure: _estimate(value) for measure, value in found.items()}
                    for name, found in one.tasks.items()
                },
                "kinds": {name: _estimate(value) for name, value in one.kinds.items()},
            }
            for one in result.systems
        ],
        "differences": [
            {
                "first": one.first, "second": one.second,
                "values": {name: _estimate(value) for name, value in one.values.items()},
                "p": {name: round(value, 6) for name, value in one.p.items()},
            }
            for one in result.differences
        ],
    }  # fmt: skip


def _estimate(one: Estimate) -> dict[str, float | None]:
    parts = {"value": one.value, "low": one.low, "high": one.high}
    return {name: None if math.isnan(part) else round(part, 6) for name, part in parts.items()}
