from __future__ import annotations

import itertools
from pathlib import Path

import pytest

pytest.importorskip("tantivy")

import onoma
from onoma.corpus import Corpus
from onoma.errors import InputError, UnknownName, UnparsableQuery
from onoma.search.library import Library
from onoma.types import Document
from tests.search.conftest import article


@pytest.fixture
def found(corpus: Corpus) -> Library:
    return Library(corpus)


def ids(library: Library, query: str, **options: object) -> list[str]:
    return [hit.id for hit in library.search(query, **options).hits]  # type: ignore[arg-type]


def test_a_search_for_a_kind_finds_what_is_of_that_kind(found: Library) -> None:
    assert ids(found, "cancer") == ["c1"]
    assert ids(found, "cancer", by="bm25") == []


def test_a_concept_is_found_by_its_exact_equivalent(found: Library) -> None:
    assert set(ids(found, "@MESH:D010300")) == set(ids(found, "@MONDO:0005180")) == {"p1", "p2"}


def test_a_hit_tells_by_which_name_it_was_found(found: Library) -> None:
    (hit,) = found.search("cancer").hits
    (concept,) = hit.why.concepts
    assert (concept.curie, concept.label) == ("MONDO:0004992", "cancer")
    assert (concept.names, concept.curies) == (("Ovarian melanoma",), ("MONDO:0005140",))
    assert [hit.document.text[h.start : h.end] for h in hit.snippet.highlights] == list(
        concept.names
    )


def test_highlights_are_offsets_of_the_documents_own_text(found: Library) -> None:
    for query in ("levodopa tremor", "sjogren hall", "TNF alpha", "parkinson disease falls"):
        for hit in found.search(query).hits:
            text, snippet = hit.document.text, hit.snippet
            assert text[snippet.start : snippet.end] == snippet.text
            for one in snippet.highlights:
                assert snippet.start <= one.start < one.end <= snippet.end


def test_words_are_marked_whatever_their_ending_case_and_accents(found: Library) -> None:
    hit = found.search("sjogren halls").hits[0]
    marked = [hit.document.text[h.start : h.end] for h in hit.snippet.highlights]
    assert hit.id == "n1"
    assert {"Sjögren", "hall"} <= set(marked)


def test_a_strict_query_finds_what_it_says_and_nothing_else(found: Library) -> None:
    assert ids(found, "title:falls") == ["p2"]
    assert ids(found, '"type 2 diabetes"') == ["d1"]
    assert ids(found, "parkinson NOT levodopa") == ["p2"]
    assert set(ids(found, "year:2015-2016")) == {"p1", "p2"}
    assert found.count("title:falls") == 1


@pytest.mark.usefixtures("small_core")
def test_words_are_asked_for_in_sentences_of_a_role(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "roles")
    told = "METHODS: Ninety adults drank green tea. RESULTS: They slept no longer with tea."
    corpus.add([article("a", "Tea and sleep", told), Document("b", "Tea. RESULTS: None slept.")])
    library = Library(corpus)
    for query, found in {
        "role:result:slept": ["a", "b"],
        "role:result:tea": ["a"],
        "role:method:slept": [],
        "role:method:tea": ["a"],
        'role:method:"green tea"': ["a"],
        'role:result:"green tea"': [],
        'abstract:"tea results they"': ["a"],
        'role:method:"tea results"': [],
        "role:method:(ninety NEAR/4 tea)": ["a"],
        "role:result:(no NEXT/1 longer)": ["a"],
        "role:result:sle*": ["a", "b"],
        "role:method:sle*": [],
        "has:role:method": ["a"],
    }.items():
        assert sorted(ids(library, query)) == found, query


def test_words_alone_are_counted_by_most_of_them(found: Library) -> None:
    assert found.count("levodopa") == 1
    assert found.search("levodopa tremor zebra").total == 1


def test_that_facets_count_fewer_than_are_shown_is_told(found: Library) -> None:
    results = found.search("levodopa tremor falls kept", facets=("year",))
    assert results.total < len(results.hits)
    (told,) = [note for note in results.notes if note.startswith("facets count")]
    assert told == (
        f"facets count the {results.total} with most of the words;"
        f" the {len(results.hits)} nearest by any word are shown"
    )
    for query, facets in (("levodopa tremor falls kept", ()), ("title:falls", ("year",))):
        notes = found.search(query, facets=facets).notes
        assert not any(note.startswith("facets count") for note in notes)


def test_a_text_of_words_may_hold_any_sign(found: Library) -> None:
    assert ids(found, "what (if any) is: levodopa/tremor?", dialect="words")[0] == "p1"
    with pytest.raises(UnparsableQuery):
        found.search("title:(levodopa")


