"""Matches whose last number is a part of another one."""

from __future__ import annotations

import pytest

from onoma import load
from onoma.pipeline.pipeline import Pipeline


@pytest.fixture(scope="module")
def nlp() -> Pipeline:
    return load(mode="dictionary")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Thrombocytopenia 2/383 (0.52%)", "Thrombocytopenia"),
        ("THROMBOCYTOPENIA 4/41 (9.8%)", "THROMBOCYTOPENIA"),
        ("Alkaline phosphatase 2.5 times the limit", "Alkaline phosphatase"),
        ("HPV 16/18", "HPV 16"),
        ("Thrombocytopenia 2 is inherited.", "Thrombocytopenia 2"),
        ("CD4 12.5", "CD4"),
    ],
)
def test_a_count_is_no_part_of_a_name(nlp: Pipeline, text: str, name: str) -> None:
    assert [one.text for one in nlp.annotate(text).mentions] == [name]
