"""Long work: begun with 202, asked after, cancelled; its result fetched when it is done."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from onoma.formats import readers, writers
from onoma.server.cursors import Page, page_of
from onoma.server.declare import Asked, Call, Given, Meta, Reply, encode, operation
from onoma.server.jobs import Job
from onoma.server.media import FORMATS, MEDIA
from onoma.server.routes.annotate import FileOptions
from onoma.server.shapes import Count, Cursor, Record, Short

FILES = ("*/*",)


class JobShape(Given, frozen=True, kw_only=True):
    """A job: ``waiting``, ``running``, ``done``, ``failed`` (with a code) or ``cancelled``."""

    id: str
    kind: str
    state: str
    created: str
    done: int
    failed: int
    total: int | None
    code: str
    detail: str
    hint: str
    result: str | None


class Listed(Page, frozen=True, kw_only=True):
    """The caller's jobs, newest first."""

    jobs: list[JobShape]


class JobAsked(Asked, frozen=True, kw_only=True):
    """A job."""

    id: Short


class JobsAsked(Asked, frozen=True, kw_only=True):
    """A page of jobs."""

    k: Count = 100
    cursor: Cursor = ""


class AddOptions(Asked, frozen=True, kw_only=True):
    """A file for a corpus."""

    corpus: Short
    name: Annotated[str, Meta(max_length=255)] = "upload.txt"
    source: Short = ""
    duplicates: Literal["keep", "skip"] = "keep"


@operation(
    "POST",
    "/v1/jobs/annotate",
    scope="annotate",
    status=202,
    consumes=FILES,
    tag="jobs",
    gives=JobShape,
)
def begin_annotate(call: Call, asked: FileOptions, body: bytes) -> Reply:
    """Annotate a large file: the answer says where the job is; ``Idempotency-Key`` is heeded."""
    target = asked.to or "jsonl"
    writers.get(target)
    if asked.source:
        readers.get(asked.source)
    call.service.pipeline(
        asked.vocabulary,
        mode="dictionary",
        describe="",
        types=asked.types,
        ids=asked.ids,
        nested=asked.nested,
        leaning=asked.leaning,
    )  # says now what is wrong with the options
    wanted = msgspec.to_builtins(asked) | {
        "to": target, "names": list(call.service.names(asked.vocabulary)),
        "project": call.service.settings.project,
    }  # fmt: skip
    return _begun(call, "annotate", wanted, body)


@operation(
    "POST",
    "/v1/corpora/{corpus}/documents",
    scope="curate",
    status=202,
    consumes=FILES,
    tag="jobs",
    gives=JobShape,
)
def begin_add(call: Call, asked: AddOptions, body: bytes) -> Reply:
    """Add the documents of a file to a corpus, as a job; ``Idempotency-Key`` is heeded."""
    folder = call.service.corpus_folder(asked.corpus, call.who)
    if asked.source:
        readers.get(asked.source)
    wanted = msgspec.to_builtins(asked) | {"folder": str(folder)}
    return _begun(call, "corpus-add", wanted, body)


def _begun(call: Call, kind: str, wanted: Record, body: bytes) -> Reply:
    key = call.headers.get("idempotency-key", "")[:200]
    job = call.service.jobs.begin(kind, wanted, body, owner=call.who.name, key=key)
    place = (("location", f"/v1/jobs/{job.id}"),)
    return Reply(encode(_shape(job)), status=202, headers=place)


@operation("GET", "/v1/jobs", scope="annotate", tag="jobs")
def jobs(call: Call, asked: JobsAsked) -> Listed:
    """List one's jobs, newest first."""
    found = [one for one in call.service.jobs.all() if _is_seen(call, one)]
    part, following = page_of(found, asked.cursor, asked.k, version=call.who.name)
    return Listed(jobs=[_shape(one) for one in part], next=following)


@operation("GET", "/v1/jobs/{id}", scope="annotate", tag="jobs")
def job(call: Call, asked: JobAsked) -> JobShape:
    """Say how far a job is."""
    return _shape(_job(call, asked))


@operation(
    "GET", "/v1/jobs/{id}/result", scope="annotate", produces=FORMATS, tag="jobs", gives=Record
)
def job_result(call: Call, asked: JobAsked) -> Reply:
    """Give the result of a job that is done."""
    found = _job(call, asked)
    content = call.service.jobs.result(found).read_bytes()
    media = "application/json"
    if found.kind == "annotate":
        media = MEDIA.get(call.service.jobs.asked(found)["to"], "application/octet-stream")
    named = (("content-disposition", 'attachment; filename="result"'),)
    return Reply(content, media, headers=named)


@operation("DELETE", "/v1/jobs/{id}", scope="annotate", tag="jobs")
def cancel_job(call: Call, asked: JobAsked) -> JobShape:
    """Cancel a job; of one that has ended, forget the result."""
    return _shape(call.service.jobs.cancel(_job(call, asked)))


def _job(call: Call, asked: JobAsked) -> Job:
    return call.service.jobs.get(asked.id, call.who.name, is_admin=call.who.may("admin"))


def _is_seen(call: Call, one: Job) -> bool:
    return one.owner == call.who.name or call.who.may("admin")


def _shape(one: Job) -> JobShape:
    result = f"/v1/jobs/{one.id}/result" if one.state == "done" else None
    return JobShape(
        id=one.id, kind=one.kind, state=one.state, created=one.created, done=one.done,
        failed=one.failed, total=one.total, code=one.code, detail=one.detail, hint=one.hint,
        result=result,
    )  # fmt: skip
