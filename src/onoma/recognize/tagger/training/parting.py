"""Annotated documents of a user's own as a corpus, some of them held out where no dev part is."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from onoma.errors import InputError
from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText
from onoma.types import AnnotatedDocument

HELD_OUT = 10  # one text in so many, by the checksum of its identifier


def corpus_of(
    name: str,
    train: Iterable[AnnotatedDocument],
    dev: Iterable[AnnotatedDocument] | None = None,
    *,
    passes: float = 10.0,
) -> Corpus:
    """Return a corpus of annotated documents; every type that is marked in them is a label.

    Without ``dev`` one document in ten is held out to be measured on.

    Raises: InputError: a document could not be read, or nothing is marked.
    """
    learnt = tuple(map(_marked, train))
    if dev is None:
        held = tuple(text for text in learnt if not zlib.crc32(text.id.encode()) % HELD_OUT)
        learnt = tuple(text for text in learnt if zlib.crc32(text.id.encode()) % HELD_OUT)
    else:
        held = tuple(map(_marked, dev))
    labels = dict.fromkeys(mark.label for text in learnt for mark in text.marks)
    if not labels:
        raise InputError(f"{name}: nothing is marked in it", hint="give annotated documents")
    return Corpus(name, {label: label for label in labels}, learnt, held, passes)


def _marked(document: AnnotatedDocument) -> MarkedText:
    if document.error is not None:
        error = document.error
        raise InputError(f"{error.id}: {error.code}: {error.message}", hint=error.hint)
    marks = tuple(Marked(m.start, m.end, m.type) for m in document.mentions)
    return MarkedText(document.id, document.text, marks)
