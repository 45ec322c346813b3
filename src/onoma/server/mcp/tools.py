"""The tools: what an assistant may ask, each an operation of the API with a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from onoma.errors import InputError
from onoma.server.cursors import cursor_of, place_of
from onoma.server.declare import Call, Meta, Struct
from onoma.server.routes import concepts, graphs, library, mesh
from onoma.server.routes.annotate import AnnotateBody, Options, documents_of, merged, pipeline_of
from onoma.server.shapes import Names, Record, Short, Term

BUDGET = 20_000  # characters of a reply, its texts among them
PIECE = 6_000  # characters of a document's text in one reply
SENTENCE = 600  # characters of a snippet

Query = Annotated[str, Meta(min_length=1, max_length=4000)]
Some = Annotated[int, Meta(ge=1, le=50)]
Cursor = Annotated[str, Meta(max_length=200, description="next of the reply before")]


class FindConcept(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a term may mean."""

    term: Term
    k: Some = 5
    types: Names = []
    ids: Names = []
    context: Annotated[str, Meta(max_length=4000)] = ""


class GetConcept(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A concept by its CURIE."""

    curie: Short
    cursor: Cursor = ""


class Annotate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text in which concepts are to be found."""

    text: Annotated[str, Meta(min_length=1, max_length=100_000)]
    types: Names = []
    ids: Names = []
    cursor: Cursor = ""


class Search(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A query for a corpus."""

    query: Query
    corpus: Short = ""
    k: Some = 10
    cursor: Cursor = ""


class GetDocument(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document of a corpus."""

    id: Annotated[str, Meta(min_length=1, max_length=500)]
    corpus: Short = ""
    cursor: Cursor = ""


class RelationsBetween(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Two concepts, by name or CURIE."""

    a: Term
    b: Term
    corpus: Short = ""
    k: Some = 10


class GraphNeighbors(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A concept of a graph."""

    curie: Short
    graph: Short = ""
    k: Some = 20
    predicates: Names = []
    cursor: Cursor = ""


class SuggestHeadings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A Boolean query or terms."""

    query: Query
    k: Some = 10


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its name and words are fixed here; ``takes`` is checked before it runs."""

    name: str
    words: str
    takes: type[Struct]
    run: Callable[[Call, Any], Record | tuple[Record, Page]]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page of a long list begins: which list, its place, what it is a list of."""

    rows: str
    start: int
    version: object


def _find_concept(call: Call, asked: FindConcept) -> Record:
    given = concepts.GroundAsked(
        term=asked.term, k=asked.k, types=asked.types, ids=asked.ids, context=asked.context
    )
    found = concepts.ground(call, given)
    return {
        "candidates": [
            {"rank": c.rank, "curie": c.curie, "label": c.label, "type": c.type,
             "score": c.score, "matched_name": c.name}
            for c in found.candidates
        ],
        "note": "" if found.candidates else "no concept fits this term",
    }  # fmt: skip


def _get_concept(call: Call, asked: GetConcept) -> tuple[Record, Page]:
    shape = concepts.concept_shape(call.service.store, asked.curie)
    names, page, following = _page(
        "names", shape.names, asked.cursor, 60, (asked.curie, shape.version)
    )
    return {
        "curie": shape.curie, "label": shape.label, "types": shape.types,
        "definition": shape.definition, "source": shape.source,
        "parents": [[one.curie, one.label] for one in shape.parents[:50]],
        "children": [[one.curie, one.label] for one in shape.children[:50]],
        "children_in_all": len(shape.children),
        "names": [[one.text, one.scope] for one in names],
        "equivalents": [[one.curie, one.predicate] for one in shape.equivalents[:60]],
        "next": following,
    }, page  # fmt: skip


def _annotate(call: Call, asked: Annotate) -> tuple[Record, Page]:
    body = AnnotateBody(text=asked.text, types=asked.types, ids=asked.ids, mode="dictionary")
    options = merged(Options(), body)
    nlp = pipeline_of(call, options)
    document = next(iter(nlp.pipe(documents_of(body, call.service.limits.document))))
    if document.error is not None:
        raise InputError(document.error.message, hint=document.error.hint)
    mentions, page, following = _page(
        "mentions", document.mentions, asked.cursor, 100, (asked.text, asked.types, asked.ids)
    )
    return {
        "mentions": [
            {"start": m.start, "end": m.end, "text": m.text, "type": m.type, "curie": m.curie,
             "label": m.label, "assertion": m.assertion, "score": round(m.score, 3)}
            for m in mentions
        ],
        "mentions_in_all": len(document.mentions), "next": following,
    }, page  # fmt: skip


def _search(call: Call, asked: Search) -> Record:
    given = library.SearchAsked(
        q=asked.query, corpus=asked.corpus, k=asked.k, by="concepts", cursor=asked.cursor
    )
    found = library.search(call, given)
    hits = [
        {"rank": hit.rank, "id": hit.id, "title": hit.title[:300], "date": hit.date,
         "snippet": hit.snippet["text"][:SENTENCE],
         "concepts": [c["label"] for c in hit.why["concepts"]]}
        for hit in found.hits
    ]  # fmt: skip
    return {
        "corpus": found.corpus, "total": found.total, "hits": hits, "notes": found.notes,
        "next": found.next,
    }  # fmt: skip


def _get_document(call: Call, asked: GetDocument) -> Record:
    held = call.service.corpus(asked.corpus, call.who)
    document = held.document(asked.id)
    if document is None:
        raise InputError("no document of this id", hint="search gives ids")
    start = place_of(asked.cursor, (asked.id, held.last))
    end = min(start + PIECE, len(document.text))
    is_more = end < len(document.text)
    mentions = [m for m in document.mentions if start <= m.start < end and m.curie]
    return {
        "id": document.id, "date": document.document.date, "characters": len(document.text),
        "start": start, "text": document.text[start:end],
        "concepts": sorted({(m.curie, m.label or "") for m in mentions}),
        "next": cursor_of(end, (asked.id, held.last)) if is_more else None,
    }  # fmt: skip


def _relations_between(call: Call, asked: RelationsBetween) -> Record:
    given = library.PairAsked(a=asked.a, b=asked.b, corpus=asked.corpus, k=asked.k)
    found = library.relations(call, given)
    hits = [
        {"id": hit["id"], "title": hit["title"][:300], "sentence": hit["text"][:SENTENCE],
         "stated": hit["stated"]}
        for hit in found.hits
    ]  # fmt: skip
    return {"left": found.left, "right": found.right, "total": found.total, "documents": hits}


def _graph_neighbors(call: Call, asked: GraphNeighbors) -> tuple[Record, Page]:
    name = asked.graph or next(iter(call.service.settings.graphs), "")
    start = place_of(asked.cursor, (name, asked.curie))
    given = graphs.NeighborsAsked(
        graph=name, curie=asked.curie, k=min(start + asked.k + 1, 1000),
        predicates=asked.predicates, evidence=1,
    )  # fmt: skip
    found = graphs.neighbors(call, given).edges
    end = start + asked.k
    rows = [
        {key: edge[key] for key in ("subject", "subject_label", "predicate", "object",
                                    "object_label", "confidence", "documents", "level")}
        | {"sentence": (edge.get("evidence") or [{}])[0].get("text", "")[:SENTENCE]}
        for edge in found[start:end]
    ]  # fmt: skip
    is_more = len(found) > end
    return {
        "graph": name, "edges": rows,
        "next": cursor_of(end, (name, asked.curie)) if is_more else None,
    }, Page("edges", start, (name, asked.curie))  # fmt: skip


def _suggest_headings(call: Call, asked: SuggestHeadings) -> Record:
    found = mesh.mesh_suggest(call, mesh.MeshAsked(q=asked.query, k=asked.k))
    return {
        "clauses": [
            {"clause": one.clause[:300],
             "headings": [[s.curie, s.label, s.score] for s in one.suggestions]}
            for one in found.clauses
        ],
        "notes": found.notes,
    }  # fmt: skip


def _page(
    name: str, rows: Any, cursor: str, k: int, version: object
) -> tuple[Any, Page, str | None]:
    start = place_of(cursor, version)
    end = start + k
    following = cursor_of(end, version) if end < len(rows) else None
    return rows[start:end], Page(name, start, version), following


TOOLS: dict[str, Tool] = {
    one.name: one
    for one in (
        Tool("find_concept", "Find the biomedical concepts (CURIEs) that a term may mean, best "
             "first. An empty list means that none fits.", FindConcept, _find_concept),
        Tool("get_concept", "Show a concept by its CURIE: label, definition, names, parents, "
             "children, equivalents in other vocabularies.", GetConcept, _get_concept),
        Tool("annotate", "Find the biomedical concepts named in a text, with offsets in code "
             "points, and whether each is affirmed, denied, possible or another person's.",
             Annotate, _annotate),
        Tool("search", "Search the local library: words, or a strict query such as "
             '@"parkinson disease" AND title:levodopa. Gives ids, titles and snippets.',
             Search, _search),
        Tool("get_document", "Read a document of the local library in pieces, with its concepts.",
             GetDocument, _get_document),
        Tool("relations_between", "Find documents of the local library that relate two concepts, "
             "with the sentence that names both.", RelationsBetween, _relations_between),
        Tool("graph_neighbors", "Show what a knowledge graph says of a concept, surest first, "
             "with one sentence of evidence each.", GraphNeighbors, _graph_neighbors),
        Tool("suggest_headings", "Suggest MeSH headings for each clause of a Boolean query.",
             SuggestHeadings, _suggest_headings),
    )
}  # fmt: skip
"""The tools by name; all of them only read."""
