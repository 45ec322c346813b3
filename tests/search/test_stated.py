"""Searches for relations: which documents, and the sentence that states it as the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.corpus import Corpus
from onoma.search.library import Library
from onoma.types import AnnotatedDocument, Argument, Document, Mention, Relation, RelationEvidence

pytest.importorskip("tantivy")

TEXT = "An old sentence. Epilepsy precedes Parkinson disease. Another one about valproate."
DRUG, ILL = "MONDO:0005027", "MONDO:0005180"


def told(id_: str, predicate: str, factuality: str = "factual") -> AnnotatedDocument:
    """Return a document whose second sentence relates two diseases."""
    spans = (17, 25), (35, 52)
    mentions = tuple(
        Mention(*span, TEXT[slice(*span)], kind, curie, None, 1.0, "gold", (span,))
        for span, kind, curie in zip(spans, ("disease", "disease"), (DRUG, ILL), strict=True)
    )
    ends = Argument("subject", DRUG), Argument("object", ILL)
    place = RelationEvidence(17, 53, *spans, 0.9)
    one = Relation(
        predicate, ends, confidence=0.9, factuality=factuality, evidence=(place,), found_by="reader"
    )
    return AnnotatedDocument(Document(id_, TEXT), mentions, relations=(one,))


@pytest.fixture
def library(corpus: Corpus) -> Library:
    corpus.add(
        [told("r1", "precedes"), told("r2", "precedes", "negated"), told("r3", "associated_with")]
    )
    return Library(corpus)


def test_a_hit_says_which_sentence_states_the_relation(library: Library) -> None:
    (hit,) = library.search(f"@{DRUG} precedes @disease").hits
    (said,) = hit.why.relations
    assert hit.id == "r1"
    assert (said.subject, said.predicate, said.object) == (DRUG, "precedes", ILL)
    assert said.text == "Epilepsy precedes Parkinson disease."
    assert hit.snippet.text.startswith("Epilepsy precedes")
    assert hit.to_dict()["why"]["relations"][0]["confidence"] == 0.9


def test_what_is_denied_is_not_found_and_what_is_mutual_is_found_both_ways(
    library: Library,
) -> None:
    assert [one.id for one in library.search(f"@{DRUG} precedes @{ILL}").hits] == ["r1"]
    assert library.count(f"@{ILL} precedes @{DRUG}") == 0
    both = library.search(f"@{ILL} associated_with @{DRUG}").hits
    assert [one.id for one in both] == ["r3"]
    assert both[0].why.relations[0].predicate == "associated_with"


def test_words_alone_have_no_relations_as_reasons(library: Library) -> None:
    assert all(not one.why.relations for one in library.search("epilepsy").hits)


def test_pairs_that_are_stated_lead(library: Library) -> None:
    assert library.pairs(DRUG, ILL).hits[0].is_stated


def test_an_index_of_an_older_corpus_has_no_relations(corpus: Corpus, tmp_path: Path) -> None:
    assert Library(corpus).count(f"@{DRUG} precedes @{ILL}") == 0
