"""Readers of annotated corpora by format: those of ``onoma.formats``, and a few of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onoma.eval.gold_documents import (
    DocumentReader,
    GoldDocument,
    Options,
    gold_of,
    read_brat_tar,
    read_hpo_standoff,
    read_knowtator,
    read_mention_table,
)
from onoma.eval.gold_relations import read_chemprot, read_ddi, read_gutbrainie
from onoma.formats import annotated_readers
from onoma.formats.opening import open_stream
from onoma.types import AnnotatedDocument

OWN_READERS: dict[str, DocumentReader] = {
    "brat-tar": read_brat_tar,
    "chemprot": read_chemprot,
    "ddi": read_ddi,
    "gutbrainie": read_gutbrainie,
    "hpo-standoff": read_hpo_standoff,
    "knowtator": read_knowtator,
    "mention-table": read_mention_table,
}


def read_gold(path: Path, format: str, options: Options) -> Iterator[GoldDocument]:
    """Yield a file's gold documents; the option ``without`` names known broken ones to leave out.

    Raises: BadFile: a document that cannot be read, such as one whose offsets do not fit.
    """
    reader = OWN_READERS.get(format)
    if reader is not None:
        return reader(path, options)
    without = set(options.get("without", "").split(","))
    return (gold_of(one) for one in _annotated(path, format) if one.id not in without)


def _annotated(path: Path, format: str) -> Iterator[AnnotatedDocument]:
    with open_stream(path.open("rb"), path.name) as stream:
        yield from annotated_readers.get(format)(stream, path.name)
