"""Drugs that a text gives together: relations of more than two ends.

Drugs of one sentence are one combination where they are joined by a sign of it (``plus``, ``/``,
``combined with``, ``and`` in a list that a word of combining opens) and nothing sets them apart
(``versus``, ``or``, ``alone``). What they are given for is the disease that the sentence names.
Task: Tiktinsky et al. 2022 (N-ary drug combinations).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from onoma.relate.instances import RelationText
from onoma.types import Span

_DRUGS = frozenset({"drug", "chemical"})
_ILLS = frozenset({"disease", "phenotype"})
_APART = 90  # characters between two drugs of one combination

_JOINS = re.compile(
    r"(?:\bplus\b|\+|/|\b(?:combined|together|concomitantly|concurrently|coadministered|"
    r"co-administered|given|used|conjunction|combination|along|added|addition|augmented|"
    r"supplemented)\s+(?:with|to|of)\b|\bfollowed by\b|\b(?:and|with)\s+concurrent\b|"
    r"\b(?:add-on|adjunctive)\b)",
    re.IGNORECASE,
)
_LIST = re.compile(r"^\s*(?:\([^()]*\)\s*)?(?:,|,?\s*(?:and|with|&)|-|–)\s*$", re.IGNORECASE)
_OPENS = re.compile(
    r"\b(?:combin(?:ation|ations|ed|ing)|cocktail|regimens?|doublet|triplet|triple(?:\s+\w+)?|"
    r"dual(?:\s+\w+)?|quadruple(?:\s+\w+)?|synerg(?:y|istic|istically|ism)|co-?administ\w+|"
    r"co-?treat\w*|concomitant(?:ly)?|concurrent(?:ly)?|together|both|polychemotherapy)\b",
    re.IGNORECASE,
)
_SETS_APART = re.compile(
    r"\b(?:versus|vs|or|than|compared|alone|monotherapy|instead|replac\w+|switch\w*|"
    r"not|without|but|whereas|while|nor|unlike|either|respectively|placebo)\b|;",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Combination:
    """Drugs given together, by the places of their entities in a text, in text order.

    ``against`` are the diseases that the sentence names; ``cue`` is the span of the word that says
    so; ``start`` and ``end`` bound the sentence.
    """

    drugs: tuple[int, ...]
    against: tuple[int, ...]
    cue: Span
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Named:
    """A mention of an entity in a sentence."""

    start: int
    end: int
    entity: int


def find_combinations(text: RelationText) -> list[Combination]:
    """Return the combinations of drugs of a text, in text order.

    Each set of drugs stands once a sentence.
    """
    drugs = _named(text, _DRUGS)
    ills = _named(text, _ILLS)
    found: list[Combination] = []
    for start, end in text.sentences:
        here = [one for one in drugs if start <= one.start and one.end <= end]
        if len({one.entity for one in here}) < 2:
            continue
        against = tuple(
            dict.fromkeys(one.entity for one in ills if start <= one.start and one.end <= end)
        )
        seen: set[frozenset[int]] = set()
        for run, cue in _runs(text.text, here, (start, end)):
            members = tuple(dict.fromkeys(one.entity for one in run))
            if len(members) > 1 and frozenset(members) not in seen:
                seen.add(frozenset(members))
                found.append(Combination(members, against, cue, start, end))
    return found


def _named(text: RelationText, types: frozenset[str]) -> list[_Named]:
    return sorted(
        (
            _Named(start, end, place)
            for place, entity in enumerate(text.entities)
            if entity.type in types
            for start, end in entity.spans
        ),
        key=lambda one: (one.start, -one.end),
    )


def _runs(text: str, here: Sequence[_Named], sentence: Span) -> list[tuple[list[_Named], Span]]:
    """Return the runs of drugs that a sentence joins, each with its cue."""
    out: list[tuple[list[_Named], Span]] = []
    run, cue = [here[0]], _none()
    for before, after in pairwise(here):
        if after.start < before.end:  # one name inside of another
            continue
        joined, said = _joined(text, before, after)
        if joined:
            run.append(after)
            cue = cue or said
            continue
        out += _kept(text, run, cue, sentence)
        run, cue = [after], _none()
    return out + _kept(text, run, cue, sentence)


def _none() -> Span | None:
    return None


def _joined(text: str, before: _Named, after: _Named) -> tuple[bool, Span | None]:
    """Whether two drugs next to each other may belong together, and the sign that says so."""
    between = text[before.end : after.start]
    if len(between) > _APART or _SETS_APART.search(between):
        return False, None
    sign = _JOINS.search(between)
    if sign is not None:
        return True, (before.end + sign.start(), before.end + sign.end())
    return _LIST.match(between) is not None, None


def _kept(
    text: str, run: Sequence[_Named], cue: Span | None, sentence: Span
) -> list[tuple[list[_Named], Span]]:
    """Return a run if something says that its drugs go together."""
    if len(run) < 2:
        return []
    if cue is None:
        cue = _opened(text, run, sentence)
    return [] if cue is None else [(list(run), cue)]


def _opened(text: str, run: Sequence[_Named], sentence: Span) -> Span | None:
    """Return the word of combining before or behind a list of drugs."""
    first = max(sentence[0], run[0].start - _APART)
    for found in reversed(list(_OPENS.finditer(text, first, run[0].start))):
        if not _SETS_APART.search(text, found.end(), run[0].start):
            return found.span()
    last = min(sentence[1], run[-1].end + _APART // 2)
    behind = _OPENS.search(text, run[-1].end, last)
    if behind is not None and not _SETS_APART.search(text, run[-1].end, behind.start()):
        return behind.span()
    return None
