"""Classifiers of pairs from scikit-learn (extra ``train``), each with the view of a pair it takes.

A learner is taught once and says how likely each class is, for the rows it learnt from without
having seen their documents (``learn``), and for new ones (``chances``). The last class is "none".
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from onoma.errors import ExtraMissing
from onoma.relate.candidates import Pair
from onoma.relate.features import BITS, F32, I64, PairRows, rivals

F64 = npt.NDArray[np.float64]
Rows = Any
"""A SciPy sparse matrix in rows."""

LEAST = 3  # rows that a word must be in
SELECTED = 400  # words that a forest is given
TREES = 150


class Learner(Protocol):
    """Tells the classes of pairs."""

    def learn(self, table: Table, labels: I64, folds: I64, classes: int) -> F64:
        """Learn, and return the chances of the rows by models that did not see their fold."""

    def chances(self, table: Table) -> F64:
        """Return the chance of each class, shape (rows, classes)."""


def need(module: str) -> Any:
    """Return a module of scikit-learn or SciPy.

    Raises: ExtraMissing: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ExtraMissing("train", module.partition(".")[0]) from error


class Table:
    """Rows of pairs: words as a sparse matrix, numbers, and whose ends they are.

    ``ends`` is (rows, 3): text, first and second entity.
    """

    def __init__(self, words: Rows, numbers: F32, ends: I64) -> None:
        """Take all as they are."""
        self.words, self.numbers, self.ends = words, numbers, ends

    @classmethod
    def of(cls, rows: PairRows, numbers: F32, pairs: Sequence[Sequence[Pair]]) -> Table:
        """Return the table of rows of texts' pairs, with columns put beside their numbers."""
        sparse = need("scipy.sparse")
        ones = np.ones(len(rows.words), np.float32)
        words = sparse.csr_matrix((ones, rows.words, rows.start), shape=(len(rows), 1 << BITS))
        flat = [(place, *pair) for place, own in enumerate(pairs) for pair in own]
        ends = np.array(flat, np.int64).reshape(-1, 3)
        return cls(words, np.concatenate([rows.numbers, numbers], axis=1), ends)

    def __getitem__(self, which: npt.NDArray[Any]) -> Table:
        """Return some of the rows."""
        return Table(self.words[which], self.numbers[which], self.ends[which])


class Scale:
    """Columns of numbers brought to about one size, and the words that are frequent enough."""

    def __init__(self, table: Table) -> None:
        """Measure the columns of a table."""
        self.used = np.flatnonzero(np.bincount(table.words.indices, minlength=1) >= LEAST)
        self.mean = table.numbers.mean(axis=0)
        self.spread = table.numbers.std(axis=0) + 1e-3
        self.cuts = np.quantile(table.numbers, [0.2, 0.4, 0.6, 0.8], axis=0)

    def words(self, table: Table) -> Rows:
        """Return the frequent words."""
        return table.words[:, self.used]

    def binned(self, table: Table) -> Rows:
        """Return words, with the bin of each number as one more word."""
        sparse = need("scipy.sparse")
        above = (table.numbers[None] > self.cuts[:, None]).sum(axis=0)
        hot = [sparse.csr_matrix(above == level) for level in range(len(self.cuts) + 1)]
        return sparse.hstack([self.words(table), *hot], format="csr", dtype=np.float32)

    def weighed(self, table: Table) -> Rows:
        """Return words in rows of unit length, with the numbers in units of their spread."""
        sparse = need("scipy.sparse")
        words = self.words(table)
        sizes = np.sqrt(np.maximum(np.asarray(words.sum(axis=1)).ravel(), 1.0))
        scaled = np.clip((table.numbers - self.mean) / self.spread, -3, 3) * 0.1
        return sparse.hstack(
            [sparse.diags(1 / sizes) @ words, sparse.csr_matrix(scaled.astype(np.float32))],
            format="csr",
        )


def out_of_fold(learner: Any, table: Table, labels: I64, folds: I64, classes: int) -> F64:
    """Return the chances of rows by models of all other folds; then learn from all rows."""
    out = np.zeros((len(labels), classes))
    for fold in np.unique(folds):
        learner.fit(table[folds != fold], labels[folds != fold], classes)
        out[folds == fold] = learner.chances(table[folds == fold])
    learner.fit(table, labels, classes)
    return out


def spread(chances: F64, known: npt.NDArray[Any], classes: int) -> F64:
    """Return chances with a column for each class, those never seen included."""
    out = np.zeros((len(chances), classes))
    columns = np.asarray(known, np.int64)
    out[:, columns] = chances if len(columns) > 1 else 1.0  # some give two columns for one class
    return out


class Bayes:
    """Naive Bayes over words and binned numbers (Bernoulli events by presence, McCallum 1998)."""

    def learn(self, table: Table, labels: I64, folds: I64, classes: int) -> F64:
        """Learn, and return the chances of the rows by models that did not see their fold."""
        return out_of_fold(self, table, labels, folds, classes)

    def fit(self, table: Table, labels: I64, classes: int) -> None:
        """Learn from rows."""
        self.classes, self.scale = classes, Scale(table)
        model = need("sklearn.naive_bayes").MultinomialNB(alpha=0.3)
        self.model = model.fit(self.scale.binned(table), labels)

    def chances(self, table: Table) -> F64:
        """Return the chance of each class."""
        found = self.model.predict_proba(self.scale.binned(table))
        return spread(found, self.model.classes_, self.classes)


