from __future__ import annotations

import math

import numpy as np
import pytest

from onoma.metrics.forecast import (
    interval_coverage,
    mean_absolute_error,
    pinball,
    root_mean_squared_error,
    scaled_errors,
    symmetric_percentage_error,
)
from onoma.metrics.simplification import sari

SOURCE = "About 95 species are currently accepted ."
REFERENCES = [
    "About 95 species are currently known .",
    "About 95 species are now accepted .",
    "95 species are now accepted .",
]


@pytest.mark.parametrize(
    ("prediction", "wanted"),
    [  # the values printed by the program of Xu et al. for its own example
        ("About 95 you now get in .", 0.2682782411698074),
        ("About 95 species are now agreed .", 0.5889995423074248),
        ("About 95 species are currently agreed .", 0.5071608864657479),
    ],
)
def test_sari_gives_the_published_values(prediction: str, wanted: float) -> None:
    assert sari(SOURCE, prediction, REFERENCES) == pytest.approx(wanted, rel=1e-12)


def test_sari_of_nothing_is_low() -> None:
    assert 0.0 <= sari(SOURCE, "", REFERENCES) < 0.5


def test_errors_of_forecasts() -> None:
    gold, predicted = [1.0, 2.0, 4.0], [1.0, 3.0, 2.0]
    assert mean_absolute_error(gold, predicted) == pytest.approx(1.0)
    assert root_mean_squared_error(gold, predicted) == pytest.approx(math.sqrt(5 / 3))
    assert symmetric_percentage_error([0.0, 1.0], [0.0, 3.0]) == pytest.approx(0.5)
    assert scaled_errors(gold, predicted, [0.0, 2.0, 4.0]).tolist() == [0.0, 0.5, 1.0]
    assert np.isnan(scaled_errors(gold, predicted, [3.0])).all()
    assert interval_coverage(gold, [0, 0, 0], [2, 2, 2]) == pytest.approx(2 / 3)
    assert pinball([2.0, 2.0], [1.0, 3.0], 0.9) == pytest.approx((0.9 + 0.1) / 2)


def test_the_loss_of_quantiles_agrees_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(9)
    gold, predicted = rng.normal(size=50), rng.normal(size=50)
    wanted = metrics.mean_pinball_loss(gold, predicted, alpha=0.3)
    assert pinball(gold, predicted, 0.3) == pytest.approx(wanted)
