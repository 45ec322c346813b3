"""What a document says elsewhere of a concept: sets of (document, concept group) pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]


def anchors(document: npt.NDArray[np.integer], group: npt.NDArray[np.integer]) -> I64:
    """Return the distinct (document, group) pairs, packed and sorted."""
    return np.unique((document.astype(np.int64) << 32) | group.astype(np.int64))


def supported(
    document: npt.NDArray[np.integer], group: npt.NDArray[np.integer], known: I64
) -> npt.NDArray[np.bool_]:
    """Return whether each pair is among the known ones."""
    if not len(known):
        return np.zeros(len(document), bool)
    packed = (document.astype(np.int64) << 32) | group.astype(np.int64)
    place = np.minimum(np.searchsorted(known, packed), len(known) - 1)
    return np.asarray(known[place] == packed)
