"""Parts as people write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onoma.curate import Curation, Part, Seat
from onoma.curate.wording import Wording, find_words
from onoma.errors import BadCurie, BadSpan, InputError
from onoma.ontology.store import ConceptStore
from tests.curate.conftest import TEXT

MENTION = Part(((18, 43),), "disease", "MONDO:1")


def quoted(spans: tuple[tuple[int, int], ...], text: str = TEXT) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_words_are_found_where_they_stand() -> None:
    assert find_words("ovarian cancer", TEXT) == ((29, 43),)
    assert quoted(find_words("BREAST ... cancer", TEXT)) == ["breast", "cancer"]
    assert quoted(find_words("breast … cancer", TEXT, near=MENTION)) == ["breast", "cancer"]


def test_the_nearest_place_is_taken_and_a_taken_one_is_not() -> None:
    text = "cough; then cough and cough"
    assert find_words("cough", text, near=Part(((12, 17),), "disease")) == ((12, 17),)
    assert find_words("cough", text, taken=[(0, 5)]) == ((12, 17),)


@pytest.mark.parametrize("words", ["", "...", "lung", "cancer ... breast", "ovar", "["])
def test_words_that_do_not_stand_there_are_refused(words: str) -> None:
    with pytest.raises(BadSpan):
        find_words(words, TEXT)


def test_concepts_are_named_guessed_or_none(small_core: ConceptStore) -> None:
    text = "Gout, fever and asthma."
    said = "gout = mondo:0005393; fever; asthma = -"
    first, second, third = Wording().read(said, text, "disease")
    assert (first.curie, first.label) == ("MONDO:0005393", "gout")
    assert second.spans == ((6, 11),)
    assert (third.curie, third.label) == (None, None)
    with pytest.raises(BadCurie):
        Wording().read("gout = gout", text, "disease")
    with pytest.raises(InputError):
        Wording().read(" ; ", text, "disease")


def test_a_seat_takes_words(small_core: ConceptStore, make: Callable[..., Curation]) -> None:
    seat = Seat(make(), "anna")
    verdict = seat.said("0.1", "breast ... cancer = -; ovarian cancer = -")
    seat.decide("0.1", verdict)
    assert [len(one.spans) for one in seat.curation.outcomes("anna")["0.1"]] == [2, 1]
    (first,) = seat.missed("c", "and = -", "process")
    assert first.items == ("2+6-9",)
    with pytest.raises(BadSpan):
        seat.missed("c", "and = -", "process")
