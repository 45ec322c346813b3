"""Coordinated names give each of their concepts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings

FULL = {
    "breast": "MONDO:0007254",
    "ovarian": "MONDO:0008170",
    "lung": "MONDO:0008903",
    "colon": "MONDO:0002032",
}


def pieces(nlp: Pipeline, text: str) -> list[tuple[str, str | None]]:
    """Return what each coordinated mention is put together of, and its concept."""
    return [
        (" ".join(text[start:end] for start, end in m.spans), m.curie)
        for m in nlp.annotate(text)
        if m.found_by == "coordination"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("breast and ovarian cancer", [("breast cancer", "MONDO:0007254")]),
        ("breast or ovarian cancers", [("breast cancers", "MONDO:0007254")]),
        ("breast/ovarian cancer", [("breast cancer", "MONDO:0007254")]),
        (
            "lung, colon and ovarian cancer",
            [("lung cancer", "MONDO:0008903"), ("colon cancer", "MONDO:0002032")],
        ),
        (
            "lung, colon, and ovarian cancer",
            [("lung cancer", "MONDO:0008903"), ("colon cancer", "MONDO:0002032")],
        ),
        ("cleft lip and palate", [("cleft palate", "HP:0000175")]),
        ("cleft lip and/or palate", [("cleft palate", "HP:0000175")]),
    ],
)
def test_shared_words_are_read_with_each_item(
    nlp: Pipeline, text: str, expected: list[tuple[str, str]]
) -> None:
    assert pieces(nlp, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "breast with ovarian cancer",
        "febrile seizures and major depressive disorder",
        "breast. ovarian cancer",
        "breast and the very ovarian cancer",
        "ovarian cancer and breast",
        "cleft lip, fever",
        "lung cancer and gout",
        "and ovarian cancer",
        "ovarian cancer and",
        "breast and gout",
    ],
)
def test_what_is_not_shared_is_not_put_together(nlp: Pipeline, text: str) -> None:
    assert pieces(nlp, text) == []


def test_whole_name_stays_beside_the_other(nlp: Pipeline) -> None:
    found = {m.text: m.spans for m in nlp.annotate("breast and ovarian cancer")}
    assert found["ovarian cancer"] == ((11, 25),)
    assert found["breast and ovarian cancer"] == ((0, 6), (19, 25))


def test_nothing_is_put_together_over_documents(nlp: Pipeline) -> None:
    first, second = nlp.pipe(["breast and", "ovarian cancer"])
    assert [m.found_by for doc in (first, second) for m in doc] == ["dictionary"] * 2


def test_longer_list_than_is_looked_at_gives_the_nearest(nlp: Pipeline) -> None:
    text = ", ".join(["lung", "colon"] * 10) + " and ovarian cancer"
    found = pieces(nlp, text)
    assert 1 <= len(found) <= 6
    assert {curie for _, curie in found} == {"MONDO:0008903", "MONDO:0002032"}


@given(
    st.lists(st.sampled_from(sorted(FULL)), min_size=2, max_size=4, unique=True),
    st.sampled_from([" and ", " or ", " and/or "]),
)
@settings(max_examples=60, deadline=None)
def test_every_item_of_a_list_is_found(nlp: Pipeline, items: list[str], word: str) -> None:
    text = ", ".join(items[:-1]) + word + items[-1] + " cancer"
    found = {m.curie for m in nlp.annotate(text) if m.type == "disease"}
    assert found == {FULL[item] for item in items}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("iron deficiency and pernicious anaemia", "deficiency anaemia"),
        ("acute and chronic lymphocytic leukemia", "acute leukemia"),
    ],
)
def test_a_name_in_a_longer_one_of_the_same_words_is_not_read(
    core: ConceptStore, text: str, part: str
) -> None:
    whole = Pipeline(Annotator(core), Settings())
    found = [name for name, _ in pieces(whole, text)]
    assert found
    assert part not in found
