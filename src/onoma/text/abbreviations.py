"""Short forms with the long forms that a document gives for them.

Reads ``long form (SF)``, ``[SF]``, ``(SF; more)``, ``SF (long form)``, ``(long form, SF)`` and
plurals. Brackets are sifted as columns; one that holds a lone word stays on columns, others are
taken apart one by one; then all short forms of the batch are aligned at once.

Source: Schwartz & Hearst 2003, "A simple algorithm for identifying abbreviation definitions in
biomedical text"; Sohn et al. 2008, "Abbreviation definition identification based on automatic
precision estimates" (Ab3P). Departure: one scored alignment (``abbreviation_rules``) in place of
the greedy match and of the ordered strategies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.text.abbreviation_rules import DIGIT, LETTER, UPPER, align, classes, fold, runs
from onoma.types import Abbreviation

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

Pair = tuple[int, int, int, int]

SHORT = 14  # characters of a short form at most
LONG = 120  # characters of a long form in brackets at most
BEHIND = 110  # characters looked at before a bracket
LOWER = np.array([0, 1000, 700, 600, 600, 800])
THRESHOLD = np.array([0, 1000, 550, 400, 350, 350])
"""The least share of the best score, in thousandths, by number of letters and digits."""
TIGHT = 150  # more is asked for where no space stands before the bracket
INSIDE, CERTAIN = 620, 950
_QUOTES = "\"'“”‘’"
_CLOSING = {"(": ")", "[": "]"}
_CUT = re.compile(r"\s*(?:;|[,:]\s|\s=|=\s|\bor\b|\band\b|\bsee\b|\be\.g)")
_LABEL = re.compile(r"\d+(?:\.\d+)?(?:\s|[a-z]?$)|[(\[]")
_ION = re.compile(r"(?:\[([^\s\[\]]{1,8})\]|pH)(?:[ioec]|in|out|cyt)")
_SIDE = re.compile(
    r"(?:intra|extra)cellular(?= (?:\w+ ){0,2}$)|cyto(?:sol|plasm)ic(?= (?:\w+ ){0,2}$)"
)
_MEASURE = re.compile(r"(?: (?:concentration|level|activity|activities|ion|ions)s?)*")
_SUBSCRIPT = re.compile(r"[A-Za-z](?:[a-z]|\([A-Za-z]\))")
_LOCANT = re.compile(r"(?:(?<=\s)|^)(?:[^\W\d_]|[^\s/]*\d[^\s/]{0,3})-$")
_STATISTIC = re.compile(r"^(?:[nNpPrRtTFkzZ]|vs?|df|CI|SD|SE|OR|RR|HR)\s*[=<>≤≥±]|^[\d\W]*$")


def find_abbreviations(text: str) -> list[Abbreviation]:
    """Return the abbreviations that a text defines, in order of their short forms.

    >>> [(a.short, a.long) for a in find_abbreviations("the estrogen receptors (ERs) of mice")]
    [('ERs', 'estrogen receptors')]
    """
    joined = text + "\x1e"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    columns = abbreviation_columns(codes, np.array([0, len(codes)], np.int64), joined)
    return [
        Abbreviation(text[a:b], text[c:d], a, b, c, d)
        for a, b, c, d in zip(*(column.tolist() for column in columns), strict=True)
    ]


def abbreviation_columns(codes: U32, doc_start: I64, text: str) -> tuple[I32, I32, I32, I32]:
    """Return start and end of short and of long forms in a batch, sorted by short form.

    ``text`` is the joined string of ``codes``; document d is
    ``codes[doc_start[d] : doc_start[d + 1] - 1]``.
    """
    brackets = np.flatnonzero((codes - 0x28 < 2) | (codes == 0x5B) | (codes == 0x5D))
    opens = (codes[brackets] == 0x28) | (codes[brackets] == 0x5B)
    opening, closing = brackets[opens], brackets[~opens]
    found: list[Pair] = []
    if len(opening):
        follows, leads = _worth_a_look(codes, opening, closing)
        document = np.searchsorted(doc_start, opening, side="right") - 1
        low, high = doc_start[document], doc_start[document + 1] - 1
        found = _concentrations(codes, text, opening, low=low, high=high)
        forms = _before(codes, text, opening[follows], low=low[follows], high=high[follows])
        rows: list[tuple[int, ...]] = []
        places = (opening[leads].tolist(), low[leads].tolist(), high[leads].tolist())
        for place, first, last in zip(*places, strict=True):
            rows += _inside(text, place, first, last)
        if rows:
            forms.append(_Forms(*np.array(rows, np.int64).T))
        if forms:
            found += _choose(codes, text, _Forms.join(forms))
    table = np.array(sorted(set(found)), np.int32).reshape(-1, 4)
    return table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy(), table[:, 3].copy()


@dataclass(frozen=True, slots=True)
class _Forms:
    """Short forms, each with the stretch of text that its long form has to end."""

    begin: I64
    end: I64
    start: I64  # of the stretch
    stop: I64
    least: I64  # the share of the best score it needs, in thousandths
    whole: I64  # 0: the long form begins anywhere; 1: no letter before it; 2: it is the stretch

    @classmethod
    def join(cls, parts: list[_Forms]) -> _Forms:
        """Return all forms in one."""
        names = cls.__slots__
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _choose(codes: U32, text: str, forms: _Forms) -> list[Pair]:
    """Return the pairs of the forms that fit well enough; of one short form the first."""
    place, share = _align_variants(codes, forms)
    good = np.flatnonzero((place >= 0) & (share >= forms.least))
    columns = (forms.begin, forms.end, place, forms.stop, forms.start, forms.whole)
    out: dict[tuple[int, int], Pair] = {}
    for begin, end, first, stop, start, whole in zip(
        *(column[good].tolist() for column in columns), strict=True
    ):
        if whole:
            if any(map(str.isalpha, text[start:first])) or (whole > 1 and first > start):
                continue
            first = start
        elif text[first - 1] == "-" and first > start:
            locant = _LOCANT.search(text, start, first)
            first = locant.start() if locant else first
        if whole == 1 or _long_enough(text[begin:end], text[first:stop]):
            out.setdefault((begin, end), (begin, end, first, stop))
    return list(out.values())


def _align_variants(codes: U32, forms: _Forms) -> tuple[I64, I64]:
    """Align short forms as they stand, plurals without their s too, ``Vt`` turned round too."""
    size = forms.end - forms.begin
    after = codes[forms.stop - 1] == 0x73
    plural = np.flatnonzero((size > 2) & (codes[forms.end - 1] == 0x73) & after)
    turned = np.flatnonzero(_is_subscript(codes, forms))
    rows = np.concatenate((np.arange(len(size)), plural, turned))
    length = size[rows]
    length[len(size) : len(size) + len(plural)] -= 1
    letters = fold(codes[runs(forms.begin[rows], length)])
    first = np.cumsum(length) - length
    number = np.add.reduceat((letters > 0).astype(np.int64), first)
    letters = letters[letters > 0]
    first = (np.cumsum(number) - number)[len(number) - len(turned) :]
    letters[first], letters[first + 1] = letters[first + 1], letters[first]
    found, points = align(codes, forms.start[rows], forms.stop[rows], letters=letters, size=number)
    place, share = found[: len(size)], points[: len(size)]
    for kind, low, least in ((turned, len(size) + len(plural), CERTAIN), (plural, len(size), 0)):
        mine = slice(low, low + len(kind))
        better = points[mine] > np.maximum(share[kind], least)
        place[kind[better]], share[kind[better]] = found[mine][better], points[mine][better]
    return place, share


def _is_subscript(codes: U32, forms: _Forms) -> Bools:
    """Return which short forms are written like ``Vt`` or ``V(T)``."""
    size = forms.end - forms.begin
    first, second = classes(codes[forms.begin]), classes(codes[forms.begin + 1])
    out: Bools = (size == 2) & (first >= UPPER) & (second == LETTER)
    inner = (size == 4) & (first >= UPPER) & (codes[forms.begin + 1] == 0x28)
    out |= inner & (classes(codes[np.minimum(forms.begin + 2, len(codes) - 1)]) >= UPPER)
    return out


_ENDS, _LETTER, _SPACE, _MARKED, _DIGIT, _CAPITAL, _CUTS, _STRANGE = (1 << n for n in range(8))
_AHEAD = np.arange(1, SHORT + 5)
_BACK = np.arange(-BEHIND - 1, 0)
_NEAR = np.arange(-SHORT, 0)


def _traits() -> npt.NDArray[np.uint8]:
    """Return what a character says about a bracket's content; all beyond ASCII is one."""
    out = np.zeros(0x81, np.uint8)
    out[0x80] = _LETTER | _MARKED | _STRANGE
    for code in range(0x80):
        char = chr(code)
        out[code] |= (
            _ENDS * (char in ")],;:=<>") + _LETTER * char.isalpha() + _SPACE * (char == " ")
        )
        out[code] |= _MARKED * (char.isupper() or char.isdigit() or char in "+-([.")
        out[code] |= (
            _DIGIT * char.isdigit() + _CAPITAL * char.isupper() + _CUTS * (char in "oase=<")
        )
    return out


