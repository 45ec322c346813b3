"""Annotate: one text, many, a stream, a file; the answer in any format."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from starlette.requests import Request

import onoma
from onoma.errors import InputError
from onoma.formats import make_writer, readers, writers
from onoma.formats.inputs import Input, read_input
from onoma.formats.jsonl import join_title
from onoma.formats.tables import plain_item
from onoma.pipeline.pipeline import in_batches
from onoma.server.declare import Asked, Call, Given, Meta, Reply, Struct, operation
from onoma.server.endpoint import Streaming, chosen, iter_body
from onoma.server.media import FORMATS, JSON, MEDIA, NDJSON, format_of, writing
from onoma.server.multipart import MULTIPART, iter_parts
from onoma.server.problems import Overloaded, TooLarge
from onoma.server.shapes import Names, Record, Share, Short
from onoma.types import AnnotatedDocument, Document, FailedDocument

Item = Document | FailedDocument | AnnotatedDocument

Mode = Literal["", "dictionary", "hybrid", "neural"]
Leaning = Literal["balanced", "precision", "recall"]
READ = {
    MEDIA[name].partition(";")[0]: name
    for name in ("pubtator", "biocjson", "conll", "webanno", "fhir", "ris", "nbib")
}
"""The input format that a part's media type says, where it says one alone."""
CHUNK = {"dictionary": 1 << 17}
USUAL_CHUNK = 1 << 14
"""Characters annotated between two looks at whether anybody still waits."""


class Options(Asked, frozen=True, kw_only=True):
    """How to annotate: the options of ``onoma annotate``, with its defaults."""

    types: Names = []
    ids: Names = []
    vocabulary: Short = "core"
    mode: Mode = ""
    leaning: Leaning = "balanced"
    describe: Annotated[str, Meta(max_length=2000)] = ""
    relations: bool = False
    min_confidence: Share = 0.0
    nested: bool = False
    explain: bool = False
    to: Annotated[Short, Meta(description="Output format; else what Accept asks for.")] = ""


class FileOptions(Options, frozen=True, kw_only=True):
    """The same for a file."""

    name: Annotated[str, Meta(max_length=255)] = "upload.txt"
    source: Annotated[Short, Meta(description="Input format; else recognised.")] = ""
    gold: Annotated[bool, Meta(description="Keep the mentions of files that have some.")] = False
    task: Annotated[Short, Meta(description="Relations of this task alone, as biored.")] = ""


