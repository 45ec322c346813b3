"""What clinicians write short and never define: HTN, h/o DVT, N/V, RA in a note.

``data/recognize/shorthand.tsv`` says what each form means, as a name of the vocabulary; a form
takes that name's key. Some mean one thing wherever they stand (HTN), others only in clinical notes
(RA is the right atrium elsewhere, and room air behind a saturation). A note is told by words that
nothing else is written with (PMH, h/o, denies, prn). What a document defines itself goes first.

``data/recognize/other_senses.tsv`` has words that are no mention where something stands beside
them: "on the other hand", "the placebo arm"; ``data/recognize/beside_sites.tsv`` words that are a
sign where a part of the body does: "swollen ankles".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from onoma.recognize.columns import SHORTHAND, Spans, Work
from onoma.recognize.general import keys_of
from onoma.recognize.own_names import OwnNames
from onoma.text.characters import SYMBOL, common_words
from onoma.text.tokens import word_hash

if TYPE_CHECKING:
    from onoma.ontology.store import ConceptStore
    from onoma.recognize.dictionary import DictionaryRecognizer
    from onoma.recognize.shortforms import ShortForms

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Beside = tuple[str, re.Pattern[str]]
"""Where a pattern is looked for (< before, > behind; ! it must not be there), and the pattern."""
NOT = "!"
FILES = ("shorthand", "other_senses", "beside_sites")
PATIENTS = ("pt", "pts")  # platinum is Pt
ANYWHERE, TAGGED = "any", "tagged"
NOTE = 4  # points of signs of a note from which on a document is one
STRONG, WEAK = 3, 1
STRONG_WORDS = (
    "pmh", "pmhx", "psh", "pshx", "hpi", "nkda", "fhx", "shx", "hx", "prn", "qhs", "denies",
    "afebrile", "nad", "perrla", "nontender",
)  # fmt: skip
WEAK_WORDS = (
    "bid", "tid", "qid", "po", "admitted", "discharged", "pt", "yo", "spo", "cxr", "meds", "bp",
    "hr", "rr", "allergies", "endorses", "labs", "abd",
)  # fmt: skip
STRONG_SLASHES = ("h/o", "s/p", "c/o", "r/o", "p/w", "y/o")
WEAK_SLASHES = ("n/v", "f/u", "d/c", "a/p", "b/l")
SLASH = ord("/")
AROUND = 40  # characters before and behind a form that its pattern may read
NOTHING = -1  # the key of what is no mention
_BITS = 16
_RUN = re.compile(r"[^\W_]+(?:[/-][^\W_]+){0,6}")  # peptides have no end
_BEFORE = re.compile(r"(?:[^\W_]{1,20}[/-]){0,3}[^\W_]*\Z")
MOST = 4  # words of a form that hyphens join
NAMED = "@"  # begins a line that names a pattern
_NAME = re.compile(r"\{([a-z]+)\}")
_PART = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Form:
    """What a form means: the keys of its parts (none: no mention), where and beside what."""

    keys: tuple[int, ...]
    is_of_notes: bool
    beside: tuple[Beside, ...] = ()

    @property
    def needs_a_sign(self) -> bool:
        """Whether something has to stand beside it."""
        return _needs_a_sign(self.beside)

    def meant(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield the start, end and key (-1: no mention) of each part.

        None where what it needs is missing; no mention where something speaks against a meaning.
        """
        missing = next((one for one in self.beside if not fits(one, text, start, end)), None)
        if missing is not None:
            if self.keys and missing[0].startswith(NOT):
                yield start, end, NOTHING
            return
        parts = text[start:end].split("/") if len(self.keys) > 1 else [text[start:end]]
        for part, key in zip(parts, self.keys or (NOTHING,), strict=True):
            yield start, start + len(part), key
            start += len(part) + 1