_TRAITS = _traits()


def _worth_a_look(codes: U32, opening: I64, closing: I64) -> tuple[Bools, Bools]:
    """Return which brackets may hold a short form, and which may hold a long form."""
    after = codes[np.minimum(opening[:, None] + _AHEAD, len(codes) - 1)]
    traits = _TRAITS[np.minimum(after, 0x80)]
    ends = (traits & _ENDS).view(bool)
    closed = ends.any(axis=1)
    size = np.where(closed, ends.argmax(axis=1), after.shape[1] - 1)
    inner = traits * (np.arange(after.shape[1]) < size[:, None])
    some = np.bitwise_or.reduce(inner, axis=1)
    space = inner & _SPACE
    spaces = np.count_nonzero(space, axis=1)
    digit = (traits[:, 0] & _DIGIT) > 0
    tight = codes[opening - 1] > 0x20
    short = ((some & _LETTER) > 0) & (spaces <= np.where(digit | tight, 0, 3))
    short &= ((some & _MARKED) > 0) | ((size > 1) & (size < 6))
    short &= closed | (((traits[:, 1] & _MARKED) > 0) & (spaces > 0))
    several = np.flatnonzero(short & (spaces > 1))  # two words at most before "or", "and", "see"
    cut = (space[several, :-1] > 0) & ((traits[several, 1:] & _CUTS) > 0)
    short[several] = cut.any(axis=1)
    ending = after[np.arange(len(size)), size]
    short &= ~((ending >= 0x3C) & (ending <= 0x3E) & (size < 4))  # (n = 5), (P < .05)
    lead = np.zeros(len(opening), bool)
    rows = np.flatnonzero(np.count_nonzero(traits & _LETTER, axis=1) >= 5)
    lead[rows] = _after_short_form(codes, opening[rows], after[rows])
    rows = np.flatnonzero(~lead & (after != 0x29).all(axis=1))
    lead[rows] = _before_short_form(codes, opening[rows], closing)
    return short, lead


