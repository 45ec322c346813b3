"""Embeddings of entities and relations, scored in NumPy: TransE, DistMult, ComplEx, RotatE.

Every model is a vector made of head and relation, compared with the vectors of all entities by one
matrix product: an inner product (DistMult, ComplEx) or minus the Euclidean distance (TransE,
RotatE; the papers use L1 or the sum of complex moduli, which no product gives). Inverse relations
have vectors of their own (reciprocal relations: Lacroix et al. 2018).
Papers: Bordes et al. 2013 (TransE), Yang et al. 2015 (DistMult), Trouillon et al. 2016 (ComplEx),
Sun et al. 2019 (RotatE).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onoma.errors import UnknownName
from onoma.graph.completion.triples import F32, I64

MODELS = ("transe", "distmult", "complex", "rotate")
DISTANCES = ("transe", "rotate")


@dataclass(frozen=True)
class Factors:
    """A trained embedding.

    ``entity``: (entities, width) and ``relation``: (2 R, width) float32; of ComplEx the first half
    of a vector is the real part. RotatE keeps an angle for each pair: (2 R, width / 2).
    """

    model: str
    entity: F32
    relation: F32
    scale: float = 1.0

    def __post_init__(self) -> None:
        """Check the model's name.

        Raises: UnknownName: no such model.
        """
        if self.model not in MODELS:
            raise UnknownName("embedding", self.model, MODELS)

    @property
    def name(self) -> str:
        """The model's name."""
        return {"transe": "TransE", "distmult": "DistMult", "complex": "ComplEx"}.get(
            self.model, "RotatE"
        )

    def questions(self, heads: F32, relations: I64) -> F32:
        """Return the vectors of questions, whose answers' vectors are alike or near."""
        relation = self.relation[relations]
        if self.model == "transe":
            return heads + relation
        if self.model == "distmult":
            return heads * relation
        half = heads.shape[1] // 2
        real, imaginary = heads[:, :half], heads[:, half:]
        if self.model == "complex":
            a, b = relation[:, :half], relation[:, half:]
        else:
            a, b = np.cos(relation), np.sin(relation)
        return np.concatenate([real * a - imaginary * b, real * b + imaginary * a], axis=1)

    def compare(self, questions: F32, entities: F32) -> F32:
        """Return how well entities' vectors answer questions.  # (questions, entities)."""
        product = questions @ entities.T
        if self.model not in DISTANCES:
            return np.asarray(self.scale * product, np.float32)
        squares = (questions**2).sum(1)[:, None] + (entities**2).sum(1)[None] - 2 * product
        return np.asarray(-self.scale * np.sqrt(np.maximum(squares, 0)), np.float32)

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return a row of scores a question, higher is better."""
        return self.compare(self.questions(self.entity[heads], relations), self.entity)
