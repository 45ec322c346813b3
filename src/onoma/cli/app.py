"""The group of commands: loads each on use and turns errors into words and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn, cast

import click

from onoma.errors import BadLine, Inconsistent, InputError, OnomaError

COMMANDS: dict[str, str] = {
    "adverse": "Write drugs with the harm that they are said to do.",
    "annotate": "Find the concepts in texts.",
    "audit": "Show and check what a server did for whom.",
    "classify": "Say what sentences and documents are about.",
    "cluster": "Put terms that mean one thing together.",
    "code": "Give texts the codes of a list.",
    "concept": "Show what is known of a concept.",
    "convert": "Convert documents from one format to another.",
    "corpus": "Keep documents with what was found in them.",
    "curate": "Look annotations through, by one or two readers.",
    "doctor": "Check that everything needed is here and works.",
    "embed": "Write vectors of texts.",
    "eval": "Measure a system against gold.",
    "events": "Write what happened to a patient, in order.",
    "graph": "Build and ask knowledge graphs.",
    "ground": "Find the concepts that a term names.",
    "key": "Make and remove the keys of a server.",
    "keyphrases": "Write the phrases and headings that say what texts are about.",
    "map": "Find the same concept in other vocabularies.",
    "mcp": "Answer an assistant's questions (Model Context Protocol).",
    "medications": "Write medication tables out of texts.",
    "mesh": "Build a Boolean query: MeSH headings, seeds, log.",
    "pico": "Write who, what and which outcome of trials.",
    "rank": "Find the concepts of terms as annotations taught.",
    "report": "Count what texts name: tables, charts, a page.",
    "screen": "Rank the references of a review: what to read next.",
    "search": "Find documents of a corpus by words, concepts and meaning.",
    "serve": "Serve the web application and the API.",
    "similar": "Show the concepts that are like a term.",
    "similarity": "Show how near two texts are in meaning.",
    "train": "Train the parts that learn.",
    "vocab": "Show, add and compare vocabularies.",
}
"""Each command with its line of help; its module in this folder has a ``command``."""

EXIT_FAILED, EXIT_USAGE, EXIT_MISSING, EXIT_INTERRUPTED, EXIT_PIPE = 1, 2, 3, 130, 141


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        return cast(click.Command, import_module(f"onoma.cli.{cmd_name}").command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click itself would call a broken pipe a failure."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            _close_pipe()

    def main(  # type: ignore[override]  # click's overloads differ in the exit alone
        self, args: Sequence[str] | None = None, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run a command; ``standalone_mode`` False lets errors through, as in click."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        try:
            sys.exit(super().main(args, standalone_mode=False, **extra) or 0)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            say("interrupted")
            sys.exit(EXIT_INTERRUPTED)
        except OnomaError as error:
            say(str(error))
            sys.exit(exit_code(error))
        except OSError as error:
            say(f"{error.filename or 'output'}: {error.strerror or error}")
            sys.exit(EXIT_MISSING)


def say(words: str) -> None:
    """Print words for the person at the terminal."""
    click.echo(f"onoma: {words}", err=True)


def exit_code(error: OnomaError) -> int:
    """Return the exit code that stands for an error."""
    is_usage = isinstance(error, (InputError, BadLine)) and not isinstance(error, Inconsistent)
    return EXIT_USAGE if is_usage else EXIT_MISSING


def _close_pipe() -> NoReturn:
    """End quietly when the reader of our output has gone (``| head``)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(EXIT_PIPE)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="onoma")
def app() -> None:
    """Biomedical text to linked concepts, without network or model service.

    \b
    onoma annotate notes/ --to html -o page.html
    echo "Fever but no rash." | onoma annotate -
    onoma ground "renal failure"
    """  # noqa: D301 - click's own sign for a paragraph kept as it is


def main() -> None:
    """Run the command line as a program."""
    # A kill cleans up as an interrupt does: no half-written file stays under its final name.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    app()
