"""A corpus with its indexes, opened and brought up to date; what asks them is ``library``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from onoma.corpus import Added, Busy, Corpus, IndexState, Item, Plan, Reading
from onoma.encode import Encoder, load_encoder
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import make_annotator
from onoma.search.fields import open_index
from onoma.search.indexing import ENGINE, Watch, read_keys, update_words, usable_state, words_index
from onoma.search.matching import Matcher
from onoma.search.query.meanings import Meanings
from onoma.search.ranking import Ranker
from onoma.search.said import Said, update_said
from onoma.search.texts import Texts
from onoma.search.vectors import Vectors, update_vectors, usable_vectors, vectors_index
from onoma.types import Document

if TYPE_CHECKING:
    import tantivy


class IndexedCorpus:
    """A corpus with its indexes."""

    def __init__(self, corpus: Corpus, *, watch: Watch | None = None, wait: float = 0.0) -> None:
        """Take a corpus and bring the index of words up to date.

        Raises: ExtraMissing: the extra ``library`` is not installed. Busy: another process writes
        and there is no index yet.
        """
        self.corpus = corpus
        self.notes: tuple[str, ...] = ()
        self.refresh(watch=watch, wait=wait)

    def refresh(self, *, watch: Watch | None = None, wait: float = 0.0) -> None:
        """Take in what was added to the corpus since.

        Where another process writes, the index of before is used and ``notes`` say so.
        """
        self.corpus.refresh()
        self.notes = ()
        try:
            state = update_words(self.corpus, wait=wait, watch=watch)
        except Busy:
            known = usable_state(self.corpus)
            if known is None:
                raise
            state = known
            if known.watermark < self.corpus.last:
                busy = f"the newest records are not searched yet: {self.corpus.name} is busy"
                self.notes = (busy,)
        self._open(state)

    def _open(self, state: IndexState) -> None:
        folder = words_index(self.corpus).folder
        index = open_index(folder / ENGINE)
        index.reload()
        self.searcher: tantivy.Searcher = index.searcher()
        self.texts = Texts([folder / name for name in state.settings["packs"]])
        self._keys = read_keys(folder, state)
        self.vectors: Vectors | None = None
        vectors = usable_vectors(self.corpus)
        if vectors is not None and vectors.settings["parts"]:
            self.vectors = Vectors(vectors_index(self.corpus).folder, vectors)
        self.said = Said.of(self.corpus)
        self.matcher = Matcher(self.searcher)
        self.ranker = Ranker(self.matcher, self.vectors)

    @cached_property
    def pipeline(self) -> Pipeline:
        """What finds concepts in queries: the corpus's vocabulary, by the dictionary alone."""
        settings = replace(
            self.corpus.manifest.settings, mode="dictionary", nested=False, relations=""
        )
        return Pipeline(make_annotator(settings), settings)

    @cached_property
    def meanings(self) -> Meanings:
        """What names of concepts and headings mean in queries."""
        return Meanings(self.pipeline.store)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder of queries and texts."""
        return load_encoder()

    def __len__(self) -> int:
        """Return the number of documents that can be found."""
        return len(self._keys)

    def add(
        self,
        items: Iterable[Item | str | Path],
        *,
        plan: Plan | None = None,
        watch: Callable[[Added], None] | None = None,
    ) -> Added:
        """Add documents, texts, or the documents of files and folders (``Path``); index them."""
        added = self.corpus.add(_items(items), plan=plan, watch=watch)
        self.refresh()
        return added

    def embed(self, *, watch: Callable[[int, int], None] | None = None, wait: float = 0.0) -> int:
        """Make the vectors that are missing; return how many documents have one.

        Takes some 25 ms a document on one core; what is done stays done if it is broken off.
        """
        update_vectors(
            self.corpus, self.texts, self._keys, encoder=self.encoder, watch=watch, wait=wait
        )
        self.refresh()
        return len(self.vectors) if self.vectors is not None else 0

    def read_statements(
        self, *, watch: Callable[[int, int], None] | None = None, wait: float = 0.0
    ) -> int:
        """Read the documents for challenges and directions that were not; return how many were.

        Takes some 0.3 s a document on one core; what is done stays done if it is broken off.
        """

        def documents(keys: Sequence[int]) -> list[Document]:
            return [one.document for one in self.texts.take(keys)]

        update_said(self.corpus, documents, self._keys, wait=wait, watch=watch)
        self.refresh(wait=wait)
        return len(self) - self.unread

    @property
    def unread(self) -> int:
        """How many documents were not read for challenges and directions."""
        return len(np.setdiff1d(self._keys, self.said.keys))


def _items(given: Iterable[Item | str | Path]) -> Iterator[Item | str]:
    """Yield documents, those of a path one by one."""
    for one in given:
        if isinstance(one, Path):
            yield from Reading((one,)).items()
        else:
            yield one
