"""Vectors of a corpus: what documents mean, beside the words that they say it in.

A document is cut into windows of some sentences (``windows``); the encoder gives each a vector, and
their mean stands for the whole document. A query meets all means first, and then the windows of the
nearest documents (``windows_of``), the best of which also tells where in the document the answer
stands. Numbers are kept in 8 bits, each vector scaled by its greatest number.

Encoding is the slow part (some 40 abstracts a second on one core), so it is a step of its own that
can be broken off and goes on where it was: every few thousand documents are a part, committed by
itself. Up to ``LARGE`` documents are compared one by one (exact, 0.1 ms a thousand); beyond, a
graph of near neighbours (HNSW, Malkov and Yashunin 2020; by usearch) leads to the nearest. Files
are compared with their checksums before they are opened: a damaged graph would end the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from onoma.corpus import Corpus, DerivedIndex, IndexState
from onoma.corpus.locking import write_lock
from onoma.encode import Encoder, load_encoder
from onoma.errors import ExtraMissing
from onoma.search.parts import Making, load_part, place_of
from onoma.search.texts import Shown, Texts
from onoma.search.windows import windows
from onoma.types import Span

F32 = npt.NDArray[np.float32]
I8 = npt.NDArray[np.int8]
U64 = npt.NDArray[np.uint64]
NAME = "vectors"
FORMAT = 1
PART = 2_000  # documents of a part: what is encoded at most again after a kill
LARGE = 200_000
BLOCK = 8_192  # rows that are widened to float at once: they stay in the processor's cache
_NO_ROWS = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Part:
    """Vectors of some documents.

    ``means`` (n, width) and ``windows`` (m, width) int8; ``sizes`` (n,) the lengths of the means;
    ``spans`` (m, 2) uint32 offsets of the windows; ``keys`` (n,) uint64; ``firsts`` (n + 1,) int64:
    document i has windows ``firsts[i] : firsts[i + 1]``.
    """

    OF_ROWS: ClassVar = frozenset({"windows", "spans"})

    means: I8
    sizes: F32
    windows: I8
    spans: npt.NDArray[np.uint32]
    keys: U64
    firsts: npt.NDArray[np.int64]


def vectors_index(corpus: Corpus) -> DerivedIndex:
    """Return the place of a corpus's vectors."""
    return DerivedIndex(corpus.indexes / NAME)


def usable_vectors(corpus: Corpus) -> IndexState | None:
    """Return the state of the vectors if they can be used, else None."""
    state = vectors_index(corpus).open(corpus)
    if state is None or state.settings.get("format") != FORMAT:
        return None
    return state


def squeezed(vectors: F32) -> I8:
    """Return vectors in 8 bits, each scaled by its greatest number (a cosine stays what it is)."""
    most = np.abs(vectors).max(1, keepdims=True, initial=1e-9)
    return np.asarray(np.round(vectors / most * 127), np.int8)


def encode_documents(encoder: Encoder, documents: Sequence[Shown]) -> Part:
    """Return the vectors of documents; one without a sentence has the zero vector."""
    spans = [windows(one.document) for one in documents]
    texts = [
        one.document.text[start:end]
        for one, own in zip(documents, spans, strict=True)
        for start, end in own
    ]
    vectors = encoder.encode(texts)
    firsts = np.append(0, np.cumsum([len(own) for own in spans])).astype(np.int64)
    owner = np.repeat(np.arange(len(documents)), np.diff(firsts))
    means = np.zeros((len(documents), encoder.dimension), np.float32)
    np.add.at(means, owner, vectors)
    flat = [span for own in spans for span in own]
    small = squeezed(means)
    return Part(
        small,
        lengths(small),
        squeezed(vectors),
        np.array(flat, np.uint32).reshape(-1, 2),
        np.array([one.key for one in documents], np.uint64),
        firsts,
    )


def update_vectors(
    corpus: Corpus,
    texts: Texts,
    keys: U64,
    *,
    encoder: Encoder | None = None,
    wait: float = 0.0,
    watch: Callable[[int, int], None] | None = None,
) -> IndexState:
    """Encode the documents of these keys that have no vectors yet; drop those that are gone.

    ``texts`` holds the documents. ``watch`` is told how many of how many are done. Can be killed
    and called again.
    Raises: Busy: another process writes to the corpus. ExtraMissing: no usearch, where it is large.
    """
    chosen = encoder or load_encoder()

    def make(own: Sequence[int]) -> Part:
        return encode_documents(chosen, texts.take(own))

    settings = {"format": FORMAT, "encoder": chosen.digest, "graph": ""}
    making = Making(corpus, vectors_index(corpus), Part, settings, make, PART)
    with write_lock(corpus.folder, wait=wait):
        state = usable_vectors(corpus)
        if state is not None and state.settings["encoder"] != chosen.digest:
            state = None
        parts, loaded = making.tidied(making.extend(state, keys, watch), keys)
        graph = ""
        if len(keys) > LARGE:
            graph = f"graph-{corpus.last:012d}-{len(keys)}.usearch"
            build_graph(loaded).save(str(making.derived.folder / graph))
        state = making.commit(parts, [graph] if graph else [], graph=graph)
        making.derived.sweep()
        return state