def _among(characters: str) -> Bools:
    out = np.zeros(0x81, bool)
    out[[ord(char) for char in characters]] = True
    return out


_WORDY = _among("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-/")
_BLANKS = _among(" \n\t\r\"'")
_BLANKS[0x80] = True
_SENTENCE, _CLAUSE, _BRACKET, _LINE = range(1, 5)
_EDGES = np.zeros(0x81, np.uint8)
for _kind, _marks in ((_SENTENCE, ".!?"), (_CLAUSE, ";:"), (_BRACKET, ")]"), (_LINE, "\n")):
    _EDGES[[ord(mark) for mark in _marks]] = _kind


def _after_short_form(codes: U32, opening: I64, ahead: U32) -> Bools:
    """Return whether the word before a bracket may be short for what stands in it."""
    near = codes[np.maximum(opening[:, None] + _NEAR, -1)]
    blank = near <= 0x20
    blank[:, -1] = False  # the space before the bracket
    begin = np.where(blank.any(axis=1), near.shape[1] - blank[:, ::-1].argmax(axis=1), 0)
    rows = np.arange(len(opening))
    first = near[rows, np.minimum(begin, near.shape[1] - 1)]
    folded = ahead | 0x20
    letters = (folded - 0x61) < 26
    char = folded[rows, letters.argmax(axis=1)]
    same = ((first | 0x20) == char) | (first == ahead[:, 0])
    same &= ~(ahead[:, :5] == 0x29).any(axis=1)
    opens = (first == 0x28) | (first == 0x5B) | (first == 0x22) | (first == 0x27)
    strange = (first > 0x7F) | (ahead > 0x7F).any(axis=1) | opens
    capitals = ((near - 0x41) < 26) & (np.arange(near.shape[1]) >= begin[:, None])
    brief = near.shape[1] - begin <= 6
    result: Bools = (same | strange) & (capitals.any(axis=1) | brief | strange)
    return result


