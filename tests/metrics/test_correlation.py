from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from onoma.metrics import kendall, pearson, spearman


def samples() -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    rng = np.random.default_rng(2)
    out = []
    for n, levels in ((5, 0), (12, 0), (33, 0), (60, 0), (200, 4), (300, 9)):
        x = rng.normal(size=n)
        y = 0.5 * x + rng.normal(size=n)
        if levels:
            x, y = np.round(x * levels) / levels, np.round(y)
        out.append((x, y))
    return out


def test_spearman_and_its_p_agree_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for x, y in samples():
        found, wanted = spearman(x, y), stats.spearmanr(x, y)
        assert found.value == pytest.approx(wanted.statistic)
        assert found.p == pytest.approx(wanted.pvalue, rel=1e-8)


def test_kendall_and_its_p_agree_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for x, y in samples():
        found, wanted = kendall(x, y), stats.kendalltau(x, y)
        assert found.value == pytest.approx(wanted.statistic)
        assert found.p == pytest.approx(wanted.pvalue, rel=1e-8)


def test_perfect_and_undefined_correlations() -> None:
    assert spearman([1, 2, 3, 4], [1, 4, 9, 16]).value == pytest.approx(1.0)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]).p == pytest.approx(0.0, abs=1e-12)
    assert kendall([1, 2, 3], [3, 2, 1]).value == -1.0
    assert kendall([1, 2, 3], [1, 2, 3]).p == pytest.approx(1 / 3)  # 2 of 6 orders
    assert math.isnan(pearson([1, 1, 1], [1, 2, 3]))
    assert math.isnan(spearman([1, 1, 1], [1, 2, 3]).p)
    assert math.isnan(kendall([1, 1], [1, 2]).value)
