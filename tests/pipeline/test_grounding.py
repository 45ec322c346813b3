"""``ground``: a term to ranked concepts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings

from onoma.errors import BadCurie, BadFile, BadLine, InputError, ModelMissing, UnknownName
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.trained import write_trained
from onoma.ontology.store import ConceptStore
from onoma.pipeline import ground
from onoma.pipeline.annotator import Annotator, Settings
from onoma.pipeline.grounder import Grounder, Helpers
from onoma.pipeline.grounding import GroundOptions, ground_terms
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
    part = ground("left breast carcinoma", types=["disease"], mode="dictionary")
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


def many(*terms: str, **options: object) -> list[list[str]]:
    made = GroundOptions(encoder="none", **options)  # type: ignore[arg-type]
    return [[one.curie for one in found] for found in ground_terms(_pairs(terms), options=made)]


def _pairs(terms: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(term, "") for term in terms]


def test_a_misspelt_name_is_found_and_the_dictionary_alone_does_not() -> None:
    (found,) = ground_terms([("parkinsons disese", "")], options=GroundOptions(encoder="none"))
    assert found[0].name.lower().startswith("parkinson")
    assert many("parkinsons disese", mode="dictionary") == [[]]


def test_the_dictionary_makes_no_index(store: ConceptStore, tmp_path: Path) -> None:
    cache = tmp_path / "cache" / store.path.name
    shutil.copytree(store.path, cache, ignore=shutil.ignore_patterns("names-*"))
    fresh = Grounder(Settings(), Helpers())
    fresh.annotator = Annotator(ConceptStore(cache), nested=True)
    assert fresh.ground([("gout", "")])[0]
    assert not list(cache.glob("names-*"))
    fresh.ground([("parkinsn", "")])
    assert list(cache.glob("names-*/*"))


def test_a_list_is_taken_apart() -> None:
    found = ground("breast and ovarian cancer")
    assert [one.why.get("member") for one in found[:2]] == [1.0, 2.0]
    assert found[0].curie == curies("breast cancer")[0]
    assert found[1].curie == curies("ovarian cancer")[0]


def test_near_names_have_scores_in_order_and_say_why() -> None:
    found = ground_terms([("ovarien cancr", "")], options=GroundOptions(least=0.0), k=4)[0]
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert found[0].why["gram"] > 0


def test_each_place_of_a_batch_gets_its_own_answer() -> None:
    terms = ("gout", "", "xyzzy", "gout", "breast cancr", "x" * 10_000)
    assert many(*terms)[0] == many(*terms)[3] == many("gout")[0]
    assert many(*terms)[1] == many(*terms)[2] == []
    assert many(*terms[::-1]) == many(*terms)[::-1]


def test_filled_answers_follow_the_sure_ones() -> None:
    sure = ground("cleft lip")
    (filled,) = ground_terms([("cleft lip", "")], options=GroundOptions(fill=True, encoder="none"))
    assert filled[: len(sure)] == sure
    assert len(filled) > len(sure)
    assert filled[-1].score <= sure[-1].score


def test_a_lexicon_leads(tmp_path: Path) -> None:
    write_trained(tmp_path, Lexicon.of([("the malady", "MONDO:0005393")] * 3))
    trained = str(tmp_path)
    assert many("The  malady", trained=trained) == [["MONDO:0005393"]]
    near = many("the maladies", trained=trained, least=0.0)[0]
    assert near[0] == "MONDO:0005393"


def test_wrong_options_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no mode"):
        ground("gout", mode="guess")
    with pytest.raises(ModelMissing, match="no trained linker"):
        many("gout", trained=str(tmp_path))
    write_trained(tmp_path, Lexicon(()))
    (tmp_path / "linker.json").write_text("[")
    with pytest.raises(BadFile, match="damaged"):
        many("gout", trained=str(tmp_path))
    with pytest.raises(ModelMissing):
        ground_terms([("gout", "")], options=GroundOptions(encoder=str(tmp_path / "no")))
    (tmp_path / "lexicon.tsv").write_text("text\tcurie\tcount\ngout\tnothing\t1\n")
    with pytest.raises(BadLine, match="line 2"):
        Lexicon.read(tmp_path / "lexicon.tsv")


def test_a_blocked_concept_is_no_near_name_either(tmp_path: Path) -> None:
    wanted = GroundOptions(least=0.0, encoder="none")
    (tmp_path / "block.tsv").write_text("MONDO:0005393\n")
    (free,) = ground_terms([("goutt", "")], options=wanted)
    (barred,) = ground_terms([("goutt", "")], options=wanted, project=tmp_path)
    assert "MONDO:0005393" in [one.curie for one in free]
    assert "MONDO:0005393" not in [one.curie for one in barred]
