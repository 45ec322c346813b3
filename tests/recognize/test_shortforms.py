"""A document's own short forms: where their meaning goes, and where it does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.recognize import shortforms
from onoma.recognize.columns import ABBREVIATION, DICTIONARY, Spans, Work
from onoma.recognize.shortforms import ShortForms, _stems, spread
from onoma.text.abbreviations import abbreviation_columns
from onoma.text.tokens import TextBatch, tokenise

LONG_KEY, SHORT_KEY, OTHER_KEY = 7, 9, 11


def _read(*texts: str) -> tuple[Work, ShortForms]:
    batch = TextBatch.of(texts)
    tokens = tokenise(batch.codes)
    words = np.ones(len(tokens), np.uint32)
    work = Work(batch, tokens, words, np.zeros(len(batch.codes) + 1, np.int32))
    columns = abbreviation_columns(batch.codes, batch.doc_start, batch.text)
    return work, ShortForms(*columns, batch.document_of(columns[0]))


def _spans(work: Work, *named: tuple[str, int]) -> Spans:
    """Return each place of each name."""
    rows = []
    for name, key in named:
        place = work.batch.text.find(name)
        while place >= 0:
            rows.append((place, place + len(name), key))
            place = work.batch.text.find(name, place + 1)
    start, end, key_column = np.array(sorted(rows), np.int64).reshape(-1, 3).T
    return Spans.of(start, end, key_column, found_by=DICTIONARY)


def _found(work: Work, spans: Spans) -> list[tuple[str, int]]:
    columns = (spans.start.tolist(), spans.end.tolist(), spans.key.tolist())
    return [(work.batch.text[a:b], key) for a, b, key in zip(*columns, strict=True)]


def test_each_mention_takes_the_key_of_the_long_form() -> None:
    work, pairs = _read("multiple sclerosis (MS) is rare; MS, MSs and MSX", "MS elsewhere")
    spans = _spans(work, ("multiple sclerosis", LONG_KEY))
    out = spread(work, spans, pairs)
    assert _found(work, out) == [
        ("multiple sclerosis", LONG_KEY), ("MS", LONG_KEY), ("MS", LONG_KEY), ("MSs", LONG_KEY)
    ]  # fmt: skip
    assert out.found_by.tolist() == [DICTIONARY] + [ABBREVIATION] * 3


def test_the_vocabularys_reading_is_dropped_where_the_long_form_names_nothing() -> None:
    work, pairs = _read("the pulse duration (PD) was short; PD rose", "PD is a disease")
    out = spread(work, _spans(work, ("PD", SHORT_KEY)), pairs)
    assert _found(work, out) == [("PD", SHORT_KEY)]
    assert out.start[0] >= work.batch.doc_start[1]


def test_a_name_that_covers_most_of_the_long_form_gives_its_key() -> None:
    work, pairs = _read("severe multiple sclerosis (SMS) hurts")
    out = spread(work, _spans(work, ("multiple sclerosis", LONG_KEY)), pairs)
    assert ("SMS", LONG_KEY) in _found(work, out)


def test_a_name_that_covers_little_of_the_long_form_gives_nothing() -> None:
    work, pairs = _read("the experimental autoimmune disease (EAD) hurts")
    out = spread(work, _spans(work, ("disease", LONG_KEY)), pairs)
    assert _found(work, out) == [("disease", LONG_KEY)]


def test_one_letter_stands_for_its_long_form_only_where_it_is_defined() -> None:
    work, pairs = _read("plasma of progesterone (P) rose, P was low")
    out = spread(work, _spans(work, ("progesterone", LONG_KEY)), pairs)
    assert _found(work, out) == [("progesterone", LONG_KEY), ("P", LONG_KEY)]


def test_capitals_behind_a_name_are_its_initials_in_any_order() -> None:
    work, pairs = _read("myotonic dystrophy (DM) is not DM of others")
    assert len(pairs) == 0
    out = spread(work, _spans(work, ("myotonic dystrophy", LONG_KEY), ("DM", SHORT_KEY)), pairs)
    assert _found(work, out) == [
        ("myotonic dystrophy", LONG_KEY), ("DM", LONG_KEY), ("DM", LONG_KEY)
    ]  # fmt: skip


def test_capitals_that_are_not_the_initials_define_nothing() -> None:
    work, pairs = _read("myotonic dystrophy (XM) is not XM")
    spans = _spans(work, ("myotonic dystrophy", LONG_KEY), ("XM", SHORT_KEY))
    assert _found(work, spread(work, spans, pairs)) == _found(work, spans)


def test_a_longer_name_around_a_short_form_stays() -> None:
    work, pairs = _read("multiple sclerosis (MS) and MS plaque")
    spans = _spans(work, ("multiple sclerosis", LONG_KEY), ("MS plaque", OTHER_KEY))
    assert ("MS plaque", OTHER_KEY) in _found(work, spread(work, spans, pairs))


def test_no_pair_changes_nothing() -> None:
    work, pairs = _read("nothing is defined here", "")
    spans = _spans(work, ("nothing", LONG_KEY))
    assert _found(work, spread(work, spans, pairs)) == [("nothing", LONG_KEY)]


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", " "])
def test_any_hyphen_parts_the_words_of_a_long_form(hyphen: str) -> None:
    assert _stems(f"von Hippel{hyphen}Lindau disease") == {"von", "hippe", "linda", "disea"}


SHORTS = ("PD", "IL-2", "IL", "T2D", "AB", "p53", "AAs", "É1", "aB")
BETWEEN = (" ", "-", "s", "(", ")", ". ", "_", "2")


@given(st.lists(st.sampled_from(SHORTS + BETWEEN), max_size=14).map("".join))
def test_many_short_forms_are_found_as_each_alone_is(text: str) -> None:
    text = f"\x1e{text}\x1e\x1e"
    wanted = [(short, number) for number, short in enumerate(SHORTS)]
    alone = sorted(
        (*whole, number)
        for short, number in wanted
        for whole in shortforms._whole_words(text, short, 1, len(text) - 1)
    )
    assert sorted(shortforms._among_words(text, wanted, 1, len(text) - 1)) == alone
