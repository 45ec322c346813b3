from __future__ import annotations

import math

import pytest

from onoma.metrics.distributions import incomplete_beta, normal_p, sign_p, student_t_p


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 3), (2.5, 0.5), (50, 0.5), (300, 400)])
def test_the_incomplete_beta_function_agrees_with_scipy(a: float, b: float) -> None:
    special = pytest.importorskip("scipy.special")
    for x in (0.0, 1e-6, 0.1, 0.5, 0.77, 0.999, 1.0):
        assert incomplete_beta(a, b, x) == pytest.approx(special.betainc(a, b, x), rel=1e-10)


@pytest.mark.parametrize("degrees", [1, 2, 7, 100, 2171])
def test_p_of_students_t_agrees_with_scipy(degrees: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    for t in (0.0, 0.3, -1.96, 4.0, 12.0):
        wanted = 2 * stats.t.sf(abs(t), degrees)
        assert student_t_p(t, degrees) == pytest.approx(wanted, rel=1e-9)


def test_p_of_students_t_has_its_closed_forms() -> None:
    assert student_t_p(1.0, 1) == pytest.approx(0.5)  # Cauchy
    assert student_t_p(math.sqrt(2), 2) == pytest.approx(1 - math.sqrt(2) / 2)
    assert student_t_p(math.inf, 5) == 0.0


def test_the_sign_test_is_the_binomial_sum() -> None:
    assert sign_p(0, 0) == 1.0
    assert sign_p(5, 5) == 1.0
    for wins, losses in ((1, 0), (8, 2), (2, 8), (30, 11)):
        n = wins + losses
        below = sum(math.comb(n, k) for k in range(min(wins, losses) + 1)) / 2**n
        assert sign_p(wins, losses) == pytest.approx(min(1.0, 2 * below), rel=1e-12)


def test_p_of_a_normal_deviate() -> None:
    assert normal_p(1.959963985) == pytest.approx(0.05, rel=1e-8)
