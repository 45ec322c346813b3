"""Baselines on words and character n-grams: TF-IDF and BM25, without any library but NumPy."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from onoma.eval.parts import Setting, System
from onoma.eval.systems.baselines import training
from onoma.eval.tasks.answers import QueryWithAnswers
from onoma.eval.tasks.labels import LabelGuess
from onoma.eval.tasks.terms import TermPair
from onoma.metrics.counts import F64

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
K1, B = 1.2, 0.75
K = 100
Vector = dict[str, float]


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.lower())


def grams_of(text: str, sizes: Sequence[int] = (2, 3, 4)) -> list[str]:
    """Return the character n-grams of each word, its ends marked."""
    return [
        padded[i : i + n]
        for word in words_of(text)
        for padded in [f"<{word}>"]
        for n in sizes
        for i in range(max(1, len(padded) - n + 1))
    ]


class Weigher:
    """TF-IDF vectors of unit length; the weights are learnt from texts."""

    def __init__(self, texts: Sequence[str], parts: Callable[[str], list[str]]) -> None:
        """Count in how many texts each part stands."""
        self._parts = parts
        self._size = len(texts)
        self._seen = Counter(part for text in texts for part in set(parts(text)))

    def vector(self, text: str) -> Vector:
        """Return the vector of a text: (1 + log tf) times smoothed idf."""
        counts = Counter(self._parts(text))
        raw = {part: (1 + math.log(n)) * self._idf(part) for part, n in counts.items()}
        length = math.sqrt(sum(value * value for value in raw.values()))
        return {part: value / length for part, value in raw.items()} if length else {}

    def _idf(self, part: str) -> float:
        return math.log((1 + self._size) / (1 + self._seen[part])) + 1


def cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Return the product of two vectors."""
    if len(b) < len(a):
        a, b = b, a
    return sum(value * b[part] for part, value in a.items() if part in b)


class Centroids:
    """A class is the mean of its texts' vectors (Rocchio)."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn from texts with a label each."""
        self._weigher = Weigher(texts, _words_and_pairs)
        sums: dict[str, Vector] = defaultdict(lambda: defaultdict(float))
        for text, label in zip(texts, labels, strict=True):
            for part, value in self._weigher.vector(text).items():
                sums[label][part] += value
        self._centroids = {label: _unit(vector) for label, vector in sorted(sums.items())}

    def nearness(self, text: str) -> dict[str, float]:
        """Return the cosine of a text with each class."""
        vector = self._weigher.vector(text)
        return {label: cosine(vector, centroid) for label, centroid in self._centroids.items()}

    def best(self, text: str) -> str:
        """Return the label of the nearest class."""
        near = self.nearness(text)
        return max(near, key=lambda label: near[label])


def _words_and_pairs(text: str) -> list[str]:
    words = words_of(text)
    return words + [f"{a} {b}" for a, b in itertools.pairwise(words)]


def _unit(vector: Mapping[str, float]) -> Vector:
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {part: value / length for part, value in vector.items()} if length else {}


def make_centroids(setting: Setting) -> System:
    """Return the label set of the nearest class; each set that comes is a class of its own."""
    items = training(setting)
    sets = {"\n".join(sorted(item.gold)): item.gold for item in items}
    model = Centroids([item.given for item in items], ["\n".join(sorted(i.gold)) for i in items])
    return System(lambda given: [_label_guess(model.nearness(text), sets) for text in given])


def _label_guess(near: Mapping[str, float], sets: Mapping[str, frozenset[str]]) -> LabelGuess:
    """Return the labels of the nearest class.

    A label's score is how much nearer the nearest class with it is than the nearest one without.
    """
    scores: dict[str, float] = {}
    for label in {label for labels in sets.values() for label in labels}:
        sides = ([n for n in near if label in sets[n]], [n for n in near if label not in sets[n]])
        best = [max((near[n] for n in side), default=0.0) for side in sides]
        scores[label] = best[0] - best[1]
    return LabelGuess(sets[max(near, key=lambda name: near[name])], scores)


def make_sequence_centroids(setting: Setting) -> System:
    """Return the label of the nearest class for each sentence; its place counts as a word."""

    def placed(sentences: Sequence[str]) -> list[str]:
        size = len(sentences)
        return [f"{s} place{5 * i // size} place{5 * i // size}" for i, s in enumerate(sentences)]

    items = training(setting)
    texts = [text for item in items for text in placed(item.given)]
    model = Centroids(texts, [label for item in items for label in item.gold])
    return System(lambda given: [tuple(map(model.best, placed(s))) for s in given])


def make_similarity(setting: Setting) -> System:
    """Return the cosine of character n-grams; weights come from the terms themselves."""

    def predict(given: Sequence[TermPair]) -> list[float]:
        weigher = Weigher([term for pair in given for term in (pair.a, pair.b)], grams_of)
        return [cosine(weigher.vector(p.a), weigher.vector(p.b)) for p in given]

    return System(predict)


def make_ranking(setting: Setting) -> System:
    """Return answers by the cosine of their words with the query's."""

    def predict(given: Sequence[QueryWithAnswers]) -> list[tuple[str, ...]]:
        weigher = Weigher([a.text for one in given for a in one.answers], words_of)
        out = []
        for one in given:
            query = weigher.vector(one.text)
            near = {a.id: cosine(query, weigher.vector(a.text)) for a in one.answers}
            out.append(tuple(sorted(near, key=lambda answer: -near[answer])))
        return out

    return System(predict)


class Bm25:
    """An inverted index that ranks by BM25 (Robertson and Zaragoza 2009)."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        """Index documents by id."""
        self._ids = list(documents)
        sizes = np.zeros(len(documents))
        places: dict[str, list[int]] = defaultdict(list)
        counts: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(documents.values()):
            found = Counter(words_of(text))
            sizes[number] = found.total()
            for word, n in found.items():
                places[word].append(number)
                counts[word].append(n)
        norm = K1 * (1 - B + B * sizes / max(1.0, float(sizes.mean())))
        self._postings = {}
        for word, where in places.items():
            often = np.array(counts[word], np.float64)
            idf = math.log1p((len(sizes) - len(where) + 0.5) / (len(where) + 0.5))
            weight = idf * often * (K1 + 1) / (often + norm[where])
            self._postings[word] = (np.array(where), weight)

    def search(self, query: str, k: int = K) -> tuple[str, ...]:
        """Return the ids of the k best documents, best first."""
        scores: F64 = np.zeros(len(self._ids))
        for word in words_of(query):
            if word in self._postings:
                where, weight = self._postings[word]
                scores[where] += weight
        best = np.argsort(-scores, kind="stable")[:k]
        return tuple(self._ids[place] for place in best if scores[place] > 0)


def make_retrieval(setting: Setting) -> System:
    """Return the documents that BM25 finds for each query."""
    index = Bm25(setting.shared)
    return System(lambda queries: [index.search(query) for query in queries])


def make_keyphrases(setting: Setting) -> System:
    """Return the words and pairs of words of a text by their TF-IDF over all texts given."""

    def predict(texts: Sequence[str]) -> list[tuple[str, ...]]:
        weigher = Weigher(texts, _words_and_pairs)
        out = []
        for text in texts:
            weighed: dict[str, Any] = weigher.vector(text)
            best = sorted((p for p in weighed if len(p) > 3), key=lambda part: -weighed[part])
            out.append(tuple(best[:25]))
        return out

    return System(predict)
