from itertools import product

import numpy as np

from onoma.recognize.linear.chain import NEVER, OUTSIDE, Scheme, best_labels, chances

SCHEME = Scheme(("disease", "drug"))


def _scores(seed: int, sizes: list[int]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    follow = np.where(SCHEME.allowed(), rng.normal(size=SCHEME.allowed().shape), NEVER)
    return rng.normal(size=(len(sizes), max(sizes), len(SCHEME))), follow


def _value(scores: np.ndarray, follow: np.ndarray, labels: tuple[int, ...]) -> float:
    before = (-1, *labels[:-1])
    return float(
        sum(scores[k, one] + follow[b, one] for k, (b, one) in enumerate(zip(before, labels)))  # noqa: B905
    )


def test_best_labels_and_chances_are_those_of_every_labelling_tried() -> None:
    sizes = [1, 3, 2]
    scores, follow = _scores(0, sizes)
    best = best_labels(scores, follow, np.array(sizes))
    found = chances(scores, follow, np.array(sizes))
    for row, size in enumerate(sizes):
        every = list(product(range(len(SCHEME)), repeat=size))
        values = np.array([_value(scores[row], follow, labels) for labels in every])
        assert tuple(best[row, :size]) == every[int(values.argmax())]
        assert (best[row, size:] == OUTSIDE).all()
        total = np.log(np.exp(values).sum())
        assert np.isclose(found.total[row], total)
        for place in range(size):
            share = np.array(
                [
                    np.exp(values[[labels[place] == one for labels in every]] - total).sum()
                    for one in range(len(SCHEME))
                ]
            )
            assert np.allclose(found.single[row, place], share)
    assert np.isclose(found.pairs.sum(), sum(sizes))


def test_labels_and_spans_are_each_others_way_back() -> None:
    spans = [(0, 1, 1), (1, 4, 0), (5, 7, 1)]
    assert SCHEME.spans(SCHEME.labels(8, spans)) == spans
    assert SCHEME.spans(np.array([1, 2, 2])) == []  # it never ends
