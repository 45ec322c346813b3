"""Species by what the document itself has named: "L. whitmani", "S.tuberosum", a genus alone.

An initial with an epithet means the document's own full name first; then a genus that the document
names, if the vocabulary has the two together; then what the vocabulary says by itself (the matcher
has found that already). A genus alone, where one species of it is named, is that species: so do
authors mean it, and so do annotators read it (LINNAEUS, Gerner et al. 2010; S800, Pafilis et al.
2013). A genus before an epithet that no name has is left alone: that species is unknown here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from onoma.recognize.columns import PATTERN, Spans, Work
from onoma.recognize.taxa import ORGANISM
from onoma.text.characters import LETTER, SYMBOL, common_words

if TYPE_CHECKING:
    from onoma.recognize.dictionary import DictionaryRecognizer

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LONGEST_INITIAL = 2  # "Ae. aegypti"
LEAST_EPITHET = 3
LEAST_GENUS = 3
DOT = ord(".")
NOT_ALONE = frozenset({"sp", "spp", "species", "genus", "cf", "aff", "genera", "ssp", "subsp"})
LATIN_ENDS = (
    "i", "ae", "us", "um", "is", "ensis", "ii", "ica", "oides", "ata", "ans", "ens", "orum", "arum",
    "ella", "ina", "osa", "ea", "ia", "rix", "ax", "ra", "na", "ta", "la", "ma",
)  # fmt: skip

DISEASE_ENDS = ("emia", "aemia", "itis", "uria")


@dataclass(slots=True)
class Named:
    """What one document names in full."""

    species: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    genera: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def extend(work: Work, spans: Spans, recognizer: DictionaryRecognizer) -> Spans:
    """Return the spans with abbreviated species and genera that stand for a species."""
    if not int(recognizer.mask) & ORGANISM or not len(work.tokens):
        return spans
    taxa = np.flatnonzero(recognizer.key_types[spans.key] & np.uint32(ORGANISM))
    if not len(taxa):
        return spans
    first = work.token_at(spans.start[taxa])
    last = work.token_at(spans.end[taxa]) - 1
    named = _named(work, spans, taxa, first=first, last=last)
    found = list(_short_names(work, named, recognizer))
    found += _genera(work, named)
    keep = ~_unknown_species(work, spans, taxa, first=first, last=last)
    if not found:
        return spans if keep.all() else spans.keep(keep)
    start, end, key = (np.array(column, np.int64) for column in zip(*found, strict=True))
    wanted, packed = (start << 32) | end, (spans.start << 32) | spans.end
    low, high = np.searchsorted(packed, wanted), np.searchsorted(packed, wanted, side="right")
    for first_at, behind in zip(low.tolist(), high.tolist(), strict=True):
        taken = recognizer.key_types[spans.key[first_at:behind]] & np.uint32(ORGANISM) > 0
        keep[first_at:behind] &= ~taken
    return Spans.merge(spans.keep(keep), Spans.of(start, end, key, found_by=PATTERN))


def abbreviated(work: Work) -> I64:
    """Return the tokens that are the initial of "E. coli" or "E.coli"."""
    tokens, codes = work.tokens, work.batch.codes
    dots = np.flatnonzero(tokens.kind == SYMBOL)
    dots = dots[(codes[tokens.start[dots]] == DOT) & (dots > 0) & (dots < len(tokens) - 1)]
    before, behind = dots - 1, dots + 1
    size = tokens.end[before] - tokens.start[before]
    good = (size <= LONGEST_INITIAL) & (tokens.kind[before] == LETTER)
    good &= (tokens.kind[behind] == LETTER) & ~tokens.glued[before]
    good &= tokens.end[before] == tokens.start[dots]
    before, behind, dots = before[good], behind[good], dots[good]
    gap = tokens.start[behind] - tokens.end[dots]
    capital = _capital(work, tokens.start[before]) & ~_capital(work, tokens.start[behind])
    length = tokens.end[behind] - tokens.start[behind]
    return np.asarray(before[capital & (gap <= 1) & (length >= LEAST_EPITHET)], np.int64)


def _capital(work: Work, position: npt.NDArray[np.integer]) -> Bools:
    return np.asarray(work.capitals[position + 1] > work.capitals[position])


def _named(work: Work, spans: Spans, taxa: I64, *, first: I64, last: I64) -> dict[int, Named]:
    """Return what each document names by genus and epithet, or by genus alone."""
    long = work.tokens.end[first] - work.tokens.start[first] >= LEAST_GENUS
    rows = np.flatnonzero((last - first <= 1) & long & _capital(work, work.tokens.start[first]))
    documents = work.batch.document_of(spans.start[taxa[rows]].astype(np.int32))
    out: dict[int, Named] = {}
    text = work.batch.text
    columns = (rows, documents, first[rows], last[rows])
    for row, document, head, tail in zip(*(c.tolist() for c in columns), strict=True):
        genus = text[work.tokens.start[head] : work.tokens.end[head]]
        if not genus[1:].islower():
            continue
        entry = out.setdefault(document, Named())
        if head == tail:
            entry.genera[genus].update()
            continue
        if _capital(work, work.tokens.start[tail : tail + 1])[0]:
            continue
        key = int(spans.key[taxa[row]])
        names = entry.species[int(work.tokens.hash[tail])]
        if (genus, key) not in names:
            names.append((genus, key))
        entry.genera[genus].add(key)
    return out


def _short_names(
    work: Work, named: dict[int, Named], recognizer: DictionaryRecognizer
) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and key of the abbreviated names that a document's own names explain."""
    tokens, text = work.tokens, work.batch.text
    short = abbreviated(work)
    documents = work.batch.document_of(tokens.start[short])
    places: dict[tuple[int, str, str, int], list[tuple[int, int]]] = defaultdict(list)
    for at, document in zip(short.tolist(), documents.tolist(), strict=True):
        start, end = int(tokens.start[at]), int(tokens.end[at + 2])
        initial = text[start : int(tokens.end[at])]
        epithet = text[int(tokens.start[at + 2]) : end]
        places[document, initial, epithet, int(tokens.hash[at + 2])].append((start, end))
    open_: dict[tuple[int, str, str, int], list[str]] = {}
    for asked, stretches in places.items():
        document, initial, epithet, word = asked
        entry = named.get(document)
        known = entry.species.get(word, ()) if entry else ()
        keys = [key for genus, key in known if genus.startswith(initial)]
        if keys:
            yield from ((*stretch, keys[0]) for stretch in stretches)
        elif epithet not in common_words():
            low, high = work.batch.doc_start[document : document + 2].tolist()
            open_[asked] = [f"{genus} {epithet}" for genus in _words(text, initial, low, high)]
    names = list(dict.fromkeys(name for some in open_.values() for name in some))
    found = dict(zip(names, recognizer.species_keys(names), strict=True))
    for asked, some in open_.items():
        key = next((found[name] for name in some if found[name] >= 0), -1)
        if key >= 0:
            yield from ((*stretch, key) for stretch in places[asked])


