"""How far each cue reaches: to its sentence's end, a stop, its own limit, or the next heading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.assertion.clauses import AheadCues, BackCues, clause_ends, subjects
from onoma.assertion.lexicon import (
    AHEAD,
    BACK,
    EXPERIENCER,
    FORWARD,
    INSIDE,
    ITEM,
    OPENING,
    PHRASE,
    POLARITY,
    SECTION,
    TEMPORALITY,
    UNLIMITED,
    VERB,
    Found,
    Lexicon,
)
from onoma.assertion.nitric_oxide import is_denial
from onoma.text.characters import SEPARATOR
from onoma.text.tokens import Tokens, word_hash
from onoma.types import TEMPORALITIES

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

AXES = 4
PAST = TEMPORALITIES.index("historical")
EVERY = 15  # the bits of a stop for every axis
DASHES = (0x2014, 0x2015)  # em dashes; an en dash parts clauses only between spaces
EN_DASH = 0x2013
SPACE = 0x20
HEADING_TOKENS = 6  # words of a heading before its colon
HEADING_LENGTH = 45  # and its characters
LOUD = 6  # characters of a heading in capitals; a shorter one may be a list's ``COPD``


@dataclass(frozen=True, slots=True)
class Cues:
    """One row for each (cue, axis) in text order: where it stands, what it says, how far it goes.

    ``start``, ``end``: the phrase; ``scope_start``, ``scope_end``: what it reaches, without itself.
    """

    start: I32
    end: I32
    axis: npt.NDArray[np.int8]
    value: npt.NDArray[np.int8]
    direction: npt.NDArray[np.int8]
    reach: I32
    scope_start: I32
    scope_end: I32

    def rows(self, which: Bools) -> Cues:
        """Return the cues under a mask."""
        return Cues(*(getattr(self, column)[which] for column in Cues.__slots__))


@dataclass(frozen=True, slots=True)
class _Batch:
    """What scopes are measured on."""

    tokens: Tokens
    codes: U32
    starts: I32  # of sentences
    ends: I32


@dataclass(frozen=True, slots=True)
class _Stops:
    """What ends the reach of cues of an axis that look ahead, and of those that look back."""

    ahead: Found
    behind: Found


@dataclass(frozen=True, slots=True)
class _Said:
    """What the phrases found say: one row for each of their roles in the lexicon."""

    found: Found
    phrase: npt.NDArray[np.intp]  # the row of ``found``
    role: npt.NDArray[np.intp]
    stops: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, lexicon: Lexicon, found: Found) -> _Said:
        """Return the roles of these phrases."""
        first = lexicon.role_start[found.phrase]
        sizes = lexicon.role_start[found.phrase + 1] - first
        phrase = np.repeat(np.arange(len(sizes)), sizes)
        offset = np.arange(len(phrase)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        role = np.repeat(first, sizes) + offset
        return cls(found, phrase, role, lexicon.stops[role])

    def stopping(self, bits: int) -> Found:
        """Return the phrases that have any of these bits of a stop."""
        return self.found.rows(self.phrase[(self.stops & bits) != 0])

    def stopping_all(self) -> I32:
        """Return the last tokens of the phrases that are a stop for every axis."""
        last: I32 = self.found.last[self.phrase[(self.stops & EVERY) == EVERY]]
        return last


@dataclass(frozen=True, slots=True)
class _Rows:
    """One row for each (cue, axis): its phrase, its sentence, and what the lexicon says of it.

    ``low``, ``high``: what it reaches, in characters; each step sets those of some rows.
    """

    phrase: Found
    sentence: npt.NDArray[np.intp]
    axis: npt.NDArray[np.int8]
    value: npt.NDArray[np.int8]
    direction: npt.NDArray[np.int8]
    reach: I32
    low: I32
    high: I32


def find_cues(
    lexicon: Lexicon, tokens: Tokens, *, codes: U32, starts: I32, ends: I32
) -> tuple[Cues, Found]:
    """Return the cues of a batch whose sentences are ``starts``, ``ends``, and all phrases."""
    batch = _Batch(tokens, codes, starts, ends)
    phrases = lexicon.find(tokens.hash)
    phrases = phrases.rows(np.flatnonzero(is_denial(phrases, tokens, codes)))
    found, sentence = _within_sentences(batch, phrases)
    said = _Said.of(lexicon, found)
    rows = _rows(batch, lexicon, said, sentence)
    _reach_in_sentences(batch, rows, said)
    _reach_subjects(batch, rows, verbs=lexicon.verbs, closed=said.stopping_all())
    _stop_at_clauses(batch, rows, verbs=lexicon.verbs)
    _stop_at_dashes(batch, rows)
    _stop_at_commas(batch, rows)
    keep = _reach_in_sections(batch, rows)
    inside = rows.direction == INSIDE
    rows.high[inside] = tokens.end[rows.phrase.last[inside]]
    last = np.where(inside, rows.phrase.first, rows.phrase.last)
    cues = Cues(
        start=tokens.start[rows.phrase.first][keep],
        end=tokens.end[last][keep],
        axis=rows.axis[keep],
        value=rows.value[keep],
        direction=rows.direction[keep],
        reach=rows.reach[keep],
        scope_start=rows.low[keep],
        scope_end=rows.high[keep],
    )
    return cues, found


def _rows(batch: _Batch, lexicon: Lexicon, said: _Said, sentence: npt.NDArray[np.intp]) -> _Rows:
    """Return the cues by axis, without those that would have to open their sentence and do not."""
    row, axis = np.nonzero(lexicon.value[said.role])
    direction = lexicon.direction[said.role[row]]
    place = said.phrase[row]
    opens = _opens_sentence(batch, said.found.first[place], sentence[place])
    kept = np.flatnonzero((direction != OPENING) | opens)
    row, axis, place, direction = row[kept], axis[kept], place[kept], direction[kept]
    role = said.role[row]
    return _Rows(
        said.found.rows(place),
        sentence[place],
        axis.astype(np.int8),
        lexicon.value[role, axis],
        np.where(direction == OPENING, FORWARD, direction).astype(np.int8),
        lexicon.reach[role],
        np.zeros(len(row), np.int32),
        np.zeros(len(row), np.int32),
    )


def _reach_in_sentences(batch: _Batch, rows: _Rows, said: _Said) -> None:
    """Set what each cue reaches within its sentence, up to the stops of its axis."""
    is_phrase = rows.reach == PHRASE
    for axis in range(AXES):
        for wanted, bits in ((False, 1 << axis), (True, 1 << axis | VERB)):
            mine = np.flatnonzero((rows.axis == axis) & (is_phrase == wanted))
            if len(mine):
                ahead = bits | AHEAD if axis == POLARITY else bits
                stops = _Stops(said.stopping(ahead), said.stopping(bits))
                rows.low[mine], rows.high[mine] = _sentence_scope(batch, rows, mine, stops)


def _reach_subjects(batch: _Batch, rows: _Rows, *, verbs: U64, closed: I32) -> None:
    """Set what cues behind their subject say something of (``X was ruled out``)."""
    is_back = (rows.axis == POLARITY) & (rows.direction == BACK) & (rows.reach == UNLIMITED)
    mine = np.flatnonzero(is_back)
    if not len(mine):
        return
    tokens, cue = batch.tokens, rows.phrase.rows(mine)
    opening = np.searchsorted(tokens.start, batch.starts[rows.sentence[mine]])
    lowest = np.searchsorted(tokens.start, rows.low[mine])
    back = BackCues(cue.first.astype(np.intp), opening, lowest)
    since, until = subjects(tokens, back, verbs=verbs, closed=closed.astype(np.intp))
    rows.low[mine], rows.high[mine] = tokens.start[since], tokens.start[until]


def _stop_at_clauses(batch: _Batch, rows: _Rows, *, verbs: U64) -> None:
    """Let no denial, nor what is said of the past or of others, reach past its clause's comma.

    What is only thought of goes on: "if fever occurs, take aspirin".
    """
    past = (rows.axis == TEMPORALITY) & (rows.value == PAST)
    said = (rows.axis == POLARITY) | (rows.axis == EXPERIENCER) | past
    mine = np.flatnonzero(said & (rows.direction == FORWARD))
    if not len(mine):
        return
    tokens, cue, sentence = batch.tokens, rows.phrase.rows(mine), rows.sentence[mine]
    opening = np.searchsorted(tokens.start, batch.starts[sentence])
    closing = np.searchsorted(tokens.start, batch.ends[sentence])
    ahead = AheadCues(
        cue.first.astype(np.intp), cue.last.astype(np.intp), opening, closing,
        is_joined=rows.axis[mine] == POLARITY,
    )  # fmt: skip
    comma = clause_ends(tokens, ahead, verbs=verbs)
    starts = np.append(tokens.start, len(batch.codes))
    rows.high[mine] = np.minimum(rows.high[mine], starts[comma])


_TELLING = np.array(
    [word_hash(word) for word in (
        "he", "she", "they", "the", "patient", "pt", "mother", "father", "brother", "sister", "on",
        "started", "given", "admitted", "discharged", "denies", "no", "today", "currently", "now",
        "exam", "examination", "labs", "follow", "i", "we", "his", "her", "this", "uds", "cxr",
        "ct", "mri", "ekg", "ecg", "vitals", "afebrile", "plan", "imaging", "cervix", "fht", "sve",
        "general", "gen", "heent", "lungs", "abdomen", "abd", "extremities", "va", "iop", "mse",
    )],
    np.uint64,
)  # fmt: skip
"""First words of sentences that go on with the story behind a list that was headed in its line."""
_PATIENT = np.array([word_hash(word) for word in ("patient", "pt")], np.uint64)
_THE, _OWNS = np.uint64(word_hash("the")), np.uint64(word_hash("'s"))


def _stop_at_dashes(batch: _Batch, rows: _Rows) -> None:
    """Let no denial reach past the next dash."""
    mine = np.flatnonzero((rows.axis == POLARITY) & (rows.direction == FORWARD))
    dash = _next_dash(batch, batch.tokens.end[rows.phrase.last[mine]])
    rows.high[mine] = np.minimum(rows.high[mine], dash)


def _stop_at_commas(batch: _Batch, rows: _Rows) -> None:
    """Let what is said of an item of a list end with it: "CAD s/p CABG, HTN".

    What looks back begins with it: "leg swelling, dyspnoea on exertion".
    """
    mine = np.flatnonzero(rows.reach == ITEM)
    if not len(mine):
        return
    tokens = batch.tokens
    marks = np.array([word_hash(mark) for mark in ",;"], np.uint64)
    comma = tokens.start[np.isin(tokens.hash, marks)]
    behind = rows.direction[mine] == BACK
    back, ahead = mine[behind], mine[~behind]
    place = np.searchsorted(comma, tokens.start[rows.phrase.first[back]])
    since = np.append(np.int32(-1), comma)[place] + 1
    rows.low[back] = np.maximum(rows.low[back], since)
    until = np.append(comma, len(batch.codes))
    until = until[np.searchsorted(comma, tokens.end[rows.phrase.last[ahead]])]
    rows.high[ahead] = np.minimum(rows.high[ahead], until)


def _reach_in_sections(batch: _Batch, rows: _Rows) -> Bools:
    """Set what headings reach; return which rows are cues: not each such phrase is a heading."""
    keep = np.ones(len(rows.axis), bool)
    mine = np.flatnonzero(rows.direction == SECTION)
    if len(mine):
        cue = rows.phrase.rows(mine)
        keep[mine], until = _section_scope(batch, cue)
        relatives = rows.axis[mine] == EXPERIENCER
        if relatives.any():
            until = np.where(relatives, np.minimum(until, _of_patient(batch, cue)), until)
        rows.low[mine], rows.high[mine] = batch.tokens.end[cue.last], until
    return keep


def _of_patient(batch: _Batch, cue: Found) -> I64:
    """Return where the next sentence begins that has the patient for its subject.

    "Family history: father had gout. Patient has asthma.": what is said of relatives ends there.
    """
    hashes = np.append(batch.tokens.hash, np.zeros(2, np.uint64))
    opening = np.searchsorted(batch.tokens.start, batch.starts)
    opening = opening + (hashes[opening] == _THE)
    owns = hashes[opening + 1] == _OWNS
    mine = np.isin(hashes[opening], _PATIENT) & ~owns
    starts = np.append(batch.starts[mine], len(batch.codes)).astype(np.int64)
    return starts[np.searchsorted(starts, batch.tokens.end[cue.last])]


def _within_sentences(batch: _Batch, found: Found) -> tuple[Found, npt.NDArray[np.intp]]:
    """Return the phrases that do not cross a sentence's end, and their sentences."""
    sentence = _sentence_of(batch, found.first)
    inside = sentence >= 0
    inside &= batch.tokens.end[found.last] <= batch.ends[np.maximum(sentence, 0)]
    kept = np.flatnonzero(inside)
    return found.rows(kept), sentence[kept]