def _before_short_form(codes: U32, opening: I64, closing: I64) -> Bools:
    """Return whether a bracket may end in ``, SF)``."""
    close = np.append(closing, len(codes) - 1)[np.searchsorted(closing, opening)]
    near = codes[np.maximum(close[:, None] + _NEAR, -1)]
    comma = ((near[:, :-2] == 0x2C) & (near[:, 1:-1] == 0x20)).any(axis=1)
    many = (np.count_nonzero(near - 0x41 < 26, axis=1) >= 2) | (near > 0x7F).any(axis=1)
    size = close - opening
    result: Bools = comma & many & (size < LONG + SHORT) & (size > SHORT)
    return result


def _before(codes: U32, text: str, opening: I64, *, low: I64, high: I64) -> list[_Forms]:
    """Return the short forms in brackets whose long forms may stand before them."""
    begin, end = opening + 1, _plain_ends(codes, opening)
    stop = opening - (codes[opening - 1] <= 0x20)
    odd = (end < 0) | _BLANKS[np.minimum(codes[stop - 1], 0x80)]
    end[odd] = -1
    for row in _with_first_letter(codes, opening, np.flatnonzero(odd)).tolist():
        begin[row], end[row], stop[row] = _taken_apart(
            text, int(opening[row]), int(low[row]), int(high[row])
        )
    behind_bracket = (codes[stop - 1] == 0x28) | (codes[stop - 1] == 0x5B)
    rows = np.flatnonzero((end > 0) & (stop > low) & ~behind_bracket)
    if not len(rows):
        return []
    begin, end, stop, low, opening = (c[rows] for c in (begin, end, stop, low, opening))
    kind = classes(codes[runs(begin, end - begin)])
    first = np.cumsum(end - begin) - (end - begin)
    size = np.add.reduceat((kind >= DIGIT).astype(np.int64), first)
    lower = ~np.logical_or.reduceat(kind == UPPER, first)
    number = np.minimum(size, len(LOWER) - 1)
    least = np.where(lower, LOWER[number], THRESHOLD[number]) + TIGHT * (stop == opening)
    start = _stretches(codes, begin, stop, low=low, count=np.minimum(size + 5, size * 2 + 1))
    good = start >= 0
    start = _behind_edges(codes, start, stop)
    columns = (begin, end, start, stop, least, np.zeros(len(begin), np.int64))
    return [_Forms(*(column[good] for column in columns))]


def _with_first_letter(codes: U32, opening: I64, rows: I64) -> I64:
    """Return the rows whose first letter in brackets may begin a word before them."""
    inside = codes[np.minimum(opening[rows, None] + _AHEAD[:SHORT], len(codes) - 1)]
    letters = ((inside | 0x20) - 0x61 < 26) | (inside > 0x7F)
    initial = inside[np.arange(len(rows)), letters.argmax(axis=1)]
    back = codes[np.maximum(opening[rows, None] + _BACK, -1)]
    row, column = np.nonzero((back[:, 1:] | 0x20) == (initial | 0x20)[:, None])
    good = (inside[:, 0] - 0x30 < 10) | (initial > 0x7F) | (back > 0x7F).any(axis=1)
    good |= (inside[:, 1] == 0x28) | (inside[:, 2] == 0x28)  # V(T)
    good[row[(back[row, column] | 0x20) - 0x61 >= 26]] = True
    out: I64 = rows[good]
    return out


