"""Sentences that speak of a challenge (a problem, a gap, a limit) or of a direction.

A direction is a suggestion, a hypothesis or what should be studied. The model reads a sentence
alone; one sentence may be both.

Source: Lahav et al. 2022, A Search Engine for Discovery of Scientific Challenges and Directions
(the task and the examples).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path

from onoma.classify.topics import FILE, TopicReader, read_topic_model
from onoma.errors import InputError
from onoma.types import Document, FailedDocument

CHALLENGE, DIRECTION = "challenge", "direction"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that speaks of a challenge or a direction; ``score`` is its chance, 0 to 1."""

    start: int
    end: int
    text: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of a document in order; ``error`` is set instead when it failed."""

    document: Document
    found: tuple[Statement, ...] = ()
    error: FailedDocument | None = None


def challenges_of(document: str | Document) -> tuple[Statement, ...]:
    """Return the sentences of a document that speak of a challenge or a direction, in order.

    >>> found = challenges_of(
    ...     "Mice were fed twice a day. It remains unclear why some of them fell ill."
    ... )
    >>> [(one.label, one.text) for one in found]
    [('challenge', 'It remains unclear why some of them fell ill.')]

    Raises: InputError: it could not be read.
    """
    given = Document("", document) if isinstance(document, str) else document
    statements = next(iter(iter_challenges([given])))
    if statements.error is not None:
        raise InputError(statements.error.message, hint=statements.error.hint)
    return statements.found


def iter_challenges(
    documents: Iterable[Document | FailedDocument],
    *,
    labels: Sequence[str] = (CHALLENGE, DIRECTION),
    reader: TopicReader | None = None,
) -> Iterator[Statements]:
    """Yield the statements of each document, in order; a sentence may come once for each label."""
    for one in (reader or shipped_reader()).read(documents):
        text = one.document.text
        found = [
            Statement(s.start, s.end, text[s.start : s.end], topic.label, topic.score)
            for s in one.sentences
            for topic in sorted(s.topics, key=lambda topic: topic.label)
            if topic.is_taken and topic.label in labels
        ]
        yield Statements(one.document, tuple(found), one.error)


@cache
def shipped_reader() -> TopicReader:
    """Return the reader with the model that ships."""
    return TopicReader(read_topic_model(_shipped_folder()))


@cache
def model_digest() -> str:
    """Return what tells the model that ships from any other."""
    return sha256((_shipped_folder() / FILE).read_bytes()).hexdigest()[:16]


def _shipped_folder() -> Path:
    return Path(str(resources.files("onoma") / "data" / "classify" / "challenges"))
