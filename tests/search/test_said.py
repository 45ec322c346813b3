"""Sentences that speak of challenges and directions, as a part of the index."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("tantivy")

from onoma.classify.challenges import CHALLENGE, DIRECTION, Statement, shipped_reader
from onoma.corpus import Corpus
from onoma.search import indexed_corpus, said
from onoma.search.fields import STATEMENTS, apart
from onoma.search.indexing import words_index
from onoma.search.library import Library
from onoma.search.said import Said, said_index, update_said, usable_said
from onoma.types import Document
from tests.search.conftest import article

GAPS = (
    ("a", "Sleep", "Why tea fails is unclear. Tea was drunk daily. It may be that milk helps."),
    ("b", "Milk", "Milk was drunk. That the trial of tea was small is unclear to none but us."),
    ("c", "Water", "Water was drunk by all of the others."),
)


def by_cue(documents: Sequence[Document]) -> Iterator[tuple[Statement, ...]]:
    """Take sentences for statements by one word each."""
    for one in documents:
        place, found = 0, []
        for sentence in one.text.replace("\n", ". ").split(". "):
            start = one.text.index(sentence, place)
            place = start + len(sentence)
            for label, cue in ((CHALLENGE, "unclear"), (DIRECTION, "may")):
                if cue in sentence.split():
                    found.append(Statement(start, place, sentence, label, 0.75))
        yield tuple(found)


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_core: object) -> Corpus:
    """A corpus of three articles, whose library reads by cues."""
    monkeypatch.setattr(indexed_corpus, "update_said", partial(update_said, reader=by_cue))
    corpus = Corpus.create(tmp_path / "gaps")
    corpus.add([article(*one) for one in GAPS])
    return corpus


def ids(found: Library, query: str) -> list[str]:
    return sorted(hit.id for hit in found.search(query).hits)


def test_words_are_asked_for_in_sentences_that_say_something(read: Corpus) -> None:
    found = Library(read)
    assert found.read_statements() == 3
    for query, expected in {
        "says:challenge": ["a", "b"],
        "says:direction": ["a"],
        "has:says:direction": ["a"],
        "says:challenge NOT says:direction": ["b"],
        "says:challenge:tea": ["a", "b"],
        "says:challenge:daily": [],
        'says:challenge:"tea fails"': ["a"],
        "says:challenge:(trial NEAR/3 tea)": ["b"],
        "says:direction:(milk OR water)": ["a"],
        "says:challenge,says:direction:milk": ["a"],
        "says:challenge:(unclear NEAR/20 milk)": [],
        "says:challenge:unc*": ["a", "b"],
    }.items():
        assert ids(found, query) == expected, query


def test_no_proximity_bridges_two_sentences() -> None:
    text = apart(["One a.", "", "Two b."])
    assert text.split()[0] == "one"
    assert text.split().index("two") - text.split().index("a") > 2 * 99
    assert apart([]) == ""


def test_a_hit_shows_the_sentence_that_says_it(read: Corpus) -> None:
    found = Library(read)
    found.read_statements()
    hit = next(one for one in found.search("says:direction:milk").hits)
    (statement,) = hit.why.says
    assert statement.text == "It may be that milk helps."
    assert [hit.document.text[h.start : h.end] for h in hit.snippet.highlights] == ["milk"]
    assert hit.document.text[statement.start : statement.end] == statement.text
    assert hit.to_dict()["why"]["says"] == [
        {
            "label": "direction", "start": statement.start, "end": statement.end,
            "text": statement.text, "score": 0.75,
        }
    ]  # fmt: skip
    assert found.search("milk").hits[0].why.says == ()


def test_sentences_that_say_something_are_counted_by_what_they_say(read: Corpus) -> None:
    found = Library(read)
    found.read_statements()
    (facet,) = found.search("tea", facets=("says",)).facets
    assert facet.counts == (("challenge", "challenge", 2),)
    (facet,) = found.search("says:challenge:tea", facets=("says",)).facets
    assert facet.counts == (("challenge", "challenge", 2),)


def test_what_was_not_read_yet_is_told(read: Corpus) -> None:
    found = Library(read)
    told = found.search("says:challenge")
    assert told.hits == ()
    assert any("3 of 3 documents not read" in note for note in told.notes)
    assert not any("not read" in note for note in found.search("tea").notes)
    found.read_statements()
    found.add([article("d", "Coffee", "Coffee is unclear to us.")])
    told = found.search("says:challenge", facets=("says",))
    assert any("1 of 4 documents not read" in note for note in told.notes)
    assert ids(found, "says:challenge") == ["a", "b"]
    assert found.read_statements() == 4
    assert ids(found, "says:challenge") == ["a", "b", "d"]
    assert not any("not read" in note for note in found.search("says:challenge").notes)


def test_what_was_read_stays_read_when_a_run_is_broken_off(
    read: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(said, "PART", 1)
    found, steps = Library(read), itertools.count()

    def stopped(done: int, total: int) -> None:
        assert total == 3
        if next(steps):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        found.read_statements(watch=stopped)
    found.refresh()
    assert ids(found, "says:challenge") == ["a", "b"]
    seen: list[tuple[int, int]] = []
    found.read_statements(watch=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]


def test_only_what_is_new_is_put_into_the_index(read: Corpus) -> None:
    found = Library(read)
    found.read_statements()
    packs = set(words_index(read).folder.glob("*.pack"))
    found.add([article("d", "Coffee", "Coffee is unclear to us.")])
    found.read_statements()
    assert packs < set(words_index(read).folder.glob("*.pack"))
    files = words_index(read).folder.rglob(
        "[!.]*.*"
    )  # a hidden one says what was checked, and when
    before = {path: path.stat().st_mtime_ns for path in files}
    Library(read)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_updates_and_removals_are_followed(read: Corpus) -> None:
    found = Library(read)
    found.read_statements()
    found.add([article("b", "Milk", "Milk was drunk.")])
    read.remove(["a"])
    found.refresh()
    assert ids(found, "says:challenge") == []
    assert found.read_statements() == 2
    assert set(read.live().tolist()) <= set(Said.of(read).keys.tolist())


def test_what_another_model_read_is_read_again(
    read: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    Library(read).read_statements()
    monkeypatch.setattr(said, "model_digest", lambda: "another")
    assert usable_said(read) is None
    found = Library(read)
    assert ids(found, "says:challenge") == []
    found.read_statements()
    assert ids(found, "says:challenge") == ["a", "b"]


def test_damaged_statements_are_not_opened(read: Corpus) -> None:
    Library(read).read_statements()
    path = next(said_index(read).folder.glob("*spans.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    assert usable_said(read) is None
    assert any("not read" in note for note in Library(read).search("says:challenge").notes)


def test_the_index_knows_what_the_model_that_ships_says() -> None:
    assert set(STATEMENTS) == set(shipped_reader().model.labels)


def test_the_model_that_ships_reads_by_itself(tmp_path: Path, small_core: object) -> None:
    corpus = Corpus.create(tmp_path / "shipped")
    corpus.add(
        [article("a", "Tea", "Blood was drawn at noon. It remains unclear why tea harms some.")]
    )
    found = Library(corpus)
    found.read_statements()
    assert ids(found, "says:challenge:unclear") == ["a"]
    assert ids(found, "says:challenge:blood") == []
