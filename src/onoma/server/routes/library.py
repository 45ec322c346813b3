"""Corpora: what they hold, their documents, and searching them."""

from __future__ import annotations

import io
from typing import Annotated, Any, Literal

import numpy as np

from onoma.corpus import COUNTED, Corpus, count_by
from onoma.errors import InputError, OnomaError, UnknownName
from onoma.ontology.loading import vocabulary_folder
from onoma.ontology.sources import read_sources
from onoma.ontology.workspace import CORE, entries
from onoma.search.facets import USUAL
from onoma.search.hits import Results
from onoma.search.library import Library
from onoma.search.query.explain import Explanation, explain
from onoma.search.query.parse import parse
from onoma.search.query.printing import translate
from onoma.server.cursors import Page, cursor_of, place_of
from onoma.server.declare import Asked, Call, Given, Meta, Reply, operation
from onoma.server.media import FORMATS, JSON, MEDIA, format_of, writing
from onoma.server.shapes import Count, Cursor, Few, Labelled, Names, Record, Short, Term

By = Literal["fused", "bm25", "concepts", "dense"]
Dialect = Literal["onoma", "pubmed", "ovid", "words"]
DEEPEST = 10_000


class VocabularyShape(Given, frozen=True, kw_only=True):
    """A vocabulary, or a source of the core."""

    name: str
    version: str
    concepts: int
    names: int
    licence: str
    notice: str
    is_own: bool


class Vocabularies(Given, frozen=True, kw_only=True):
    """The server's own vocabularies, then the sources of the core."""

    vocabularies: list[VocabularyShape]


@operation("GET", "/v1/vocabularies", tag="concepts")
def vocabularies(call: Call) -> Vocabularies:
    """List the vocabularies: version, size, licence, notice."""
    own = [
        VocabularyShape(
            name=one.id, version=one.folder.name, concepts=one.concepts, names=one.names,
            licence=one.licence, notice=one.name, is_own=True,
        )
        for one in entries()
    ]  # fmt: skip
    _, sources = read_sources(vocabulary_folder(CORE))
    core = [
        VocabularyShape(
            name=s.name, version=s.version, concepts=s.concepts, names=s.names, licence=s.licence,
            notice=s.notice, is_own=False,
        )
        for s in sources
    ]  # fmt: skip
    return Vocabularies(vocabularies=[*own, *core])


class CorpusShape(Given, frozen=True, kw_only=True):
    """A corpus in short; a damaged one has an ``error``."""

    name: str
    documents: int
    size: int
    store: str
    error: str | None = None


class Corpora(Given, frozen=True, kw_only=True):
    """The corpora that the caller may read."""

    corpora: list[CorpusShape]


@operation("GET", "/v1/corpora", tag="corpora")
def corpora(call: Call) -> Corpora:
    """List the corpora."""
    rows = []
    for folder in call.service.corpora(call.who):
        try:
            one = Corpus.open(folder)
            size = sum(segment.size for segment in one.manifest.segments)
            rows.append(CorpusShape(name=one.name, documents=len(one), size=size, store=one.store))
        except (OnomaError, OSError) as error:
            code = error.code if isinstance(error, OnomaError) else "unreadable"
            rows.append(CorpusShape(name=folder.name, documents=0, size=0, store="", error=code))
    return Corpora(corpora=rows)


class CorpusAsked(Asked, frozen=True, kw_only=True):
    """A corpus by its name."""

    corpus: Short


@operation("GET", "/v1/corpora/{corpus}", of="corpus", tag="corpora")
def corpus_info(call: Call, asked: CorpusAsked) -> Record:
    """Show what a corpus holds: documents, mentions, types, errors, years, indexes, vocabulary."""
    found = call.service.corpus(asked.corpus, call.who).info().to_record()
    del found["folder"]
    return found


class CountAsked(CorpusAsked, frozen=True, kw_only=True):
    """What to count the documents by."""

    by: Literal["concept", "journal", "language", "source", "type", "year"]
    k: Annotated[int, Meta(ge=1, le=1000)] = 20


class Counts(Given, frozen=True, kw_only=True):
    """Rows, most documents first (years: in order)."""

    by: str
    rows: list[Record]


@operation("GET", "/v1/corpora/{corpus}/counts", of="corpus", tag="corpora")
def corpus_counts(call: Call, asked: CountAsked) -> Counts:
    """Count the documents of a corpus by type, concept, year, journal, language or source."""
    assert asked.by in COUNTED  # noqa: S101 - the type says so; a test holds the two together
    table = count_by(call.service.corpus(asked.corpus, call.who), asked.by, most=asked.k)
    return Counts(by=asked.by, rows=table.to_pylist())


class ErrorsAsked(CorpusAsked, frozen=True, kw_only=True):
    """A page of failed documents."""

    k: Count = 100
    cursor: Cursor = ""


class FailedShape(Given, frozen=True, kw_only=True):
    """A document that failed, and why."""

    id: str
    code: str
    message: str
    hint: str
    offset: int | None
    source: str


