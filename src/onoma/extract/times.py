"""Expressions of time in texts of patients, and what they mean in one spelling.

Values are ISO 8601 where it has a word for them: dates (``2007-09``), durations (``P3D``). A shift
is a duration with its direction (``-P4M``: four months before what it is relative to).
Source: the kinds are those of TimeML's TIMEX3 (Pustejovsky et al. 2003), with ages and days of a
course told apart, as case reports need them (Caufield et al. 2020, MACCROBAT).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from onoma.extract.numbers import NUMBER, whole

Kind = Literal["date", "shift", "day", "age", "duration", "point", "vague"]
KINDS: tuple[Kind, ...] = ("date", "shift", "day", "age", "duration", "point", "vague")
"""A date; a distance from another time; a day of a course; an age; how long; a named moment
(admission); a word of order without measure (subsequently)."""

Toward = Literal[-1, 0, 1]


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """Words that tell when or how long.

    ``value`` is empty where the words have no measure. ``toward``: -1 before, 1 after, 0 at what it
    is relative to. ``days``: the distance in days, None where it has none. ``anchor``: what a shift
    or day is counted from, in the text's words (``surgery``), or empty: from the story's now.
    """

    start: int
    end: int
    text: str
    kind: Kind
    value: str = ""
    toward: Toward = 0
    days: float | None = None
    anchor: str = ""


_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = (
    "(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_UNITS = {
    "second": ("T{}S", 1 / 86400), "sec": ("T{}S", 1 / 86400), "minute": ("T{}M", 1 / 1440),
    "min": ("T{}M", 1 / 1440), "hour": ("T{}H", 1 / 24), "hr": ("T{}H", 1 / 24),
    "h": ("T{}H", 1 / 24), "d": ("{}D", 1), "mo": ("{}M", 30.44),
    "day": ("{}D", 1), "week": ("{}W", 7), "wk": ("{}W", 7), "month": ("{}M", 30.44),
    "year": ("{}Y", 365.25), "yr": ("{}Y", 365.25), "decade": ("{}0Y", 3652.5),
}  # fmt: skip
_UNIT = r"(?P<unit>second|sec|minute|min|hour|hr|h|day|d|week|wk|month|mo|year|yr|decade)s?\b"
_GAP = r"(?:[-\s]|(?<=\d))"
_SOME = r"(?:several|a\sfew|few|some|many|a\scouple\sof|couple\sof)"
_COUNT = (
    r"(?:(?:about|approximately|almost|nearly|around|over|more\sthan|at\sleast|[~∼]|the\sfirst|"
    r"the\snext|the\sfollowing|the\slast|the\spast|a\stotal\sof|another|a\sfurther)\s?)?"
    rf"(?P<count>{NUMBER}(?:\.\d+)?(?:\s?(?:-|–|to|or)\s?{NUMBER})?|an?|one|half\san?|{_SOME})"
)
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_ORDINAL = rf"(?P<ordinal>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
_COURSE = (
    r"(?:hospital|hospitali[sz]ation|post-?\s?operative|post-?\s?op|pod|illness|treatment|"
    r"postnatal|post-?partum|gestational|admission|follow-up|icu|cycle|chemotherapy)"
)
_PREPOSITION = re.compile(
    r"(?:for|over|during|throughout|lasting|lasted|within)\s(?:the\s)?(?:(?:last|past|following|next|"
    r"previous)\s)?",
    re.I,
)
_COURSES = {
    "hospital": "admission", "admission": "admission", "icu": "admission", "natal": "birth",
    "partum": "delivery", "treatment": "treatment", "illness": "onset",
}  # fmt: skip
_MOMENT = (
    r"(?:admission|presentation|birth|discharge|diagnosis|arrival|delivery|surgery|operation|"
    r"follow-up|referral|onset|baseline|autopsy|present|that\stime|this\stime|examination)"
)
_AFTER = (
    r"later|afterwards?|thereafter|after|following|post|since|from|into|subsequent\sto|"
    r"postoperatively|post-?\w+"
)
_BEFORE = r"earlier|ago|before|previously|prior(?:\sto)?|preceding|prodrome"
_ANCHOR = (
    r"(?:\s(?:the\s|his\s|her\s|this\s|initial\s|first\s|second\s)*"
    r"(?P<anchor>[a-z]+(?:ion|ment|ry|gery|therapy|birth|charge|sion|val|sis|set|lantation|tomy|"
    r"transplant|dose|partum|natal)))?"
)

_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("date", r"\b(?:\d{4}-\d{2}(?:-\d{2})?|\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d{2})\b"),
    (
        "date",
        rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?)?{_MONTH}\s(?:(?P<late>\d{{1,2}})"
        rf"(?:st|nd|rd|th)?,?\s)?(?:of\s)?{_YEAR}\b",
    ),
    ("date", rf"(?<=\b(?:in|of)\s)(?:(?:early|late|mid)[-\s])?{_MONTH}(?=\W)"),
    ("date", rf"\b{_MONTH}\s(?P<late>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?\d{{3}})"),
    ("date", rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s{_MONTH}(?=\W)"),
    (
        "date",
        r"(?<=\b(?:in|by|of)\s)(?:(?:early|late|mid)[-\s])?(?P<year>(?:19|20)\d{2})\b(?!\s?(?:m[lg]|/))",
    ),
    ("date", rf"(?<=\b(?:until|since)\s){_YEAR}\b"),
    ("date", rf"(?<=\bfrom\s){_YEAR}\b"),
    (
        "age",
        rf"\b(?:at\s(?:the\s)?age\s(?:of\s)?|when\s(?:s?he|the\spatient)\swas\s|aged\s){_COUNT}"
        rf"(?:[-\s]{_UNIT}(?:\sold)?)?",
    ),
    ("age", rf"\bat\s{_COUNT}{_GAP}{_UNIT}\sof\sage\b"),
    (
        "day",
        rf"\b(?:{_COURSE}\s)?(?P<unit>day|week|month|cycle|d|pod)s?\s(?:#|no\.?\s)?(?P<count>\d{{1,3}})"
        rf"(?:\s?(?:-|–|to|and)\s?\d{{1,3}})?\b(?:\s(?:of|after|post)\s(?:the\s)?(?P<anchor>[a-z]+))?",
    ),
    (
        "day",
        rf"\b(?:the\s)?{_ORDINAL}\s(?:{_COURSE}\s)?(?P<unit>day|week|month|year|pod)\b"
        rf"(?:\s(?:of|after|post)\s(?:the\s)?(?P<anchor>[a-z]+))?",
    ),
    ("shift", rf"\b{_COUNT}{_GAP}{_UNIT}\s(?P<side>{_BEFORE})\b{_ANCHOR}"),
    ("shift", rf"\b{_COUNT}{_GAP}{_UNIT}\s(?P<side>{_AFTER})\b{_ANCHOR}"),
    ("shift", rf"\b(?:after|within|following|in\sless\sthan)\s{_COUNT}{_GAP}{_UNIT}(?P<forward>)"),
    ("shift", rf"\bat\s(?:the\s)?{_COUNT}{_GAP}{_UNIT}(?:\sof)?\sfollow-?\s?up(?P<forward>)"),
    ("shift", rf"\b{_COUNT}{_GAP}{_UNIT}\sfollow-?\s?up(?P<forward>)"),
    (
        "shift",
        r"\b(?:the\s)?(?P<next>next|following|same|previous|preceding)\s(?P<unit>day|morning|evening|"
        r"night|week|month|year)\b(?!\s\d)",
    ),
    ("shift", r"\bthe\s(?P<unit>day|week|month|year)\s(?P<side>after|before|prior\sto)\b"),
    ("shift", r"\b(?:last|past)\s(?P<unit>week|month|year)(?P<backward>)\b"),
    (
        "duration",
        rf"\b(?:for|over|during|throughout|lasting|lasted|within)\s(?:the\s)?(?:last\s|past\s|next\s|"
        rf"following\s|first\s|previous\s)?{_COUNT}{_GAP}{_UNIT}",
    ),
    ("duration", rf"\b{_COUNT}[-\s]{_UNIT}(?=\s(?:history|course|duration|period|interval)\b)"),
    ("duration", rf"\b{_COUNT}\s{_UNIT}(?:\sof)?\sduration\b"),
    ("duration", rf"\b(?:a|the)\s(?:course|period)\sof\s{_COUNT}{_GAP}{_UNIT}"),
    (
        "point",
        r"\b(?:on|at|upon|since|until|before|after|prior\sto)\s(?:the\stime\sof\s|initial\s)?"
        rf"{_MOMENT}\b",
    ),
    (
        "vague",
        r"\b(?:previously|formerly|in\sthe\spast|in\s(?:his|her)\s(?:childhood|youth)|recently)"
        r"(?P<backward>)\b",
    ),
    (
        "vague",
        r"\b(?:subsequently|thereafter|afterwards?|later|eventually|finally|then|soon\safter)"
        r"(?P<forward>)\b",
    ),
    ("vague", r"\b(?:currently|at\spresent|now|initially|meanwhile|simultaneously|concurrently)\b"),
)  # fmt: skip


_READ: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I)) for kind, pattern in _PATTERNS
)


def find_times(text: str) -> list[TimeExpression]:
    """Return the expressions of time in a text, in order; none overlaps another.

    Of two that overlap the longer stands; of equals the one whose kind is told first in KINDS.

    >>> [(one.text, one.value) for one in find_times("Two weeks later, in May 2019, on day 5")]
    [('Two weeks later', '+P2W'), ('May 2019', '2019-05'), ('day 5', '+P5D')]
    """
    found: list[TimeExpression] = []
    for kind, pattern in _READ:
        for match in pattern.finditer(text):
            one = _expression(kind, match)
            if one is not None:
                found.append(one)
    found.sort(key=lambda one: (one.start - one.end, KINDS.index(one.kind), one.start))
    kept: list[TimeExpression] = []
    taken = bytearray(len(text))
    for one in found:
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _expression(kind: Kind, match: re.Match[str]) -> TimeExpression | None:
    """Return what a match of a kind's pattern says; None if it is no time after all."""
    groups = match.groupdict()
    start, end = _borders(kind, match)
    words = match.string[start:end]
    if kind == "date":
        value = _date(words, groups)
        return TimeExpression(start, end, words, kind, value) if value else None
    count = _count(groups)
    unit = (groups.get("unit") or "").lower()
    toward = _toward(kind, groups, words)
    anchor = (groups.get("anchor") or "").lower()
    value, days = _length(count, unit)
    if kind == "age":
        value, days = _length(count, unit or "year")
        return TimeExpression(start, end, words, kind, value, 0, days)
    if kind == "day":
        value, days = _length(count, {"d": "day", "pod": "day", "cycle": ""}.get(unit, unit))
        is_course = "cycle" not in words.lower()
        anchor = anchor or _course(words)
        sign = "+" if value else ""
        return TimeExpression(start, end, words, kind, sign + value, 1, days if is_course else None,
                              anchor)  # fmt: skip
    if kind == "shift":
        sign = {-1: "-", 1: "+", 0: ""}[toward]
        shift = None if days is None else days * toward
        return TimeExpression(start, end, words, kind, sign + value if value else "", toward, shift,
                              anchor)  # fmt: skip
    if kind == "duration":
        return TimeExpression(start, end, words, kind, value, 0, days)
    return TimeExpression(start, end, words, kind, "", toward)


