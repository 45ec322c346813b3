"""``onoma annotate``: find the concepts in texts."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

import onoma
from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.options import ids_option, types_option, vocab_option
from onoma.errors import Missing
from onoma.formats import make_writer, open_output, read_documents, readers, resume_jsonl, writers
from onoma.formats.jsonl import encode_record
from onoma.formats.resume import Written, partial_path
from onoma.types import Document, FailedDocument, failed_record

_Result = TypeVar("_Result")

SAID_FAILURES = 20  # failed documents named on standard error; --errors has them all

_FORMAT_OF_EXTENSION = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".pubtator": "pubtator",
    ".tsv": "tsv",
    ".html": "html",
    ".htm": "html",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What the command line asks for; a field per option, in the order of the help text."""

    source_format: str | None
    target_format: str | None
    output: Path | None
    types: tuple[str, ...] | None
    ids: tuple[str, ...] | None
    vocab: str
    mode: str
    nested: bool
    explain: bool
    processes: int
    resume: bool
    errors_path: Path | None


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--from", "source_format", metavar="FORMAT", help="Input format (else recognised).")
@click.option("--to", "target_format", metavar="FORMAT", help="Output format.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Output file."
)
@types_option
@ids_option
@vocab_option
@click.option(
    "--mode",
    type=click.Choice(["dictionary", "hybrid", "neural"]),
    default="dictionary",
    show_default=True,
    help="How mentions are found.",
)
@click.option("--nested", is_flag=True, help="Keep mentions inside other mentions.")
@click.option("--explain", is_flag=True, help="Show the candidates and the parts of their scores.")
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True)
@click.option("--resume", is_flag=True, help="Go on after a stopped run (-o with JSON lines).")
@click.option(
    "--errors",
    "errors_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the failed documents' records to this file.",
)
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Find the concepts in the texts of PATHS: files, folders, or - for standard input.

    On a terminal the result is a coloured picture, in a pipe JSON lines; a file's extension
    (.jsonl .pubtator .tsv .html) chooses its format. Exit code 1: some documents failed.

    \b
    onoma annotate abstracts.xml.gz --types disease,chemical -o found.jsonl
    onoma annotate gold.pubtator --to pubtator --ids MESH,OMIM
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    return _annotate(paths, _Options(**options))


def _annotate(paths: tuple[str, ...], options: _Options) -> int:
    """Check the options, annotate, and return the exit code."""
    if options.mode != "dictionary":
        words = f"the mode {options.mode!r} comes with the tagger, which is not here yet"
        raise Missing(words, hint="use --mode dictionary")
    if options.source_format is not None:
        readers.get(options.source_format)
    target = _target_format(options.target_format, options.output)
    writers.get(target)
    if options.resume and (options.output is None or target != "jsonl"):
        raise click.UsageError("--resume needs -o FILE and JSON lines")
    nlp = onoma.load(options.vocab, types=options.types, ids=options.ids, nested=options.nested)
    documents = read_documents(paths, format=options.source_format)
    with ExitStack() as stack:
        errors = None
        if options.errors_path is not None:
            errors = stack.enter_context(open_output(options.errors_path))
        failed = _run(nlp, documents, options, target=target, errors=errors)
    return EXIT_FAILED if failed else 0


def _target_format(named: str | None, output: Path | None) -> str:
    """Return the output format: the one named, the file's, or what suits the place."""
    if named is not None:
        return named
    if output is None:
        return "terminal" if sys.stdout.isatty() else "jsonl"
    extension = output.suffix.lower()
    if extension not in _FORMAT_OF_EXTENSION:
        known = " ".join(_FORMAT_OF_EXTENSION)
        raise click.UsageError(f"{output}: the extension names no format ({known}); add --to")
    return _FORMAT_OF_EXTENSION[extension]


def _run(
    nlp: onoma.Pipeline,
    documents: Iterable[Document | FailedDocument],
    options: _Options,
    *,
    target: str,
    errors: BinaryIO | None,
) -> int:
    """Annotate and write; return how many documents failed, those of a resumed run included."""
    path, written = options.output, Written()
    with ExitStack() as stack:
        if path is not None and target == "jsonl":
            stack.callback(_say_partial, path)
            version = nlp.store.version
            stream, written = stack.enter_context(
                resume_jsonl(path, store=version, is_fresh=not options.resume)
            )
        else:
            stream = stack.enter_context(open_output(path))
        failures = _Failures(errors, written.failed)
        fresh = (document for document in documents if not written.take(document.id))
        noted = failures.noting(fresh)
        if target == "jsonl" and not options.explain:  # the same lines, without objects
            lines = nlp.to_jsonl(noted, processes=options.processes)
            for line in _with_progress(lines, is_shown=path is None):
                stream.write(line)
        else:
            writer = make_writer(target, stream, explain=options.explain)
            writer.begin()
            annotated = nlp.pipe(noted, processes=options.processes)
            for document in _with_progress(annotated, is_shown=path is None):
                writer.write(document)
            writer.end()
    failures.conclude()
    return failures.count


def _say_partial(path: Path) -> None:
    """Say where the lines of an unfinished run are (the file is gone after a finished one)."""
    if partial_path(path).exists():
        say(f"what is done is in {partial_path(path)}; --resume goes on from there")


class _Failures:
    """Counts failed documents, names the first ones, copies all to the file asked for."""

    def __init__(self, errors: BinaryIO | None, earlier: int) -> None:
        self.count = earlier
        self._said = 0
        self._errors = errors

    def noting(
        self, documents: Iterable[Document | FailedDocument]
    ) -> Iterator[Document | FailedDocument]:
        """Pass documents on and take the failed ones into account."""
        for document in documents:
            if isinstance(document, FailedDocument):
                self._note(document)
            yield document

    def _note(self, failed: FailedDocument) -> None:
        self.count += 1
        if self._errors is not None:
            self._errors.write(encode_record(failed_record(failed)))
        if self._said < SAID_FAILURES:
            self._said += 1
            hint = f" ({failed.hint})" if failed.hint else ""
            say(f"{failed.id}: {failed.code}: {failed.message}{hint}")

    def conclude(self) -> None:
        """Say how many failed."""
        if self.count:
            say(f"{self.count} document{'' if self.count == 1 else 's'} failed")


def _with_progress(documents: Iterable[_Result], *, is_shown: bool) -> Iterator[_Result]:
    """Pass documents on; on a terminal that does not show the results, show how many are done."""
    if not sys.stderr.isatty() or (is_shown and sys.stdout.isatty()):
        yield from documents
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    words = TextColumn("{task.completed:,.0f} documents, {task.fields[rate]:,.0f} a second")
    columns = (SpinnerColumn(), words, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None, rate=0.0)
        for document in documents:
            yield document
            elapsed = progress.tasks[0].elapsed or 1.0
            rate = progress.tasks[0].completed / max(elapsed, 0.001)
            progress.update(task, advance=1, rate=rate)