def need_usearch() -> ModuleType:
    """Return usearch's index module.

    Raises: ExtraMissing: it is not installed.
    """
    try:
        import usearch.index
    except ImportError as error:
        raise ExtraMissing("library", f"vectors of more than {LARGE:,} documents") from error
    return usearch.index


def build_graph(parts: Iterable[Part]) -> Any:
    """Return a graph of near neighbours over the means, by key."""
    graph = None
    for part in parts:
        if graph is None:
            graph = need_usearch().Index(
                ndim=part.means.shape[1], metric="cos", dtype="i8", connectivity=16
            )
        graph.add(part.keys, np.asarray(part.means), threads=1)
    return graph


@dataclass(frozen=True, slots=True)
class Near:
    """A document near a query: cosine of its mean and of its nearest window, and where that is."""

    key: int
    mean: float
    best: float
    window: Span


class Vectors:
    """The vectors of a corpus, for reading: files are mapped, not loaded."""

    def __init__(self, folder: Path, state: IndexState) -> None:
        """Open what a checked state names."""
        self._parts = [load_part(folder, name, Part) for name in state.settings["parts"]]
        self._graph = None
        if state.settings["graph"]:
            index = need_usearch().Index.restore(str(folder / state.settings["graph"]), view=True)
            self._graph = index
        self.encoder_digest = str(state.settings["encoder"])

    def __len__(self) -> int:
        """Return the number of documents that have vectors."""
        return sum(len(one.keys) for one in self._parts)

    def keys(self) -> U64:
        """Return the keys of documents that have vectors."""
        found = [np.asarray(one.keys) for one in self._parts]
        return np.concatenate(found) if found else np.zeros(0, np.uint64)

    def nearest(self, query: F32, most: int) -> list[int]:
        """Return the keys of the documents whose means are nearest, nearest first."""
        if self._graph is not None:
            found = self._graph.search(squeezed(query[None])[0], most, threads=1)
            return [int(key) for key in found.keys]
        keys, scores = self.keys(), np.concatenate([_NO_SCORES, *map(_scorer(query), self._parts)])
        some = min(most, len(scores))
        top = np.argpartition(-scores, some - 1)[:some] if some else _NO_ROWS
        order = np.lexsort((keys[top], -scores[top]))
        return [int(key) for key in keys[top][order]]

    def near(self, query: F32, keys: Iterable[int]) -> Iterator[Near]:
        """Yield how near these documents are; those without vectors are passed over."""
        for key in keys:
            for part in self._parts:
                row = place_of(part.keys, key)
                if row is not None:
                    yield _near(part, row, query)
                    break

    def mean(self, key: int) -> F32 | None:
        """Return the vector of a document, of unit length; None where it has none."""
        for part in self._parts:
            row = place_of(part.keys, key)
            if row is not None:
                found = part.means[row].astype(np.float32)
                return np.asarray(found / max(float(np.linalg.norm(found)), 1e-9))
        return None


_NO_SCORES = np.zeros(0, np.float32)


def _scorer(query: F32) -> Callable[[Part], F32]:
    return lambda part: cosines(part.means, part.sizes, query)


def lengths(rows: I8) -> F32:
    """Return the length of each row, at least a little."""
    return np.asarray(np.maximum(np.linalg.norm(rows.astype(np.float32), axis=1), 1e-9), np.float32)


def cosines(rows: I8, sizes: F32, query: F32) -> F32:
    """Return the cosine of each row, of these lengths, with a unit vector."""
    out = np.zeros(len(rows), np.float32)
    for start in range(0, len(rows), BLOCK):
        stop = start + BLOCK
        out[start:stop] = rows[start:stop].astype(np.float32) @ query
    return np.asarray(out / sizes)


def _near(part: Part, row: int, query: F32) -> Near:
    first, stop = part.firsts[row : row + 2].tolist()
    mean = float(cosines(part.means[row : row + 1], part.sizes[row : row + 1], query)[0])
    if first == stop:
        return Near(int(part.keys[row]), mean, mean, (0, 0))
    own = part.windows[first:stop]
    scores = cosines(own, lengths(own), query)
    best = int(scores.argmax())
    start, end = part.spans[first + best].tolist()
    return Near(int(part.keys[row]), mean, float(scores[best]), (start, end))
