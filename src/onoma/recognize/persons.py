"""Surnames that are words: Mr. Eugene Walker and Mrs. Brown are no devices and no colours."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from onoma.recognize.columns import Spans, Work
from onoma.types import Span

_STARTS = ("Mr", "Ms", "Dr.", "Dr ", "Miss ", "Prof")
_NAME = r"[A-Z][a-z\u00df-\u017f'\u2019-]{1,20}"
_TITLED = re.compile(rf"\b(?:Mrs?|Ms|Dr|Miss|Prof)\.? (?:(?:{_NAME}|[A-Z]\.) ){{0,2}}{_NAME}\b")
_UNIT = re.compile(r"(?:year|month|week|day)s?\Z")
LONGEST = 6  # letters of a unit of age
_AGED = re.compile(
    rf"\b{_NAME} (?:[A-Z]\. )?{_NAME}"
    r"(?=,? (?:is )?an? (?:[a-z]{1,20} ){0,3}\d{1,3}[- ]\Z)"
)
BEFORE = 120  # characters before an age in which a name is looked for


def without_persons(work: Work, spans: Spans) -> Spans:
    """Return the spans without those that lie in the name of a person.

    A name is told by a title before it ("Dr. White"), or by an age behind it ("Brian White is a
    58-year-old").
    """
    if not len(spans):
        return spans
    found = person_spans(work.batch.text)
    if not found:
        return spans
    start, end = np.array(found, np.int64).T
    place = np.searchsorted(start, spans.start, side="right") - 1
    inside = (place >= 0) & (spans.end <= end[np.maximum(place, 0)])
    return spans.keep(~inside) if inside.any() else spans


def person_spans(text: str) -> tuple[Span, ...]:
    """Return where names of persons stand that a title or an age tells, in text order."""
    return tuple(sorted([*_titled(text), *_aged(text)]))


def _titled(text: str) -> Iterator[Span]:
    """Yield titles with the names behind them."""
    for title in _STARTS:  # a search for a string takes a tenth of the time of a pattern
        at = text.find(title)
        while at >= 0:
            match = _TITLED.match(text, at)
            if match:
                yield match.span()
            at = text.find(title, at + 1)


def _aged(text: str) -> Iterator[Span]:
    """Yield names that an age stands behind."""
    for old in ("-old", " old"):
        at = text.find(old)
        while at >= 0:
            unit = _UNIT.search(text, max(at - LONGEST, 0), at)
            if unit:
                low = max(unit.start() - BEFORE, 0)
                for match in _AGED.finditer(text[low : unit.start()]):
                    yield match.start() + low, match.end() + low
            at = text.find(old, at + 1)
