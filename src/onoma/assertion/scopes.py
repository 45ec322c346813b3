"""How far each cue reaches: to its sentence's end, a stop, its own limit, or the next heading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.assertion.lexicon import BACK, FORWARD, INSIDE, SECTION, Found, Lexicon
from onoma.text.characters import SEPARATOR
from onoma.text.tokens import Tokens, word_hash

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

AXES = 4
HEADING_TOKENS = 6  # words of a heading before its colon
HEADING_LENGTH = 45  # and its characters


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


@dataclass(frozen=True, slots=True)
class _Batch:
    """What scopes are measured on."""

    tokens: Tokens
    codes: U32
    starts: I32  # of sentences
    ends: I32


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the lexicon says of the scope of each cue."""

    sentence: npt.NDArray[np.intp]
    direction: npt.NDArray[np.int8]
    reach: I32


def find_cues(
    lexicon: Lexicon, tokens: Tokens, *, codes: U32, starts: I32, ends: I32
) -> tuple[Cues, Found]:
    """Return the cues of a batch whose sentences are ``starts``, ``ends``, and all phrases."""
    batch = _Batch(tokens, codes, starts, ends)
    found, sentence = _within_sentences(batch, lexicon.find(tokens.hash))
    first_role = lexicon.role_start[found.phrase]
    n_roles = lexicon.role_start[found.phrase + 1] - first_role
    phrase = np.repeat(np.arange(len(found.first)), n_roles)
    offset = np.arange(len(phrase)) - np.repeat(np.cumsum(n_roles) - n_roles, n_roles)
    role = np.repeat(first_role, n_roles) + offset
    row, axis = np.nonzero(lexicon.value[role])
    value = lexicon.value[role[row], axis]
    direction, reach = lexicon.direction[role[row]], lexicon.reach[role[row]]
    stops = lexicon.stops[role]
    place = phrase[row]
    low = np.empty(len(row), np.int32)
    high = np.empty(len(row), np.int32)
    for number in range(AXES):
        closing = phrase[(stops & (1 << number)) != 0]
        mine = np.flatnonzero(axis == number)
        if len(mine):
            cue = found.rows(place[mine])
            scope = _Scope(sentence[place[mine]], direction[mine], reach[mine])
            low[mine], high[mine] = _sentence_scope(batch, cue, scope, found=found, closing=closing)
    keep = np.ones(len(row), bool)
    sections = np.flatnonzero(direction == SECTION)
    if len(sections):
        cue = found.rows(place[sections])
        heads, until = _section_scope(batch, cue)
        keep[sections] = heads
        low[sections], high[sections] = tokens.end[cue.last], until
    inside = direction == INSIDE
    first, last = found.first[place], found.last[place]
    high[inside] = tokens.end[last[inside]]
    last = np.where(inside, first, last)
    cues = Cues(
        start=tokens.start[first][keep],
        end=tokens.end[last][keep],
        axis=axis[keep].astype(np.int8),
        value=value[keep],
        direction=direction[keep],
        reach=reach[keep],
        scope_start=low[keep],
        scope_end=high[keep],
    )
    return cues, found


def _within_sentences(batch: _Batch, found: Found) -> tuple[Found, npt.NDArray[np.intp]]:
    """Return the phrases that do not cross a sentence's end, and their sentences."""
    sentence = _sentence_of(batch, found.first)
    inside = sentence >= 0
    inside &= batch.tokens.end[found.last] <= batch.ends[np.maximum(sentence, 0)]
    kept = np.flatnonzero(inside)
    return found.rows(kept), sentence[kept]


def _sentence_of(batch: _Batch, token: I32) -> npt.NDArray[np.intp]:
    return np.searchsorted(batch.starts, batch.tokens.start[token], side="right") - 1


def _sentence_scope(
    batch: _Batch, cue: Found, scope: _Scope, *, found: Found, closing: npt.NDArray[np.intp]
) -> tuple[I32, I32]:
    """Return the scope of each cue within its sentence; ``closing`` are the stops of its axis."""
    tokens = batch.tokens
    sentence, reach = scope.sentence, scope.reach
    start, end = tokens.start[cue.first], tokens.end[cue.last]
    stop_first = np.append(found.first[closing], len(tokens))
    stop_last = np.append(-1, found.last[closing])
    next_stop = stop_first[np.searchsorted(stop_first[:-1], cue.last, side="right")]
    last_stop = stop_last[np.searchsorted(stop_last[1:], cue.first, side="left")]
    until = np.minimum(next_stop, cue.last.astype(np.int64) + 1 + reach)
    since = np.maximum(last_stop + 1, cue.first.astype(np.int64) - reach)
    starts = np.append(tokens.start, len(batch.codes))
    forward_end = np.minimum(starts[np.minimum(until, len(tokens))], batch.ends[sentence])
    back_start = np.maximum(starts[np.maximum(since, 0)], batch.starts[sentence])
    forward, back = scope.direction == FORWARD, scope.direction == BACK
    low = np.where(forward, end, np.where(back, back_start, start))
    high = np.where(forward, np.maximum(forward_end, end), start)
    return low.astype(np.int32), high.astype(np.int32)


def _section_scope(batch: _Batch, cue: Found) -> tuple[Bools, I32]:
    """Return which phrases are headings, and where what they head ends."""
    tokens = batch.tokens
    colon = np.flatnonzero(tokens.hash == np.uint64(word_hash(":")))
    separators = np.flatnonzero(batch.codes == ord(SEPARATOR))
    heads = _heading_starts(batch, colon)
    borders = np.sort(np.concatenate([heads, separators, [len(batch.codes)]]))
    after = np.minimum(cue.last + 1, len(tokens) - 1)
    with_colon = tokens.hash[after] == np.uint64(word_hash(":"))
    start, end = tokens.start[cue.first], tokens.end[cue.last]
    first_code = batch.codes[start]
    capital = (first_code >= ord("A")) & (first_code <= ord("Z"))
    sentence = _sentence_of(batch, cue.first)
    alone = (batch.starts[sentence] == start) & (batch.ends[sentence] == end)
    behind = np.where(with_colon, tokens.end[after], end)
    until = borders[np.searchsorted(borders, behind, side="left")]
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
