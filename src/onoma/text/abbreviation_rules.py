"""Where in the words before a short form its long form begins, and how well the two fit.

A short form is aligned with the words by dynamic programming: each of its letters and digits takes
one character, in order. Beginnings of words count most, characters inside of words little, words
passed over cost. Schwartz & Hearst 2003 take the rightmost characters and ask only that the first
one begins a word; Sohn et al. 2008 (Ab3P) order strategies by how precise they were. The score
here ranks alignments in the same order and gives one number to cut at.

All short forms of a batch are aligned at once, from their last letter to the first: a round holds
the few places where each form's letter may be taken, as one sorted column. Scores are whole
numbers, 200 to the point, so that they are equal on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

STOP_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "de", "for", "from", "in", "into", "its", "of", "on"}
    | {"or", "per", "the", "their", "to", "via", "vs", "with", "without"}
)
"""Words that a short form may pass over."""

NUMBERS = {
    "1": ("one", "first", "single", "mono", "i"),
    "2": ("two", "second", "di", "bi", "ii"),
    "3": ("three", "third", "tri", "iii"),
    "4": ("four", "fourth", "tetra", "iv"),
    "5": ("five", "fifth", "penta", "v"),
    "6": ("six", "sixth", "hexa", "vi"),
    "7": ("seven", "seventh", "vii"),
    "8": ("eight", "eighth", "viii"),
    "9": ("nine", "ninth", "ix"),
}
"""Words that a digit of a short form may stand for."""

POINT = 200
FIRST, PART, STOP, RUN, INNER = 600, 520, 300, 320, 160
"""What a character earns: the first of a word, of a part behind a hyphen, of a stop word, the next
one in a row, any other."""

PASSED, PASSED_STOP, PASSED_PART, UNSTARTED = 400, 180, 200, 160
"""What is paid for a word passed over, a stop word passed over, a part behind a hyphen passed over,
a character inside a word whose first one is not taken."""

TRAILING = 85  # percent of these costs is paid for words behind the last character taken
LEFT_OUT = 400  # paid for a digit of the short form that stands nowhere

OTHER, SPACE, DIGIT, UPPER, LETTER = range(5)
WIDTH = 128  # characters of a stretch at most, the space before it included
LIMIT = 0x2070  # code points from here on fold to themselves
_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", "abgdezhtiklmnxoprstufcpo", strict=True))
_FAR = 1 << 38  # sets rows apart in one running maximum; above all costs of a batch
_NONE = -(1 << 22)


@cache
def tables() -> tuple[U8, U32]:
    """Return class and folded form of code points; what is no letter or digit folds to 0."""
    kind = np.zeros(LIMIT + 1, np.uint8)
    folded = np.zeros(LIMIT + 1, np.uint32)
    for code in range(LIMIT):
        char = chr(code)
        if char.isalnum():
            lower = _GREEK.get(char.lower(), char.lower())
            folded[code] = ord(lower) if len(lower) == 1 else code
            kind[code] = DIGIT if char.isdigit() else UPPER if char.isupper() else LETTER
        elif char.isspace():
            kind[code] = SPACE
    return kind, folded


def classes(codes: U32) -> U8:
    """Return the class of each code point."""
    out = tables()[0][np.minimum(codes, LIMIT)]
    out[codes >= 0x2C00] = LETTER
    return out


def fold(codes: U32) -> U32:
    """Return code points in lower case, Greek letters as their Latin first letter."""
    out = tables()[1][np.minimum(codes, LIMIT)]
    if len(codes) and codes.max() >= 0x2C00:
        out = np.where(codes >= 0x2C00, codes, out)
    return out


def runs(start: I64, size: I64) -> I64:
    """Return the numbers start[i] .. start[i] + size[i] - 1 of all i, end to end."""
    first = np.cumsum(size) - size
    out: I64 = np.arange(int(size.sum())) + np.repeat(start - first, size)
    return out


@dataclass(frozen=True, slots=True)
class Windows:
    """Stretches of text end to end, each behind a space, ready for alignments that end with them.

    ``gain``, ``word`` and ``begins`` are per character; ``before`` and ``after`` are what passing
    over all words before a word, or this word too, costs from the first stretch on.
    """

    folded: U32
    grid: npt.NDArray[np.uint16]  # the same, a row a stretch
    owner: I64
    bounds: I64  # of each stretch: its place, and one place behind all
    gain: I64
    word: I64
    begins: Bools  # a word or a part behind an apostrophe begins here
    stops: Bools  # a stop word begins here
    start: I64  # of each word, and one place behind all
    before: I64
    after: I64
    last: I64  # of each stretch: cost of passing over all words up to its end

    @classmethod
    def of(cls, codes: U32, start: I64, end: I64) -> Windows:
        """Make ``codes[start:end]`` ready."""
        size = end - start + 1
        flat = codes[runs(start - 1, size)]
        first = np.cumsum(size) - size
        flat[first] = 0x20
        kind, folded = classes(flat), fold(flat)
        owner = np.repeat(np.arange(len(size)), size)
        grid = np.zeros((len(size), WIDTH), np.uint16)
        grid.reshape(-1)[np.arange(len(flat)) + (np.arange(len(size)) * WIDTH - first)[owner]] = (
            folded
        )
        begins, starts = _beginnings(flat, kind)
        words = np.flatnonzero(starts)
        stop = _stop_words(folded, words, np.append(words[1:], len(flat)))
        ahead = flat[words - 1]
        tied = (kind[words - 1] != SPACE) & ~_OPENING[np.minimum(ahead, 0x80)]
        tied &= ahead != 0x201C
        gain = np.where(_pieces(kind) | begins, PART, INNER)
        gain[words] = np.where(stop, STOP, np.where(tied, PART, FIRST))
        cost = np.where(stop, PASSED_STOP, np.where(tied, PASSED_PART, PASSED))
        stops = np.zeros(len(flat), bool)
        stops[words[stop]] = True
        after = np.cumsum(cost)
        paid = np.append(0, after)
        return cls(
            folded=folded,
            grid=grid,
            owner=owner,
            bounds=np.append(first, len(flat)),
            gain=gain,
            word=np.cumsum(starts) - 1,
            begins=begins,
            stops=stops,
            start=np.append(words, len(flat) + 1),
            before=paid[:-1],
            after=after,
            last=paid[np.searchsorted(words, first + size)],
        )


_OPENING = np.zeros(0x81, bool)
_OPENING[[ord(char) for char in "([\"'"]] = True


def _beginnings(flat: U32, kind: U8) -> tuple[Bools, Bools]:
    """Return where words or parts behind an apostrophe begin, and where words do."""
    sign = kind >= DIGIT
    begins = sign.copy()
    begins[1:] &= ~sign[:-1]
    starts = begins
    marks = np.flatnonzero((flat[1:-1] == 0x27) | (flat[1:-1] == 0x2019)) + 1
    inner = marks[sign[marks - 1] & (kind[marks + 1] >= UPPER)] + 1
    if len(inner):
        starts = begins.copy()
        starts[inner] = False
    return begins, starts


def _pieces(kind: U8) -> Bools:
    """Return where digits, letters behind digits and capitals behind small letters begin."""
    digit, upper, sign = kind == DIGIT, kind == UPPER, kind >= DIGIT
    out = np.zeros(len(kind), bool)
    out[1:] = digit[1:] != digit[:-1]
    turn = upper[1:] & (kind[:-1] == LETTER)
    turn[:-1] |= upper[1:-1] & upper[:-2] & (kind[2:] == LETTER)
    out[1:] |= turn
    out[1:] &= sign[1:] & sign[:-1]
    return out


@cache
def _stop_values() -> npt.NDArray[np.uint64]:
    names = [word.encode().ljust(8, b"\0") for word in STOP_WORDS]
    return np.sort(np.frombuffer(b"".join(names), np.uint64))


_EIGHT = np.arange(8)


def _stop_words(folded: U32, start: I64, end: I64) -> Bools:
    """Return which words are stop words; each ends before the next one or the first space."""
    out = np.zeros(len(start), bool)
    brief = np.flatnonzero(end - start <= 9)
    if not len(brief):
        return out
    places = start[brief, None] + _EIGHT
    letters = folded[np.minimum(places, len(folded) - 1)]
    letters[places >= end[brief, None]] = 0
    letters[letters > 0xFF] = 0xFF
    values = letters.astype(np.uint8).view(np.uint64)[:, 0]
    known = _stop_values()
    out[brief] = known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
    return out


@dataclass(frozen=True, slots=True)
class _Taken:
    """Where a round's letters may be taken (sorted) and the best score from there on."""

    place: I64
    score: I64

    def keep(self, which: npt.NDArray[np.generic]) -> _Taken:
        """Return the places at these numbers or under this mask."""
        return _Taken(self.place[which], self.score[which])


