"""Annotated documents on the command line of what learns from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import click

from onoma.cli.options import Command
from onoma.errors import DataError
from onoma.formats import read_annotated
from onoma.formats.tables import readers
from onoma.ontology.loading import vocabulary_names
from onoma.pipeline.annotator import Settings
from onoma.types import AnnotatedDocument, type_mask


def annotations_options(prefix: str) -> Callable[[Command], Command]:
    """Return what adds ``--data``, ``--from`` and ``--prefix`` (with ``prefix`` as its example)."""

    def add(function: Command) -> Command:
        words = f"The prefix of ids that have none, as in {prefix}."
        function = click.option("--prefix", default="", help=words)(function)
        words = "Input format (else recognised)."
        function = click.option("--from", "source", metavar="FORMAT", help=words)(function)
        words = "Annotated documents (PubTator, BioC, brat ...); may be given several times."
        places = click.Path(exists=True)
        return click.option(
            "--data", "paths", required=True, multiple=True, type=places, help=words
        )(function)

    return add


def read_checked(paths: Sequence[str], source: str | None) -> Iterator[AnnotatedDocument]:
    """Return the documents of some paths.

    Raises: UnknownName: no such format; DataError, on the way: one of them could not be read; half
    a corpus is not trained on.
    """
    if source is not None:
        readers.get(source)
    return map(_checked, read_annotated(paths, format=source))


def asked(types: Sequence[str] | None, ids: Sequence[str] | None, vocab: str) -> Settings:
    """Return the settings that the options of the same names ask for."""
    return Settings(
        types=type_mask(types or ()), ids=tuple(ids or ()), vocabulary=vocabulary_names(vocab)
    )


def _checked(document: AnnotatedDocument) -> AnnotatedDocument:
    if document.error is not None:
        error = document.error
        raise DataError(f"{error.id}: {error.code}: {error.message}", hint=error.hint)
    return document
