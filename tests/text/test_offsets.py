from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadSpan
from onoma.text.offsets import UNITS, Unit, from_unit, to_unit, unit_length

any_text = st.text(st.characters(exclude_categories=()), max_size=50)
no_surrogates = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
units = st.sampled_from(UNITS)


@given(no_surrogates)
def test_offsets_agree_with_the_codecs(text: str) -> None:
    places = range(len(text) + 1)
    assert to_unit(text, places, "UTF-8 bytes").tolist() == [len(text[:n].encode()) for n in places]
    halves = [len(text[:n].encode("utf-16-le")) // 2 for n in places]
    assert to_unit(text, places, "UTF-16 units").tolist() == halves


@given(any_text, units)
def test_every_offset_comes_back(text: str, unit: Unit) -> None:
    places = np.arange(len(text) + 1)
    there = to_unit(text, places, unit)
    assert (from_unit(text, there, unit) == places).all()
    assert there[-1] == unit_length(text, unit)


@given(any_text, units)
def test_what_is_no_start_of_a_character_gives_minus_one(text: str, unit: Unit) -> None:
    starts = set(to_unit(text, np.arange(len(text) + 1), unit).tolist())
    places = np.arange(-2, unit_length(text, unit) + 3)
    found = from_unit(text, places, unit)
    assert [int(place) in starts for place in places] == (found >= 0).tolist()


@given(any_text)
def test_a_lone_surrogate_takes_three_bytes_and_one_unit(text: str) -> None:
    assert unit_length(text, "UTF-8 bytes") >= len(text.encode("utf-8", "surrogatepass"))
    assert unit_length("\ud83e", "UTF-8 bytes") == 3
    assert unit_length("\ud83e", "UTF-16 units") == 1


def test_order_and_shape_are_kept() -> None:
    assert to_unit("aβ🧬", [[3, 0], [2, 1]], "UTF-8 bytes").tolist() == [[7, 0], [3, 1]]


@pytest.mark.parametrize("unit", UNITS)
def test_an_offset_outside_the_text_is_told(unit: Unit) -> None:
    with pytest.raises(BadSpan, match="outside"):
        to_unit("βeta", [5], unit)
