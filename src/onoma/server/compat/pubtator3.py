"""PubTator 3's API over the local library: export, autocomplete, search, relations, annotate.

Point a client at ``/compat/pubtator3`` in place of PubTator's address; ``corpus=`` names the corpus
where there are several. Identifiers are those of the corpus (``--ids MESH`` when it is made gives
PubTator's).
Source: the API page of PubTator 3 (paths, parameters); Wei et al. 2024, PubTator 3.0.
"""

from __future__ import annotations

import io
import re
from typing import Annotated, Any

import orjson

from onoma.errors import InputError
from onoma.formats import make_writer
from onoma.ontology.beginnings import open_beginnings
from onoma.search.hits import Hit, Results
from onoma.search.library import Library
from onoma.server.compat.entities import curie_of, entity_id, kind_of, types_of_concept
from onoma.server.compat.relating import pubtator_word, related
from onoma.server.declare import Asked, Call, Given, Meta, Reply, operation
from onoma.server.problems import NotFound
from onoma.server.shapes import Record, Short, Term
from onoma.types import AnnotatedDocument

ROOT = "/compat/pubtator3"
PAGE = 10
_ENTITY = re.compile(r"@[A-Za-z]+_[^\s()|]+")
_RELATION = re.compile(r"relations:\s*([A-Za-z_]+)\|(@?[^|\s]+)\|(@?[^|\s]+)")
IDS = Annotated[str, Meta(min_length=1, max_length=20_000)]
STATED = (
    "SELECT predicate, subject, object, subject_type, object_type, "
    "count(DISTINCT key) AS documents FROM relations "
    "WHERE subject IN ($) OR object IN ($) GROUP BY ALL"
)
MEDIA = {"pubtator": "text/plain; charset=utf-8", "biocxml": "application/xml",
         "biocjson": "application/json"}  # fmt: skip


class ExportAsked(Asked, frozen=True, kw_only=True):
    """Which documents, in which format."""

    format: Annotated[str, Meta(pattern="^(pubtator|biocxml|biocjson)$")]
    pmids: IDS
    full: bool = False
    corpus: Short = ""


class PmcAsked(Asked, frozen=True, kw_only=True):
    """Which full texts, in which format."""

    format: Annotated[str, Meta(pattern="^(biocxml|biocjson)$")]
    pmcids: IDS
    corpus: Short = ""


@operation(
    "GET", ROOT + "/publications/export/{format}", of="corpus", tag="pubtator3",
    produces=("text/plain", "application/xml"), gives=Record,
)  # fmt: skip
def pubtator_export(call: Call, asked: ExportAsked) -> Reply:
    """Give documents with annotations, as PubTator 3 does; those that are not here are left out.

    ``full`` makes no difference: a document is given as the corpus has it.
    """
    return _exported(call, asked.pmids, asked.format, asked.corpus)


@operation(
    "GET", ROOT + "/publications/pmc_export/{format}", of="corpus", tag="pubtator3",
    produces=("application/xml",), gives=Record,
)  # fmt: skip
def pubtator_pmc_export(call: Call, asked: PmcAsked) -> Reply:
    """Give full texts by PMC id, as PubTator 3 does."""
    return _exported(call, asked.pmcids, asked.format, asked.corpus)


def _exported(call: Call, given: str, target: str, corpus: str) -> Reply:
    library = call.service.library(corpus, call.who)
    ids = list(dict.fromkeys(one.strip() for one in given.split(",") if one.strip()))
    if len(ids) > call.service.limits.documents:
        raise InputError(f"at most {call.service.limits.documents} ids", hint="ask in parts")
    found = {one.id: one for one in library.corpus.annotated(_known(library, ids))}
    documents = [found[one] for one in ids if one in found]
    out = io.BytesIO()
    writer = make_writer(target, out)
    writer.begin()
    for one in documents:
        writer.write(one)
    writer.end()
    content = out.getvalue()
    if target == "biocjson":
        content = _wrapped(library, content, documents)
    return Reply(content, MEDIA[target])


def _known(library: Library, ids: list[str]) -> list[str]:
    return [one for one in ids if library.shown(one) is not None]


