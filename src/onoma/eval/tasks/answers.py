"""``retrieval`` and ``ranking``: documents found for a query, answers put in order.

``retrieval``: given a query; ``Data.shared`` has the documents searched, by id; gold grades by id;
the guess is ids, best first. ``ranking``: given a query with its candidate answers; gold a grade
for each; the guess their ids, best first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from onoma.errors import BadFile
from onoma.eval.datasets import in_split, paths_of
from onoma.eval.faults import Faults, whole
from onoma.eval.gold_documents import Options
from onoma.eval.gold_tables import Question, mediqa_questions, medquad_pairs
from onoma.eval.parts import Data, Item, Measure, Scored, Source, Task
from onoma.eval.reading import read_items
from onoma.eval.records import as_list, read_records
from onoma.metrics import spearman
from onoma.metrics.ranking import (
    average_precision,
    gains_of,
    ndcg,
    recall_at,
    reciprocal_rank,
    success_at,
)
from onoma.metrics.resampling import mean_of

RELEVANT = 3  # MEDIQA's grades run from 1 (wrong) to 4; 3 and 4 answer the question


@dataclass(frozen=True, slots=True)
class Answer:
    """A candidate answer."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class QueryWithAnswers:
    """A query and the answers to put in order."""

    text: str
    answers: tuple[Answer, ...]


def read_queries(source: Source) -> Data:
    """Return the queries of a source, with all documents that are searched.

    A user's file has two kinds of rows: documents (id, text) and queries (id, query, relevant).
    """
    if source.row is None:
        return _plain_queries(source)
    documents, items = {}, []
    for path in paths_of(source, source.split):
        for one in medquad_pairs(path):
            documents[one.id] = one.answer
            if in_split(one.id.partition("#")[0], source.split):
                items.append(Item(one.id, one.question, {one.id: 1.0}, one.question))
    return Data(items[: source.limit], None, shared=documents)


def _plain_queries(source: Source) -> Data:
    documents, items = {}, []
    for row in read_records(source.path):
        if row.values.get("query"):
            query = row.get("query", str)
            gold = dict.fromkeys(row.get("relevant", as_list), 1.0)
            items.append(Item(row.id, query, gold, query))
        else:
            documents[row.id] = row.get("text", str)
    lost = {one for item in items for one in item.gold} - documents.keys()
    if not items or not documents or lost:
        what = f"no document {min(lost)!r}" if lost else "no query" if documents else "no document"
        raise BadFile(
            f"{source.path}: {what}",
            hint='documents have "id" and "text", queries "id", "query" and "relevant" (ids)',
        )
    return Data(items[: source.limit], None, shared=documents)


def score_retrieval(data: Data, guesses: Sequence[Sequence[str]]) -> Scored:
    """Return nDCG@10 (leads), MRR, MAP and recall; queries are drawn."""
    lists = [gains_of(g, i.gold) for i, g in zip(data.items, guesses, strict=True)]
    sizes = [len(item.gold) for item in data.items]
    grades = [list(item.gold.values()) for item in data.items]
    best = [ndcg(g, a, 10) for g, a in zip(lists, grades, strict=True)]
    sized = list(zip(lists, sizes, strict=True))
    measures = (
        Measure("nDCG@10", mean_of(best)),
        Measure("MRR", mean_of([reciprocal_rank(g) for g in lists])),
        Measure("MAP", mean_of([average_precision(g, n) for g, n in sized])),
        Measure("success@1", mean_of([success_at(g, 1) for g in lists])),
        Measure("recall@10", mean_of([recall_at(g, n, 10) for g, n in sized])),
        Measure("recall@100", mean_of([recall_at(g, n, 100) for g, n in sized])),
    )
    faults = Faults()
    for item, guess, gains in zip(data.items, guesses, lists, strict=True):
        if not success_at(gains, 1):
            found = "found lower" if reciprocal_rank(gains) else "not found"
            first = guess[0] if guess else ""
            faults.add(found, item.text, " ".join(item.gold), first, whole(item.id, item.text))
    return Scored(len(lists), measures, np.array(best), faults=faults.sorted(), notes=data.notes)


