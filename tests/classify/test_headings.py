from __future__ import annotations

import pytest

from onoma.classify.headings import PARTS, ROLES, Below, below, find_heading


def named(bits: int, names: tuple[str, ...]) -> list[str]:
    return [name for place, name in enumerate(names) if bits >> place & 1]


@pytest.mark.parametrize(
    ("heading", "roles"),
    [
        ("METHODS", ["method"]),
        ("Materials and methods", ["method"]),
        ("METHODS AND RESULTS", ["method", "result"]),
        ("BACKGROUND", ["background", "objective"]),
        ("Background/Aims", ["background", "objective"]),
        ("DESIGN, SETTING, AND PARTICIPANTS", ["method"]),
        ("ABSTRACT.CONCLUSIONS:", ["conclusion"]),
        ("Trial registration", ["other"]),
    ],
)
def test_a_heading_names_the_roles_below_it(heading: str, roles: list[str]) -> None:
    found = below(heading)
    assert found is not None
    assert named(found.roles, ROLES) == roles


@pytest.mark.parametrize("words", ["Fever", "Methods of torture", "", "RESULTS AND FEVER"])
def test_unknown_words_are_no_heading(words: str) -> None:
    assert below(words) is None


def test_the_main_role_is_the_one_that_the_label_names() -> None:
    background, both = below("BACKGROUND"), below("METHODS AND RESULTS")
    assert background is not None
    assert both is not None
    assert ROLES[background.main] == "background"
    assert both.main == -1


def test_a_heading_may_name_the_part_of_a_trial() -> None:
    found = below("PARTICIPANTS")
    assert isinstance(found, Below)
    assert named(found.parts, PARTS) == ["population"]


@pytest.mark.parametrize(
    "text", ["Methods: we looked.", "METHODS. We looked.", "METHODS\nWe looked.", "METHODS - we"]
)
def test_headings_are_found_in_the_ways_they_are_written(text: str) -> None:
    found = find_heading(text)
    assert found is not None
    assert text[found.end :].lower().startswith("we")


@pytest.mark.parametrize("text", ["Result 5:3 was reached.", "Methods were new. Fine: yes.", "x"])
def test_a_word_in_a_sentence_is_no_heading(text: str) -> None:
    assert find_heading(text) is None