def _borders(kind: Kind, match: re.Match[str]) -> tuple[int, int]:
    """Return a match without the preposition of a duration and without what a shift counts from."""
    start, end = match.span()
    if kind == "duration":
        preposition = _PREPOSITION.match(match[0])
        start += preposition.end() if preposition else 0
    if kind == "shift" and match.groupdict().get("anchor"):
        end = match.end("side")
    return start, end


def _toward(kind: Kind, groups: dict[str, str | None], words: str) -> Toward:
    """Return on which side of what it is relative to an expression stands."""
    if groups.get("backward") is not None:
        return -1
    if groups.get("forward") is not None:
        return 1
    side = (groups.get("side") or groups.get("next") or "").lower()
    if side:
        if side == "same":
            return 0
        return -1 if re.match(rf"(?:{_BEFORE})\Z", side) else 1
    if kind == "point":
        first = words.split()[0].lower()
        return {"before": -1, "prior": -1, "until": -1, "after": 1, "since": 1}.get(first, 0)  # type: ignore[return-value]  # literals
    return 0


def _count(groups: dict[str, str | None]) -> float | None:
    """Return how many, the mean of a range; None for words without a number."""
    if groups.get("ordinal"):
        word = (groups["ordinal"] or "").lower()
        return float(_ORDINALS.get(word) or int(re.sub(r"\D", "", word)))
    if groups.get("next"):
        return 1.0
    words = (groups.get("count") or "").lower()
    if not words:
        return None
    if words in ("a", "an"):
        return 1.0
    if words.startswith("half"):
        return 0.5
    if re.fullmatch(_SOME, words):
        return 2.0 if "couple" in words else None
    return _mean(words)


