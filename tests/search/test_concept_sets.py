"""Sets of concepts: what is shared, contradicted, above; scores known by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.corpus import Corpus
from onoma.errors import InputError, UnknownName
from onoma.ontology import ConceptStore
from onoma.pipeline import Pipeline
from onoma.search.asserted import Asserted, Statements
from onoma.search.concept_sets import ConceptSets, Tversky
from onoma.search.hierarchy import Hierarchy
from onoma.types import AnnotatedDocument, Assertion, Document, Mention, Polarity

BREAST, BREAST_CANCER = "MONDO:0007254", "MESH:D001943"  # exactly the same
CARCINOMA, OVARIAN, GOUT, SEIZURE = (
    "MONDO:0004989", "MONDO:0008170", "MONDO:0005393", "HP:0001250"
)  # fmt: skip


def said(id: str, *concepts: str) -> AnnotatedDocument:
    """Return a document that affirms these concepts; a minus denies, a question mark doubts."""
    words: dict[str, Polarity] = {"-": "absent", "?": "possible"}
    mentions = []
    for place, one in enumerate(concepts):
        polarity = words.get(one[0], "present")
        curie = one.lstrip("-?")
        mentions.append(
            Mention(
                place, place + 1, "x", "disease", curie, curie, 1.0, "gold",
                ((place, place + 1),), assertion_axes=Assertion(polarity=polarity),
            )
        )  # fmt: skip
    return AnnotatedDocument(Document(id, "x" * len(concepts)), tuple(mentions))


DOCUMENTS = [
    said("a", BREAST, SEIZURE),
    said("b", BREAST_CANCER),
    said("c", CARCINOMA),
    said("d", OVARIAN),
    said("e", GOUT),
    said("f", f"-{BREAST}", GOUT),
    said("g"),
    *(said(f"other{n}", GOUT) for n in range(20)),
]


@pytest.fixture(scope="module")
def sets(store: ConceptStore) -> ConceptSets:
    """Return the sets of the documents."""
    return ConceptSets.build(DOCUMENTS, store)


def test_concepts_that_are_exactly_the_same_have_one_number(store: ConceptStore) -> None:
    """What MeSH and MONDO call alike is one meaning, with all above it."""
    hierarchy = Hierarchy.over([BREAST_CANCER, CARCINOMA], store)
    number = hierarchy.number
    assert number[BREAST] == number[BREAST_CANCER]
    assert number[BREAST_CANCER] in hierarchy.of(number[CARCINOMA])


def test_the_same_by_another_vocabulary_is_the_same(sets: ConceptSets) -> None:
    """A document that says the same in MeSH's words scores one."""
    scores = dict(zip(sets.ids, sets.scores(said("new", BREAST)).tolist(), strict=True))
    assert scores["b"] == pytest.approx(1.0)
    assert scores["b"] > scores["c"] > scores["d"] > scores["e"]


def test_two_single_concepts_have_lin_similarity(store: ConceptStore) -> None:
    """With both sides alike the index is Lin's: twice the common information over both."""
    sets = ConceptSets.build(DOCUMENTS, store, index=Tversky(0.5, 0.5, 0.0, 0.0))
    number, information = sets.hierarchy.number, sets._information
    here, there = number[BREAST], number[OVARIAN]
    common = np.intersect1d(sets.hierarchy.of(here), sets.hierarchy.of(there))
    lin = 2 * information[common].max() / (information[here] + information[there])
    found = sets.scores(said("new", BREAST))[sets.ids.index("d")]
    assert found == pytest.approx(lin)


def test_a_contradiction_counts_against(store: ConceptStore) -> None:
    """Who denies breast cancer is less like who has its carcinoma than who says nothing of it."""
    pair = [said("denies", f"-{BREAST}", GOUT), said("silent", GOUT), *DOCUMENTS[6:]]
    sets = ConceptSets.build(pair, store, index=Tversky(denied=0.0))
    denies, silent = sets.scores(said("new", CARCINOMA, GOUT))[:2]
    assert denies < silent
    found = {one.id: one for one in sets.similar(said("new", CARCINOMA, GOUT), 30)}
    assert found["denies"].contradicted == ((CARCINOMA, BREAST),)
    assert not found["silent"].contradicted


