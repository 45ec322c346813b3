"""Pages of a long answer: a cursor says where the next begins, and of which version."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import TypeVar

from onoma.errors import InputError
from onoma.server.declare import Given
from onoma.server.problems import ExpiredCursor

Row = TypeVar("Row")


class Page(Given, frozen=True, kw_only=True):
    """A page; ``next`` is the cursor of the one after it, null at the end."""

    next: str | None


def page_of(
    rows: Sequence[Row], cursor: str, k: int, *, version: object
) -> tuple[Sequence[Row], str | None]:
    """Return the rows of a page and the cursor of the next.

    Raises: InputError, ExpiredCursor: see ``place_of``.
    """
    start = place_of(cursor, version)
    end = start + k
    return rows[start:end], cursor_of(end, version) if end < len(rows) else None


def cursor_of(place: int, version: object) -> str:
    """Return a cursor."""
    return base64.urlsafe_b64encode(f"{place}.{_mark(version)}".encode()).decode().rstrip("=")


def place_of(cursor: str, version: object) -> int:
    """Return the place that a cursor points to, 0 for none.

    Raises: InputError: it is none; ExpiredCursor: the results have changed since.
    """
    if not cursor:
        return 0
    try:
        told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise InputError("not a cursor", hint="take it from next of the page before") from error
    place, _, mark = told.partition(".")
    if not place.isascii() or not place.isdigit() or len(place) > 9:
        raise InputError("not a cursor", hint="take it from next of the page before")
    if mark != _mark(version):
        raise ExpiredCursor("the results have changed since", hint="begin again without a cursor")
    return int(place)


def _mark(version: object) -> str:
    return hashlib.sha256(repr(version).encode()).hexdigest()[:12]
