"""``similarity`` and ``cluster``: how near terms are, and which mean the same.

``similarity``: given two terms; gold and guess a number, in any scale. ``cluster``: given a term;
gold and guess the name of its cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from onoma.eval.faults import Faults
from onoma.eval.gold_documents import Options
from onoma.eval.gold_tables import ehr_rel_rows, obo_names
from onoma.eval.parts import Data, Example, Item, Measure, Row, Scored, Source, Task
from onoma.eval.reading import read_items
from onoma.eval.records import read_records
from onoma.metrics import kendall, spearman
from onoma.metrics.clusters import b_cubed, b_cubed_items, pairwise
from onoma.metrics.correlation import mean_ranks
from onoma.metrics.counts import F64, divide
from onoma.metrics.resampling import Statistic, drawn, mean_of

SHOWN = 50


@dataclass(frozen=True, slots=True)
class TermPair:
    """Two terms."""

    a: str
    b: str


def read_ehr_rel(path: Path, options: Options) -> Iterator[Item[TermPair, float]]:
    """Yield the pairs of EHR-Rel with their mean rating."""
    for identifier, row in ehr_rel_rows(path):
        yield Item(identifier, TermPair(row.a, row.b), row.rating, f"{row.a} / {row.b}")


def read_plain_terms(path: Path, options: Options) -> Iterator[Item[TermPair, float]]:
    """Yield the rows of a user's file: a, b, score."""
    for row in read_records(path):
        pair = TermPair(row.get("a", str), row.get("b", str))
        yield Item(row.id, pair, row.get("score", float), f"{pair.a} / {pair.b}")


def score_similarity(data: Data, guesses: Sequence[float]) -> Scored:
    """Return Spearman's rho (leads) and Kendall's tau with their p."""
    gold = np.array([item.gold for item in data.items], np.float64)
    guess = np.array(guesses, np.float64)
    rho, tau = spearman(gold, guess), kendall(gold, guess)
    gap = np.abs(mean_ranks(gold) - mean_ranks(guess))
    faults = Faults()
    for place in np.argsort(-gap, kind="stable")[:SHOWN]:
        item = data.items[place]
        kind = "too near" if mean_ranks(guess)[place] > mean_ranks(gold)[place] else "too far"
        example = Example(item.id, item.text, "", "")
        faults.add(kind, item.text, f"{item.gold:.2f}", f"{guess[place]:.3f}", example)
    measures = (
        Measure("Spearman", drawn(lambda rows: spearman(gold[rows], guess[rows]).value), False),
        Measure("Kendall tau-b", drawn(lambda rows: _tau(gold[rows], guess[rows])), False),
    )
    notes = (
        f"Spearman {rho.value:.4f}, two-sided p {rho.p:.3g} (Student's t, {rho.n} pairs)",
        f"Kendall {tau.value:.4f}, two-sided p {tau.p:.3g}",
    )
    return Scored(len(gold), measures, -gap, faults=faults.sorted(), notes=(*data.notes, *notes))


def _tau(gold: F64, guess: F64) -> float:
    return kendall(gold, guess).value


def read_obo_names(path: Path, options: Options) -> Iterator[Item[str, str]]:
    """Yield the names of an OBO file's concepts; a concept is a cluster of its exact names."""
    for number, (curie, name) in enumerate(obo_names(path)):
        yield Item(f"{curie}#{number}", name, curie, name)


def read_plain_clusters(path: Path, options: Options) -> Iterator[Item[str, str]]:
    """Yield the rows of a user's file: term and cluster."""
    for row in read_records(path):
        term = row.get("term", str)
        yield Item(row.id, term, row.get("cluster", str), term)


def score_clusters(data: Data, guesses: Sequence[str]) -> Scored:
    """Return B-cubed and pairwise scores; gold clusters are drawn whole."""
    gold = [item.gold for item in data.items]
    numbers: dict[str, int] = {}
    rows = np.array([numbers.setdefault(name, len(numbers)) for name in gold], np.int64)
    size = np.bincount(rows).astype(np.float64)
    items = b_cubed_items(gold, guesses)
    p, r = (np.bincount(rows, column).astype(np.float64) for column in items.T)
    pairs = pairwise(gold, guesses)
    faults = Faults()
    by_guess: dict[str, list[int]] = {}
    for place, name in enumerate(guesses):
        by_guess.setdefault(name, []).append(place)
    for places in by_guess.values():
        if len({gold[i] for i in places}) > 1:
            terms = " / ".join(data.items[i].given for i in places[:6])
            wanted = ", ".join(sorted({gold[i] for i in places})[:6])
            faults.add(
                "put together", terms, wanted, guesses[places[0]], Example("", terms, "", "")
            )
    measures = (
        Measure("B-cubed F1", _f1_of_means(p, r, size)),
        Measure("B-cubed precision", _mean_over(p, size)),
        Measure("B-cubed recall", _mean_over(r, size)),
        Measure("clusters all right", mean_of(_whole(items, rows))),
    )
    notes = (f"{len(gold)} terms in {len(numbers)} gold and {len(by_guess)} predicted clusters",)
    own = divide(2 * items[:, 0] * items[:, 1], items.sum(axis=1))
    table = (Row("B-cubed", b_cubed(gold, guesses)), Row("pairs", pairs))
    return Scored(len(numbers), measures, own, table, faults.sorted(), notes=(*data.notes, *notes))


def _mean_over(values: F64, size: F64) -> Statistic:
    return lambda weights: divide(weights @ values, weights @ size)


def _f1_of_means(p: F64, r: F64, size: F64) -> Statistic:
    def statistic(weights: F64) -> F64:
        below = weights @ size
        precision, recall = divide(weights @ p, below), divide(weights @ r, below)
        return divide(2 * precision * recall, precision + recall)

    return statistic


def _whole(items: F64, rows: Any) -> F64:
    """Return 1 for each gold cluster that is a predicted one."""
    wrong = (items < 1.0).any(axis=1).astype(np.float64)
    return np.where(np.bincount(rows, wrong) == 0, 1.0, 0.0)


def _read_pairs(source: Source) -> Data:
    return read_items(source, {"ehr-rel": read_ehr_rel}, read_plain_terms)


def _read_clusters(source: Source) -> Data:
    return read_items(source, {"obo-names": read_obo_names}, read_plain_clusters)


SIMILARITY = Task(
    "similarity", "how near two terms are", "a, b, score", "tfidf", _read_pairs, score_similarity,
    float,
)  # fmt: skip
CLUSTER = Task(
    "cluster", "terms that mean the same", "term, cluster", "normal", _read_clusters,
    score_clusters, str,
)  # fmt: skip
