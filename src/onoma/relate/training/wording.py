"""Learns what words and numbers say of pairs (``reader.wording``)."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import ExtraMissing
from onoma.link.candidates.trees import Forest, Growth, grow
from onoma.relate.features import BITS, PairRows
from onoma.relate.reader.wording import (
    FAR,
    NumberWeights,
    PairCounts,
    Wording,
    WordWeights,
    beside_others,
    row_lengths,
)

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
FOLDS = 4
STRENGTH = 0.1  # the inverse of the penalty of words' weights
SEEN = 3  # pairs in which a word must stand
LEAST_SPREAD = 1e-3
SHARE = 0.1  # how loud numbers are beside words: the penalty on their weights is so much stronger


def learn_wording(
    rows: PairRows,
    gold: npt.NDArray[np.bool_],
    ends: I64,
    *,
    counts: PairCounts | None = None,
    most: int = 4000,
    is_graph: bool = True,
    seed: int = 0,
) -> Wording:
    """Return the wording of a task from pairs and their kinds, ``gold`` (pairs, kinds).

    ``ends`` are those of ``pair_ends``, the texts numbered. The trees see margins of
    words that were learnt from other documents. Rows of words are of ones: rows of unit length did
    better by folds of CID's training part (64.3, 62.1) and worse on its dev part (61.9, 63.6), and
    no better elsewhere. ``most`` words are kept, those that weigh most in
    any kind. ``counts`` are those of the pairs, where ``rows`` have them among their numbers.
    ``is_graph``: the trees also see what the words say of the text's other pairs, those that share
    an end or both names: one step over its graph of mentions, in place of a graph convolution.

    Raises: ExtraMissing: scikit-learn is not installed.
    """
    sparse, linear = (_library(name) for name in ("scipy.sparse", "sklearn.linear_model"))
    ones = np.ones(len(rows.words), np.float32)
    whole = sparse.csr_matrix((ones, rows.words, rows.start), shape=(len(rows), 1 << BITS))
    hashes = np.flatnonzero(np.bincount(rows.words, minlength=1 << BITS) >= SEEN)
    words = whole[:, hashes]
    rng, owner = np.random.default_rng(seed), ends[:, 0]
    fold = rng.integers(FOLDS, size=int(owner.max()) + 1)[owner]

    def fitted(which: npt.NDArray[np.bool_], kind: int) -> Any:
        model = linear.LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300)
        return model.fit(words[which], gold[which, kind])

    margins = np.full(gold.shape, FAR)
    weights, bias = np.zeros((len(hashes), gold.shape[1])), np.full(gold.shape[1], FAR)
    for kind in range(gold.shape[1]):
        for one in range(FOLDS):
            own = fold != one
            if gold[own, kind].any() and not own.all():
                margins[~own, kind] = fitted(own, kind).decision_function(words[~own])
        if gold[:, kind].any():
            model = fitted(np.ones(len(gold), bool), kind)
            weights[:, kind], bias[kind] = model.coef_[0], model.intercept_[0]
    kept = np.sort(np.argsort(-np.abs(weights).max(1), kind="stable")[:most])
    if is_graph:
        table = beside_others(rows, margins, ends)
    else:  # the first columns of the same: trees read those they know, so reading needs no word
        table = np.concatenate([rows.numbers, margins], 1).astype(np.float32)
    forests = tuple(_forest(table, gold[:, kind], seed) for kind in range(gold.shape[1]))
    words_kept = WordWeights.of(hashes[kept].astype(np.int64), weights[kept], bias)
    return Wording(words_kept, forests, counts)


def learn_novelty(
    rows: PairRows, gold: npt.NDArray[np.bool_], *, most: int = 4000, is_listed: bool = True
) -> Wording:
    """Return the wording of novel findings from relations and whether each is one, (pairs,).

    Words and numbers, with the cues of ``novelty_cues`` behind them, in one linear model: by folds
    of BioRED's training part it is right in 77.3 % of the relations, trees over the same
    in 76.3 %, words and trees without the cues in 75.4 %.

    Raises: ExtraMissing: scikit-learn is not installed.
    """
    sparse, linear = (_library(name) for name in ("scipy.sparse", "sklearn.linear_model"))
    lengths = np.repeat(row_lengths(rows), np.diff(rows.start))
    whole = sparse.csr_matrix((1 / lengths, rows.words, rows.start), shape=(len(rows), 1 << BITS))
    hashes = np.flatnonzero(np.bincount(rows.words, minlength=1 << BITS) >= SEEN)
    mean, spread = rows.numbers.mean(0), rows.numbers.std(0) + LEAST_SPREAD
    numbers = NumberWeights(mean, spread, np.zeros(len(mean), np.float32))
    scaled = SHARE * numbers.scaled(rows.numbers)
    table = sparse.hstack([whole[:, hashes], sparse.csr_matrix(scaled)], format="csr")
    model = linear.LogisticRegression(C=1.0, solver="liblinear", max_iter=300).fit(table, gold)
    weights = model.coef_[0]
    words, told = weights[: len(hashes)], SHARE * weights[len(hashes) :]
    kept = np.sort(np.argsort(-np.abs(words), kind="stable")[:most])
    known = WordWeights.of(hashes[kept].astype(np.int64), words[kept, None], model.intercept_)
    return Wording(known, (), None, is_listed, replace(numbers, weights=told.astype(np.float32)))


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ExtraMissing("train", "learning words' weights") from error


def _forest(table: F32, gold: npt.NDArray[np.bool_], seed: int) -> Forest:
    growth = Growth(trees=100, depth=4, rate=0.08, least=20, seed=seed)
    return grow(table, gold, growth=growth)
