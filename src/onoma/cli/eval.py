"""``onoma eval``: measure a system against gold."""

from __future__ import annotations

import shlex
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import orjson

from onoma.cli.app import EXIT_FAILED, say
from onoma.eval import Request, evaluate, record_of
from onoma.eval.listing import listing
from onoma.eval.page import page_of
from onoma.eval.robustness import check_robustness, read_spec, robustness_record, tables_of
from onoma.eval.robustness_page import robustness_page
from onoma.eval.tables import print_result
from onoma.formats.output import encode_text, open_output

ROBUSTNESS = "robustness"
OWN_COMMANDS = {
    "questions": "onoma.cli.eval_questions",
    "relation": "onoma.cli.eval_relation",
    "suite": "onoma.cli.eval_suite",
}
"""Words in the place of a task that have options of their own."""
COMPARING = {"relation": "--systems"}
"""The option by which a task's word means a command of its own."""
_FILE = click.Path(path_type=Path, dir_okay=False)
_PATH = click.Path(path_type=Path)


def _names(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Return the parts between commas."""
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())


def _is_own(args: list[str]) -> bool:
    """Say whether the arguments are those of a command of its own."""
    sign = COMPARING.get(args[0])
    return sign is None or any(one.split("=")[0] == sign for one in args)


class _Command(click.Command):
    """A command that leaves some of its words to commands of their own, imported when called."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Return the context of the command that the first word names, else of this one."""
        if args and args[0] in OWN_COMMANDS and _is_own(args):
            other: click.Command = import_module(OWN_COMMANDS[args[0]]).command
            return other.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=_Command)
@click.argument("task", required=False)
@click.argument("spec", required=False, type=_FILE)
@click.option("--data", type=_PATH, help="A data set's folder, or a file with gold.")
@click.option("--set", "name", metavar="NAME", help="Which set, where a folder holds several.")
@click.option("--system", "systems", callback=_names, metavar="A,B", help="Systems to score.")
@click.option("--predictions", type=_FILE, multiple=True, help="Predictions to score, as a system.")
@click.option("--split", type=click.Choice(["dev", "train", "all"]), help="What is scored.")
@click.option("--train", type=_PATH, help="A file to learn from.")
@click.option("--equiv", "equivalents", type=_FILE, help="Two columns: ids that mean the same.")
@click.option("--vocab", "vocabulary", default="core", show_default=True, help="The vocabulary.")
@click.option("--limit", type=click.IntRange(1), help="Score the first so many only.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is drawn by chance.")
@click.option(
    "--samples", type=click.IntRange(1), default=1000, show_default=True, help="Bootstrap samples."
)
@click.option("--errors", type=click.IntRange(0), default=0, help="Show so many errors a kind.")
@click.option("--json", "json_path", type=_FILE, help="Write the record of results.")
@click.option("--html", "html_path", type=_FILE, help="Write a page with errors in context.")
@click.option("--list", "is_list", is_flag=True, help="List tasks, systems and data sets.")
def command(task: str | None, spec: Path | None, **options: Any) -> int:
    """Score systems on a TASK against the gold in --data.

    A table on a terminal, a JSON record in a pipe. The task robustness disturbs the gold's texts
    as a SPEC says (a file; else the default one); exit code 1 if a test of high priority fails.

    \b
    onoma eval --list
    onoma eval concepts --data ../shared/data/ncbi-disease --html report.html
    onoma eval ner --data mine.pubtator --system onoma --predictions theirs.pubtator
    onoma eval robustness --data ../shared/data/ncbi-disease

    Some have options of their own: onoma eval suite --help, onoma eval questions --help,
    onoma eval relation --systems all --help.
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if options.pop("is_list") or task is None:
        click.echo(listing(), nl=False)
        return 0
    shown = options.pop("errors")
    json_path, html_path = options.pop("json_path"), options.pop("html_path")
    path = options.pop("data")
    if path is None:
        raise click.UsageError("give --data: the folder of a data set, or a file")
    if spec is not None and task != ROBUSTNESS:
        raise click.UsageError(f"only the task {ROBUSTNESS} takes a specification")
    asked = Request(task, path, command=shlex.join(["onoma", *sys.argv[1:]]), **options)
    if task == ROBUSTNESS:
        checked = check_robustness(read_spec(spec), asked)
        _write(json_path, html_path, robustness_record(checked), robustness_page(checked))
        if sys.stdout.isatty():
            _show(lambda console: tables_of(checked, console))
        else:
            _print_record(robustness_record(checked))
        return 0 if checked.is_passed else EXIT_FAILED
    result = evaluate(asked)
    _write(json_path, html_path, record_of(result), page_of(result))
    if sys.stdout.isatty():
        _show(lambda console: print_result(result, console, errors=shown))
    else:
        _print_record(record_of(result))
    return 0


def _write(json_path: Path | None, html_path: Path | None, record: Any, page: str) -> None:
    """Write the files asked for, each whole or not at all."""
    if json_path is not None:
        with open_output(json_path) as stream:
            stream.write(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    if html_path is not None:
        with open_output(html_path) as stream:
            stream.write(encode_text(page))
        say(f"written: {html_path}")


def _print_record(record: Any) -> None:
    """Print a record on standard output, on one line."""
    click.echo(orjson.dumps(record) + b"\n", nl=False)


def _show(show: Any) -> None:
    """Print tables on the terminal."""
    from rich.console import Console

    show(Console())