def align(codes: U32, start: I64, end: I64, *, letters: U32, size: I64) -> tuple[I64, I64]:
    """Return where each long form begins and the points it has of 1000; place -1: no alignment.

    A long form is looked for in ``codes[start:end]`` (at most its last 127 characters) and ends
    with it; ``letters`` are the folded letters and digits of the short forms, end to end, ``size``
    their numbers.
    """
    begin, share = np.full(len(size), -1, np.int64), np.zeros(len(size), np.int64)
    rows = np.flatnonzero((size > 0) & (end > start))
    if not len(rows):
        return begin, share
    start = np.maximum(start, end - WIDTH + 1)[rows]
    windows = Windows.of(codes, start, end[rows])
    place, score = _rounds(windows, letters, np.cumsum(size)[rows], size[rows])
    found = np.flatnonzero(score > _NONE)
    begin[rows[found]] = place[found] - windows.bounds[found] - 1 + start[found]
    share[rows[found]] = score[found] * 1000 // (FIRST * size[rows[found]])
    return begin, share


def _rounds(windows: Windows, letters: U32, behind: I64, size: I64) -> tuple[I64, I64]:
    """Return place and score of each stretch's best alignment."""
    place, score = _initials(windows, letters, behind, size)
    unused = np.where(score > _NONE, _NONE, 0)  # score where no letter is taken yet
    alive = np.flatnonzero(score == _NONE)
    digits = np.append(0, np.cumsum((letters >= 0x31) & (letters <= 0x39)))
    numbers = _Numbers.of(windows, digits[behind] > digits[behind - size])
    taken = _Taken(np.empty(0, np.int64), np.empty(0, np.int64))
    char, final = np.zeros(len(size), np.uint32), np.zeros(len(size), bool)
    step = 0
    while len(alive):
        step += 1
        char[alive] = letters[behind[alive] - step]
        final[alive] = size[alive] == step
        places = np.flatnonzero(windows.grid[alive] == char[alive].astype(np.uint16)[:, None])
        places += (windows.bounds[alive] - np.arange(len(alive)) * WIDTH)[places // WIDTH]
        if len(numbers.place):
            places = numbers.join(windows, places, char)
        good = ~final[windows.owner[places]]
        good |= windows.begins[places] & ~windows.stops[places]
        here = _take(windows, places[good], taken, unused)
        dropped = (char >= 0x30) & (char <= 0x39) & ~final
        unused = np.where(dropped, unused - LEFT_OUT, _NONE)
        left_out = dropped[windows.owner[taken.place]]
        if left_out.any():
            here = _left_out(here, taken, left_out)
        ends = final[windows.owner[here.place]]
        if ends.any():
            _note_best(windows.owner, here.keep(ends), place=place, score=score)
            here = here.keep(~ends)
        live = unused > _NONE // 2
        live[windows.owner[here.place]] = True
        char[alive], final[alive] = 0, False
        alive, taken = np.flatnonzero(live), here
    return place, score


def _initials(windows: Windows, letters: U32, behind: I64, size: I64) -> tuple[I64, I64]:
    """Return place and score where the letters are the first ones of the last words.

    No other alignment is better, and most short forms are so.
    """
    place, score = np.full(len(size), -1, np.int64), np.full(len(size), _NONE, np.int64)
    first = np.searchsorted(windows.start[:-1], windows.bounds)
    rows = np.flatnonzero(np.diff(first) >= size)
    if len(rows):
        number = size[rows]
        starts = windows.start[runs(first[rows + 1] - number, number)]
        same = windows.folded[starts] == letters[runs(behind[rows] - number, number)]
        same &= windows.gain[starts] == FIRST
        rows = rows[np.logical_and.reduceat(same, np.cumsum(number) - number)]
        place[rows] = windows.start[first[rows + 1] - size[rows]]
        score[rows] = FIRST * size[rows]
    return place, score


def _note_best(owner: I64, ends: _Taken, *, place: I64, score: I64) -> None:
    """Write each stretch's best place (the first of equals) and its score."""
    rows = owner[ends.place]
    order = np.lexsort((-ends.score, rows))
    first = order[np.append(True, np.diff(rows[order]) > 0)]
    place[rows[first]], score[rows[first]] = ends.place[first], ends.score[first]


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Where words stand for digits: sorted places, each with its digits as bits."""

    place: I64
    digits: I64

    @classmethod
    def of(cls, windows: Windows, rows: Bools) -> _Numbers:
        """Read the words of the stretches under a mask."""
        starts = windows.start[:-1]
        starts = starts[rows[windows.owner[starts]]]
        starts = starts[_NUMBER_LETTERS[np.minimum(windows.folded[starts], 0x7F)]]
        text = windows.folded.tobytes().decode("utf-32-le", "replace") if len(starts) else ""
        digits = [_digits_of(text[place : place + 6]) for place in starts.tolist()]
        some = np.array(digits, np.int64)
        return cls(starts[some > 0], some[some > 0])

    def join(self, windows: Windows, places: I64, char: U32) -> I64:
        """Return the places with those where a word stands for the digit of its stretch."""
        digit = char[windows.owner[self.place]].astype(np.int64) - 0x30
        stands = (digit > 0) & (digit < 10)
        stands &= (self.digits >> np.where(stands, digit, 0)) & 1 > 0
        return np.sort(np.concatenate((places, self.place[stands]))) if stands.any() else places


@lru_cache(4096)
def _digits_of(word: str) -> int:
    """Return the digits, as bits, that a word with this beginning may stand for."""
    return sum(1 << int(digit) for digit, names in NUMBERS.items() if word.startswith(names))


_NUMBER_LETTERS = np.zeros(0x80, bool)
_NUMBER_LETTERS[[ord(name[0]) for names in NUMBERS.values() for name in names]] = True


def _left_out(here: _Taken, taken: _Taken, rows: Bools) -> _Taken:
    """Return the places with the former ones of rows whose digit may stand nowhere."""
    place = np.concatenate((here.place, taken.place[rows]))
    score = np.concatenate((here.score, taken.score[rows] - LEFT_OUT))
    order = np.lexsort((-score, place))
    order = order[np.append(True, np.diff(place[order]) > 0)[: len(order)]]
    return _Taken(place[order], score[order])


def _take(windows: Windows, places: I64, after: _Taken, unused: I64) -> _Taken:
    """Return, for each place where a letter may be taken, the best score from there on."""
    word, owner = windows.word[places], windows.owner[places]
    passed = windows.after[word]
    trailing = unused[owner] - (windows.last[owner] - passed) * TRAILING // 100
    best = np.maximum(trailing, _NONE)
    if len(after.place):
        far, near = len(windows.bounds) - owner, len(windows.start) - word
        other = _running_best(
            windows, after, len(windows.bounds) - windows.owner[after.place], True
        )
        behind = np.searchsorted(after.place, windows.start[word + 1])
        np.maximum(best, other[behind] - far * _FAR + passed, out=best)
        same = _running_best(windows, after, len(windows.start) - windows.word[after.place], False)
        following = np.searchsorted(after.place, places, side="right")
        np.maximum(best, same[following] - near * _FAR, out=best)
        following = np.minimum(following, len(after.place) - 1)
        ahead = after.place[following]
        run = after.score[following] + np.maximum(RUN - windows.gain[ahead], 0)
        best = np.where(ahead == places + 1, np.maximum(best, run), best)
    good = np.flatnonzero(best > _NONE // 2)
    return _Taken(places[good], best[good] + windows.gain[places[good]])


def _running_best(windows: Windows, after: _Taken, group: I64, other: bool) -> I64:
    """Return the best score from each place on within its group (groups fall), 0 behind all."""
    value = after.score + group * _FAR
    if other:  # the words up to this one's are paid for, if its own beginning is taken
        value -= windows.before[windows.word[after.place]]
        value -= np.where(windows.begins[after.place], 0, UNSTARTED)
    return np.append(np.maximum.accumulate(value[::-1])[::-1], 0)
