"""Where in the words before a short form its long form begins, and how well the two fit.

A short form is aligned with the words by dynamic programming: each of its letters and digits takes
one character, in order. Beginnings of words count most, characters inside of words little, words
passed over cost. Schwartz & Hearst 2003 take the rightmost characters and ask only that the first
one begins a word; Sohn et al. 2008 (Ab3P) order strategies by how precise they were. The score
here ranks alignments in the same order and gives one number to cut at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

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

_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", "abgdezhtiklmnxoprstufcpo", strict=True))
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_PIECE = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|[^\W_]")

FIRST, PART, STOP, RUN, INNER = 3.0, 2.6, 1.5, 1.6, 0.8
"""What a character earns: the first of a word, of a part behind a hyphen, of a stop word, the next
one in a row, any other."""

PASSED, PASSED_STOP, UNSTARTED, TRAILING = 2.0, 0.9, 0.8, 1.7
"""What is paid for a word passed over, a stop word passed over, a character inside a word whose
first one is not taken, and for each word behind the last character taken."""

PASSED_PART = 0.5  # share of the cost of a word for a part behind a hyphen
LEFT_OUT = 2.0  # paid for a digit of the short form that stands nowhere
NEVER = float("-inf")


@cache
def fold(char: str) -> str:
    """Return a character's lower-case form, a Greek letter as its Latin first letter."""
    lower = char.lower()
    lower = _GREEK.get(lower, lower)
    return lower if len(lower) == 1 else char


def fold_text(text: str) -> str:
    """Return a text folded character by character; its length stays."""
    return text.lower() if text.isascii() else "".join(map(fold, text))


class Words:
    """A stretch of text made ready for alignments that end where it ends."""

    def __init__(self, text: str) -> None:
        """Find words and parts of words; ``text`` ends with the long form's last character."""
        self.text = text
        self.folded = fold_text(text)
        self.gain: dict[int, float] = {}  # of the places that earn more than INNER
        self.paid = [0.0]  # what passing over all words before each one costs
        self.starts: list[int] = []
        self.stops: set[int] = set()  # where stop words begin
        cost = 0.0
        for found in _WORD.finditer(text):
            start, end = found.span()
            self.starts.append(start)
            if self.folded[start:end] in STOP_WORDS:
                self.gain[start] = STOP
                self.stops.add(start)
                cost += PASSED_STOP
            elif start and not text[start - 1].isspace() and text[start - 1] not in "([\"'“":
                self.gain[start] = PART
                cost += PASSED * PASSED_PART
            else:
                self.gain[start] = FIRST
                cost += PASSED
            self.paid.append(cost)
            word = found.group()
            if not (word.isalpha() and word[1:].islower()):
                self._add_parts(start, end)

    def _add_parts(self, start: int, end: int) -> None:
        """Note where digits, letters behind digits and capitals behind small letters begin."""
        text = self.text
        for piece in _PIECE.finditer(text, start, end):
            if piece.start() > start:
                self.gain[piece.start()] = PART

    def begins_word(self, place: int) -> bool:
        """Return whether a word or a part behind a hyphen begins at a place."""
        return place in self.gain and (place == 0 or not self.text[place - 1].isalnum())

    def word_at(self, place: int) -> int:
        """Return the number of words that begin before a place or at it."""
        return bisect_right(self.starts, place)

    def places(self, char: str) -> list[int]:
        """Return where a folded character of a short form may be taken."""
        out = []
        place = self.folded.find(char)
        while place >= 0:
            out.append(place)
            place = self.folded.find(char, place + 1)
        if char in NUMBERS:
            names = NUMBERS[char]
            out.extend(start for start in self.starts if self.folded.startswith(names, start))
            out.sort()
        return out


def can_align(short: str, text: str) -> bool:
    """Return whether a text has a short form's letters in order, the first at a word's start.

    This is what Schwartz & Hearst 2003 ask for; it costs little and turns half of the candidates
    away. Digits may be left out or stand for words, so that they are not asked for.
    """
    letters = [char for char in fold_text(short) if char.isalpha()]
    folded = fold_text(text)
    place = len(folded)
    for char in letters[:0:-1]:
        place = folded.rfind(char, 0, place)
        if place < 0:
            return False
    if not letters or not short[0].isalpha():
        return True
    place = folded.rfind(letters[0], 0, place)
    while place > 0 and folded[place - 1].isalnum():
        place = folded.rfind(letters[0], 0, place)
    return place >= 0


def initials(short: str, words: Words) -> int:
    """Return where the last words begin whose first letters are the short form, else -1.

    This is what ``align`` finds best too (its share is 1), and most short forms are so.
    """
    count = len(short)
    if not short.isalpha() or len(words.starts) < count:
        return -1
    folded, gain = words.folded, words.gain
    for char, start in zip(fold_text(short), words.starts[-count:], strict=True):
        if folded[start] != char or gain[start] != FIRST:
            return -1
    return words.starts[-count]


def align(short: str, words: Words) -> tuple[int, float]:
    """Return where the long form begins, and the share (at most 1) of the best score it has.

    Share 0 and place -1 mean that there is no alignment.
    """
    characters = [char for char in fold_text(short) if char.isalnum()]
    if not characters or not words.starts:
        return -1, 0.0
    end = len(words.text)
    after: dict[int, float] = {end: 0.0}
    for index in range(len(characters) - 1, -1, -1):
        char = characters[index]
        places = words.places(char)
        if not index:
            places = [p for p in places if p not in words.stops and words.begins_word(p)]
        here = _take(words, places, after)
        if char.isdigit() and index:
            for place, score in after.items():
                here[place] = max(here.get(place, NEVER), score - LEFT_OUT)
        if not here:
            return -1, 0.0
        after = here
    begin = max(after, key=after.__getitem__)
    return begin, after[begin] / (FIRST * len(characters))


def _take(words: Words, places: list[int], after: dict[int, float]) -> dict[int, float]:
    """Return, for each place where a character may be taken, the best score from there on.

    ``after`` holds these scores for the next character; the text's end stands for none left.
    """
    paid, gain, end = words.paid, words.gain, len(words.text)
    ahead = []
    for place, score in after.items():
        if place == end:
            ahead.append((place, -1, score - paid[-1] * TRAILING / PASSED, 0.0))
        else:
            number = words.word_at(place)
            begins = words.begins_word(place)
            cost = paid[number - 1] + (0.0 if begins else UNSTARTED)
            run = max(0.0, RUN - gain.get(place, INNER))
            ahead.append((place, number, score - cost, run))
    here: dict[int, float] = {}
    for place in places:
        mine = words.word_at(place)
        passed = paid[mine]
        best = NEVER
        for following, number, score, run in ahead:
            if following <= place:
                continue
            if number < 0:
                value = score + passed * TRAILING / PASSED
            elif number == mine:
                value = after[following] + (run if following == place + 1 else 0.0)
            else:
                value = score + passed
            if value > best:
                best = value
        if best > NEVER:
            here[place] = best + gain.get(place, INNER)
    return here
