"""What speaks for each span that the dictionary or the tagger proposes, as a row of numbers.

Where the two overlap, the stretch that both cover together is proposed too: the dictionary may know
the first half of a name and the tagger see the second. What the tagger finds once is proposed
wherever it stands in the document (non-local consistency; Krishnan and Manning 2006), and so are
the short forms of what it finds (Schwartz and Hearst 2003 pairs). Where it is known what annotators
marked (``mark_lexicon``), that is evidence too, and so many other borders are proposed as the
tagger holds for possible.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.pipeline.mark_lexicon import COLUMNS as MARK_COLUMNS
from onoma.pipeline.mark_lexicon import Marks
from onoma.recognize.tagger.tagger import HYPHENS
from onoma.types import SCOPES, AnnotatedDocument, Mention, Span

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

COLUMNS = (
    "named", "named score", "named scope", "named how", "named open",
    "tagged", "tagged score", "mean", "least", "most", "word before", "word behind",
    "begins", "goes on", "inside", "behind goes on", "behind begins",
    "words", "characters", "capitals", "first capital", "digit",
    "in a name", "holds a name", "in a tag", "holds a tag", "other tag", "namespaces",
    "same elsewhere", "share of same", "long form", "chance", *MARK_COLUMNS,
)  # fmt: skip
"""The columns of a table of evidence. Of words: the log odds that one is part of a mention, and
that it begins or continues one. ``namespaces``: whether concepts of some namespaces are asked for,
so that the vocabulary says what counts. ``chance``: the logarithm of the tagger's chance of the
span, its words taken one by one."""

HOW = ("dictionary", "abbreviation", "coordination", "pattern", "linker")
FAR = 12.0  # log odds beyond which nothing is told apart
NONE = -1.0
POSSIBLE = 0.05  # the least chance of a border that is proposed
MOST_WORDS = 20  # of a span that is so proposed
NAMED = 0.7  # how sure the dictionary is of a long form
SHORTEST = 2  # characters of a string that is looked for elsewhere


@dataclass(frozen=True, slots=True)
class Thought:
    """What a tagger thinks of one document and one type.

    ``start`` and ``end`` are the words' offsets in the document, ``odds`` the log odds (words, 3)
    of being part of a mention, of beginning one and of continuing one; ``tags`` the spans it would
    give, with their scores.
    """

    start: I64
    end: I64
    odds: F32
    tags: Mapping[Span, float]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Spans sorted by place, with a row of evidence each, (spans, columns)."""

    spans: tuple[Span, ...]
    table: F32


def log_odds(chances: F32) -> F32:
    """Return log odds of being part, beginning and continuing from log chances (words, 3).

    ``chances`` are those of outside, begin and inside.
    """
    chance = np.exp(chances)
    chance[:, 0] = 1.0 - chance[:, 0]
    least = math.exp(-FAR)
    chance = np.clip(chance, least, 1.0 - least)
    return np.asarray(np.log(chance / (1.0 - chance)), np.float32)


def propose(
    document: AnnotatedDocument,
    named: Sequence[Mention],
    thought: Thought,
    *,
    is_bound: bool = False,
    marks: Marks | None = None,
) -> Proposals:
    """Return the spans that the dictionary or the tagger proposes in a document.

    ``named`` are the dictionary's mentions of the type; those of several stretches are left out.
    ``is_bound``: concepts of some namespaces are asked for. ``marks``: what annotators marked.
    """
    text = document.text
    names: dict[Span, Mention] = {}
    for mention in named:
        if len(mention.spans) == 1:
            names.setdefault((mention.start, mention.end), mention)
    tags = thought.tags
    around = Places(names), Places(tags)
    both = {
        (min(name[0], tag[0]), max(name[1], tag[1]))
        for tag in tags
        for name in around[0].touching(tag)
    }
    echoes = Echoes(document, names, thought)
    others = () if marks is None else possible(thought)
    spans = tuple(sorted({*names, *tags, *both, *echoes.spans, *others}))
    rows = np.zeros((len(spans), len(COLUMNS)), np.float32)
    for row, span in zip(rows, spans, strict=True):
        row[:5] = _of_name(names.get(span))
        row[5:17] = _of_words(span, thought)
        row[17:22] = _of_looks(span, text, thought)
        row[22:27] = _of_others(span, around, tags)
        row[27] = is_bound
        row[28:31] = echoes.of(span)
    if marks is not None:
        rows[:, 31:] = _of_marks(spans, document.text.translate(HYPHENS), thought, marks)
    return Proposals(spans, rows)


