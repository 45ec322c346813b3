"""Headings for clauses: by words, by PubMed's mapping, by all evidence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.errors import BadFile, ModelMissing, UnknownName, UnparsableQuery, VocabularyMissing
from onoma.ontology.store import ConceptStore
from onoma.search.mesh import fused
from onoma.search.mesh.clauses import Clause, one_clause, read_clauses, term_of
from onoma.search.mesh.evidence import FEATURES, gather
from onoma.search.mesh.headings import Headings, open_headings
from onoma.search.mesh.made_clauses import iter_made, straight
from onoma.search.mesh.matching import completed, match
from onoma.search.mesh.methods import METHODS, Means
from onoma.search.mesh.suggest import suggest_for
from onoma.search.query.parse import parse


def labels(query: str, means: Means, method: str = "fused", dialect: str = "onoma") -> list[str]:
    """Return the labels suggested for the one clause of a query."""
    (clause,) = read_clauses(query, means.headings, dialect=dialect)
    return [one.label for one in suggest_for(clause, means, method=method).suggestions]


def test_a_heading_is_found_by_an_entry_term(means: Means) -> None:
    """British spelling and plurals are the same words."""
    assert "Myocardial Infarction" in labels("heart attacks", means, "lexical")
    assert labels("oesophageal varices", means)[0] == "Esophageal and Gastric Varices"


def test_a_cut_word_is_any_word_that_begins_so(means: Means) -> None:
    """PubMed maps no cut words; the evidence does."""
    assert labels("rotator cuff*", means, "lexical") == []
    assert labels("rotator cuff*", means) == ["Rotator Cuff"]


def test_every_clause_is_asked_for_alone(headings: Headings) -> None:
    """AND parts clauses; inside a clause it makes terms of several words."""
    query = "(cuff*[tiab] OR (tendon*[tiab] AND (tear[tiab] OR rupture[tiab]))) AND pain[tiab]"
    first, second = read_clauses(query, headings, dialect="pubmed")
    assert [" ".join(w.text for w in term) for term in first.terms] == [
        "cuff", "tendon tear", "tendon rupture",
    ]  # fmt: skip
    assert (first.text, second.text) == (query[1 : query.index(") AND pain")], "pain[tiab]")
    joined = one_clause(parse("pain AND (knee OR hip)"), headings)
    assert [[word.text for word in term] for term in joined.terms] == [
        ["pain", "knee"], ["pain", "hip"],
    ]  # fmt: skip


def test_plain_words_are_terms_between_commas(headings: Headings) -> None:
    (clause,) = read_clauses("heart attack, myocardial infarct*", headings)
    assert [len(term) for term in clause.terms] == [2, 2]
    assert clause.terms[1][1].is_prefix


def test_headings_that_are_there_are_marked(means: Means) -> None:
    (clause,) = read_clauses('"Rotator Cuff"[mh] OR rotator cuff[tiab]', means.headings,
                             dialect="pubmed")  # fmt: skip
    (found,) = suggest_for(clause, means).suggestions
    assert (found.label, found.is_there) == ("Rotator Cuff", True)


def test_one_heading_at_least_is_suggested(means: Means) -> None:
    """Unless a cut is asked for: an unsure suggestion is for the searcher to judge."""
    clause = Clause("x", (term_of("some unheard tendon word", means.headings),))
    assert len(suggest_for(clause, means).suggestions) >= 1
    assert suggest_for(clause, means, least=0.999).suggestions == ()


def test_scores_are_chances_best_first(means: Means) -> None:
    (clause,) = read_clauses("ultrasound, sonograph*, echography", means.headings)
    found = METHODS["fused"](clause, means)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 1
    assert means.headings.labels[found[0].heading] == "Ultrasonography"
    assert "ultrasound" in found[0].terms


def test_words_that_no_heading_has_find_nothing(means: Means) -> None:
    clause = Clause("x", (term_of("zzzqqq", means.headings),))
    for name in ("lexical", "fused"):
        assert suggest_for(clause, means, method=name).suggestions == ()


def test_a_method_that_needs_vectors_says_so(means: Means) -> None:
    (clause,) = read_clauses("pain", means.headings)
    for name in ("atomic", "semantic", "fragment", "encoder"):
        with pytest.raises(ModelMissing, match="vocab index"):
            suggest_for(clause, means, method=name)


def test_unknown_methods_and_bad_queries_are_told(means: Means) -> None:
    (clause,) = read_clauses("pain", means.headings)
    with pytest.raises(UnknownName, match="fused"):
        suggest_for(clause, means, method="fusd")
    with pytest.raises(UnparsableQuery):
        read_clauses('(pain OR "knee', means.headings)


def test_overlap_is_one_for_the_same_words_only(headings: Headings) -> None:
    found = match(term_of("infarction myocardial", headings), headings)
    exact = set(headings.table.names.heading[found.exact].tolist())
    assert headings.number("MESH:D009203") in exact
    assert np.isclose(found.overlap[np.isin(found.names, found.exact)], 1).all()
    assert completed(term_of("ultrasonogra*", headings), headings) == "ultrasonography"


def test_evidence_without_an_encoder_leaves_its_columns_open(means: Means) -> None:
    (clause,) = read_clauses("heart failure", means.headings)
    found = gather(clause, means.headings, None)
    assert found.table.shape == (len(found.headings), len(FEATURES))
    assert np.isnan(found.table[:, FEATURES.index("meaning alike")]).all()


def test_made_clauses_hold_what_they_mean(headings: Headings) -> None:
    """The same seed makes the same clauses."""
    weight = np.zeros(len(headings))
    weight[headings.number("MESH:D009203")] = 1
    first = next(iter_made(headings, weight, seed=3))
    assert first == next(iter_made(headings, weight, seed=3))
    assert headings.number("MESH:D009203") in first.meant
    assert straight("Fractures, Bone") == "Bone Fractures"


def test_what_is_taught_is_read_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table = rng.random((4000, len(FEATURES))).astype(np.float32)
    taught = fused.teach(table, table[:, 0] > 0.8, np.arange(4000) // 40)
    with (tmp_path / "s.npz").open("wb") as file:
        fused.save(taught, file)
    again = fused.load(tmp_path / "s.npz")
    assert again.cut == taught.cut
    assert np.array_equal(again.chances(table[:50]), taught.chances(table[:50]))
    (tmp_path / "s.npz").write_bytes(b"no forest")
    with pytest.raises(BadFile):
        fused.load(tmp_path / "s.npz")


def test_a_vocabulary_without_mesh_is_told(store: ConceptStore) -> None:
    """The small store has MeSH; its headings are found, and their parents."""
    small = Headings(store)
    if len(small):
        assert open_headings(store).curie(0).startswith("MESH:D")
    else:
        with pytest.raises(VocabularyMissing):
            open_headings(store)
