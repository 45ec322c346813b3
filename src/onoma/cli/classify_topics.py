"""Documents and sentences by topic, challenges among them, as rows for ``onoma classify``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from onoma.classify.challenges import iter_challenges
from onoma.classify.topics import TopicReader, read_topic_model
from onoma.cli.classify import Classifier
from onoma.types import Document

CHALLENGES = "challenges"
HEAD = ("id", "start", "end", "label", "probability", "text")
DOCUMENT_HEAD = ("id", "label", "probability")


def make_classifier(by: str) -> Classifier:
    """Return what finds challenges and directions, or the topics of the model in a folder."""
    if by == CHALLENGES:
        return Classifier(HEAD, _challenges)
    reader = TopicReader(read_topic_model(Path(by)))
    if reader.model.unit == "sentence":
        return Classifier(HEAD, partial(_sentences, reader=reader))
    return Classifier(DOCUMENT_HEAD, partial(_topics, reader=reader))


def _challenges(documents: Iterable[Document]) -> Iterator[tuple[Document, list[Sequence[Any]]]]:
    for one in iter_challenges(documents):
        yield (
            one.document,
            [
                (one.document.id, s.start, s.end, s.label, round(s.score, 4), s.text)
                for s in one.found
            ],
        )


def _topics(
    documents: Iterable[Document], *, reader: TopicReader
) -> Iterator[tuple[Document, list[Sequence[Any]]]]:
    """Yield each document with a row for each of its labels."""
    for one in reader.read(documents):
        rows: list[Sequence[Any]] = [
            (one.document.id, topic.label, round(topic.score, 4))
            for topic in one.topics
            if topic.is_taken
        ]
        yield one.document, rows


def _sentences(
    documents: Iterable[Document], *, reader: TopicReader
) -> Iterator[tuple[Document, list[Sequence[Any]]]]:
    """Yield each document with rows for its own labels, then for those of its sentences."""
    for one in reader.read(documents):
        name, text = one.document.id, one.document.text
        rows: list[Sequence[Any]] = [
            (name, 0, len(text), topic.label, round(topic.score, 4), "")
            for topic in one.topics
            if topic.is_taken
        ]
        rows += (
            (name, s.start, s.end, topic.label, round(topic.score, 4), text[s.start : s.end])
            for s in one.sentences
            for topic in s.topics
            if topic.is_taken
        )
        yield one.document, rows
