"""What a chemical does to a disease where the two are tied: does it treat, or cause?

Corpora of adverse effects name few treatments, and readers that learnt from them take "doxycycline
was given for Lyme disease" for a cause. Two classes are told apart here by words alone: what stands
beside the two, between them, and in their sentence. The model is linear; it learnt from gold
relations and from sentences whose pair is tied by plain words (``cue_of``) somewhere in a large
collection: the other sentences of such a pair are then examples without the plain words (distant
supervision, Mintz et al. 2009; the plain words as patterns: Hearst 1992).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np

from onoma.relate.instances import RelationText, Tie
from onoma.relate.saying import causality
from onoma.relate.saying.linear import Linear, read_linear
from onoma.relate.saying.words import Window, window_of
from onoma.types import RelationEvidence, Span

Effect = Literal["treats", "causes"]
EFFECTS: tuple[Effect, ...] = ("treats", "causes")
GIVEN = frozenset({"chemical", "drug"})
ILL = frozenset({"disease", "phenotype"})
_NEAR = (-3, -2, -1, 1, 2, 3)

_FILL = (
    r"(?: (?:<other>|[,/()-]|and|or|with|of|the|to|in|as|such|other|patients|chronic|acute|severe"
    r"|active|advanced|metastatic|early|late|refractory|symptomatic|recurrent|moderate|mild))*"
)
_S, _O = "<subject>", "<object>"
_CUES: dict[Effect, tuple[str, ...]] = {
    "treats": (
        rf"{_O}{_FILL} (?:\w+ ){{0,2}}treated (?:with|by){_FILL} {_S}",
        rf"treat(?:ment|ing)? of{_FILL} {_O}{_FILL} (?:with|by){_FILL} {_S}",
        rf"{_S}{_FILL} (?:therapy |treatment )?(?:for|in) (?:the )?"
        rf"(?:treatment|management|therapy) of{_FILL} {_O}",
        rf"{_S}(?: \w+)? (?:to treat|for treating){_FILL} {_O}",
        rf"{_S}{_FILL} (?:is|are|was) (?:\w+ )?(?:effective|efficacious|indicated|useful|approved"
        rf"|beneficial)(?: \w+){{0,2}} (?:for|in|against)(?: the)?(?: treatment of| management of)?"
        rf"{_FILL} {_O}",
        rf"(?:efficacy|effectiveness) of{_FILL} {_S}(?: \w+)? (?:in|for|against){_FILL} {_O}",
        rf"{_S}(?: \w+)? (?:ameliorate|alleviate|improve|relieve|prevent|attenuate|suppresse|reduce"
        rf"|cure)[sd]?{_FILL} {_O}",
        rf"anti - {_O}",
        rf"{_S} (?:therapy|treatment)(?: is| was| for| in){_FILL} {_O}",
        rf"{_O}{_FILL} (?:who )?(?:received|receiving|(?:were|was) given){_FILL} {_S}",
    ),
    "causes": (
        rf"{_S} - (?:induced|associated|related|mediated|dependent|provoked){_FILL} {_O}",
        rf"{_O}{_FILL} (?:induced|caused|provoked|produced|precipitated) by{_FILL} {_S}",
        rf"{_O}{_FILL} (?:due|secondary|attributable|attributed) to{_FILL} {_S}",
        rf"{_S} (?:induce[sd]|cause[sd]|causing|provoked|produced|precipitated){_FILL} {_O}",
        rf"{_O}{_FILL} (?:associated with|following|after)(?: the)?"
        rf"(?: use| administration| ingestion| exposure)(?: of| to){_FILL} {_S}",
        rf"(?:side|adverse) (?:effect|event|reaction)s? of{_FILL} {_S}(?: \w+)?"
        rf"(?: such as| include| including| are| were){_FILL} {_O}",
        rf"{_S} (?:toxicity|poisoning|intoxication|overdose|hepatotoxicity|nephrotoxicity)(?: \w+)?"
        rf"(?: with| and| such as| including| presenting)?{_FILL} {_O}",
        rf"{_S} (?:can|may|might|could) (?:cause|induce|lead to|result in|produce){_FILL} {_O}",
        rf"risk of{_FILL} {_O}{_FILL} (?:with|associated with|from|of) (?:the use of )?{_FILL}{_S}",
    ),
}


@cache
def _patterns() -> dict[Effect, tuple[re.Pattern[str], ...]]:
    return {effect: tuple(map(re.compile, own)) for effect, own in _CUES.items()}


def cue_of(window: Window) -> Effect | None:
    """Return what plain words state of a chemical (subject) and a disease; None: not told.

    Words of both kinds tell nothing.
    """
    text = " ".join(window.words)
    found = [effect for effect, own in _patterns().items() if any(one.search(text) for one in own)]
    return found[0] if len(found) == 1 else None


def features(window: Window) -> list[str]:
    """Return what is seen of a pair: as for causes, and the words of the sentence by place."""
    seen = causality.features(window)
    first, last = window.ends
    stems = window.stems
    for row, one in enumerate(stems):
        seen += (f"w {one}", f"w{'a' if row < first else 'c' if row > last else 'b'} {one}")
    for role, at in (("S", window.subject), ("O", window.object)):
        for step in _NEAR:
            if 0 <= at + step < len(stems):
                seen += (
                    f"{role}{step} {stems[at + step]}",
                    f"{role}{'+' if step > 0 else '-'} {stems[at + step]}",
                )
        for start, pair in ((at - 2, stems[at - 2 : at]), (at + 1, stems[at + 1 : at + 3])):
            if start >= 0 and len(pair) == 2:
                seen.append(f"{role}{start - at} {pair[0]} {pair[1]}")
    seen.append(f"fw {window.is_forward}")
    return seen


def windows_of(text: RelationText, first: int, second: int) -> Iterator[Window]:
    """Yield the words around a pair: of each sentence with both, else where they stand nearest."""
    found = False
    spans = text.entities[first].spans, text.entities[second].spans
    for start, end in text.sentences:
        inside = [[one for one in own if start <= one[0] and one[1] <= end] for own in spans]
        if not (inside[0] and inside[1]):
            continue
        subject, other = min(
            ((a, b) for a in inside[0] for b in inside[1]), key=lambda pair: _apart(*pair)
        )
        place = RelationEvidence(start, end, subject, other, 1.0)
        yield window_of(text, Tie(first, second, "", evidence=(place,)))
        found = True
    if not found:
        yield window_of(text, Tie(first, second, ""))


def _apart(one: Span, other: Span) -> int:
    return abs(one[0] - other[0])


def cause_odds(text: RelationText, first: int, second: int, model: Linear | None = None) -> float:
    """Return the log odds that a chemical causes a disease rather than treats it.

    The mean of the sentences that name both. It does not say whether they are tied at all.
    """
    model = shipped_effects() if model is None else model
    margins = [model.margins(features(one)) for one in windows_of(text, first, second)]
    return float(np.mean([one[1] - one[0] for one in margins]))


@cache
def shipped_effects() -> Linear:
    """Return the model that ships."""
    place = resources.files("onoma") / "data" / "relate" / "saying" / "effects.npz"
    return read_linear(place.read_bytes())["effects"]
