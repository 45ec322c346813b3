"""What is derived is checked before it is used, and made anew where it is not sound."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("tantivy")

from onoma.corpus import Corpus
from onoma.errors import Checksum
from onoma.search import vectors
from onoma.search.indexing import usable_state, words_index
from onoma.search.library import Library
from onoma.search.parts import joined, load_part
from onoma.search.records import record_values
from onoma.search.saved import SavedSearch, SavedSearches
from onoma.search.vectors import Vectors, usable_vectors, vectors_index
from onoma.search.windows import WINDOW, windows
from onoma.types import Document
from tests.search.conftest import article

F32 = npt.NDArray[np.float32]


class Letters:
    """An encoder whose vectors count letters."""

    digest, dimension = "letters", 26

    def encode(self, texts: Sequence[str]) -> F32:
        rows = np.array([[text.lower().count(chr(97 + n)) for n in range(26)] for text in texts])
        found: F32 = rows.reshape(-1, 26).astype(np.float32)
        lengths: F32 = np.linalg.norm(found, axis=1, keepdims=True).astype(np.float32)
        unit: F32 = (found / np.maximum(lengths, 1e-9)).astype(np.float32)
        return unit


def embedded(corpus: Corpus) -> Library:
    library = Library(corpus)
    library.__dict__["encoder"] = Letters()
    library.embed()
    return library


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("pattern", ["engine/*.idx", "engine/meta.json", "*.pack", "keys-*.npy"])
def test_a_damaged_index_is_seen_and_built_anew(corpus: Corpus, pattern: str) -> None:
    whole = [hit.id for hit in Library(corpus).search("parkinson disease").hits]
    folder = words_index(corpus).folder
    damage(next(folder.glob(pattern)))
    with pytest.raises(Checksum):
        words_index(corpus).check()
    assert usable_state(corpus) is None
    assert [hit.id for hit in Library(corpus).search("parkinson disease").hits] == whole


def test_an_index_that_is_up_to_date_is_left_alone(corpus: Corpus) -> None:
    Library(corpus)
    before = {p: p.stat().st_mtime_ns for p in words_index(corpus).folder.rglob("*.pack")}
    Library(corpus)
    assert {p: p.stat().st_mtime_ns for p in words_index(corpus).folder.rglob("*.pack")} == before


def test_meaning_ranks_and_tells_the_nearest_window(corpus: Corpus) -> None:
    library = embedded(corpus)
    results = library.search("Books were kept in a hall", by="dense", k=2)
    assert results.by == "dense"
    assert results.hits[0].id == "n1"
    assert results.hits[0].why.meaning is not None
    assert library.search("levodopa tremor").by == "fused"
    assert library.search("levodopa tremor").hits[0].id == "p1"
    strict = library.search("title:falls books kept hall")
    assert [hit.id for hit in strict.hits] == []
    assert [hit.id for hit in library.search("title:falls").hits] == ["p2"]


def test_vectors_follow_what_is_added_and_removed(corpus: Corpus) -> None:
    library = embedded(corpus)
    library.add([article("z1", "Zebra", "Zigzag zebras buzz.")])
    assert any("have no vectors" in note for note in library.search("zebra").notes)
    library.embed()
    assert library.search("zzz zigzag buzz", by="dense").hits[0].id == "z1"
    corpus.remove(["z1"])
    library.refresh()
    assert "z1" not in [hit.id for hit in library.search("zigzag buzz", by="dense").hits]


def test_damaged_vectors_are_not_opened(corpus: Corpus) -> None:
    embedded(corpus)
    damage(next(vectors_index(corpus).folder.glob("*means.npy")))
    assert usable_vectors(corpus) is None
    assert Library(corpus).search("levodopa").by == "concepts"


def test_a_graph_leads_to_the_same_nearest(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("usearch")
    exact = [hit.id for hit in embedded(corpus).search("books hall", by="dense", k=3).hits]
    vectors_index(corpus).drop()
    monkeypatch.setattr(vectors, "LARGE", 2)
    library = embedded(corpus)
    state = usable_vectors(corpus)
    assert state is not None
    assert state.settings["graph"]
    assert [hit.id for hit in library.search("books hall", by="dense", k=3).hits] == exact
    damage(vectors_index(corpus).folder / state.settings["graph"])
    assert usable_vectors(corpus) is None


def test_parts_are_joined_without_what_is_gone(corpus: Corpus) -> None:
    library = embedded(corpus)
    state = usable_vectors(corpus)
    assert state is not None
    folder = vectors_index(corpus).folder
    part = load_part(folder, state.settings["parts"][0], vectors.Part)
    keys = corpus.live()[1::2]
    kept = joined([part], keys)
    assert kept.keys.tolist() == keys.tolist()
    query = Letters().encode(["falls of old people"])[0]
    near = {one.key: one for one in Vectors(folder, state).near(query, keys.tolist())}
    assert {one: round(near[one].mean, 4) for one in near} == {
        int(key): round(float(score), 4)
        for key, score in zip(
            kept.keys, vectors.cosines(kept.means, kept.sizes, query), strict=True
        )
    }
    assert len(library.vectors or ()) == len(corpus)


def test_windows_are_sentences_of_the_text_in_order() -> None:
    text = "A title\n" + "Some words make a sentence. " * 60
    found = windows(Document("d", text))
    assert all(end - start <= WINDOW for start, end in found)
    assert [text[start:end].strip() for start, end in found] == [
        text[start:end] for start, end in found
    ]
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(found))
    assert windows(Document("e", "")) == []


def test_headings_become_tokens_with_qualifiers_and_main_topics() -> None:
    values = record_values(
        [("mesh", "MESH:D001943 Breast Neoplasms/*drug therapy"), ("AU", "Doe J"), ("KW", "a; B")],
        "eng",
    )
    assert {"breast neoplasms", "breast neoplasms/drug therapy", "/drug therapy"} <= set(
        values["mesh"]
    )
    assert "MESH:D001943" in values["mesh_major"]
    assert values["keyword"] == ["a", "b"]
    assert values["author"] == ["Doe J"]


def test_searches_are_kept_with_the_corpus(corpus: Corpus) -> None:
    SavedSearches(corpus).save(SavedSearch("falls", "title:falls", seen=3))
    SavedSearches(corpus).mark("falls", 6)
    assert SavedSearches(corpus).get("falls").seen == 6
    assert [one.name for one in SavedSearches(corpus).all()] == ["falls"]
    damage(corpus.folder / "searches.json")
    with pytest.raises(Checksum):
        SavedSearches(corpus)
