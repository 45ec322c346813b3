"""Curations: whose turn it is, decisions, agreement, what people decided."""

from __future__ import annotations

import io
import math
from dataclasses import asdict
from typing import Annotated, Any, Literal

from onoma.curate import (
    Curation,
    Part,
    Seat,
    Start,
    Verdict,
    agreement,
    curations_folder,
    list_curations,
    new_curation,
    start_curation,
)
from onoma.curate.decisions import ADJUDICATION, READING, Decision
from onoma.curate.doubt import WORDS
from onoma.curate.seats import Turn
from onoma.errors import OnomaError, UnknownName
from onoma.formats import make_writer
from onoma.formats.jsonl import candidate_record
from onoma.formats.jsonl_full import full_record
from onoma.metrics import Estimate
from onoma.server.access import EVERYONE
from onoma.server.declare import Asked, Call, Given, Meta, Reply, Struct, operation
from onoma.server.media import FORMATS, MEDIA
from onoma.server.problems import NotAllowed
from onoma.server.shapes import Count, Names, Record, Short
from onoma.types import Mention

Stage = Literal["reading", "adjudication"]
Order = Literal["doubt", "document"]
Key = Annotated[str, Meta(min_length=3, max_length=60, description="As the queue names it.")]
Words = Annotated[str, Meta(max_length=2000)]


class CurationAsked(Asked, frozen=True, kw_only=True):
    """A curation by its name."""

    curation: Short


class SeatAsked(CurationAsked, frozen=True, kw_only=True):
    """A seat: who (with keys, the key's name; else the only reader), and as what."""

    reader: Short = ""
    stage: Stage = "reading"


class ProgressShape(Given, frozen=True, kw_only=True):
    """How far someone is."""

    reader: str
    stage: str
    items: int
    decided: int
    passed: int
    added: int
    documents: int
    done: int


class CurationShape(Given, frozen=True, kw_only=True):
    """A curation in short; a damaged one has an ``error``."""

    name: str
    documents: int
    items: int
    readers: list[str]
    adjudicator: str
    source: str
    created: str
    error: str | None = None


class CurationInfo(CurationShape, frozen=True, kw_only=True):
    """A curation, how far everyone is, how many documents are settled and differences open."""

    settled: int
    differences: int
    progress: list[ProgressShape]


class Curations(Given, frozen=True, kw_only=True):
    """The curations that the caller may see."""

    curations: list[CurationShape]


