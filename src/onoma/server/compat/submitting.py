"""PubTator 3's way to annotate one's own text: submit it, then ask with the session's number."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

import orjson

from onoma.errors import DataError, InputError
from onoma.formats.inputs import sniff_format
from onoma.server.compat.entities import WORDS, types_of_concept
from onoma.server.compat.pubtator3 import ROOT
from onoma.server.declare import Asked, Call, Meta, Reply, operation
from onoma.server.problems import NotFound
from onoma.server.shapes import Record

FORM = ("application/x-www-form-urlencoded",)
SAME = frozenset({"pubtator", "biocxml", "biocjson"})
NOT_READY = "[Warning] : The Result is not ready."


class SubmitAsked(Asked, frozen=True, kw_only=True):
    """Which kind of concepts is wanted."""

    concept: Annotated[str, Meta(max_length=40)]


class SessionAsked(Asked, frozen=True, kw_only=True):
    """The number of a session."""

    session: Annotated[str, Meta(max_length=40)]


@operation(
    "POST", ROOT + "/annotations/annotate/submit/{concept}", scope="annotate", consumes=("*/*",),
    produces=("text/plain",), tag="pubtator3",
)  # fmt: skip
def pubtator_submit(call: Call, asked: SubmitAsked, body: bytes) -> Reply:
    """Submit a text (plain, PubTator, BioC); the answer is the session's number."""
    return Reply(_session(call, asked.concept, body).encode(), "text/plain; charset=utf-8")


@operation(
    "GET", ROOT + "/annotations/annotate/retrieve/{session}", scope="annotate",
    produces=("text/plain",), tag="pubtator3",
)  # fmt: skip
def pubtator_retrieve(call: Call, asked: SessionAsked) -> Reply:
    """Fetch what was submitted, annotated; 404 until it is ready."""
    return _result(call, asked.session)


@operation(
    "POST", ROOT + "/request.cgi", scope="annotate", consumes=FORM, tag="pubtator3", gives=Record
)
def pubtator_request(call: Call, body: bytes) -> Reply:
    """Submit a text by a form (``text``, ``bioconcept``); the answer has the session's number."""
    given = _form(body)
    session = _session(call, given.get("bioconcept", "All"), given.get("text", "").encode())
    return Reply(orjson.dumps({"id": session}))


@operation(
    "POST", ROOT + "/retrieve.cgi", scope="annotate", consumes=FORM, produces=("text/plain",),
    tag="pubtator3",
)  # fmt: skip
def pubtator_fetch(call: Call, body: bytes) -> Reply:
    """Fetch what was submitted by a form (``id``), annotated; 404 until it is ready."""
    return _result(call, _form(body).get("id", ""))


def _session(call: Call, concept: str, body: bytes) -> str:
    """Begin a job and return its number."""
    if not body.strip():
        raise InputError("there is no text", hint="text=...")
    wanted = [name.strip() for name in concept.split(",") if name.strip()]
    every = not wanted or "all" in [one.lower() for one in wanted]
    types = [t for one in (WORDS if every else wanted) for t in types_of_concept(one)]
    name = "submitted.txt"
    source = "pubtator"
    try:
        found = sniff_format(body[:4096], "submitted.xml" if body.lstrip()[:1] == b"<" else name)
        source = sniff_format(body[:4096], "submitted.json") if body.lstrip()[:1] == b"{" else found
    except DataError:
        source = "text"
    asked = {
        "name": name, "source": source if source in SAME else "text", "types": types, "ids": [],
        "names": ["core"], "project": call.service.settings.project, "mode": "dictionary",
        "relations": False, "min_confidence": 0.0, "leaning": "balanced", "describe": "",
        "nested": False, "explain": False,
        "to": source if source in SAME else "pubtator",
    }  # fmt: skip
    return call.service.jobs.begin("annotate", asked, body, owner=call.who.name).id


def _result(call: Call, session: str) -> Reply:
    jobs = call.service.jobs
    job = jobs.get(session, call.who.name)
    if not job.is_over:
        raise NotFound(NOT_READY, hint="ask again in a few seconds")
    media = "application/xml" if jobs.asked(job)["to"] == "biocxml" else "text/plain; charset=utf-8"
    return Reply(jobs.result(job).read_bytes(), media)


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8"), max_num_fields=10, errors="strict"))
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError("not a form in UTF-8", hint="text=...&bioconcept=All") from error
