"""Reports labelled by findings (concepts, with negation), as rows for ``onoma classify``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from onoma.cli.classify import Classifier
from onoma.errors import InputError
from onoma.pipeline import Pipeline, load
from onoma.search.labels import ABSENT, PRESENT, UNCERTAIN, Labeler
from onoma.search.query.meanings import Meanings
from onoma.types import Document

HEAD = ("id", "finding", "label", "value", "start", "end", "text")
VALUES = (PRESENT, UNCERTAIN, ABSENT)


def make_classifier(findings: str, vocab: str) -> Classifier:
    """Return what labels by findings: CURIEs or names with commas between, or a file of them.

    Raises: InputError: none is given, or one that the vocabulary does not have.
    """
    pipeline = load(vocab, mode="dictionary")
    meanings = Meanings(pipeline.store)
    known = []
    for name in _names(findings):
        meaning = meanings.concept(name)
        if meaning is None:
            hint = f'look for it: onoma ground "{name}"'
            raise InputError(f"no concept is called {name!r}", hint=hint)
        known.append(meaning)
    labeler = Labeler.of([one.same for one in known], pipeline.store)
    labels = [one.label for one in known]
    return Classifier(HEAD, partial(_labels, pipeline=pipeline, labeler=labeler, labels=labels))


def _names(findings: str) -> list[str]:
    path = Path(findings)
    is_file = bool(findings) and path.is_file()
    parts = path.read_text(encoding="utf-8").splitlines() if is_file else findings.split(",")
    names = [one.partition("\t")[0].strip() for one in parts]
    found = list(dict.fromkeys(one for one in names if one and not one.startswith("#")))
    if not found:
        hint = 'onoma classify reports/ --by findings --findings "pleural effusion,MESH:D011014"'
        raise InputError("there is no finding to label by", hint=hint)
    return found


def _labels(
    documents: Iterable[Document], *, pipeline: Pipeline, labeler: Labeler, labels: Sequence[str]
) -> Iterator[tuple[Document, list[Sequence[Any]]]]:
    """Yield each document with a row for each finding; one that is not mentioned has no value."""
    for document in documents:
        annotated = pipeline.annotate(document)
        rows: list[Sequence[Any]] = []
        for one, label in zip(labeler.label(annotated), labels, strict=True):
            why = one.because
            place = (why.start, why.end, why.text) if why is not None else ("", "", "")
            rows.append((document.id, one.finding, label, one.value, *place))
        yield document, rows
