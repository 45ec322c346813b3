"""Triples as arrays, filtered ranks, and the scorers that are counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.errors import BadLine, Inconsistent, UnknownName
from onoma.graph.completion import Figures, Links, Terms, read_triples
from onoma.graph.completion.baselines import Nearest, Overlap, PathCounts, Popularity
from onoma.graph.completion.model import own_paths
from onoma.graph.completion.ranking import measured, place_of, ranks_of, slot_candidates
from onoma.graph.completion.triples import F32, I64, queries_of, split_triples
from tests.graph.completion.small import small


class Fixed:
    """A scorer with scores of its own."""

    name = "fixed"

    def __init__(self, rows: F32) -> None:
        self._rows = rows

    def scores(self, heads: I64, relations: I64) -> F32:
        return self._rows[heads]


def test_ties_are_ranked_in_their_middle_and_known_answers_are_left_out() -> None:
    scores = np.array([5, 3, 3, 3, 1], np.float32)
    assert place_of(scores, 1, np.array([], np.int64)) == 1 + 1 + 1
    assert place_of(scores, 1, np.array([0, 1, 2])) == 1 + 0.5
    assert place_of(scores, 4, np.array([0, 1, 2, 3])) == 1


def test_ranks_agree_with_counting_one_by_one() -> None:
    rng = np.random.default_rng(0)
    triples = np.unique(np.stack([rng.integers(0, 9, 40), rng.integers(0, 2, 40),
                                  rng.integers(0, 9, 40)], 1), axis=0)  # fmt: skip
    known = Links(triples, entities=9, relations=2)
    queries = queries_of(triples, 2)
    rows = rng.integers(0, 4, (9, 9)).astype(np.float32)
    truth = {tuple(one) for one in queries.tolist()}
    expected = []
    for head, relation, answer in queries.tolist():
        rivals = [e for e in range(9) if e != answer and (head, relation, e) not in truth]
        above = sum(rows[head, e] > rows[head, answer] for e in rivals)
        same = sum(rows[head, e] == rows[head, answer] for e in rivals)
        expected.append(1 + above + same / 2)
    assert ranks_of(Fixed(rows), queries, known).tolist() == expected


def test_figures_are_means_over_ranks() -> None:
    figures = Figures.of(np.array([1.0, 2.0, 20.0]))
    assert figures.mrr == pytest.approx((1 + 0.5 + 0.05) / 3)
    assert figures.hits1 == pytest.approx(1 / 3)
    assert figures.hits10 == pytest.approx(2 / 3)


def test_a_step_moves_weights_along_a_relation_and_its_inverse() -> None:
    links = Links(np.array([[0, 0, 1], [0, 0, 2], [3, 0, 2]]), entities=4, relations=1)
    start = np.array([[1, 0, 0, 2]], np.float32)
    assert links.step(start, 0).tolist() == [[0, 1, 3, 0]]
    assert links.step(links.step(start, 0), 1).tolist() == [[4, 0, 0, 3]]
    assert links.tails(0, 0).tolist() == [1, 2]
    assert links.tails(2, 1).tolist() == [0, 3]


def test_popularity_counts_answers_and_overlap_asks_those_alike() -> None:
    terms, _, links = small()
    speaks = np.array([terms.relation_number["speaks"]])
    person = np.array([terms.entity_number["person00"]])
    counts = Popularity(links).scores(person, speaks)[0]
    language = terms.entity_number["language0"]
    assert counts[language] == len(links.tails(language, int(speaks[0]) + links.relations))
    for measure in ("adamic-adar", "jaccard"):
        best = int(np.argmax(Overlap(links, measure=measure).scores(person, speaks)[0]))
        assert best in links.tails(int(person[0]), int(speaks[0]))


def test_the_nearest_are_those_with_the_same_rare_neighbours() -> None:
    triples = np.array([[0, 0, 5], [1, 0, 5], [0, 0, 6], [1, 0, 6], [2, 0, 6], [3, 0, 6], [4, 0, 6],
                        [1, 1, 7], [2, 1, 8]])  # fmt: skip
    links = Links(triples, entities=9, relations=2)
    found = Nearest(links).scores(np.array([0]), np.array([1]))[0]
    assert found[7] > found[8] >= 0
    assert found[[0, 1, 2, 5, 6]].tolist() == [0] * 5


def test_path_counts_damp_busy_nodes() -> None:
    links = Links(np.array([[0, 0, 4], [1, 0, 4], [1, 0, 5], [0, 0, 6], [2, 0, 6], [3, 0, 6],
                            [2, 0, 7]]), entities=8, relations=1)  # fmt: skip
    found = PathCounts(links, own_paths(links)).scores(np.array([0]), np.array([0]))[0]
    assert found[5] > found[7] > 0


def test_candidates_are_those_that_stand_in_a_slot() -> None:
    terms, triples, links = small()
    candidates = slot_candidates(triples, entities=links.entities, relations=links.relations)
    assert candidates.allowed is not None
    allowed = np.flatnonzero(candidates.allowed[terms.relation_number["lies_in"]])
    assert [terms.entities[n] for n in allowed] == ["country0", "country1", "country2"]
    queries = queries_of(triples, links.relations)
    every = measured(Popularity(links), queries, links)
    assert measured(Popularity(links), queries, links, candidates).mrr >= every.mrr


def test_a_split_parts_without_loss() -> None:
    _, triples, _ = small()
    kept, held = split_triples(triples, 0.2, np.random.default_rng(0))
    assert len(kept) + len(held) == len(triples)
    assert len(held) == round(0.2 * len(triples))
    assert sorted(map(tuple, [*kept.tolist(), *held.tolist()])) == sorted(
        map(tuple, triples.tolist())
    )


def test_files_of_triples_are_read_and_bad_lines_told(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text("a\tloves\tb c\n\nb loves a\n", encoding="utf-8")
    assert list(read_triples(path)) == [("a", "loves", "b c"), ("b", "loves", "a")]
    path.write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(BadLine, match="line 1"):
        list(read_triples(path))


def test_unknown_names_and_numbers_out_of_range_are_told() -> None:
    terms, _, _ = small()
    with pytest.raises(UnknownName):
        terms.numbered([("nobody", "knows", "person00")])
    with pytest.raises(Inconsistent):
        Links(np.array([[0, 0, 9]]), entities=3, relations=1)
    assert Terms(("a",), ("r",)).relation_name(1) == "r^-1"