class Logistic:
    """Logistic regression, one class against the rest, over words and numbers."""

    def __init__(self, strength: float = 2.0) -> None:
        """Take the inverse of the penalty."""
        self.strength = strength

    def learn(self, table: Table, labels: I64, folds: I64, classes: int) -> F64:
        """Learn, and return the chances of the rows by models that did not see their fold."""
        return out_of_fold(self, table, labels, folds, classes)

    def fit(self, table: Table, labels: I64, classes: int) -> None:
        """Learn from rows."""
        linear = need("sklearn.linear_model")
        self.classes, self.scale = classes, Scale(table)
        rows = self.scale.weighed(table)
        self.models = {}
        for label in range(classes - (classes == 2)):
            gold = labels == label
            if gold.any() and not gold.all():
                model = linear.LogisticRegression(C=self.strength, solver="liblinear")
                self.models[label] = model.fit(rows, gold)

    def margins(self, table: Table) -> F64:
        """Return the log odds of each class."""
        rows = self.scale.weighed(table)
        out = np.full((rows.shape[0], self.classes), -9.0)
        for label, model in self.models.items():
            out[:, label] = model.decision_function(rows)
        return out

    def chances(self, table: Table) -> F64:
        """Return the chance of each class; that of "none" is what the others leave."""
        found = 1 / (1 + np.exp(-self.margins(table)))
        found[:, -1] = np.clip(1 - found[:, :-1].sum(axis=1), 0, 1)
        return found


class Forest:
    """Random forest over numbers and the words that tell most about classes (chi-square)."""

    def __init__(self, seed: int) -> None:
        """Take the seed of its draws."""
        self.seed = seed

    def learn(self, table: Table, labels: I64, folds: I64, classes: int) -> F64:
        """Learn, and return the chances of the rows by models that did not see their fold."""
        return out_of_fold(self, table, labels, folds, classes)

    def fit(self, table: Table, labels: I64, classes: int) -> None:
        """Learn from rows."""
        chosen = need("sklearn.feature_selection")
        forests = need("sklearn.ensemble")
        self.classes, self.scale = classes, Scale(table)
        words = self.scale.words(table)
        worth, _ = chosen.chi2(words, labels)
        self.chosen = np.sort(np.argsort(-np.nan_to_num(worth), kind="stable")[:SELECTED])
        model = forests.RandomForestClassifier(
            TREES, min_samples_leaf=2, max_features=0.1, random_state=self.seed,
            class_weight="balanced_subsample",
        )  # fmt: skip
        self.model = model.fit(self._columns(table), labels)

    def _columns(self, table: Table) -> F32:
        words = self.scale.words(table)[:, self.chosen].toarray()
        return np.concatenate([table.numbers, words], axis=1).astype(np.float32)

    def chances(self, table: Table) -> F64:
        """Return the chance of each class."""
        found = self.model.predict_proba(self._columns(table))
        return spread(found, self.model.classes_, self.classes)


class Boosting:
    """Gradient-boosted trees over numbers and the log odds of a logistic regression over words.

    They also see how the pair's log odds stand among its rivals, the pairs that share an end. The
    log odds of the rows learnt from come from models that did not see their documents (stacking,
    Wolpert 1992).
    """

    def __init__(self, seed: int, runs: int = 1) -> None:
        """Take the seed of its draws, and how many models are averaged."""
        self.seed, self.runs = seed, runs

    def learn(self, table: Table, labels: I64, folds: I64, classes: int) -> F64:
        """Learn, and return the chances of the rows by models that did not see their fold."""
        self.classes, self.linear = classes, Logistic()
        margins = np.zeros((len(labels), classes))
        for fold in np.unique(folds):
            self.linear.fit(table[folds != fold], labels[folds != fold], classes)
            margins[folds == fold] = self.linear.margins(table[folds == fold])
        self.linear.fit(table, labels, classes)
        columns = self._columns(table, margins)
        out = np.zeros((len(labels), classes))
        for fold in np.unique(folds):
            models = self._grown(columns[folds != fold], labels[folds != fold])
            out[folds == fold] = self._asked(models, columns[folds == fold])
        self.models = self._grown(columns, labels)
        return out

    def _grown(self, columns: F64, labels: I64) -> list[Any]:
        ensemble = need("sklearn.ensemble")
        rounds = 150 if self.classes == 2 else max(60, 720 // self.classes)
        return [
            ensemble.HistGradientBoostingClassifier(
                max_iter=rounds, learning_rate=0.06, max_leaf_nodes=15, min_samples_leaf=20,
                l2_regularization=5, max_features=0.5, early_stopping=False,
                random_state=self.seed + run,
            ).fit(columns, labels)
            for run in range(self.runs)
        ]  # fmt: skip

    def _asked(self, models: list[Any], columns: F64) -> F64:
        found = [spread(m.predict_proba(columns), m.classes_, self.classes) for m in models]
        return np.asarray(np.mean(found, axis=0), np.float64)

    def chances(self, table: Table) -> F64:
        """Return the chance of each class."""
        columns = self._columns(table, self.linear.margins(table))
        return self._asked(self.models, columns)

    @staticmethod
    def _columns(table: Table, margins: F64) -> F64:
        best = margins[:, :-1].max(axis=1)
        return np.concatenate([table.numbers, margins, rivals(best, table.ends)], axis=1)