class DocumentGiven(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document: ``text``, or ``title`` and ``abstract``."""

    id: Annotated[str, Meta(max_length=500)] = ""
    text: str | None = None
    title: str | None = None
    abstract: str | None = None
    date: Annotated[str, Meta(max_length=40)] | None = None


class AnnotateBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text, or documents, and how to annotate; what stands here goes before the query."""

    text: str | None = None
    documents: Annotated[list[DocumentGiven], Meta(max_length=1000)] = []
    types: Names | None = None
    ids: Names | None = None
    vocabulary: Short | None = None
    mode: Mode | None = None
    leaning: Leaning | None = None
    describe: Annotated[str, Meta(max_length=2000)] | None = None
    relations: bool | None = None
    min_confidence: Share | None = None
    nested: bool | None = None
    explain: bool | None = None
    to: Short | None = None


class MentionShape(Given, frozen=True, kw_only=True):
    """A mention, as in the JSON lines; ``candidates`` where ``explain`` is asked for."""

    start: int
    end: int
    spans: list[tuple[int, int]]
    text: str
    type: str
    curie: str | None
    label: str | None
    score: float
    found_by: str
    assertion: str
    alternatives: list[str]
    name: str
    scope: str
    candidates: list[Record] = []


class ErrorShape(Given, frozen=True, kw_only=True):
    """Why a document failed."""

    code: str
    message: str
    hint: str
    offset: int | None = None


class AnnotatedShape(Given, frozen=True, kw_only=True):
    """An annotated document, as in the JSON lines (schema 1); a failed one has ``error``."""

    schema: int
    id: str
    error: ErrorShape | None = None
    store: str = ""
    models: dict[str, str] = {}
    mentions: list[MentionShape] = []
    relations: list[Record] = []
    abbreviations: list[Record] = []
    coverage: list[tuple[int, int]] = []


class AnnotatedDocuments(Given, frozen=True, kw_only=True):
    """The documents in the order given."""

    documents: list[AnnotatedShape]


def pipeline_of(call: Call, options: Any) -> onoma.Pipeline:
    """Return the pipeline that the options ask for."""
    is_related = options.relations or options.to.startswith("relations")
    task = options.task if isinstance(options, FileOptions) else ""
    return call.service.pipeline(
        options.vocabulary, mode=options.mode, describe=options.describe,
        least=options.min_confidence if is_related else None, types=options.types,
        ids=options.ids, nested=options.nested, leaning=options.leaning, task=task,
    )  # fmt: skip


@operation(
    "POST",
    "/v1/annotate",
    scope="annotate",
    lane="annotating",
    produces=FORMATS,
    tag="annotate",
    gives=AnnotatedDocuments,
)
def annotate(call: Call, asked: Options, body: AnnotateBody) -> Reply:
    """Find the concepts in a text or in documents.

    The answer is ``{"documents": [...]}`` in the order given, or another format by ``to`` or Accept
    (JSON lines, PubTator, BioC, brat, TSV ...). Offsets are half-open and count code points.
    """
    options = merged(asked, body)
    documents = documents_of(body, call.service.limits.document)
    target = options.to or format_of(call.accept)
    nlp = pipeline_of(call, options)
    return annotated_reply(call, nlp, documents, target=target, explain=options.explain)


@operation(
    "POST", "/v1/annotate/file", scope="annotate", lane="annotating", produces=FORMATS,
    consumes=("*/*",), tag="annotate", gives=AnnotatedDocuments)  # fmt: skip
def annotate_file(call: Call, asked: FileOptions, body: bytes) -> Reply:
    """Find the concepts in a file of any input format, sent as the body, or in several.

    ``name`` is its name, of which the extension alone is looked at; packed files are unpacked.
    Several come as multipart/form-data, each with its own name and format. A document that cannot
    be read has its ``error`` in its place.
    """
    limits = call.service.limits
    if asked.source:
        readers.get(asked.source)
    documents = uploaded(call, asked, body)
    few = _at_most(documents, limits.documents)
    nlp = pipeline_of(call, asked)
    target = asked.to or format_of(call.accept)
    return annotated_reply(call, nlp, few, target=target, explain=asked.explain)


@operation(
    "POST", "/v1/annotate/stream", scope="annotate", lane="annotating", is_streamed=True,
    consumes=(NDJSON,), produces=(NDJSON,), tag="annotate",
)  # fmt: skip
async def annotate_stream(call: Call, request: Request, asked: Options) -> Streaming:
    """Find the concepts in a stream of documents: JSON lines in, JSON lines out, in order.

    Each line is ``{"id": ..., "text": ...}``, or ``title`` and ``abstract``. Answers come while the
    body is still being sent; a line that is no document has its error in its place.
    """
    chosen(call.accept, (NDJSON,))
    application = request.scope["state"]["application"]
    lane = application.lanes["annotating"]
    nlp = await lane.run(lambda: pipeline_of(call, asked), kind="opening")
    exchange = request.scope["state"]["exchange"]

    async def lines() -> AsyncIterator[bytes]:
        rest = b""
        number = 0
        try:
            async for part in iter_body(request, call.service.limits, exchange):
                whole, end, left = (rest + part).rpartition(b"\n")
                rest = left
                if len(rest) > call.service.limits.document:
                    raise TooLarge("a line is too long", hint="send the document as a file")
                if not end:
                    continue
                yield await _in_turn(lane, call, nlp, asked, whole + end, number)
                number += whole.count(b"\n") + 1
            if rest.strip():
                yield await _in_turn(lane, call, nlp, asked, rest, number)
        finally:
            call.is_over.set()

    return Streaming(lines(), NDJSON)


async def _in_turn(
    lane: Any, call: Call, nlp: onoma.Pipeline, asked: Options, raw: bytes, before: int
) -> bytes:
    """Return the records of some lines; a stream waits for its turn rather than be refused."""
    options = FileOptions(name="stream.jsonl", source="jsonl")

    def work() -> bytes:
        documents = (_renumbered(one, before) for one in file_documents(raw, options))
        return b"".join(_records(call, nlp, documents, explain=asked.explain))

    while True:
        try:
            return bytes(await lane.run(work, kind="annotate_stream", size=len(raw)))
        except Overloaded:
            await asyncio.sleep(0.05)


def _renumbered(one: Item, before: int) -> Item:
    """Give a line without an id the number that it has in the whole stream."""
    name, _, number = one.id.rpartition(":")
    if name != "stream.jsonl" or not number.isdigit() or isinstance(one, AnnotatedDocument):
        return one
    return replace(one, id=f"{name}:{int(number) + before}")


def annotated_reply(
    call: Call,
    nlp: onoma.Pipeline,
    documents: Iterable[Item],
    *,
    target: str,
    explain: bool,
) -> Reply:
    """Return the documents annotated, in a format; ``json`` is the records in one object."""
    if target == "json":
        records = b",".join(
            line.rstrip(b"\n") for line in _records(call, nlp, documents, explain=explain)
        )
        return Reply(b'{"documents":[' + records + b"]}", JSON)
    if target == "terminal":
        raise InputError("terminal is no format of files", hint=f"known: {', '.join(MEDIA)}")
    writers.get(target)
    out = io.BytesIO()
    if target == "jsonl" and not explain:
        for line in _records(call, nlp, documents, explain=False):
            out.write(line)
    else:
        with writing(target, out, explain=explain) as writer:
            for batch in _chunks(call, nlp, documents):
                for one in nlp.pipe(batch):
                    writer.write(one)
    media = MEDIA.get(target, "application/octet-stream")
    more: tuple[tuple[str, str], ...] = ()
    if media.startswith(("text/html", "application/octet", "application/zip")):
        more = (
            ("content-disposition", 'attachment; filename="annotated"'),
            ("content-security-policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'"),
        )
    return Reply(out.getvalue(), media, headers=more)


def _records(
    call: Call,
    nlp: onoma.Pipeline,
    documents: Iterable[Item],
    *,
    explain: bool,
) -> Iterator[bytes]:
    """Yield the JSON line of each document."""
    for batch in _chunks(call, nlp, documents):
        if not explain:
            yield from nlp.to_jsonl(batch)
            continue
        out = io.BytesIO()
        writer = make_writer("jsonl", out, explain=True)
        for one in nlp.pipe(batch):
            writer.write(one)
        yield from out.getvalue().splitlines(keepends=True)


def _chunks(call: Call, nlp: onoma.Pipeline, documents: Iterable[Item]) -> Iterator[Sequence[Item]]:
    """Yield runs of documents, as long as somebody waits for them."""
    for batch in in_batches(documents, CHUNK.get(nlp.settings.mode, USUAL_CHUNK)):
        call.check()
        yield batch


def merged(asked: Options, body: AnnotateBody) -> Options:
    """Return the options of the query with those of the body before them."""
    names = Options.__struct_fields__
    given = {name: getattr(asked, name) for name in names}
    told = {name: getattr(body, name) for name in names if getattr(body, name) is not None}
    return Options(**(given | told))


def documents_of(body: AnnotateBody, most: int) -> list[Document]:
    """Return the documents of a body.

    Raises: InputError: there is not one of text and documents; TooLarge: a document is.
    """
    if (body.text is None) == (not body.documents):
        raise InputError("give either text or documents", hint='{"text": "Fever but no rash."}')
    if body.text is not None:
        documents = [Document("", body.text)]
    else:
        documents = [_document(one, number) for number, one in enumerate(body.documents, 1)]
    for one in documents:
        if len(one.text) > most:
            words = f"a document of {len(one.text):,} characters; at most {most:,}"
            raise TooLarge(words, hint="split it, or run onoma annotate on the file")
    return documents


def _document(given: DocumentGiven, number: int) -> Document:
    id_ = given.id or str(number)
    if given.text is not None:
        return Document(id_, given.text, date=given.date)
    if given.title is None and given.abstract is None:
        raise InputError(f"document {number} has no text", hint="give text, or title and abstract")
    text, passages = join_title(given.title, given.abstract)
    return Document(id_, text, passages, date=given.date)


def uploaded(call: Call, asked: FileOptions, body: bytes) -> Iterator[Item]:
    """Yield the documents of a body that is a file, or of its files one after the other."""
    if call.media != MULTIPART:
        yield from file_documents(body, asked)
        return
    most = call.service.limits.documents
    for part in iter_parts(body, call.headers.get("content-type", ""), most=most):
        source = asked.source or READ.get(part.media, "")
        yield from file_documents(
            part.content, FileOptions(name=part.name, source=source, gold=asked.gold)
        )


def file_documents(raw: bytes, options: FileOptions) -> Iterator[Item]:
    """Yield the documents of a file's bytes; of its name the last part alone is used."""
    name = options.name.replace("\\", "/").rpartition("/")[2] or "upload.txt"
    item = Input(name, None)
    found = read_input(
        item, format=options.source or None, stdin=io.BytesIO(raw), is_annotated=options.gold
    )
    yield from map(_marked if options.gold else plain_item, found)


def _marked(found: Item) -> Item:
    """Return what a reader of annotations gives, what failed as such."""
    is_failed = isinstance(found, AnnotatedDocument) and found.error is not None
    return found.error or found if is_failed and isinstance(found, AnnotatedDocument) else found


def _at_most(documents: Iterable[Item], most: int) -> Iterator[Item]:
    for number, one in enumerate(documents, 1):
        if number > most:
            raise TooLarge(f"more than {most:,} documents", hint="make a job: /v1/jobs/annotate")
        yield one
