"""How near two texts are in meaning, by the encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onoma.encode.encoder import Encoder


def similarities(pairs: Sequence[tuple[str, str]], encoder: Encoder) -> list[float]:
    """Return the cosine of each pair of texts, -1 to 1, higher is nearer, in the order given.

    Each distinct text is encoded once. An empty text is like nothing (0).
    """
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    row_of = {text: row for row, text in enumerate(texts)}
    vectors = encoder.encode(texts)
    left, right = ([row_of[pair[side]] for pair in pairs] for side in (0, 1))
    cosines = np.einsum("ij,ij->i", vectors[left], vectors[right])
    found: list[float] = np.clip(cosines, -1, 1).tolist()
    return found
