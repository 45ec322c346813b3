"""Roles of sentences: background, objective, method, result, conclusion; or parts of a trial.

``roles_of`` reads a document, ``read_roles`` many at once, as columns; ``role_texts`` gives what
each role holds, for an index. Two schemes: ``roles`` (of any abstract; ``other`` is registration,
funding and the like) and ``pico`` (parts of a trial by the sentence: background, population,
intervention, outcome, study_design, other). A heading that stands in the text is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from onoma.classify.crf import F32, Bools
from onoma.classify.headings import PARTS, ROLES
from onoma.classify.sentences import I32, Sentences, read_sentences
from onoma.classify.sequence_model import SequenceModel
from onoma.errors import UnknownName
from onoma.types import Document, Sentence

SCHEMES: dict[str, tuple[str, ...]] = {"roles": ROLES, "pico": PARTS}
"""What sentences can be classified by, with the labels of each."""

BATCH = 256  # documents read at once


@dataclass(frozen=True, slots=True)
class SentenceRole:
    """A sentence with its role and the chance (0 to 1) that it has this one."""

    sentence: Sentence
    role: str
    probability: float


@dataclass(frozen=True, slots=True)
class RoleColumns:
    """The sentences of a batch of documents in order, as arrays of one length.

    ``document`` is the number in the batch; ``start`` and ``end`` are offsets into its text, a
    heading in front included; ``role`` is a place in ``labels``, ``probability`` its chance.
    """

    labels: tuple[str, ...]
    document: I32
    start: I32
    end: I32
    role: I32
    probability: F32

    def of(self, number: int) -> tuple[SentenceRole, ...]:
        """Return the sentences of one document of the batch."""
        first, last = np.searchsorted(self.document, [number, number + 1])
        columns = (self.start, self.end, self.role, self.probability)
        return tuple(
            SentenceRole(Sentence(start, end), self.labels[role], round(chance, 4))
            for start, end, role, chance in zip(
                *(column[first:last].tolist() for column in columns), strict=True
            )
        )


def roles_of(document: str | Document, *, scheme: str = "roles") -> tuple[SentenceRole, ...]:
    """Return the sentences of a text or document (its title left out) with their roles.

    >>> text = "We aimed to learn if tea helps. Ninety adults drank tea. It did not help."
    >>> [one.role for one in roles_of(text)]
    ['objective', 'method', 'result']

    Raises: UnknownName: no such scheme (``roles``, ``pico``).
    """
    given = Document("", document) if isinstance(document, str) else document
    return read_roles([given], scheme=scheme).of(0)


def read_roles(
    documents: Sequence[Document], *, scheme: str = "roles", model: SequenceModel | None = None
) -> RoleColumns:
    """Return the sentences of documents with their roles, as columns.

    ``model`` stands in for the one that ships (its labels are then those of the result).
    Raises: UnknownName: no such scheme.
    """
    if scheme not in SCHEMES:
        raise UnknownName("scheme of sentences", scheme, tuple(SCHEMES))
    used = model or shipped_model(scheme)
    sentences, words = read_sentences(documents)
    chances = used.chances(words, sentences.sequence, _allowed(sentences, used.labels))
    role = chances.argmax(axis=1).astype(np.int32) if len(chances) else np.empty(0, np.int32)
    best = chances[np.arange(len(role)), role]
    return RoleColumns(used.labels, sentences.document, sentences.start, sentences.end, role, best)


def iter_roles(
    documents: Iterable[Document], *, scheme: str = "roles", model: SequenceModel | None = None
) -> Iterator[tuple[Document, tuple[SentenceRole, ...]]]:
    """Yield each document with its sentences' roles, in order, lazily."""
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == BATCH:
            yield from _batch_roles(batch, scheme, model)
            batch = []
    yield from _batch_roles(batch, scheme, model)


def _batch_roles(
    batch: Sequence[Document], scheme: str, model: SequenceModel | None
) -> Iterator[tuple[Document, tuple[SentenceRole, ...]]]:
    columns = read_roles(batch, scheme=scheme, model=model)
    return ((document, columns.of(number)) for number, document in enumerate(batch))


def role_texts(documents: Sequence[Document], *, scheme: str = "roles") -> list[dict[str, str]]:
    """Return what each document says in each role, its sentences joined; for an index."""
    columns = read_roles(documents, scheme=scheme)
    found: list[dict[str, list[str]]] = [{} for _ in documents]
    for number, start, end, role in zip(
        *(c.tolist() for c in (columns.document, columns.start, columns.end, columns.role)),
        strict=True,
    ):
        said = documents[number].text[start:end]
        found[number].setdefault(columns.labels[role], []).append(said)
    return [{role: " ".join(said) for role, said in one.items()} for one in found]


def _allowed(sentences: Sentences, labels: tuple[str, ...]) -> Bools | None:
    """Return what headings leave open, None for a model whose labels they do not speak of."""
    if labels == ROLES:
        bits = sentences.roles
    elif labels == PARTS:  # what a label names is believed; what it only makes likely is not
        named = (sentences.parts & (sentences.parts - 1)) == 0
        bits = np.where(named & (sentences.roles == _METHOD), sentences.parts, -1)
    else:
        return None
    found: Bools = (bits[:, None] >> np.arange(len(labels)) & 1).astype(bool)
    return found


_METHOD = 1 << ROLES.index("method")


@cache
def shipped_model(scheme: str) -> SequenceModel:
    """Return the model of a scheme that ships with the package."""
    path = resources.files("onoma") / "data" / "classify" / "roles" / f"{scheme}.npz"
    with resources.as_file(path) as file:
        return SequenceModel.load(Path(file))
