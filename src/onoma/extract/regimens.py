"""The regimens of a medicine: which of its parts go together, and where another one begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from onoma.extract.dosing import DOSE, FORM, FREQUENCY, ROUTE, STRENGTH, Part, counted_form
from onoma.extract.phrases import Tokens
from onoma.extract.rows import Cell, Medication

_CHANGES = frozenset({
    "then", "followed", "thereafter", "subsequently", "afterwards", "later", "to", "increased",
    "decreased", "reduced", "increasing", "decreasing", "raised", "lowered", "tapered",
    "titrated", "changed", "and", "after", "by",
})  # fmt: skip
_NEAR = 40  # characters between a strength and the number of tablets
_SOLID = ("tablet", "capsule", "patch", "suppository", "lozenge")
_BESIDE = re.compile(r"[\s,(/]*(?:(?:and|or|on)\s)?(?:taken\s)?")
_BEFORE_FORM = re.compile(r"[\s(-]*(?:oral\s)?")

Regimen = Mapping[str, Part]
"""A part of each kind."""


def regimens(
    text: str, tokens: Tokens, base: Medication, parts: Sequence[Part]
) -> Iterator[Medication]:
    """Yield a row a regimen: a second dose begins another ("40 mg for 5 days, then 20 mg")."""
    found: list[Regimen] = [{}]
    inherited: Regimen = {}
    last = base.end
    for part in sorted(parts, key=lambda one: one.start):
        between = tokens.between(last, part.start) if part.start >= last else []
        joined = _with(found[-1], part, inherited, text)
        if joined is not None:
            found[-1] = joined
        elif part.kind == DOSE or (part.kind != FORM and _CHANGES.intersection(between)):
            inherited = {k: found[-1][k] for k in (ROUTE, FORM, STRENGTH) if k in found[-1]}
            found.append({**inherited, part.kind: part})
        last = max(last, part.end)
    for step, one in enumerate(found, 1):
        cells = {kind: _cell(text, part) for kind, part in _settled(text, one).items()}
        yield replace(base, step=step, **cells)  # type: ignore[arg-type]  # each kind is a field


def _with(now: Regimen, part: Part, inherited: Regimen, text: str) -> Regimen | None:
    """Return a regimen with a part more; None where it has one of the kind that differs."""
    known = now.get(part.kind)
    if known is None or known is inherited.get(part.kind):
        return {**now, part.kind: part}
    if part.kind == DOSE:
        return _with_dose(now, known, part)
    if part.kind == FREQUENCY and _BESIDE.fullmatch(text[known.end : part.start]):
        return {**now, FREQUENCY: _joined(known, part)}  # "every 4 hours as needed"
    return None


def _with_dose(now: Regimen, known: Part, part: Part) -> Regimen | None:
    """Return a regimen in which two doses are one; None where each is its own."""
    is_figure = part.value[:1].isdigit()
    if known.value[:1].isdigit() != is_figure:  # told twice: "low dose (100 mg)"
        return {**now, DOSE: part if is_figure else known}
    apart = max(known.start, part.start) - min(known.end, part.end)
    if known.mass != part.mass and 0 <= apart <= _NEAR:  # "500 mg, 2 tablets"
        mass, count = (known, part) if known.mass else (part, known)
        return {**now, STRENGTH: replace(mass, kind=STRENGTH), DOSE: count}
    return None


def _joined(one: Part, other: Part) -> Part:
    value = one.value if other.value in one.value else f"{one.value}, {other.value}"
    return replace(one, end=other.end, value=value, bound=False)


def _settled(text: str, regimen: Regimen) -> Regimen:
    """Return a regimen's parts: a mass before a form is its strength, "2 puffs" has a form."""
    dose, form = regimen.get(DOSE), regimen.get(FORM)
    if dose is None:
        return regimen
    if form is None:
        counted = counted_form(text, dose)
        return regimen if counted is None else {**regimen, FORM: counted}
    is_solid = form.start >= dose.end and form.value in _SOLID
    if not dose.mass or STRENGTH in regimen or not is_solid:
        return regimen
    if _BEFORE_FORM.fullmatch(text[dose.end : form.start]) is None:
        return regimen
    others = {kind: part for kind, part in regimen.items() if kind != DOSE}
    return {**others, STRENGTH: replace(dose, kind=STRENGTH)}


def _cell(text: str, part: Part) -> Cell:
    return Cell(part.start, part.end, text[part.start : part.end], part.value)