class Failures(Page, frozen=True, kw_only=True):
    """Failed documents."""

    errors: list[FailedShape]


@operation("GET", "/v1/corpora/{corpus}/errors", of="corpus", tag="corpora")
def corpus_errors(call: Call, asked: ErrorsAsked) -> Failures:
    """List the documents of a corpus that failed, with what to do."""
    corpus = call.service.corpus(asked.corpus, call.who)
    version = (corpus.id, corpus.last)
    start = place_of(asked.cursor, version)
    rows = [
        FailedShape(id=f.id, code=f.code, message=f.message, hint=f.hint, offset=f.offset,
                    source=f.source)
        for f in corpus.errors()
    ]  # fmt: skip
    end = start + asked.k
    following = cursor_of(end, version) if end < len(rows) else None
    return Failures(errors=rows[start:end], next=following)


class DocumentAsked(CorpusAsked, frozen=True, kw_only=True):
    """A document of a corpus."""

    id: Annotated[str, Meta(max_length=500)]
    to: Annotated[Short, Meta(description="Output format; else what Accept asks for.")] = ""


@operation(
    "GET",
    "/v1/corpora/{corpus}/documents/{id:path}",
    of="corpus",
    produces=FORMATS,
    tag="corpora",
    gives=Record,
)
def document(call: Call, asked: DocumentAsked) -> Reply:
    """Show a document with its text and everything found in it, in any output format."""
    found = call.service.corpus(asked.corpus, call.who).document(asked.id)
    if found is None:
        raise UnknownName("document", asked.id, ())
    target = asked.to or format_of(call.accept)
    is_json = target in ("json", "terminal")
    out = io.BytesIO()
    with writing("jsonl-text" if is_json else target, out, explain=is_json) as writer:
        writer.write(found)
    media = JSON if is_json else MEDIA.get(target, "application/octet-stream")
    return Reply(out.getvalue(), media)


class SearchAsked(Asked, frozen=True, kw_only=True):
    """A query and how to rank what it finds; the options of ``onoma search``."""

    q: Annotated[str, Meta(min_length=1, max_length=8000)]
    corpus: Short = ""
    k: Few = 10
    by: By = "fused"
    dialect: Dialect = "onoma"
    facets: Names = []
    cursor: Cursor = ""


class HitShape(Given, frozen=True, kw_only=True):
    """A document that was found, with the reasons."""

    rank: int
    id: str
    score: float
    title: str
    date: str | None
    snippet: Record
    why: Record


class FacetCount(Given, frozen=True, kw_only=True):
    """A value of a facet with how many of the documents found have it."""

    value: str
    label: str
    count: int


class Found(Page, frozen=True, kw_only=True):
    """``total`` documents found, these in order; ``concepts`` that the query names."""

    corpus: str
    q: str
    by: str
    total: int
    hits: list[HitShape]
    concepts: list[Labelled]
    facets: dict[str, list[FacetCount]]
    notes: list[str]


@operation("GET", "/v1/search", of="corpus", tag="search")
def search(call: Call, asked: SearchAsked) -> Found:
    """Find documents of a corpus by words, concepts and meaning.

    Words alone are ranked; anything else is a strict query: "a phrase", prefix*, title:word, AND OR
    NOT, @"parkinson disease", @MONDO:0005180, year:2015-2020.
    """
    found = call.service.library(asked.corpus, call.who)
    version = (found.corpus.id, found.corpus.last, asked.q, asked.by, asked.dialect)
    start = place_of(asked.cursor, version)
    if start + asked.k > DEEPEST:
        raise InputError(f"pages end at {DEEPEST:,} documents", hint="narrow the query")
    results = found.search(
        asked.q, k=start + asked.k, by=asked.by, dialect=asked.dialect,
        facets=_facets(asked.facets), depth=max(100, start + asked.k),
    )  # fmt: skip
    end = start + asked.k
    is_more = len(results.hits) == end and end < results.total
    return _found(found, results, asked, start=start,
                  following=cursor_of(end, version) if is_more else None)  # fmt: skip


def _facets(given: list[str]) -> tuple[str, ...]:
    named = (name for one in given for name in (USUAL if one == "usual" else (one,)))
    return tuple(dict.fromkeys(named))


def _found(
    library: Library, results: Results, asked: Any, *, start: int = 0, following: str | None = None
) -> Found:
    return Found(
        corpus=library.corpus.name, q=results.query, by=results.by, total=results.total,
        hits=[HitShape(**hit.to_dict()) for hit in results.hits[start:]],
        concepts=[Labelled(curie=curie, label=label) for curie, label in results.concepts],
        facets={
            one.name: [FacetCount(value=v, label=w, count=n) for v, w, n in one.counts]
            for one in results.facets
        },
        notes=list(results.notes), next=following,
    )  # fmt: skip


class UnderstandAsked(Asked, frozen=True, kw_only=True):
    """A query to be explained."""

    q: Annotated[str, Meta(min_length=1, max_length=8000)]
    corpus: Short = ""
    dialect: Literal["onoma", "pubmed", "ovid"] = "onoma"


