"""What a completion is trained on: a graph's folder, or files of triples."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from onoma.encode import Encoder
from onoma.errors import InputError
from onoma.graph.completion.predicting import triples_of
from onoma.graph.completion.ranking import slot_candidates
from onoma.graph.completion.training.completing import FEWEST, Data
from onoma.graph.completion.triples import F32, I64, Terms, read_triples, split_triples
from onoma.graph.store import GraphStore

MEASURED = 0.05  # of the triples asked, held out to be measured on
MOST_MEASURED = 1000


def graph_data(
    graph: GraphStore, *, asked: Sequence[str] = (), seed: int = 1, encoder: Encoder | None = None
) -> Data:
    """Return a graph's triples, a part of those of the relations asked held out to be measured on.

    Answers are nodes that stand in this place of the relation somewhere. ``encoder``: names count.
    Raises: InputError: too few triples.
    """
    found = triples_of(graph)
    known = found.terms.relation_number
    numbers = [known[one] for one in asked if one in known]
    is_asked = np.ones(len(found.triples), np.bool_)
    if asked:
        is_asked = np.isin(found.triples[:, 1], numbers)
    if int(is_asked.sum()) < FEWEST:
        raise InputError(
            f"{int(is_asked.sum())} triples are too few to learn from",
            hint=f"{FEWEST} at least; see onoma graph info",
        )
    rng = np.random.default_rng(seed)
    asked_triples = found.triples[is_asked]
    share = min(MEASURED, MOST_MEASURED / len(asked_triples))
    kept, held = split_triples(asked_triples, share, rng)
    kept, held = without_twins(kept, held)
    candidates = slot_candidates(
        found.triples, entities=len(found.terms.entities), relations=len(found.terms.relations)
    )
    names = None if encoder is None else label_vectors(graph, encoder)
    return Data(found.terms, kept, found.triples[~is_asked], held, names, candidates)


def without_twins(kept: I64, held: I64) -> tuple[I64, I64]:
    """Return the triples with those taken out that say a held-out one from its other end.

    A symmetric relation stands in the graph both ways; one way must not give the other away.
    """
    turned = {(t, r, h) for h, r, t in held.tolist()}
    is_twin = np.array([tuple(one) in turned for one in kept.tolist()], np.bool_)
    return kept[~is_twin] if len(kept) else kept, held


def label_vectors(graph: GraphStore, encoder: Encoder) -> F32:
    """Return a unit vector of each node's label, zeros where it has none."""
    labels = [one.label for one in graph.nodes]
    distinct = sorted({label for label in labels if label})
    place = {label: n for n, label in enumerate(distinct)}
    vectors = encoder.encode(distinct) if distinct else np.zeros((0, encoder.dimension), np.float32)
    out = np.zeros((len(labels), vectors.shape[1]), np.float32)
    for row, label in enumerate(labels):
        if label:
            out[row] = vectors[place[label]]
    return out


def file_data(
    triples: Path, *, facts: Sequence[Path] = (), valid: Path | None = None, seed: int = 1
) -> Data:
    """Return the triples of files; without ``valid`` a part is held out to be measured on.

    Every entity of any file may answer.
    Raises: BadLine: a line is no triple. InputError: too few triples.
    """
    asked = list(read_triples(triples))
    beside = list(chain.from_iterable(read_triples(one) for one in facts))
    held = list(read_triples(valid)) if valid is not None else []
    if len(asked) < FEWEST:
        raise InputError(f"{triples}: {len(asked)} triples", hint=f"{FEWEST} at least")
    terms = Terms.of([*asked, *beside, *held])
    kept, other = terms.numbered(asked), terms.numbered(held)
    if valid is None:
        share = min(MEASURED, MOST_MEASURED / len(kept))
        kept, other = split_triples(kept, share, np.random.default_rng(seed))
    return Data(terms, kept, terms.numbered(beside), other)
