"""Which matches are believed: short and ambiguous names need their own capitals, or company.

A symbol that reads like a word (CAT, MAX, WAS, SHE) is matched only as it is written; a name that
owes its hyphen to folding is not matched over a space ("at 1" is not AT-1). All rules read traits
of the name and of the surface, no list of cases. Cell lines and taxa have guards of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.naming import (
    ALL_CAPS,
    COMMON,
    HAS_DIGIT,
    MIXED,
    SHORT,
    SPACED,
    SYMBOL,
)
from onoma.text.tokens import U32
from onoma.types import TYPE_BIT

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
U8 = npt.NDArray[np.uint8]

RISKY = SYMBOL | SHORT | COMMON
WINDOW = 40  # characters either side that tell whether a heading is all in capitals
POPULATION = np.uint32(TYPE_BIT["population"])
GENE = TYPE_BIT["gene"] | TYPE_BIT["protein"]


@dataclass(frozen=True, slots=True)
class Surface:
    """How each match is written: capitals, letters and digits, white space, company."""

    capitals: I64
    length: I64
    spaces: I64
    loud: Bools  # the text around is all capitals, so capitals say nothing
    near_gene: Bools  # gene, protein, receptor ... stands beside
    initial: Bools  # it begins with a capital


def is_loud(sums: npt.NDArray[np.int32], doc_start: I64, start: I64, end: I64) -> Bools:
    """Return whether the characters of its document around each span are mostly capitals."""
    document = np.searchsorted(doc_start, start, side="right") - 1
    low = np.maximum(start - WINDOW, doc_start[document])
    high = np.minimum(end + WINDOW, doc_start[document + 1] - 1)
    around = (sums[high] - sums[low]) - (sums[end] - sums[start])
    return np.asarray(around > 0.4 * ((high - low) - (end - start)))


def believed(traits: U8, upper: U8, types: U32, surface: Surface) -> Bools:
    """Return for each (match, name) pair whether the surface may stand for the name.

    ``traits`` and ``upper`` are the name's bits and count of capitals, ``types`` its concept's.
    """
    symbol, short = traits & SYMBOL > 0, traits & SHORT > 0
    digit, spaced = traits & HAS_DIGIT > 0, traits & SPACED > 0
    common, caps = traits & COMMON > 0, traits & ALL_CAPS > 0
    same_case = surface.capitals == upper
    shouted = (surface.capitals >= surface.length) & (surface.length >= 4)
    gene = types & GENE > 0
    titled = gene & (surface.capitals >= 1) & (surface.length >= 3)  # Akt, Bax, TNFa, PPARg
    letters_ok = (
        same_case
        | (~common & (shouted | titled))
        | (traits & MIXED > 0) & ~common & (surface.capitals >= 1)
    )
    letters_ok |= gene & common & titled & surface.near_gene
    opening = surface.initial & (surface.capitals == 1) & (surface.length >= 3)
    letters_ok |= opening & (upper == 0) & ~symbol & ~gene  # Rats, at the beginning of a sentence
    letters_ok |= (types == POPULATION) & (upper == 1) & (surface.capitals == 0)  # men
    weight = gene & (upper == 1) & (surface.length == 3)  # P21 of HGNC is p21 in a text
    digits_ok = np.where(short, same_case | (surface.capitals >= upper) | weight, True)
    good = np.where(symbol | short, np.where(digit, digits_ok, letters_ok), True)
    good &= ~(surface.loud & common & (symbol | short))
    compact = ~spaced & (surface.length <= 7) & (symbol | short | digit)
    good &= ~(compact & (surface.spaces > 0))
    tiny = (surface.length <= 2) & (types & GENE > 0) & (symbol | short)
    good &= ~tiny | surface.near_gene
    return np.asarray(good & ~(caps & common & surface.loud))
