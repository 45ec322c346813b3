from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onoma.formats.capacity import HOLDS
from onoma.formats.tables import annotated_readers, writers
from onoma.types import AnnotatedDocument
from tests.formats.documents import LIMITS, Limits, both, documents, read, without_ids, written

FORMATS = sorted(LIMITS)
PAIRS = [
    (first, second)
    for first, second in permutations(FORMATS, 2)
    # PubTator needs to know where the title ends, which these formats cannot tell it
    if not LIMITS[second].is_titled or "passages" in HOLDS[first]
]
quickly = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
thoroughly = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def alike(found: AnnotatedDocument, drawn: AnnotatedDocument, limits: Limits) -> bool:
    """Say whether a document came back: ids apart that a format has not, or gives."""
    return found == drawn if limits.keeps_ids else without_ids(found) == without_ids(drawn)


def without_passages(document: AnnotatedDocument) -> AnnotatedDocument:
    return replace(document, document=replace(document.document, passages=()))


def test_every_format_with_a_reader_and_a_writer_is_tried() -> None:
    there_and_back = set(annotated_readers.names()) & set(writers.names())
    assert there_and_back <= LIMITS.keys() | {"jsonl"}
    assert LIMITS.keys() <= HOLDS.keys()


def test_every_writer_says_what_it_holds() -> None:
    assert set(writers.names()) <= HOLDS.keys()


@pytest.mark.parametrize("format", FORMATS)
@thoroughly
@given(data=st.data())
def test_what_a_format_can_hold_comes_back(format: str, data: st.DataObject) -> None:
    holds, limits = HOLDS[format], LIMITS[format]
    drawn = [data.draw(documents(holds, limits, number)) for number in range(2)]
    packed, losses = written(format, drawn)
    found = read(format, packed)
    assert not losses
    assert len(found) == 2
    for there, back in zip(drawn, found, strict=True):
        assert alike(back, there, limits), (back, there)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@quickly
@given(data=st.data())
def test_what_two_formats_can_hold_goes_through_both(
    pair: tuple[str, str], data: st.DataObject
) -> None:
    first, second = pair
    limits = both(LIMITS[first], LIMITS[second])
    drawn = data.draw(documents(HOLDS[first] & HOLDS[second], limits))
    (middle,) = read(first, written(first, [drawn])[0])
    packed, losses = written(second, [middle])
    (found,) = read(second, packed)
    is_bare = "passages" not in HOLDS[second]
    assert not losses.keys() - ({"ids", "passages"} if is_bare else {"ids"})
    drawn = without_passages(drawn) if is_bare else drawn
    assert alike(found, drawn, limits), (found, drawn)


@pytest.mark.parametrize("format", FORMATS)
@thoroughly
@given(data=st.data())
def test_what_is_lost_is_counted(format: str, data: st.DataObject) -> None:
    drawn = data.draw(documents(HOLDS["jsonl-text"], LIMITS["jsonl-text"]))
    packed, losses = written(format, [drawn])
    if not losses:
        assert alike(read(format, packed)[0], drawn, LIMITS[format])


@pytest.mark.parametrize("format", FORMATS)
@thoroughly
@given(data=st.data())
def test_a_second_time_nothing_more_is_lost(format: str, data: st.DataObject) -> None:
    drawn = data.draw(documents(HOLDS["jsonl-text"], LIMITS["jsonl-text"]))
    once = read(format, written(format, [drawn])[0])
    packed, losses = written(format, once)
    assert not losses.keys() - {"metadata"}  # what a reader notes, such as a rebuilt text
    assert read(format, packed) == once


@pytest.mark.parametrize("pair", list(combinations(FORMATS, 2)), ids="-".join)
def test_the_limits_of_two_formats_do_not_depend_on_their_order(pair: tuple[str, str]) -> None:
    first, second = LIMITS[pair[0]], LIMITS[pair[1]]
    assert both(first, second) == both(second, first)
