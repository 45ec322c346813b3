"""Sentences of documents by role, as rows for ``onoma classify``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from onoma.classify.roles import SCHEMES, iter_roles
from onoma.classify.sequence_model import SequenceModel
from onoma.cli.classify import Classifier
from onoma.types import Document

HEAD = ("id", "start", "end", "role", "probability", "text")


def make_classifier(by: str) -> Classifier:
    """Return what classifies by one of SCHEMES, or by the model in a folder."""
    if by in SCHEMES:
        return Classifier(HEAD, partial(_rows, scheme=by, model=None))
    model = SequenceModel.load(Path(by) / "model.npz")
    return Classifier(HEAD, partial(_rows, scheme="roles", model=model))


def _rows(
    documents: Iterable[Document], *, scheme: str, model: SequenceModel | None
) -> Iterator[tuple[Document, list[Sequence[Any]]]]:
    """Yield each document with a row a sentence."""
    for document, found in iter_roles(documents, scheme=scheme, model=model):
        rows: list[Sequence[Any]] = []
        for one in found:
            start, end = one.sentence.start, one.sentence.end
            rows.append(
                (document.id, start, end, one.role, one.probability, document.text[start:end])
            )
        yield document, rows
