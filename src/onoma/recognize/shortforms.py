"""The document's own abbreviations: a short form means what its long form means, in that document.

Each later mention of a defined short form takes the long form's key. Where the long form names
nothing, the vocabulary's reading of the short form is dropped in that document: "PD (pulse
duration)" is no Parkinson disease. It stays where a name of what it means is much like the long
form. A bracket of capitals right behind a name of several words defines a short form too, in
whatever order its letters stand: "myotonic dystrophy (DM)".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.columns import ABBREVIATION, Spans, Work
from onoma.recognize.genes import is_symbol

if TYPE_CHECKING:
    from onoma.recognize.dictionary import DictionaryRecognizer

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

COVER = 60  # percent of a long form that a name at its end has to cover
ALIKE = 0.6  # share of words that make two names much alike
INITIALS = 6  # capitals in a bracket at most, where they are initials in any order
_PARTS = re.compile("[\\s,\u2010-\u2015-]+")  # what parts words, hyphens of Unicode too
_RUN = re.compile(r"[^\W_]+")  # as str.isalnum has it
MANY = 64  # short forms of one document from which on it is walked once, not once for each
NAMES = 40  # names of a short form's key that are compared with a long form


@dataclass(frozen=True, slots=True)
class ShortForms:
    """Pairs that a batch's documents define, as batch positions; ``document`` is their number."""

    start: I32
    end: I32
    long_start: I32
    long_end: I32
    document: I32

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.start)


def spread(
    work: Work,
    spans: Spans,
    pairs: ShortForms,
    *,
    recognizer: DictionaryRecognizer | None = None,
) -> Spans:
    """Return the spans with each short form's mentions read as its long form says.

    With a recogniser, the vocabulary's own reading of a short form is compared with a long form
    that is no name as a whole, and stays where the two are much alike. (Measured: where both name
    one concept, the long form's key links better, for it names fewer others.)
    """
    start, end, key = _defined(spans, pairs)
    more_start, more_end, more_key = _swapped_initials(work, spans, pairs)
    start = np.concatenate((start, more_start))
    if not len(start):
        return spans
    document = np.concatenate((pairs.document, work.batch.document_of(more_start.astype(np.int32))))
    end, key = np.concatenate((end, more_end)), np.concatenate((key, more_key))
    kept = _kept(work, spans, pairs, key[: len(pairs)], recognizer)
    kept = np.append(kept, np.zeros(len(more_start), bool))
    mentions = _mentions(work, start[~kept], end[~kept], key[~kept], document[~kept])
    if not len(mentions):
        return spans
    packed = mentions[:, 0] << 32 | mentions[:, 1]
    spans = spans.keep(~_among(spans.start << 32 | spans.end, np.sort(packed)))
    named = mentions[mentions[:, 2] >= 0]
    added = Spans.of(named[:, 0], named[:, 1], named[:, 2], found_by=ABBREVIATION)
    return Spans.merge(spans, added) if len(added) else spans


def _among(values: I64, known: I64) -> Bools:
    """Return which values stand in a sorted column that is not empty."""
    place = np.minimum(np.searchsorted(known, values), len(known) - 1)
    out: Bools = known[place] == values
    return out


def _defined(spans: Spans, pairs: ShortForms) -> tuple[I64, I64, I64]:
    """Return the pairs' short forms, with the key of the longest name at each long form's end.

    The key is -1 where no name ends with the long form and covers most of it.
    """
    start, end = pairs.start.astype(np.int64), pairs.end.astype(np.int64)
    low, high = pairs.long_start.astype(np.int64), pairs.long_end.astype(np.int64)
    order = np.lexsort((spans.start, spans.end))
    ends = spans.end[order] << 32 | spans.start[order]
    place = np.searchsorted(ends, high << 32 | low)
    inside = np.append(ends, -1)[place]
    size = high - (inside & 0xFFFFFFFF)
    fits = (inside >> 32 == high) & (size * 100 >= (high - low) * COVER)
    key = np.where(fits, np.append(spans.key[order], -1)[place], -1)
    return start, end, key


def _swapped_initials(work: Work, spans: Spans, pairs: ShortForms) -> tuple[I64, I64, I64]:
    """Return short forms right behind names of several words whose initials they have.

    Of the names that end at a bracket the longest that fits is taken; brackets that define a short
    form already are left alone.
    """
    codes, text = work.batch.codes, work.batch.text
    near = np.flatnonzero(codes[np.minimum(spans.end + 1, len(codes) - 1)] == 0x28)
    near = near[codes[spans.end[near]] == 0x20]
    near = near[codes[np.minimum(spans.end[near] + 2, len(codes) - 1)] - 0x41 < 26]
    known = set(pairs.start.tolist())
    out: dict[int, tuple[int, int]] = {}
    columns = (spans.start[near].tolist(), spans.end[near].tolist(), spans.key[near].tolist())
    for low, high, key in zip(*columns, strict=True):  # longest first: sorted by start
        place = high + 2
        close = text.find(")", place, place + INITIALS + 1)
        short = text[place:close] if close > 0 else ""
        if place in known or place in out or len(short) < 2:
            continue
        if not (short.isalpha() and short.isupper()):
            continue
        words = _PARTS.split(text[low:high].upper())
        if len(words) > 1 and sorted(word[:1] for word in words) == sorted(short):
            out[place] = (close, key)
    start = np.array(list(out), np.int64)
    table = np.array(list(out.values()), np.int64).reshape(-1, 2)
    return start, table[:, 0], table[:, 1]


