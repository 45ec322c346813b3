"""What is said of a medicine beside its name: doses, routes, forms, times, found by rules.

Nothing here knows a drug: ``attachment`` ties what is found to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from onoma.extract.phrases import Tokens, phrase_list, read_rows, written_out

DOSE, STRENGTH, ROUTE, FORM, FREQUENCY, DURATION = (
    "dose",
    "strength",
    "route",
    "form",
    "frequency",
    "duration",
)
KINDS = (DOSE, STRENGTH, ROUTE, FORM, FREQUENCY, DURATION)


@dataclass(frozen=True, slots=True)
class Part:
    """A span that says one thing of a medicine, with what it means in one spelling.

    ``bound``: it counts only right beside a medicine or another part; ``mass``: a dose that could
    be a strength as well, since it tells no number of tablets.
    """

    kind: str
    start: int
    end: int
    value: str
    bound: bool = False
    mass: bool = False


_WORDS = {
    "half": "0.5", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
    "fourteen": "14", "fifteen": "15", "twenty": "20", "thirty": "30", "once": "1", "twice": "2",
    "thrice": "3", "a": "1", "an": "1", "half a": "0.5", "half an": "0.5", "single": "1",
    "another": "1",
}  # fmt: skip
_TIMES = "once|twice|thrice"
_NAMED = "half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen"
_VAGUE = r"several|many|a\s+few|few|a\s+couple\s+of|a\s+couple|a\s+number\s+of"
_DIGITS = r"(?:\d{1,9}(?:[.,]\d{1,9}){0,4}|\.\d{1,6})"
_ONE = (
    rf"(?:{_DIGITS}(?:\s?/\s?\d{{1,4}}(?:\.\d{{1,3}})?)?"
    rf"|(?:{_NAMED})(?:\s+and\s+(?:a|one)\s+half)?)"
)
_RANGE = rf"{_ONE}(?:\s?(?:-|–|—|to|or)\s?{_ONE})?"
_GAP = r"(?:[^\S\n]{0,3}\n?[^\S\n]{0,3})"
_HOUR = r"(?:hours?|hrs?\.?|h\.?)"
_SPAN = (
    r"(?:minutes?|mins?\.?|hours?|hrs?\.?|h|days?|d|weeks?|wks?\.?|months?|mos?\.?|years?|yrs?\.?)"
)
_PER = (
    r"(?:\s?(?:/|per|a\b|each)\s?(?:\d+(?:\.\d+)?\s?)?"
    r"(?:m\s?\(2\)|m\s?\^\s?2|m2|m²|kg|kilogram|g|day|days|d|j|hour|hours|hr|h|minute|minutes|min|"
    r"week|weeks|weekly|wk|month|dose|ml|mL|cc|l|tablet|tab|capsule|actuation|puff|spray|injection)"
    r"(?![a-wyz]))"
)  # fmt: skip
_LEVEL = re.compile(
    r"\s?(?:/|per)\s?(?:\d+\s?)?(?:dl|100\s?ml|l|liter|litre|hpf|mm3|field)(?![a-z])"
    r"|\s?(?:hg|h2o)\b",
    re.I,
)
_BOTTLED = re.compile(r"/[\d. ]*mL$")
_IN_BLOOD = re.compile(
    r"(?:ng|pg|µg|μg|mcg|mmol|µmol|mu|miu|iu|u|ui)\s?(?:/|per)\s?(?:ml|cc|millilit(?:er|re))(?![a-z])",
    re.I,
)
_DOSES = r"(?:doses?|dosages?|dosing|dosed)"
_QUALITY = (
    r"(?:(?:very|ultra|extremely)[-\s]?)?"
    r"(?:low(?:er)?|high(?:er|est)?|standard|full|half|maximum|maximal|medium|moderate|intermediate|"
    r"conventional|therapeutic|prophylactic|loading|maintenance|tapering|reduced|increasing|"
    r"escalating|stress|regular|usual|minimal|massive|large|small|test|mega|sub-?therapeutic)"
    rf"(?:\s+(?:or|to|and)\s+(?:low|high|moderate|standard))?[-\s]{_DOSES}|overdos(?:e|es|age|ages|ed)"
)


@cache
def _amounts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds an amount with its unit, and a number of things that are counted."""
    units = _either(phrase for row in read_rows("units") for phrase in written_out(row[0]))
    forms = _either(
        phrase
        for row in read_rows("forms")
        if row[2] == "counted"
        for phrase in written_out(row[0])
    )
    amount = re.compile(
        rf"(?<![\w.,/])(?P<number>(?:\d\s?[x×]\s?)?{_RANGE}){_GAP}-?(?P<unit>{units})(?![A-Za-zµμ])"
        rf"(?P<per>{_PER}{{0,3}})(?:[^\S\n]?(?:in|/)[^\S\n]?{_ONE}\s?ml\b)?",
        re.I,
    )
    counted = re.compile(
        rf"(?<![\w.,/])(?P<number>half\s+an?|{_RANGE}|a|an|another|{_VAGUE})(?![\d.]){_GAP}"
        rf"(?:(?:\(\d+\)|small|additional|more|{_ONE}\s?mg)\s)?-?(?P<form>{forms})(?![\w-])"
        rf"(?:\s?/\s?(?:day|month|week|d)\b)?",
        re.I,
    )
    return amount, counted


