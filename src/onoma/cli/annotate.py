"""``onoma annotate``: find the concepts in texts."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import onoma
from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.options import (
    ids_option,
    leaning_of,
    leaning_options,
    project_option,
    relation_options,
    types_option,
    vocab_option,
)
from onoma.cli.progress import Progress
from onoma.cli.workers import tie_workers
from onoma.errors import Inconsistent, OnomaError
from onoma.formats import (
    RESUMABLE,
    Meter,
    Output,
    make_writer,
    plain_output,
    read_annotated,
    read_documents,
    readers,
    resumable_output,
    writers,
)
from onoma.formats.resume import partial_path
from onoma.formats.signs import OUTPUT_EXTENSIONS, output_format
from onoma.types import AnnotatedDocument, Document, FailedDocument

SAID_FAILURES = 20  # failed documents named on standard error; --errors has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What the command line asks for; a field per option, in the order of the help text."""

    source_format: str | None
    target_format: str | None
    output: Path | None
    types: tuple[str, ...] | None
    ids: tuple[str, ...] | None
    vocab: str
    project: str | None
    mode: str
    precision: bool
    recall: bool
    describe: str
    examples: tuple[str, ...]
    relations: bool
    relater: str
    task: str
    min_confidence: float
    gold: bool
    nested: bool
    explain: bool
    processes: int
    resume: bool
    errors_path: Path | None

    @property
    def leaning(self) -> str:
        """The leaning asked for."""
        return leaning_of(precision=self.precision, recall=self.recall)


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
@project_option
@click.option(
    "--mode",
    default="",
    metavar="MODE",
    help="How mentions are found: dictionary, hybrid (usual), neural; hybrid:DIR with your tagger.",
)
@leaning_options
@click.option(
    "--describe",
    default="",
    metavar="TYPES",
    help='Also find types named in words: "adverse event; surgical procedure".',
)
@click.option(
    "--examples",
    multiple=True,
    type=click.Path(exists=True),
    help="Annotated documents that show what --describe means.",
)
@relation_options
@click.option(
    "--gold",
    is_flag=True,
    help="Keep the mentions of files that have some, rather than find them anew.",
)
@click.option("--nested", is_flag=True, help="Keep mentions inside other mentions.")
@click.option("--explain", is_flag=True, help="Show the candidates and the parts of their scores.")
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True)
@click.option("--resume", is_flag=True, help="Go on after a stopped run with -o FILE.")
@click.option(
    "--errors",
    "errors_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the failed documents' records to this file.",
)
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Find the concepts in the texts of PATHS: files, folders, or - for standard input.

    On a terminal the result is a coloured picture, in a pipe JSON lines; a file's extension
    (.jsonl .pubtator .tsv .html .bioc.xml .bioc.json .brat.zip .conll .jsonld ...) chooses its
    format. Exit code 1: some documents failed.

    \b
    onoma annotate abstracts.xml.gz --types disease,chemical -o found.jsonl
    onoma annotate gold.pubtator --to pubtator --ids MESH,OMIM
    onoma annotate notes.txt --describe "adverse event; surgical procedure"
    onoma annotate abstracts.txt --relations --to relations-tsv
    onoma annotate gold.pubtator --gold --relations -o related.jsonl
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    return _annotate(paths, _Options(**options))


def _annotate(paths: tuple[str, ...], options: _Options) -> int:
    """Check the options, annotate, and return the exit code."""
    if options.source_format is not None:
        readers.get(options.source_format)
    target = _target_format(options.target_format, options.output)
    writers.get(target)
    _check_together(options, target)
    if options.processes > 1:
        tie_workers()
    nlp = _pipeline(options, target)
    meter = Meter()
    documents = _documents(paths, options, meter)
    is_shown = options.output is None and sys.stdout.isatty()
    failures = _Failures()
    with (
        _output(nlp, options, target) as output,
        Progress.of(paths, meter, is_wanted=not is_shown) as progress,
    ):
        failures.count = output.start.failed
        if not output.is_done:
            _run(nlp, documents, options, target=target, output=output, watch=(progress, failures))
    failures.conclude()
    return EXIT_FAILED if failures.count else 0


def _with_relations(options: _Options, target: str) -> bool:
    return options.relations or target.startswith("relations")


def _check_together(options: _Options, target: str) -> None:
    """Raise UsageError for options that need others, or do not go with them."""
    if options.resume and (options.output is None or target not in RESUMABLE):
        raise click.UsageError(f"--resume needs -o FILE in one of {', '.join(sorted(RESUMABLE))}")
    if options.output is not None and options.output == options.errors_path:
        raise click.UsageError("-o and --errors name the same file")
    if options.examples and not options.describe:
        raise click.UsageError("--examples needs --describe")
    of_relations = (options.relater, options.task, options.min_confidence)
    if any(of_relations) and not _with_relations(options, target):
        raise click.UsageError("--relater, --task and --min-confidence need --relations")


