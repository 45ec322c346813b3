"""Short forms with the long forms that a document gives for them.

Reads ``long form (SF)``, ``[SF]``, ``(SF; more)``, ``SF (long form)``, ``(long form, SF)`` and
plurals. Brackets are sifted as columns; only those that can hold a pair are looked at one by
one.

Source: Schwartz & Hearst 2003, "A simple algorithm for identifying abbreviation definitions in
biomedical text"; Sohn et al. 2008, "Abbreviation definition identification based on automatic
precision estimates" (Ab3P). Departure: one scored alignment (``abbreviation_rules``) in place of
the greedy match and of the ordered strategies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from onoma.text.abbreviation_rules import STOP_WORDS, Words, align, can_align, initials
from onoma.types import Abbreviation

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

Pair = tuple[int, int, int, int]

SHORT = 14  # characters of a short form at most
LONG = 120  # characters of a long form in brackets at most
BEHIND = 110  # characters looked at before a bracket
LOWER = {1: 1.0, 2: 0.7, 3: 0.6, 4: 0.6, 5: 0.8}
THRESHOLD = {1: 1.0, 2: 0.55, 3: 0.4, 4: 0.35, 5: 0.35}
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
_EDGE = re.compile(r"[.!?;:]\s+(?=[^a-z])|[;:]\s|[)\]]\s*[,;]\s|\n\s*\n")
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
    opening = np.flatnonzero((codes == 0x28) | (codes == 0x5B))
    found: set[Pair] = set()
    if len(opening):
        opening = opening[_worth_a_look(codes, opening)]
        document = np.searchsorted(doc_start, opening, side="right") - 1
        left, right = doc_start[document].tolist(), (doc_start[document + 1] - 1).tolist()
        for place, low, high in zip(opening.tolist(), left, right, strict=True):
            found.update(_pairs_at(text, place, low, high))
    table = np.array(sorted(found), np.int32).reshape(-1, 4)
    return table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy(), table[:, 3].copy()


def _worth_a_look(codes: U32, opening: I64) -> Bools:
    """Return which brackets can hold a pair: what is sifted out here, ``_pairs_at`` refuses too."""
    after = codes[np.minimum(opening[:, None] + _AHEAD, len(codes) - 1)]
    ends = _ENDING[np.minimum(after, 0x80)]
    closed = ends.any(axis=1)
    ends[:, -1] = True
    size = ends.argmax(axis=1)
    inside = np.arange(after.shape[1]) < size[:, None]
    folded = after | 0x20
    letters = inside & (((folded >= 0x61) & (folded <= 0x7A)) | (after > 0x7F))
    spaces = (inside & (after == 0x20)).sum(axis=1)
    marked = (inside & _MARKED[np.minimum(after, 0x80)]).any(axis=1)
    digit = (after[:, 0] >= 0x30) & (after[:, 0] <= 0x39)
    tight = codes[np.maximum(opening - 1, 0)] > 0x20
    short = letters.any(axis=1) & (spaces <= np.where(digit | tight, 0, 3))
    short &= marked | ((size > 1) & (size < 6))
    short &= closed | (_MARKED[np.minimum(after[:, 1], 0x80)] & (spaces > 0))
    ending = after[np.arange(len(size)), size]
    short &= ~((ending >= 0x3C) & (ending <= 0x3E) & (size < 4))  # (n = 5), (P < .05)
    place = np.flatnonzero(short)
    short[place] = _begins_a_word_before(codes, opening[place], after[place], letters[place])
    short |= _after_short_form(codes, opening)
    short |= _before_short_form(codes, opening)
    result: Bools = short
    return result


_AHEAD = np.arange(1, SHORT + 5)
_BACK = np.arange(-BEHIND - 1, 0)
_NEAR = np.arange(-SHORT, 0)


def _among(characters: str) -> Bools:
    out = np.zeros(0x81, bool)
    out[[ord(char) for char in characters]] = True
    return out


_ENDING = _among(")];,:=<>")
_MARKED = _among("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-([.")  # what plain words have not
_MARKED[0x80] = True  # beyond ASCII all is left to the slow road


def _begins_a_word_before(codes: U32, opening: I64, after: U32, letters: Bools) -> Bools:
    """Return whether the first letter in brackets begins a word before them, or may be moved."""
    window = codes[np.maximum(opening[:, None] + _BACK, -1)]
    before = window | 0x20
    word = (before >= 0x61) & (before <= 0x7A)
    begins = word[:, 1:] & ~word[:, :-1]
    rows = np.arange(len(opening))
    first = letters.argmax(axis=1)
    char = after[rows, first] | 0x20
    found = (begins & (before[:, 1:] == char[:, None])).any(axis=1)
    strange = (char > 0x7A) | (window > 0x7F).any(axis=1)  # folding is left to the slow road
    digit = (after[:, 0] >= 0x30) & (after[:, 0] <= 0x39)
    notation = (after[:, 0] == 0x5B) | (char == 0x70)  # [K+]o, pHi
    second = after[rows, np.minimum(first + 1, after.shape[1] - 1)]
    turned = (second == 0x28) | (letters.sum(axis=1) == 2)  # V(T), Rt
    result: Bools = found | strange | digit | notation | turned
    return result


def _after_short_form(codes: U32, opening: I64) -> Bools:
    """Return whether the word before a bracket may be short for what stands in it."""
    near = codes[np.maximum(opening[:, None] + _NEAR, -1)]
    blank = near <= 0x20
    blank[:, -1] = False  # the space before the bracket
    begin = np.where(blank.any(axis=1), near.shape[1] - blank[:, ::-1].argmax(axis=1), 0)
    rows = np.arange(len(opening))
    first = near[rows, np.minimum(begin, near.shape[1] - 1)]
    ahead = codes[np.minimum(opening[:, None] + _AHEAD, len(codes) - 1)]
    folded = ahead | 0x20
    letters = (folded >= 0x61) & (folded <= 0x7A)
    enough = (letters.sum(axis=1) >= 5) & ~(ahead[:, :5] == 0x29).any(axis=1)
    char = folded[rows, letters.argmax(axis=1)]
    same = ((first | 0x20) == char) | (first == ahead[:, 0])
    opens = (first == 0x28) | (first == 0x5B) | (first == 0x22) | (first == 0x27)
    strange = (first > 0x7F) | (ahead > 0x7F).any(axis=1) | opens
    capitals = ((near >= 0x41) & (near <= 0x5A)) & (np.arange(near.shape[1]) >= begin[:, None])
    brief = near.shape[1] - begin <= 6
    result: Bools = (same | strange) & enough & (capitals.any(axis=1) | brief | strange)
    return result


def _before_short_form(codes: U32, opening: I64) -> Bools:
    """Return whether a bracket may end in ``, SF)``."""
    closing = np.append(np.flatnonzero((codes == 0x29) | (codes == 0x5D)), len(codes) - 1)
    close = closing[np.searchsorted(closing[:-1], opening)]
    near = codes[np.maximum(close[:, None] + _NEAR, -1)]
    comma = ((near[:, :-2] == 0x2C) & (near[:, 1:-1] == 0x20)).any(axis=1)
    capital = (near >= 0x41) & (near <= 0x5A)
    many = (capital.sum(axis=1) >= 2) | (near > 0x7F).any(axis=1)
    size = close - opening
    result: Bools = comma & many & (size < LONG + SHORT) & (size > SHORT)
    return result


def _pairs_at(text: str, opening: int, low: int, high: int) -> Iterator[Pair]:
    """Yield the pair, if any, that the bracket at ``opening`` gives in ``text[low:high]``."""
    closing = _closing(text, opening, min(high, opening + LONG + SHORT))
    if closing < 0:
        return
    begin, end = _trimmed(text, opening + 1, closing)
    if begin >= end:
        return
    pair = _long_before(text, begin, end, opening=opening, low=low)
    pair = pair or _long_inside(text, begin, end, opening=opening, low=low)
    pair = pair or _both_inside(text, begin, end)
    if pair:
        yield pair


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


def _long_before(text: str, begin: int, end: int, *, opening: int, low: int) -> Pair | None:
    """Return the pair of a short form in brackets, its long form before them."""
    content = text[begin:end]
    cut = _CUT.search(content)
    if cut and cut.start():
        begin, end = _trimmed(text, begin, begin + cut.start())
    short = text[begin:end]
    ion = _ION.fullmatch(short)
    if ion:
        return _concentration(text, begin, end, stop=opening, low=low)
    if not is_short_form(short) or _STATISTIC.match(content):
        return None
    stop = opening
    while stop > low and (text[stop - 1].isspace() or text[stop - 1] in _QUOTES):
        stop -= 1
    if stop == low or text[stop - 1] in "([":
        return None
    size = sum(map(str.isalnum, short))
    before, words = _words_before(text, stop, low, count=min(size + 5, size * 2 + 1))
    begins = _plain_initials(short, before, words)
    if begins < 0:
        edge = 0
        for edges in _EDGE.finditer(before):
            edge = edges.end()
        before = before[edge:]
        begins = _begin(short, before, tight=stop == opening)
    if begins < 0 or not _long_enough(short, before[begins:]):
        return None
    return begin, end, stop - len(before) + begins, stop


def _concentration(text: str, begin: int, end: int, *, stop: int, low: int) -> Pair | None:
    """Return the pair of a measure written as chemists do: ``[K+]o``, ``[Ca2+]i``, ``pHi``."""
    stop = _trimmed(text, max(low, stop - BEHIND), stop)[1]
    notation = _ION.fullmatch(text, begin, end)
    substance = (notation[1] if notation else None) or "pH"
    place = text.rfind(substance, max(low, stop - BEHIND), stop)
    found = _SIDE.search(text, max(low, stop - BEHIND), place) if place >= 0 else None
    if not found or not _MEASURE.fullmatch(text, place + len(substance), stop):
        return None
    return begin, end, found.start(), stop


def _long_inside(text: str, begin: int, end: int, *, opening: int, low: int) -> Pair | None:
    """Return the pair of a short form before brackets, its long form in them."""
    stop = opening
    while stop > low and text[stop - 1] == " ":
        stop -= 1
    start = stop
    while start > low and stop - start <= SHORT and not text[start - 1].isspace():
        start -= 1
    start, stop = _trimmed(text, start, stop)
    while start < stop and text[start] in "([":
        start += 1
    short = text[start:stop]
    if not is_short_form(short) or len(short) < 2:
        return None
    cut = re.search(r"[;,=]", text[begin:end])
    if cut and cut.start():
        end = begin + cut.start()
    long = text[begin:end]
    if len(long) <= len(short) + 2 or not can_align(short, long):
        return None
    place, share = align(short, Words(long))
    if place < 0 or any(map(str.isalpha, long[:place])):  # 1,2-bis(...) may come first
        return None
    if share < (0.62 if sum(map(str.isupper, short)) > 1 else 0.95):
        return None
    return start, stop, begin, end


def _both_inside(text: str, begin: int, end: int) -> Pair | None:
    """Return the pair of ``(long form, SF)``."""
    comma = text.rfind(", ", begin, end)
    if comma < 0:
        return None
    short = text[comma + 2 : end]
    if not is_short_form(short) or sum(map(str.isupper, short)) < 2:
        return None
    place, share = align(short, Words(text[begin:comma]))
    if place != 0 or share < 0.62 or not _long_enough(short, text[begin:comma]):
        return None
    return comma + 2, end, begin, comma


def _words_before(text: str, stop: int, low: int, *, count: int) -> tuple[str, list[str]]:
    """Return the text of the last ``count`` words before ``stop``, and these words."""
    start = max(low, stop - BEHIND)
    before = text[start:stop]
    if start > low and not text[start - 1].isspace():
        before = before.partition(" ")[2]
    words = before.rsplit(None, count)
    if len(words) > count:
        before = before[len(words[0]) :].lstrip()
        del words[0]
    else:
        before = before.lstrip()
    return before, words


def _plain_initials(short: str, before: str, words: list[str]) -> int:
    """Return where the words begin whose first letters are the short form, else -1.

    A quick look at what ``initials`` finds: most short forms are so.
    """
    if short[-1] == "s" and short[:-1].isupper() and before[-1:] == "s":
        short = short[:-1]
    count = len(short)
    if count < 2 or len(words) < count or not (short.isascii() and short.isalpha()):
        return -1
    last = words[-count:]
    if "".join([word[0] for word in last]).lower() != short.lower():
        return -1
    if not "".join(last).isalpha() or not STOP_WORDS.isdisjoint([word.lower() for word in last]):
        return -1
    ahead = before.rsplit(None, count)
    return 0 if len(ahead) == count else len(before) - len(before[len(ahead[0]) :].lstrip())


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


def _begin(short: str, before: str, *, tight: bool) -> int:
    """Return where in ``before`` the long form begins, -1 if none fits well enough."""
    plural = len(short) > 2 and short[-1] == "s" and before[-1] == "s"
    subscript = _SUBSCRIPT.fullmatch(short)
    if not subscript and not can_align(short[:-1] if plural else short, before):
        return -1
    words = Words(before)
    place = initials(short, words)
    if place >= 0:
        return place
    place, share = align(short, words)
    if subscript:
        turned, turned_share = align("".join(filter(str.isalnum, short))[::-1], words)
        if turned_share > max(share, 0.95):
            place, share = turned, turned_share
    if plural:
        plain, plain_share = align(short[:-1], words)
        if plain_share > share:
            place, share = plain, plain_share
    if share < threshold(short) + 0.15 * tight:
        return -1
    locant = _LOCANT.search(before, 0, place)
    return locant.start() if locant and place else place


def threshold(short: str) -> float:
    """Return the least share of the best score that a short form needs."""
    size = sum(map(str.isalnum, short))
    if short.islower():
        return LOWER[size] if size < 5 else LOWER[5]
    return THRESHOLD[size] if size < 5 else THRESHOLD[5]


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
