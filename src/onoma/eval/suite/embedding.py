"""What turns the texts of a task into vectors: character n-grams, or an encoder."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from onoma.encode.encoder import Encoder
from onoma.eval.suite.parts import F32
from onoma.eval.systems.textual import grams_of

MOST_GRAMS = 1 << 15


class TextSystem(Protocol):
    """Makes vectors of texts."""

    @property
    def name(self) -> str:
        """Its name in tables."""

    @property
    def about(self) -> Mapping[str, str]:
        """What its vectors depend on."""

    @property
    def seconds(self) -> float:
        """The CPU time spent on vectors so far."""

    @property
    def texts(self) -> int:
        """How many texts were made into vectors so far."""

    def embed(self, texts: Sequence[str]) -> F32:
        """Return a unit vector for each of a task's texts, in their order; (texts, width)."""


class CharacterGrams:
    """TF-IDF of the n-grams of characters (2 to 4) that stand in two texts of the task or more.

    Weights are learnt from all texts of the task, without labels; the 32,768 n-grams that most
    texts have are kept. Nothing is carried from task to task.
    """

    def __init__(self, name: str = "tfidf") -> None:
        """Take a name for the tables."""
        self.name = name
        self.about: Mapping[str, str] = {"grams": "2 to 4 characters"}
        self.seconds = 0.0
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> F32:
        """Return the TF-IDF vectors."""
        started = time.process_time()
        counts = [Counter(grams_of(text)) for text in texts]
        seen = Counter(gram for one in counts for gram in one)
        kept = sorted((g for g, n in seen.items() if n > 1), key=lambda g: (-seen[g], g))
        place = {gram: column for column, gram in enumerate(kept[:MOST_GRAMS])}
        idf = [math.log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in place]
        out = np.zeros((len(texts), max(1, len(place))), np.float32)
        for row, one in enumerate(counts):
            known = [(place[gram], n) for gram, n in one.items() if gram in place]
            for column, n in known:
                out[row, column] = (1 + math.log(n)) * idf[column]
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
        self.seconds += time.process_time() - started
        self.texts += len(texts)
        return out


class EncoderSystem:
    """An encoder; each distinct text of all tasks is encoded once."""

    def __init__(self, name: str, encoder: Encoder) -> None:
        """Take a name for the tables."""
        self.name = name
        self.about: Mapping[str, str] = {"encoder": encoder.name, "weights": encoder.digest}
        self.seconds = 0.0
        self._encoder = encoder
        self._row: dict[str, int] = {}
        self._blocks: list[F32] = []

    @property
    def texts(self) -> int:
        """How many texts were encoded."""
        return len(self._row)

    def embed(self, texts: Sequence[str]) -> F32:
        """Return the encoder's vectors."""
        started = time.process_time()
        new = [text for text in dict.fromkeys(texts) if text not in self._row]
        if new:
            self._row |= {text: len(self._row) + i for i, text in enumerate(new)}
            self._blocks = [np.concatenate([*self._blocks, self._encoder.encode(new)])]
        self.seconds += time.process_time() - started
        return self._blocks[0][[self._row[text] for text in texts]]