def _wrapped(library: Library, content: bytes, documents: list[AnnotatedDocument]) -> bytes:
    """Return BioC JSON in PubTator 3's own wrapping."""
    store = library.pipeline.store
    records = orjson.loads(content)["documents"]
    for record, document in zip(records, documents, strict=True):
        own = dict(document.document.metadata)
        record |= {
            "_id": f"{document.id}|None",
            "pmid": int(document.id) if document.id.isdigit() else document.id,
            "pmcid": own.get("pmc"),
            "date": document.document.date,
            "journal": own.get("journal", ""),
            "authors": _authors(document),
            "relations_display": [],
        }
        for passage in record["passages"]:
            for one in passage["annotations"]:
                _describe(store, one["infons"])
    return orjson.dumps({"PubTator3": records})


def _describe(store: Any, infons: Record) -> None:
    """Add to an annotation what PubTator 3 says of one."""
    curie = infons.get("identifier") or ""
    row = store.row_of(curie) if curie else -1
    infons["valid"] = row >= 0
    infons["biotype"] = str(infons.get("type", "")).lower()
    infons["normalized_id"] = curie or None
    infons["database"] = curie.partition(":")[0].lower() or "none"
    infons["name"] = store.labels[row] if row >= 0 else None
    infons["accession"] = entity_id(store, curie) if row >= 0 else None


class CompleteAsked(Asked, frozen=True, kw_only=True):
    """The beginning of a name."""

    query: Term
    concept: Short = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 10


class EntityShape(Given, frozen=True, kw_only=True):
    """An entity as PubTator 3's autocomplete gives it."""

    _id: str
    biotype: str
    type: str
    db_id: str
    db: str
    name: str
    description: str
    match: str


@operation("GET", ROOT + "/entity/autocomplete/", of="store", tag="pubtator3")
def pubtator_autocomplete(call: Call, asked: CompleteAsked) -> list[EntityShape]:
    """Find the ids of entities with a name that begins so, as PubTator 3 does."""
    types = types_of_concept(asked.concept) if asked.concept else ()
    store = call.service.store
    found = open_beginnings(store).complete(asked.query, k=asked.limit, types=types)
    return [
        EntityShape(
            _id=entity_id(store, one.curie), biotype=kind_of(one.types), type=kind_of(one.types),
            db_id=one.curie.partition(":")[2], db=one.curie.partition(":")[0].lower(),
            name=one.label, description="", match=f"Matched on name <m>{one.name}</m>",
        )
        for one in found
    ]  # fmt: skip


class SearchAsked(Asked, frozen=True, kw_only=True):
    """A search in PubTator 3's words."""

    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    page: Annotated[int, Meta(ge=1, le=1000)] = 1
    sort: Short = ""
    filters: Annotated[str, Meta(max_length=4000)] = ""
    sections: Short = ""
    corpus: Short = ""


class Publications(Given, frozen=True, kw_only=True):
    """A page of publications."""

    results: list[Record]
    facets: Record
    page_size: int
    current: int
    count: int
    total_pages: int


