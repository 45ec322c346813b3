from __future__ import annotations

import numpy as np
import pytest

from onoma.metrics import TypedSpan, macro_f1, micro
from onoma.metrics.concepts import linked_counts, set_counts
from onoma.metrics.spans import counts_by_type, overlap_counts, strict_counts

TYPES = ("A", "B", "C")


def random_spans(rng: np.random.Generator, size: int) -> list[TypedSpan]:
    """Non-overlapping spans on a line of sixty places."""
    edges = sorted(rng.choice(60, 2 * size, replace=False).tolist())
    return [
        TypedSpan(a, b, str(rng.choice(TYPES)))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def test_strict_scores_agree_with_seqeval() -> None:
    seqeval = pytest.importorskip("seqeval.metrics")
    gold, predicted = tagged_pairs(40)
    counts = np.stack([strict_counts(g, p) for g, p in zip(gold, predicted, strict=True)])
    tags = [[tags_of(side) for side in sides] for sides in (gold, predicted)]
    score = micro(counts)
    assert score.f1 == pytest.approx(seqeval.f1_score(*tags, average="micro"))
    assert score.precision == pytest.approx(seqeval.precision_score(*tags, average="micro"))
    by_type = counts_by_type(gold, predicted)
    assert macro_f1(np.stack([*by_type.values()])) == pytest.approx(
        seqeval.f1_score(*tags, average="macro")
    )


def tagged_pairs(n: int) -> tuple[list[list[TypedSpan]], list[list[TypedSpan]]]:
    rng = np.random.default_rng(3)
    gold = [random_spans(rng, 6) for _ in range(n)]
    predicted = []
    for spans in gold:
        keep = [s for s in spans if rng.random() < 0.7]
        other = random_spans(rng, 3)
        free = [o for o in other if all(o.end <= s.start or s.end <= o.start for s in keep)]
        predicted.append(keep + free)
    return gold, predicted


def tags_of(spans: list[TypedSpan]) -> list[str]:
    tags = ["O"] * 60
    for s in spans:
        tags[s.start : s.end] = [f"B-{s.type}", *[f"I-{s.type}"] * (s.end - s.start - 1)]
    return tags


def test_strict_scores_agree_with_counting_by_hand() -> None:
    gold, predicted = tagged_pairs(40)
    counts = np.stack([strict_counts(g, p) for g, p in zip(gold, predicted, strict=True)])
    right = sum(len(set(g) & set(p)) for g, p in zip(gold, predicted, strict=True))
    score = micro(counts)
    assert (score.right, score.gold) == (right, 240)
    assert score.f1 == pytest.approx(2 * right / (score.predicted + score.gold))
    by_type = counts_by_type(gold, predicted)
    assert (sum(by_type.values()) == counts.sum(axis=0)).all()


def test_overlap_takes_the_largest_share_one_to_one() -> None:
    gold = [TypedSpan(0, 10, "A"), TypedSpan(12, 20, "A"), TypedSpan(30, 32, "B")]
    predicted = [TypedSpan(0, 3, "A"), TypedSpan(2, 14, "A"), TypedSpan(30, 32, "A")]
    # the first gold span takes the longer of the two; nothing is left for the second
    assert overlap_counts(gold, predicted).tolist() == [1, 3, 1, 3]
    assert overlap_counts(gold, gold).tolist() == [3, 3, 3, 3]
    assert overlap_counts([], predicted).tolist() == [0, 3, 0, 0]


def test_touching_spans_do_not_overlap() -> None:
    assert overlap_counts([TypedSpan(0, 3, "A")], [TypedSpan(3, 5, "A")])[0] == 0


def test_concepts_may_be_answered_by_equivalents_one_step_away() -> None:
    same = {"OMIM:1": {"MESH:1"}, "MESH:1": {"OMIM:1", "MESH:2"}, "MESH:2": {"MESH:1"}}
    assert set_counts({"OMIM:1"}, {"MESH:1", "X:1"}, same).tolist() == [1, 2, 1, 1]
    assert set_counts({"OMIM:1"}, {"MESH:2"}, same).tolist() == [0, 1, 0, 1]
    assert set_counts({"OMIM:1", "MESH:2"}, {"MESH:1"}, same).tolist() == [1, 1, 2, 2]


def test_a_gold_mention_without_concept_is_neither_right_nor_wrong() -> None:
    here, there = TypedSpan(0, 3, "A"), TypedSpan(5, 8, "A")
    gold = {here: (), there: ("X:1",)}
    assert linked_counts(gold, {here: ("X:9",)}, {}).tolist() == [0, 0, 0, 1]
    assert linked_counts(gold, {there: ("X:9", "X:1")}, {}).tolist() == [1, 1, 1, 1]
    other = TypedSpan(0, 2, "A")
    assert linked_counts(gold, {other: ("X:1",)}, {}).tolist() == [0, 1, 0, 1]