def _mean(words: str) -> float | None:
    """Return a number, or the mean of a range ("three to five")."""
    ends = re.split(r"\s?(?:-|–|\bto\b|\bor\b)\s?", words)
    if re.fullmatch(r"[a-z]+-[a-z]+", words):  # twenty-one
        ends = [words]
    numbers = [float(one) if re.fullmatch(r"\d+\.\d+", one) else float(whole(one))
               for one in ends if one and re.match(NUMBER, one)]  # fmt: skip
    return sum(numbers) / len(numbers) if numbers else None


def _length(count: float | None, unit: str) -> tuple[str, float | None]:
    """Return a duration in ISO 8601 and in days; empty and None without a number or a unit."""
    unit = {"morning": "day", "evening": "day", "night": "day"}.get(unit, unit)
    if count is None or unit not in _UNITS:
        return "", None
    form, days = _UNITS[unit]
    number = f"{count:g}"
    return f"P{form.format(number)}", count * days


def _course(words: str) -> str:
    """Return what a day is counted from, as its words say (postoperative: operation)."""
    low = words.lower()
    if "operat" in low or "post-op" in low or low.startswith("pod"):
        return "operation"
    return next((anchor for sign, anchor in _COURSES.items() if sign in low), "")


def _date(words: str, groups: dict[str, str | None]) -> str:
    """Return a date in ISO 8601 as precise as the words are; empty where it cannot be one.

    Of day and month in figures alone the order is not known: only the year is kept, unless one of
    them can be no month.
    """
    year, month = groups.get("year"), groups.get("month")
    if month is not None:
        number = next(n for n, one in enumerate(_MONTHS, 1) if one.startswith(month.lower()[:3]))
        day = groups.get("day") or groups.get("late")
        if day is not None and not 1 <= int(day) <= 31:
            return ""
        return "-".join([year or "XXXX", f"{number:02}", *([f"{int(day):02}"] if day else [])])
    if year is not None:
        return year
    parts = [int(one) for one in re.findall(r"\d+", words)]
    if len(words) >= 7 and re.match(r"\d{4}-", words):
        in_range = 1 <= parts[1] <= 12 and (len(parts) < 3 or 1 <= parts[2] <= 31)
        return words if in_range else ""
    return _in_figures(*parts)


def _in_figures(one: int, other: int, full: int) -> str:
    """Return the date of day and month, in whichever order, and a year of two or four figures."""
    if full < 100:
        full += 2000 if full < 50 else 1900
    if not (1 <= one <= 31 and 1 <= other <= 31 and min(one, other) <= 12):
        return ""
    if one <= 12 and other <= 12 and one != other:
        return str(full)
    month, day = (one, other) if one <= 12 else (other, one)
    return f"{full}-{month:02}-{day:02}"


def beside(times: Iterable[TimeExpression], spans: Iterable[tuple[int, int, Kind]], text: str
           ) -> list[TimeExpression]:  # fmt: skip
    """Return expressions with the spans of a tagger that touch none of them, without a value."""
    out = list(times)
    taken = [(one.start, one.end) for one in out]
    for start, end, kind in spans:
        if all(end <= low or start >= high for low, high in taken):
            out.append(TimeExpression(start, end, text[start:end], kind))
    return sorted(out, key=lambda one: one.start)