def _either(phrases: Iterable[str]) -> str:
    escaped = (re.escape(one).replace(r"\ ", r"\s+") for one in phrases)
    return "|".join(sorted(escaped, key=len, reverse=True))


_OTHER_DOSES = re.compile(rf"(?<![\w-])(?:{_QUALITY})(?!\w)", re.I)
_BARE_STRENGTH = re.compile(
    r"(?<![\w./-])\d{1,4}(?:\.\d{1,3})?\s?[/-]\s?(?!19\d\d|20\d\d)\d{1,4}(?:\.\d{1,3})?(?![\w/%])"
)
_EVERY = re.compile(
    rf"(?<![\w])(?:q\.?{_GAP}(?P<q>\d{{1,3}}(?:\s?(?:-|–|to)\s?\d{{1,3}})?){_GAP}-?(?P<qu>{_SPAN})"
    rf"|(?:every|each){_GAP}(?P<n>{_RANGE}|other|second|third|fourth|few){_GAP}-?(?P<u>{_SPAN})"
    rf"|(?P<h>\d{{1,2}}|two|three|four|six|eight|twelve)[-\s]?(?P<hu>hourly|weekly|monthly))(?![\w])"
    r"(?:\.(?=[^\S\n]?(?-i:[a-z(])))?",
    re.I,
)
_PER_TIME = re.compile(
    rf"(?<![\w.,/])(?P<n>{_TIMES}|{_RANGE}|several)(?:(?:{_GAP}-?(?:times?|x|×|doses?))?{_GAP}-?"
    rf"(?:(?:a|per|every|each|in\s+a|in\s+each|in)[-\s]{{1,2}}|/\s?)"
    rf"(?P<u>day|week|month|year|night|hour|24\s?{_HOUR})|(?:{_GAP}-?(?:times?|x|×|doses?))?{_GAP}-?"
    rf"(?P<v>daily|weekly|monthly|yearly))(?![\w])",
    re.I,
)
_REPEATS = re.compile(
    rf"(?<![\w])(?:(?:x|×|for){_GAP}(?P<n>{_ONE}){_GAP}(?:doses|times)"
    rf"|(?:{_ONE}|several)\s(?:times|sessions)|(?:x|×)\s?(?P<m>\d{{1,2}})"
    rf"(?!\s?{_SPAN}\b))(?![\w/])",
    re.I,
)
_CYCLE = re.compile(
    r"(?<![\w])(?:on\s)?days?\s\d{1,2}(?:\s?(?:,|-|–|to|and|&|,\s?and)\s?\d{1,2}){0,8}"
    r"(?:\s(?:of|in)\s(?:a|each|every)\s(?:\d{1,2}[-\s](?:day|week)\s)?cycles?)?(?![\w-])",
    re.I,
)
_LENGTH = rf"(?:{_RANGE}|{_VAGUE}|a|an|one)"
_ABOUT = (
    r"(?:about|approximately|around|nearly|almost|over|at\s+least|up\s+to|more\s+than|less\s+than|"
    r"the|next|first|last|past|following|another|an?\s+additional|further|subsequent|initial|total|"
    r"a\s+total\s+of|a\s+period\s+of|a\s+course\s+of|the\s+course\s+of|a\s+further|prior|preceding)"
)
_FOR = re.compile(
    rf"(?<![\w])(?:for|over|during|x|×|times|within){_GAP}(?:{_ABOUT}{_GAP}){{0,3}}(?P<n>{_LENGTH})?"
    rf"(?:[-\s]+(?:more|further|consecutive|additional|full|total))?[-\s]?(?P<u>{_SPAN})(?![\w])"
    rf"(?:\s(?:total|in\s+total))?",
    re.I,
)
_COURSE = re.compile(
    rf"(?<![\w.,/])(?P<n>{_RANGE})[-\s]?(?P<u>{_SPAN})(?:[-\s]+(?:course|courses|cycle|cycles|taper|"
    rf"trial|regimen|treatment|supply|infusion|period))(?![\w])",
    re.I,
)
_PLAIN_LENGTH = re.compile(
    rf"(?<![\w.,/])(?P<n>{_RANGE}|{_VAGUE})[-\s]{{1,2}}(?:more\s|consecutive\s)?(?P<u>{_SPAN})(?![\w])",
    re.I,
)
_ROUNDS = re.compile(
    rf"(?<![\w.,/])(?:(?:for|x|×){_GAP})?(?:a\s+total\s+of\s)?(?P<n>{_RANGE}|{_VAGUE})[-\s]"
    r"(?:more\s|further\s|additional\s|\d+-day\s|monthly\s|weekly\s)?"
    r"(?P<u>cycles|courses|cycle|course|rounds)(?![\w])",
    re.I,
)
_UNTIL = re.compile(
    r"(?<![\w])(?:until\s(?:gone|finished|complete[d]?|further\snotice|discharge|follow-?\s?up|"
    r"(?:your|the|his|her)\s(?:next\s)?(?:appointment|visit|follow-?\s?up)|resolved|resolution|death|"
    r"surgery|seen\s\w+)|indefinitely|lifelong|life-long|long[-\s]term|short[-\s]term|for\slife|"
    r"chronically|overnight|since\s(?:\w+\s)?(?:19|20)\d\d)(?![\w])",
    re.I,
)
_UNIT_OF_TIME = {
    "mi": "min", "h": "h", "d": "d", "w": "wk", "mo": "mo", "y": "y", "n": "d",
}  # fmt: skip