def _sentence_of(batch: _Batch, token: I32) -> npt.NDArray[np.intp]:
    return np.searchsorted(batch.starts, batch.tokens.start[token], side="right") - 1


def _opens_sentence(batch: _Batch, first: I32, sentence: npt.NDArray[np.intp]) -> Bools:
    """Return which tokens are the first ones of their sentences."""
    opening = np.searchsorted(batch.tokens.start, batch.starts[sentence])
    result: Bools = opening == first
    return result


def _next_dash(batch: _Batch, positions: I32) -> I32:
    """Return where the next dash stands (it parts clauses, as a hyphen joins words)."""
    codes = batch.codes
    dash = np.flatnonzero(codes >= EN_DASH)  # few characters are, so the rest looks at few
    code = codes[dash]
    spaced = (codes[dash - 1] == SPACE) & (codes[np.minimum(dash + 1, len(codes) - 1)] == SPACE)
    dash = dash[np.isin(code, DASHES) | ((code == EN_DASH) & spaced)]
    dash = np.append(dash, len(codes))
    between = dash[np.searchsorted(dash, positions)]
    return between.astype(np.int32)


def _sentence_scope(
    batch: _Batch, rows: _Rows, mine: npt.NDArray[np.intp], closing: _Stops
) -> tuple[I32, I32]:
    """Return what some cues reach within their sentences, up to the stops of their axis."""
    tokens, cue = batch.tokens, rows.phrase.rows(mine)
    sentence, reach, direction = rows.sentence[mine], rows.reach[mine], rows.direction[mine]
    start, end = tokens.start[cue.first], tokens.end[cue.last]
    stop_first = np.append(closing.ahead.first, len(tokens))
    stop_last = np.append(-1, closing.behind.last)
    next_stop = stop_first[np.searchsorted(stop_first[:-1], cue.last, side="right")]
    last_stop = stop_last[np.searchsorted(stop_last[1:], cue.first, side="left")]
    until = np.minimum(next_stop, cue.last.astype(np.int64) + 1 + reach)
    since = np.maximum(last_stop + 1, cue.first.astype(np.int64) - reach)
    starts = np.append(tokens.start, len(batch.codes))
    forward_end = np.minimum(starts[np.minimum(until, len(tokens))], batch.ends[sentence])
    opening = np.searchsorted(tokens.start, batch.starts[sentence])
    back_start = np.maximum(starts[np.maximum(since, opening)], batch.starts[sentence])
    forward, back = direction == FORWARD, direction == BACK
    low = np.where(forward, end, np.where(back, back_start, start))
    high = np.where(forward, np.maximum(forward_end, end), start)
    return low.astype(np.int32), high.astype(np.int32)


