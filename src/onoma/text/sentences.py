"""Texts to sentences, for a whole batch at once and in linear time.

Candidates are stops and line ends; every rule looks at a bounded window around a candidate, as one
NumPy operation over all of them, so there is nothing to backtrack. A line end counts only where a
blank line, a list mark, a heading or a line too short to have been wrapped says so. The rules
follow what is known to break splitters on papers and notes (Griffis et al. 2016, "A quantitative
and qualitative evaluation of sentence boundary detection for the clinical domain"): abbreviations,
decimals, initials, species, citations glued to the stop, headings, lists, wrapped lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.text import sentence_rules as rules
from onoma.text.sentence_rules import CLOSE, DIGIT, LOWER, NEVER, OPEN, SPACE, UPPER, among
from onoma.types import Sentence

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

NEAR = 8  # steps of a walk over white space before the whole batch is looked through instead
CITATION = 14  # characters of a citation glued to a stop: ``.12,15-17`` or ``.[12, 15]``
HEADING = 40  # characters before the colon of a heading
NARROW = 40  # nobody wraps lines at fewer characters
FILLED = 0.8  # a line that the next word would not have filled to this share was not wrapped


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text in order, white space trimmed.

    >>> text = "Cells of E. coli grew (Fig. 2). They died."
    >>> [text[s.start : s.end] for s in sentences(text)]
    ['Cells of E. coli grew (Fig. 2).', 'They died.']
    """
    codes = np.frombuffer((text + "\x1e").encode("utf-32-le", "surrogatepass"), np.uint32)
    starts, ends = sentence_spans(codes, np.array([0, len(codes)], np.int64))
    return [Sentence(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


def sentence_spans(codes: U32, doc_start: I64) -> tuple[I32, I32]:
    """Return the starts and ends of a batch's sentences, in order.

    ``codes`` holds the documents with one separator after each; document d is
    ``codes[doc_start[d] : doc_start[d + 1] - 1]``. No sentence crosses a document, none is empty,
    and all that is not white space belongs to one.
    """
    if len(doc_start) < 2:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    page = _Page(codes, doc_start)
    inner = np.concatenate([_stop_ends(page), _line_ends(page)])
    cuts = np.sort(np.concatenate([doc_start[:-1], inner, doc_start[1:] - 1]))
    starts = page.visible_from(cuts[:-1])
    ends = page.visible_before(cuts[1:])
    real = starts < ends
    return starts[real].astype(np.int32), ends[real].astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Page:
    """A batch with the questions that the rules ask of it; positions are int64 arrays."""

    codes: U32
    doc_start: I64

    def at(self, positions: I64) -> U8:
        """Return the class bits of the characters at positions (the last one behind the end)."""
        codes = self.codes[np.minimum(positions, len(self.codes) - 1)]
        return rules.classes()[np.minimum(codes, rules.LIMIT)]

    def has(self, positions: I64, bits: int) -> Bools:
        """Return whether the characters at positions have one of these class bits."""
        found: Bools = (self.at(positions) & bits) != 0
        return found

    def code(self, positions: I64) -> U32:
        """Return the characters at positions (the last one behind the end)."""
        return self.codes[np.minimum(positions, len(self.codes) - 1)]

    def document_end(self, positions: I64) -> I64:
        """Return where the document of each position ends (its separator)."""
        following = np.searchsorted(self.doc_start, positions, side="right")
        return self.doc_start[following] - 1

    def visible_from(self, positions: I64) -> I64:
        """Return the first position from each that is not white space (or the batch's end)."""
        found = positions.copy()
        for _ in range(NEAR):
            blank = self._blank(found)
            if not blank.any():
                return found
            found += blank
        far = np.flatnonzero(self._blank(found))
        if len(far):
            visible = np.append(self._all_visible(), len(self.codes))
            found[far] = visible[np.searchsorted(visible, found[far])]
        return found

    def visible_before(self, positions: I64) -> I64:
        """Return the end of the last character before each position that is not white space."""
        found = positions.copy()
        for _ in range(NEAR):
            blank = (found > 0) & self.has(found - 1, SPACE)
            if not blank.any():
                return found
            found -= blank
        far = np.flatnonzero((found > 0) & self.has(found - 1, SPACE))
        if len(far):
            ends = np.append(0, self._all_visible() + 1)
            found[far] = ends[np.searchsorted(ends, found[far], side="right") - 1]
        return found

    def _blank(self, positions: I64) -> Bools:
        return (positions < len(self.codes)) & self.has(positions, SPACE)

    def _all_visible(self) -> I64:
        return np.flatnonzero(self.at(np.arange(len(self.codes))) & SPACE == 0)

    def word_before(self, positions: I64) -> tuple[I64, I64]:
        """Return key and start of the word (letters and stops) that ends at each position.

        The key is 0 where there is none or it has more than LONGEST letters.
        """
        window = np.maximum(positions[:, None] - _BACK, -1)  # -1: the last separator, no letter
        letters = rules.letter_numbers()[np.minimum(self.codes[window], rules.LETTERS)]
        key, size = _keys(letters, _SHIFTS)
        return key, positions - size

    def word_after(self, positions: I64) -> I64:
        """Return the key of the word that starts at each position, 0 as in ``word_before``."""
        letters = rules.letter_numbers()[
            np.minimum(self.code(positions[:, None] + _AHEAD), rules.LETTERS)
        ]
        letters[letters == rules.DOT] = 0
        key, size = _keys(letters, _SHIFTS[::-1])
        spare = np.where(size <= rules.LONGEST, rules.LONGEST - size, 0)
        result: I64 = key >> (5 * spare)
        return result


_BACK = np.arange(1, rules.LONGEST + 2)
_AHEAD = np.arange(rules.LONGEST + 1)
_SHIFTS = 5 * np.arange(rules.LONGEST, dtype=np.int64)


def _keys(letters: U8, shifts: I64) -> tuple[I64, I64]:
    """Return key and length of the unbroken run at the front of each row (n, LONGEST + 1)."""
    gap = letters == 0
    size = np.where(gap.any(axis=1), gap.argmax(axis=1), rules.LONGEST + 1)
    inside = np.arange(rules.LONGEST) < size[:, None]
    numbers = np.where(inside, letters[:, : rules.LONGEST], 0).astype(np.int64)
    key = (numbers << shifts).sum(axis=1)
    return np.where(size <= rules.LONGEST, key, 0), size


def _stop_ends(page: _Page) -> I64:
    """Return where sentences end at a stop (behind its quotes, brackets and citations)."""
    codes = page.codes
    beyond = bool(len(codes)) and int(codes.max()) >= 0x2026  # are there rarer stops at all
    marks = (codes == 0x2E) | (codes == 0x3F) | (codes == 0x21)
    if beyond:
        marks |= codes == 0x2026
    stops = np.flatnonzero(marks)
    after = _behind_closers(page, stops + 1)
    spaced = page.has(after, SPACE)
    tight = np.flatnonzero(_may_be_tight(page, stops, after, spaced))
    cited, cited_after = _behind_citations(page, stops[tight], after[tight])
    spaced_stops, spaced_after = stops[spaced], after[spaced]
    spaced_after = _over_spaced_citations(page, spaced_stops, spaced_after)
    ends = spaced_after[_is_end(page, spaced_stops, spaced_after)]
    if not beyond:
        return np.concatenate([ends, cited_after[cited]])
    full = np.flatnonzero((codes == 0x3002) | (codes == 0xFF01) | (codes == 0xFF1F))
    wide = _behind_closers(page, full + 1)
    return np.concatenate([ends, cited_after[cited], wide])


def _may_be_tight(page: _Page, stops: I64, after: I64, spaced: Bools) -> Bools:
    """Return which stops without a space are worth a look: no decimals, no file names."""
    before = page.codes[stops - 1]
    first = page.at(after)
    bracket = page.code(after) == 0x5B
    worth = ((first & (DIGIT | UPPER)) != 0) | bracket | (page.code(after) == 0x28)
    worth &= page.has(stops - 1, LOWER) | (before == 0x29)
    result: Bools = worth & ~spaced & (page.codes[stops] == 0x2E)
    return result


def _behind_closers(page: _Page, positions: I64) -> I64:
    """Return the positions moved over at most four closing quotes and brackets."""
    found = positions.copy()
    for _ in range(4):
        closing = page.has(found, CLOSE)
        if not closing.any():
            break
        found += closing
    return found


def _behind_citations(page: _Page, stops: I64, after: I64) -> tuple[Bools, I64]:
    """Return which stops without a space end a sentence, and where it ends.

    These are ``disease.12 Next``, ``disease.[12] Next`` and ``disease.Next``.
    """
    end = after.copy()
    going = np.ones(len(end), bool)
    for _ in range(CITATION):
        code = page.code(end)
        going &= page.has(end, DIGIT) | _in(code, "[](),-–")
        if not going.any():
            break
        end += going
    key, start = page.word_before(stops)
    lowercase = page.has(stops - 1, LOWER) & (stops - start >= 3)
    worded = lowercase | (page.code(stops - 1) == 0x29)
    worded &= ~(among(key, rules.NEVER_END) | among(key, rules.BEFORE_NUMBER))
    following = page.visible_from(end)
    opens = page.has(following, UPPER) | (following >= page.document_end(stops))
    cited = (end > after) & page.has(end, SPACE)
    first = page.at(after)
    glued = ((first & UPPER) != 0) & page.has(after + 1, LOWER) & lowercase
    ends: Bools = worded & ((cited & opens) | glued)
    return ends, np.where(glued, after, end)


def _over_spaced_citations(page: _Page, stops: I64, after: I64) -> I64:
    """Return the ends moved over a citation such as `` [12]`` that follows its stop."""
    opening = page.visible_from(after)
    cites = (page.code(opening) == 0x5B) & page.has(opening + 1, DIGIT)
    place = np.flatnonzero(cites & (opening < page.document_end(stops)))
    end = opening[place] + 1
    going = np.ones(len(end), bool)
    for _ in range(CITATION):
        going &= page.has(end, DIGIT) | _in(page.code(end), ",-– ")
        end += going
    moved = after.copy()
    closed = page.code(end) == 0x5D
    moved[place] = np.where(closed, end + 1, after[place])
    return moved


def _is_end(page: _Page, stops: I64, after: I64) -> Bools:
    """Return which stops, with white space behind ``after``, end a sentence."""
    following = page.visible_from(after)
    last = following >= page.document_end(stops)
    opened = page.has(following, OPEN)
    first = following + opened
    kind = page.at(first)
    key, start = page.word_before(stops)
    period = page.codes[stops] == 0x2E
    ends = (kind & (LOWER | NEVER | SPACE)) == 0
    ends |= _lower_case_name(page, first) & (stops - start >= 2)
    digit = (kind & DIGIT) != 0
    upper = (kind & UPPER) != 0
    ends &= ~(period & among(key, rules.NEVER_END))
    ends &= ~(period & digit & among(key, rules.BEFORE_NUMBER))
    ends &= ~(period & _list_number(page, stops))
    ends &= ~(digit & (page.code(stops - 1) == 0x30) & ((page.at(stops - 2) & DIGIT) == 0))
    dotted = (key > 31) & ((key >> 5 & 31) == rules.DOT)
    ends &= ~(period & dotted & digit)
    doubtful = upper & (among(key, rules.BEFORE_CAPITAL) | (dotted & _capital(page, stops)))
    initial = upper & period & _initials(page, stops, start)
    asked = np.flatnonzero((doubtful | initial) & ends & period)
    if len(asked):
        ends[asked] = among(page.word_after(first[asked]), rules.OPENERS)
        ends[asked] |= _after_lower_word(page, start[asked]) & initial[asked]
    ends &= ~((page.codes[stops] == 0x3F) & page.has(stops - 1, SPACE))
    result: Bools = ends | last
    return result


def _capital(page: _Page, stops: I64) -> Bools:
    return page.has(stops - 1, UPPER)


def _initials(page: _Page, stops: I64, start: I64) -> Bools:
    """Return which stops follow a lone capital letter (``J. Smith``, ``vitamin D.``)."""
    before = page.at(stops - 2)
    alone = (before & (SPACE | OPEN)) != 0
    result: Bools = (stops - start == 1) & _capital(page, stops) & alone
    return result


def _after_lower_word(page: _Page, start: I64) -> Bools:
    """Return which words follow a plain lower-case word that does not lead to a person's name."""
    end = page.visible_before(start)
    key, _ = page.word_before(end)
    return page.has(end - 1, LOWER) & ~among(key, rules.NAME_LINKS) & _small(page, end)


def _small(page: _Page, end: I64) -> Bools:
    """Return whether the word that ends at each position begins with a lower-case letter."""
    _, start = page.word_before(end)
    return page.has(start, LOWER)


def _lower_case_name(page: _Page, first: I64) -> Bools:
    """Return which words are names that start small: ``p53``, ``mRNA``, ``c-Myc``."""
    code, second = page.code(first), page.code(first + 1)
    kind = page.at(first + 1)
    hyphen = second == 0x2D
    greek = (code >= 0x3B1) & (code <= 0x3C9)
    mixed = (kind & (UPPER | DIGIT)) != 0
    mixed |= hyphen & page.has(first + 2, UPPER)
    small = page.has(first, LOWER)
    result: Bools = small & (mixed | (greek & hyphen))
    return result


def _list_number(page: _Page, stops: I64) -> Bools:
    """Return which stops follow the number of a list item (two digits at most)."""
    start = stops.copy()
    for _ in range(2):
        start -= page.has(start - 1, DIGIT)
    lone = (start < stops) & page.has(start - 1, SPACE | OPEN)
    if not lone.any():
        return lone
    line = _in(page.code(start - 1), "\n\r\x1e")
    before = page.visible_before(start)
    leads = before <= page.doc_start[np.searchsorted(page.doc_start, stops, side="right") - 1]
    leads |= _in(page.code(np.maximum(before - 1, 0)), ":.;\n\r")
    return lone & (line | leads)


def _in(codes: U32, characters: str) -> Bools:
    out = np.zeros(codes.shape, bool)
    for char in characters:
        out |= codes == ord(char)
    return out


def _line_ends(page: _Page) -> I64:
    """Return the line ends that end a sentence."""
    codes = page.codes
    breaks = codes == 0x0A
    if (codes == 0x0D).any():
        breaks |= codes == 0x0D
    line = np.flatnonzero(breaks)
    if not len(line):
        return line
    document = np.searchsorted(page.doc_start, line, side="right") - 1
    left = page.doc_start[document]
    right = page.doc_start[document + 1] - 1
    begin = np.maximum(np.append(-1, line[:-1]) + 1, left)
    following = page.visible_from(line)
    next_break = np.append(line[1:], len(codes))
    crlf = (codes[line] == 0x0D) & (page.code(line + 1) == 0x0A)
    next_break = np.where(crlf, np.append(next_break[1:], len(codes)), next_break)
    blank = following > next_break
    inside = following < right
    last = page.visible_before(line)
    marked = _list_mark(page, following) | _heading(page, following)
    colon = page.code(np.maximum(last - 1, 0)) == 0x3A
    loose = _unwrapped(page, line, begin, following)
    ends = inside & (last > begin) & (blank | marked | colon | loose)
    result: I64 = line[ends]
    return result


def _unwrapped(page: _Page, line: I64, begin: I64, following: I64) -> Bools:
    """Return which lines are too short to have been wrapped, before a capital or a number.

    The width is that of the document's longest line. A short line whose last word or character
    asks for more goes on all the same.
    """
    document = np.searchsorted(page.doc_start, line, side="right") - 1
    width = np.zeros(len(page.doc_start), np.int64)
    np.maximum.at(width, document, line - begin)
    tail_of = np.unique(document, return_index=True)[1]
    lasts = np.append(tail_of[1:], len(line)) - 1  # the last break of each document that has one
    tail = page.doc_start[document[lasts] + 1] - 1 - line[lasts]
    width[document[lasts]] = np.maximum(width[document[lasts]], tail)
    room = width[document]
    word = np.zeros(len(line), np.int64)
    for step in range(rules.LONGEST):
        word += (word == step) & ((page.at(following + step) & SPACE) == 0)
    short = (room < NARROW) | (line - begin + 1 + word < FILLED * room)
    capital = page.has(following, UPPER | DIGIT)
    end = page.visible_before(line)
    key, _ = page.word_before(end)
    asks = among(key, rules.LINE_GOES_ON) | _in(page.code(np.maximum(end - 1, 0)), ",-–/&(")
    return short & capital & ~asks


def _list_mark(page: _Page, first: I64) -> Bools:
    """Return which lines begin with a list mark: ``- ``, ``2. ``, ``a) ``, ``(1) ``."""
    bullet = page.has(first, rules.BULLET)
    bullet &= page.has(first + 1, SPACE) | (page.code(first) >= 0x2022)
    inner = first + (page.code(first) == 0x28)
    number = inner.copy()
    for _ in range(2):
        number += page.has(number, DIGIT)
    closed = _in(page.code(number), ".)") & page.has(number + 1, SPACE)
    lettered = page.has(inner, UPPER | LOWER)
    lettered &= (page.code(inner + 1) == 0x29) & page.has(inner + 2, SPACE)
    result: Bools = bullet | ((number > inner) & closed) | lettered
    return result


def _heading(page: _Page, first: I64) -> Bools:
    """Return which lines begin with a heading: a capital, and a colon before a stop or line end."""
    code = page.code(first[:, None] + np.arange(HEADING + 1))
    ended = _in(code, ":.,;\n\r\x1e")
    ended[:, HEADING] = True
    place = ended.argmax(axis=1)
    rows = np.arange(len(first))
    colon = code[rows, place] == 0x3A
    spaced = page.has(first + place + 1, SPACE)
    result: Bools = colon & spaced & page.has(first, UPPER)
    return result
