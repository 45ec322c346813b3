"""What a mention or a document holds besides, as (name, value) strings for formats that have such.

Our own names begin with ``onoma:``. Whatever name the metadata have comes back as it was: one that
a format's own fields use already, or that comes twice, is written as ``onoma:PLACE:NAME``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from onoma.formats.gold import Mark
from onoma.types import (
    EXPERIENCERS,
    POLARITIES,
    TEMPORALITIES,
    Assertion,
    Fields,
    Mention,
    Span,
)

OWN = "onoma:"
_MOVED = re.compile(OWN + r"[0-9]{1,6}:(.*)", re.DOTALL)
_SPAN = re.compile(r"([0-9]{1,12}) ([0-9]{1,12})")


def escape_names(fields: Fields, taken: Collection[str]) -> Fields:
    """Return metadata with names that are unique and none of a format's own.

    >>> escape_names((("type", "a"), ("x", "b"), ("x", "c")), {"type"})
    (('onoma:0:type', 'a'), ('x', 'b'), ('onoma:2:x', 'c'))
    """
    met: set[str] = set()
    found = []
    for place, (name, value) in enumerate(fields):
        is_own = name in taken or name in met or name.startswith(OWN)
        met.add(name)
        found.append((f"{OWN}{place}:{name}" if is_own else name, value))
    return tuple(found)


def restore_names(fields: Iterable[tuple[str, str]]) -> Fields:
    """Return metadata with the names that ``escape_names`` was given."""
    return tuple(
        (moved[1] if (moved := _MOVED.fullmatch(name)) else name, value) for name, value in fields
    )


def own_fields(mention: Mention) -> list[tuple[str, str]]:
    """Return what Onoma knows of a mention, without type, concept, id and metadata."""
    axes, usual = mention.assertion_axes, Assertion()
    fields: list[tuple[str, str | None]] = [
        ("label", mention.label),
        ("score", repr(mention.score) if mention.score != 1.0 else None),
        ("found_by", mention.found_by if mention.found_by != "gold" else None),
        ("name", mention.name or None),
        ("name_scope", mention.scope or None),
        ("polarity", axes.polarity if axes.polarity != usual.polarity else None),
        ("temporality", axes.temporality if axes.temporality != usual.temporality else None),
        ("experiencer", axes.experiencer if axes.experiencer != usual.experiencer else None),
        ("conditional", "yes" if axes.conditional else None),
        ("cue", _span_words(axes.cue)),
        ("cue_scope", _span_words(axes.scope)),
    ]
    return [(OWN + name, value) for name, value in fields if value is not None]


def _span_words(span: Span | None) -> str | None:
    return None if span is None else f"{span[0]} {span[1]}"


def take_own(mark: Mark, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put our own fields into the mark; return the others (and those of ours that are damaged)."""
    given: dict[str, str] = {}
    others = []
    for name, value in fields:
        key = name.removeprefix(OWN)
        if name.startswith(OWN) and _is_sound(key, value):
            given[key] = value
        else:
            others.append((name, value))
    mark.label = given.get("label", mark.label)
    mark.score = float(given.get("score", mark.score))
    mark.found_by = given.get("found_by", mark.found_by)
    mark.name = given.get("name", mark.name)
    mark.scope = given.get("name_scope", mark.scope)
    mark.axes = axes_of(given) if given else mark.axes
    return others


def axes_of(given: dict[str, str]) -> Assertion:
    """Return the assertion that these sound fields (without our prefix) give."""
    return Assertion(
        next(p for p in POLARITIES if p == given.get("polarity", "present")),
        next(t for t in TEMPORALITIES if t == given.get("temporality", "current")),
        next(e for e in EXPERIENCERS if e == given.get("experiencer", "patient")),
        "conditional" in given,
        _span_of(given.get("cue")),
        _span_of(given.get("cue_scope")),
    )


def _is_sound(key: str, value: str) -> bool:
    """Say whether a field is one of ours with a value that it can have."""
    if key == "score":
        return re.fullmatch(r"[0-9]+(\.[0-9]+)?(e-?[0-9]+)?", value) is not None
    allowed: dict[str, Collection[str]] = {
        "polarity": POLARITIES,
        "temporality": TEMPORALITIES,
        "experiencer": EXPERIENCERS,
        "conditional": ("yes",),
    }
    if key in allowed:
        return value in allowed[key]
    if key in ("cue", "cue_scope"):
        return _SPAN.fullmatch(value) is not None
    return key in ("label", "found_by", "name", "name_scope")


def _span_of(words: str | None) -> Span | None:
    match = _SPAN.fullmatch(words) if words is not None else None
    return None if match is None else (int(match[1]), int(match[2]))
