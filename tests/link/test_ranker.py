"""The re-ranker: trees, what they are grown from, and what they are asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from onoma.errors import BadFile
from onoma.link.candidates.features import WordFacts, WordLists, compared
from onoma.link.candidates.found import Found, best_answers
from onoma.link.candidates.index import open_index
from onoma.link.candidates.judging import COLUMNS, Around
from onoma.link.candidates.lessons import Lessons
from onoma.link.candidates.linker import TermLinker
from onoma.link.candidates.ranker import Ranker, shipped_ranker
from onoma.link.candidates.scoring import LEXICAL
from onoma.link.candidates.spelling import Speller
from onoma.link.candidates.trees import Forest, Growth, grow
from onoma.ontology.store import ConceptStore
from onoma.types import type_mask

DISEASE = type_mask(("disease",))
SMALL = Growth(trees=40, depth=3, rate=0.2, least=5, share=1.0)


def examples(rows: int = 2000) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return a table of which the first two columns tell, by their signs, what is right."""
    rng = np.random.default_rng(1)
    table = rng.normal(size=(rows, 4)).astype(np.float32)
    table[rng.random(rows) < 0.1, 2] = np.nan
    return table, (table[:, 0] > 0) != (table[:, 1] > 0)


def test_trees_learn_what_no_single_column_tells() -> None:
    table, right = examples()
    forest = grow(table, right, growth=SMALL)
    held, truth = examples(500)
    assert ((forest.margins(held) > 0) == truth).mean() > 0.9
    assert len(forest) == 40
    again = grow(table, right, growth=SMALL)
    assert np.array_equal(again.margins(held), forest.margins(held))


def test_margins_are_log_odds() -> None:
    rng = np.random.default_rng(2)
    table = rng.integers(0, 2, (4000, 1)).astype(np.float32)
    right = rng.random(4000) < np.where(table[:, 0] > 0, 0.8, 0.1)
    forest = grow(table, right, growth=SMALL)
    chance = 1 / (1 + np.exp(-forest.margins(np.array([[0.0], [1.0]], np.float32))))
    assert chance == pytest.approx([0.1, 0.8], abs=0.04)


def test_trees_go_on_from_others() -> None:
    table, right = examples()
    first = grow(table, right, growth=Growth(trees=5, depth=3, least=5, share=1.0))
    start = first.margins(table).astype(np.float64)
    more = grow(table, right, start=start, growth=SMALL)
    assert more.base == 0
    both = Ranker((first, more))
    assert (((both.margins(table) > 0) == right).mean()) > (
        (first.margins(table) > 0) == right
    ).mean()


def test_missing_numbers_go_where_the_smallest_go() -> None:
    table = np.array([[np.nan], [np.nan], [0.0], [1.0], [2.0]] * 40, np.float32)
    right = np.isnan(table[:, 0])
    forest = grow(table, right, growth=SMALL)
    low, high = forest.margins(np.array([[np.nan], [1.0]], np.float32)).tolist()
    assert low > 0 > high


def test_a_ranker_is_read_as_it_was_written(tmp_path: Path) -> None:
    table = np.zeros((300, len(COLUMNS)), np.float32)
    table[:, 3] = np.arange(300) % 7
    forest = grow(table, table[:, 3] > 3, growth=SMALL)
    path = tmp_path / "x.npz"
    Ranker((forest, forest), "some encoder").write(path)
    read = Ranker.read(path.read_bytes(), "x")
    assert read.encoder == "some encoder"
    assert np.array_equal(read.margins(table), 2 * forest.margins(table))
    content = path.read_bytes()
    with pytest.raises(BadFile, match="damaged"):
        Ranker.read(content[:100], "x")
    with pytest.raises(ValueError, match="fit"):
        Forest.of_arrays(forest.arrays() | {"threshold": forest.threshold[:, :-1]})


def test_the_ranker_that_ships_fits_its_columns() -> None:
    assert shipped_ranker("an encoder of someone else") is None
    lexical = shipped_ranker(None)
    assert lexical is not None
    assert len(lexical.margins(np.zeros((3, len(COLUMNS)), np.float32))) == 3


def test_words_are_laid_side_by_side(store: ConceptStore) -> None:
    facts = WordFacts.of(open_index(store), DISEASE)
    terms = WordLists.of(["hereditary epileptic gout", ""], facts)
    names = WordLists.of(["gout epilepsy", "fibrosis"], facts)
    term, name = np.array([0, 0, 1]), np.array([0, 1, 0])
    own, other = compared(terms, term, names, name, facts)
    assert own.held[own.row == 0].tolist() == [0, 1, 3]  # "epilep" is a stem of both
    assert other.held[other.row == 0].tolist() == [3, 1]
    assert own.held[own.row == 1].tolist() == [0, 0, 0]
    assert not (own.row == 2).any()
    assert other.held[other.row == 2].tolist() == [0, 0]


