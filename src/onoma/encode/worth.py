"""Which names a vector can help with, by rule; and when two are one but for their writing.

A vector brings paraphrases together. It cannot help with a symbol (``BRCA1``), a code
(``SR-141716A``), a systematic chemical name or a cell line: those match as written or not at all.
"""

from __future__ import annotations

import re
from functools import lru_cache

from onoma.text.characters import fold
from onoma.text.variants import american
from onoma.types import TYPE_BIT

LONGEST = 100  # characters; longer names are descriptions or systematic names
GENES = TYPE_BIT["gene"] | TYPE_BIT["protein"]
CHEMICALS = TYPE_BIT["chemical"] | TYPE_BIT["drug"] | TYPE_BIT["food"]
LIVING = TYPE_BIT["organism"] | TYPE_BIT["microbe"]
EVENTS = TYPE_BIT["process"] | TYPE_BIT["component"]
NEVER = TYPE_BIT["cell_line"] | TYPE_BIT["variant"]

_SYSTEMATIC = re.compile(
    r"\d,\d|\d'|[\[\]{}]|\)-|-\(|[a-z]-\d+-[a-z]|\d-[a-z]{5}|^\(?[NORSEZ\d]+[,)-]|^\(?[+-]", re.I
)
_WORDS = re.compile(r"[^\W_]+")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
_CODE = re.compile(r"^[A-Z]{0,6}[ -]?\d[\w.-]*$", re.I)
_WORD = re.compile(r"[^\W\d_]{4,}")
_PHRASE = re.compile(r"[^\W\d_]{3,}")


@lru_cache(maxsize=1 << 18)
def _plain(word: str) -> str:
    word = american(_ROMAN.get(word, word))
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


def loose_key(name: str) -> str:
    """Return a name without case, signs, order of words, plural and British spelling."""
    return " ".join(sorted(_plain(word) for word in _WORDS.findall(fold(name))))


def is_worth(name: str, types: int) -> bool:
    """Return whether a vector can help with a name of a concept of these types (bits)."""
    if types & NEVER or not 3 <= len(name) <= LONGEST or _CODE.match(name):
        return False
    words = _WORD.findall(name)
    if not words and sum(map(str.isalpha, name)) < 3:
        return False
    if _is_only(types, GENES | CHEMICALS):
        if types & GENES:
            return len(words) >= 2 and " " in name
        return bool(words) and len(name) <= 50 and _SYSTEMATIC.search(name) is None
    if _is_only(types, LIVING):  # a Latin name is its own only spelling
        return name[0].islower() or not name.isascii()
    return True


def _is_only(types: int, kinds: int) -> bool:
    """Whether a concept has some of these types and no other."""
    return bool(types & kinds) and not types & ~kinds


def has_vector(name: str, types: int) -> bool:
    """Return whether a name's vector is kept, which takes more than ``is_worth``.

    Names of chemicals, genes and proteins must be phrases in plain words; systematic names within
    those of processes and components are left out too.
    """
    if not is_worth(name, types):
        return False
    if _is_only(types, GENES | CHEMICALS):
        is_plain = "," not in name and not any(map(str.isdigit, name))
        return is_plain and len(_PHRASE.findall(name)) >= 2
    if _is_only(types, EVENTS):
        return _SYSTEMATIC.search(name) is None
    return True