def find_parts(text: str, tokens: Tokens) -> list[Part]:
    """Return the parts of a text in order; of those that overlap the first found stays.

    What is told by an amount goes before what is told by a word, longer spans before shorter.
    """
    levels = list(_levels(text))
    ranked = [
        *_amount_parts(text, levels),
        *_frequency_parts(text),
        *_phrase_parts(tokens, text),
        *_duration_parts(text),
    ]
    return _apart(ranked, [*levels, *_not_times(tokens)])


def _apart(parts: Iterable[Part], closed: list[tuple[int, int]]) -> list[Part]:
    """Return parts that do not overlap; longer ones first, then in the order given."""
    taken: dict[int, None] = {n: None for start, end in closed for n in range(start, end)}
    kept = []
    for part in sorted(parts, key=lambda one: one.start - one.end):
        inside = range(part.start, part.end)
        if any(n in taken for n in inside):
            continue
        taken |= dict.fromkeys(inside)
        kept.append(part)
    return sorted(kept, key=lambda one: (one.start, one.end))


def _levels(text: str) -> Iterator[tuple[int, int]]:
    """Yield the amounts that are levels in blood or urine and no doses (110 mg/dL, 5 ng/ml)."""
    amount, _ = _amounts()
    for match in amount.finditer(text):
        level = _LEVEL.match(text, match.end("unit"))
        if level is None and _IN_BLOOD.match(text, match.start("unit")) is None:
            continue
        yield match.start(), max(match.end(), level.end() if level else 0)


