"""Hits of a search written to a file: with all that a format holds, in the order of the hits."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from onoma.cli.app import say
from onoma.errors import UnknownName
from onoma.formats.converting import open_writer
from onoma.formats.losses import loss_report
from onoma.formats.output import open_output
from onoma.formats.tables import writers
from onoma.search.hits import Results
from onoma.search.library import Library

EXPORTS = ("ris", "nbib", "csv", "pubtator", "biocjson")
"""The formats that are usual; any other output format does as well."""

COLUMNS = ("rank", "id", "score", "title", "date", "words", "concepts", "snippet")


def export_hits(found: Library, results: Results, target: str, path: Path) -> None:
    """Write the hits to a file, those with annotations with what was found in them.

    Raises: UnknownName: there is no such format.
    """
    if target == "csv":
        _write_csv(results, path)
    else:
        if target not in writers.names():
            raise UnknownName("output format", target, (*EXPORTS, *writers.names()))
        _write_documents(found, results, target, path)
    say(f"{len(results.hits):,} hits written to {path}")


def _write_documents(found: Library, results: Results, target: str, path: Path) -> None:
    place = {hit.id: hit.rank for hit in results.hits}
    keys = np.array([hit.key for hit in results.hits], np.uint64)
    documents = sorted(found.corpus.annotated(keys), key=lambda one: place[one.id])
    with open_writer(target, path, is_strict=False) as writer:
        writer.begin()
        for one in documents:
            writer.write(one)
        writer.end()
    for line in loss_report(writer.losses):
        say(line)


def _write_csv(results: Results, path: Path) -> None:
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow(COLUMNS)
    for hit in results.hits:
        concepts = "; ".join(f"{one.curie} {one.label}" for one in hit.why.concepts)
        cells = (hit.rank, hit.id, f"{hit.score:.4f}", hit.title, hit.document.date or "")
        table.writerow((*cells, " ".join(hit.why.words), concepts, hit.snippet.text))
    with open_output(path) as stream:
        stream.write(lines.getvalue().encode("utf-8", "replace"))
