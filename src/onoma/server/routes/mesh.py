"""Boolean queries: MeSH headings, drafts, and the check with seeds."""

from __future__ import annotations

from typing import Annotated, Literal

from onoma.errors import InputError
from onoma.search.mesh.checking import changed, check
from onoma.search.mesh.clauses import read_clauses
from onoma.search.mesh.draft import draft
from onoma.search.mesh.searched import LibrarySearched
from onoma.search.mesh.suggest import open_means, suggest_for
from onoma.search.query.parse import parse
from onoma.search.query.printing import translate
from onoma.server.declare import Asked, Call, Given, Meta, Struct, operation
from onoma.server.shapes import Few, Share, Short, VocabularyAsked

Method = Literal["atomic", "encoder", "fragment", "fused", "lexical", "semantic"]
Dialect = Literal["onoma", "pubmed", "ovid"]
Query = Annotated[str, Meta(min_length=1, max_length=20_000)]


class MeshAsked(VocabularyAsked, frozen=True, kw_only=True):
    """A query, or terms between commas."""

    q: Query
    method: Method = "fused"
    k: Few = 20
    least: Share | None = None
    dialect: Dialect = "onoma"


class HeadingShape(Given, frozen=True, kw_only=True):
    """A heading that a clause asks for."""

    curie: str
    label: str
    score: float
    terms: list[str]
    is_there: bool


class ClauseShape(Given, frozen=True, kw_only=True):
    """A clause (what AND joins) with the headings suggested for it, best first."""

    clause: str
    suggestions: list[HeadingShape]


class MeshSuggestions(Given, frozen=True, kw_only=True):
    """The clauses in order; ``notes``: what the suggester had to do without."""

    clauses: list[ClauseShape]
    notes: list[str]


@operation("GET", "/v1/mesh/suggest", of="store", tag="mesh")
def mesh_suggest(call: Call, asked: MeshAsked) -> MeshSuggestions:
    """Suggest MeSH headings for each clause of a query."""
    means = open_means(call.service.names(asked.vocabulary))
    notes = []
    if means.meanings is None and asked.method != "lexical":
        notes.append("no vectors of names, so by words alone; make them: onoma vocab index")
    clauses = read_clauses(asked.q, means.headings, dialect=asked.dialect)
    found = [
        suggest_for(one, means, method=asked.method, least=asked.least, k=asked.k)
        for one in clauses
    ]
    return MeshSuggestions(
        clauses=[
            ClauseShape(clause=one.clause, suggestions=[
                HeadingShape(curie=s.curie, label=s.label, score=round(s.score, 4),
                             terms=list(s.terms), is_there=s.is_there)
                for s in one.suggestions
            ])
            for one in found
        ],
        notes=notes,
    )  # fmt: skip


class CheckBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A query and the records that it must find."""

    q: Query
    seeds: Annotated[list[Short], Meta(min_length=1, max_length=1000)]
    corpus: Short = ""
    dialect: Dialect = "onoma"


class LineShape(Given, frozen=True, kw_only=True):
    """A line of the query: what it finds, which seeds it keeps and loses."""

    number: int
    text: str
    records: int
    kept: list[str]
    lost: list[str]


class ChangeShape(Given, frozen=True, kw_only=True):
    """The smallest change that keeps lost seeds; ``more`` other records come with it."""

    line: int
    add: str
    keeps: list[str]
    more: int
    is_related: bool


class Checked(Given, frozen=True, kw_only=True):
    """The query line by line; ``query`` with the changes in it."""

    records: int
    lost: list[str]
    absent: list[str]
    lines: list[LineShape]
    changes: list[ChangeShape]
    query: str


@operation("POST", "/v1/mesh/check", tag="mesh")
def mesh_check(call: Call, body: CheckBody) -> Checked:
    """Show which line of a query loses which seed, and what would keep it."""
    tree = parse(body.q.strip(), body.dialect)
    searched = LibrarySearched(call.service.library(body.corpus, call.who))
    found = check(tree, body.seeds, searched, open_means())
    return Checked(
        records=found.found, lost=list(found.lost), absent=list(found.absent),
        lines=[
            LineShape(number=one.number, text=translate(one.node, body.dialect).text,
                      records=one.found, kept=list(one.kept), lost=list(one.lost))
            for one in found.lines
        ],
        changes=[
            ChangeShape(line=one.line, add=translate(one.part, body.dialect).text,
                        keeps=list(one.keeps), more=one.more, is_related=one.is_related)
            for one in found.changes
        ],
        query=translate(changed(tree, found.changes), body.dialect).text,
    )  # fmt: skip


class DraftBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A review's title, or a protocol with lines such as "Population: ..."."""

    text: Query
    to: Dialect = "pubmed"
    least: Share | None = None
    suggestions: bool = True


class BlockShape(Given, frozen=True, kw_only=True):
    """A line of a draft: what it is about, its headings."""

    kind: str
    about: str
    joined: bool
    headings: list[tuple[str, str]]
    suggested: list[tuple[str, str, float]]


class Drafted(Given, frozen=True, kw_only=True):
    """A draft query: read it, check it with seeds."""

    query: str
    dialect: str
    blocks: list[BlockShape]
    losses: list[str]


@operation("POST", "/v1/mesh/draft", tag="mesh")
def mesh_draft(call: Call, body: DraftBody) -> Drafted:
    """Draft a Boolean query for a title or protocol."""
    if not body.text.strip():
        raise InputError("the protocol is empty", hint="give a title, or lines with labels")
    nlp = call.service.pipeline("core", mode="dictionary", ids=["MESH"])
    made = draft(
        body.text, nlp, open_means("core"), least=body.least, with_suggestions=body.suggestions
    )
    written = translate(made.strategy(), body.to)
    return Drafted(
        query=written.text, dialect=body.to, losses=[one.problem for one in written.losses],
        blocks=[
            BlockShape(
                kind=block.kind, about=block.about, joined=block in made.needed,
                headings=[(one.curie, one.label) for one in block.named],
                suggested=[(s.curie, s.label, round(s.score, 4)) for s in block.suggested],
            )
            for block in made.blocks
        ],
    )  # fmt: skip


class TranslateAsked(Asked, frozen=True, kw_only=True):
    """A query in one dialect, wanted in another."""

    q: Query
    dialect: Dialect = "onoma"
    to: Dialect = "pubmed"


class Translated(Given, frozen=True, kw_only=True):
    """The query in the other dialect; ``losses``: what it says otherwise."""

    query: str
    losses: list[str]


@operation("GET", "/v1/mesh/translate", of="store", tag="mesh")
def mesh_translate(call: Call, asked: TranslateAsked) -> Translated:
    """Write a query in another dialect."""
    written = translate(parse(asked.q.strip(), asked.dialect), asked.to)
    return Translated(query=written.text, losses=[one.problem for one in written.losses])
