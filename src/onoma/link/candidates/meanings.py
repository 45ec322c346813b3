"""Cosines of terms with names whose vectors were made before (``encode.vectors``), by name row."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.encode import Encoder
from onoma.encode.vector_building import vectors_folder
from onoma.encode.vectors import NameVectors
from onoma.ontology.store import ConceptStore

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]


class NameMeanings(NameVectors):
    """The vectors of a store's names, asked by the names' rows."""

    @cached_property
    def _entries(self) -> npt.NDArray[np.int32]:
        """The entry of each name, -1 for names without a vector."""
        names = self._names.astype(np.int64)
        out = np.full(int(names.max(initial=-1)) + 1, -1, np.int32)
        out[names] = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self._start))
        return out

    def cosines(self, vectors: F32, owner: I64, names: I64) -> F32:
        """Return the cosine of ``vectors[owner]`` with each name, NaN for names without a vector.

        ``vectors``: unit vectors, (terms, dimension); ``owner`` and ``names``: a pair each.
        """
        out = np.full(len(names), np.nan, np.float32)
        inside = names < len(self._entries)
        entries = np.where(inside, self._entries[np.where(inside, names, 0)], -1).astype(np.int64)
        known = np.flatnonzero(entries >= 0)
        turned = (vectors @ self._rotation) * self._scale
        pairs = np.einsum("nd,nd->n", self._codes(entries[known]), turned[owner[known]])
        out[known] = np.clip(pairs, -1, 1)
        return out


def find_meanings(store: ConceptStore, encoder: Encoder) -> NameMeanings | None:
    """Return the vectors of a store's names if they have been made, else None."""
    folder = vectors_folder(getattr(store, "base", store), encoder)
    return NameMeanings(folder) if (folder / "manifest.json").is_file() else None