def test_a_denied_kind_does_not_contradict_the_whole(store: ConceptStore) -> None:
    """No breast carcinoma: there may be another cancer of the breast."""
    sets = ConceptSets.build([said("denies", f"-{CARCINOMA}", BREAST), *DOCUMENTS[4:]], store)
    (found,) = sets.similar(said("new", BREAST), 1)
    assert not found.contradicted


def test_reasons_name_what_is_shared_and_what_is_not(sets: ConceptSets) -> None:
    """Two kinds of cancer share what is above both; the rest stands on its side."""
    found = {one.id: one for one in sets.similar(said("new", CARCINOMA, SEIZURE), 30)}
    shared = found["a"].shared
    lead = sets.hierarchy.curies[sets.hierarchy.number[BREAST]]
    assert {(one.here, one.there) for one in shared} == {(CARCINOMA, lead), (SEIZURE, SEIZURE)}
    assert found["c"].only_here == (SEIZURE,)
    assert found["c"].only_there == ()


def test_a_document_is_not_its_own_answer(sets: ConceptSets) -> None:
    """Asked by id it is left out; so are documents with nothing in common."""
    ids = [one.id for one in sets.similar("a", 30)]
    assert "a" not in ids
    assert "g" not in ids
    assert ids[0] == "b"


def test_a_row_gives_the_scores_of_its_document(sets: ConceptSets) -> None:
    """Asked by id or as a document from outside: the same."""
    for one in DOCUMENTS[:6]:
        assert np.allclose(sets.scores(one.id), sets.scores(one))


def test_a_concept_that_nobody_names_is_only_here(sets: ConceptSets) -> None:
    """An unknown concept lowers the score; what is above it is still shared."""
    kind = "MONDO:0006257"  # invasive papillary breast carcinoma
    plain, more = (sets.scores(said("new", *own)) for own in ((CARCINOMA,), (CARCINOMA, kind)))
    at = sets.ids.index("c")
    assert 0 < more[at] < plain[at]
    assert sets.scores(said("new", kind))[at] > 0


def test_doubt_counts_less(sets: ConceptSets) -> None:
    """What is possible is shared by half."""
    at = sets.ids.index("c")
    sure, unsure = (sets.scores(said("new", own))[at] for own in (CARCINOMA, f"?{CARCINOMA}"))
    assert sets.asserted.certain["possible"] == 0.5
    assert 0 < unsure <= sure


def test_bad_questions_are_told(sets: ConceptSets) -> None:
    """An unknown id, no answers asked for, no documents."""
    with pytest.raises(UnknownName):
        sets.similar("nobody")
    with pytest.raises(InputError):
        sets.similar("a", 0)
    empty = ConceptSets.build([])
    assert len(empty) == 0
    assert empty.similar(said("new", GOUT)) == []


def test_statements_count_a_type_of_a_file(store: ConceptStore) -> None:
    """Words of files for types are ours; a word that is none counts in full."""
    found = Asserted().values(Statements.of([said("a", GOUT, f"-{GOUT}", f"?{GOUT}")]))
    assert found.tolist() == [1.0, -1.0, 0.5]


def test_a_corpus_says_what_its_documents_say(
    store: ConceptStore, nlp: Pipeline, tmp_path: Path
) -> None:
    """Statements of a log's columns are those of its documents; what was removed says nothing."""
    texts = ("Gout without fever.", "Breast cancer and possible epilepsy.", "Gout again.")
    corpus = Corpus.create(tmp_path / "corpus", settings=nlp.settings)
    corpus.add((Document(f"d{n}", text) for n, text in enumerate(texts)), pipeline=nlp)
    corpus.remove(["d2"])
    plain = Statements.of(corpus.annotated())
    columns = Statements.of_batches(corpus.batches(), corpus.live())
    assert columns.ids == plain.ids == ("d0", "d1")
    rows = [
        sorted(
            (one.ids[d], one.curies[c], w, t)
            for d, c, w, t in zip(one.document, one.concept, one.word, one.type, strict=True)
        )
        for one in (plain, columns)
    ]
    assert rows[0] == rows[1] != []
