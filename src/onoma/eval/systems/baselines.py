"""Baselines that know next to nothing: what a system must beat to be worth its name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from onoma.errors import InputError
from onoma.eval.gold_documents import GoldDocument, Triple
from onoma.eval.parts import Item, Setting, System
from onoma.eval.tasks.answers import QueryWithAnswers
from onoma.eval.tasks.labels import LabelGuess
from onoma.eval.tasks.relations import ordered
from onoma.eval.tasks.series import Past
from onoma.eval.tasks.triples import Query, Scores


def training(setting: Setting) -> Sequence[Item[Any, Any]]:
    """Return the items to learn from.

    Raises: InputError: there are none.
    """
    if not setting.train:
        raise InputError(
            f"this system for {setting.task!r} learns, and there is no training part",
            hint="use --split dev of a set that has one, or give --train FILE",
        )
    return setting.train


def make_majority_labels(setting: Setting) -> System:
    """Return the commonest set of labels in training, for everything."""
    answer = LabelGuess(_commonest(setting))
    return System(lambda given: [answer] * len(given))


def make_majority_axes(setting: Setting) -> System:
    """Return the commonest set of axes in training, for everything."""
    answer = _commonest(setting)
    return System(lambda given: [answer] * len(given))


def _commonest(setting: Setting) -> frozenset[str]:
    counts: Counter[frozenset[str]] = Counter(item.gold for item in training(setting))
    return counts.most_common(1)[0][0]


def make_majority_sequence(setting: Setting) -> System:
    """Return the commonest sentence label in training, for every sentence."""
    counts = Counter(label for item in training(setting) for label in item.gold)
    answer = counts.most_common(1)[0][0]
    return System(lambda given: [(answer,) * len(sentences) for sentences in given])


def make_identity(setting: Setting) -> System:
    """Return what was given."""
    return System(list)


def make_given_order(setting: Setting) -> System:
    """Return answers in the order in which they were given."""

    def predict(given: Sequence[QueryWithAnswers]) -> list[tuple[str, ...]]:
        return [tuple(answer.id for answer in one.answers) for one in given]

    return System(predict)


def make_singletons(setting: Setting) -> System:
    """Return a cluster for each different term."""
    return System(lambda terms: list(terms))


def make_normal_forms(setting: Setting) -> System:
    """Return a cluster for each set of words, letter case, order and plural s aside."""

    def normal(term: str) -> str:
        words = "".join(c.lower() if c.isalnum() else " " for c in term).split()
        return " ".join(sorted(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in words))

    return System(lambda terms: [normal(term) for term in terms])


def make_cooccurrence(setting: Setting) -> System:
    """Return every pair of a document's concepts whose types are tied anywhere in training.

    A pair of types has its commonest predicate there; nothing of the text is read.
    """
    predicates: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for item in training(setting):
        types = _types_of(item.given)
        for triple in item.gold:
            if triple.subject in types and triple.object in types:
                key = types[triple.subject], types[triple.object]
                predicates[key][triple.predicate] += 1
    best = {key: counts.most_common(1)[0][0] for key, counts in predicates.items()}

    def predict(given: Sequence[GoldDocument]) -> list[frozenset[Triple]]:
        return [_all_pairs(one, best) for one in given]

    return System(predict)


def _types_of(document: GoldDocument) -> dict[str, str]:
    return {concept: m.type for m in document.mentions for concept in m.concepts}


def _all_pairs(document: GoldDocument, best: dict[tuple[str, str], str]) -> frozenset[Triple]:
    types = _types_of(document)
    found = set()
    for a, b in combinations(sorted(types), 2):
        for subject, target in ((a, b), (b, a)):
            predicate = best.get((types[subject], types[target]))
            if predicate is not None:
                found.add(ordered(Triple(subject, predicate, target)))
    return frozenset(found)


def make_tail_frequency(setting: Setting) -> System:
    """Return for each relation and side the entities that come there, by how often."""
    counts: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    for item in training(setting):
        counts[item.given.relation, item.given.is_tail_asked][item.gold] += 1
    scores: dict[tuple[str, bool], Scores] = {
        key: {entity: float(n) for entity, n in found.items()} for key, found in counts.items()
    }

    def predict(given: Sequence[Query]) -> list[Scores]:
        return [scores.get((one.relation, one.is_tail_asked), {}) for one in given]

    return System(predict)


def make_naive(setting: Setting) -> System:
    """Return the last value, again and again."""

    def predict(given: Sequence[Past]) -> list[tuple[float, ...]]:
        return [(past.values[-1],) * past.horizon for past in given]

    return System(predict)


def make_mean(setting: Setting) -> System:
    """Return the mean of the past."""

    def predict(given: Sequence[Past]) -> list[tuple[float, ...]]:
        return [(sum(p.values) / len(p.values),) * p.horizon for p in given]

    return System(predict)


def make_drift(setting: Setting) -> System:
    """Return the line through the first and the last value."""

    def predict(given: Sequence[Past]) -> list[tuple[float, ...]]:
        out = []
        for past in given:
            step = (past.values[-1] - past.values[0]) / (len(past.values) - 1)
            out.append(tuple(past.values[-1] + step * (i + 1) for i in range(past.horizon)))
        return out

    return System(predict)