def _mentions(work: Work, start: I64, end: I64, key: I64, document: I32) -> I64:
    """Return rows (start, end, key) of the whole-word mentions of short forms, sorted.

    A short form of one character stands for its long form only where it is defined.
    """
    text = work.batch.text
    low, high = work.batch.doc_start[document].tolist(), work.batch.doc_start[document + 1].tolist()
    out: list[tuple[int, int, int]] = []
    sought: dict[tuple[int, int], dict[tuple[str, int], None]] = {}  # by document, each once
    columns = (start.tolist(), end.tolist(), key.tolist(), low, high)
    for first, last, name, place, limit in zip(*columns, strict=True):
        if last - first == 1:
            out.append((first, last, name))
            continue
        sought.setdefault((place, limit), {})[text[first:last], name] = None
    for (place, limit), wanted in sought.items():
        if len(wanted) > MANY:
            out += _among_words(text, wanted, place, limit)
            continue
        for short, name in wanted:
            out.extend((*whole, name) for whole in _whole_words(text, short, place, limit))
    out.sort()
    return np.array(out, np.int64).reshape(-1, 3)


def _among_words(
    text: str, wanted: Iterable[tuple[str, int]], place: int, limit: int
) -> Iterator[tuple[int, int, int]]:
    """Yield the whole-word mentions of many short forms, each with its key, in one walk."""
    heads: dict[str, list[tuple[str, int]]] = {}
    for short, name in wanted:
        head = _RUN.match(short)
        if head is None:
            yield from ((*whole, name) for whole in _whole_words(text, short, place, limit))
        else:
            heads.setdefault(head[0], []).append((short, name))
    for run in _RUN.finditer(text, place, limit):
        word = run[0]
        for short, name in heads.get(word, ()):
            stop = run.start() + len(short)
            if text.startswith(short, run.start()) and stop <= limit:
                if not text[stop].isalnum():
                    yield run.start(), stop, name
                elif text[stop] == "s" and not text[stop + 1].isalnum():
                    yield run.start(), stop + 1, name
        if word.endswith("s"):
            for short, name in heads.get(word[:-1], ()):
                if len(short) == len(word) - 1:
                    yield run.start(), run.end(), name


def _whole_words(text: str, short: str, place: int, limit: int) -> Iterator[tuple[int, int]]:
    """Yield where a short form stands as a word, its plural too."""
    place = text.find(short, place, limit)  # a separator stands before each document
    while place >= 0:
        stop = place + len(short)
        if not (place and text[place - 1].isalnum()):
            if not text[stop].isalnum():
                yield place, stop
            elif text[stop] == "s" and not text[stop + 1].isalnum():
                yield place, stop + 1
        place = text.find(short, stop, limit)


def _kept(
    work: Work, spans: Spans, pairs: ShortForms, key: I64, recognizer: DictionaryRecognizer | None
) -> Bools:
    """Return which pairs leave the vocabulary's reading of their short form as it is.

    So does a gene's symbol whose long form is spelled freely, and a short form that means
    something with a name much like the long form, where that is no name as a whole.
    """
    text = work.batch.text
    out = np.zeros(len(pairs), bool)
    own = _keys_at(spans, pairs.start, pairs.end)
    whole = _keys_at(spans, pairs.long_start, pairs.long_end) >= 0
    for row in np.flatnonzero(~whole & ((key < 0) | (own >= 0))).tolist():
        long = text[pairs.long_start[row] : pairs.long_end[row]]
        if key[row] < 0 and is_symbol(text[pairs.start[row] : pairs.end[row]], long):
            out[row] = True
        elif recognizer is not None and own[row] >= 0:
            out[row] = _is_alike(recognizer, int(own[row]), long)
    return out


def _keys_at(spans: Spans, start: I32, end: I32) -> I64:
    """Return the key of the span at each place, -1 where there is none."""
    packed = np.append(spans.start << 32 | spans.end, np.int64(1) << 62)
    wanted = start.astype(np.int64) << 32 | end
    place = np.searchsorted(packed, wanted)
    return np.where(packed[place] == wanted, np.append(spans.key, -1)[place], -1)


def _is_alike(recognizer: DictionaryRecognizer, key: int, long: str) -> bool:
    """Return whether a concept behind a key has a name with most of the long form's words."""
    wanted = _stems(long)
    return any(
        len(wanted & stems) >= ALIKE * max(len(wanted), len(stems))
        for stems in _name_stems(recognizer.store, key)
    )


@lru_cache(maxsize=1 << 14)
def _name_stems(store: ConceptStore, key: int) -> tuple[frozenset[str], ...]:
    """Return the stems of each name of the concepts behind a key (short forms come again)."""
    first, stop = store.entries_of(key)
    names = store.array("entry_name")[first:stop].astype(np.int64) & (MADE - 1)
    bounds = store.array("concept_name_start")
    out: set[frozenset[str]] = set()
    for concept in np.unique(store.array("name_concept")[names]).tolist():
        low, high = bounds[concept : concept + 2].tolist()
        out.update(
            frozenset(_stems(store.names[name])) for name in range(low, min(high, low + NAMES))
        )
    return tuple(out)


def _stems(name: str) -> set[str]:
    """Return the first five letters of each word: number and ending do not count."""
    return {word[:5] for word in _PARTS.split(name.lower()) if word}
