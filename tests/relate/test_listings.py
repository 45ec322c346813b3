"""Lists of mentions read as one, and the words about a pair in such sentences."""

from __future__ import annotations

import pytest

from onoma.relate.features import pair_rows
from onoma.relate.listed_words import listed_words
from onoma.relate.listings import Listings
from onoma.relate.page import Page
from tests.relate.relation_texts import marked


def _words(source: str, pair: tuple[int, int]) -> set[str]:
    page = Page(marked("a", source))
    return listed_words(page, Listings(page), pair, page.meetings(*pair))


def _joined(source: str, pair: tuple[int, int]) -> str:
    page = Page(marked("a", source))
    meeting = page.meetings(*pair)[0]
    found = Listings(page).joined(meeting.first, meeting.second)
    return " ".join(found.words) if found is not None else ""


LIST = (
    "[Warfarin|chemical|A] interacts with [aspirin|chemical|B], [digoxin|chemical|C] and "
    "[lithium|chemical|D]."
)


@pytest.mark.parametrize("last", [1, 2, 3])
def test_each_member_of_a_list_is_tied_by_the_same_words(last: int) -> None:
    assert _joined(LIST, (0, last)) == "#1 interacts with #2 ."
    assert "C:>inter with" in _words(LIST, (0, last))


def test_two_members_of_a_list_are_told_as_such() -> None:
    assert _joined(LIST, (1, 3)) == "@chemical interacts with #12 ."
    assert "L:chemical~chemical" in _words(LIST, (1, 3))


def test_a_verb_or_a_preposition_ends_a_list() -> None:
    apart = "[Warfarin|chemical|A], given with [aspirin|chemical|B], helps."
    assert _joined(apart, (0, 1)) == "#1 , given with #2 , helps ."


def test_a_name_in_brackets_belongs_to_the_one_before_it() -> None:
    alias = "[cobalt protoporphyrin|chemical|A] ([CoPP|chemical|B]) induces [HO-1|gene|G]."
    assert _joined(alias, (0, 2)) == _joined(alias, (1, 2)) == "#1 ) induces #2 ."


def test_a_mention_inside_another_has_no_joined_sentence() -> None:
    page = Page(marked("a", "[sodium channel|gene|G] and [zinc|chemical|A]."))
    inner = page.places[0][0]._replace(entity=1, first=1, start=7)
    page.places[1] = (inner,)
    assert Listings(page).joined(page.places[0][0], inner) is None


def test_what_prevents_is_told_from_what_induces() -> None:
    source = "[Iron|chemical|A] prevents [zinc|chemical|B]-induced [p53|gene|G] expression."
    assert "kM:>preve induc" in _words(source, (0, 2))
    assert "kM:>induc" in _words(source, (1, 2))
    denied = "[Iron|chemical|A] does not induce [p53|gene|G]."
    assert {"kM:>not induce", "nm:>not induce"} <= _words(denied, (0, 1))


def test_same_names_nearer_ones_and_headings_are_told() -> None:
    source = (
        "[Iron|chemical|A]: [iron|chemical|B] raises [zinc|chemical|C] and [iron|chemical|D] falls."
    )
    assert "same name" in _words(source, (0, 1))
    assert {"nearer own 1", "head 1"} <= _words(source, (0, 2))


def test_rows_without_listed_words_are_those_of_older_weights() -> None:
    text = marked("a", LIST)
    whole, bare = (pair_rows(text, [(0, 1)], is_listed=one) for one in (True, False))
    assert set(bare.words.tolist()) < set(whole.words.tolist())
    assert (whole.numbers == bare.numbers).all()
