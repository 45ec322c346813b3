"""Where clauses part: how far back "resolved" may look, and how far ahead "without".

A cue of this kind says something of the subject of its own clause and of nothing before it: in
"was treated with amoxicillin, and fever resolved" of the fever alone. Clauses are told by a list
of finite verbs and by the commas and words that join; nothing is parsed. Mutalik et al. 2001
(Negfinder) and Mehrabi et al. 2015 (DEEPEN) show what a grammar adds.

A cue that looks ahead goes over the commas of a list, but not over the one that ends a clause: in
"in patients without gout, metformin caused acidosis" it denies gout alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.text.tokens import Tokens, word_hash

Places = npt.NDArray[np.intp]
U64 = npt.NDArray[np.uint64]

_CHAIN = 3  # tokens from verb to verb in one predicate: "has since been treated"
_ADVERBS_SKIPPED = 3  # between a joining word and the cue: "and has then slowly resolved"


def _hashes(words: str) -> U64:
    return np.array([word_hash(word) for word in words.split()], np.uint64)


_COMMA, _SEMICOLON = _hashes(", ;")
_JOINS = _hashes("and then so")
_LISTS = _hashes("and or nor")
_SHARES = _hashes("and then but or yet before")  # a predicate behind them shares its subject
_ADVERBS = _hashes(
    "now since then later also all both eventually subsequently finally gradually slowly quickly "
    "rapidly promptly fully completely partially largely spontaneously has have had"
)
_RELATIVES = _hashes("which that who")
_OPENERS = _hashes("with after following on upon during since despite under once when while as")
_FRONTS = _hashes(
    "in among for of at on with without despite given unlike under during after before within "
    "although though because since if when whenever while whereas as unless where"
)
"""Words that open a phrase or clause which stands before the main one."""
_ACTS = _hashes(
    "caused causes induced induces led leads resulted results produced produces increased "
    "increases decreased decreases reduced reduces predicted predicts correlated correlates went "
    "progressed progresses cured cures prevented prevents triggered triggers affected affects"
)
"""Finite verbs, most of them participles too: they are none behind a comma or a word that joins."""
_NO_SUBJECT = _hashes(", and or nor no the a an with of in without for by")
_ARTICLES = _hashes("the his her their my your this these all both")


@dataclass(frozen=True, slots=True)
class BackCues:
    """Cues that look back, as token numbers: each one's first token and its sentence's.

    ``since``: the first token behind the last stop before the cue.
    """

    first: Places
    opening: Places
    since: Places


@dataclass(frozen=True, slots=True)
class _Marks:
    """Token numbers, ascending, of what clauses are told by."""

    verbs: Places
    commas: Places
    joins: Places
    strong: Places  # joining words behind a comma, semicolons
    relative: Places  # commas with "which" behind them
    articles: Places
    closed: Places  # ends of what parts sentences in two: "but", "however"


def subjects(
    tokens: Tokens, cues: BackCues, *, verbs: U64, closed: Places
) -> tuple[Places, Places]:
    """Return the first token of the subject of each cue, and the one behind its last.

    ``verbs``: hashes of finite verbs; ``closed``: last tokens of "but" and its kin, ascending.
    """
    marks = _marks(tokens, cues, verbs=verbs, closed=closed)
    before = _before_adverbs(tokens, cues)
    inside = before >= cues.opening
    word = tokens.hash[np.maximum(before, 0)]
    comma, relative = inside & (word == _COMMA), inside & np.isin(word, _RELATIVES)
    tail = comma | relative
    until = np.where(relative & (tokens.hash[before - 1] == _COMMA), before - 1, before)
    until = np.where(tail, until, before + 1)
    own = _clause(tokens, marks, cues.opening, until)
    verb = _last(marks.verbs, until)
    closing = np.maximum(cues.opening, _last(marks.closed, until) + 1)
    object_ = np.maximum(closing, verb + 1)  # "he had fever and a rash, now resolved"
    since = np.where(tail, object_, np.maximum(cues.since, own))
    aside = np.where(comma, _last(marks.relative, before), -1)
    shares = inside & np.isin(word, _SHARES) | (aside >= cues.opening)
    end = _predicate(marks, cues.opening, verb)
    end = np.where(aside >= cues.opening, aside, end)
    shares &= end >= cues.opening
    first = _clause(tokens, marks, cues.opening, np.maximum(end, cues.opening))
    return np.where(shares, first, since), np.where(shares, end, cues.first)


@dataclass(frozen=True, slots=True)
class AheadCues:
    """Cues that look ahead, as token numbers: the first and last of each, and its sentence's.

    ``is_joined``: whether a comma with "and" behind it ends the clause too (histories are lists).
    """

    first: Places
    last: Places
    opening: Places
    closing: Places  # behind the last token of the sentence
    is_joined: npt.NDArray[np.bool_]


def clause_ends(tokens: Tokens, cues: AheadCues, *, verbs: U64) -> Places:
    """Return the comma that ends each cue's clause, ``closing`` where none does.

    It is the last comma before the next finite verb, if a phrase that stands before the main clause
    holds the cue ("in patients without ..., X rose"), or if the cue's own clause has its verb and
    the comma a joining word behind it ("there was no ..., and X rose").
    """
    near = _within(cues.opening, cues.closing)
    word, before = tokens.hash[near], tokens.hash[np.maximum(near - 1, 0)]
    is_verb = np.isin(word, verbs) & ~np.isin(before, _RELATIVES)
    is_verb |= np.isin(word, _ACTS) & ~np.isin(before, _NO_SUBJECT)
    places, commas = near[is_verb], near[word == _COMMA]
    verb = _next(places, cues.last, len(tokens))
    comma = _last(commas, verb)
    own = _last(places, cues.first)
    fronted = np.isin(tokens.hash[cues.opening], _FRONTS)
    behind = tokens.hash[np.clip(comma + 1, 0, len(tokens) - 1)]
    joined = cues.is_joined & (own >= cues.opening) & np.isin(behind, _JOINS)
    listed = np.isin(behind, _LISTS)  # "no mass, cyst, or effusion was seen"
    ends = (verb < cues.closing) & (comma > cues.last) & (fronted & ~listed | joined)
    return np.where(ends, comma, cues.closing)


def _next(places: Places, behind: Places, none: int) -> Places:
    """Return the first of ``places`` behind each token, ``none`` where there is none."""
    found: Places = np.append(places, none)[np.searchsorted(places, behind, side="right")]
    return found


def _marks(tokens: Tokens, cues: BackCues, *, verbs: U64, closed: Places) -> _Marks:
    """Return the marks in what stands before cues in their sentences: little of most texts."""
    near = _within(cues.opening, cues.first)
    word = tokens.hash[near]
    one, two = tokens.hash[np.maximum(near - 1, 0)], tokens.hash[np.maximum(near - 2, 0)]
    # "a rash that developed overnight": such a verb has no clause of its own
    restricts = np.isin(one, _RELATIVES) & (two != _COMMA)
    joins, relative = np.isin(word, _JOINS), np.isin(word, _RELATIVES)
    return _Marks(
        verbs=near[np.isin(word, verbs) & ~restricts],
        commas=near[word == _COMMA],
        joins=near[joins],
        strong=near[joins & (one == _COMMA) | (word == _SEMICOLON)],
        relative=near[relative & (one == _COMMA)] - 1,
        articles=near[np.isin(word, _ARTICLES)],
        closed=closed,
    )


def _within(starts: Places, ends: Places) -> Places:
    """Return the numbers from each start up to the last of its ends, ascending, each once."""
    starts, row = np.unique(starts, return_inverse=True)
    last = np.zeros(len(starts), np.intp)
    np.maximum.at(last, row, ends)  # a sentence is walked once, however many cues it has
    sizes = np.maximum(last - starts, 0)
    first = np.cumsum(sizes) - sizes
    return np.asarray(np.arange(int(sizes.sum())) + np.repeat(starts - first, sizes), np.intp)


def _last(places: Places, before: Places) -> Places:
    """Return the last of ``places`` before each token, -1 where there is none."""
    found: Places = np.append(-1, places)[np.searchsorted(places, before, side="left")]
    return found


def _before_adverbs(tokens: Tokens, cues: BackCues) -> Places:
    """Return the token before each cue and its adverbs; it may lie before the sentence."""
    before = cues.first - 1
    for _ in range(_ADVERBS_SKIPPED):
        skips = (before >= cues.opening) & np.isin(tokens.hash[np.maximum(before, 0)], _ADVERBS)
        before = before - skips
    return before


def _clause(tokens: Tokens, marks: _Marks, opening: Places, until: Places) -> Places:
    """Return where the clause that ends at ``until`` begins: behind what joins it to a verb before.

    A comma with a joining word behind it parts clauses best, then a comma, then "and" alone.
    Without a verb before, all belongs to the clause: "fever, cough and rash resolved".
    """
    start = np.maximum(opening, _last(marks.closed, until) + 1)
    verb = _last(marks.verbs, until)
    has_verb = verb >= start
    border = np.full(len(start), -1)
    for places in (marks.joins, marks.commas, marks.strong):
        place = _last(places, until)
        border = np.where(place > verb, place, border)
    pair = ~has_verb & (place > start) & (_last(marks.commas, place - 1) < start)
    start = np.where(pair, place + 1, start)  # "pain, and fever resolved"; but not in a list
    opens = ~has_verb & (start == opening) & np.isin(tokens.hash[opening], _OPENERS)
    start = np.where(has_verb & (border >= 0), border + 1, start)
    return np.where(opens, _behind_phrase(marks, opening, until), start)


def _behind_phrase(marks: _Marks, opening: Places, until: Places) -> Places:
    """Return the token behind a phrase that opens a sentence: "after dialysis, the ...".

    A comma ends it, else an article: "with furosemide the ...".
    """
    start = opening
    for places in (marks.articles, marks.commas):
        padded = np.append(places, np.iinfo(np.intp).max)
        border = padded[np.searchsorted(places, opening + 2)]
        start = np.where(border < until - 1, border, start)
    return start


def _predicate(marks: _Marks, opening: Places, verb: Places) -> Places:
    """Return the first verb of each predicate: in "has been treated" the place of "has"."""
    for _ in range(_CHAIN):
        earlier = _last(marks.verbs, verb)
        verb = np.where((earlier >= opening) & (verb - earlier <= _CHAIN), earlier, verb)
    return verb