def read_mediqa(path: Path, options: Options) -> Iterator[Item[Any, Any]]:
    """Yield the questions of MEDIQA 2019 with graded answers."""
    for one in mediqa_questions(path):
        yield _question_item(one)


def _question_item(one: Question) -> Item[QueryWithAnswers, dict[str, float]]:
    answers = tuple(Answer(a.id, a.text) for a in one.answers)
    grades = {a.id: float(a.grade) for a in one.answers}
    return Item(one.id, QueryWithAnswers(one.text, answers), grades, one.text)


def read_plain_ranking(path: Path, options: Options) -> Iterator[Item[Any, Any]]:
    """Yield the rows of a user's file: query, answers (a list of texts), grades (a list)."""
    for row in read_records(path):
        texts = row.get("answers", as_list)
        grades = [float(one) for one in row.get("grades", as_list)]
        if len(grades) != len(texts):
            raise BadFile(
                f"{row.place}, line {row.number}: {len(grades)} grades, {len(texts)} answers"
            )
        answers = tuple(Answer(str(i), text) for i, text in enumerate(texts))
        query = row.get("query", str)
        gold = {a.id: g for a, g in zip(answers, grades, strict=True)}
        yield Item(row.id, QueryWithAnswers(query, answers), gold, query)


def score_ranking(data: Data, guesses: Sequence[Sequence[str]]) -> Scored:
    """Return how well answers are ordered.

    A query without a relevant answer counts in nDCG and Spearman alone.
    """
    best, orders = [], []
    values: dict[str, list[float]] = {"MRR": [], "MAP": [], "precision@1": []}
    faults = Faults()
    for item, guess in zip(data.items, guesses, strict=True):
        order = [*guess, *(one for one in item.gold if one not in set(guess))]
        gains = gains_of(order, item.gold)
        relevant: Mapping[str, float] = {k: 1.0 for k, g in item.gold.items() if g >= RELEVANT}
        hits = gains_of(order, relevant)
        best.append(ndcg(gains, list(item.gold.values()), 10))
        places = [-order.index(one) for one in item.gold]
        orders.append(spearman(list(item.gold.values()), places).value)
        is_there = bool(relevant)
        values["MRR"].append(reciprocal_rank(hits) if is_there else np.nan)
        values["MAP"].append(average_precision(hits, len(relevant)) if is_there else np.nan)
        values["precision@1"].append(success_at(hits, 1) if is_there else np.nan)
        if is_there and not success_at(hits, 1):
            text = {a.id: a.text for a in item.given.answers}
            right = next(one for one in order if one in relevant)
            faults.add(
                "wrong one first", item.text, text[right][:80], text[order[0]][:80],
                whole(item.id, item.text),
            )  # fmt: skip
    measures = [Measure("nDCG@10", mean_of(best))]
    measures += [Measure(name, mean_of(given)) for name, given in values.items()]
    measures.append(Measure("Spearman, mean over queries", mean_of(orders), False))
    return Scored(
        len(best), tuple(measures), np.array(best), faults=faults.sorted(), notes=data.notes
    )


def _read_ranking(source: Source) -> Data:
    return read_items(source, {"mediqa-qa": read_mediqa}, read_plain_ranking)


def _read_ids(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value)


RETRIEVAL = Task(
    "retrieval", "documents found for a query",
    "rows of documents (id, text) and of queries (id, query, relevant)", "bm25", read_queries,
    score_retrieval, _read_ids,
)  # fmt: skip
RANKING = Task(
    "ranking", "answers to a question put in order", "query, answers, grades (1 to 4)", "tfidf",
    _read_ranking, score_ranking, _read_ids,
)  # fmt: skip
