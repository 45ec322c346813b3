"""``ground``: a term to ranked concepts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from onoma.errors import BadCurie, UnknownName
from onoma.ontology.store import ConceptStore
from onoma.pipeline import ground
from tests.texts import texts

pytestmark = pytest.mark.usefixtures("small_core")


def curies(term: str, **options: object) -> list[str]:
    return [one.curie for one in ground(term, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("term", "first"),
    [
        ("gout", "MONDO:0005393"),
        ("  Gout ", "MONDO:0005393"),
        ("podagra", "MONDO:0005393"),
        ("Neoplasms, Breast", "MESH:D001943"),
        ("type II diabetes mellitus", "MONDO:0005148"),
        ("seizures", "HP:0001250"),
        ("aspirin", "CHEBI:15365"),
        ("malformation of the eye", "HP:0000478"),
        ("speech, absent", "HP:0002167"),
    ],
)
def test_term_is_grounded(term: str, first: str) -> None:
    assert curies(term)[0] == first


@pytest.mark.parametrize(
    "term", ["", "  ", "qwertyuiop", "the", "\x00", "\x1e", "fever in a cat's"]
)
def test_nil_is_empty(term: str) -> None:
    assert ground(term) == []


def test_candidates_are_ranked_and_distinct() -> None:
    found = ground("hypertension")
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert {one.curie for one in found} == {"HP:0000822", "MESH:D006973", "MONDO:0005044"}
    assert len(found) == 3


def test_k_limits_the_list() -> None:
    assert len(ground("hypertension", k=2)) == 2
    assert ground("hypertension", k=1) == ground("hypertension")[:1]


def test_types_limit_the_concepts() -> None:
    assert curies("hypertension", types=["phenotype"]) == ["HP:0000822"]
    assert curies("hypertension", types=["gene"]) == []


def test_answers_in_the_namespaces_asked_for() -> None:
    (found, *_) = ground("breast carcinoma", ids=["MESH"])
    assert (found.curie, found.via, found.lossy) == ("MESH:D001943", "MONDO:0004989", True)
    (found, *_) = ground("breast cancer", ids=["MESH"])
    assert (found.curie, found.via, found.lossy) == ("MESH:D001943", None, False)
    assert curies("gout", ids=["MESH"]) == []


def test_part_of_a_term_counts_less_than_the_whole() -> None:
    (whole,) = ground("breast carcinoma", types=["disease"])
    part = ground("left breast carcinoma", types=["disease"])
    assert part[0].curie == whole.curie
    assert part[0].score < whole.score
    assert part[0].why["share"] < 1


def test_context_tells_which_is_meant() -> None:
    one = "Melanocytic nevus of the skin."
    other = "Hydatidiform mole in pregnancy."
    assert curies("mole", context=one)[0] == "MONDO:0005073"
    assert curies("mole", context=other)[0] == "MONDO:0006249"


def test_context_may_define_an_abbreviation() -> None:
    assert curies("SCD") == []
    assert curies("SCD", context="Sickle cell disease (SCD) is painful.") == ["MONDO:0011382"]


def test_unknown_words_are_refused() -> None:
    with pytest.raises(UnknownName, match="did you mean 'disease'"):
        ground("gout", types=["diseases"])
    with pytest.raises(BadCurie):
        ground("gout", ids=["NOPE"])


def test_any_term_survives(small_core: ConceptStore) -> None:
    @given(texts(max_size=4))
    @settings(max_examples=60, deadline=None)
    def survives(term: str) -> None:
        for one in ground(term):
            assert small_core.row_of(one.curie) >= 0 or one.type == "variant"

    survives()
