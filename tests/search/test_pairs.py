"""Pair queries: documents that name both concepts, those that relate them first."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tantivy")
pytest.importorskip("lark")

from onoma.corpus import Corpus
from onoma.errors import InputError, UnparsableQuery
from onoma.pipeline import Pipeline
from onoma.search.library import Library
from onoma.search.pair_features import NAMES
from onoma.search.pairs import pair_weights
from tests.search.conftest import article

ARTICLES = (
    ("list", "A register of patients", "Codes were given for epilepsy, gout, breast cancer and "
     "type 2 diabetes mellitus. Most were old. None had died."),
    ("cause", "Epilepsy after breast cancer", "Breast cancer caused epilepsy in nine of ten. "
     "Epilepsy was not rare with breast carcinoma."),
    ("apart", "Two clinics", "One clinic saw epilepsy. The other one was larger and saw nothing of "
     "this kind. It saw breast cancer."),
    ("lone", "Epilepsy alone", "Epilepsy was seen."),
)  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, nlp: Pipeline) -> Library:
    folder: Path = tmp_path_factory.mktemp("pairs") / "kept"
    corpus = Corpus.create(folder)
    corpus.add([article(*one) for one in ARTICLES], pipeline=nlp)
    return Library(corpus)


@pytest.fixture(autouse=True)
def _small(small_core: object) -> None:
    """Open the small vocabulary wherever the core is asked for."""


def test_documents_that_relate_the_two_stand_first(library: Library) -> None:
    found = library.pairs("epilepsy", "MONDO:0007254")
    assert found.total == 3
    assert found.hits[0].id == "cause"
    assert [hit.rank for hit in found.hits] == [1, 2, 3]
    assert sorted(hit.id for hit in found.hits) == ["apart", "cause", "list"]
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_hit_quotes_the_sentence_that_names_both(library: Library) -> None:
    hit = library.pairs("epilepsy", "breast cancer", k=1).hits[0]
    assert hit.sentence is not None
    assert "pilepsy" in hit.text
    document = library.shown(hit.id)
    assert document is not None
    text = document.document.text
    assert text[hit.sentence[0] : hit.sentence[1]] == hit.text
    assert {text[a:b].lower() for a, b in hit.left} == {"epilepsy"}
    assert "breast carcinoma" in {text[a:b].lower() for a, b in hit.right}  # below breast cancer
    apart = next(
        one for one in library.pairs("epilepsy", "breast cancer").hits if one.id == "apart"
    )
    assert apart.sentence is None


def test_the_order_of_the_two_does_not_matter(library: Library) -> None:
    one, other = library.pairs("epilepsy", "cancer"), library.pairs("cancer", "epilepsy")
    assert [(hit.id, hit.score) for hit in one.hits] == [(hit.id, hit.score) for hit in other.hits]


def test_a_pair_of_one_concept_is_an_error(library: Library) -> None:
    with pytest.raises(InputError, match="both are"):
        library.pairs("epilepsy", "MESH:D004827")


def test_an_unknown_concept_is_an_error(library: Library) -> None:
    with pytest.raises(UnparsableQuery, match="no concept is called"):
        library.pairs("epilepsy", "zzz")


def test_the_weights_that_ship_are_of_these_features() -> None:
    assert len(pair_weights().weights) == len(NAMES)
