"""Which names a vector can help with, by rule.

A vector brings paraphrases together. It cannot help with a symbol (``BRCA1``), a code
(``SR-141716A``), a systematic chemical name or a cell line: those match as written or not at all.
"""

from __future__ import annotations

import re

from onoma.types import TYPE_BIT

LONGEST = 100  # characters; longer names are descriptions or systematic names
GENES = TYPE_BIT["gene"] | TYPE_BIT["protein"]
CHEMICALS = TYPE_BIT["chemical"] | TYPE_BIT["drug"] | TYPE_BIT["food"]
LIVING = TYPE_BIT["organism"] | TYPE_BIT["microbe"]
NEVER = TYPE_BIT["cell_line"] | TYPE_BIT["variant"]

_SYSTEMATIC = re.compile(
    r"\d,\d|\d'|[\[\]{}]|\)-|-\(|[a-z]-\d+-[a-z]|\d-[a-z]{5}|^\(?[NORSEZ\d]+[,)-]|^\(?[+-]", re.I
)
_CODE = re.compile(r"^[A-Z]{0,6}[ -]?\d[\w.-]*$", re.I)
_WORD = re.compile(r"[^\W\d_]{4,}")


def is_worth(name: str, types: int) -> bool:
    """Return whether a vector can help with a name of a concept of these types (bits)."""
    if types & NEVER or not 3 <= len(name) <= LONGEST or _CODE.match(name):
        return False
    words = _WORD.findall(name)
    if not words and sum(map(str.isalpha, name)) < 3:
        return False
    if types & GENES and not types & ~(GENES | CHEMICALS):
        return len(words) >= 2 and " " in name
    if types & CHEMICALS and not types & ~(GENES | CHEMICALS):
        return bool(words) and len(name) <= 50 and _SYSTEMATIC.search(name) is None
    if types & LIVING and not types & ~LIVING:  # a Latin name is its own only spelling
        return name[0].islower() or not name.isascii()
    return True
