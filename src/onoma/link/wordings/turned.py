"""Phrases of a text turned into the form that names have, by English grammar alone.

A name says "delayed speech", "short neck", "loss of speech"; a text says "his speech was markedly
delayed", "shortening of the neck", "he lost his speech". Each pattern is one way in which English
says a quality of a part: a noun and its part ("a narrowing of both nostrils"), a predicate ("the
cornea is badly damaged"), a part and a word for abnormal ("corneal changes"), a participle
("shortened ribs"), a verb. What comes out are candidates; a vocabulary says which are names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 5  # words of a part

_QUALITIES: dict[str, tuple[str, ...]] = {
    "decrease": ("decreased {}", "reduced {}", "low {}", "{} decreased"),
    "reduction": ("decreased {}", "reduced {}", "low {}"),
    "increase": ("increased {}", "elevated {}", "high {}"),
    "elevation": ("elevated {}", "increased {}", "elevated circulating {} concentration"),
    "absence": ("absent {}", "aplasia of {}", "{} aplasia"),
    "lack": ("absent {}", "lack of {}"),
    "delay": ("delayed {}", "{} delay"),
    "thinning": ("thin {}", "{} hypoplasia"),
    "thickening": ("thick {}", "thickened {}"),
    "enlargement": ("enlarged {}", "large {}", "{} hypertrophy"),
    "shortening": ("short {}",),
    "narrowing": ("narrow {}", "{} stenosis"),
    "widening": ("wide {}", "broad {}"),
    "broadening": ("broad {}", "wide {}"),
    "flattening": ("flat {}", "flattened {}", "{} flattening"),
    "dilation": ("dilated {}", "{} dilatation"),
    "dilatation": ("dilated {}", "{} dilation"),
    "prominence": ("prominent {}",),
    "asymmetry": ("asymmetric {}", "{} asymmetry"),
    "impairment": ("impaired {}", "{} impairment"),
    "limitation": ("limited {}", "{} limitation"),
    "weakness": ("{} weakness",),
    "atrophy": ("{} atrophy",),
    "deformity": ("{} deformity", "abnormal {} morphology"),
    "fusion": ("fused {}", "{} fusion"),
    "laxity": ("lax {}", "{} laxity"),
    "stiffness": ("stiff {}", "{} stiffness"),
    "curvature": ("curved {}", "bowing of {}"),
    "contracture": ("{} contracture",),
    "calcification": ("{} calcification",),
    "swelling": ("swollen {}", "{} swelling"),
    "paucity": ("decreased {}", "reduced {}"),
    "excess": ("increased {}", "excessive {}"),
}
_ABNORMAL = ("abnormality of {}", "abnormal {} morphology", "{} abnormality", "abnormal {}",
             "abnormal {} physiology")  # fmt: skip
_FAULTS = (
    "abnormality", "abnormalities", "anomaly", "anomalies", "malformation", "malformations",
    "lesion", "lesions", "change", "changes", "involvement", "defect", "defects",
    "manifestation", "manifestations", "symptom", "symptoms",
)  # fmt: skip
_ADJECTIVES: dict[str, tuple[str, ...]] = {
    "atrophied": ("{} atrophy", "atrophy of {}"),
    "atrophic": ("{} atrophy", "atrophy of {}"),
    "flattened": ("flat {}",),
    "damaged": _ABNORMAL,
    "deformed": ("{} deformity", *_ABNORMAL),
    "abnormal": _ABNORMAL,
    "malformed": _ABNORMAL,
    "dysmorphic": ("abnormal {} shape", *_ABNORMAL),
    "hypoplastic": ("{} hypoplasia", "hypoplasia of {}", "underdeveloped {}"),
    "underdeveloped": ("{} hypoplasia", "hypoplasia of {}"),
    "raised": ("elevated {}", "increased {}"),
    "elevated": ("elevated {}", "increased {}", "elevated circulating {} concentration"),
    "low": ("decreased {}", "decreased circulating {} concentration"),
    "decreased": ("decreased {}", "reduced {}"),
    "reduced": ("decreased {}", "reduced {}"),
    "increased": ("increased {}", "elevated {}"),
    "delayed": ("delayed {}", "{} delay"),
    "impaired": ("impaired {}", "{} impairment"),
    "absent": ("absent {}", "{} aplasia", "aplasia of {}"),
    "missing": ("absent {}", "{} aplasia"),
    "small": ("small {}", "hypoplasia of {}"),
    "tiny": ("small {}",),
    "big": ("large {}", "enlarged {}"),
    "large": ("large {}", "enlarged {}"),
    "enlarged": ("enlarged {}", "large {}"),
    "shortened": ("short {}",),
    "short": ("short {}",),
    "thinned": ("thin {}",),
    "thin": ("thin {}",),
    "thickened": ("thick {}",),
    "thick": ("thick {}",),
    "narrowed": ("narrow {}", "{} stenosis"),
    "narrow": ("narrow {}",),
    "broadened": ("broad {}",),
    "broad": ("broad {}", "wide {}"),
    "wide": ("wide {}", "broad {}"),
    "dilated": ("dilated {}", "{} dilatation"),
    "prominent": ("prominent {}", "enlarged {}"),
    "fused": ("fused {}", "{} fusion"),
    "weak": ("{} weakness",),
    "stiff": ("{} stiffness",),
    "lax": ("{} laxity",),
    "curved": ("bowing of {}",),
    "bowed": ("bowing of {}",),
    "asymmetric": ("{} asymmetry",),
    "asymmetrical": ("{} asymmetry",),
    "limited": ("limited {}", "{} limitation"),
    "restricted": ("limited {}", "restricted {}"),
    "swollen": ("{} swelling",),
    "poor": ("poor {}", "impaired {}"),
}
_WORD = r"[A-Za-z][A-Za-z'-]*"
_PART = rf"(?P<part>{_WORD}(?:[ -]{_WORD}){{0,{LONGEST - 1}}})"
_FEW_WORDS = rf"(?P<part>{_WORD}(?:[ -]{_WORD}){{0,{LONGEST - 1}}}?)"  # as few as will do
_DETERMINER = (
    r"(?:(?:the|a|an|his|her|their|its|both|all|several|some|bilateral|left|right|minor|major)\s+)*"
)
_PLURAL = "|".join(
    one[:-1] + "ies|" + one if one.endswith("y") else one + "s?" for one in _QUALITIES
)
_NOUN = re.compile(
    rf"\b(?P<noun>{_PLURAL})\s+(?:in|of|affecting|involving)\s+{_DETERMINER}{_PART}", re.IGNORECASE
)
_FAULT_OF = re.compile(
    rf"\b(?P<noun>{'|'.join(_FAULTS)})\s+(?:in|of|affecting|involving)\s+{_DETERMINER}{_PART}",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    rf"{_DETERMINER}{_FEW_WORDS}\s+(?:(?:is|are|was|were|be|been|appears?|appeared|remained|has|have|had|"
    rf"always|also|still|very|quite|{_WORD}ly)\s+)*(?:is|are|was|were|been|appears?|appeared|remained)"
    rf"\s+(?:(?:also|still|very|quite|{_WORD}ly)\s+)*(?P<noun>{'|'.join(_ADJECTIVES)})\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b(?P<noun>{'|'.join(_ADJECTIVES)})\s+{_DETERMINER}{_PART}", re.IGNORECASE)
_BEHIND = re.compile(rf"{_PART}\s+(?P<noun>{'|'.join(_FAULTS)})\b", re.IGNORECASE)
_LOST = re.compile(rf"\b(?P<noun>lost|loses?|losing)\s+{_DETERMINER}{_PART}", re.IGNORECASE)
_CLAUSE = (
    "the a an his her their its and or of in on at with without for from by as is are was were be "
    "been has have had no not that this which who he she it they there both all"
)
_NO_PART = frozenset(_CLAUSE.split())


@dataclass(frozen=True, slots=True)
class Turned:
    """A stretch of a text, and names that it may stand for, the likeliest first."""

    start: int
    end: int
    names: tuple[str, ...]


def turned(text: str) -> Iterator[Turned]:
    """Yield what may be names in another form, of each place the longest first.

    >>> [one.names[0] for one in turned("His speech was markedly delayed.")]
    ['delayed speech']
    """
    for found in _NOUN.finditer(text):
        yield from _from_left(found, _QUALITIES[_singular(found["noun"].lower())])
    for found in _FAULT_OF.finditer(text):
        yield from _from_left(found, _ABNORMAL)
    for found in _BEFORE.finditer(text):
        yield from _from_left(found, _ADJECTIVES[found["noun"].lower()])
    for found in _LOST.finditer(text):
        yield from _from_left(found, ("loss of {}",))
    for pattern, names in ((_PREDICATE, None), (_BEHIND, _ABNORMAL)):
        for found in pattern.finditer(text):
            yield from _to_right(found, names or _ADJECTIVES[found["noun"].lower()])


def _singular(noun: str) -> str:
    if noun in _QUALITIES:
        return noun
    return noun[:-3] + "y" if noun.endswith("ies") else noun[:-1]


def _from_left(found: re.Match[str], names: tuple[str, ...]) -> Iterator[Turned]:
    """Yield the phrase with a part that ends sooner and sooner."""
    start, first = found.start("noun"), found.start("part")
    ends = [one.end() + first for one in re.finditer(_WORD, found["part"])]
    for count in range(len(ends), 0, -1):
        part = found["part"][: ends[count - 1] - first]
        if _is_part(part):
            yield Turned(start, ends[count - 1], tuple(name.format(part) for name in names))


def _to_right(found: re.Match[str], names: tuple[str, ...]) -> Iterator[Turned]:
    """Yield the phrase with a part that begins later and later."""
    first = found.start("part")
    for word in re.finditer(_WORD, found["part"]):
        part = found["part"][word.start() :]
        if _is_part(part):
            begin = first + word.start()
            yield Turned(begin, found.end("noun"), tuple(name.format(part) for name in names))


def _is_part(part: str) -> bool:
    """Return whether words may be a part: none of them belongs to the grammar of a clause."""
    return not _NO_PART & {word.lower() for word in re.findall(_WORD, part)}