def _amount_parts(text: str, levels: list[tuple[int, int]]) -> Iterator[Part]:
    amount, counted = _amounts()
    starts = {start for start, _ in levels}
    for match in amount.finditer(text):
        if match.start() in starts:
            continue
        unit = _unit(match["unit"])
        if unit in ("kg", "L", "oz") and not match["per"]:
            continue  # a weight, or a volume drunk or drained
        value = f"{_number(match['number'])} {unit}{_per(match['per'])}"
        # what is told per volume, and a share, is what is in the bottle
        is_strength = unit in ("%", "ppm") or _BOTTLED.search(value) is not None
        kind = STRENGTH if is_strength else DOSE
        yield Part(kind, match.start(), match.end(), value, mass=True)
    for match in counted.finditer(text):
        form = phrase_list("forms").row(match["form"])
        name = form[0] if form else match["form"].lower()
        if (
            name in ("bolus", "infusion", "injection", "blood product")
            and match["number"][0] in "aA"
        ):
            yield Part(FORM, match.start("form"), match.end("form"), name, bound=True)
            continue
        value = f"{_number(match['number'])} {name}"
        yield Part(DOSE, match.start(), match.end(), value)
    for match in _OTHER_DOSES.finditer(text):
        yield Part(DOSE, match.start(), match.end(), _plain(match[0]), mass=True)
    for match in _BARE_STRENGTH.finditer(text):
        yield Part(STRENGTH, match.start(), match.end(), match[0].replace(" ", ""), bound=True)


def counted_form(text: str, part: Part) -> Part | None:
    """Return the form inside a dose that is a number of things ("2 puffs"), if it is one."""
    match = _amounts()[1].fullmatch(text, part.start, part.end)
    if match is None:
        return None
    form = phrase_list("forms").row(match["form"])
    value = form[0] if form else match["form"].lower()
    return Part(FORM, match.start("form"), match.end("form"), value)


def _frequency_parts(text: str) -> Iterator[Part]:
    for match in _EVERY.finditer(text):
        if match["hu"]:
            number, unit = match["h"], match["hu"][:1].replace("w", "wk").replace("m", "mo")
        else:
            number = match["q"] or match["n"]
            unit = _time_unit(match["qu"] or match["u"])
        number = {"other": "2", "second": "2", "third": "3", "fourth": "4"}.get(
            number.lower(), _number(number)
        )
        yield Part(FREQUENCY, *match.span(), _every(number, unit))
    for match in _PER_TIME.finditer(text):
        unit = (match["u"] or match["v"]).lower()
        per = _PER_WHAT[unit[:3]]
        yield Part(FREQUENCY, *match.span(), f"{_number(match['n'])}/{per}")
    for match in _REPEATS.finditer(text):
        number = match["n"] or match["m"] or match[0].split()[0]
        yield Part(FREQUENCY, *match.span(), f"{_number(number)} times", bound=True)
    for match in _CYCLE.finditer(text):
        yield Part(FREQUENCY, *match.span(), _plain(match[0]), bound=True)


_PER_WHAT = {
    "dai": "day", "24 ": "day", "24h": "day", "nig": "day", "wee": "week", "mon": "month",
    "yea": "year", "hou": "h", "day": "day",
}  # fmt: skip


def _every(number: str, unit: str) -> str:
    """Return how often, as times a day where that is a whole number.

    >>> _every("6", "h"), _every("4-6", "h"), _every("2", "wk")
    ('4/day', 'every 4-6 h', 'every 2 wk')
    """
    if unit == "h" and number.isdigit() and int(number) and 24 % int(number) == 0:
        return f"{24 // int(number)}/day"
    return f"every {number} {unit}"


def _phrase_parts(tokens: Tokens, text: str) -> Iterator[Part]:
    for found in phrase_list("routes").find(tokens):
        value, stands = found.cells
        if not _is_numeral(text, found.start, found.end):
            yield Part(ROUTE, found.start, found.end, value, bound=stands == "bound")
    for found in phrase_list("forms").find(tokens):
        yield Part(FORM, found.start, found.end, found.cells[0], bound=True)
    for found in phrase_list("frequencies").find(tokens):
        value, stands = found.cells
        if stands != "none":
            yield Part(FREQUENCY, found.start, found.end, value, bound=stands == "bound")