Forms = dict[str, tuple[Form, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: forms, the names of each part that may be meant, and where."""

    forms: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    where: str  # any, notes or tagged
    beside: tuple[Beside, ...]

    @property
    def is_of_notes(self) -> bool:
        """Whether the forms alone are read in notes only."""
        return self.where != ANYWHERE

    @property
    def needs_a_sign(self) -> bool:
        """Whether something has to stand beside the forms: where they have another meaning, too."""
        return _needs_a_sign(self.beside)


def _needs_a_sign(beside: Sequence[Beside]) -> bool:
    return any(not where.startswith(NOT) for where, _ in beside)


@cache
def shorthand_lines() -> tuple[Line, ...]:
    """Return what the files say."""
    place = resources.files("onoma") / "data" / "recognize"
    texts = [(place / f"{name}.tsv").read_text(encoding="utf-8") for name in FILES]
    out = []
    patterns: dict[str, str] = {}  # those that a file names, to be held by others
    for line in "\n".join(texts).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(NAMED):
            name, pattern = line[len(NAMED) :].split("\t")
            patterns[name] = _filled(pattern, patterns)
            continue
        forms, meant, where, *beside = line.split("\t")
        parts = () if meant == "-" else tuple(meant.split("+"))
        out.append(
            Line(
                tuple(forms.split("|")),
                tuple(tuple(name.strip() for name in part.split(";")) for part in parts),
                where,
                tuple(_beside(_filled(one, patterns)) for one in beside),
            )
        )
    return tuple(out)


def _filled(pattern: str, patterns: Mapping[str, str]) -> str:
    """Return a pattern with those that it names by ``{name}`` in their places."""
    return _NAME.sub(lambda hit: patterns[hit[1]], pattern)


def _beside(said: str) -> Beside:
    sign = said[: 2 if said.startswith(NOT) else 1]
    return sign, re.compile(said[len(sign) :])


def fits(beside: Beside, text: str, start: int, end: int) -> bool:
    """Return whether what has to stand beside a form does, or what must not does not."""
    where, pattern = beside
    if where[-1] == "<":
        found = pattern.search(text[max(0, start - AROUND) : start])
    else:
        found = pattern.match(text[end : end + AROUND])
    return (found is None) == where.startswith(NOT)


@cache
def _warnings() -> dict[str, list[Line]]:
    """Return the lines that may say of a form that it is something else."""
    out: dict[str, list[Line]] = {}
    for line in shorthand_lines():
        speaks = line.where == ANYWHERE if not line.parts else bool(line.beside)
        for form in line.forms if speaks else ():
            out.setdefault(form.removesuffix("*"), []).append(line)
    return out


def is_something_else(text: str, start: int, end: int) -> bool:
    """Return whether a form is spoken against by what stands beside it.

    >>> is_something_else("SpO2 88% RA", 9, 11), is_something_else("He has RA", 7, 9)
    (True, False)
    """
    word = text[start:end]
    return word in PATIENTS or any(
        _is_against(line, text, start, end) for line in _warnings().get(word, ())
    )


def _is_against(line: Line, text: str, start: int, end: int) -> bool:
    if not line.parts:
        return all(fits(one, text, start, end) for one in line.beside)
    against = (one for one in line.beside if one[0].startswith(NOT))
    return any(not fits(one, text, start, end) for one in against)


class Shorthand:
    """Reads clinical shorthand with the names of one vocabulary."""

    def __init__(self, recognizer: DictionaryRecognizer, blocked: Collection[str] = ()) -> None:
        """Look up what the forms mean; those that the vocabulary has no name for are left out.

        So are ``blocked`` names, those that vocabularies of the user's own have themselves, and
        those that the project lets through.
        """
        self._recognizer = recognizer
        self._forms, self._loose = _read_forms(recognizer.store, blocked)
        self._phrases: dict[str, tuple[str, ...]] = {}  # forms of several words, by their longest
        for one in self._forms:
            if " " in one:
                self._phrases[_longest(one)] = (*self._phrases.get(_longest(one), ()), one)
        anywhere, signs = _words_of(self._forms)
        cues = dict.fromkeys(STRONG_WORDS, STRONG) | dict.fromkeys(WEAK_WORDS, WEAK)
        self._cues = len(cues)
        heads = {one: points for one, points in sorted(anywhere.items()) if one not in cues}
        self._words = _Words([*cues, *heads])
        self._points = np.array([*cues.values(), *heads.values()])
        # words of forms that only hide what is found there
        self._hides = np.array([not p and one not in signs for one, p in (cues | heads).items()])
        parts = {_longest(one) for one in self._forms if not one.isalpha()}
        self._parts = np.array([one in parts for one in (*cues, *heads)])  # of longer forms

    def extend(self, work: Work, spans: Spans, pairs: ShortForms) -> Spans:
        """Return the spans with the forms read as they are meant; ``pairs`` are defined there."""
        if not len(work.tokens):
            return spans
        found = np.array(sorted(set(self._found(work, spans, pairs))), np.int64).reshape(-1, 3)
        if not len(found):
            return spans
        start, end, key = found.T
        place = np.searchsorted(start, spans.start, side="right") - 1
        inside = (place >= 0) & (spans.end <= end[np.maximum(place, 0)])
        types = self._recognizer.key_types[np.maximum(key, 0)] & self._recognizer.mask
        named = (key >= 0) & (types != 0)
        added = Spans.of(start[named], end[named], key[named], found_by=SHORTHAND)
        return Spans.merge(spans.keep(~inside), added)

    def _found(self, work: Work, spans: Spans, pairs: ShortForms) -> Iterator[tuple[int, int, int]]:
        """Yield the start, end and key (-1: no mention) of each form that is read."""
        batch = work.batch
        rows, word = self._words.among(work.tokens.hash)
        start, end = (one[rows].astype(np.int64) for one in (work.tokens.start, work.tokens.end))
        wanted = ~self._hides[word] | (self._parts[word] & _inside(spans, start))
        wanted |= np.isin(start << 32 | end, spans.start << 32 | spans.end)
        rows, word = rows[wanted], word[wanted]
        slashes = _slashed(work) if "/" in batch.text else None
        if not len(rows) and slashes is None:
            return
        places = work.tokens.start[rows].astype(np.int32)
        owner = batch.document_of(places).astype(np.int64)
        notes = np.flatnonzero(self._points_of(work, owner, word, slashes) >= NOTE)
        aside = ~np.isin(owner, notes)
        defined: dict[int, set[str]] = {}
        for low, high, number in zip(
            pairs.start.tolist(), pairs.end.tolist(), pairs.document.tolist(), strict=True
        ):
            defined.setdefault(number, set()).add(batch.text[low:high])
        for number in notes.tolist():
            low, high = batch.doc_start[number : number + 2].tolist()
            for run in _RUN.finditer(batch.text, low, high):
                yield from self._read(batch.text, *run.span(), known=defined.get(number, set()))
        for place, number in zip(places[aside].tolist(), owner[aside].tolist(), strict=True):
            whole = _whole(batch.text, place)
            yield from self._read(batch.text, *whole, known=defined.get(number, set()), note=False)

    def _read(
        self, text: str, start: int, end: int, *, known: Set[str], note: bool = True
    ) -> Iterator[tuple[int, int, int]]:
        """Yield what a run of words means: the whole of it, or what slashes and hyphens part."""
        for low, high in self._parted(text, start, end, known, note=note):
            for form in self._meanings(text[low:high], known, note=note):
                found = list(form.meant(text, low, high))
                if found:
                    yield from found
                    break

    def _parted(
        self, text: str, start: int, end: int, known: Set[str], *, note: bool
    ) -> Iterator[tuple[int, int]]:
        """Yield the parts of a run that may be forms: PD-1 and PD-L1 of "PD-1/PD-L1".

        A word of a form of several words yields the whole of it.
        """
        if self._meanings(text[start:end], known, note=note):
            yield start, end
            return
        for part in re.finditer(r"[^/]+", text[start:end]):
            low, high = part.start() + start, part.end() + start
            if self._meanings(text[low:high], known, note=note):
                yield low, high
                continue
            words = list(_PART.finditer(text, low, high))
            while words:
                count = next(
                    (count for count in range(min(len(words), MOST), 1, -1)
                     if self._meanings(text[words[0].start() : words[count - 1].end()], known,
                                       note=note)), 1,
                )  # fmt: skip
                yield words[0].start(), words[count - 1].end()
                for form in self._phrases.get(words[0][0].lower(), ()):
                    begin = words[0].start() - form.lower().index(words[0][0].lower())
                    if text.startswith(form, begin):
                        yield begin, begin + len(form)
                words = words[count:]

    def _meanings(self, word: str, known: Set[str], *, note: bool) -> list[Form]:
        """Return what a word may stand for, nothing where the document says itself."""
        if word in known:
            return []
        forms = self._forms.get(word) or (self._loose.get(word.lower(), ()) if note else ())
        return [one for one in forms if note or not one.is_of_notes]

    def _points_of(self, work: Work, owner: I64, word: I64, slashes: tuple[I64, I64] | None) -> I64:
        """Return how much each document of a batch looks like a note; every word counts once."""
        size, wide = len(work.batch.doc_start) - 1, len(self._points)
        is_cue = word < self._cues
        each = np.unique(owner[is_cue] * wide + word[is_cue])
        points = np.zeros(size, np.int64)
        np.add.at(points, each // wide, self._points[each % wide])
        is_form = ~is_cue & (self._points[word] > 0)  # a form that means something anywhere, too
        points[np.unique(owner[is_form])] += WEAK
        for places, worth in zip(slashes or (), (STRONG, WEAK), strict=False):
            owners = work.batch.document_of(places.astype(np.int32))
            points += worth * np.minimum(np.bincount(owners, minlength=size), 2)
        return points


def _read_forms(store: ConceptStore, blocked: Collection[str]) -> tuple[Forms, Forms]:
    """Return the forms by how they are written, and those of any case by their lower case."""
    forms: Forms = {}
    loose: Forms = {}
    lines = shorthand_lines()
    names = [name for line in lines for part in line.parts for name in part]
    known = dict(zip(names, keys_of(store, names).tolist(), strict=True))
    for line in lines:
        keys = tuple(next((known[n] for n in part if known[n] >= 0), -1) for part in line.parts)
        if -1 in keys:
            continue
        form = Form(keys, line.is_of_notes, line.beside)
        for one in line.forms:
            exact = one.removesuffix("*")
            forms[exact] = (*forms.get(exact, ()), form)
            if exact != one:
                loose[exact.lower()] = (*loose.get(exact.lower(), ()), form)
    gone = {one.lower() for one in (*OwnNames(store).among(list(forms)), *blocked)}
    return (
        {one: some for one, some in forms.items() if one.lower() not in gone},
        {one: some for one, some in loose.items() if one not in gone},
    )


def _words_of(forms: Forms) -> tuple[dict[str, int], set[str]]:
    """Return the longest words of the forms that any text may hold, with their points of a note.

    And those that are read there though they are everyday words: they need a sign beside them.
    """
    everyday = common_words()  # x-ray, man: read where the vocabulary has found them
    points: dict[str, int] = {}
    signs: set[str] = set()
    for text, some in forms.items():
        if all(one.is_of_notes for one in some):
            continue
        word = _longest(text)
        points[word] = WEAK * (any(one.keys for one in some) and word not in everyday)
        if any(one.keys and one.needs_a_sign for one in some):
            signs.add(word)
    return points, signs


class _Words:
    """A few words, looked up among the hashes of many tokens."""

    def __init__(self, words: Sequence[str]) -> None:
        """Take the words, folded."""
        hashes = np.array([word_hash(one) for one in words], np.uint64)
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]
        self._maybe = np.zeros(1 << _BITS, bool)
        self._maybe[hashes >> np.uint64(64 - _BITS)] = True

    def among(self, hashes: npt.NDArray[np.uint64]) -> tuple[I64, I64]:
        """Return which tokens are one of the words, and the number of each one's word."""
        rows = np.flatnonzero(self._maybe[hashes >> np.uint64(64 - _BITS)])
        place = np.minimum(np.searchsorted(self._hashes, hashes[rows]), len(self._hashes) - 1)
        same = self._hashes[place] == hashes[rows]
        return rows[same], self._order[place[same]]


def _inside(spans: Spans, places: I64) -> Bools:
    """Return which places some span holds."""
    order = np.argsort(spans.start, kind="stable")
    ends = np.concatenate([[-1], np.maximum.accumulate(spans.end[order])])
    row = np.searchsorted(spans.start[order], places, side="right")
    return np.asarray(ends[row] > places)


def _longest(form: str) -> str:
    """Return the longest run of letters of a form, in lower case: what it is looked up by."""
    runs: list[str] = re.findall("[a-z]+", form.lower())
    return max(runs, key=len)


def _slashed(work: Work) -> tuple[I64, I64]:
    """Return where "h/o" and its like stand, strong signs of a note and weak ones."""
    tokens, codes = work.tokens, work.batch.codes
    rows = np.flatnonzero(tokens.kind == SYMBOL)
    at = tokens.start[rows].astype(np.int64)
    at = at[(codes[at] == SLASH) & (at > 0)]
    before, behind = codes[at - 1] | 0x20, codes[at + 1] | 0x20
    alone = (at < 2) | ~_is_letter(codes[at - 2])
    alone &= ~_is_letter(codes[np.minimum(at + 2, len(codes) - 1)])
    pair = before.astype(np.int64) << 8 | behind
    strong, weak = (
        np.array([ord(one[0]) << 8 | ord(one[2]) for one in some])
        for some in (STRONG_SLASHES, WEAK_SLASHES)
    )
    return at[alone & np.isin(pair, strong)], at[alone & np.isin(pair, weak)]


def _is_letter(codes: npt.NDArray[np.uint32]) -> Bools:
    return np.asarray(((codes | 0x20) - np.uint32(0x61)) < 26)


def _whole(text: str, place: int) -> tuple[int, int]:
    """Return the run of letters and digits, with hyphens and slashes, that a place lies in."""
    before = _BEFORE.search(text[max(0, place - AROUND) : place])
    start = place - len(before[0]) if before else place
    run = _RUN.match(text, start)
    return (start, run.end()) if run else (place, place)