class PartGiven(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mention as it should be; no ``curie``: no concept fits."""

    spans: Annotated[list[tuple[int, int]], Meta(max_length=20)] = []
    type: Short
    curie: Short | None = None


class DecisionBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decision: the verb, with ``parts`` (relink: one; split: some) or, for split, ``words``.

    ``alike``: of all undecided items of the same words, type and concept too.
    """

    item: Key
    verb: Literal["accept", "reject", "relink", "split", "pass"]
    parts: Annotated[list[PartGiven], Meta(max_length=20)] = []
    words: Words = ""
    alike: bool = False


class MissedBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Mentions that were missed: words of a document (``cough; fever = HP:0001945``)."""

    document: Annotated[str, Meta(max_length=500)]
    words: Annotated[str, Meta(min_length=1, max_length=2000)]
    type: Short


class UndoBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which decision to take back, by its number; 0: the last one."""

    number: Annotated[int, Meta(ge=0)] = 0


class StartBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A curation of documents of a corpus; the options of ``onoma curate start``."""

    name: Short
    corpus: Short
    readers: Names = []
    adjudicator: Short = ""
    types: Names = []
    documents: Annotated[int, Meta(ge=1, le=1000)] = 50
    choose: Literal["doubt", "chance", "first"] = "doubt"


class PartShape(Given, frozen=True, kw_only=True):
    """A mention as somebody wants it."""

    spans: list[tuple[int, int]]
    text: str
    type: str
    curie: str | None
    label: str | None


class DecisionShape(Given, frozen=True, kw_only=True):
    """A decision as it stands in the log."""

    number: int
    verb: str
    items: list[str]
    parts: list[PartShape]
    time: str


class TurnShape(Given, frozen=True, kw_only=True):
    """An item, why it is doubtful, what this reader decided; for an adjudicator, the readings."""

    item: str
    document: str
    part: PartShape
    doubt: float
    why: list[str]
    alike: int
    candidates: list[Record]
    decision: DecisionShape | None
    readings: list[list[PartShape]]


class Queue(Given, frozen=True, kw_only=True):
    """Whose turn it is, next first, and how far the reader is; of an adjudicator, differences."""

    items: list[TurnShape]
    progress: ProgressShape


class Sheet(Given, frozen=True, kw_only=True):
    """A document of a curation: its record, and every item of it as this reader sees it."""

    record: Record
    items: list[TurnShape]


class Decided(Given, frozen=True, kw_only=True):
    """What was written down, and how far the reader is now."""

    decisions: list[DecisionShape]
    progress: ProgressShape


class EstimateShape(Given, frozen=True, kw_only=True):
    """A measure with its 95 % interval; null where it is not defined."""

    value: float | None
    low: float | None
    high: float | None


class AgreementShape(Given, frozen=True, kw_only=True):
    """How far two readers agree: shares and F1 from 0 to 1, Cohen's kappa up to 1."""

    documents: int
    items: int
    differences: int
    adjudicated: int
    same: EstimateShape
    kept: EstimateShape
    verdicts: EstimateShape
    concepts: EstimateShape
    mentions: EstimateShape
    linked: EstimateShape


@operation("GET", "/v1/curations", tag="curations")
def curations(call: Call) -> Curations:
    """List the curations."""
    rows = []
    for folder in list_curations():
        if not call.who.may_read(folder.name):
            continue
        try:
            rows.append(CurationShape(**_short(Curation.open(folder))))
        except (OnomaError, OSError) as error:
            code = error.code if isinstance(error, OnomaError) else "unreadable"
            rows.append(CurationShape(
                name=folder.name, documents=0, items=0, readers=[], adjudicator="", source="",
                created="", error=code,
            ))  # fmt: skip
    return Curations(curations=rows)


@operation("POST", "/v1/curations", scope="curate", status=201, tag="curations")
def start_curating(call: Call, body: StartBody) -> CurationInfo:
    """Begin a curation of documents of a corpus."""
    call.who.need(body.name)
    corpus = call.service.corpus(body.corpus, call.who)
    folder = new_curation(body.name)
    if folder.parent != curations_folder():
        raise UnknownName("curation", body.name, ())
    start = Start(
        tuple(body.readers) or ("reader",), body.adjudicator, tuple(body.types), body.documents,
        body.choose, source=f"corpus {corpus.name}",
    )  # fmt: skip
    return _info(start_curation(folder, corpus.annotated(), start))


@operation("GET", "/v1/curations/{curation}", tag="curations")
def curation_info(call: Call, asked: CurationAsked) -> CurationInfo:
    """Show a curation and how far everyone is."""
    return _info(_curation(call, asked))


class QueueAsked(SeatAsked, frozen=True, kw_only=True):
    """Whose turn it is, for a seat."""

    order: Order = "doubt"
    k: Count = 10


@operation("GET", "/v1/curations/{curation}/queue", scope="curate", tag="curations")
def curation_queue(call: Call, asked: QueueAsked) -> Queue:
    """List the mentions whose turn it is, the most doubtful first; one's own decisions alone."""
    seat = _seat(call, asked)
    turns = seat.queue(asked.k, order=asked.order)
    return Queue(items=[_turn(seat, one) for one in turns], progress=_progress(seat))


class SheetAsked(SeatAsked, frozen=True, kw_only=True):
    """A document, for a seat."""

    id: Annotated[str, Meta(max_length=500)]


@operation("GET", "/v1/curations/{curation}/documents/{id:path}", scope="curate", tag="curations")
def curation_document(call: Call, asked: SheetAsked) -> Sheet:
    """Show a document of a curation with all its items, as this reader decided."""
    seat = _seat(call, asked)
    turns = seat.turns(asked.id)
    found = next(one for one in seat.curation.documents if one.id == asked.id)
    return Sheet(record=full_record(found), items=[_turn(seat, one) for one in turns])


@operation("POST", "/v1/curations/{curation}/decisions", scope="curate", tag="curations")
def decide(call: Call, asked: SeatAsked, body: DecisionBody) -> Decided:
    """Write a decision down; the same one again is the one before."""
    seat = _seat(call, asked)
    if body.words and body.verb == "split":
        verdict = seat.said(body.item, body.words)
    else:
        verdict = Verdict(body.verb, tuple(_part(seat, one) for one in body.parts))
    return _decided(seat, [seat.decide(body.item, verdict, alike=body.alike)])


@operation("POST", "/v1/curations/{curation}/missed", scope="curate", tag="curations")
def add_missed(call: Call, asked: SeatAsked, body: MissedBody) -> Decided:
    """Write mentions down that were missed."""
    seat = _seat(call, asked)
    return _decided(seat, seat.missed(body.document, body.words, body.type))


@operation("POST", "/v1/curations/{curation}/undo", scope="curate", tag="curations")
def undo_decision(call: Call, asked: SeatAsked, body: UndoBody) -> Decided:
    """Take a decision back; the log keeps both. What was taken back before stays so."""
    seat = _seat(call, asked)
    gone = seat.undo(body.number)
    return _decided(seat, [] if gone is None else [gone])


@operation("GET", "/v1/curations/{curation}/agreement", tag="curations")
def curation_agreement(call: Call, asked: CurationAsked) -> AgreementShape:
    """Say how far two readers agree: Cohen's kappa, F1 of mentions, each with an interval."""
    found = agreement(_curation(call, asked))
    return AgreementShape(
        documents=found.documents, items=found.items, differences=found.differences,
        adjudicated=found.adjudicated, same=_estimate(found.same), kept=_estimate(found.kept),
        verdicts=_estimate(found.verdicts), concepts=_estimate(found.concepts),
        mentions=_estimate(found.mentions), linked=_estimate(found.linked),
    )  # fmt: skip


class CuratedAsked(CurationAsked, frozen=True, kw_only=True):
    """How the documents are wanted."""

    to: Short = "jsonl-text"
    all: Annotated[bool, Meta(description="Those too that are not settled, as found.")] = False


@operation(
    "GET", "/v1/curations/{curation}/export", produces=FORMATS, tag="curations", gives=Record
)
def export_curated(call: Call, asked: CuratedAsked) -> Reply:
    """Give the documents as people decided, in any output format."""
    if asked.to in ("terminal", "json"):
        raise UnknownName("output format", asked.to, tuple(MEDIA))
    out = io.BytesIO()
    writer = make_writer(asked.to, out)
    curation = _curation(call, asked)
    writer.begin()
    for one in curation.curated(only_done=not asked.all):
        call.check()
        writer.write(one)
    writer.end()
    named = (("content-disposition", 'attachment; filename="curated"'),)
    return Reply(out.getvalue(), MEDIA.get(asked.to, "application/octet-stream"), headers=named)


def _curation(call: Call, asked: CurationAsked) -> Curation:
    return call.service.curation(asked.curation, call.who)


def _seat(call: Call, asked: SeatAsked) -> Seat:
    """Return the seat that is asked for; with keys nobody sits down as another.

    Raises: NotAllowed, UnknownName, InputError.
    """
    curation = _curation(call, asked)
    reader = asked.reader
    if call.who != EVERYONE:
        own = call.who.name.rpartition(" (")[0]
        if reader not in ("", own):
            raise NotAllowed("this key is another person's", hint=f"you are {own}")
        reader = own
    elif not reader and len(curation.readers) == 1 and asked.stage == READING:
        reader = curation.readers[0]
    stage = ADJUDICATION if asked.stage == ADJUDICATION else READING
    return Seat(curation, reader or curation.judge, stage=stage)


def _short(one: Curation) -> dict[str, Any]:
    sheet = one.sheet
    return {
        "name": one.name, "documents": sheet["documents"], "items": sheet["items"],
        "readers": list(one.readers), "adjudicator": one.adjudicator, "source": sheet["source"],
        "created": sheet["created"],
    }  # fmt: skip


def _info(one: Curation) -> CurationInfo:
    seats = [Seat(one, reader) for reader in one.readers]
    if one.judge:
        seats.append(Seat(one, one.judge, stage=ADJUDICATION))
    settled = one.settled()
    return CurationInfo(
        **_short(one), settled=len(one.done()), progress=[_progress(seat) for seat in seats],
        differences=sum(key not in settled for key in one.differences()),
    )  # fmt: skip


def _progress(seat: Seat) -> ProgressShape:
    return ProgressShape(reader=seat.reader, stage=seat.stage, **asdict(seat.progress()))


def _part(seat: Seat, given: PartGiven) -> Part:
    return seat.curation.wording.concept(tuple(given.spans), given.type, given.curie or "")


def _decided(seat: Seat, made: list[Decision]) -> Decided:
    shown = [_decision(seat, one) for one in made]
    return Decided(decisions=[one for one in shown if one is not None], progress=_progress(seat))


def _shown(seat: Seat, place: int, part: Part) -> PartShape:
    text = seat.curation.documents[place].text
    words = " … ".join(text[start:end] for start, end in part.spans)
    return PartShape(
        spans=list(part.spans), text=words, type=part.type, curie=part.curie, label=part.label
    )


def _decision(seat: Seat, one: Decision | None) -> DecisionShape | None:
    if one is None or one.verdict is None:
        return None
    place = int(one.items[0].replace("+", ".").partition(".")[0])
    return DecisionShape(
        number=one.number, verb=one.verdict.verb, items=list(one.items), time=one.time,
        parts=[_shown(seat, place, part) for part in one.verdict.parts],
    )  # fmt: skip


def _turn(seat: Seat, turn: Turn) -> TurnShape:
    item = turn.item
    return TurnShape(
        item=item.key, document=seat.curation.documents[item.document].id,
        part=_shown(seat, item.document, item.part), doubt=turn.doubt,
        why=[WORDS[name] for name, _ in item.doubt.reasons], alike=turn.alike,
        candidates=_candidates(item.mention), decision=_decision(seat, turn.decision),
        readings=[[_shown(seat, item.document, part) for part in one] for one in turn.readings],
    )  # fmt: skip


def _candidates(mention: Mention | None) -> list[Record]:
    return [] if mention is None else [candidate_record(one) for one in mention.candidates]


def _estimate(one: Estimate) -> EstimateShape:
    value, low, high = (
        None if math.isnan(each) else round(each, 4) for each in (one.value, one.low, one.high)
    )
    return EstimateShape(value=value, low=low, high=high)
