"""Stretches that stand for names: coordinations, one concept named twice, a name in parts.

The judge weighs each span for itself. What the vocabulary says of several of them together is put
in here: "breast and ovarian cancer" is two names though the tagger sees one stretch, and so is
"pileated woodpecker Dryocopus pileatus", one concept named twice; "migraine with aura" is one name
though the tagger sees two; "vitamin D deficiency" is one though it sees the vitamin alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from onoma.types import AnnotatedDocument, Mention, Span

Names = Mapping[Span, Mention]
"""The dictionary's mentions of one stretch each, by span."""


_AGAINST = re.compile(r"anti[- ]", re.IGNORECASE)
_LACKS = frozenset({
    "abuse", "addiction", "deficiencies", "deficiency", "dependence", "hypersensitivity",
    "insufficiency", "intolerance", "intoxication", "overdose", "poisoning", "withdrawal",
})  # fmt: skip
"""Last words of conditions that are called by the substance which is lacking or too much."""


def is_of_substance(name: str) -> bool:
    """Return whether a condition's name is a substance's with one word more.

    >>> is_of_substance("Vitamin D deficiency"), is_of_substance("deficiency")
    (True, False)
    """
    words = name.lower().split()
    return len(words) > 1 and words[-1] in _LACKS


_CAPITALS = re.compile(r"\b[A-Z]{2,5}\b")


def is_shouted(name: str, written: str) -> bool:
    """Return whether a name is like a written one by a short form that this writes as a word.

    >>> is_shouted("MASS syndrome", "masses"), is_shouted("MASS syndrome", "MASS")
    (True, False)
    >>> is_shouted("HIV Infections", "HIV-infected"), is_shouted("ACUTE GOUT", "acute gouts")
    (False, False)
    """
    if " " in name and name.isupper():  # a vocabulary in capitals
        return False
    short = _CAPITALS.findall(name)
    return any(
        word.upper().startswith(one) and not word.startswith(one)
        for word in written.split()
        for one in short
    )


_DEGREES = frozenset({
    "acute", "adult", "advanced", "body", "central", "childhood", "chronic", "classic", "common",
    "complete", "congenital", "early", "experimental", "female", "focal", "generalised",
    "generalized", "gross", "heavy", "human", "idiopathic", "immune", "late", "lower",
    "macroscopic", "male",
    "malignant", "microscopic", "mild", "moderate", "multiple", "paediatric", "partial",
    "pediatric", "persistent", "postural", "primary", "progressive", "rapid", "rapidly",
    "recurrent", "severe", "subacute", "superficial", "symptomatic", "transient", "typical",
    "upper", "wet",
})  # fmt: skip
"""First words of names that annotators of diseases leave out: degree, course, age, place.

Of the dictionary's names in the train parts of NCBI Disease, BC5CDR and BioRED, 3,516 are marked
whole and 211 without their first words, mostly these.
"""
SURE_NAME = 0.86  # the least score of a name that is not taken apart


def is_whole(named: Mention, chosen: str) -> bool:
    """Return whether a name is marked whole where only its last words were ``chosen``.

    Febrile seizures are, and primary angle-closure glaucoma; mild asthma loses but its degree.
    """
    words = named.text.lower().split()
    lost = words[: -len(chosen.split())]
    is_more = any(
        word not in _DEGREES and not word.endswith(("-induced", "-onset", "-associated"))
        for word in lost
    )
    is_split = words != [*lost, *chosen.lower().split()]  # within a word: "angle-closure"
    return len(words) > 1 and (is_more or is_split) and named.score >= SURE_NAME


def untangled(
    likely: Mapping[Span, float], document: AnnotatedDocument, names: Names
) -> dict[Span, float]:
    """Return the chances of spans, with what speaks for several names as one given to each.

    The dictionary reads "breast and ovarian cancer" as two cancers, the tagger as one stretch: what
    speaks for the stretch speaks for the two. "Anti-PD-1 antibodies" speaks for PD-1.
    """
    out = dict(likely)
    _share_lists(out, document, names)
    _share_aims(out, document.text, names)
    for left, right in pairwise(sorted(names)):
        whole = (left[0], right[1])
        is_free = whole in out and whole not in names
        if is_free and _are_one(names[left], names[right], document.text):
            _give(out, whole, (left, right))
    return out


def _share_lists(out: dict[Span, float], document: AnnotatedDocument, names: Names) -> None:
    """Give what speaks for a list of names that share words to each of them."""
    for one in document.mentions:
        whole = (one.start, one.end)
        if len(one.spans) > 1 and whole not in names and whole in out:
            parts = [s for s in names if whole[0] <= s[0] and s[1] == whole[1] and s in out]
            if parts:
                _give(out, whole, parts)


def _share_aims(out: dict[Span, float], text: str, names: Names) -> None:
    """Give what speaks for an antibody to what it is against."""
    for whole in [span for span in out if span not in names]:
        aim = _AGAINST.match(text, *whole)
        if aim:
            parts = [span for span in names if aim.end() == span[0] and span[1] <= whole[1]]
            if parts:
                _give(out, whole, parts)


def _are_one(left: Mention, right: Mention, text: str) -> bool:
    """Return whether two mentions name one concept, with nothing but a blank between them."""
    is_same = left.curie is not None and left.curie == right.curie
    return is_same and text[left.end : right.start].isspace()


def _give(likely: dict[Span, float], whole: Span, parts: Collection[Span]) -> None:
    for part in parts:
        likely[part] = max(likely.get(part, 0.0), likely[whole])
    likely[whole] = 0.0


def unbroken(chosen: Sequence[Span], names: Collection[Span]) -> dict[Span, list[int]]:
    """Return the names of which several parts were chosen and nothing beside, with these parts.

    ``chosen``: spans in order that do not overlap; parts are told by their number.

    >>> unbroken([(0, 8), (14, 18)], [(0, 18)])
    {(0, 18): [0, 1]}
    """
    starts, found = [start for start, _ in chosen], dict[Span, list[int]]()
    behind = 0  # of the last name that was found
    for name in sorted(names, key=lambda span: (span[0], -span[1])):
        low, high = bisect_left(starts, name[0]), bisect_left(starts, name[1])
        cuts = (low and chosen[low - 1][1] > name[0]) or (high and chosen[high - 1][1] > name[1])
        if name[0] >= behind and high - low > 1 and not cuts:
            found[name] = list(range(low, high))
            behind = name[1]
    return found
