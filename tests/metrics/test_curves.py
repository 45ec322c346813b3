from __future__ import annotations

import math

import numpy as np
import pytest

from onoma.metrics.curves import auprc, aurc, auroc, calibration_error, risk_coverage


def test_curves_agree_with_scikit_learn_ties_included() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(4)
    for digits in (6, 1):
        gold = rng.random(300) < 0.25
        scores = np.round(rng.random(300) + 0.3 * gold, digits)
        assert auroc(gold, scores) == pytest.approx(metrics.roc_auc_score(gold, scores))
        wanted = metrics.average_precision_score(gold, scores)
        assert auprc(gold, scores) == pytest.approx(wanted)


def test_risk_falls_where_confidence_knows() -> None:
    right, confidence = [True, False, True, True], [0.9, 0.1, 0.8, 0.7]
    assert risk_coverage(right, confidence).tolist() == [0, 0, 0, 0.25]
    assert aurc(right, confidence) == pytest.approx(1 / 16)
    assert aurc(right, [0.1, 0.9, 0.2, 0.3]) > aurc(right, confidence)


def test_calibration_error_is_the_gap_by_bins() -> None:
    assert calibration_error([1, 1, 1, 0], [0.75] * 4) == pytest.approx(0.0)
    assert calibration_error([1, 0], [1.0, 1.0]) == pytest.approx(0.5)
    # two bins: (0.2: 1 of 2 right), (0.9: 2 of 2 right)
    assert calibration_error([1, 0, 1, 1], [0.2, 0.2, 0.9, 0.9]) == pytest.approx(
        (0.3 * 2 + 0.1 * 2) / 4
    )


def test_one_class_alone_has_no_curve() -> None:
    assert math.isnan(auroc([1, 1], [0.2, 0.3]))
    assert math.isnan(auprc([0, 0], [0.2, 0.3]))