def _plain_ends(codes: U32, opening: I64) -> I64:
    """Return where the lone word ends that a bracket holds, -1 if it holds more, 0 if no form."""
    ahead = codes[np.minimum(opening[:, None] + _AHEAD, len(codes) - 1)]
    size = (~_WORDY[np.minimum(ahead, 0x80)]).argmax(axis=1)
    ending = ahead[np.arange(len(size)), size]
    closed = ending == np.where(codes[opening] == 0x28, 0x29, 0x5D)
    letter = (ahead[:, 0] | 0x20) - 0x61 < 26
    out = np.where(closed & letter & (size <= SHORT), opening + 1 + size, -1)
    out[(size == 1) & closed & (ahead[:, 0] > 0x5A)] = 0
    return out


def _stretches(codes: U32, begin: I64, stop: I64, *, low: I64, count: I64) -> I64:
    """Return where the last ``count`` words begin, -1 if none has the short form's first letter."""
    place = stop[:, None] + _BACK
    back = codes[np.maximum(place, -1)]  # the last code is a separator
    solid = (back > 0x20) & (back != 0xA0) & (place >= low[:, None])
    begins = solid[:, 1:] & ~solid[:, :-1]
    number = np.cumsum(begins[:, ::-1], axis=1, dtype=np.int16)[:, ::-1]
    begins &= number <= count[:, None]
    first = begins.argmax(axis=1)
    start = stop - BEHIND + first
    initial = codes[begin]
    row, column = np.nonzero((back[:, 1:] | 0x20) == (initial | 0x20)[:, None])
    ahead = back[row, column]
    starts = (column >= first[row]) & ~(((ahead | 0x20) - 0x61 < 26) | (ahead - 0x30 < 10))
    good = (initial | 0x20) - 0x61 >= 26  # folding and numbers are left to the alignment
    good[row[starts]] = True
    good |= (back > 0x7F).any(axis=1)
    second = codes[begin + 1]
    good |= (second == 0x28) | (second - 0x61 < 26)  # V(T), Rt
    return np.where(good & begins.any(axis=1), start, -1)


def _behind_edges(codes: U32, start: I64, stop: I64) -> I64:
    """Return where the stretches begin behind the last end of a sentence or clause in them."""
    size = np.where(start < 0, 0, stop - start)
    place = runs(start, size)
    flat = _EDGES[np.minimum(codes[place], 0x80)]
    some = np.flatnonzero(flat)
    place = place[some]
    mark, following = flat[some], codes[place + 1]
    behind = codes[np.minimum(place + 2, len(codes) - 1)]
    blank = following <= 0x20
    edge = blank & ((mark == _CLAUSE) | ((mark == _SENTENCE) & (behind - 0x61 >= 26)))
    edge |= (mark == _LINE) & (following == 0x0A)
    listed = (mark == _BRACKET) & ((following == 0x2C) | (following == 0x3B)) & (behind <= 0x20)
    edge |= listed
    edge &= place + 2 + listed <= np.repeat(stop, size)[some]
    out = start.copy()
    out[np.repeat(np.arange(len(size)), size)[some[edge]]] = (place + 2 + listed)[edge]
    return np.minimum(out, stop)


def _taken_apart(text: str, opening: int, low: int, high: int) -> tuple[int, int, int]:
    """Return start and end of the short form in brackets and the end of what stands before them.

    The end is -1 where the brackets hold no short form.
    """
    closing = _closing(text, opening, min(high, opening + LONG + SHORT))
    begin, end = _trimmed(text, opening + 1, closing)
    content = text[begin:end]
    cut = _CUT.search(content)
    if cut and cut.start():
        begin, end = _trimmed(text, begin, begin + cut.start())
    if begin >= end or not is_short_form(text[begin:end]) or _STATISTIC.match(content):
        return 0, -1, 0
    return begin, end, _trimmed(text, low, opening)[1]