@pytest.mark.usefixtures("small_core")
def test_equal_scores_stand_in_the_order_of_the_log(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "same")
    names = [f"x{n}" for n in range(5)]
    corpus.add([article(one, "Gout", "Gout hurts.") for one in names])
    assert ids(Library(corpus), "gout") == names


def test_facets_count_what_was_found(found: Library) -> None:
    names = ("type", "concept", "year", "journal", "role", "source", "language", "publication")
    results = found.search("parkinson", facets=names)
    facets = {one.name: {value: n for value, _, n in one.counts} for one in results.facets}
    assert facets["year"] == {"2016": 1, "2015": 1}
    assert facets["journal"] == {"Journal 0": 1, "Journal 1": 1}
    assert facets["type"]["disease"] == 2
    assert facets["concept"]["MONDO:0005180"] == 2
    assert facets["language"] == {"en": 2}
    with pytest.raises(UnknownName, match="facet"):
        found.search("parkinson", facets=("color",))


def test_what_a_document_denies_is_known(found: Library) -> None:
    searcher = found.searcher
    assert searcher.doc_freq("denied", "HP:0001250") == 1
    assert searcher.doc_freq("concept", "HP:0001250") >= 1


def test_wrong_wishes_are_told(found: Library) -> None:
    with pytest.raises(InputError, match="k is 0"):
        found.search("gout", k=0)
    with pytest.raises(UnknownName, match="way of ranking"):
        found.search("gout", by="magic")


@pytest.mark.usefixtures("small_core")
def test_an_empty_corpus_finds_nothing(tmp_path: Path) -> None:
    library = Library(Corpus.create(tmp_path / "empty"))
    assert len(library) == 0
    assert library.search("gout", facets=("type", "year")).hits == ()


def test_updates_and_removals_are_followed(corpus: Corpus) -> None:
    library = Library(corpus)
    library.add([article("p2", "Falls of old people", "Gout was the cause."), "A text on fever."])
    corpus.remove(["e1"])
    library.refresh()
    assert ids(library, "@MONDO:0005180") == ["p1"]
    assert ids(library, "gout")[0] == "p2"
    assert ids(library, "valproate") == []
    assert ids(library, "fever")
    assert len(library) == len(corpus)


def test_files_are_added_by_their_path(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Cystic fibrosis of a child.", encoding="utf-8")
    library = Library(corpus)
    library.add([tmp_path / "one.txt"])
    assert len(ids(library, "mucoviscidosis")) == 1


def test_an_index_of_many_steps_equals_one_of_a_single_step(
    corpus: Corpus,
) -> None:
    library = Library(corpus)
    for number in range(14):  # more packs than are kept apart
        library.add([article(f"x{number}", "Gout", f"Gout and asthma, case {number}.")])
    corpus.remove(["x3", "d1"])
    library.refresh()
    fresh_corpus = Corpus.open(corpus.folder)
    whole = dict(_state(library))
    for path in sorted((corpus.indexes / "words").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert dict(_state(Library(fresh_corpus))) == whole


def _state(library: Library) -> list[tuple[str, object]]:
    queries = ("gout", "asthma", "parkinson disease", "@MONDO:0005180", "year:2015-2020")
    found = [(f"{q}", sorted(ids(library, q, k=50))) for q in queries]
    shown = library.texts.take(library.corpus.live().tolist())
    return [*found, *((one.document.id, (one.document, tuple(one.marks))) for one in shown)]


def test_documents_like_one_are_found_by_concepts_and_words(found: Library) -> None:
    results = found.like("p1")
    assert results.hits[0].id == "p2"
    assert "p1" not in [hit.id for hit in results.hits]
    assert found.like("A patient with Parkinson disease who falls").hits[0].id == "p2"
    assert found.alike("p1")[0].id == "p2"


def test_searches_do_without_vectors_and_say_so(found: Library) -> None:
    results = found.search("gout")
    assert results.by == "concepts"
    assert any("no vectors" in note for note in results.notes)


def test_only_newer_records_are_found_behind_a_key(corpus: Corpus) -> None:
    library = Library(corpus)
    last = corpus.last
    library.add([article("p9", "Parkinson disease", "A new paper.")])
    assert ids(library, "parkinson disease", after=last) == ["p9"]
    assert ids(library, "@MONDO:0005180", after=last) == ["p9"]


def test_a_library_is_opened_by_name(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONOMA_CORPORA", str(corpus.folder.parent))
    assert len(onoma.library("kept")) == 6
    assert len(onoma.library()) == 6
    assert list(itertools.islice(onoma.library(corpus.folder).keys("title:falls"), 3)) == [2]
