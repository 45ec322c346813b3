"""Short forms with the long forms that a document gives for them.

Reads ``long form (SF)``, ``SF (long form)``, ``long form (SF; more)``, ``[SF]`` and plurals. Brackets
are sifted as columns; only those that can hold a pair are looked at one by one.

Source: Schwartz & Hearst 2003, "A simple algorithm for identifying abbreviation definitions in
biomedical text"; Sohn et al. 2008, "Abbreviation definition identification based on automatic
precision estimates" (Ab3P). Departure: one scored alignment (``abbreviation_rules``) in place of the
greedy match and of the ordered strategies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from onoma.text.abbreviation_rules import Words, align, initials
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
_CLOSING = {"(": ")", "[": "]"}
_CUT = re.compile(r"\s*(?:;|[,:]\s|\s=|=\s|\bor\b|\band\b|\bsee\b|\be\.g)")
_LABEL = re.compile(r"\d+(?:\.\d+)?(?:\s|[a-z]?$)|[(\[]")
_ION = re.compile(r"(?:\[([^\s\[\]]{1,8})\]|pH)(?:[ioec]|in|out|cyt)")
_SIDE = re.compile(r"(?:intra|extra)cellular(?= (?:\w+ ){0,2}$)|cyto(?:sol|plasm)ic(?= (?:\w+ ){0,2}$)")
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


def abbreviation_columns(
    codes: U32, doc_start: I64, text: str
) -> tuple[I32, I32, I32, I32]:
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
    return np.ones(len(opening), bool)


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
    while begin < end and (text[begin].isspace() or text[begin] in "\"'“‘"):
        begin += 1
    while end > begin and (text[end - 1].isspace() or text[end - 1] in "\"'”’"):
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
    stop = _trimmed(text, max(low, opening - BEHIND), opening)[1]
    start = _window(text, stop, low, size=sum(map(str.isalnum, short)))
    if start >= stop:
        return None
    if text[stop - 1] in "([":
        return None
    begins = _begin(short, text[start:stop], tight=stop == opening)
    if begins < 0 or not _long_enough(short, text[start + begins : stop]):
        return None
    return begin, end, start + begins, stop


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
    if len(long) <= len(short) + 2:
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


def _window(text: str, stop: int, low: int, *, size: int) -> int:
    """Return where the words that can belong to a short form of ``size`` characters begin."""
    start = max(low, stop - BEHIND)
    if start > low and not text[start - 1].isspace():
        start += len(re.match(r"\S*", text[start:stop])[0])  # type: ignore[index]
    for edge in _EDGE.finditer(text, start, stop):
        start = edge.end()
    most = min(size + 5, size * 2 + 1)
    words = [m.start() for m in re.finditer(r"\S+", text[start:stop])]
    return start + (words[-most] if len(words) > most else 0)


def is_short_form(short: str) -> bool:
    """Return whether a string can be a short form: 2 to 14 characters, a letter, two words at most."""
    if len(short) == 1:
        return short.isalpha() and short.isupper()
    if not 2 <= len(short) <= SHORT or not any(map(str.isalpha, short)):
        return False
    if short.count(" ") > 1 or not short[0].isalnum() or _LABEL.match(short):
        return False
    if short.isalpha() and short.islower() and len(short) > 5:
        return False
    return True


def _begin(short: str, before: str, *, tight: bool) -> int:
    """Return where in ``before`` the long form begins, -1 if none fits well enough."""
    words = Words(before)
    place = initials(short, words)
    if place >= 0:
        return place
    place, share = align(short, words)
    if _SUBSCRIPT.fullmatch(short):
        turned, turned_share = align("".join(filter(str.isalnum, short))[::-1], words)
        if turned_share > max(share, 0.95):
            place, share = turned, turned_share
    if len(short) > 2 and short[-1] == "s" and before[-1] == "s":
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
    """Return whether a long form is one: longer than the short form and not holding it as a word."""
    if len(long) <= len(short) + 1:
        return False
    if long.count("(") != long.count(")") or long.count("[") != long.count("]"):
        return False
    word, _, rest = short.partition(" ")
    if rest and long.startswith(word):
        return True
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", long) is None
