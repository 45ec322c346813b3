"""Write the character table that text and names are folded by.

    python tools/build_characters.py [OUT]

The table is shipped rather than computed at import, so that a name compiled under one Python and a
text read under another (with another Unicode version) fold alike, and nothing is computed at start.
One row a code point that is not a plain symbol: its class and the characters it folds to.
"""

import sys
import unicodedata
from pathlib import Path

import numpy as np

from onoma.text import characters as ch

LIMIT = 0x110000
DELETED = {0x00AD, 0x200C, 0x200D, 0x034F, 0x180E}  # soft hyphen, joiners
APOSTROPHES = {0x27, 0x2019, 0x02BC, 0x2032, 0x02B9, 0xFF07, 0x60, 0xB4}
DASHES = {0x5F, 0x2212, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0xAD}
UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3040, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F),
)  # fmt: skip
LATIN = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


def folded(char: str) -> str:
    """Return what a character folds to: compatibility form, no accents, case folded."""
    base = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    out = "".join(LATIN.get(c, c) for c in base.casefold())
    again = unicodedata.normalize("NFKD", out)
    return "".join(c for c in again if not unicodedata.combining(c)).replace("ς", "σ")


def single_class(char: str) -> int:
    """Return the class of a character that is already folded."""
    code = ord(char)
    category = unicodedata.category(char)
    if code in APOSTROPHES:
        return ch.APOSTROPHE
    if category[0] in "ZC" or category == "Pd" or code in DASHES:
        return ch.SPACE
    if any(low <= code <= high for low, high in UNSPACED):
        return ch.UNSPACED
    if 0x3B1 <= code <= 0x3C9:
        return ch.GREEK
    if category[0] == "L":
        return ch.LETTER
    return ch.DIGIT if "0" <= char <= "9" else ch.SYMBOL


def entry(code: int) -> tuple[int, str]:
    """Return class and folded text of a code point."""
    char = chr(code)
    category = unicodedata.category(char)
    if category == "Cs":
        return ch.SYMBOL, char
    if char == ch.SEPARATOR:
        return ch.SYMBOL, char
    if code in APOSTROPHES:
        return ch.APOSTROPHE, "'"
    if category in ("Mn", "Me") or code in DELETED:
        return ch.SPECIAL, ""
    if category == "Nd":
        return ch.DIGIT, str(unicodedata.decimal(char))
    out = folded(char)
    if not out:
        return ch.SPACE, " "
    if len(out) > 1:
        return (ch.SPACE, " ") if out.isspace() else (ch.SPECIAL, out)
    kind = single_class(out)
    return kind, out


def main() -> None:
    """Write the table."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "src/onoma/data/text/characters.npz")
    table = np.empty(LIMIT, np.uint32)
    expansions: dict[int, str] = {}
    for code in range(LIMIT):
        kind, text = entry(code)
        table[code] = (kind << 24) | (ord(text) if len(text) == 1 else code)
        if kind == ch.SPECIAL:
            expansions[code] = text
    runs = np.flatnonzero(np.diff(table.astype(np.int64) - np.arange(LIMIT), prepend=-(1 << 40)))
    np.savez_compressed(
        out,
        run_start=runs.astype(np.uint32),
        run_value=table[runs],
        special=np.array(list(expansions), np.uint32),
        expansion=np.array([t.encode() for t in expansions.values()]),
    )
    print(f"{out}: {len(runs)} runs, {len(expansions)} special, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
