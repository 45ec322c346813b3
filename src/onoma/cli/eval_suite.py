"""``onoma eval suite``: text embeddings on many small tasks."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson

from onoma.cli.app import say
from onoma.cli.options import names_option
from onoma.encode.encoder import load_encoder
from onoma.eval.suite import CharacterGrams, EncoderSystem, run_suite, suite_record, suite_tasks
from onoma.eval.suite.embedding import TextSystem
from onoma.eval.suite.showing import print_suite
from onoma.formats.output import open_output

GRAMS, SHIPPED = "tfidf", "encoder"


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of all data sets."
)
@names_option("--system", "systems", f"{GRAMS},{SHIPPED}", "Systems to score.")
@click.option(
    "--model",
    "models",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    help="Folder of an encoder to score besides, called by the folder's name.",
)
@names_option("--tasks", "names", "", "Tasks to run (else all).")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="Threads.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of all that is drawn.")
@click.option("--samples", type=click.IntRange(1), default=1000, show_default=True, help="Drawn.")
@click.option("--errors", type=click.IntRange(0), default=0, help="Show so many errors a task.")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Write the record."
)
@click.option("--list", "is_list", is_flag=True, help="List the tasks.")
def command(
    *,
    data: Path | None,
    systems: tuple[str, ...],
    models: tuple[Path, ...],
    names: tuple[str, ...],
    threads: int,
    **options: Any,
) -> int:
    """Score text embeddings on some twenty small tasks in four kinds.

    Classification, clustering, pairs and retrieval, by frozen vectors: nothing is tuned. A task
    whose data are not there is skipped. About four minutes a small encoder on one core.

    \b
    onoma eval suite --data ../shared/data
    onoma eval suite --data ../shared/data --system tfidf --model minilm/ --json suite.json
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if options["is_list"]:
        for name in suite_tasks.names():
            task = suite_tasks.get(name)
            place = task.folder or "the vocabulary that ships"
            click.echo(f"{name}: {task.kind}, {task.about}; {place}; {task.licence}")
        return 0
    if data is None:
        raise click.UsageError("give --data: the folder that holds the data sets' folders")
    result = run_suite(
        data,
        [*_named(systems, threads), *[_model(folder, threads) for folder in models]],
        names=names,
        seed=options["seed"],
        samples=options["samples"],
        command=shlex.join(["onoma", *sys.argv[1:]]),
        watch=say,
    )
    record = suite_record(result)
    if options["json_path"] is not None:
        with open_output(options["json_path"]) as stream:
            stream.write(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    if sys.stdout.isatty():
        print_suite(result, errors=options["errors"])
    else:
        click.echo(orjson.dumps(record) + b"\n", nl=False)
    return 0


def _named(systems: tuple[str, ...], threads: int) -> list[TextSystem]:
    """Return the systems that have names of ours."""
    for name in systems:
        if name not in (GRAMS, SHIPPED):
            raise click.UsageError(f"no system {name!r}; known: {SHIPPED}, {GRAMS}, and --model")
    makers: dict[str, Callable[[], TextSystem]] = {
        GRAMS: CharacterGrams,
        SHIPPED: lambda: EncoderSystem(SHIPPED, load_encoder(threads=threads)),
    }
    return [makers[name]() for name in systems]


def _model(folder: Path, threads: int) -> EncoderSystem:
    return EncoderSystem(folder.resolve().name, load_encoder(folder, threads=threads))
