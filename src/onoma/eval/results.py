"""The outcome of an evaluation, and its machine-readable record."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onoma import __version__
from onoma.eval.parts import Confusion, Fault, Row
from onoma.metrics import Comparison, Estimate

SCHEMA = 1
KEPT_FAULTS = 200  # of each kind, in the record


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file that was read; ``is_recorded``: as the table has it (None: in no table)."""

    name: str
    sha256: str
    is_recorded: bool | None


@dataclass(frozen=True, slots=True)
class DataInfo:
    """What was scored."""

    name: str
    path: str
    split: str
    items: int
    files: tuple[FileInfo, ...]
    licence: str = ""
    source: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of what is scored stands in the training part."""

    train_items: int
    same_ids: int
    same_texts: int
    names: int
    seen_names: int


@dataclass(frozen=True, slots=True)
class SystemResult:
    """What a system reached; ``shares`` says which measures are shares of 1."""

    name: str
    about: Mapping[str, str]
    seconds: float
    measures: Mapping[str, Estimate]
    shares: Mapping[str, bool]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    confusion: Confusion | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """The comparison of two systems by a measure."""

    first: str
    second: str
    measure: str
    is_share: bool
    found: Comparison


@dataclass(frozen=True, slots=True)
class Result:
    """An evaluation."""

    task: str
    data: DataInfo
    overlap: Overlap | None
    systems: tuple[SystemResult, ...]
    pairings: tuple[Pairing, ...]
    seed: int
    samples: int
    command: str


def record_of(result: Result) -> dict[str, Any]:
    """Return a result as plain values for JSON."""
    data, overlap = result.data, result.overlap
    return {
        "schema": SCHEMA,
        "onoma": __version__,
        "task": result.task,
        "command": result.command,
        "seed": result.seed,
        "samples": result.samples,
        "data": {
            "name": data.name, "path": data.path, "split": data.split, "items": data.items,
            "licence": data.licence, "source": data.source, "cite": data.cite,
            "files": [
                {"name": f.name, "sha256": f.sha256, "as_recorded": f.is_recorded}
                for f in data.files
            ],
        },
        "overlap": None if overlap is None else {
            "train_items": overlap.train_items, "same_ids": overlap.same_ids,
            "same_texts": overlap.same_texts, "names": overlap.names,
            "seen_names": overlap.seen_names,
        },
        "systems": [_system(one) for one in result.systems],
        "comparisons": [_pairing(one) for one in result.pairings],
    }  # fmt: skip


def _number(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else round(value, 6)


def _estimate(one: Estimate) -> dict[str, float | None]:
    return {"value": _number(one.value), "low": _number(one.low), "high": _number(one.high)}


def _system(one: SystemResult) -> dict[str, Any]:
    kept: list[Fault] = []
    counts: dict[str, int] = {}
    listed: dict[str, int] = {}
    for fault in one.faults:
        counts[fault.kind] = counts.get(fault.kind, 0) + fault.count
        listed[fault.kind] = listed.get(fault.kind, 0) + 1
        if listed[fault.kind] <= KEPT_FAULTS:
            kept.append(fault)
    confusion = one.confusion
    return {
        "name": one.name,
        "about": dict(one.about),
        "cpu_seconds": round(one.seconds, 3),
        "measures": {name: _estimate(value) for name, value in one.measures.items()},
        "rows": [
            {
                "name": row.name, "precision": _number(row.score.precision),
                "recall": _number(row.score.recall), "f1": _number(row.score.f1),
                "right": row.score.right, "predicted": row.score.predicted, "gold": row.score.gold,
            }
            for row in one.rows
        ],
        "error_counts": counts,
        "errors": [
            {"kind": f.kind, "surface": f.surface, "gold": f.gold, "predicted": f.predicted,
             "count": f.count, "ids": [example.id for example in f.examples]}
            for f in kept
        ],
        "confusion": None if confusion is None else {
            "labels": list(confusion.labels), "counts": confusion.counts.tolist(),
        },
        "notes": list(one.notes),
    }  # fmt: skip


def _pairing(one: Pairing) -> dict[str, Any]:
    found = one.found
    return {
        "first": one.first, "second": one.second, "measure": one.measure,
        "difference": _estimate(found.difference), "p": _number(found.p), "wins": found.wins,
        "ties": found.ties, "losses": found.losses, "sign_p": _number(found.sign_p),
    }  # fmt: skip