class UnderstoodShape(Given, frozen=True, kw_only=True):
    """A part of a query: how it was taken, how many records it finds."""

    start: int
    end: int
    depth: int
    taken: str
    count: int
    line: int | None
    note: str


class CautionShape(Given, frozen=True, kw_only=True):
    """Something to beware of."""

    start: int
    end: int
    problem: str
    hint: str


class Understanding(Given, frozen=True, kw_only=True):
    """A query's parts with counts, what to beware of, and the query in the other dialects."""

    q: str
    total: int
    lines: list[UnderstoodShape]
    cautions: list[CautionShape]
    dialects: dict[str, str]


@operation("GET", "/v1/search/explain", of="corpus", tag="search")
def explain_query(call: Call, asked: UnderstandAsked) -> Understanding:
    """Show how a query is understood, part by part, with counts, and in every dialect."""
    found = call.service.library(asked.corpus, call.who)
    tree = parse(asked.q, asked.dialect)
    told = explain(tree, found.searcher, found.meanings, text=asked.q, dialect=asked.dialect)
    dialects = {}
    for name in ("onoma", "pubmed", "ovid"):
        try:
            dialects[name] = translate(tree, name).text
        except OnomaError:
            continue  # this dialect has no words for it
    return _understanding(asked.q, told, dialects)


def _understanding(q: str, told: Explanation, dialects: dict[str, str]) -> Understanding:
    return Understanding(
        q=q, total=told.count, dialects=dialects,
        lines=[
            UnderstoodShape(start=one.span[0], end=one.span[1], depth=one.depth, taken=one.taken,
                            count=one.count, line=one.line, note=one.note)
            for one in told.lines
        ],
        cautions=[
            CautionShape(start=one.span[0], end=one.span[1], problem=one.problem, hint=one.hint)
            for one in told.cautions
        ],
    )  # fmt: skip


class LikeAsked(Asked, frozen=True, kw_only=True):
    """A document of the corpus."""

    id: Annotated[str, Meta(min_length=1, max_length=500)]
    corpus: Short = ""
    k: Few = 10
    by: By = "fused"


@operation("GET", "/v1/search/like", of="corpus", tag="search")
def search_like(call: Call, asked: LikeAsked) -> Found:
    """Find the documents most like one of the corpus."""
    found = call.service.library(asked.corpus, call.who)
    if found.shown(asked.id) is None:
        raise UnknownName("document", asked.id, ())
    return _found(found, found.like(asked.id, k=asked.k, by=asked.by), asked)


class PairAsked(Asked, frozen=True, kw_only=True):
    """Two concepts, by CURIE or name."""

    a: Term
    b: Term
    corpus: Short = ""
    k: Few = 10


class Related(Given, frozen=True, kw_only=True):
    """Documents that name both, the likeliest to relate them first; ``total`` name both."""

    corpus: str
    left: str
    right: str
    total: int
    hits: list[Record]


@operation("GET", "/v1/relations", of="corpus", tag="search")
def relations(call: Call, asked: PairAsked) -> Related:
    """Find the documents that relate two concepts, with the sentence that names both."""
    found = call.service.library(asked.corpus, call.who)
    results = found.pairs(asked.a, asked.b, k=asked.k)
    return Related(
        corpus=found.corpus.name, left=str(results.left), right=str(results.right),
        total=results.total, hits=[hit.to_dict() for hit in results.hits],
    )  # fmt: skip


class ExportAsked(Asked, frozen=True, kw_only=True):
    """A query whose hits are wanted as a file."""

    q: Annotated[str, Meta(min_length=1, max_length=8000)]
    to: Short = "ris"
    corpus: Short = ""
    k: Annotated[int, Meta(ge=1, le=1000)] = 200
    by: By = "fused"
    dialect: Dialect = "onoma"


@operation("GET", "/v1/search/export", of="corpus", produces=FORMATS, tag="search", gives=Record)
def export_search(call: Call, asked: ExportAsked) -> Reply:
    """Give the documents found as a file: ris, nbib, pubtator, biocjson, tsv ..."""
    found = call.service.library(asked.corpus, call.who)
    results = found.search(
        asked.q, k=asked.k, by=asked.by, dialect=asked.dialect, depth=max(100, asked.k)
    )
    keys = np.array([hit.key for hit in results.hits], np.uint64)
    place = {hit.id: hit.rank for hit in results.hits}
    out = io.BytesIO()
    if asked.to in ("terminal", "json"):
        raise UnknownName("output format", asked.to, tuple(MEDIA))
    with writing(asked.to, out) as writer:
        for one in sorted(found.corpus.annotated(keys), key=lambda one: place[one.id]):
            call.check()
            writer.write(one)
    named = (("content-disposition", 'attachment; filename="hits"'),)
    media = MEDIA.get(asked.to, "application/octet-stream")
    return Reply(out.getvalue(), media, headers=named)
