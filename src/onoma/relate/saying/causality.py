"""What kind of cause a text states between two entities, and which of them is the cause.

Classes after MIMICause (Khetan et al. 2022): a full or sole cause ``causes`` or ``prevents``; one
factor of several, or a matter of degree, ``enables`` or ``hinders``; ``correlates`` where things
go together and no cause is named. The direction is read with the class: what is labelled is the
pair in text order. Words and their order decide; the kind of the relation is not looked at.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from onoma.relate.saying.linear import Linear
from onoma.relate.saying.senses import senses_of
from onoma.relate.saying.triggers import rule_trigger
from onoma.relate.saying.words import Window

DIRECTED: tuple[str, ...] = ("causes", "enables", "prevents", "hinders")
LABELS: tuple[str, ...] = (
    *(f"{name} {way}" for name in DIRECTED for way in ("1>2", "2>1")),
    "correlates",
    "other",
)
"""A class and which of the two, in text order, is the cause."""

_CLASS_OF = {
    "causes": "causes",
    "raises": "enables",
    "enables": "enables",
    "lowers": "hinders",
    "prevents": "prevents",
    "associates": "correlates",
}
_TURNED = frozenset(
    ("by", "from", "to", "of", "after", "following", "on", "with", "secondary", "due", "because")
)
_ILL = frozenset({"disease", "phenotype"})
_GIVEN = frozenset({"chemical", "drug", "food", "intervention", "procedure", "device"})
_FAR = 12  # words between the two that are looked at one by one
_NEAR = 3  # words beside them


def in_text_order(window: Window) -> Window:
    """Return a window whose subject is the first of the two."""
    if window.is_forward:
        return window
    types = (window.types[1], window.types[0])
    return replace(window, subject=window.object, object=window.subject, types=types)


def rule_causality(window: Window) -> str:
    """Return the label that the nearest relation word gives: the baseline.

    What heals or harms goes by the type of what it heals or harms; "by", "from", "due to" and their
    kin between the word and the second name, and nouns before both, turn the direction.
    """
    ordered = in_text_order(window)
    trigger = rule_trigger(ordered, "")
    if trigger is None:
        return "other"
    first, last = ordered.ends
    between = ordered.words[trigger.last + 1 : last]
    turned = first < trigger.head < last and bool(_TURNED & set(between[:3]))
    for sense in senses_of(ordered.stems[trigger.head]):
        name = _CLASS_OF.get(sense, "")
        if sense in ("improves", "worsens"):
            is_ill = ordered.types[0 if turned else 1] in _ILL
            name = "hinders" if is_ill == (sense == "improves") else "enables"
        if name == "correlates":
            return name
        if name:
            return f"{name} {'2>1' if turned else '1>2'}"
    return "other"


def features(window: Window) -> list[str]:
    """Return what is seen of a pair: types, the words between and beside, what they mean."""
    ordered = in_text_order(window)
    stems, words = ordered.stems, ordered.words
    first, last = ordered.ends
    types = " ".join(map(_sort, ordered.types))
    between = stems[first + 1 : last]
    seen = [
        f"types {types}",
        f"apart {min((last - first).bit_length(), 6)}",
        f"one {ordered.is_one_sentence}",
        f"named {sum(word.startswith('<') for word in words[first + 1 : last])}",
    ]
    near = between if len(between) <= _FAR else (*between[: _FAR // 2], "...", *between[-6:])
    seen += (f"m {one}" for one in near)
    seen += (f"mm {a} {b}" for a, b in pairwise(("(", *near, ")")))
    if len(between) <= 4:
        seen += (f"all {' '.join(between)}", f"all {types} {' '.join(between)}")
    for step in range(1, _NEAR + 1):
        if first >= step:
            seen += (f"b {stems[first - step]}", f"b{step} {stems[first - step]}")
        if last + step < len(stems):
            seen += (f"a {stems[last + step]}", f"a{step} {stems[last + step]}")
    for row, one in enumerate(stems):
        zone = "a" if row < first else "c" if row > last else "b"
        for sense in senses_of(one)[:2]:
            seen += (f"s {sense} {zone}", f"s {sense} {zone} {types}")
            if zone == "b" and row + 1 < len(stems):
                seen.append(f"sn {sense} {stems[row + 1]}")
    label = rule_causality(ordered)
    seen += (f"rule {label}", f"rule {label} {types}")
    return seen


def _sort(type_: str) -> str:
    """Return what a type is to causes: what one has, what one is given, or the type itself."""
    return "ill" if type_ in _ILL else "given" if type_ in _GIVEN else type_


def find_causality(window: Window, model: Linear) -> tuple[str, str, float]:
    """Return the class, which end is the cause (``subject``, ``object`` or nothing), its chance.

    The class is empty where the text states no cause and no correlation.
    """
    chances = model.chances(features(window))
    best = int(chances.argmax())
    rule = rule_causality(window)
    if rule.startswith("prevents") and not LABELS[best].startswith(("prevents", "hinders")):
        best = LABELS.index(rule)  # too rare in what was learnt from; its words say it
    name, _, way = LABELS[best].partition(" ")
    if name == "other":
        return "", "", float(chances[best])
    cause = "" if not way else "subject" if (way == "1>2") == window.is_forward else "object"
    return name, cause, float(chances[best])
