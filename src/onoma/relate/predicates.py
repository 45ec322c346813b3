"""Predicates in the words of the Biolink model: inverses, and which contradict each other.

Source: Unni et al. 2022, Biolink Model (4.x); the part of it that our types and corpora need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

GENERAL = frozenset(
    {
        "affects", "associated_with", "correlated_with", "genetically_associated_with",
        "interacts_with", "occurs_together_in_literature_with", "regulates", "related_to",
    }
)  # fmt: skip
"""Predicates that say less than others of the same two: a more exact one takes their place."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate, the one that says the same from the object's side, and those it contradicts."""

    name: str
    inverse: str = ""
    contradicts: tuple[str, ...] = ()

    @property
    def is_symmetric(self) -> bool:
        """Whether it says the same in both directions."""
        return self.inverse == self.name


@cache
def predicates() -> dict[str, Predicate]:
    """Return the predicates by name, without the prefix ``biolink:``."""
    raw = (files("onoma") / "data" / "graph" / "predicates.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in raw.splitlines()[1:]]
    return {
        name: Predicate(name, inverse, tuple(contrary.split("|")) if contrary else ())
        for name, inverse, contrary in rows
    }


@cache
def _leading() -> dict[str, str]:
    """Return the predicate that leads for each that is only an inverse."""
    known = predicates()
    return {one.inverse: one.name for one in known.values() if one.inverse not in known}


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def canonical_predicate(words: str) -> str:
    """Return a predicate in one spelling: without prefix, in snake case.

    >>> canonical_predicate("biolink:Treats"), canonical_predicate("gene associated with condition")
    ('treats', 'gene_associated_with_condition')
    """
    local = words.strip().removeprefix("biolink:")
    return re.sub(r"[^\w:.]+", "_", _CAMEL.sub("_", local)).strip("_").lower()


def forward(subject: str, predicate: str, object_: str) -> tuple[str, str, str]:
    """Return a statement from the side whose predicate leads (``treated_by`` becomes ``treats``).

    Of symmetric predicates the lesser CURIE is the subject, so that both directions are one edge.
    """
    leading = _leading().get(predicate)
    if leading is not None:
        return object_, leading, subject
    known = predicates().get(predicate)
    if known is not None and known.is_symmetric and object_ < subject:
        return object_, predicate, subject
    return subject, predicate, object_


def are_contrary(one: str, other: str) -> bool:
    """Whether two predicates between the same subject and object contradict each other."""
    known = predicates()
    return any(
        second in known[first].contradicts
        for first, second in ((one, other), (other, one))
        if first in known
    )
