"""Vectors to measures, one function for each way of asking."""

from __future__ import annotations

import numpy as np

from onoma.eval.suite.parts import F32, Choices, Labelled, Marks, Miss, Pairs, Search
from onoma.eval.suite.probing import clusters_of, probe, v_measure
from onoma.metrics.classification import multilabel_counts
from onoma.metrics.clusters import b_cubed_items
from onoma.metrics.correlation import spearman
from onoma.metrics.counts import F64, I64
from onoma.metrics.curves import auprc, auroc
from onoma.metrics.ranking import ndcg, recall_at, reciprocal_rank
from onoma.metrics.resampling import drawn, macro_f1_of, mean_of

MOST_MISSES = 300
DEPTH = 100  # ranks that are looked at


def classified(given: Labelled, vectors: F32) -> Marks:
    """Return macro F1 (leads) and accuracy of a linear probe on the test part."""
    labels, scores = _probed(given, vectors)
    gold = [label for label, is_test in zip(given.gold, given.is_test, strict=True) if is_test]
    said = [labels[place] for place in scores.argmax(axis=1).tolist()]
    counts = multilabel_counts(
        [frozenset([one]) for one in gold], [frozenset([one]) for one in said], labels
    )
    texts = [text for text, is_test in zip(given.texts, given.is_test, strict=True) if is_test]
    misses = [
        Miss(text, want, got)
        for text, want, got in zip(texts, gold, said, strict=True)
        if want != got
    ]
    right = [want == got for want, got in zip(gold, said, strict=True)]
    measures = {"macro F1": macro_f1_of(counts), "accuracy": mean_of(right)}
    return Marks(len(gold), measures, misses[:MOST_MISSES])


def screened(given: Labelled, vectors: F32) -> Marks:
    """Return AUROC (leads) and average precision of a linear probe; the positive label is last."""
    labels, scores = _probed(given, vectors)
    gold = np.array([one == labels[-1] for one in given.gold])[given.is_test]
    margin = scores[:, -1] - scores[:, 0]
    texts = [text for text, is_test in zip(given.texts, given.is_test, strict=True) if is_test]
    worst = np.argsort(np.where(gold, margin, -margin))[:MOST_MISSES]
    misses = [Miss(texts[i], str(bool(gold[i])), f"{margin[i]:.2f}") for i in worst]
    measures = {
        "AUROC": drawn(lambda rows: auroc(gold[rows], margin[rows])),
        "average precision": drawn(lambda rows: auprc(gold[rows], margin[rows])),
    }
    return Marks(len(gold), measures, misses)


def _probed(given: Labelled, vectors: F32) -> tuple[tuple[str, ...], F64]:
    train = ~given.is_test
    gold = [label for label, is_train in zip(given.gold, train, strict=True) if is_train]
    return probe(vectors[train], gold, vectors[given.is_test])


def clustered(given: Labelled, vectors: F32) -> Marks:
    """Return V-measure (leads) and B-cubed F1 of k-means with as many clusters as labels."""
    labels = sorted(set(given.gold))
    found = clusters_of(vectors, len(labels), np.random.default_rng(0))
    gold = np.array([labels.index(one) for one in given.gold])
    rows = np.eye(len(labels))[gold].T  # (labels, texts)
    columns = np.eye(int(found.max()) + 1)[found]  # (texts, clusters)
    both = b_cubed_items(list(given.gold), found.tolist())

    def agreement(weights: F64) -> F64:
        return np.array([v_measure((rows * one) @ columns) for one in weights])

    def b_cubed(weights: F64) -> F64:
        # Over the texts as clustered: a text drawn twice would else be its own neighbour.
        p, r = ((weights @ side) / weights.sum(axis=1) for side in both.T)
        return np.asarray(2 * p * r / np.maximum(p + r, 1e-12))

    names = [labels[int(np.bincount(gold[found == c]).argmax())] for c in range(columns.shape[1])]
    misses = [
        Miss(text, want, names[place])
        for text, want, place in zip(given.texts, given.gold, found.tolist(), strict=True)
        if want != names[place]
    ]
    measures = {"V-measure": agreement, "B-cubed F1": b_cubed}
    return Marks(len(gold), measures, misses[:MOST_MISSES])


def correlated(given: Pairs, vectors: F32) -> Marks:
    """Return Spearman's correlation of cosines with the gold ratings, 0 where all are equal."""
    near = _cosines(given, vectors)

    def order(rows: I64) -> float:
        return float(np.nan_to_num(spearman(given.gold[rows], near[rows]).value))

    return Marks(len(near), {"Spearman": drawn(order)}, _far_pairs(given, near))


def separated(given: Pairs, vectors: F32) -> Marks:
    """Return the AUROC of cosines (leads) and average precision; gold is 1 or 0."""
    near, gold = _cosines(given, vectors), given.gold > 0
    measures = {
        "AUROC": drawn(lambda rows: auroc(gold[rows], near[rows])),
        "average precision": drawn(lambda rows: auprc(gold[rows], near[rows])),
    }
    return Marks(len(near), measures, _far_pairs(given, near))


def _cosines(given: Pairs, vectors: F32) -> F64:
    ends = vectors[given.rows[:, 0]] * vectors[given.rows[:, 1]]
    return np.asarray(ends.sum(axis=1), np.float64)


def _far_pairs(given: Pairs, near: F64) -> list[Miss]:
    """Return the pairs whose rank by cosine is farthest from their rank by gold."""
    ranks = [np.argsort(np.argsort(side, kind="stable")) for side in (given.gold, near)]
    worst = np.argsort(-np.abs(ranks[0] - ranks[1]), kind="stable")[:MOST_MISSES]
    return [
        Miss(
            " | ".join(given.texts[row] for row in given.rows[place]),
            f"{given.gold[place]:.2f}",
            f"{near[place]:.2f}",
        )
        for place in worst
    ]


def chosen(given: Choices, vectors: F32) -> Marks:
    """Return how often the right one is nearer than every other one (ties are wrong)."""
    right, misses = [], []
    for first, *rest in given.rows:
        near = vectors[rest] @ vectors[first]
        best = int(near[1:].argmax()) + 1
        right.append(bool(near[0] > near[best]))
        if not right[-1]:
            misses.append(Miss(given.texts[first], given.texts[rest[0]], given.texts[rest[best]]))
    return Marks(len(right), {"accuracy": mean_of(right)}, misses[:MOST_MISSES])


def searched(given: Search, vectors: F32) -> Marks:
    """Return nDCG@10 (leads), recall@10 and MRR of documents by their cosine."""
    documents = vectors[given.documents]
    values: dict[str, list[float]] = {"nDCG@10": [], "recall@10": [], "MRR": []}
    misses = []
    for query, relevant in zip(given.queries.tolist(), given.relevant, strict=True):
        near = documents @ vectors[query]
        best = given.documents[np.argsort(-near, kind="stable")[:DEPTH]].tolist()
        gains = np.array([float(one in relevant) for one in best])
        values["nDCG@10"].append(ndcg(gains, np.ones(len(relevant)), 10))
        values["recall@10"].append(recall_at(gains, len(relevant), 10))
        values["MRR"].append(reciprocal_rank(gains))
        if best[0] not in relevant:
            wanted = given.texts[min(relevant)]
            misses.append(Miss(given.texts[query], wanted, given.texts[best[0]]))
    measures = {name: mean_of(found) for name, found in values.items()}
    return Marks(len(given.queries), measures, misses[:MOST_MISSES])
