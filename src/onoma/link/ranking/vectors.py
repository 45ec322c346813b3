"""What names mean: a unit vector for each name of a table, as int8 codes with a scale a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.linker import Remembered, TextEncoder
from onoma.link.ranking.names import REWRITTEN, NameTable

F32 = npt.NDArray[np.float32]
I8 = npt.NDArray[np.int8]
I64 = npt.NDArray[np.int64]

BLOCK = 1 << 14  # names compared at once


class NameVectors:
    """The vectors of a table's names; names written word by word have none (zeros)."""

    def __init__(self, codes: I8, scale: F32, encoder: TextEncoder) -> None:
        """Take (names, width) codes, the scale of each, and what encodes texts."""
        self.codes = codes
        self.scale = scale
        self._encoder = encoder if isinstance(encoder, Remembered) else Remembered(encoder)

    @classmethod
    def make(cls, names: NameTable, encoder: TextEncoder) -> NameVectors:
        """Return the vectors of a table's names, each distinct text encoded once."""
        rows = [row.text if row.origin != REWRITTEN else "" for row in names.rows]
        distinct = list(dict.fromkeys(rows))
        place = {text: number for number, text in enumerate(distinct)}
        vectors = encoder.encode(distinct)
        scale = np.maximum(np.abs(vectors).max(1, initial=0) / 127, 1e-12).astype(np.float32)
        codes = np.rint(vectors / scale[:, None]).astype(np.int8)
        own = np.fromiter((place[text] for text in rows), np.int64, len(rows))
        return cls(codes[own], scale[own], encoder)

    def of(self, names: NameTable, whole: NameTable) -> NameVectors:
        """Return the vectors of another table, whose names are all in ``whole``, this one's."""
        place = {(row.curie, row.text, row.origin): at for at, row in enumerate(whole.rows)}
        own = [place[row.curie, row.text, row.origin] for row in names.rows]
        return NameVectors(self.codes[own], self.scale[own], self._encoder)

    def near(self, texts: Sequence[str], k: int) -> tuple[I64, I64]:
        """Return text and row of the ``k`` names that are nearest in meaning to each text."""
        vectors = self._encoder.encode(texts)
        best = np.full((len(texts), 0), -1, np.int64)
        cosine = np.zeros((len(texts), 0), np.float32)
        for start in range(0, len(self.codes), BLOCK):
            some = self.codes[start : start + BLOCK].astype(np.float32)
            found = (vectors @ some.T) * self.scale[start : start + BLOCK]
            top = np.argpartition(-found, min(k, found.shape[1] - 1), axis=1)[:, :k]
            best = np.concatenate([best, top + start], axis=1)
            cosine = np.concatenate([cosine, np.take_along_axis(found, top, 1)], axis=1)
            order = np.argsort(-cosine, axis=1, kind="stable")[:, :k]
            best = np.take_along_axis(best, order, 1)
            cosine = np.take_along_axis(cosine, order, 1)
        text = np.repeat(np.arange(len(texts)), best.shape[1])
        keep = cosine.ravel() > 0
        return text[keep], best.ravel()[keep]

    def cosines(self, texts: Sequence[str], text: I64, row: I64) -> F32:
        """Return the cosine of each text with the name beside it."""
        vectors = self._encoder.encode(texts)
        out = np.empty(len(row), np.float32)
        for start in range(0, len(row), BLOCK):
            some = slice(start, start + BLOCK)
            codes = self.codes[row[some]].astype(np.float32)
            out[some] = np.einsum("nd,nd->n", codes, vectors[text[some]]) * self.scale[row[some]]
        return out
