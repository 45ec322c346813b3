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

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from onoma.corpus import Corpus, find_corpus
from onoma.errors import InputError, UnknownName
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
from onoma.search.hits import Hit, Results, Shower
from onoma.search.indexed_corpus import IndexedCorpus
from onoma.search.indexing import Watch
from onoma.search.pairs import PairResults, PairSearch, pair_weights
from onoma.search.query.compile import Compiler, compile_query
from onoma.search.query.parse import parse
from onoma.search.query.tree import RelationTerm, resolved
from onoma.search.ranking import WAYS, Ranked
from onoma.search.stated import Stated
from onoma.search.texts import Shown

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


class Library(IndexedCorpus):
    """A corpus that can be asked."""

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
            question = replace(question, strict=self.matcher.newer(question.strict, after))
        ranked, by, notes = self._ranked(question, by=by, k=k, depth=depth)
        hits = self._hits(ranked, question)
        counted = self.matcher.counted(question)
        total = self.matcher.number(counted)
        if facets and total < len(hits):
            notes = (*notes, FEWER_COUNTED.format(total=total, shown=len(hits)))
        asks = "says" in facets or statements_asked(question.tree)
        if asks and (unread := self.unread):
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
        return self.ranker.rank(question, by=by, k=k, vector=vector, depth=depth), by, notes

    def _hits(self, ranked: Sequence[Ranked], question: Asked) -> tuple[Hit, ...]:
        shown = self.texts.take(one.key for one in ranked)
        stated = self._stated(question)
        stated.look_up(one.key for one in ranked)
        words = self.matcher.telling(question.words)
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
        return Counter(self.matcher, self._label).count(counted, names, words)

    @cached_property
    def _label(self) -> Callable[[str], str]:
        return lru_cache(maxsize=1 << 14)(self.meanings.label)

    def count(self, query: str, dialect: str = "onoma") -> int:
        """Return how many documents a query finds; of plain words, how many have most of them."""
        return self.matcher.number(self.matcher.counted(self.ask(query, dialect)))

    def keys(self, query: str, dialect: str = "onoma") -> U64:
        """Return the keys of all documents that a strict query finds, in order."""
        tree = parse(query, dialect)
        found = compile_query(tree, self.searcher, self.meanings, text=query)
        return self.matcher.keys(found)

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
        question = ask_like(document, shown, self._named, self.matcher)
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
        found = self.matcher.with_id(id_)
        return self.texts.take(found.tolist())[0] if len(found) else None


def _nothing(text: str) -> Iterable[Named]:
    return ()


def library(name: str | Path = "", *, watch: Watch | None = None, wait: float = 0.0) -> Library:
    """Return the library of a corpus, by its name or path; the only one there is unless given.

    >>> import onoma
    >>> onoma.library("mine").search("fever in children").hits[0].title  # doctest: +SKIP

    Raises: DataMissing, InputError, UnknownName: see ``onoma.corpus.find_corpus``; ExtraMissing:
    the extra ``library`` is not installed.
    """
    return Library(Corpus.open(find_corpus(name)), watch=watch, wait=wait)
