"""Runs the suite: reads each task once, asks every system, means over kinds, differences."""

from __future__ import annotations

import csv
import lzma
import tarfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from onoma.errors import BadFile, DataMissing, Inconsistent
from onoma.eval.datasets import checksum_of
from onoma.eval.suite.embedding import TextSystem
from onoma.eval.suite.parts import KINDS, Marks, Miss, SuiteTask
from onoma.eval.suite.results import Difference, SuiteResult, SystemScores, TaskInfo
from onoma.metrics import Estimate
from onoma.metrics.counts import F64
from onoma.metrics.resampling import SAMPLES, weight_blocks
from onoma.registry import Registry

MEAN = "mean of kinds"
WHERE = "give the folder that holds the data sets' folders; see the page Evaluate"
DAMAGED = (KeyError, ValueError, EOFError, OSError, csv.Error, lzma.LZMAError, tarfile.TarError)
"""What reading a file raises that is cut short, or is another file."""
Watch = Callable[[str], None]

suite_tasks: Registry[SuiteTask] = Registry(
    "task of the suite",
    group="onoma.suite_tasks",
    builtin={
        "adverse-effect": "onoma.eval.suite.labelled:ADVERSE",
        "challenge": "onoma.eval.suite.labelled:CHALLENGES",
        "covid-passage": "onoma.eval.suite.retrieval:PASSAGES",
        "disease-synonym": "onoma.eval.suite.pairs:DISEASES",
        "exam-subject": "onoma.eval.suite.labelled:SUBJECTS",
        "finding-clusters": "onoma.eval.suite.labelled:FINDING_CLUSTERS",
        "hallmark": "onoma.eval.suite.labelled:HALLMARKS",
        "hallmark-clusters": "onoma.eval.suite.labelled:HALLMARK_CLUSTERS",
        "note-section": "onoma.eval.suite.labelled:SECTIONS",
        "patient-answer": "onoma.eval.suite.retrieval:ANSWERS",
        "phenotype-synonym": "onoma.eval.suite.pairs:PHENOTYPES",
        "plain-sentence": "onoma.eval.suite.pairs:PLAIN_WORDS",
        "question-entailment": "onoma.eval.suite.pairs:ENTAILMENT",
        "question-parts": "onoma.eval.suite.retrieval:QUESTIONS",
        "relatedness": "onoma.eval.suite.pairs:RELATEDNESS",
        "review-clusters": "onoma.eval.suite.labelled:TOPIC_CLUSTERS",
        "screening": "onoma.eval.suite.labelled:SCREENING",
        "sentence-role": "onoma.eval.suite.labelled:ROLES",
        "spanish-phenotype": "onoma.eval.suite.retrieval:SPANISH",
        "subject-clusters": "onoma.eval.suite.labelled:SUBJECT_CLUSTERS",
        "title-abstract": "onoma.eval.suite.retrieval:TITLES",
    },
)
"""The tasks by name."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A system's measures on a task, and what the samples gave for the leading one."""

    measures: Mapping[str, Estimate]
    samples: F64
    misses: tuple[Miss, ...]


def run_suite(
    data: Path,
    systems: Sequence[TextSystem],
    *,
    names: Sequence[str] = (),
    seed: int = 0,
    samples: int = SAMPLES,
    command: str = "",
    watch: Watch = lambda words: None,
) -> SuiteResult:
    """Return the scores of systems on the tasks named (none: all), by kind.

    ``data`` is the folder of all data sets; a task whose folder is not there is skipped.
    Raises: DataMissing: nothing to run; BadFile: a file is not what it should be; UnknownName: no
    such task; Inconsistent: a system gave another number of vectors.
    """
    if not data.is_dir():
        raise DataMissing(f"no folder {data}", hint=WHERE)
    chosen = [suite_tasks.get(name) for name in names or suite_tasks.names()]
    chosen.sort(key=lambda task: (KINDS.index(task.kind), task.name))
    infos: list[TaskInfo] = []
    skipped: dict[str, str] = {}
    scored: dict[str, dict[str, _Scored]] = {system.name: {} for system in systems}
    for task in chosen:
        if missing := missing_of(task, data):
            skipped[task.name] = missing
            watch(f"{task.name}: skipped, {missing}")
            continue
        watch(f"{task.name} ({task.kind})")
        problem = _problem(task, data, seed)
        marks = {one.name: _marks(task, problem, one) for one in systems}
        for name, own in marks.items():
            scored[name][task.name] = _sampled(task, own, seed, samples)
        units = next((own.n for own in marks.values()), 0)
        files = {name: checksum_of(data / task.folder / name) for name in task.files}
        infos.append(
            TaskInfo(
                task.name,
                task.kind,
                task.about,
                task.folder,
                task.licence,
                task.measure,
                len(problem.texts),
                units,
                files,
            )
        )
    if not infos:
        raise DataMissing(f"no task of the suite has its data in {data}", hint=WHERE)
    samples_of = {name: _with_kinds(infos, found) for name, found in scored.items()}
    return SuiteResult(
        tuple(infos),
        tuple(_system(one, infos, scored[one.name], samples_of[one.name]) for one in systems),
        tuple(_difference(b.name, a.name, samples_of) for a, b in combinations(systems, 2)),
        skipped,
        seed,
        samples,
        command,
    )


