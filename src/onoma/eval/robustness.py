"""The robustness specification: what disturbs a task, how strongly, and what may be lost by it.

A specification is TOML (or YAML where PyYAML is installed): ``task``, ``measure``, ``seed``, and
tests, each with ``disturbance``, ``priority`` (high, medium, low), ``allowed_drop`` (of the
measure, as a share of 1) and ``options``. Tests are made of gold texts: the same system answers
the tidy and the disturbed text, and both are scored against gold that moved with its text. A test
passes if the measure falls by no more than is allowed; the specification passes if all tests of
high priority do.

Source: Ribeiro et al. 2020, CheckList (invariance tests); Moradi and Samwald 2021 (which noises
matter in biomedical texts).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
from rich.console import Console
from rich.text import Text

from onoma import __version__
from onoma.errors import BadFile, ExtraMissing, InputError, UnknownName
from onoma.eval.datasets import find_source
from onoma.eval.disturbances import disturbances
from onoma.eval.probes import Bench, Outcome, disturbed_texts, probes
from onoma.eval.results import DataInfo
from onoma.eval.running import Request, data_info, read_data
from onoma.eval.tables import print_table
from onoma.eval.tasks import tasks

Priority = Literal["high", "medium", "low"]
PRIORITIES: tuple[Priority, ...] = ("high", "medium", "low")
TASKS = ("ner", "concepts")


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a specification."""

    name: str
    disturbance: str
    priority: Priority
    allowed_drop: float
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spec:
    """A specification."""

    name: str
    task: str
    measure: str
    seed: int
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A test with what came of it; one that changed nothing is not judged."""

    test: Test
    outcome: Outcome

    @property
    def is_judged(self) -> bool:
        """Whether there was anything to disturb."""
        return self.outcome.n > 0 and not math.isnan(self.outcome.drop.value)

    @property
    def is_passed(self) -> bool:
        """Whether no more was lost than is allowed."""
        return not self.is_judged or self.outcome.drop.value <= self.test.allowed_drop + 1e-12


@dataclass(frozen=True, slots=True)
class Report:
    """A specification with all that came of it."""

    spec: Spec
    system: str
    about: Mapping[str, str]
    data: DataInfo
    checked: tuple[Checked, ...]
    command: str

    @property
    def is_passed(self) -> bool:
        """Whether all tests of high priority passed."""
        return all(one.is_passed for one in self.checked if one.test.priority == "high")


def read_spec(path: Path | None) -> Spec:
    """Return a specification; the default one without a path.

    Raises: BadFile: it is not readable; InputError: a field is missing or none of those known;
    ExtraMissing: YAML without PyYAML.
    """
    if path is None:
        content = (files("onoma") / "data" / "eval" / "robustness.toml").read_text("utf-8")
        return spec_of(tomllib.loads(content), "default")
    if not path.is_file():
        raise BadFile(f"no specification at {path}", hint="leave it out for the default one")
    if path.suffix in (".yaml", ".yml"):
        return spec_of(_read_yaml(path), path.name)
    try:
        return spec_of(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: {error}", hint="a specification is TOML or YAML") from error


def _read_yaml(path: Path) -> Any:
    try:
        import yaml
    except ImportError as error:
        raise ExtraMissing("yaml", "a specification in YAML") from error
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        words = " ".join(str(error).split())
        raise BadFile(f"{path}: {words}", hint="a specification is TOML or YAML") from error


def spec_of(values: Any, name: str) -> Spec:
    """Return a specification from what its file holds.

    Raises: InputError: a field is missing or of the wrong kind; UnknownName: no such task or
    disturbance.
    """
    if not isinstance(values, dict):
        raise InputError(f"{name} holds no specification", hint="write task, measure and tests")
    task = _field(values, "task", str, name)
    if task not in TASKS:
        raise UnknownName("task with a robustness specification", task, TASKS)
    known = (*disturbances.names(), *probes)
    tests = []
    for number, one in enumerate(_field(values, "test", list, name), 1):
        place = f"{name}, test {number}"
        if not isinstance(one, dict):
            raise InputError(f"{place}: a test has fields", hint="disturbance, allowed_drop ...")
        disturbance = _field(one, "disturbance", str, place)
        if disturbance not in known:
            raise UnknownName("disturbance", disturbance, known)
        priority = one.get("priority", "medium")
        if priority not in PRIORITIES:
            raise UnknownName("priority", str(priority), PRIORITIES)
        drop = float(_field(one, "allowed_drop", (int, float), place))
        if not 0 <= drop <= 1:
            raise InputError(f"{place}: allowed_drop {drop}", hint="a share between 0 and 1")
        options = one.get("options") or {}
        label = str(one.get("name", disturbance))
        tests.append(Test(label, disturbance, priority, drop, options))
    return Spec(
        str(values.get("name", name)), task, _field(values, "measure", str, name),
        int(values.get("seed", 0)), tuple(tests),
    )  # fmt: skip


def _field(values: Mapping[str, Any], key: str, kind: Any, place: str) -> Any:
    if not isinstance(values.get(key), kind):
        raise InputError(f"{place}: {key!r} is missing or of the wrong kind", hint="see Evaluate")
    return values[key]


def check_robustness(spec: Spec, request: Request) -> Report:
    """Return what becomes of a system when texts are disturbed as a specification says.

    Raises: what reading the gold and making the system raise; UnknownName: no such measure.
    """
    task = tasks.get(spec.task)
    source = find_source(
        request.path, task.name, name=request.name, split=request.split,
        equivalents=request.equivalents, limit=request.limit,
    )  # fmt: skip
    data = read_data(task, source, request.train)
    if len(request.systems) > 1 or request.predictions:
        raise InputError("robustness needs one system that answers", hint="name one with --system")
    name = request.systems[0] if request.systems else task.default
    bench = Bench(task, data, name, spec.measure, request)
    checked = []
    for number, test in enumerate(spec.tests):
        rng = np.random.default_rng([spec.seed, request.seed, number])
        if test.disturbance in probes:
            outcome = probes[test.disturbance](bench, rng, test.options)
        else:
            edit = disturbances.get(test.disturbance)
            outcome = disturbed_texts(bench, rng, test.options, edit)
        checked.append(Checked(test, outcome))
    order = {priority: place for place, priority in enumerate(PRIORITIES)}
    checked.sort(key=lambda one: order[one.test.priority])
    return Report(
        spec, name, bench.about, data_info(source, data), tuple(checked),
        request.command,
    )  # fmt: skip


def robustness_record(report: Report) -> dict[str, Any]:
    """Return a report as plain values for JSON."""

    def number(value: float) -> float | None:
        return None if math.isnan(value) else round(value, 6)

    return {
        "schema": 1,
        "onoma": __version__,
        "task": report.spec.task,
        "specification": report.spec.name,
        "measure": report.spec.measure,
        "seed": report.spec.seed,
        "command": report.command,
        "system": {"name": report.system, "about": dict(report.about)},
        "data": {
            "name": report.data.name, "split": report.data.split, "items": report.data.items,
            "files": [{"name": f.name, "sha256": f.sha256} for f in report.data.files],
        },
        "passed": report.is_passed,
        "tests": [
            {
                "name": one.test.name, "disturbance": one.test.disturbance,
                "priority": one.test.priority, "options": dict(one.test.options),
                "documents": one.outcome.n, "before": number(one.outcome.before),
                "after": number(one.outcome.after), "drop": number(one.outcome.drop.value),
                "drop_low": number(one.outcome.drop.low),
                "drop_high": number(one.outcome.drop.high),
                "allowed_drop": one.test.allowed_drop,
                "result": verdict(one),
            }
            for one in report.checked
        ],
    }  # fmt: skip


def verdict(one: Checked) -> str:
    """Return how a test ended, in a word."""
    return "pass" if one.is_passed and one.is_judged else "FAIL" if one.is_judged else "nothing"


HEAD = ("test", "priority", "docs", "before", "after", "drop", "allowed", "result")


def cells_of(one: Checked) -> tuple[str, ...]:
    """Return a test as cells of a table; see ``HEAD``."""
    outcome = one.outcome
    values = [_percent(v) for v in (outcome.before, outcome.after, outcome.drop.value)]
    return (
        one.test.name, one.test.priority, str(outcome.n), *values,
        _percent(one.test.allowed_drop), verdict(one),
    )  # fmt: skip


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.1f}"


def tables_of(report: Report, console: Console) -> None:
    """Print a report as a table."""
    spec = report.spec
    title = f"{spec.name}: {spec.measure} of {report.system} on {report.data.name}"
    print_table(console, HEAD, [cells_of(one) for one in report.checked], title, left=2)
    failed: Sequence[Checked] = [one for one in report.checked if not one.is_passed]
    high = sum(one.test.priority == "high" for one in failed)
    words = "passed" if report.is_passed else "FAILED"
    said = f"{words}: {len(failed)} of {len(report.checked)} tests fail, {high} of high priority"
    console.print(Text(said))