def _words(text: str, initial: str, low: int, high: int) -> list[str]:
    """Return a document's words that begin so, go on in small letters and may be a genus."""
    found = re.compile(rf"\b{re.escape(initial)}[a-z]{{2,}}").findall(text, low, high)
    return [word for word in dict.fromkeys(found) if word.lower() not in common_words()]


def _genera(work: Work, named: dict[int, Named]) -> Iterator[tuple[int, int, int]]:
    """Yield the later mentions of a genus alone of which its document names one species."""
    text, starts = work.batch.text, work.batch.doc_start
    for document, entry in named.items():
        low, high = starts[document : document + 2].tolist()
        for genus, keys in entry.genera.items():
            if len(keys) != 1:
                continue
            (key,) = keys
            place = text.find(genus, low, high)
            while place >= 0:
                end = place + len(genus)
                if _alone(text, place, end, low=low):
                    yield place, end, key
                place = text.find(genus, end, high)


def _alone(text: str, start: int, end: int, *, low: int) -> bool:
    """Return whether a genus stands as a word of its own, with no epithet behind it."""
    if (start > low and text[start - 1].isalnum()) or text[end].isalnum():
        return False
    if text[start - 6 : start] in ("genus ", "Genus "):
        return False
    following = text[end : end + 40].split(None, 1)
    if text[end] != " " or not following:
        return True
    word = following[0].strip(".,;:()[]")
    return word not in NOT_ALONE and not is_epithet(word)


def is_epithet(word: str) -> bool:
    """Return whether a word looks like a Latin epithet, not like English or a disease.

    >>> [word for word in ("vivax", "viremia", "vaginitis", "alone") if is_epithet(word)]
    ['vivax']
    """
    return (
        len(word) >= LEAST_EPITHET
        and word.islower()
        and word.isalpha()
        and word.endswith(LATIN_ENDS)
        and not word.endswith(DISEASE_ENDS)
        and word not in common_words()
    )


def _unknown_species(work: Work, spans: Spans, taxa: I64, *, first: I64, last: I64) -> Bools:
    """Return which spans are a genus whose epithet no name of the vocabulary has."""
    out = np.zeros(len(spans), bool)
    one = np.flatnonzero((first == last) & _capital(work, spans.start[taxa]))
    text = work.batch.text
    for row in one.tolist():
        end = int(spans.end[taxa[row]])
        is_word = text[int(spans.start[taxa[row]]) + 1 : end].islower()  # CMV is no genus
        if is_word and text[end] == " ":
            word = text[end + 1 : end + 40].split(None, 1)
            out[taxa[row]] = bool(word) and is_epithet(word[0].rstrip(".,;:)]"))
    return out
