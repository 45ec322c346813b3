from __future__ import annotations

from pathlib import Path

import pytest

from onoma.search.study_types import STUDY_TYPES, given_types, told_type


@pytest.mark.parametrize(
    ("title", "abstract", "found"),
    [
        ("Tea for sleep: a randomised trial", "Ninety adults drank tea.", STUDY_TYPES[4].name),
        ("Tea for sleep", "Adults were randomly assigned to tea or water.", STUDY_TYPES[4].name),
        ("Tea: a systematic review of randomized trials", "We searched.", "systematic review"),
        ("Tea for sleep", "We present the case of a tired librarian.", "case report"),
        ("Tea for sleep", "A 40-year-old man drank tea.", "case report"),
        ("Tea in a town: a cross-sectional survey", "", "cross-sectional study"),
        ("Tea and falls", "A case-control study was done in two towns.", "case-control study"),
        ("Tea and falls", "We followed a cohort of tea drinkers.", "cohort study"),
        ("Tea", "Tea was brewed and its colour was measured.", None),
    ],
)
def test_a_record_tells_what_kind_of_study_it_is(
    title: str, abstract: str, found: str | None
) -> None:
    assert told_type(title, f"{title}\n{abstract}") == found


def test_what_the_source_says_is_ordered_by_how_much_it_says() -> None:
    said = ["humans", "review", "meta-analysis", "cohort studies"]
    assert given_types(said) == ["meta-analysis", "cohort study", "review"]
    assert given_types(["letter", "tea"]) == []


@pytest.mark.usefixtures("small_core")
def test_kinds_of_study_are_searched_and_counted_saying_by_what(tmp_path: Path) -> None:
    pytest.importorskip("tantivy")
    from onoma.corpus import Corpus
    from onoma.search.library import Library
    from tests.search.conftest import article

    trial = "Ninety adults were randomly assigned to tea or water."
    corpus = Corpus.create(tmp_path / "studies")
    corpus.add(
        [
            article("a", "Tea for sleep", trial),
            article(
                "b", "Tea and water", trial,
                metadata=(("publication_type", "Randomized Controlled Trial"),),
            ),
            article("c", "Tea", "Brewed.", metadata=(("mesh", "MESH:D015331 Cohort Studies"),)),
        ]
    )  # fmt: skip
    library = Library(corpus)
    assert library.count('study:"randomized controlled trial"') == 2
    assert library.count('publication:"randomized controlled trial"') == 1
    assert library.count('study:"cohort study"') == 1
    assert library.count("has:study") == 3
    facet = library.search("tea", facets=("study",)).facets[0]
    assert [(key, count) for key, _, count in facet.counts] == [
        ("randomized controlled trial", 2),
        ("cohort study", 1),
    ]
    assert facet.counts[0][1] == "randomized controlled trial (1 by the text)"
