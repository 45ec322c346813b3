"""One table says how every character is classed and folded, for names and texts alike.

An entry is ``class << 24 | folded code point``. Folding takes case, compatibility forms (NFKC) and
accents away. Characters that fold to none or several are SPECIAL and take a slower road.
The table is data (``tools/build_characters.py`` makes it), so that it does not depend on the
Unicode version of the Python that reads a text.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

SPACE, LETTER, DIGIT, SYMBOL, GREEK, UNSPACED, APOSTROPHE, SPECIAL = range(8)
"""Classes. SPACE (also hyphens, dashes, controls) makes no token; letters and digits form runs;
SYMBOL, GREEK and UNSPACED (scripts written without spaces) are one token each."""

SEPARATOR = "\x1e"
"""Stands after each document in a batch: no name holds this symbol, so no match crosses it."""

GREEK_NAMES = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip

LIMIT = 0x110000


@cache
def table() -> npt.NDArray[np.uint32]:
    """Return the table: (0x110000,) uint32, ``class << 24 | folded code point``."""
    with _open() as data:
        starts = data["run_start"].astype(np.int64)
        values = data["run_value"].astype(np.int64) - starts
    lengths = np.diff(np.append(starts, LIMIT))
    return (np.repeat(values, lengths) + np.arange(LIMIT)).astype(np.uint32)


@cache
def expansions() -> dict[int, tuple[int, ...]]:
    """Return what SPECIAL code points fold to: none (combining marks) or several characters."""
    with _open() as data:
        pairs = zip(data["special"].tolist(), data["expansion"].tolist(), strict=True)
        return {code: tuple(map(ord, text.decode())) for code, text in pairs}


def _open() -> np.lib.npyio.NpzFile:
    path = resources.files("onoma") / "data" / "text" / "characters.npz"
    with resources.as_file(path) as file:
        loaded = np.load(file, allow_pickle=False)
    assert isinstance(loaded, np.lib.npyio.NpzFile)  # noqa: S101 - narrows the type of np.load
    return loaded


@cache
def common_words() -> frozenset[str]:
    """Return words that running English text writes in lower case (a count over abstracts)."""
    path = resources.files("onoma") / "data" / "text" / "common_words.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


@cache
def capitals() -> npt.NDArray[np.bool_]:
    """Return for each code point up to U+24FF whether it is a capital letter."""
    return np.fromiter((chr(code).isupper() for code in range(0x2500)), bool, 0x2500)


def capital_sums(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    """Return running counts of capital letters (n + 1)."""
    table = capitals()
    narrow = bytearray(codes.astype(np.uint8).data).translate(_narrow_capitals())
    flags = np.frombuffer(narrow, np.uint8)
    wide = np.flatnonzero(codes >= 0x100)
    if len(wide):
        flags[wide] = table[np.minimum(codes[wide], np.uint32(len(table) - 1))]
    sums = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(flags, out=sums[1:])
    return sums


@cache
def _narrow_capitals() -> bytes:
    return capitals()[:0x100].tobytes()


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """Return the code points of a text (lone surrogates included)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def fold(text: str) -> str:
    """Return a text folded character by character (``Sjögren`` gives ``sjogren``)."""
    entries = table()
    out: list[str] = []
    for char in text:
        entry = int(entries[ord(char)])
        if entry >> 24 == SPECIAL:
            out.extend(map(chr, expansions()[ord(char)]))
        else:
            out.append(chr(entry & 0xFFFFFF))
    return "".join(out)
