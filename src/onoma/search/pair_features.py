"""What a document says of two concepts together, as numbers and as its best sentence.

Nothing is extracted: names of both are found, and it is looked at how often and how near each other
they stand, in title or conclusion, with which words between them and among how many others (the
co-occurrence signals that PubTator 3.0's pair queries fall back on where it has no relation; Wei et
al. 2024). ``pairs`` weighs them.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.search.texts import Mark, Shown
from onoma.types import Span

F64 = npt.NDArray[np.float64]

NAMES: tuple[str, ...] = (
    "fewer_mentions",
    "more_mentions",
    "shared_sentences",
    "shares_a_sentence",
    "nearness",
    "titles",
    "one_title",
    "share_of_fewer",
    "share_of_more",
    "ending",
    "others_between",
    "crowded",
    "cause_between",
    "effect_between",
    "link_between",
    "trigger_near",
    "joined",
    "denied",
    "listed",
    "standing",
)
"""The features, in the order of the array that ``features`` returns."""

_CAUSE = re.compile(
    r"\b(?:caus|induc|produc|provok|trigger|precipitat|lead|led\b|result|develop|due to|secondary|"
    r"toxic|after|follow|during|complicat|adverse|side effect|exacerbat|aggravat)",
    re.IGNORECASE,
)
_EFFECT = re.compile(
    r"\b(?:treat|therap|improv|reduc|prevent|protect|attenuat|alleviat|suppress|effic|effective|"
    r"inhibit|block|antagoni|ameliorat|revers|respon|relie[fv]|manag|decreas|increas)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(?:associat|correlat|link|relat|risk|role|involv|contribut|implicat|mutation|mutant|"
    r"polymorphi|suscept|express|regulat|activat|bind|interact|mediat|affect|effect|allele|variant)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|without|neither|nor|lack|absence|unrelated|fail|failed|never|exclud\w*)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[- ]?(?:induced|associated|related|dependent|mediated|treated|inhibited)\b")
_LISTED = re.compile(r"\W*(?:,|and|or|and/or)?\W*(?:\w+\W+){0,1}", re.IGNORECASE)
FAR = 200.0  # characters at which nearness has fallen to 1/e


@dataclass(frozen=True, slots=True)
class Together:
    """Two concepts in a document: the features, and the sentence that says most of both."""

    features: F64
    sentence: Span | None
    left: tuple[Mark, ...]
    right: tuple[Mark, ...]

    @property
    def said(self) -> dict[str, float]:
        """The features that are not zero, by name."""
        pairs = zip(NAMES, self.features.tolist(), strict=True)
        return {name: round(value, 3) for name, value in pairs if value}


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(\[])|\n+")


def sentence_spans(shown: Shown) -> list[Span]:
    """Return the sentences of a document, none of which crosses the end of its title.

    They are cut at stops before capitals: a thousand documents are looked at for one query, and
    abbreviations that end in a stop cost less here than a tenth of a second.
    """
    text = shown.document.text
    cuts = {0, len(text), *(p.end for p in shown.document.passages if p.kind == "title")}
    cuts.update(found.end() for found in _SENTENCE_END.finditer(text))
    return list(itertools.pairwise(sorted(cuts)))


def together(
    shown: Shown, left: Collection[str], right: Collection[str], *, standing: float = 0.0
) -> Together | None:
    """Return what a document says of two sets of concepts, None where it lacks one of them.

    ``standing``: the engine's score of the document for both, as a share of the best one's.
    """
    ours = [mark for mark in shown.marks if mark.curie in left]
    theirs = [mark for mark in shown.marks if mark.curie in right]
    if not ours or not theirs:
        return None
    spans = sentence_spans(shown)
    starts = [start for start, _ in spans]
    of_ours, of_theirs = (_by_sentence(marks, starts) for marks in (ours, theirs))
    shared = sorted(of_ours.keys() & of_theirs.keys())
    best = max(shared, key=lambda at: _worth(shown, of_ours[at], of_theirs[at]), default=None)
    values = _counts(shown, ours, theirs, spans) | {"standing": standing}
    values |= _shared(shown, shared, of_ours, of_theirs, spans)
    if best is not None:
        values |= _best(shown, of_ours[best], of_theirs[best], spans[best])
    array = np.array([values.get(name, 0.0) for name in NAMES])
    span = None if best is None else spans[best]
    return Together(array, span, tuple(ours), tuple(theirs))


def _by_sentence(marks: Sequence[Mark], starts: Sequence[int]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for mark in marks:
        found.setdefault(max(bisect_right(starts, mark.start) - 1, 0), []).append(mark)
    return found


def _nearest(ours: Sequence[Mark], theirs: Sequence[Mark]) -> tuple[int, Mark, Mark]:
    """Return how many characters lie between the two marks that are nearest, and these."""
    pairs = ((max(a.start - b.end, b.start - a.end, 0), a, b) for a in ours for b in theirs)
    return min(pairs, key=lambda one: one[0])


def _between(shown: Shown, first: Mark, second: Mark) -> str:
    low, high = sorted((first, second), key=lambda mark: mark.start)
    return shown.document.text[low.end : max(high.start, low.end)]


def _worth(shown: Shown, ours: Sequence[Mark], theirs: Sequence[Mark]) -> float:
    """Return how much a shared sentence says: words of relation between, and nearness."""
    gap, first, second = _nearest(ours, theirs)
    between = _between(shown, first, second)
    triggers = sum(bool(one.search(between)) for one in (_CAUSE, _EFFECT, _LINK, _JOINED))
    return triggers + float(np.exp(-gap / FAR))


def _counts(
    shown: Shown, ours: Sequence[Mark], theirs: Sequence[Mark], spans: Sequence[Span]
) -> dict[str, float]:
    """Return how often and where in the document both are named."""
    low, high = sorted((len(ours), len(theirs)))
    total = max(len(shown.marks), 1)
    title = max((p.end for p in shown.document.passages if p.kind == "title"), default=0)
    titled = [any(mark.start < title for mark in marks) for marks in (ours, theirs)]
    gap, _, _ = _nearest(ours, theirs)
    last = spans[-1][0] if spans else 0
    return {
        "fewer_mentions": float(np.log1p(low)),
        "more_mentions": float(np.log1p(high)),
        "nearness": float(np.exp(-gap / FAR)),
        "titles": float(all(titled)),
        "one_title": float(any(titled)),
        "share_of_fewer": low / total,
        "share_of_more": high / total,
        "ending": float(all(any(m.start >= last for m in marks) for marks in (ours, theirs))),
    }


def _shared(
    shown: Shown,
    shared: Sequence[int],
    ours: dict[int, list[Mark]],
    theirs: dict[int, list[Mark]],
    spans: Sequence[Span],
) -> dict[str, float]:
    """Return how many sentences name both, and whether a word of relation is in one of them."""
    text = shown.document.text
    triggers = sum(
        any(one.search(text, *spans[at]) for one in (_CAUSE, _EFFECT, _LINK)) for at in shared
    )
    others = [
        len({mark.curie for mark in shown.marks if spans[at][0] <= mark.start < spans[at][1]})
        - len({mark.curie for mark in (*ours[at], *theirs[at])})
        for at in shared
    ]
    return {
        "shared_sentences": float(np.log1p(len(shared))),
        "shares_a_sentence": float(bool(shared)),
        "trigger_near": float(np.log1p(triggers)),
        "crowded": float(np.log1p(min(others, default=0))),
    }


def _best(
    shown: Shown, ours: Sequence[Mark], theirs: Sequence[Mark], span: Span
) -> dict[str, float]:
    """Return what stands between the two where they are nearest in the best sentence."""
    _, first, second = _nearest(ours, theirs)
    between = _between(shown, first, second)
    low, high = sorted((first, second), key=lambda mark: mark.start)
    behind = shown.document.text[low.end : low.end + 12]
    crossing = {m.curie for m in shown.marks if low.end <= m.start and m.end <= high.start}
    return {
        "cause_between": float(bool(_CAUSE.search(between))),
        "effect_between": float(bool(_EFFECT.search(between))),
        "link_between": float(bool(_LINK.search(between))),
        "joined": float(bool(_JOINED.match(behind))),
        "denied": float(bool(_DENIED.search(between))),
        "listed": float(bool(_LISTED.fullmatch(between))),
        "others_between": float(np.log1p(len(crossing))),
    }
