"""What a vocabulary's name may look like in a text, and how careful one must be with it.

``spellings`` yields the other orders and cuts under which authors write a name ("Neoplasms,
Breast" is "Breast Neoplasms"; "carcinoma of the lung" is "lung carcinoma"). ``name_traits`` are
bits that the recogniser's guards read in place of the name itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from onoma.text.variants import FUNCTION_WORDS

SYMBOL = 1  # an identifier rather than words: capitals inside, or letters and digits mixed
SHORT = 2  # three characters or fewer
COMMON = 4  # reads as a word of everyday English once case is gone
SPACED = 8  # the name itself has white space
MIXED = 16  # has lower- and upper-case letters beyond a first capital (Shh, mRNA)
HAS_DIGIT = 32
ONE_WORD = 64
ALL_CAPS = 128  # two letters or more, none of them small

_TAIL = re.compile(
    r"(?:, NOS|, not otherwise specified|, unspecified| \((?:disorder|finding|disease|"
    r"morphologic abnormality|body structure|procedure|substance|organism|human|"
    r"phenotype|clinical|obsolete)\))$",
    re.IGNORECASE,
)
_OF = re.compile(r"^([\w' -]+?) (?:of|in|involving|affecting) (?:the |an? )?([\w' -]+)$")
_SUSCEPTIBILITY = re.compile(r"^(.+?),? susceptibility to(?:,? .*)?$", re.IGNORECASE)
_INITIAL = re.compile(r"^([A-Z])\. ([a-z]{4,}(?:-[a-z]+)?)$")
_NUMBERED = re.compile(r"^(.*[a-z]{3,}),? (?:type )?(\d{1,3}[a-zA-Z]?|[IVX]{1,4})$")


_PREFIXES = (
    "pre|post|sub|supra|infra|inter|intra|extra|retro|para|peri|neuro|cardio|cerebro|musculo|micro"
    "|macro|multi|poly|non|anti|hemi|pseudo|oto|oro|naso|uro|gastro|broncho|fronto|temporo|occipito"
)
_PREFIXED = re.compile(rf"\b({_PREFIXES})(?=[a-z]{{5}})(?!-)([a-z]+)\b", re.IGNORECASE)
_PREFIX_HYPHEN = re.compile(rf"\b({_PREFIXES})-([a-z]{{5,}})\b", re.IGNORECASE)
_TITLED = re.compile(r"(?<![A-Za-z])[A-Z](?=[a-z]{3})")  # alpha-Fetoprotein, Meta-Analysis
_INNER = re.compile(r"(?<!^)[A-Z]")  # a capital behind the first letter
_SHORT_FORM = re.compile(r"^(.{6,}[a-z)\]]) \((?=[^)]*[A-Z])[A-Za-z0-9][\w/-]{1,9}\)$")


def without_short_form(name: str) -> str:
    """Return a name less the short form behind it ("hereditary colorectal cancer (HNPCC)").

    In a text the brackets belong to the document's own abbreviation.
    """
    match = _SHORT_FORM.match(name)
    return match[1] if match else name


def is_fragment(text: str) -> bool:
    """Return whether a made spelling starts or ends with a function word ("of the neck")."""
    words = text.lower().split()
    return not words or words[0] in FUNCTION_WORDS or words[-1] in FUNCTION_WORDS


def spellings(name: str) -> Iterator[str]:
    """Yield other written orders of a name (never the name itself)."""
    bare = _TAIL.sub("", name)
    if bare != name:
        yield bare
    if ", " in bare:
        yield from _uninverted(bare)
    match = _OF.match(bare)
    if match and len(match[2].split()) <= 3 and len(match[1].split()) <= 3:
        yield f"{match[2]} {match[1]}"
    species = _INITIAL.match(bare)
    if species:  # as some journals write it: H pylori
        yield f"{species[1]} {species[2]}"
    numbered = _NUMBERED.match(bare)
    if numbered:
        yield from _numbered(numbered[1], numbered[2], bare)
    if "-positive" in bare:
        yield bare.replace("-positive", "+").replace("+,", "+")
    if "-negative" in bare:
        yield bare.replace("-negative", "-").replace("-,", "-")


def _numbered(head: str, number: str, bare: str) -> Iterator[str]:
    """Yield "X type 2", "X 2" and "type 2 X" for either of the first two."""
    if head.endswith(" type"):
        head = head[:-5]
    head = head.rstrip(",")
    for written in (f"{head} {number}", f"{head} type {number}", f"type {number} {head}"):
        if written != bare:
            yield written


def _uninverted(name: str) -> Iterator[str]:
    """Yield "Breast Neoplasms" for "Neoplasms, Breast", "A, B" parts taken from the last on."""
    parts = name.split(", ")
    if len(parts) > 4 or any(not part or (part[0].isdigit() and len(part) < 3) for part in parts):
        return
    if any(part.lower().startswith(("and ", "or ", "with ", "due ", "without ")) for part in parts):
        return
    yield " ".join(reversed(parts))
    if len(parts) == 2:
        yield f"{parts[0]} {parts[1]}"
    else:
        yield " ".join([*parts[1:], parts[0]])


def hyphenations(name: str) -> Iterator[str]:
    """Yield a name with the hyphen behind a prefix put or left ("pre-auricular", "preauricular").

    >>> list(hyphenations("Preauricular pit")), list(hyphenations("post-traumatic pain"))
    (['Pre-auricular pit'], ['posttraumatic pain'])
    """
    split = _PREFIXED.sub(r"\1-\2", name)
    if split != name:
        yield split
    joined = _PREFIX_HYPHEN.sub(r"\1\2", name)
    if joined != name:
        yield joined


def name_traits(name: str, common: frozenset[str]) -> int:
    """Return the trait bits of a name; ``common`` holds folded words of everyday English."""
    letters = [c for c in name if c.isalpha()]
    digits = sum(c.isdigit() for c in name)
    upper = sum(c.isupper() for c in letters)
    lower = len(letters) - upper
    inner = upper > 0 and _INNER.search(_TITLED.sub("x", name)) is not None
    is_symbol = inner or (digits > 0 and len(name) <= 10) or (upper > 0 and not lower)
    has = {
        SPACED: " " in name,
        HAS_DIGIT: digits > 0,
        SHORT: len(letters) + digits <= 3,
        SYMBOL: is_symbol and " " not in name,
        MIXED: inner and lower > 0,
        ONE_WORD: " " not in name and "-" not in name,
        ALL_CAPS: upper >= 2 and not lower,
        COMMON: name.lower() in common,
    }
    return sum(bit for bit, holds in has.items() if holds)
