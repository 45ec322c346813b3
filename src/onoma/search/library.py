"""A corpus that can be searched: its log, its indexes, and what asks them.

    library = onoma.library("mine")
    library.add([Path("abstracts.xml.gz")])
    for hit in library.search("drugs for parkinson disease", k=5).hits:
        print(hit.rank, hit.id, hit.title, hit.why.concepts)

The index of words is brought up to date with the log when a library is opened or added to; vectors
are made by ``embed`` and challenges read by ``read_statements``, which take longer, and until then
searches do without them and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from onoma.corpus import Added, Busy, Corpus, IndexState, Item, Plan, Reading, find_corpus
from onoma.encode import Encoder, load_encoder
from onoma.errors import InputError, UnknownName
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import make_annotator
from onoma.search.asking import (
    Asked,
    Named,
    ask,
    ask_like,
    asked_for,
    concepts_in,
    statements_asked,
)
from onoma.search.asserted import Statements
from onoma.search.concept_sets import Alike, ConceptSets
from onoma.search.facets import Counter, Facet
from onoma.search.fields import open_index
from onoma.search.hits import Hit, Results, Shower
from onoma.search.indexing import ENGINE, Watch, read_keys, update_words, usable_state, words_index
from onoma.search.matching import Matcher
from onoma.search.pairs import PairResults, PairSearch, pair_weights
from onoma.search.query.compile import Compiler, compile_query
from onoma.search.query.meanings import Meanings
from onoma.search.query.parse import parse
from onoma.search.query.tree import RelationTerm, resolved
from onoma.search.ranking import WAYS, Ranked, Ranker
from onoma.search.said import Said, update_said
from onoma.search.stated import Stated
from onoma.search.texts import Shown, Texts
from onoma.search.vectors import Vectors, update_vectors, usable_vectors, vectors_index
from onoma.types import Document

if TYPE_CHECKING:
    import tantivy

F32 = npt.NDArray[np.float32]
U64 = npt.NDArray[np.uint64]
NO_VECTORS = (
    "no vectors yet: ranked by words and concepts (onoma corpus index --vectors makes them)"
)
FEWER_COUNTED = (
    "facets count the {total:,} with most of the words; the {shown:,} nearest by any word are shown"
)
NOT_READ = "not read for challenges and directions yet (onoma corpus index --says reads them)"


class Library:
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
        self._matcher = Matcher(self.searcher)
        self._ranker = Ranker(self._matcher, self.vectors)

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
        return len(self) - self._unread

    @property
    def _unread(self) -> int:
        """How many documents were not read for challenges and directions."""
        return len(np.setdiff1d(self._keys, self.said.keys))

    def ask(self, query: str, dialect: str = "onoma", *, has_concepts: bool = True) -> Asked:
        """Return a query taken apart and compiled; without concepts, by its words alone.

        Raises: UnparsableQuery: it does not follow its dialect, or names an unknown concept.
        """
        taken = ask(query, dialect, self._named if has_concepts else _nothing, self.meanings)
        if taken.tree is None:
            return taken
        strict = compile_query(taken.tree, self.searcher, self.meanings, text=query)
        return replace(taken, strict=strict)

    @cached_property
    def _named(self) -> Callable[[str], Iterable[Named]]:
        """What finds the concepts in words."""
        return partial(concepts_in, pipeline=self.pipeline, meanings=self.meanings)

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        by: str = "fused",
        dialect: str = "onoma",
        facets: Sequence[str] = (),
        after: int = 0,
        depth: int = 100,
    ) -> Results:
        """Return the ``k`` best documents for a query, with the reasons.

        ``by``: ``fused``, ``bm25``, ``concepts`` or ``dense`` (see ``ranking``). ``dialect``: one
        of ``query.parse.DIALECTS``, or ``words`` for a text whose signs mean nothing. ``facets``:
        names of ``facets.FACETS`` to count. ``after``: only records behind this key. ``depth``: how
        many documents each way of ranking brings to the fusion.
        Raises: UnparsableQuery: see ``ask``; UnknownName: a way or facet that is none; InputError:
        ``k`` is less than 1.
        """
        question = self.ask(query, dialect, has_concepts=by != "bm25")
        if after:
            question = replace(question, strict=self._matcher.newer(question.strict, after))
        ranked, by, notes = self._ranked(question, by=by, k=k, depth=depth)
        hits = self._hits(ranked, question)
        counted = self._matcher.counted(question)
        total = self._matcher.number(counted)
        if facets and total < len(hits):
            notes = (*notes, FEWER_COUNTED.format(total=total, shown=len(hits)))
        asks = "says" in facets or statements_asked(question.tree)
        if asks and (unread := self._unread):
            notes = (*notes, f"{unread:,} of {len(self):,} documents {NOT_READ}")
        return Results(
            query,
            by,
            total,
            hits,
            tuple((one.curie, one.label) for one in question.concepts),
            tuple(self._facets(question.meaning, counted, facets)),
            notes,
        )

    def _ranked(
        self, question: Asked, *, by: str, k: int, depth: int, vector: F32 | None = None
    ) -> tuple[list[Ranked], str, tuple[str, ...]]:
        """Return ranked documents, the way that ranked them, and what is to be said about it."""
        if k < 1:
            raise InputError(f"k is {k}", hint="give 1 or more")
        if by not in WAYS:
            raise UnknownName("way of ranking", by, WAYS)
        notes = self.notes
        if by in ("fused", "dense"):
            if self.vectors is None:
                by, notes = "concepts", (*notes, NO_VECTORS)
            elif len(self.vectors) < len(self):
                lacking = len(self) - len(self.vectors)
                notes = (*notes, f"{lacking:,} documents have no vectors yet")
            if vector is None and self.vectors is not None and question.meaning.strip():
                vector = self.encoder.encode([question.meaning])[0]
        return self._ranker.rank(question, by=by, k=k, vector=vector, depth=depth), by, notes

    def _hits(self, ranked: Sequence[Ranked], question: Asked) -> tuple[Hit, ...]:
        shown = self.texts.take(one.key for one in ranked)
        stated = self._stated(question)
        stated.look_up(one.key for one in ranked)
        words = self._matcher.telling(question.words)
        shower = Shower(question, self.texts.below, words, stated=stated, said=self.said)
        pairs = enumerate(zip(ranked, shown, strict=True), 1)
        return tuple(shower.hit(rank, one, own) for rank, (one, own) in pairs)

    def _stated(self, question: Asked) -> Stated:
        leaves = () if question.tree is None else asked_for(resolved(question.tree))
        terms = [one for one in leaves if isinstance(one, RelationTerm)]
        return Stated.of(self.corpus, terms, Compiler(self.searcher, self.meanings))

    def _facets(self, words: str, counted: tantivy.Query, names: Sequence[str]) -> list[Facet]:
        if not names:
            return []
        return Counter(self._matcher, self._label).count(counted, names, words)

    @cached_property
    def _label(self) -> Callable[[str], str]:
        return lru_cache(maxsize=1 << 14)(self.meanings.label)

    def count(self, query: str, dialect: str = "onoma") -> int:
        """Return how many documents a query finds; of plain words, how many have most of them."""
        return self._matcher.number(self._matcher.counted(self.ask(query, dialect)))

    def keys(self, query: str, dialect: str = "onoma") -> U64:
        """Return the keys of all documents that a strict query finds, in order."""
        tree = parse(query, dialect)
        found = compile_query(tree, self.searcher, self.meanings, text=query)
        return self._matcher.keys(found)

    def pairs(self, left: str, right: str, *, k: int = 10) -> PairResults:
        """Return the documents that name both concepts, the likeliest to relate them first.

        ``left``, ``right``: CURIEs or names. Raises: UnparsableQuery: a concept that is unknown;
        InputError: the two are one, ``k`` is less than 1.
        """
        asked_of = PairSearch(self.searcher, self.meanings, self.texts, pair_weights())
        return asked_of.search(left, right, k=k)

    def like(self, document: str, *, k: int = 10, by: str = "fused") -> Results:
        """Return the documents most like one of the library (by id) or a text of one's own.

        ``fused``: by the concepts and title words it has, and its meaning.
        Raises: UnknownName, InputError: see ``search``.
        """
        shown = self.shown(document)
        question = ask_like(document, shown, self._named, self._matcher)
        vector = None
        if shown is not None and self.vectors is not None:
            vector = self.vectors.mean(shown.key)
        ranked, by, notes = self._ranked(question, by=by, k=k + 1, depth=100, vector=vector)
        others = [one for one in ranked if shown is None or one.key != shown.key][:k]
        hits = self._hits(others, question)
        named = tuple((one.curie, one.label) for one in question.concepts)
        return Results(document, by, len(hits), hits, named, notes=notes)

    def alike(self, document: str, *, k: int = 10) -> list[Alike]:
        """Return documents whose asserted concepts are most like (see ``concept_sets``).

        ``document``: the id of one of the library, or a text.
        """
        known = self.shown(document) is not None
        return self._sets.similar(document if known else self.pipeline.annotate(document), k)

    @cached_property
    def _sets(self) -> ConceptSets:
        return ConceptSets.build(
            Statements.of_batches(self.corpus.batches(), self.corpus.live()), self.pipeline.store
        )

    def shown(self, id_: str) -> Shown | None:
        """Return a document by its id, None where there is none."""
        found = self._matcher.with_id(id_)
        return self.texts.take(found.tolist())[0] if len(found) else None


def _nothing(text: str) -> Iterable[Named]:
    return ()


def _items(given: Iterable[Item | str | Path]) -> Iterator[Item | str]:
    """Yield documents, those of a path one by one."""
    for one in given:
        if isinstance(one, Path):
            yield from Reading((one,)).items()
        else:
            yield one


def library(name: str | Path = "", *, watch: Watch | None = None, wait: float = 0.0) -> Library:
    """Return the library of a corpus, by its name or path; the only one there is unless given.

    >>> import onoma
    >>> onoma.library("mine").search("fever in children").hits[0].title  # doctest: +SKIP

    Raises: DataMissing, InputError, UnknownName: see ``onoma.corpus.find_corpus``; ExtraMissing:
    the extra ``library`` is not installed.
    """
    return Library(Corpus.open(find_corpus(name)), watch=watch, wait=wait)