def _concentrations(codes: U32, text: str, opening: I64, *, low: I64, high: I64) -> list[Pair]:
    """Return the pairs of measures written as chemists do: ``[K+]o``, ``[Ca2+]i``, ``pHi``."""
    out = []
    first, second = codes[opening + 1], codes[np.minimum(opening + 2, len(codes) - 1)]
    rows = np.flatnonzero((first == 0x5B) | ((first == 0x70) & (second == 0x48)))
    for row in rows.tolist():
        place, left = int(opening[row]), int(low[row])
        closing = _closing(text, place, min(int(high[row]), place + LONG + SHORT))
        begin, end = _trimmed(text, place + 1, closing)
        notation = _ION.fullmatch(text, begin, end)
        if not notation:
            continue
        left = max(left, place - BEHIND)
        stop = _trimmed(text, left, place)[1]
        substance = notation[1] or "pH"
        named = text.rfind(substance, left, stop)
        side = _SIDE.search(text, left, named) if named >= 0 else None
        if side and _MEASURE.fullmatch(text, named + len(substance), stop):
            out.append((begin, end, side.start(), stop))
    return out


def _inside(text: str, opening: int, low: int, high: int) -> list[tuple[int, ...]]:
    """Return the rows of forms whose long form may stand in brackets, before or with them."""
    closing = _closing(text, opening, min(high, opening + LONG + SHORT))
    begin, end = _trimmed(text, opening + 1, closing)
    out: list[tuple[int, ...]] = []
    if begin >= end:
        return out
    start, stop = _word_before(text, opening, low)
    short = text[start:stop]
    if len(short) > 1 and is_short_form(short):
        cut = re.search(r"[;,=]", text[begin:end])
        last = _trimmed(text, begin, begin + cut.start())[1] if cut and cut.start() else end
        if len(short) + 2 < last - begin <= LONG:
            least = INSIDE if sum(map(str.isupper, short)) > 1 else CERTAIN
            out.append((start, stop, begin, last, least, 1))
    comma = text.rfind(", ", begin, end)
    if begin < comma <= begin + LONG and end - comma <= SHORT + 2:
        short = text[comma + 2 : end]
        if is_short_form(short) and sum(map(str.isupper, short)) > 1:
            out.append((comma + 2, end, *_trimmed(text, begin, comma), INSIDE, 2))
    return out


def _word_before(text: str, opening: int, low: int) -> tuple[int, int]:
    stop = opening
    while stop > low and text[stop - 1] == " ":
        stop -= 1
    start = stop
    while start > low and stop - start <= SHORT and not text[start - 1].isspace():
        start -= 1
    start, stop = _trimmed(text, start, stop)
    while start < stop and text[start] in "([":
        start += 1
    return start, stop


def _closing(text: str, opening: int, high: int) -> int:
    """Return the bracket that closes the one at ``opening``, -1 if none does before ``high``."""
    mark = text[opening]
    other = _CLOSING[mark]
    depth = 1
    place = opening
    while True:
        close = text.find(other, place + 1, high)
        if close < 0:
            return -1
        depth += text.count(mark, place + 1, close) - 1
        if depth == 0:
            return close
        place = close


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    while begin < end and (text[begin].isspace() or text[begin] in _QUOTES):
        begin += 1
    while end > begin and (text[end - 1].isspace() or text[end - 1] in _QUOTES):
        end -= 1
    return begin, end


def is_short_form(short: str) -> bool:
    """Return whether a string can be a short form.

    It has at most 14 characters and two words and holds a letter; one of a single character is a
    capital letter.
    """
    if len(short) == 1:
        return short.isalpha() and short.isupper()
    if not 2 <= len(short) <= SHORT or not any(map(str.isalpha, short)):
        return False
    if short.count(" ") > 1 or not short[0].isalnum() or _LABEL.match(short):
        return False
    return not (short.isalpha() and short.islower() and len(short) > 5)


def _long_enough(short: str, long: str) -> bool:
    """Return whether a long form is longer than the short form and does not hold it as a word."""
    if len(long) <= len(short) + 1:
        return False
    if long.count("(") != long.count(")") or long.count("[") != long.count("]"):
        return False
    word, _, rest = short.partition(" ")
    if rest and long.startswith(word):
        return True
    place = long.find(word)
    while place >= 0:
        end = place + len(word)
        if not (place and long[place - 1].isalnum()) and not long[end : end + 1].isalnum():
            return False
        place = long.find(word, end)
    return True
