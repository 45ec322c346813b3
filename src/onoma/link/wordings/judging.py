"""Spans of texts judged beside the names that they may stand for: a sieve, then meaning.

Most spans that share words with a name are no mention. Trees that read little (``CHEAP``) let the
best few of each text through; those are encoded, and other trees judge them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.encode.vectors import NameVectors
from onoma.link.candidates.linker import TextEncoder
from onoma.link.candidates.trees import Forest
from onoma.link.wordings.evidence import Evidence, Known, chosen, spans_of
from onoma.link.wordings.names import NameRows
from onoma.link.wordings.spans import Drawn, Read, draw

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

MOST_ROWS = 5  # names of a span
MOST_PASSED = 12  # spans that pass the sieve, for every thousand characters
FEWEST = 4  # of a text, however short
BLANK = ord(" ")
HYPHENS = np.array([ord(c) for c in "-\u2010\u2011"], np.uint32)
LEAST_MARGIN = -4.0  # log odds by the sieve


@dataclass(frozen=True)
class SpanJudge:
    """Draws the spans of texts and makes their tables.

    ``meanings``: vectors of the vocabulary's names, made before; without, names are encoded.
    """

    names: NameRows
    evidence: Evidence
    encoder: TextEncoder
    meanings: NameVectors | None = None

    def drawn(self, said: Read, known: Known) -> Drawn:
        """Return the spans that share most of a name's words and cut no known mention."""
        drawn = draw(said, self.names)
        start, end = spans_of(said, drawn)
        return drawn.keep(known.free(start, end, len(said.words.text)) & whole(said, start, end))

    def likeliest(self, drawn: Drawn) -> Drawn:
        """Return each span with the names that its words cover best."""
        return chosen(drawn, MOST_ROWS, self.names)

    def tables(self, said: Read, drawn: Drawn, known: Known, sieve: Forest) -> tuple[I64, F32]:
        """Return the places of the spans that pass the sieve, and all columns of those."""
        cheap = self.evidence.cheap(said, drawn, known)
        margin = sieve.margins(cheap)
        kept = sifted(said, drawn, margin)
        passed = drawn.keep(kept)
        cosine = self.cosines(said, passed)
        costly = self.evidence.costly(said, passed, known, cosine=cosine, sieve=margin[kept])
        return kept, np.concatenate([cheap[kept], costly], axis=1)

    def cosines(self, said: Read, drawn: Drawn) -> F32:
        """Return the cosine of each span with its name."""
        words = said.words
        starts, ends = words.start[drawn.first].tolist(), words.end[drawn.last].tolist()
        spans = [words.text[a:b] for a, b in zip(starts, ends, strict=True)]
        number = {text: place for place, text in enumerate(dict.fromkeys(spans))}
        if not number:
            return np.empty(0, np.float32)
        vectors = self.encoder.encode(list(number))
        term = np.array([number[text] for text in spans], np.int64)
        name = self.names.name[drawn.row]
        out = np.full(len(name), np.nan, np.float32)
        if self.meanings is not None:
            out = self.meanings.cosines(vectors, term, name)
        left = np.flatnonzero(np.isnan(out))
        if len(left):
            texts = self.names.store.names.take(name[left].tolist())
            out[left] = np.einsum("nd,nd->n", self.encoder.encode(texts), vectors[term[left]])
        return out


def whole(said: Read, start: I64, end: I64) -> npt.NDArray[np.bool_]:
    """Return which spans neither begin nor end within a word that has hyphens."""
    text = f" {said.words.text}  "
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    hyphen = np.isin(codes, HYPHENS)
    cut = (hyphen[start] & (codes[start - 1] != BLANK)) | (
        hyphen[end + 1] & (codes[end + 2] != BLANK)
    )
    return np.asarray(~cut)


def sifted(said: Read, drawn: Drawn, margin: F32) -> I64:
    """Return the places of what passes the sieve: the best few spans of each text."""
    words = said.words
    doc = words.owner[drawn.first]
    if not len(doc):
        return np.empty(0, np.int64)
    size = np.bincount(words.owner, weights=words.end - words.start + 1)
    most = np.maximum(np.ceil(size * MOST_PASSED / 1000), FEWEST)
    _, lead, back = np.unique(drawn.key, return_index=True, return_inverse=True)
    best = np.full(len(lead), -np.inf, np.float32)
    np.maximum.at(best, back, margin)
    order = np.lexsort((-best, doc[lead]))
    own = doc[lead][order]
    rank = np.empty(len(lead), np.int64)
    rank[order] = np.arange(len(lead)) - np.searchsorted(own, own)
    good = (rank < most[doc[lead]]) & (best > LEAST_MARGIN)
    return np.flatnonzero(good[back])