def _section_scope(batch: _Batch, cue: Found) -> tuple[Bools, I32]:
    """Return which phrases are headings, and where what they head ends."""
    tokens = batch.tokens
    colon = np.flatnonzero(tokens.hash == np.uint64(word_hash(":")))
    separators = np.flatnonzero(batch.codes == ord(SEPARATOR))
    heads = _heading_starts(batch, colon)
    loud, calm = _line_headings(batch)
    borders = np.sort(np.concatenate([heads, loud, separators, [len(batch.codes)]]))
    after = np.minimum(cue.last + 1, len(tokens) - 1)
    with_colon = tokens.hash[after] == np.uint64(word_hash(":"))
    start, end = tokens.start[cue.first], tokens.end[cue.last]
    first_code = batch.codes[start]
    capital = (first_code >= ord("A")) & (first_code <= ord("Z"))
    sentence = _sentence_of(batch, cue.first)
    alone = (batch.starts[sentence] == start) & (batch.ends[sentence] == end)
    behind = np.where(with_colon, tokens.end[after], end)
    until = borders[np.searchsorted(borders, behind, side="left")]
    last_code = batch.codes[end - 1]  # of a heading in capitals, calm lines are the parts
    is_calm = (last_code >= ord("a")) & (last_code <= ord("z"))
    calm = np.append(calm, len(batch.codes))
    until = np.where(is_calm, np.minimum(until, calm[np.searchsorted(calm, behind)]), until)
    until = np.minimum(until, _paragraph_end(batch, behind, with_colon))
    until = np.minimum(until, _list_end(batch, start, behind))
    return (with_colon & capital) | alone, until.astype(np.int32)


