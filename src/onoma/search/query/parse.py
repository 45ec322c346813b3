"""``parse``: the text of a query in one of three dialects to its tree."""

from __future__ import annotations

import re
from collections.abc import Callable

from onoma.errors import InputError, UnknownName
from onoma.search.query.lines import read_lines
from onoma.search.query.onoma import parse_onoma
from onoma.search.query.ovid import parse_ovid
from onoma.search.query.pubmed import parse_pubmed
from onoma.search.query.scanning import Source
from onoma.search.query.tree import Node, Tree

DIALECTS: dict[str, Callable[[Source], Node]] = {
    "onoma": parse_onoma,
    "pubmed": parse_pubmed,
    "ovid": parse_ovid,
}
"""What reads a line of a query, by dialect."""

_PLAIN = re.compile(r'[^()"@#*\[\]:/]+')
_OPERATOR = re.compile(r"\b(?:AND|OR|NOT|NEAR|NEXT)\b")


def parse(text: str, dialect: str = "onoma") -> Tree:
    """Return what a query says; a text of numbered lines gives a ``Strategy``.

    Raises: UnparsableQuery: the text does not follow its dialect; the error says which characters
    are at fault and what to write. UnknownName: no such dialect.
    """
    if dialect not in DIALECTS:
        raise UnknownName("dialect", dialect, DIALECTS)
    if not isinstance(text, str):
        raise InputError(f"a query is text, not {type(text).__name__}", hint="pass a str")
    return read_lines(text, DIALECTS[dialect], each_line=dialect == "ovid")


def is_plain(text: str) -> bool:
    """Return whether a text is words and nothing else, as one types into a search box.

    Such a text can be ranked by its words instead of being read as a strict query.
    """
    return bool(_PLAIN.fullmatch(text)) and not _OPERATOR.search(text)
