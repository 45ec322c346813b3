"""Assertion status in brat attributes: read from the names corpora use, written in ours.

Ours (``Negation``, ``Speculation``, ``Temporality``, ``Experiencer``, ``Conditional``) become the
mention's assertion and nothing else. Other names set it where they plainly say it, and stay among
the metadata, so that they are written as they came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from onoma.types import (
    EXPERIENCERS,
    POLARITIES,
    TEMPORALITIES,
    Assertion,
    Experiencer,
    Polarity,
    Temporality,
)

_NEGATED = frozenset({"neg", "negated", "negative", "absent"})
_UNSURE = frozenset({"possible", "probable", "speculated", "speculation", "unsure", "uncertain"})
_POLARITY_NAMES = frozenset({"polarity", "negation", "assertion", "certainty", "factuality"})
_TIMES: dict[str, Temporality] = {
    "historical": "historical",
    "history": "historical",
    "hypothetical": "hypothetical",
}


def axes_of_attributes(
    fields: Iterable[tuple[str, str]],
) -> tuple[Assertion, list[tuple[str, str]]]:
    """Return the assertion that a mention's attributes give, and the fields that are not ours."""
    ours, others = Assertion(), []
    for name, value in fields:
        changed = _own(ours, name, value)
        if changed is None:
            others.append((name, value))
        else:
            ours = changed
    return _joined(ours, foreign_axes(others)), others


def own_attributes(axes: Assertion, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return our attributes for an assertion, without what the fields say already."""
    usual, said = Assertion(), foreign_axes(fields)
    found = []
    if axes.polarity not in (usual.polarity, said.polarity):
        found.append(("Negation" if axes.polarity == "absent" else "Speculation", ""))
    if axes.temporality not in (usual.temporality, said.temporality):
        found.append(("Temporality", axes.temporality))
    if axes.experiencer not in (usual.experiencer, said.experiencer):
        found.append(("Experiencer", axes.experiencer))
    if axes.conditional and not said.conditional:
        found.append(("Conditional", ""))
    return found


def is_own(name: str, value: str) -> bool:
    """Say whether an attribute is one of ours, which no metadata can be written as."""
    return _own(Assertion(), name, value) is not None


def is_held(axes: Assertion, fields: Iterable[tuple[str, str]]) -> bool:
    """Say whether brat can hold an assertion: its cue and its scope have no place."""
    fields = list(fields)
    plain = replace(axes, cue=None, scope=None)
    return plain == axes and axes_of_attributes([*fields, *own_attributes(axes, fields)])[0] == axes


def _own(axes: Assertion, name: str, value: str) -> Assertion | None:
    """Return the assertion with one of our attributes added, None for another attribute."""
    if not value:
        polarity: dict[str, Polarity] = {"Negation": "absent", "Speculation": "possible"}
        if name in polarity:
            return replace(axes, polarity=polarity[name])
        return replace(axes, conditional=True) if name == "Conditional" else None
    if name == "Temporality" and value in TEMPORALITIES:
        return replace(axes, temporality=next(t for t in TEMPORALITIES if t == value))
    if name == "Experiencer" and value in EXPERIENCERS:
        return replace(axes, experiencer=next(e for e in EXPERIENCERS if e == value))
    return None


def foreign_axes(fields: Iterable[tuple[str, str]]) -> Assertion:
    """Return what attributes in the words of corpora say, present and current if nothing."""
    axes = Assertion()
    for name, value in fields:
        key, word = name.lower(), value.lower()
        if key in _POLARITY_NAMES and (word in _NEGATED or word in _UNSURE):
            axes = replace(axes, polarity="absent" if word in _NEGATED else "possible")
        elif key in ("temporality", "history", "status") and word in _TIMES:
            axes = replace(axes, temporality=_TIMES[word])
        elif key in ("experiencer", "subject") and word in EXPERIENCERS:
            who: Experiencer = next(e for e in EXPERIENCERS if e == word)
            axes = replace(axes, experiencer=who)
    return axes


def _joined(first: Assertion, second: Assertion) -> Assertion:
    """Return the first assertion with the second where the first says nothing."""
    return Assertion(
        first.polarity if first.polarity != POLARITIES[0] else second.polarity,
        first.temporality if first.temporality != TEMPORALITIES[0] else second.temporality,
        first.experiencer if first.experiencer != EXPERIENCERS[0] else second.experiencer,
        first.conditional or second.conditional,
    )
