"""How often a pair was tied elsewhere: counted, kept by hashes, read back."""

from __future__ import annotations

import numpy as np

from onoma.relate.instances import Entity, RelationText
from onoma.relate.reader.wording import PairCounts
from onoma.relate.systems.priors import Priors


def text_of(name: str, *keys: str) -> RelationText:
    entities = tuple(Entity(key, "chemical", ((0, 1),), key) for key in keys)
    return RelationText(name, "x", ((0, 1),), entities)


def test_counts_are_those_of_all_texts_and_unknown_pairs_have_none() -> None:
    priors = Priors()
    for name in ("a", "b", "c"):
        priors.add(text_of(name, "MESH:1", "MESH:2"), [(0, 1)], [name != "c"])
    priors.add(text_of("d", "MESH:3", "MESH:4"), [(0, 1)], [False])
    counts = PairCounts.of(priors.counts())
    told = counts.columns(text_of("new", "MESH:1", "MESH:2", "MESH:9"), [(0, 1), (2, 1), (2, 2)])
    assert told.shape == (3, Priors.WIDTH)
    assert told[0, :2].tolist() == [2, 3]
    assert np.isclose(told[0, 2], (2 + counts.share) / 4)
    assert told[1, :2].tolist() == [0, 0]  # this pair is new; its second end is not
    assert told[1, 6:8].tolist() == [2, 3]
    assert np.isclose(told[2, 2], counts.share)
    assert len(counts.hashes) == 3  # what was seen once and not tied says no more than the unseen


def test_no_counts_are_no_error() -> None:
    counts = PairCounts.of(())
    assert counts.columns(text_of("new", "A:1", "A:2"), [(0, 1)]).shape == (1, Priors.WIDTH)


def test_a_text_without_a_pair_has_no_rows() -> None:
    assert PairCounts.of(()).columns(text_of("new"), []).shape == (0, Priors.WIDTH)
