"""Which sentences of a corpus's documents speak of a challenge or a direction.

The model reads a sentence that may do so in 15 to 30 ms, so this is a step of its own, as vectors
are: part by part, what is done stays done, documents that are new are read when it is called again.
The index of words then holds the words of these sentences (``says:challenge:word``); here is where
in each document they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from onoma.classify.challenges import Statement, iter_challenges, model_digest
from onoma.corpus import Corpus, DerivedIndex, IndexState
from onoma.corpus.locking import write_lock
from onoma.search.fields import STATEMENTS
from onoma.search.parts import Making, load_part, place_of
from onoma.types import Document

U64 = npt.NDArray[np.uint64]
NAME = "said"
FORMAT = 1
PART = 500  # documents of a part: what is read at most again after a kill

Reader = Callable[[Sequence[Document]], Iterable[Sequence[Statement]]]
"""Gives the statements of each document, in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """Statements of some documents, which have rows ``firsts[i] : firsts[i + 1]``.

    ``spans`` (rows, 2) uint32 offsets; ``labels`` (rows,) places in ``STATEMENTS``; ``scores``
    (rows,) chances, 0 to 1; ``keys`` and ``firsts`` as in ``parts``.
    """

    OF_ROWS: ClassVar = frozenset({"spans", "labels", "scores"})

    spans: npt.NDArray[np.uint32]
    labels: npt.NDArray[np.uint8]
    scores: npt.NDArray[np.float32]
    keys: U64
    firsts: npt.NDArray[np.int64]


def said_index(corpus: Corpus) -> DerivedIndex:
    """Return the place of what a corpus's documents say."""
    return DerivedIndex(corpus.indexes / NAME)


def usable_said(corpus: Corpus) -> IndexState | None:
    """Return the state of what documents say if the model that ships has read it, else None."""
    state = said_index(corpus).open(corpus)
    if state is None or state.settings.get("format") != FORMAT:
        return None
    return state if state.settings["model"] == model_digest() else None


def read_shipped(documents: Sequence[Document]) -> Iterator[tuple[Statement, ...]]:
    """Yield the statements of each document, by the model that ships."""
    return (one.found for one in iter_challenges(documents))


def update_said(
    corpus: Corpus,
    documents: Callable[[Sequence[int]], Sequence[Document]],
    keys: U64,
    *,
    reader: Reader = read_shipped,
    wait: float = 0.0,
    watch: Callable[[int, int], None] | None = None,
) -> IndexState:
    """Read the documents of these keys that were not read yet; drop those that are gone.

    ``documents`` gives those of some keys. ``watch`` is told how many of how many are done. Can be
    killed and called again.
    Raises: Busy: another process writes to the corpus.
    """

    def make(own: Sequence[int]) -> Part:
        return _part(own, list(reader(documents(own))))

    settings = {"format": FORMAT, "model": model_digest()}
    making = Making(corpus, said_index(corpus), Part, settings, make, PART)
    with write_lock(corpus.folder, wait=wait):
        parts, _ = making.tidied(making.extend(usable_said(corpus), keys, watch), keys)
        state = making.commit(parts)
        making.derived.sweep()
        return state


def _part(keys: Sequence[int], found: Sequence[Sequence[Statement]]) -> Part:
    rows = [one for own in found for one in own]
    return Part(
        np.array([(one.start, one.end) for one in rows], np.uint32).reshape(-1, 2),
        np.array([STATEMENTS.index(one.label) for one in rows], np.uint8),
        np.array([one.score for one in rows], np.float32),
        np.array(keys, np.uint64),
        np.append(0, np.cumsum([len(own) for own in found])).astype(np.int64),
    )


class Said:
    """What documents say, for reading; empty where nothing was read."""

    def __init__(self, folder: Path, state: IndexState | None) -> None:
        """Open what a checked state names."""
        names = state.settings["parts"] if state else []
        self._parts = [load_part(folder, name, Part) for name in names]
        self.model = str(state.settings["model"]) if state else ""
        self.stamp = sha256(" ".join((self.model, *names)).encode()).hexdigest()[:16]

    @classmethod
    def of(cls, corpus: Corpus) -> Said:
        """Return what a corpus's documents say."""
        return cls(said_index(corpus).folder, usable_said(corpus))

    @property
    def keys(self) -> U64:
        """The keys of the documents that were read, in order."""
        found = [np.asarray(one.keys) for one in self._parts]
        return np.sort(np.concatenate(found)) if found else np.zeros(0, np.uint64)

    def statements(self, key: int, text: str) -> tuple[Statement, ...]:
        """Return the statements of a document, whose text this is, in order; none if not read."""
        for part in self._parts:
            row = place_of(part.keys, key)
            if row is not None:
                own = slice(*part.firsts[row : row + 2].tolist())
                columns = (part.spans[own], part.labels[own], part.scores[own])
                rows = zip(*(column.tolist() for column in columns), strict=True)
                return tuple(
                    Statement(start, end, text[start:end], STATEMENTS[label], score)
                    for (start, end), label, score in rows
                )
        return ()


def statement_record(one: Statement) -> dict[str, Any]:
    """Return a statement as plain values, as JSON lines have it."""
    return {
        "label": one.label, "start": one.start, "end": one.end, "text": one.text,
        "score": round(one.score, 4),
    }  # fmt: skip