def _heading_starts(batch: _Batch, colon: npt.NDArray[np.intp]) -> I64:
    """Return where headings begin: the sentence's start, or the word in capitals before a colon."""
    tokens = batch.tokens
    sentence = _sentence_of(batch, colon.astype(np.int32))
    inside = sentence >= 0
    colon, sentence = colon[inside], sentence[inside]
    start = batch.starts[sentence]
    first = np.searchsorted(tokens.start, start)
    near = (colon - first <= HEADING_TOKENS) & (tokens.start[colon] - start <= HEADING_LENGTH)
    code = batch.codes[start]
    near &= (code >= ord("A")) & (code <= ord("Z"))
    before = np.maximum(colon - 1, 0)
    begin, end = tokens.start[before], tokens.end[before]
    letters = end - begin >= 3
    for code in (batch.codes[begin], batch.codes[np.maximum(end - 1, 0)]):
        letters &= (code >= ord("A")) & (code <= ord("Z"))
    return np.concatenate([start[near], begin[letters]]).astype(np.int64)


def _line_headings(batch: _Batch) -> tuple[I64, I64]:
    """Return where headings without a colon begin, those in capitals and the calm ones.

    They are short lines without punctuation at their end. One in capitals is a heading if the text
    behind it is not in capitals; a calm one if a blank line stands before it and none behind. The
    first line of a section is none (``History``, ``Asthma``).
    """
    codes, starts, ends = batch.codes, batch.starts, batch.ends
    first, last = codes[starts], codes[np.maximum(ends - 1, 0)]
    capital = (first >= ord("A")) & (first <= ord("Z"))
    lower_end = (last >= ord("a")) & (last <= ord("z"))
    upper_end = (last >= ord("A")) & (last <= ord("Z"))
    is_upper = upper_end & capital & (ends - starts <= HEADING_LENGTH)
    is_upper[is_upper] = ~_has_lower(codes, starts[is_upper], ends[is_upper])
    newlines = np.flatnonzero(codes == ord("\n"))
    breaks_start, breaks_end = np.searchsorted(newlines, starts), np.searchsorted(newlines, ends)
    before = breaks_start - np.append(0, breaks_end[:-1])
    behind = np.append(breaks_start[1:] - breaks_end[:-1], 0)
    parted = np.flatnonzero(codes == ord(SEPARATOR))
    document = np.searchsorted(parted, starts)
    fresh = document > np.searchsorted(parted, np.append(0, ends[:-1]))
    words = np.searchsorted(batch.tokens.start, ends) - np.searchsorted(batch.tokens.start, starts)
    short = (ends - starts <= HEADING_LENGTH) & (words <= HEADING_TOKENS)
    line = short & capital & (breaks_end == breaks_start) & ((before > 0) | fresh) & (behind > 0)
    follows_upper = np.append(False, is_upper[:-1]) & ~fresh
    leads_upper = np.append(is_upper[1:], False)
    colon = last == ord(":")
    follows_head = (np.append(False, colon[:-1]) | follows_upper) & ~fresh
    loud = is_upper & ~leads_upper & ((before > 1) | (ends - starts >= LOUD))
    calm = lower_end & (before > 1) & (behind == 1) & ~follows_head
    return starts[line & loud].astype(np.int64), starts[line & calm].astype(np.int64)