def _pipeline(options: _Options, target: str) -> onoma.Pipeline:
    """Return what annotates as the options ask."""
    nlp = onoma.load(
        options.vocab,
        types=options.types,
        ids=options.ids,
        nested=options.nested,
        project=options.project,
        mode=options.mode,
        leaning=options.leaning,
    )
    if options.describe:
        nlp = nlp.describing(options.describe, examples=options.examples)
    if _with_relations(options, target):
        nlp = nlp.relating(
            options.relater, min_confidence=options.min_confidence, task=options.task
        )
    return nlp


def _documents(
    paths: tuple[str, ...], options: _Options, meter: Meter
) -> Iterator[Document | FailedDocument | AnnotatedDocument]:
    """Return what is to be annotated, with the files' own mentions where they are kept."""
    if options.gold:
        marked = read_annotated(paths, format=options.source_format, meter=meter)
        return (one if one.error is None else one.error for one in marked)
    return read_documents(paths, format=options.source_format, meter=meter)


def _target_format(named: str | None, output: Path | None) -> str:
    """Return the output format: the one named, the file's, or what suits the place."""
    if named is not None:
        return named
    if output is None:
        return "terminal" if sys.stdout.isatty() else "jsonl"
    found = output_format(output.name)
    if found is None:
        known = " ".join(extensions[0] for extensions in OUTPUT_EXTENSIONS.values())
        raise click.UsageError(f"{output}: the extension names no format ({known}); add --to")
    return found


def _output(nlp: onoma.Pipeline, options: _Options, target: str) -> AbstractContextManager[Output]:
    """Return where to write; a file in a format that allows it can be resumed."""
    path = options.output
    if path is None or target not in RESUMABLE:
        return plain_output(path, options.errors_path)
    settings = {
        "onoma": onoma.__version__,
        "store": nlp.store.version,
        "format": target,
        "input format": options.source_format,
        "types": options.types,
        "ids": options.ids,
        "mode": options.mode,
        "leaning": options.leaning,
        "describe": options.describe,
        "examples": options.examples,
        "relations": options.relations,
        "relater": options.relater,
        "task": options.task,
        "gold": options.gold,
        "min_confidence": options.min_confidence,
        "vocabulary": options.vocab,
        "project": None if options.project is None else str(options.project),
        "nested": options.nested,
        "explain": options.explain,
    }
    return resumable_output(
        path, options.errors_path, settings=settings, is_fresh=not options.resume
    )


def _run(
    nlp: onoma.Pipeline,
    documents: Iterable[Document | FailedDocument | AnnotatedDocument],
    options: _Options,
    *,
    target: str,
    output: Output,
    watch: tuple[Progress, _Failures],
) -> None:
    """Annotate and write what an earlier run did not."""
    progress, failures = watch
    rest = output.rest(documents)
    try:
        if target == "jsonl" and not options.explain:  # the same lines, without objects
            for line in nlp.to_jsonl(rest, processes=options.processes):
                output.stream.write(line)
                failures.note(output.advance())
                progress.step(output.done.documents)
            return
        writer = make_writer(target, output.stream, explain=options.explain)
        if not output.start.documents:
            writer.begin()
        for document in nlp.pipe(rest, processes=options.processes):
            writer.write(document)
            failures.note(output.advance())
            progress.step(output.done.documents)
        writer.end()
    except BaseException as error:
        if not isinstance(error, Inconsistent):
            _say_partial(options.output)
        if isinstance(error, BrokenProcessPool):
            words = "a worker process was ended from outside, perhaps for want of memory"
            raise OnomaError(words, hint="try fewer --processes") from error
        raise


def _say_partial(path: Path | None) -> None:
    """Say where the results of a stopped run are, if they are kept."""
    if path is not None and partial_path(path).exists():
        say(f"what is done is in {partial_path(path)}; --resume goes on from there")


class _Failures:
    """Counts failed documents and names the first ones."""

    def __init__(self) -> None:
        self.count = 0
        self._said = 0

    def note(self, failed: FailedDocument | None) -> None:
        """Take a document into account if it failed."""
        if failed is None:
            return
        self.count += 1
        if self._said < SAID_FAILURES:
            self._said += 1
            hint = f" ({failed.hint})" if failed.hint else ""
            say(f"{failed.id}: {failed.code}: {failed.message}{hint}")

    def conclude(self) -> None:
        """Say how many failed."""
        if self.count:
            say(f"{self.count} document{'' if self.count == 1 else 's'} failed")
