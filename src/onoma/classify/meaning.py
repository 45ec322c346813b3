"""Labels read linearly from what the encoder that ships makes of a text.

Words that were never seen in the examples count too, where they mean much the same as some that
were. The encoder stays as it is, so this costs one pass over the texts and a small system of
equations.

Source: Hoerl and Kennard 1970, Ridge regression; the vectors are those of ``onoma.encode``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.encode import load_encoder
from onoma.errors import BadFile
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PULLS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Penalties to choose from; many texts bear a small one, few a large one."""


@dataclass(frozen=True, slots=True)
class MeaningPart:
    """``middle`` (width,) is the mean vector, ``weights`` (width, labels), ``bias`` (labels,)."""

    middle: F32
    weights: F32
    bias: F32

    def margins(self, texts: Sequence[str]) -> F32:
        """Return how much each text's vector speaks for each label, (texts, labels)."""
        return self.of_vectors(vectors_of(texts))

    def of_vectors(self, vectors: F32) -> F32:
        """Return what ``margins`` does of vectors that are there already.

        Raises: BadFile: they are of another width.
        """
        if vectors.shape[1] != len(self.middle):
            raise BadFile(
                f"the model reads vectors of {len(self.middle)} numbers, the encoder makes "
                f"{vectors.shape[1]}",
                hint="train it again: onoma train topics",
            )
        # A product of matrices rounds by how many rows there are; a text alone is to read the same.
        said = np.einsum("ij,jk->ik", vectors - self.middle, self.weights)
        return np.asarray(said + self.bias, np.float32)

    def arrays(self) -> dict[str, F32]:
        """Return what a file keeps."""
        return {"middle": self.middle, "weights": self.weights, "bias": self.bias}

    @classmethod
    def of_arrays(cls, kept: Mapping[str, F32]) -> MeaningPart:
        """Return the part of what a file keeps."""
        return cls(kept["middle"], kept["weights"], kept["bias"])


def vectors_of(texts: Sequence[str]) -> F32:
    """Return the mean vector of each text's sentences, made a unit vector, (texts, width).

    By sentences nothing is cut that the encoder would cut of a long text. No sentence: zeros.
    A sentence is run alone: int8 activations are scaled by what a run holds, and a text has to have
    the same vector in any company.
    """
    encoder = load_encoder()
    batch = TextBatch.of(list(texts))
    starts, ends = sentence_spans(batch.codes, batch.doc_start)
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    said = encoder.encode([batch.text[start:end] for start, end in spans], batch=1)
    out = np.zeros((len(texts), encoder.dimension), np.float32)
    np.add.at(out, batch.document_of(starts), said)
    size = np.linalg.norm(out, axis=1, keepdims=True)
    return np.asarray(out / np.where(size > 0, size, 1), np.float32)


def fit_meaning(vectors: F32, gold: Bools) -> MeaningPart:
    """Return the part that least squares with a penalty give; ``gold`` is (texts, labels).

    The penalty is the one that errs least where each text is left out in turn. Numbers stand on the
    scale of log odds: from -3 (no label) to 7, roughly.
    """
    middle = vectors.mean(0)
    given, wanted = (vectors - middle).astype(np.float64), gold.astype(np.float64)
    share = wanted.mean(0)
    values, turned = np.linalg.eigh(given.T @ given)
    along = given @ turned
    asked = along.T @ (wanted - share)
    pull = min(PULLS, key=lambda one: _left_out(along, values + one, asked, wanted - share))
    weights = 10 * turned @ (asked / (values + pull)[:, None])
    return MeaningPart(middle, weights.astype(np.float32), (10 * share - 3).astype(np.float32))


def _left_out(along: F64, size: F64, asked: F64, wanted: F64) -> float:
    """Return the squared error over texts that are left out in turn, in closed form.

    Source: Allen 1974, The relationship between variable selection and data augmentation (PRESS).
    """
    error = wanted - along @ (asked / size[:, None])
    lever = (along**2 / size).sum(1) + 1 / len(along)
    return float(((error / (1 - lever).clip(1e-6)[:, None]) ** 2).sum())
