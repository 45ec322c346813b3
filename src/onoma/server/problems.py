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
    Inconsistent,
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

    def __init_subclass__(cls, *, code: str, status: int, retry: int | None = None) -> None:
        """Take what the class is in HTTP."""
        cls.code, cls.status, cls.retry = code, status, retry


class NotFound(Refused, code="not-found", status=404):
    """Nothing is at this address."""


class WrongMethod(Refused, code="wrong-method", status=405):
    """The address does not take this method."""

    allowed: tuple[str, ...] = ()


class NotAcceptable(Refused, code="not-acceptable", status=406):
    """None of the media types asked for can be given."""


class TooSlow(Refused, code="too-slow", status=408):
    """The body did not arrive in time."""


class Conflict(Refused, code="conflict", status=409):
    """The request does not fit what is there."""


class ExpiredCursor(Refused, code="expired-cursor", status=410):
    """A cursor of results that have changed since."""


class TooLarge(Refused, code="too-large", status=413):
    """More than a limit allows."""


class WrongMedia(Refused, code="wrong-media-type", status=415):
    """A body of a media type that the address does not take."""


class WrongHost(Refused, code="wrong-host", status=421):
    """A Host that is not this server's (DNS rebinding)."""


class WrongOrigin(Refused, code="wrong-origin", status=403):
    """A page of another origin may not do this."""


class NoKey(Refused, code="no-key", status=401):
    """No key, or one that is not valid."""


class NotAllowed(Refused, code="not-allowed", status=403):
    """The key does not reach this far."""


class TooMany(Refused, code="too-many-requests", status=429, retry=1):
    """More requests than the rate allows."""


class Overloaded(Refused, code="overloaded", status=503, retry=1):
    """More work is waiting than can be done soon."""


class OutOfTime(Refused, code="out-of-time", status=503, retry=5):
    """The work took longer than is allowed."""


class Unreachable(Refused, code="unreachable", status=503, retry=30):
    """A service that is needed for this does not answer as it should."""


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
        (Inconsistent, 409),  # made by another version: its hint says what to do
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
