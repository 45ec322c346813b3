"""Whole numbers in text, in figures and in words."""

from __future__ import annotations

import re

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUE = {word: value for value, word in enumerate(_SMALL.split())}
_VALUE |= {word: 20 + 10 * place for place, word in enumerate(_TENS.split())}
_WORD = rf"(?:{'|'.join([*_VALUE, 'hundred', 'thousand'])})"
NUMBER = rf"(?:\d{{1,3}}(?:[, ]\d{{3}})+|\d+|{_WORD}(?:[-\s]+(?:and[-\s]+)?{_WORD}){{0,7}})"
"""A pattern of a number; ``whole`` reads what it matched."""


def whole(words: str) -> int:
    """Return a number that ``NUMBER`` matched.

    >>> whole("1,204"), whole("Sixty-four"), whole("one hundred and twenty")
    (1204, 64, 120)
    """
    if words[0].isdigit():
        return int(re.sub(r"\D", "", words))
    total = part = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word == "thousand":
            total, part = total + max(part, 1) * 1000, 0
        else:
            part += _VALUE.get(word, 0)
    return total + part
