"""Surnames that are words: Mr. Eugene Walker and Mrs. Brown are no devices and no colours."""

from __future__ import annotations

import re

import numpy as np

from onoma.recognize.columns import Spans, Work

_TITLES = ("Mr", "Mrs", "Ms", "Dr", "Miss", "Prof")
_NAME = r"[A-Z][a-z\u00df-\u017f'\u2019-]{1,20}"
_TITLED = re.compile(rf"\b(?:{'|'.join(_TITLES)})\.?\s(?:(?:{_NAME}|[A-Z]\.)\s){{0,2}}{_NAME}\b")
_AGED = re.compile(
    rf"\b{_NAME}\s(?:[A-Z]\.\s)?{_NAME}"
    r"(?=,? (?:is )?an? (?:[a-z]{1,20} ){0,3}\d{1,3}[- ]year[- ]old)"
)


def without_persons(work: Work, spans: Spans) -> Spans:
    """Return the spans without those that lie in the name of a person.

    A name is told by a title before it ("Dr. White"), or by an age behind it ("Brian White is a
    58-year-old").
    """
    text = work.batch.text
    found = [one.span() for one in _TITLED.finditer(text)] if _has_title(text) else []
    if "year" in text:
        found += [one.span() for one in _AGED.finditer(text)]
    if not found or not len(spans):
        return spans
    start, end = np.array(sorted(found), np.int64).T
    place = np.searchsorted(start, spans.start, side="right") - 1
    inside = (place >= 0) & (spans.end <= end[np.maximum(place, 0)])
    return spans.keep(~inside) if inside.any() else spans


def _has_title(text: str) -> bool:
    return any(f"{title}{sign}" in text for title in _TITLES for sign in (".", " "))
