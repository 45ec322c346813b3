"""Errors as HTTP answers: RFC 9457 problem details with Onoma's stable codes.

    {"type": "urn:onoma:problem:unknown-name", "title": ..., "status": 404,
     "code": "unknown-name", "detail": ..., "hint": ..., "request_id": ...}

The codes of ``onoma.errors`` stand as they are; those that only a server has are made here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson

from onoma.corpus import Busy, DiskFull
from onoma.errors import (
    DataError,
    ExtraMissing,
    InputError,
    Missing,
    ModelMissing,
    OnomaError,
    UnknownName,
)

MEDIA = "application/problem+json"


class Refused(OnomaError):
    """A request that a server does not take; ``status`` is HTTP's, ``retry`` in seconds."""

    code = "refused"
    status = 400
    retry: int | None = None


class NotFound(Refused):
    """Nothing is at this address."""

    code, status = "not-found", 404


class WrongMethod(Refused):
    """The address does not take this method."""

    code, status = "wrong-method", 405
    allowed: tuple[str, ...] = ()


class NotAcceptable(Refused):
    """None of the media types asked for can be given."""

    code, status = "not-acceptable", 406


class TooSlow(Refused):
    """The body did not arrive in time."""

    code, status = "too-slow", 408


class Conflict(Refused):
    """The request does not fit what is there."""

    code, status = "conflict", 409


class ExpiredCursor(Refused):
    """A cursor of results that have changed since."""

    code, status = "expired-cursor", 410


class TooLarge(Refused):
    """More than a limit allows."""

    code, status = "too-large", 413


class WrongMedia(Refused):
    """A body of a media type that the address does not take."""

    code, status = "wrong-media-type", 415


class WrongHost(Refused):
    """A Host that is not this server's (DNS rebinding)."""

    code, status = "wrong-host", 421


class WrongOrigin(Refused):
    """A page of another origin may not do this."""

    code, status = "wrong-origin", 403


class NoKey(Refused):
    """No key, or one that is not valid."""

    code, status = "no-key", 401


class NotAllowed(Refused):
    """The key does not reach this far."""

    code, status = "not-allowed", 403


class TooMany(Refused):
    """More requests than the rate allows."""

    code, status, retry = "too-many-requests", 429, 1


class Overloaded(Refused):
    """More work is waiting than can be done soon."""

    code, status, retry = "overloaded", 503, 1


class OutOfTime(Refused):
    """The work took longer than is allowed."""

    code, status, retry = "out-of-time", 503, 5


class Unreachable(Refused):
    """A service that is needed for this does not answer as it should."""

    code, status, retry = "unreachable", 503, 30


_OPEN = frozenset({"concept", "node", "corpus", "graph", "document", "vocabulary", "job", "edge"})
"""Kinds of names that stand for things: an unknown one is not found, rather than a bad value."""


def status_of(error: OnomaError) -> int:
    """Return the HTTP status that says best what an error says."""
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, UnknownName):
        return 404 if any(word in _OPEN for word in error.kind.split()) else 400
    table: tuple[tuple[type[OnomaError], int], ...] = (
        (InputError, 400),
        (DataError, 422),
        (ExtraMissing, 501),
        (ModelMissing, 501),
        (Missing, 404),
        (Busy, 409),
        (DiskFull, 507),
    )
    return next((status for kind, status in table if isinstance(error, kind)), 500)


def problem(error: OnomaError, request_id: str = "") -> dict[str, Any]:
    """Return the record of an error."""
    status = status_of(error)
    record: dict[str, Any] = {
        "type": f"urn:onoma:problem:{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": error.code,
        "detail": error.message,
    }
    if error.hint:
        record["hint"] = error.hint
    if error.offset is not None:
        record["offset"] = error.offset
    if request_id:
        record["request_id"] = request_id
    return record


def internal(request_id: str) -> dict[str, Any]:
    """Return the record of a fault of ours, which says nothing of what was asked."""
    return {
        "type": "urn:onoma:problem:internal", "title": "Internal Server Error", "status": 500,
        "code": "internal", "detail": "a fault in the server; its log has the request id",
        "request_id": request_id,
    }  # fmt: skip


def problem_bytes(record: dict[str, Any]) -> bytes:
    """Return the record as JSON; lone surrogates, which UTF-8 has not, are replaced."""
    try:
        return orjson.dumps(record)
    except (orjson.JSONEncodeError, TypeError):
        clean = {
            key: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
            for key, value in record.items()
        }
        return orjson.dumps(clean)
