"""Expressions of time: what is found, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.extract.times import beside, find_times


@pytest.mark.parametrize(
    ("text", "words", "kind", "value"),
    [
        ("Seen in May 2019.", "May 2019", "date", "2019-05"),
        ("On 3rd of March 2020 it began.", "3rd of March 2020", "date", "2020-03-03"),
        ("On March 3, 2020 it began.", "March 3, 2020", "date", "2020-03-03"),
        ("Done on 2021-04-30.", "2021-04-30", "date", "2021-04-30"),
        ("Done on 25/12/2018.", "25/12/2018", "date", "2018-12-25"),
        ("Done on 04/05/2018.", "04/05/2018", "date", "2018"),
        ("Healthy since 1995.", "1995", "date", "1995"),
        ("Two weeks later it grew.", "Two weeks later", "shift", "+P2W"),
        ("He fell 4 months earlier.", "4 months earlier", "shift", "-P4M"),
        ("Seen 3-5 days after surgery.", "3-5 days after", "shift", "+P4D"),
        ("The next day he left.", "The next day", "shift", "+P1D"),
        ("On postoperative day 2 he ate.", "postoperative day 2", "day", "+P2D"),
        ("On the third hospital day he ate.", "the third hospital day", "day", "+P3D"),
        ("It began at the age of 12 years.", "at the age of 12 years", "age", "P12Y"),
        ("Ill for the past six months.", "six months", "duration", "P6M"),
        ("A 10-day history of cough.", "10-day", "duration", "P10D"),
        ("Fever on admission.", "on admission", "point", ""),
        ("It subsequently grew.", "subsequently", "vague", ""),
    ],
)
def test_an_expression_is_found_with_its_value(
    text: str, words: str, kind: str, value: str
) -> None:
    (one,) = find_times(text)
    assert (one.text, one.kind, one.value) == (words, kind, value)
    assert text[one.start : one.end] == one.text


@pytest.mark.parametrize("text", ["5 mg of 2010 mL", "on 40/40/2010", "a thin and dry cough"])
def test_what_is_no_time_is_not_found(text: str) -> None:
    assert find_times(text) == []


def test_a_day_after_an_operation_says_what_it_counts_from() -> None:
    (one,) = find_times("on postoperative day 2")
    assert (one.anchor, one.days) == ("operation", 2)


def test_a_shift_says_what_it_counts_from() -> None:
    (one,) = find_times("One month after surgery he was well.")
    assert (one.text, one.anchor, one.toward) == ("One month after", "surgery", 1)


def test_spans_of_a_tagger_stand_where_rules_found_nothing() -> None:
    text = "In May 2019, at harvest time, she fell."
    out = beside(find_times(text), [(3, 11, "date"), (13, 28, "date")], text)
    assert [(one.text, one.value) for one in out] == [
        ("May 2019", "2019-05"),
        ("at harvest time", ""),
    ]


@given(st.text(alphabet="0123456789 -/.,abdhmoy\u2005on thefar", max_size=80))
def test_no_text_breaks_it_and_every_expression_quotes_the_text(text: str) -> None:
    last = 0
    for one in find_times(text):
        assert text[one.start : one.end] == one.text
        assert one.start >= last
        last = one.end
