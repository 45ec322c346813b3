from __future__ import annotations

import itertools

import numpy as np

from onoma.classify.crf import Chain


def by_hand(chain: Chain, scores: np.ndarray) -> np.ndarray:
    """Return the chances by going through every way there is."""
    places, labels = scores.shape
    out = np.zeros((places, labels))
    for way in itertools.product(range(labels), repeat=places):
        total = chain.first[way[0]] + chain.last[way[-1]]
        total += sum(scores[place, label] for place, label in enumerate(way))
        total += sum(chain.step[a, b] for a, b in itertools.pairwise(way))
        for place, label in enumerate(way):
            out[place, label] += np.exp(total)
    chances: np.ndarray = out / out.sum(axis=1, keepdims=True)
    return chances


def test_chances_are_those_of_all_ways_through_sequences_of_any_length() -> None:
    rng = np.random.default_rng(0)
    step = rng.normal(size=(3, 3)).astype(np.float32)
    first, last = rng.normal(size=(2, 3)).astype(np.float32)
    chain = Chain(step, first, last)
    scores = rng.normal(size=(4, 5, 3)).astype(np.float32)
    lengths = [5, 1, 3, 2]
    is_there = np.arange(5) < np.array(lengths)[:, None]
    found = chain.marginals(scores, is_there)
    for row, length in enumerate(lengths):
        expected = by_hand(chain, scores[row, :length])
        np.testing.assert_allclose(found[row, :length], expected, atol=1e-5)
