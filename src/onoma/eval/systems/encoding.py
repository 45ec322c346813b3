"""Systems that compare vectors of the encoder."""

from __future__ import annotations

from collections.abc import Sequence

from onoma.encode.encoder import load_encoder
from onoma.eval.parts import Setting, System
from onoma.eval.tasks.terms import TermPair


def make_similarity(setting: Setting) -> System:
    """Return the cosine of the terms' vectors.

    Raises: ModelMissing: there are no weights.
    """
    encoder = load_encoder()

    def predict(given: Sequence[TermPair]) -> list[float]:
        terms = list(dict.fromkeys(term for pair in given for term in (pair.a, pair.b)))
        row = {term: number for number, term in enumerate(terms)}
        vectors = encoder.encode(terms)
        return [float(vectors[row[p.a]] @ vectors[row[p.b]]) for p in given]

    return System(predict, {"encoder": encoder.name, "weights": encoder.digest})
