"""The library that searches are timed on: the shared abstracts, and queries made of them."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from onoma.corpus import Corpus
from onoma.encode import Encoder, load_encoder
from onoma.search.library import Library
from onoma.search.texts import Shown
from onoma.search.vectors import update_vectors
from onoma.types import Document
from retrieval_sets import abstracts, titled

F32 = npt.NDArray[np.float32]
SEED = 20


def documents(count: int) -> list[Document]:
    """Return the first so many of the shared abstracts."""
    found: list[Document] = []
    for record in abstracts():
        if len(found) == count:
            break
        found.append(titled(str(record["id"]), record["title"], record["abstract"]))
    return found


def build(folder: Path, count: int) -> tuple[Library, dict[str, float]]:
    """Return the library of a folder, made if it is not there, with the seconds of each step.

    Seconds are of the processor, of all threads together.
    """
    seconds: dict[str, float] = {}
    if not (folder / "manifest.json").exists():
        corpus, given = Corpus.create(folder), documents(count)
        pipeline = corpus.pipeline()
        pipeline.annotate("warm")
        start = time.process_time()
        corpus.add(given, pipeline=pipeline)
        seconds["read, annotate, write the log"] = time.process_time() - start
        start = time.process_time()
        library = Library(corpus)
        seconds["index words and concepts"] = time.process_time() - start
        return library, seconds
    return Library(Corpus.open(folder)), seconds


class MadeEncoder:
    """Stands in for the encoder of documents: real vectors of some, turned a little for the rest.

    What it costs to compare vectors does not depend on what they are; encoding all abstracts takes
    half an hour.
    """

    def __init__(self, real: Encoder, texts: Sequence[str], rng: np.random.Generator) -> None:
        """Encode these texts, from which all vectors are made."""
        self.digest, self.dimension = real.digest, real.dimension
        self._real = real.encode(texts)
        self._rng = rng

    def encode(self, texts: Sequence[str]) -> F32:
        """Return a vector a text."""
        rows = self._rng.integers(len(self._real), size=len(texts))
        noise = self._rng.standard_normal((len(texts), self.dimension), dtype=np.float32)
        found = self._real[rows] + 0.02 * noise
        return cast(F32, found / np.linalg.norm(found, axis=1, keepdims=True))


def embed(library: Library, sample: int) -> None:
    """Give every document vectors, made of those of so many windows."""
    texts = [shown.title or shown.document.text[:200] for shown in some(library, sample)]
    made = MadeEncoder(load_encoder(), texts, np.random.default_rng(SEED))
    keys = library.corpus.live()
    update_vectors(library.corpus, library.texts, keys, encoder=cast(Encoder, made))
    library.refresh()


def some(library: Library, count: int) -> list[Shown]:
    """Return some documents, drawn by a fixed seed."""
    keys = np.random.default_rng(SEED).choice(library.corpus.live(), count, replace=False)
    return list(library.texts.take(keys.tolist()))


def made_queries(library: Library, count: int) -> list[str]:
    """Return queries of three kinds: words of a title, a whole title, names of two concepts."""
    rng = random.Random(SEED)  # noqa: S311
    found: list[str] = []
    for number, shown in enumerate(some(library, 2 * count)):
        words = plain(shown.title).split()
        named = [plain(shown.document.text[m.start : m.end]) for m in shown.marks]
        if len(words) < 5 or len(named) < 4:
            continue
        kinds = (rng.sample(words, 3), words[:12], rng.sample(named, 2))
        found.append(" ".join(kinds[number % 3]))
        if len(found) == count:
            break
    return found


def plain(text: str) -> str:
    """Return a text's letters and digits, all else as blanks: words and nothing else."""
    return "".join(char if char.isalnum() else " " for char in text)
