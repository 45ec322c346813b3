import numpy as np
import pytest

from onoma.recognize.tagger.described import LABELS, DescriptionNet
from onoma.recognize.tagger.examples import ReadExamples
from onoma.recognize.tagger.gazetteer import FEATURES
from onoma.recognize.tagger.head_space import F32, HeadSpace

WIDTH, HIDDEN, DIMENSION = 3, 4, 5
COLUMNS = 2 * WIDTH + len(FEATURES) + 1


def drawn(rng: np.random.Generator, *shape: int) -> F32:
    return rng.normal(size=shape).astype(np.float32)


@pytest.fixture
def net() -> DescriptionNet:
    rng = np.random.default_rng(0)
    shapes = ((DIMENSION,), (HIDDEN, DIMENSION), (HIDDEN,), (LABELS * COLUMNS, HIDDEN))
    centre, enter, bias, leave = (drawn(rng, *shape) for shape in shapes)
    return DescriptionNet(centre, enter, bias, leave, drawn(rng, LABELS * COLUMNS))


@pytest.fixture
def space(net: DescriptionNet) -> HeadSpace:
    return HeadSpace.of(net, drawn(np.random.default_rng(1), 20, DIMENSION))


def _read(rows: np.ndarray, count: int = 300) -> ReadExamples:
    """Return words whose labels a head gives."""
    words = np.random.default_rng(2).normal(size=(count, COLUMNS)).astype(np.float32)
    words[:, -1] = 1.0
    return ReadExamples(words, (words @ rows.T).argmax(1), np.ones(count, np.float32))


def test_examples_of_a_description_lead_to_its_head(net: DescriptionNet, space: HeadSpace) -> None:
    start, other = (
        (net.hidden(drawn(np.random.default_rng(seed), 1, DIMENSION)) @ net.leave.T)
        .reshape(LABELS, -1)
        .astype(np.float32)
        for seed in (3, 4)
    )
    read = _read(other)

    def right(rows: np.ndarray) -> float:
        return float(((read.vectors @ rows.T).argmax(1) == read.labels).mean())

    assert right(space.tuned(start, read, 0.1)) > max(right(start) + 0.1, 0.9)
    assert np.allclose(space.tuned(start, read, 1e9), start, atol=1e-4)


def test_slope_is_nothing_where_it_ends(net: DescriptionNet, space: HeadSpace) -> None:
    start = net.leave_bias.reshape(LABELS, -1)
    read = _read(np.random.default_rng(5).normal(size=(LABELS, COLUMNS)), 40)
    moved = space.tuned(start, read, 2.0)
    flat = space.directions.reshape(len(space.directions), -1)
    way = np.linalg.lstsq(flat.T.astype(float), (moved - start).ravel(), rcond=None)[0]

    def loss(at: np.ndarray) -> float:
        scores = read.vectors @ (start + (at @ flat).reshape(LABELS, -1)).T
        total = np.log(np.exp(scores).sum(1)) - scores[range(len(scores)), read.labels]
        return float(total.sum() + at @ at)  # half of the pull of 2

    for step in np.eye(len(way))[:4] * 0.02:
        assert loss(way) <= min(loss(way + step), loss(way - step)) + 1e-3
