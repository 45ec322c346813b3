"""Surnames that are words: Mr. Eugene Walker and Mrs. Brown are no devices and no colours."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from onoma.recognize.columns import Spans, Work

_STARTS = ("Mr", "Ms", "Dr.", "Dr ", "Miss ", "Prof")
_NAME = r"[A-Z][a-z\u00df-\u017f'\u2019-]{1,20}"
_TITLED = re.compile(rf"\b(?:Mrs?|Ms|Dr|Miss|Prof)\.?\s(?:(?:{_NAME}|[A-Z]\.)\s){{0,2}}{_NAME}\b")
_OLD = re.compile(r"year[- ]old")
_AGED = re.compile(
    rf"\b{_NAME}\s(?:[A-Z]\.\s)?{_NAME}"
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
    found = [*_titled(work.batch.text), *_aged(work.batch.text)]
    if not found:
        return spans
    start, end = np.array(sorted(found), np.int64).T
    place = np.searchsorted(start, spans.start, side="right") - 1
    inside = (place >= 0) & (spans.end <= end[np.maximum(place, 0)])
    return spans.keep(~inside) if inside.any() else spans


def _titled(text: str) -> Iterator[tuple[int, int]]:
    """Yield titles with the names behind them."""
    for title in _STARTS:  # a search for a string takes a tenth of the time of a pattern
        at = text.find(title)
        while at >= 0:
            match = _TITLED.match(text, at)
            if match:
                yield match.span()
            at = text.find(title, at + 1)


def _aged(text: str) -> Iterator[tuple[int, int]]:
    """Yield names that an age stands behind."""
    at = text.find("year")
    while at >= 0:
        if _OLD.match(text, at):
            low = max(at - BEFORE, 0)
            for match in _AGED.finditer(text[low:at]):
                yield match.start() + low, match.end() + low
        at = text.find("year", at + 1)
