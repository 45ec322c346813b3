"""Dates of publication as queries write them."""

from __future__ import annotations

import re

from onoma.search.query.scanning import Source
from onoma.search.query.tree import DateRange
from onoma.types import Span

_DATE = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?)?")
_HINT = "write a year, year and month or a whole date: 2015, 2015-03, 2015-03-31"


def date_of(source: Source, text: str, span: Span) -> str:
    """Return a date as ``2015``, ``2015-03`` or ``2015-03-31``; nothing for an open end.

    Raises: UnparsableQuery: no such date.
    """
    if not text:
        return ""
    found = _DATE.fullmatch(text)
    if found is None:
        raise source.error(span, f"{text!r} is no date", _HINT)
    year, month, day = found.groups()
    if month and not 1 <= int(month) <= 12:
        raise source.error(span, f"there is no month {month}", _HINT)
    if day and not 1 <= int(day) <= 31:
        raise source.error(span, f"there is no day {day}", _HINT)
    parts = [year, month and month.zfill(2), day and day.zfill(2)]
    return "-".join(part for part in parts if part)


def range_of(source: Source, first: str, last: str, span: Span) -> DateRange:
    """Return the range of two dates, either of which may be empty.

    Raises: UnparsableQuery: no dates, both empty, or the last before the first.
    """
    begin, end = date_of(source, first, span), date_of(source, last, span)
    if not begin and not end:
        raise source.error(span, "the range has neither a beginning nor an end", _HINT)
    if begin and end and (begin + "-00-00")[:10] > (end + "-99-99")[:10]:
        raise source.error(span, f"the range ends ({end}) before it begins ({begin})", "swap them")
    return DateRange(begin, end, span=span)
