"""What the sentence splitter knows: classes of characters and short lists of words.

The lists hold general English and Latin abbreviations of papers and clinical notes. A word is kept
as a whole number, five bits a letter with the last letter lowest, so that the words before many
stops are compared at once.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

SPACE, LOWER, UPPER, DIGIT, OPEN, CLOSE, NEVER, BULLET = (1 << k for k in range(8))
"""Classes of characters as bits. NEVER cannot begin a sentence; BULLET may mark a list item; a
straight quote both opens and closes; a letter without case has no bit."""

LIMIT = 0x3100  # characters from here on (mostly scripts without case) have no class
DOT = 27  # the place of the full stop behind the letters a-z (1-26) in a word's key
LETTERS = 0x7F  # code points of ``letter_numbers``; the last stands for the rest
LONGEST = 12  # letters of a word's key: 60 bits

NEVER_END = (
    "dr drs mr mrs ms prof rev gen vs v.s i.e e.g ie eg cf viz fig figs eq eqs ref refs "
    "approx resp ca messrs mme ph.d.s nos et incl"
)
"""Abbreviations that need something after them: their stop never ends a sentence."""

BEFORE_NUMBER = (
    "no vol p pp ch chap sec sect tab tbl art app appl ver sp grp gr pt avg ex suppl par para "
    "al jan feb apr jun jul aug sep sept oct nov dec min max temp wt ht dept rm bldg tel ext "
    "item ser mag str art fol cat lot n o"
)
"""Abbreviations whose stop does not end a sentence before a number."""

BEFORE_CAPITAL = (
    "sp spp subsp ssp var cv pv st inc ltd co corp univ dept jr sr ed eds gen med rev u"
)
"""Abbreviations whose stop, before a capital, ends a sentence only where an opener follows."""

OPENERS = (
    "the we in this these a an it our they there here however although to for patients "
    "results methods method conclusion conclusions background objective objectives both all "
    "no when while after during among as at by on of with from he she his her its their those "
    "that thus therefore moreover furthermore finally one two three four compared using "
    "because since such most many some several each if is are result design setting purpose "
    "aim aims importantly interestingly additionally similarly further then also what how why "
    "i you your not only both patient subjects treatment data significant overall other new "
    "recent previous studies study findings discussion introduction clinical"
)
"""Words that, with a capital, open a sentence rather than go on with a name."""

NAME_LINKS = "by and of to from with for de van von der den la le del di da or"
"""Words after which a lone capital is an initial: ``by J. Smith``."""

LINE_GOES_ON = (
    "a an the of with and or in for to by was is were are be been has have had at on from as "
    "that which who no not without than into per via his her their its this these if when "
    "mild moderate severe left right acute chronic some any"
)
"""Words that cannot be the last of a sentence or list item: the line is merely wrapped."""


def word_key(word: str) -> int:
    """Return a word's whole number (lower-case letters a-z and stops only, at most LONGEST)."""
    key = 0
    for char in word[-LONGEST:]:
        key = key << 5 | (DOT if char == "." else ord(char) - 96)
    return key


@cache
def keys(words: str) -> I64:
    """Return the sorted keys of words written with spaces between them."""
    found = {word_key(w) for w in words.split() if len(w) <= LONGEST}
    return np.array(sorted(found), np.int64)


def among(values: I64, words: str) -> npt.NDArray[np.bool_]:
    """Return which word keys stand in a list."""
    table = keys(words)
    place = np.minimum(np.searchsorted(table, values), len(table) - 1)
    found: npt.NDArray[np.bool_] = table[place] == values
    return found


@cache
def letter_numbers() -> U8:
    """Return 1-26 for the letters a-z of either case, DOT for a full stop, else 0."""
    out = np.zeros(LETTERS + 1, np.uint8)
    out[0x41:0x5B] = out[0x61:0x7B] = np.arange(1, 27)
    out[0x2E] = DOT
    return out


@cache
def classes() -> U8:
    """Return the class bits of the code points below LIMIT, and of one that stands for the rest."""
    out = np.zeros(LIMIT + 1, np.uint8)
    for code in range(min(LIMIT, sys.maxunicode)):
        char = chr(code)
        if char.isspace() or code < 0x20:
            out[code] = SPACE
        elif char.islower():
            out[code] = LOWER
        elif char.isupper():
            out[code] = UPPER
        elif char.isdigit():
            out[code] = DIGIT
        elif unicodedata.category(char) in ("Ps", "Pi"):
            out[code] = OPEN
        elif unicodedata.category(char) in ("Pe", "Pf"):
            out[code] = CLOSE | NEVER
    for char in "\"'":
        out[ord(char)] = OPEN | CLOSE
    for char in ",;:.%<=>/?!&+~|_^±≤≥×·":
        out[ord(char)] = NEVER
    for char in "-*•◦▪‣–—#·●○":
        out[ord(char)] |= BULLET
    return out