def _has_lower(codes: U32, starts: I32, ends: I32) -> Bools:
    """Return whether each short stretch holds a small letter."""
    if not len(starts):
        return np.zeros(0, bool)
    sizes = (ends - starts).astype(np.int64)
    first = np.cumsum(sizes) - sizes
    places = np.arange(int(sizes.sum())) + np.repeat(starts - first, sizes)
    small = (codes[places] >= ord("a")) & (codes[places] <= ord("z"))
    return np.asarray(np.logical_or.reduceat(small, first))


def _list_end(batch: _Batch, start: I32, behind: I32) -> I64:
    """Return where a list ends that is headed within a line: at the next sentence that tells.

    "... Allergies: penicillin (rash). He denies chest pain.": a note in one line has no paragraphs.
    """
    size = len(batch.codes)
    breaks = np.flatnonzero(np.isin(batch.codes, (ord("\n"), ord(SEPARATOR))))
    line = np.append(-1, breaks)[np.searchsorted(breaks, start)]  # where it begins
    first = np.searchsorted(batch.tokens.start, line + 1)
    is_first = np.append(batch.tokens.start, size)[first] >= start
    opening = np.searchsorted(batch.tokens.start, batch.starts)
    words = np.append(batch.tokens.hash, np.uint64(0))[opening]
    tells = np.append(batch.starts[np.isin(words, _TELLING)], size).astype(np.int64)
    return np.where(is_first, size, tells[np.searchsorted(tells, behind)])


def _paragraph_end(batch: _Batch, behind: I32, with_colon: Bools) -> I64:
    """Return where the paragraph ends of a heading that has text on its own line."""
    breaks = np.append(np.flatnonzero(batch.codes == ord("\n")), len(batch.codes))
    ends = np.append(batch.ends, len(batch.codes))
    starts = np.append(batch.starts, len(batch.codes))
    count = np.searchsorted(breaks, starts[1:]) - np.searchsorted(breaks, ends[:-1])
    blank = np.append(starts[1:][count > 1], len(batch.codes)).astype(np.int64)
    following = np.searchsorted(batch.tokens.start, behind)
    opening = np.append(batch.tokens.start, len(batch.codes))[following]
    line_end = breaks[np.searchsorted(breaks, behind)]
    inline = with_colon & (opening < line_end)
    until = blank[np.searchsorted(blank, behind)]
    return np.where(inline, until, len(batch.codes)).astype(np.int64)
