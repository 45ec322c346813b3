"""What a user asks an encoder for in one line: vectors of texts, and how near two texts are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.encoder import Encoder, load_encoder
from onoma.encode.similarity import similarities

F32 = npt.NDArray[np.float32]


@lru_cache(maxsize=2)
def _encoder(model: str | None) -> Encoder:
    return load_encoder(model)


def embed(texts: Sequence[str], *, model: str | Path | None = None) -> F32:
    """Return a unit vector of each text, in the order given, (len(texts), dimension).

    ``model`` is a folder in Hugging Face layout, by default the encoder that ships; it is opened
    once. A text without a letter or sign has the zero vector.

    >>> import onoma
    >>> onoma.embed(["renal failure", "kidney insufficiency"]).shape  # doctest: +SKIP
    (2, 384)

    Raises: InputError: one string where a list is asked for; ModelMissing, BadFile: see
    ``onoma.encode.load_encoder``.
    """
    return _encoder(None if model is None else str(model)).encode(texts)


def similarity(a: str, b: str, *, model: str | Path | None = None) -> float:
    """Return how near two texts are in meaning: their cosine, -1 to 1, higher is nearer.

    >>> import onoma
    >>> onoma.similarity("renal failure", "kidney failure") > 0.5  # doctest: +SKIP
    True
    """
    return similarities([(a, b)], _encoder(None if model is None else str(model)))[0]
