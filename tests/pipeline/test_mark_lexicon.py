"""What annotators marked: odds of strings, and of words at borders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.errors import BadFile
from onoma.pipeline.mark_lexicon import (
    COLUMNS,
    NEVER,
    NO_TEXT,
    Cut,
    Marks,
    count_marks,
    read_marks,
    write_marks,
)
from onoma.recognize.tagger.folder import shipped_tagger

TEXTS = [
    Cut(["a", "severe", "asthma", "was", "found", "in", "March"], [(2, 3)]),
    Cut(["severe", "asthma", "and", "allergic", "rhinitis"], [(1, 2), (3, 5)]),
    Cut(["allergic", "rhinitis", ";", "severe", "gout"], [(0, 2), (4, 5)]),
]


@pytest.fixture(name="marks")
def _marks() -> Marks:
    return count_marks(TEXTS)


def cells(marks: Marks, text: str, first: int, behind: int) -> dict[str, float]:
    (row,) = marks.columns(text.split(), [(first, behind)])
    return dict(zip(COLUMNS, row.tolist(), strict=True))


def test_a_marked_string_is_known_wherever_it_stands(marks: Marks) -> None:
    found = cells(marks, "so the Asthma went", 2, 3)
    assert found["marked"] > 0
    assert found["times"] == pytest.approx(np.log1p(2), abs=0.06)
    assert cells(marks, "so the asthma went", 1, 3)["marked"] == NEVER


def test_a_word_outside_of_marks_before_one_does_not_join_it(marks: Marks) -> None:
    assert cells(marks, "severe rhinitis", 1, 2)["left of it joins"] < 0
    assert cells(marks, "severe rhinitis", 0, 2)["first joins"] < 0
    assert cells(marks, "allergic asthma", 0, 2)["first joins"] > 0


def test_longer_and_shorter_strings_are_asked_about(marks: Marks) -> None:
    found = cells(marks, "an allergic rhinitis", 2, 3)
    assert found["marked with left"] > 0
    assert found["marked with right"] == NO_TEXT
    assert cells(marks, "allergic rhinitis here", 0, 3)["marked without last"] > 0


def test_capitals_of_short_words_count() -> None:
    own = count_marks([Cut(["AS", "as"], [(0, 1)])])
    assert cells(own, "AS", 0, 1)["marked"] > NEVER
    assert cells(own, "as", 0, 1)["marked"] == NEVER


def test_what_is_written_is_read_and_holds_no_text(marks: Marks, tmp_path: Path) -> None:
    write_marks({"disease": marks}, tmp_path / "marks.npz")
    again = read_marks(tmp_path)["disease"]
    text = ["severe", "allergic", "rhinitis"]
    spans = [(0, 3), (1, 3), (2, 3)]
    np.testing.assert_array_equal(again.columns(text, spans), marks.columns(text, spans))
    assert {one.dtype.kind for one in (again.names, again.words)} == {"u"}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "marks.npz").write_bytes(b"no")
    with pytest.raises(BadFile, match=r"marks\.npz"):
        read_marks(tmp_path / "other")


def test_no_text_and_no_span_are_no_trouble(marks: Marks) -> None:
    assert marks.columns([], []).shape == (0, len(COLUMNS))
    assert marks.columns(["a"], []).shape == (0, len(COLUMNS))
    assert not read_marks(Path("nowhere"))


def test_what_ships_knows_the_groups_that_gained() -> None:
    assert {"disease", "chemical", "anatomy"} <= read_marks(shipped_tagger()).keys()
