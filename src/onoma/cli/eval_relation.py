"""``onoma eval relation --systems``: ways to read relations, compared on the same texts."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from onoma.cli.app import say
from onoma.cli.options import names_option
from onoma.errors import InputError
from onoma.eval.relation_comparison import (
    BALANCES,
    Comparison,
    Run,
    ancestors_of,
    compare_relaters,
)
from onoma.eval.relation_corpora import read_relation_corpus
from onoma.eval.tables import print_table
from onoma.formats.output import open_output
from onoma.relate.systems import relaters
from onoma.relate.tasks import relation_task

ALL = "all"
COLUMNS = (
    "system", "of training", "negatives", "pair F1", "F1", "precision", "recall", "novelty F1",
    "learning s", "reading s", "MB",
)  # fmt: skip


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of a corpus, as bc5cdr.",
)
@names_option("--systems", "systems", ALL, "Systems to compare, or all.")
@names_option("--shares", "shares", "100,10,1", "Percent of the training documents.")
@names_option("--balances", "balances", "all,even", "Negatives: all, or even.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of all that is drawn.")
@click.option("--samples", type=click.IntRange(1), default=200, show_default=True, help="Drawn.")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Write the record."
)
def command(
    *,
    data: Path,
    systems: tuple[str, ...],
    shares: tuple[str, ...],
    balances: tuple[str, ...],
    seed: int,
    samples: int,
    json_path: Path | None,
) -> int:
    """Compare ways to read the relations of a corpus.

    Each system learns from 100, 10 and 1 % of the training documents, with all pairs without a
    relation or as many as with one, and is scored on the dev part by the corpus's own measure.
    Systems that learn need the extra train.

    \b
    onoma eval relation --systems all --data ../shared/data/bc5cdr
    onoma eval relation --systems triggers,boosting --data ../shared/data/ddi --shares 100,10
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    corpus = read_relation_corpus(relation_task(data.absolute().name).name, data.absolute().parent)
    names = relaters.names() if systems == (ALL,) else systems
    wrong = [one for one in balances if one not in BALANCES]
    if wrong:
        raise InputError(f"no balance {wrong[0]!r}", hint=f"known: {', '.join(BALANCES)}")
    asked = Comparison(tuple(names), tuple(map(_share, shares)), balances, seed, samples)

    def watch(run: Run) -> None:
        shown = run.failed or f"F1 {100 * run.estimates['F1'].value:.1f}"
        say(f"{run.system}, {100 * run.share:g} %, {run.balance}: {shown}")

    runs = compare_relaters(corpus, asked, above=ancestors_of(corpus), watch=watch)
    record = {
        "schema": 1,
        "command": shlex.join(["onoma", *sys.argv[1:]]),
        "task": corpus.task.name,
        "train": len(corpus.train),
        "dev": len(corpus.dev),
        "seed": seed,
        "runs": [run_record(run) for run in runs],
    }
    if json_path is not None:
        with open_output(json_path) as stream:
            stream.write(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    if sys.stdout.isatty():
        _show(runs)
    else:
        click.echo(orjson.dumps(record) + b"\n", nl=False)
    return 0


def _share(percent: str) -> float:
    """Return a percentage as a share.

    Raises: InputError: it is none.
    """
    try:
        share = float(percent) / 100
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise InputError(f"{percent!r} is no percentage", hint="give numbers above 0, up to 100")
    return share


def run_record(run: Run) -> dict[str, Any]:
    """Return a run as plain values."""
    return {
        "system": run.system,
        "share": run.share,
        "balance": run.balance,
        "texts": run.texts,
        "learning_seconds": round(run.learning_seconds, 2),
        "reading_seconds": round(run.reading_seconds, 2),
        "megabytes": None if run.megabytes is None else round(run.megabytes),
        "failed": run.failed or None,
        "measures": {
            name: {"value": one.value, "low": one.low, "high": one.high}
            for name, one in run.estimates.items()
        },
    }


def run_cells(run: Run) -> list[str]:
    """Return the cells of a run under ``COLUMNS``."""
    shown = [
        f"{100 * run.estimates[name].value:.1f}" if name in run.estimates else "-"
        for name in ("pair F1", "F1", "precision", "recall", "novelty F1")
    ]
    held = "-" if run.megabytes is None else f"{run.megabytes:.0f}"
    times = [f"{run.learning_seconds:.1f}", f"{run.reading_seconds:.1f}"]
    return [run.system, f"{100 * run.share:g} %", run.balance, *shown, *times, held]


def _show(runs: Sequence[Run]) -> None:
    from rich.console import Console

    rows = [run_cells(run) for run in runs if not run.failed]
    print_table(Console(), COLUMNS, rows)
