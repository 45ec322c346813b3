"""What surrounds medicines: sections of a note, words of status, headings that name a problem."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from onoma.extract.ordered import Ordered
from onoma.extract.phrases import Found, Tokens, phrase_list
from onoma.types import Mention, Span

_HEADING = re.compile(
    r"^[^\S\n]*(?:[-*•#]\s*|\d{1,2}[.)]\s*)?(?P<words>[A-Za-z][A-Za-z &/'’(),-]{1,60}?)\s*"
    r"(?::(?P<rest>[^\n]*)|(?=\n|\Z))",
    re.M,
)
_MARKS = re.compile(r"[\s\d.)#*•-]*")
_CLOSING = re.compile(r"[\s.:,]*")
_NEXT_PART = re.compile(r"\n\s*\n[^\n]{1,60}\n|\n[A-Z][A-Z &/]{3,}:?\n")
_MARK = 12  # characters beside a problem that is a heading
_LONGEST = 4000  # characters that stand below such a heading
_MOST = 100  # medicines that one phrase governs
_NEAR = 8  # words between a phrase of status and the first medicine that it governs
_WEAK = frozenset({"current", "given"})
_PARTING = frozenset({";", "but", "however", "while", "whereas", "because"})
_COMING = (["to"], ["with"], ["by"], ["for"])
EXCHANGED = "exchanged"
_LISTING = frozenset(
    {",", "and", "or", "plus", "&", "/", "+", "both", "also", "then", "(", ")", "as", "well"}
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a note below a heading that is known, with what it holds."""

    start: int
    end: int
    holds: str
    status: str


@dataclass(frozen=True, slots=True)
class Below:
    """A stretch of a note below a line that is nothing but a problem."""

    start: int
    end: int
    problem: Span


def find_sections(text: str) -> list[Section]:
    """Return the sections whose headings are known, in order; other headings end them."""
    known = phrase_list("sections")
    marks: list[tuple[int, str, str]] = []
    for match in _HEADING.finditer(text):
        words, rest = match["words"].strip(), match["rest"]
        cells = known.row(words)
        if cells is not None and (rest is not None or _stands_alone(words)):
            holds, status = cells
            marks.append((match.end("words"), holds, status))
        elif (rest is not None and not rest.strip()) or (rest is None and words.isupper()):
            marks.append((match.end("words"), "other", ""))
    ends = [*(start for start, _, _ in marks), len(text)][1:] if marks else []
    return [Section(s, e, holds, status) for (s, holds, status), e in zip(marks, ends, strict=True)]


def is_heading(words: str) -> bool:
    """Whether words are a heading that is known and no problem ("Allergies")."""
    return phrase_list("sections").row(words) is not None


def _stands_alone(words: str) -> bool:
    """Whether words on a line of their own look like a heading ("MEDICATIONS", "Medications")."""
    return words[:1].isupper() and (words.isupper() or " " not in words or words.istitle())


def section_at(sections: Ordered[Section], place: int) -> Section | None:
    """Return the section of a place."""
    last = sections.before(place + 1)
    return last if last is not None and place < last.end else None


def problem_headings(text: str, problems: Sequence[Mention]) -> list[Below]:
    """Return the stretches of a note below lines that are nothing but a problem, in order.

    A stretch ends at the next blank line that is followed by a short line, or another heading.
    """
    out: list[Below] = []
    for one in problems:
        low = text.rfind("\n", max(0, one.start - _MARK), one.start) + 1
        high = text.find("\n", one.end, one.end + _MARK)
        if high < 0 or (low == 0 and one.start > _MARK):
            continue
        if _MARKS.fullmatch(text, low, one.start) and _CLOSING.fullmatch(text, one.end, high):
            stop = _NEXT_PART.search(text, high, high + _LONGEST)
            end = stop.start() + 1 if stop else min(len(text), high + _LONGEST)
            if out:
                out[-1] = replace(out[-1], end=min(out[-1].end, one.start))
            out.append(Below(high, end, (one.start, one.end)))
    return out


def find_statuses(
    tokens: Tokens, drugs: Sequence[Span], *, sentences: Sequence[Span], taken: Sequence[Span]
) -> list[tuple[str, Span] | None]:
    """Return each medicine's status with the words that say so, None where nothing does.

    The nearest phrase before a medicine in its sentence governs it and those listed behind it; a
    phrase behind it ("was stopped") says more. ``taken``: spans that are no words between.
    """
    found: list[tuple[str, Span] | None] = [None] * len(drugs)
    starts = [start for start, _ in drugs]
    inside = [start for start, _ in taken]
    cues = [
        one
        for one in phrase_list("statuses").find(tokens)
        if one.cells[1] != "none" and not _is_within(one, taken, inside)
    ]
    opening = [one.start for one in cues]
    gaps = _Words(tokens, [*drugs, *taken])
    for low, high in sentences:
        first, behind = bisect_left(starts, low), bisect_left(starts, high)
        here = cues[bisect_left(opening, low) : bisect_left(opening, high)]
        if first == behind or not here:
            continue
        reach = _Reach(drugs, range(first, behind), gaps)
        ahead = [one for one in here if not reach.looks_back(one)]
        _govern(ahead, reach, found)
        for one in here:
            if reach.looks_back(one):
                spoken_of = reach.before(one)
                for place in spoken_of:
                    found[place] = (one.cells[0], (one.start, one.end))
                if one.cells[0] == EXCHANGED:
                    following = reach.behind(one)[:1]
                    _exchange([*spoken_of[:1], *following], reach, found)
    return found