def possible(thought: Thought) -> list[Span]:
    """Return the spans that the tagger holds for possible, its words taken one by one."""
    chance = 1.0 / (1.0 + np.exp(-thought.odds.astype(np.float64)))
    goes_on = [*chance[:, 2].tolist(), 0.0]
    start, end = thought.start.tolist(), thought.end.tolist()
    found = []
    for first in np.flatnonzero(chance[:, 1] > POSSIBLE).tolist():
        own, behind = float(chance[first, 1]), first + 1
        while own > POSSIBLE and behind - first <= MOST_WORDS:
            if own * (1.0 - goes_on[behind]) > POSSIBLE:
                found.append((start[first], end[behind - 1]))
            own *= goes_on[behind]
            behind += 1
    return found


class Echoes:
    """Where else in a document what the tagger found stands, and short forms of what is found."""

    def __init__(
        self, document: AnnotatedDocument, names: Mapping[Span, Mention], thought: Thought
    ) -> None:
        """Look for the strings of the tagger's spans, and for short forms, at words' borders."""
        self._text, self._tags = document.text, thought.tags
        self._ends = {end: start for start, end in [*names, *thought.tags]}
        self._words = dict(zip(thought.start.tolist(), thought.end.tolist(), strict=True))
        self._starts: dict[str, list[int]] = {}
        for start, end in self._words.items():
            self._starts.setdefault(self._text[start:end], []).append(start)
        self._borders = frozenset(self._words.values())
        self._long = self._long_forms(document, names)
        found = {self._text[start:end]: (start, end) for start, end in thought.tags}
        found |= {one.short: (one.start, one.end) for one in document.abbreviations
                  if one.short in self._long}  # fmt: skip
        self.same = {
            name: self._occurrences(name, first[0]) for name, first in found.items()
            if len(name) >= SHORTEST
        }  # fmt: skip
        self.spans = [span for some in self.same.values() for span in some]

    def _long_forms(
        self, document: AnnotatedDocument, names: Mapping[Span, Mention]
    ) -> dict[str, float]:
        """Return how sure it is that the long form of each short one is a mention."""
        found: dict[str, float] = {}
        for one in document.abbreviations:
            start = self._ends.get(one.long_end)
            if start is not None and 2 * (one.long_end - start) > one.long_end - one.long_start:
                span = (start, one.long_end)
                sure = max(self._tags.get(span, 0.0), NAMED if span in names else 0.0)
                found[one.short] = max(sure, found.get(one.short, 0.0))
        return found

    def _occurrences(self, name: str, first: int) -> list[Span]:
        """Return the spans of a string that stands at ``first``, at borders of words."""
        word = self._text[first : self._words.get(first, first)]
        return [
            (start, start + len(name))
            for start in self._starts.get(word, ())
            if self._text.startswith(name, start) and start + len(name) in self._borders
        ]

    def of(self, span: Span) -> tuple[float, float, float]:
        """Return the best score of the same string elsewhere, the share found, the long form's."""
        name = self._text[span[0] : span[1]]
        others = [one for one in self.same.get(name, ()) if one != span]
        tagged = [self._tags[one] for one in others if one in self._tags]
        share = len(tagged) / len(others) if others else 0.0
        return max(tagged, default=0.0), share, self._long.get(name, 0.0)


class Places:
    """Spans in order, asked for those that touch another one."""

    def __init__(self, spans: Iterable[Span]) -> None:
        """Take the spans."""
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]
        self._longest = max((end - start for start, end in self._spans), default=0)

    def touching(self, span: Span) -> list[Span]:
        """Return the spans that share a character with one, in order."""
        first = bisect_left(self._starts, span[0] - self._longest + 1)
        behind = bisect_left(self._starts, span[1])
        return [one for one in self._spans[first:behind] if one[1] > span[0]]


