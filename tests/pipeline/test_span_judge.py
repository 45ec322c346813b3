"""The judge of spans: the best set, and files that are what they say."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadFile
from onoma.link.candidates.trees import Growth, grow
from onoma.pipeline.span_evidence import COLUMNS
from onoma.pipeline.span_judge import LEANINGS, Judge, choose, read_judge, types_for

SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 6), st.floats(-1, 1, allow_nan=False)), max_size=8
)


def grown() -> Judge:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(300, len(COLUMNS))).astype(np.float32)
    right = table[:, COLUMNS.index("mean")] > 0
    forest = grow(table, right, growth=Growth(trees=20, depth=2))
    return Judge({"disease": forest}, {"disease": dict.fromkeys(LEANINGS, 0.4)})


@given(SPANS)
def test_no_other_set_gains_more(rows: list[tuple[int, int, float]]) -> None:
    spans = [(start, start + size) for start, size, _ in rows]
    gains = [gain for *_, gain in rows]

    def is_apart(some: tuple[int, ...]) -> bool:
        pairs = combinations((spans[one] for one in some), 2)
        return all(a[1] <= b[0] or b[1] <= a[0] for a, b in pairs)

    taken = tuple(choose(spans, gains))
    assert is_apart(taken)
    everything = [
        some for size in range(len(rows) + 1) for some in combinations(range(len(rows)), size)
    ]
    best = max(sum(gains[one] for one in some) for some in everything if is_apart(some))
    assert sum(gains[one] for one in taken) == pytest.approx(best)
    assert all(gains[one] > 0 for one in taken)


def test_a_judge_comes_back_as_it_was_written(tmp_path: Path) -> None:
    judge = grown()
    judge.write(tmp_path / "judge.npz")
    again = read_judge(tmp_path)
    assert again is not None
    table = np.random.default_rng(2).normal(size=(50, len(COLUMNS))).astype(np.float32)
    assert (again.chances("disease", table) == judge.chances("disease", table)).all()
    assert again.border("disease", "recall") == 0.4
    high = table[:, COLUMNS.index("mean")] > 0.5
    assert again.chances("disease", table)[high].min() > 0.5


def test_a_folder_without_a_judge_has_none(tmp_path: Path) -> None:
    assert read_judge(tmp_path) is None


def test_a_damaged_judge_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "judge.npz"
    grown().write(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadFile, match="damaged"):
        Judge.read(path.read_bytes(), "judge.npz")


def test_without_trees_the_score_of_the_tagger_counts_or_the_dictionary() -> None:
    table = np.zeros((3, len(COLUMNS)), np.float32)
    table[0, COLUMNS.index("tagged score")] = 0.9
    table[1, COLUMNS.index("named")] = 1.0
    judge = Judge()
    assert judge.chances("mine", table).tolist() == pytest.approx([0.9, 0.6, 0.0])
    borders = [judge.border("mine", leaning) for leaning in ("recall", "balanced", "precision")]
    assert borders == sorted(borders)


def test_a_head_that_is_no_group_stands_for_its_own_type() -> None:
    assert types_for("gene") == ("gene", "protein")
    assert types_for("Finding") == ("Finding",)
