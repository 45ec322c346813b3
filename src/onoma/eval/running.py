"""Runs an evaluation: reads gold, asks systems, scores, compares."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from onoma.errors import Inconsistent, InputError
from onoma.eval.datasets import checksum_of, find_source, paths_of
from onoma.eval.parts import Data, Scored, Setting, Source, System, Task
from onoma.eval.predictions import read_predictions
from onoma.eval.results import DataInfo, FileInfo, Overlap, Pairing, Result, SystemResult
from onoma.eval.systems import find_maker
from onoma.eval.tasks import tasks
from onoma.metrics import bootstrap, compare
from onoma.metrics.resampling import SAMPLES


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; ``command`` is written into the results as it stands."""

    task: str
    path: Path
    name: str | None = None
    systems: tuple[str, ...] = ()
    predictions: tuple[Path, ...] = ()
    split: str | None = None
    train: Path | None = None
    equivalents: Path | None = None
    vocabulary: str = "core"
    limit: int | None = None
    seed: int = 0
    samples: int = SAMPLES
    command: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)


def evaluate(request: Request) -> Result:
    """Return the scores of the systems asked for, compared in pairs.

    Raises: UnknownName: no such task, system, set or split; DataMissing: no such data; what a
    reader raises.
    """
    task = tasks.get(request.task)
    source = find_source(
        request.path, task.name, name=request.name, split=request.split,
        equivalents=request.equivalents, limit=request.limit,
    )  # fmt: skip
    data = read_data(task, source, request.train)
    named = list(request.systems) or ([] if request.predictions else [task.default])
    scored: list[tuple[SystemResult, Scored]] = []
    for name in named:
        setting = Setting(
            task.name, data.views, data.train, data.shared, request.vocabulary, seed=request.seed
        )
        system = find_maker(task.name, name)(setting)
        scored.append(score_system(task, data, name, system, request))
    for path in request.predictions:
        system = read_predictions(path, task, data)
        scored.append(score_system(task, data, path.stem, system, request))
    return Result(
        task.name,
        data_info(source, data),
        overlap_of(task, data),
        tuple(one for one, _ in scored),
        tuple(_pairings(scored, request)),
        request.seed,
        request.samples,
        request.command,
    )


def read_data(task: Task, source: Source, train: Path | None = None) -> Data:
    """Return the items of a source; those of ``train``, if given, are to learn from."""
    data = task.read(source)
    if train is None:
        return data
    learnt = task.read(find_source(train, task.name, split="train"))
    return replace(data, train=learnt.items)


def score_system(
    task: Task, data: Data, name: str, system: System, request: Request
) -> tuple[SystemResult, Scored]:
    """Return a system's result, with what comparisons need.

    Raises: Inconsistent: it did not answer each item once.
    """
    started = time.process_time()
    guesses = system.predict([item.given for item in data.items])
    seconds = time.process_time() - started
    if len(guesses) != len(data.items):
        raise Inconsistent(f"{name} gave {len(guesses)} answers to {len(data.items)} items")
    scored = task.score(data, guesses)
    estimates = bootstrap(
        {m.name: m.statistic for m in scored.measures},
        scored.n,
        rng=np.random.default_rng(request.seed),
        samples=request.samples,
    )
    shares = {m.name: m.is_share for m in scored.measures}
    result = SystemResult(
        name, dict(system.about), seconds, estimates, shares, scored.rows, scored.faults,
        scored.confusion, scored.notes,
    )  # fmt: skip
    return result, scored


def _pairings(scored: Sequence[tuple[SystemResult, Scored]], request: Request) -> list[Pairing]:
    """Return the comparison of each pair of systems by the leading measure."""
    out = []
    for (first, a), (second, b) in combinations(scored, 2):
        if a.n != b.n or a.decisions.shape != b.decisions.shape:
            raise InputError(f"{first.name} and {second.name} were not scored on the same items")
        found = compare(
            a.measures[0].statistic,
            b.measures[0].statistic,
            a.n,
            decisions=np.stack([a.decisions, b.decisions]),
            rng=np.random.default_rng(request.seed),
            samples=request.samples,
        )
        out.append(
            Pairing(first.name, second.name, a.measures[0].name, a.measures[0].is_share, found)
        )
    return out


def data_info(source: Source, data: Data) -> DataInfo:
    """Return what was read: which set and files, and whether they are those of the table."""
    row = source.row
    if row is None:
        files = [source.path] if source.path.is_file() else []
        infos = tuple(FileInfo(path.name, checksum_of(path), None) for path in files)
        name = source.path.name
        return DataInfo(name, str(source.path), source.split, len(data.items), infos)
    recorded = {part.path: part.sha256 for part in row.parts}
    infos = tuple(
        FileInfo(path.name, found, found == recorded[path.name])
        for path in paths_of(source, source.split)
        for found in [checksum_of(path)]
    )
    return DataInfo(
        row.name, str(source.path), source.split, len(data.items), infos, row.licence, row.source,
        row.cite,
    )  # fmt: skip


def overlap_of(task: Task, data: Data) -> Overlap | None:
    """Return how much of what is scored also stands in the training part; None without one."""
    if data.train is None:
        return None
    ids = {item.id for item in data.train}
    texts = {_plain(item.text) for item in data.train if item.text}
    names = {key for item in data.train for key in task.keys(item)}
    scored = [key for item in data.items for key in task.keys(item)]
    return Overlap(
        len(data.train),
        sum(item.id in ids for item in data.items),
        sum(bool(item.text) and _plain(item.text) in texts for item in data.items),
        len(scored),
        sum(key in names for key in scored),
    )


def _plain(text: str) -> str:
    """Return a text by its letters and digits alone, so that near-equal ones are equal."""
    return "".join(c for c in text.lower() if c.isalnum())