def test_the_best_name_stands_for_an_answer() -> None:
    parts = {key: np.zeros(3, np.float32) for key in ("vector", "cover")}
    parts["gram"] = np.array([0.1, 0.5, 0.2], np.float32)
    found = Found(
        np.zeros(3, np.int64), np.arange(3), np.array([7, 7, 8]), np.array([7, 7, 8]),
        np.array([0.9, 0.4, 0.8], np.float32), parts,
    )  # fmt: skip
    best = best_answers(found, 5)
    assert best.name.tolist() == [0, 2]
    assert best.pool["names"].tolist() == [2, 1]
    assert best.pool["gram"].tolist() == pytest.approx([0.5, 0.2])
    assert best.pool["second"].tolist() == pytest.approx([0.4, 0])


def test_contexts_and_documents_are_columns(store: ConceptStore) -> None:
    linker = TermLinker(store, types=DISEASE, weights=LEXICAL)
    terms = ["breast disease"]
    found = linker.draw(terms)
    cancer = store.row_of("MONDO:0007254")
    table = linker.table(
        found, terms, [Around("A cancer of hers.", np.array([cancer]), {"MONDO:0007254": 0.6})]
    )
    rows = {int(concept): table[row] for row, concept in enumerate(found.concept.tolist())}
    at = {name: place for place, name in enumerate(COLUMNS)}
    assert rows[cancer][at["in_context"]] == 1
    assert rows[cancer][at["in_document"]] == 1
    carcinoma = store.row_of("MONDO:0004989")
    assert rows[carcinoma][at["near_document"]] == 1
    assert rows[carcinoma][at["in_document"]] == 0
    assert rows[cancer][at["told"]] == pytest.approx(0.6)
    assert rows[carcinoma][at["told"]] == 0
    assert rows[carcinoma][at["is_told"]] == pytest.approx(0.6)
    bare = linker.table(found, terms)
    assert bare[:, at["context_known"]].max() == 0


def test_the_document_changes_what_leads(store: ConceptStore) -> None:
    linker = TermLinker(store, types=DISEASE, weights=LEXICAL)
    around = [Around(""), Around("Rolandic.")]
    one, other = linker.link(["epilepsy of sorts"] * 2, around=around, k=2)
    assert one[0].curie == other[0].curie  # the sum of parts does not read contexts
    assert linker.link([], k=3) == []


@pytest.mark.parametrize(
    ("word", "right"),
    [("epilespy", "epilepsy"), ("parkinsn", "parkinson"), ("huntignton", "huntington")],
)
def test_misspelt_words_are_corrected(store: ConceptStore, word: str, right: str) -> None:
    index = open_index(store)
    speller = Speller((index.shard("findings"),), WordFacts.of(index, DISEASE))
    terms = ["gout", f"Severe {word}, acute"]
    (found,) = speller.correct(terms, index.words(terms)).values()
    assert found.text == f"Severe {right}, acute"
    assert found.edits == 1


def test_known_and_far_words_are_left_alone(store: ConceptStore) -> None:
    index = open_index(store)
    speller = Speller((index.shard("findings"),), WordFacts.of(index, DISEASE))
    terms = ["breast cancer", "xqzvkwp", "gouty", "", "ep1lepsy 123456"]
    assert speller.correct(terms, index.words(terms)) == {}


def test_a_correction_says_so(store: ConceptStore) -> None:
    linker = TermLinker(store, types=DISEASE, weights=LEXICAL)
    wrong, right = linker.link(["cystic fibrossis", "cystic fibrosis"], k=1)
    assert wrong[0].curie == right[0].curie == "MONDO:0009061"
    assert wrong[0].score < right[0].score
    assert wrong[0].why["spelling"] == -0.5
    assert "spelling" not in right[0].why


def test_lessons_teach_a_ranker() -> None:
    rng = np.random.default_rng(3)
    terms, each = 200, 5
    table = rng.random((terms * each, len(COLUMNS))).astype(np.float32)
    right = np.zeros(terms * each, bool)
    right[np.arange(terms) * each + table[:, 4].reshape(terms, each).argmax(1)] = True
    raw = rng.random(terms * each).astype(np.float32)
    term = np.repeat(np.arange(terms), each)
    lessons = Lessons(table, term, right, np.ones(len(term)), raw)
    assert lessons.open_terms == terms
    ranker = lessons.grown(None, "")
    assert lessons.accuracy(ranker) > 0.8 > 0.4 > lessons.accuracy(None)
    both = Lessons.join([lessons, lessons])
    assert both.open_terms == 2 * terms
