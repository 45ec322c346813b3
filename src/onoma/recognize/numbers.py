"""What looks like a short name and is a number, a part of one, or a unit: 1-4, vs 2.08, kg-1 h-1.

Genes are called 5-2 and 1-4 in some lists, drugs A 10, and matching folds signs between letters and
digits away. Only matches that end with a digit are looked at: short ones, and those whose number
goes on ("thrombocytopenia 2/383", "alkaline phosphatase 2.5 times").
"""

from __future__ import annotations

import re

import numpy as np

from onoma.recognize.columns import Spans, Work

LONGEST = 8  # characters of a match that is looked at
_MARKS = (0x2C, 0x2E, 0x2F)  # , . /
_NUMBER = re.compile(r"\s\d{1,4}$")
_REST = re.compile(r"[.,]\d|/\d{3}|/\d{1,2} ?\(\d")  # 2.5 times, 2/383, 2/41 (4.9 %); not 16/18
_NO_NAME = re.compile(
    r"[^a-zA-Z\u0370-\u03ff]+|[hlsdgm][-\u2010-\u2013\u2212]\d|[Aa] \d+|[Vv]s -?\d+"
)


def without_numbers(work: Work, spans: Spans) -> Spans:
    """Return the spans without those that are no name but a number or a unit."""
    if not len(spans):
        return spans
    codes, text = work.batch.codes, work.batch.text
    start, end = spans.start, spans.end
    last = len(codes) - 1
    goes_on = np.isin(codes[end], _MARKS) & _is_digit(codes[np.minimum(end + 1, last)])
    second = codes[np.minimum(start + 1, last)]
    versus = (codes[start] | 0x20) == 0x76
    plain = (second < 0x30) | (second > 0x7F) | _is_digit(second)
    odd = _is_digit(codes[start]) | plain | versus
    odd = (odd & (end - start <= LONGEST)) | goes_on
    odd &= _is_digit(codes[end - 1])
    rows = np.flatnonzero(odd)
    if not len(rows):
        return spans
    wrong = [
        row
        for row, low, high in zip(
            rows.tolist(), start[rows].tolist(), end[rows].tolist(), strict=True
        )
        if _is_number(text, low, high)
    ]
    good = np.ones(len(spans), bool)
    good[wrong] = False
    return spans.keep(good)


def _is_number(text: str, start: int, end: int) -> bool:
    """Return whether a match is no name, or cuts through a number."""
    if _NO_NAME.fullmatch(text, start, end):
        return True
    before = text[max(start - 2, 0) : start]
    opens = text[start].isdigit() and before[-1:] in (".", ",") and before[:1].isdigit()
    if end - start > LONGEST or text[end : end + 1] == "/":
        return bool(_NUMBER.search(text[start:end]) and _REST.match(text, end))
    return opens or (text[end : end + 1] in (".", ",") and text[end + 1 : end + 2].isdigit())


def _is_digit(codes: np.ndarray) -> np.ndarray:
    return np.asarray((codes - np.uint32(0x30)) < 10)