_CLASSED = re.compile(
    r"(?:stage|grade|class|type|phase|factor|nerves?|group|level|collagen|ct|mri|category)"
    r"(?:\s(?:i|ii|iii|v|[0-9])+\s?(?:,|-|/|or|and|to)){0,2}[\s-]*$",
    re.I,
)


def _is_numeral(text: str, start: int, end: int) -> bool:
    """Whether ``IV`` is a number here (stage IV) and no route."""
    if text[start:end] != "IV":
        return False
    return _CLASSED.search(text, max(0, start - 30), start) is not None


def _not_times(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the phrases that only look like a frequency ("daily living")."""
    for found in phrase_list("frequencies").find(tokens):
        if found.cells[1] == "none":
            yield found.start, found.end


def _duration_parts(text: str) -> Iterator[Part]:
    for pattern in (_FOR, _COURSE):
        for match in pattern.finditer(text):
            number = _number(match["n"]) if match["n"] else "1"
            yield Part(DURATION, *match.span(), f"{number} {_time_unit(match['u'])}")
    for match in _ROUNDS.finditer(text):
        value = f"{_number(match['n'])} {match['u'].lower().rstrip('s')}s"
        yield Part(DURATION, *match.span(), value)
    for match in _UNTIL.finditer(text):
        yield Part(DURATION, *match.span(), _plain(match[0]))
    for match in _PLAIN_LENGTH.finditer(text):
        value = f"{_number(match['n'])} {_time_unit(match['u'])}"
        yield Part(DURATION, *match.span(), value, bound=True)


def _time_unit(word: str) -> str:
    low = word.lower()
    return _UNIT_OF_TIME["mo" if low.startswith("mo") else "mi" if low[:2] == "mi" else low[0]]


@cache
def _unit_table() -> dict[str, str]:
    return {spelling: unit for row in read_rows("units") for unit in (row[1],)
            for spelling in written_out(row[0])}  # fmt: skip


def _unit(word: str) -> str:
    return _unit_table().get(" ".join(word.lower().replace("μ", "µ").split()), word)


_PER_WORDS = {
    "days": "day", "d": "day", "j": "day", "hour": "h", "hours": "h", "hr": "h", "minute": "min",
    "minutes": "min", "weeks": "week", "wk": "week", "weekly": "week", "m(2)": "m2", "m²": "m2",
    "m^2": "m2", "kilogram": "kg", "tab": "tablet", "ml": "mL", "cc": "mL", "l": "L",
}  # fmt: skip


def _per(words: str) -> str:
    """Return the "per" of an amount in one spelling.

    >>> _per("/kg per day"), _per(" / m(2)/d")
    ('/kg/day', '/m2/day')
    """
    out = ""
    for piece in re.split(r"/|\bper\b|\beach\b|\ba\b", words, flags=re.I):
        number, word = re.fullmatch(r"\s*([\d.]*)\s*(.*?)\s*", piece.lower(), re.S).groups()  # type: ignore[union-attr]  # matches anything
        word = word.replace(" ", "")
        if word:
            out += f"/{number + ' ' if number else ''}{_PER_WORDS.get(word, word)}"
    return out


def _number(words: str) -> str:
    """Return a number, or a range, in digits.

    >>> _number("one to two"), _number("1,000"), _number("0,6"), _number("one and a half")
    ('1-2', '1000', '0.6', '1.5')
    """
    low = " ".join(words.lower().split())
    if low.endswith(("and a half", "and one half")):
        return f"{_WORDS.get(low.split()[0], low.split()[0])}.5"
    if low in _WORDS:
        return _WORDS[low]
    sides = re.split(r"\s?(?:-|–|—|\bto\b|\bor\b)\s?", low)
    return "-".join(_digits(side) for side in sides if side)


def _digits(word: str) -> str:
    if word in _WORDS:
        return _WORDS[word]
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", word):
        return word.replace(",", "")
    found = word.replace(",", ".").replace(" ", "")
    return f"0{found}" if found.startswith(".") else found


def _plain(words: str) -> str:
    return " ".join(words.lower().split())
