"""``relation``: statements that a document makes of its concepts.

Given: a ``GoldDocument`` with its mentions and concepts but without relations. Gold and guess: a
set of ``Triple``; the order of its ends counts for the predicates that have a direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from onoma.eval.faults import Faults, whole
from onoma.eval.gold_documents import GoldDocument, Triple
from onoma.eval.parts import Data, Item, Measure, Row, Scored, Source, Task
from onoma.eval.reading import read_documents, training_split, views_of
from onoma.metrics.counts import f1, score, set_counts
from onoma.metrics.resampling import f1_of, macro_f1_of, precision_of, recall_of

RelationItem = Item[GoldDocument, frozenset[Triple]]
DIRECTED = frozenset({"CID", "causes", "Cause"})
"""Predicates whose subject and object are not to be exchanged."""


def read_relations(source: Source) -> Data:
    """Return the documents of a source with the relations between their concepts."""
    found = read_documents(source)
    split = training_split(source)
    train = None if split is None else [_item(one) for one in read_documents(source, split)]
    return Data([_item(one) for one in found], train, views_of(source, found))


def _item(one: GoldDocument) -> RelationItem:
    given = GoldDocument(one.document, one.mentions)
    gold = frozenset(map(ordered, one.relations))
    return Item(one.document.id, given, gold, one.document.text)


def ordered(one: Triple) -> Triple:
    """Return a triple with its ends sorted unless its predicate has a direction."""
    if one.predicate in DIRECTED or one.subject <= one.object:
        return one
    return Triple(one.object, one.predicate, one.subject, one.novelty)


def score_relations(data: Data, guesses: Sequence[frozenset[Triple]]) -> Scored:
    """Return the scores of triples, of their pairs whatever the predicate, and with novelty.

    Novelty is scored where the gold says it (BioRED).
    """
    gold = [item.gold for item in data.items]
    named = [frozenset(map(ordered, guess)) for guess in guesses]
    predicates = sorted({t.predicate for one in [*gold, *named] for t in one})
    counts = np.zeros((len(gold), max(1, len(predicates)), 4), np.int64)
    for row, (want, got) in enumerate(zip(gold, named, strict=True)):
        for column, name in enumerate(predicates):
            sides = [frozenset(t for t in s if t.predicate == name) for s in (want, got)]
            counts[row, column] = set_counts(sides[0], sides[1])
    total = counts.sum(axis=1)
    pairs = np.stack([set_counts(_pairs(g), _pairs(p)) for g, p in zip(gold, named, strict=True)])
    faults = Faults()
    for item, guess in zip(data.items, named, strict=True):
        names = {c: m.text for m in item.given.mentions for c in m.concepts}
        for kind, triples in (("missed", item.gold - guess), ("spurious", guess - item.gold)):
            for t in sorted(triples):
                shown = f"{names.get(t.subject, '?')} / {names.get(t.object, '?')}"
                answer = f"{t.predicate} {t.subject} {t.object}"
                answers = (answer, "") if kind == "missed" else ("", answer)
                faults.add(f"{kind}: {t.predicate}", shown, *answers, whole(item.id, item.text))
    measures: tuple[Measure, ...] = (
        Measure("F1", f1_of(total)),
        Measure("precision", precision_of(total)),
        Measure("recall", recall_of(total)),
        Measure("macro F1 over predicates", macro_f1_of(counts)),
        Measure("F1 of pairs, predicate aside", f1_of(pairs)),
    )
    if any(triple.novelty for one in gold for triple in one):
        whole_ones = np.stack(
            [
                set_counts(_with_novelty(g), _with_novelty(p))
                for g, p in zip(gold, named, strict=True)
            ]
        )
        measures = (*measures, Measure("F1 with novelty", f1_of(whole_ones)))
    rows = tuple(Row(n, score(counts[:, i].sum(axis=0))) for i, n in enumerate(predicates))
    return Scored(len(gold), measures, f1(total), rows, faults.sorted(), notes=data.notes)


def _pairs(triples: frozenset[Triple]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset((t.subject, t.object)) for t in triples)


def _with_novelty(triples: frozenset[Triple]) -> frozenset[tuple[Triple, str]]:
    return frozenset((one, one.novelty) for one in triples)


def read_guess(value: Any) -> frozenset[Triple]:
    """Return the triples of a JSON list of lists: subject, predicate, object."""
    return frozenset(Triple(*map(str, one)) for one in value)


RELATION = Task(
    "relation", "statements of a document about its concepts",
    "documents with relations: PubTator, BioC, brat", "cooccurrence", read_relations,
    score_relations, read_guess,
)  # fmt: skip
