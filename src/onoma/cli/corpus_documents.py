"""Documents of a corpus, or of paths, for the commands that make pages of them."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from onoma.cli.corpus_options import corpus_option, open_corpus
from onoma.cli.options import (
    Command,
    ids_option,
    leaning_of,
    leaning_options,
    project_option,
    types_option,
    vocab_option,
)
from onoma.cli.progress import Progress
from onoma.cli.report import of_types, pipeline_of
from onoma.errors import InputError
from onoma.formats import Meter, readers
from onoma.formats.output import make_folder
from onoma.ontology.loading import open_vocabulary, vocabulary_names
from onoma.ontology.store import ConceptStore
from onoma.report import read_marked
from onoma.report.reading import WAYS, Texts
from onoma.types import AnnotatedDocument

Take = Callable[[AnnotatedDocument], None]


def page_options(function: Command) -> Command:
    """Add what says which documents, and where the page goes."""
    words = "How mentions of texts are found: dictionary (usual), hybrid, neural."
    function = click.option("--mode", default="dictionary", metavar="MODE", help=words)(function)
    function = leaning_options(function)
    function = types_option(ids_option(project_option(vocab_option(function))))
    words = "With PATHS: count the mentions that files give, find them anew, or as each file is."
    function = click.option(
        "--mentions", type=click.Choice(WAYS), default="auto", show_default=True, help=words
    )(function)
    words = "Input format (else recognised)."
    function = click.option("--from", "source", metavar="FORMAT", help=words)(function)
    function = click.option("--title", help="The page's title.")(function)
    places = click.Path(file_okay=False, path_type=Path)
    function = click.option("-o", "--out", required=True, type=places, help="Folder to write.")(
        function
    )
    function = corpus_option(function)
    paths = click.Path(exists=True, allow_dash=True)
    return click.argument("paths", nargs=-1, type=paths)(function)


def check_out(out: Path) -> None:
    """Make the folder that the page goes into.

    Raises: InputError: its name is a file's.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file, no folder", hint="name a folder")
    make_folder(out)


def take_documents(paths: tuple[str, ...], options: dict[str, Any], take: Take) -> str:
    """Give every document to ``take``, those of the paths or of the corpus; return what they are.

    ``options`` are those of ``page_options``. Raises: InputError: both paths and a corpus.
    """
    types = options["types"]
    count = 0

    def taken(document: AnnotatedDocument) -> None:
        nonlocal count
        count += 1
        take(of_types(document, types))
        progress.step(count)

    def annotate(texts: Texts) -> Iterable[AnnotatedDocument]:
        leaning = leaning_of(precision=options["precision"], recall=options["recall"])
        asked = options | {"nested": False, "leaning": leaning}
        return pipeline_of(asked).pipe(texts)

    meter = Meter()
    if paths:
        if options["name"]:
            raise InputError("paths and a corpus are given", hint="leave one out")
        if options["source"] is not None:
            readers.get(options["source"])
        with Progress.of(paths, meter, is_wanted=True) as progress:
            way = options["mentions"]
            read_marked(paths, annotate, taken, format=options["source"], mentions=way, meter=meter)
        return ", ".join(Path(path).name or path for path in paths)
    corpus = open_corpus(options["name"])
    with Progress(meter, None, None) as progress:
        for document in corpus.annotated():
            taken(document)
    return corpus.name


def store_of(paths: tuple[str, ...], options: dict[str, Any]) -> ConceptStore:
    """Return the store that has the hierarchy of what these documents name."""
    if paths:
        return open_vocabulary(vocabulary_names(options["vocab"]), project=options["project"] or "")
    settings = open_corpus(options["name"]).manifest.settings
    return open_vocabulary(settings.vocabulary, project=settings.project)


def said_of(names: str) -> dict[str, str]:
    """Return what a page says of how it was made."""
    return {"command": shlex.join(["onoma", *sys.argv[1:]]), "of": names}
