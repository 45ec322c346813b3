"""What the labels of corpora mean in words, and how a batch asks for them.

Which of a label's phrases stands for it is drawn anew in every batch, so that a network learns the
meaning of words and not the label. A label of one corpus is also asked of texts of another, but
only where the answer is sure: inside what was marked there as a thing of another kind.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.encoder import Encoder
from onoma.errors import BadFile, UnknownName
from onoma.recognize.tagger.decoding import OUTSIDE
from onoma.recognize.tagger.folder import OWN
from onoma.recognize.tagger.training.corpora import Corpus
from onoma.recognize.tagger.training.shelf import NOT_SAID

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
I8 = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Description:
    """A type in words: phrases of which each means it, and its kind (``Meanings.apart``)."""

    phrases: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Meanings:
    """Descriptions by name; rows of kinds of which no two are ever one thing."""

    descriptions: Mapping[str, Description]
    apart: tuple[tuple[str, ...], ...] = ()


def read_meanings(path: Path) -> Meanings:
    """Return the descriptions of a TOML file (``[descriptions]`` and ``apart``).

    Raises: BadFile: it is no such file.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        said = {
            name: Description(tuple(map(str, row["words"])), str(row.get("kind", "")))
            for name, row in found["descriptions"].items()
        }
        apart = tuple(tuple(map(str, row)) for row in found.get("apart", ()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(f"{path} holds no descriptions: {error!r}", hint="see the docs") from error
    if not all(one.phrases for one in said.values()):
        raise BadFile(f"{path}: a description has no words", hint='write: words = ["..."]')
    return Meanings(said, apart)


def column_names(corpora: Sequence[Corpus]) -> tuple[str, ...]:
    """Return a column for each label of each corpus."""
    return tuple(f"{corpus.name}{OWN}{label}" for corpus in corpora for label in corpus.labels)


class Questions:
    """The columns of a shelf with the vectors of their phrases."""

    def __init__(self, corpora: Sequence[Corpus], meanings: Meanings, encoder: Encoder) -> None:
        """Encode the phrases; ``corpora`` lead from labels to descriptions.

        Raises: UnknownName: a label leads to none.
        """
        keys = [key for corpus in corpora for key in corpus.labels.values()]
        for key in keys:
            if key not in meanings.descriptions:
                raise UnknownName("description", key, meanings.descriptions)
        said = [meanings.descriptions[key] for key in keys]
        phrases = list(dict.fromkeys(phrase for one in said for phrase in one.phrases))
        place = {phrase: row for row, phrase in enumerate(phrases)}
        self.vectors = encoder.encode(phrases)  # (phrases, dimension)
        self.centre = self.vectors.mean(0)
        self._phrases = [np.array([place[p] for p in one.phrases], np.int64) for one in said]
        kinds = sorted({one.kind for one in said if one.kind})
        number = {kind: row for row, kind in enumerate(kinds)}
        self.kind = np.array([number.get(one.kind, -1) for one in said], np.int64)
        self.apart = np.zeros((len(kinds) + 1, len(kinds) + 1), bool)  # the last: no kind
        for row in meanings.apart:
            own = [number[kind] for kind in row if kind in number]
            self.apart[np.ix_(own, own)] = True
        np.fill_diagonal(self.apart, val=False)

    def ask(self, labels: I8, rng: np.random.Generator) -> tuple[I8, F32]:
        """Return the labels of the columns of which a batch says something, and their vectors.

        ``labels`` is (words, columns).
        """
        asked = np.flatnonzero((labels != NOT_SAID).any(0))
        vectors = self.vectors[[int(rng.choice(self._phrases[column])) for column in asked]]
        return self._told(np.ascontiguousarray(labels[:, asked]), self.kind[asked]), vectors

    def _told(self, labels: I8, kinds: I64) -> I8:
        """Say of words marked as one kind that they are none of the kinds apart from it."""
        present = np.unique(kinds[kinds >= 0])
        is_kind = np.zeros((len(labels), len(self.apart)), bool)
        for kind in present.tolist():
            is_kind[:, kind] = (labels[:, kinds == kind] > OUTSIDE).any(1)
        never = is_kind.astype(np.float32) @ self.apart.astype(np.float32) > 0  # (words, kinds)
        labels[(labels == NOT_SAID) & never[:, kinds]] = OUTSIDE
        return labels


def without_kinds(
    corpora: Sequence[Corpus], meanings: Meanings, kinds: Sequence[str]
) -> list[Corpus]:
    """Return the corpora without the labels of some kinds; one that has no other is left out."""
    left = []
    for corpus in corpora:
        labels = {
            label: key
            for label, key in corpus.labels.items()
            if meanings.descriptions[key].kind not in kinds
        }
        if labels:
            left.append(Corpus(corpus.name, labels, corpus.train, corpus.dev, corpus.passes))
    return left
