"""A run of the suite as tables: the same cells on a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from onoma.eval.page import shown_estimate
from onoma.eval.suite.results import SuiteResult
from onoma.eval.suite.running import MEAN
from onoma.eval.tables import print_table

Rows = Iterator[list[str]]


def score_rows(result: SuiteResult) -> Rows:
    """Yield kind, task, measure, units and each system's score, with the mean of each kind."""
    for kind in result.kinds:
        for task in result.tasks:
            if task.kind == kind:
                cells = [
                    shown_estimate(one.tasks[task.name][task.measure], True)
                    for one in result.systems
                ]
                yield [kind, task.name, task.measure, str(task.units), *cells]
        yield [kind, "mean", "", "", *_means(result, kind)]
    yield [MEAN, "", "", "", *_means(result, MEAN)]


def _means(result: SuiteResult, key: str) -> list[str]:
    return [shown_estimate(one.kinds[key], True) for one in result.systems]


def difference_rows(result: SuiteResult) -> Rows:
    """Yield what each pair of systems differs by, in each kind and over all."""
    for one in result.differences:
        for key in (*result.kinds, MEAN):
            shown = shown_estimate(one.values[key], True)
            tasks = [task.name for task in result.tasks if key in (task.kind, MEAN)]
            wins = sum(one.values[name].value > 0 for name in tasks)
            yield [
                f"{one.first} - {one.second}", key, shown, f"{one.p[key]:.4f}",
                f"{wins} of {len(tasks)}",
            ]  # fmt: skip


def print_suite(result: SuiteResult, *, errors: int = 0) -> None:
    """Print the tables on the terminal."""
    console = Console()
    head = ["kind", "task", "measure", "units", *(one.name for one in result.systems)]
    title = "in percent, 95% intervals, bootstrap over texts, pairs or queries"
    print_table(console, head, list(score_rows(result)), title)
    if result.differences:
        head = ["compared", "kind", "difference", "p", "better in"]
        print_table(console, head, list(difference_rows(result)))
    for one in result.systems:
        about = "; ".join(f"{name} {value}" for name, value in one.about.items())
        console.print(Text(f"{one.name}: {one.texts} texts, {one.seconds:.0f} CPU s; {about}"))
    for name, reason in result.skipped.items():
        console.print(Text(f"skipped: {name}: {reason}"))
    if errors:
        for one in result.systems:
            for task, misses in one.misses.items():
                cells = [[m.given[:90], m.gold[:60], m.predicted[:60]] for m in misses[:errors]]
                print_table(console, [f"{one.name}, {task}", "gold", "predicted"], cells)
