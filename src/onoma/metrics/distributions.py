"""The few distribution functions that tests of significance need, without SciPy."""

from __future__ import annotations

import math

_TINY = 1e-300
_ENOUGH = 3e-16
_MOST_STEPS = 10_000


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), 0 to 1.

    The continued fraction of DLMF 8.17.22, by Lentz's method as modified by Thompson and Barnett
    (Press et al. 2007, Numerical Recipes, section 6.4); I_x(a, b) = 1 - I_(1-x)(b, a) where the
    other side converges faster.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - math.exp(log_front) * _beta_fraction(b, a, 1.0 - x) / b
    return math.exp(log_front) * _beta_fraction(a, b, x) / a


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function."""
    c = 1.0
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for part in (even, odd):
            d = 1.0 / _away_from_zero(1.0 + part * d)
            c = _away_from_zero(1.0 + part / c)
            value *= c * d
        if abs(c * d - 1.0) < _ENOUGH:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def student_t_p(t: float, degrees: float) -> float:
    """Return the two-sided p of Student's t, exact: I_(v/(v+t^2))(v/2, 1/2)."""
    if math.isinf(t):
        return 0.0
    return incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + t * t))


def normal_p(z: float) -> float:
    """Return the two-sided p of a standard normal deviate."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def sign_p(wins: int, losses: int) -> float:
    """Return the two-sided exact p of the sign test: ties aside, is either side favoured?

    The same sum is McNemar's exact test when wins and losses count the items that one system alone
    has right.
    """
    n, few = wins + losses, min(wins, losses)
    if n == 0:
        return 1.0
    below = incomplete_beta(n - few, few + 1.0, 0.5)  # P(X <= few), X binomial(n, 1/2)
    return min(1.0, 2.0 * below)