def missing_of(task: SuiteTask, data: Path) -> str:
    """Return what a task lacks in words, empty if nothing."""
    if not task.folder:
        return ""
    if not (data / task.folder).is_dir():
        return f"no folder {task.folder}"
    gone = [name for name in task.files if not (data / task.folder / name).is_file()]
    return f"no file {task.folder}/{gone[0]}" if gone else ""


def _problem(task: SuiteTask, data: Path, seed: int) -> Any:
    """Return what a task asks; tasks on one set draw alike, so that they share texts."""
    rng = np.random.default_rng([seed, _crc(task.folder)])
    try:
        problem = task.read(data / task.folder, rng)
    except DAMAGED as error:
        words = f"{type(error).__name__}: {error}"
        raise BadFile(
            f"{task.name}: {task.folder} cannot be read ({words})", hint="copy the data set again"
        ) from error
    if not problem.texts:
        raise BadFile(f"{task.name}: {task.folder} holds nothing to score", hint="copy it again")
    return problem


def _crc(text: str) -> int:
    return zlib.crc32(text.encode())


def _marks(task: SuiteTask, problem: Any, system: TextSystem) -> Marks:
    vectors = system.embed(problem.texts)
    if len(vectors) != len(problem.texts):
        size = len(problem.texts)
        raise Inconsistent(f"{system.name} gave {len(vectors)} vectors for {size} texts")
    return task.score(problem, vectors)


def _sampled(task: SuiteTask, marks: Marks, seed: int, samples: int) -> _Scored:
    """Return the measures with intervals; every system sees the same samples of a task."""
    whole = np.ones((1, marks.n))
    found: dict[str, F64] = {}
    for name, statistic in marks.measures.items():
        rng = np.random.default_rng([seed, _crc(task.name)])
        drawn = [statistic(one) for one in weight_blocks(marks.n, samples=samples, rng=rng)]
        found[name] = np.concatenate([statistic(whole), *drawn])
    return _Scored(
        {name: estimate_of(values) for name, values in found.items()},
        found[task.measure],
        tuple(marks.misses),
    )


def estimate_of(values: F64) -> Estimate:
    """Return the first value with the 95% interval of the others, less their bias.

    Texts drawn twice agree with themselves: samples of V-measure lie above the whole's by as much.
    """
    value = float(values[0])
    known = values[1:][~np.isnan(values[1:])]
    if not len(known):
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.quantile(known, [0.025, 0.975]) - (known.mean() - value)
    return Estimate(value, float(low), float(high))


def _with_kinds(infos: Sequence[TaskInfo], scored: Mapping[str, _Scored]) -> dict[str, F64]:
    """Return the leading values (whole, then samples) of tasks, kinds, and all."""
    out = {task.name: scored[task.name].samples for task in infos}
    kinds = [kind for kind in KINDS if any(task.kind == kind for task in infos)]
    for kind in kinds:
        own = [scored[task.name].samples for task in infos if task.kind == kind]
        out[kind] = np.mean(own, axis=0)
    out[MEAN] = np.mean([out[kind] for kind in kinds], axis=0)
    return out


def _system(
    system: TextSystem,
    infos: Sequence[TaskInfo],
    scored: Mapping[str, _Scored],
    samples_of: Mapping[str, F64],
) -> SystemScores:
    names = {task.name for task in infos}
    return SystemScores(
        system.name,
        dict(system.about),
        system.seconds,
        system.texts,
        {name: found.measures for name, found in scored.items()},
        {key: estimate_of(values) for key, values in samples_of.items() if key not in names},
        {name: found.misses for name, found in scored.items()},
    )


def _difference(first: str, second: str, samples_of: Mapping[str, Mapping[str, F64]]) -> Difference:
    gaps = {key: samples_of[first][key] - samples_of[second][key] for key in samples_of[first]}
    return Difference(
        first,
        second,
        {key: estimate_of(values) for key, values in gaps.items()},
        {key: _p(values) for key, values in gaps.items()},
    )


def _p(values: F64) -> float:
    """Return the two-sided p of the paired bootstrap (Koehn 2004), samples less their bias."""
    gaps = values[1:] - (values[1:].mean() - values[0])
    tail = min(int((gaps <= 0).sum()), int((gaps >= 0).sum()))
    return min(1.0, 2.0 * (tail + 1) / (len(gaps) + 1))
