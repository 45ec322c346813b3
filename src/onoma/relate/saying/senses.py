"""What relation words mean, and what kinds of relations mean: one small set of senses for both.

The words are in ``data/relate/saying/senses.tsv``; a kind is known by the words of its own name
(``INCREASES``, ``chemical_disease_association``) or by a row of ``kinds.tsv``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources

from onoma.text.stemming import stem

CAUSAL: tuple[str, ...] = ("causes", "enables", "prevents", "hinders", "correlates")
"""The classes of causal statements, after MIMICause (Khetan et al. 2022)."""
READ = "?"
_NO_CAUSE = frozenset({"contains", "interacts"})


@dataclass(frozen=True, slots=True)
class KindMeaning:
    """What a kind of relation says by itself: its sense, and its causal class if that is settled.

    ``READ`` in its place: the text has to be read for it. ``is_backward``: the cause is the object.
    """

    sense: str = ""
    causality: str = ""
    is_backward: bool = False


@cache
def senses() -> dict[str, tuple[str, ...]]:
    """Return the senses of each stem, the first one listed first."""
    out: dict[str, list[str]] = defaultdict(list)
    for sense, words in _rows("senses.tsv"):
        for word in words.split():
            known = out[stem(word)]
            if sense not in known:
                known.append(sense)
    return {word: tuple(found) for word, found in out.items()}


def senses_of(word_stem: str) -> tuple[str, ...]:
    """Return what a stem may mean; none if it is no relation word."""
    return senses().get(word_stem, ())


@cache
def _kinds() -> dict[str, KindMeaning]:
    return {
        kind.lower(): KindMeaning(sense, causality.removesuffix("<"), causality.endswith("<"))
        for kind, sense, causality in _rows("kinds.tsv")
    }


@cache
def meaning_of(kind: str) -> KindMeaning:
    """Return what a kind means: by the table, by its last part (``task/KIND``), by its words.

    >>> meaning_of("dimb-re/INCREASES").causality, meaning_of("drug lowers pressure").sense
    ('enables', 'lowers')
    """
    table = _kinds()
    for name in (kind.lower(), kind.lower().rpartition("/")[2]):
        if name in table:
            return table[name]
    found = [s for word in re.findall(r"[a-z]+", kind.lower()) for s in senses_of(stem(word))[:1]]
    sense = found[0] if found else ""
    return KindMeaning(sense, "" if sense in _NO_CAUSE else READ)


def _rows(name: str) -> list[list[str]]:
    place = resources.files("onoma") / "data" / "relate" / "saying" / name
    lines = place.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return rows[1:]