def overlap(left: Span, right: Span) -> bool:
    """Return whether two spans share a character."""
    return left[0] < right[1] and right[0] < left[1]


def _of_name(mention: Mention | None) -> tuple[float, ...]:
    if mention is None:
        return 0.0, NONE, NONE, NONE, 0.0
    scope = SCOPES.index(mention.scope) if mention.scope in SCOPES else len(SCOPES)
    how = HOW.index(mention.found_by) if mention.found_by in HOW else len(HOW)
    return 1.0, mention.score, scope, how, float(mention.curie is None)


def _words_of(span: Span, thought: Thought) -> tuple[int, int]:
    """Return the first word of a span and the one behind its last."""
    first = int(np.searchsorted(thought.end, span[0], side="right"))
    behind = int(np.searchsorted(thought.start, span[1], side="left"))
    first = min(first, max(len(thought.start) - 1, 0))
    return first, max(behind, first + 1)


def _of_words(span: Span, thought: Thought) -> tuple[float, ...]:
    first, behind = _words_of(span, thought)
    odds, score = thought.odds, thought.tags.get(span)
    own = odds[first:behind]
    if not len(own):  # a text of signs that are no word
        return 0.0, 0.0, *[-FAR] * 10
    after = odds[behind] if behind < len(odds) else (-FAR, -FAR, -FAR)
    return (
        float(score is not None),
        score or 0.0,
        own[:, 0].mean(),
        own[:, 0].min(),
        own[:, 0].max(),
        odds[first - 1, 0] if first else -FAR,
        after[0],
        own[0, 1],
        own[0, 2],
        own[1:, 2].min() if len(own) > 1 else FAR,
        after[2],
        after[1],
    )


def _of_looks(span: Span, text: str, thought: Thought) -> tuple[float, ...]:
    first, behind = _words_of(span, thought)
    own = text[span[0] : span[1]]
    return (
        behind - first,
        span[1] - span[0],
        own.isupper(),
        own[0].isupper(),
        any(char.isdigit() for char in own),
    )


def _of_marks(spans: Sequence[Span], text: str, thought: Thought, marks: Marks) -> F32:
    """Return the tagger's chance of each span, and what annotators marked."""
    out = np.zeros((len(spans), 1 + len(MARK_COLUMNS)), np.float32)
    if not len(thought.odds) or not spans:
        return out
    places = [_words_of(span, thought) for span in spans]
    ends = zip(thought.start.tolist(), thought.end.tolist(), strict=True)
    out[:, 0] = _chances(places, thought.odds)
    out[:, 1:] = marks.columns([text[start:end] for start, end in ends], places)
    return out


def _chances(places: Sequence[Span], odds: F32) -> F32:
    """Return the log chances of spans: the first word begins, others go on, the next does not."""
    yes = np.concatenate([-np.logaddexp(0, -odds.astype(np.float64)), np.zeros((1, 3))])
    no = np.append(-np.logaddexp(0, odds[:, 2].astype(np.float64)), 0.0)
    sums = np.concatenate([[0.0], np.cumsum(yes[:, 2])])
    first, behind = np.array(places, np.int64).T
    whole = yes[first, 1] + sums[behind] - sums[first + 1] + no[behind]
    chances: F32 = np.maximum(whole, -FAR).astype(np.float32)
    return chances


def _of_others(
    span: Span, around: tuple[Places, Places], tags: Mapping[Span, float]
) -> tuple[float, ...]:
    """Return whether the span lies in another name or tag, or holds one, and the best such tag."""
    near, marks = ([one for one in some.touching(span) if one != span] for some in around)
    return (
        any(_holds(one, span) for one in near),
        any(_holds(span, one) for one in near),
        any(_holds(one, span) for one in marks),
        any(_holds(span, one) for one in marks),
        max((tags[one] for one in marks), default=0.0),
    )


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