@operation("GET", ROOT + "/search/", of="corpus", tag="pubtator3")
def pubtator_search(call: Call, asked: SearchAsked) -> Publications:
    """Search the corpus: words, entity ids, AND and OR, ``relations:TYPE|ID|ID_OR_KIND``."""
    if asked.filters or asked.sections or asked.sort not in ("", "score desc"):
        raise InputError("only text and page are served here", hint="/v1/search has the rest")
    library = call.service.library(asked.corpus, call.who)
    query = _query(library, asked.text)
    end = asked.page * PAGE
    results = library.search(query, k=end, by="concepts", depth=max(100, end))
    return Publications(
        results=[_publication(one) for one in results.hits[end - PAGE :]], facets={},
        page_size=PAGE, current=asked.page, count=_count(results),
        total_pages=-(-_count(results) // PAGE),
    )  # fmt: skip


def _count(results: Results) -> int:
    return max(results.total, len(results.hits))


def _query(library: Library, text: str) -> str:
    """Return PubTator's query in Onoma's words.

    Raises: NotFound: an entity that is unknown.
    """
    relation = _RELATION.fullmatch(text.strip())
    if relation is not None:
        kind, left, right = relation.groups()
        predicates = related(kind)
        ends = [_end(library, one) for one in (left, right)]
        parts = [f"({a} {p} {b})" for p in predicates for a, b in (ends, ends[::-1])]
        return " OR ".join(parts)
    return _ENTITY.sub(lambda match: _end(library, match[0]), text)


def _end(library: Library, word: str) -> str:
    if not word.startswith("@"):
        return f"@{types_of_concept(word)[0]}"
    curie = curie_of(library.pipeline.store, word)
    if curie is None:
        raise NotFound(f"no entity {word}", hint=f"{ROOT}/entity/autocomplete/ finds them")
    return f"@{curie}"


def _publication(hit: Hit) -> Record:
    own = dict(hit.document.metadata)
    date = hit.document.date or ""
    marked, place = [], hit.snippet.start
    text = hit.document.text
    for one in hit.snippet.highlights:
        if one.start >= place:
            marked += [text[place : one.start], "@<m>", text[one.start : one.end], "</m>"]
            place = one.end
    marked.append(text[place : hit.snippet.end])
    return {
        "_id": hit.id, "pmid": int(hit.id) if hit.id.isdigit() else hit.id, "title": hit.title,
        "journal": own.get("journal", ""), "authors": _names(hit.document.metadata),
        "date": date, "doi": own.get("doi", ""), "meta_date_publication": date,
        "meta_volume": own.get("volume", ""), "meta_issue": own.get("issue", ""),
        "meta_pages": own.get("pages", ""), "score": round(hit.score, 4),
        "text_hl": "".join(marked), "citations": {},
    }  # fmt: skip


def _authors(document: AnnotatedDocument) -> list[str]:
    return _names(document.document.metadata)


def _names(metadata: Any) -> list[str]:
    return [value for name, value in metadata if name in ("author", "AU", "FAU")]


class RelationsAsked(Asked, frozen=True, kw_only=True):
    """An entity, and which relations to which kind."""

    e1: Term
    type: Short = ""
    e2: Short = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    corpus: Short = ""


class RelationShape(Given, frozen=True, kw_only=True):
    """A relation with the number of publications that state it."""

    type: str
    source: str
    target: str
    publications: int


@operation("GET", ROOT + "/relations", of="corpus", tag="pubtator3")
def pubtator_relations(call: Call, asked: RelationsAsked) -> list[RelationShape]:
    """Count which entities stand in a relation to one in the corpus, most publications first."""
    library = call.service.library(asked.corpus, call.who)
    store = library.pipeline.store
    curie = curie_of(store, asked.e1)
    if curie is None:
        raise NotFound(f"no entity {asked.e1}", hint=f"{ROOT}/entity/autocomplete/ finds them")
    predicates = list(related(asked.type)) if asked.type else ["?"]
    kinds = [*types_of_concept(asked.e2)] if asked.e2 and asked.e2.lower() != "any" else []
    rows = _statements(library, curie)
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        if "?" not in predicates and row["predicate"] not in predicates:
            continue
        is_left = row["subject"] == curie
        other, kind = (
            (row["object"], row["object_type"])
            if is_left
            else (row["subject"], row["subject_type"])
        )
        if kinds and kind not in kinds:
            continue
        key = (pubtator_word(row["predicate"]), other)
        counted[key] = counted.get(key, 0) + int(row["documents"])
    best = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[: asked.limit]
    return [
        RelationShape(type=word, source=asked.e1, target=entity_id(store, other),
                      publications=count)
        for (word, other), count in best
    ]  # fmt: skip


def _statements(library: Library, curie: str) -> list[Record]:
    below = sorted(library.texts.below(curie) | {curie})
    marks = ", ".join("?" for _ in below)
    query = STATED.replace("$", marks)
    table = library.corpus.sql(query, [*below, *below])
    rows: list[Record] = table.to_pylist()
    for row in rows:
        for end in ("subject", "object"):
            row[end] = curie if row[end] in below else row[end]
    return rows