def _is_within(cue: Found, taken: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a phrase is a piece of a part ("as prescribed")."""
    near = bisect_right(starts, cue.start) - 1
    return near >= 0 and taken[near][1] >= cue.end


def _govern(cues: Iterable[Found], reach: _Reach, found: list[tuple[str, Span] | None]) -> None:
    """Give each medicine the status of the nearest phrase before it."""
    last: Found | None = None
    for one in cues:
        if (
            last is not None
            and one.cells[0] in _WEAK
            and last.cells[0] not in _WEAK
            and len(reach.gaps.between(last.end, one.start)) <= 3
            and not reach.any_between(last.end, one.start)
        ):
            continue  # "stopped the use of": the stronger word stays
        last = one
        governed = reach.behind(one)
        for place in governed:
            found[place] = (one.cells[0], (one.start, one.end))
        if one.cells[0] == EXCHANGED:
            _exchange(governed, reach, found)


def _exchange(places: Sequence[int], reach: _Reach, found: list[tuple[str, Span] | None]) -> None:
    """Tell what goes from what comes: "switched from A to B", "replaced A with B"."""
    for one, other in pairwise(places):
        cue = found[one]
        if cue is not None and reach.words_between(one, other)[-1:] in _COMING:
            found[one], found[other] = ("stopped", cue[1]), ("started", cue[1])
            return
    for one in places:
        cue = found[one]
        if cue is not None:
            lead = reach.gaps.between(cue[1][1], reach.start(one))[-1:]
            found[one] = ("started" if lead in _COMING else "changed", cue[1])


class _Words:
    """The words of a text that belong to no medicine and no part."""

    def __init__(self, tokens: Tokens, taken: Iterable[Span]) -> None:
        covered = sorted(taken)
        starts = [start for start, _ in covered]
        self._words: list[str] = []
        self._start: list[int] = []
        for word, start, end in zip(tokens.words, tokens.start, tokens.end, strict=True):
            place = bisect_right(starts, start) - 1
            if place < 0 or covered[place][1] < end:
                self._words.append(word)
                self._start.append(start)

    def between(self, start: int, end: int) -> list[str]:
        """Return the words between two places."""
        return self._words[bisect_left(self._start, start) : bisect_left(self._start, end)]


class _Reach:
    """How far phrases of status reach among the medicines of one sentence."""

    def __init__(self, drugs: Sequence[Span], inside: range, gaps: _Words) -> None:
        self._drugs, self._inside, self.gaps = drugs, inside, gaps
        self._starts = [drugs[place][0] for place in inside]

    def start(self, place: int) -> int:
        """Return where a medicine begins."""
        return self._drugs[place][0]

    def words_between(self, one: int, other: int) -> list[str]:
        """Return the words between two medicines."""
        return self.gaps.between(self._drugs[one][1], self._drugs[other][0])

    def any_between(self, start: int, end: int) -> bool:
        """Whether a medicine stands between two places."""
        return bisect_left(self._starts, start) < bisect_left(self._starts, end)

    def _from(self, place: int) -> range:
        """Return the medicines that begin at a place or behind it."""
        return self._inside[bisect_left(self._starts, place) :]

    def _until(self, place: int) -> range:
        """Return the medicines that begin before a place."""
        return self._inside[: bisect_left(self._starts, place)]

    def looks_back(self, cue: Found) -> bool:
        """Whether a phrase speaks of what stands before it."""
        side = cue.cells[1]
        if side == "before":
            return False
        last, following = self._until(cue.start)[-1:], self._from(cue.end)[:1]
        if not last:
            return False
        back = self.gaps.between(self._drugs[last[0]][1], cue.start)
        if following:
            ahead = self.gaps.between(cue.end, self._drugs[following[0]][0])
            is_joined = bool(_LISTING.intersection(back[-2:]) - {"(", ")", "as", "well"})
            if len(ahead) <= 1 and not _LISTING.intersection(ahead) and (back and is_joined):
                return False
            if side == "both" and len(ahead) <= 1 and len(back) >= 1 and back[-1] != "(":
                return False
        return len(back) <= (_NEAR if side == "after" else 2) and not _PARTING.intersection(back)

    def behind(self, cue: Found) -> list[int]:
        """Return the medicines that a phrase before them governs."""
        out: list[int] = []
        at = cue.end
        for place in self._from(cue.end)[:_MOST]:
            start, end = self._drugs[place]
            words = self.gaps.between(at, start)
            is_reason = bool(out) and words[-1:] == ["for"]  # "atorvastatin for cholesterol"
            if len(words) > _NEAR or is_reason or _PARTING.intersection(words):
                break
            out.append(place)
            at = end
        return out

    def before(self, cue: Found) -> list[int]:
        """Return the medicines that a phrase behind them speaks of: the last, and its list."""
        out: list[int] = []
        at = cue.start
        for place in reversed(self._until(cue.start)[-_MOST:]):
            start, end = self._drugs[place]
            if out and not _LISTING.issuperset(self.gaps.between(end, at)):
                break
            out.append(place)
            at = start
        return out
