"""``kgc``: the missing end of a triple.

Given: a ``Query`` (one end, the relation, which end is asked for); ``Data.shared`` is a ``Graph``.
Gold: the missing entity. Guess: scores by entity; those not named come last, together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from onoma.eval.datasets import has_split, paths_of
from onoma.eval.faults import Faults, whole
from onoma.eval.gold_tables import triples
from onoma.eval.parts import Data, Item, Measure, Scored, Source, Task
from onoma.metrics.counts import F64
from onoma.metrics.ranking import Ranks
from onoma.metrics.resampling import mean_of

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Query:
    """A triple without its head or its tail."""

    given: str
    relation: str
    is_tail_asked: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """The entities of all triples and, by query, every entity known to fit."""

    entities: tuple[str, ...]
    known: Mapping[Query, frozenset[str]]


def read_triples(source: Source) -> Data:
    """Return two queries a triple, and the graph of all splits."""
    parts = {split: _triples(source, split) for split in ("train", "dev")}
    here = parts["dev"] if source.row is not None and source.split == "dev" else parts["train"]
    is_held_out = source.row is not None and source.split == "dev"
    known: dict[Query, set[str]] = defaultdict(set)
    entities: dict[str, None] = {}
    for one in [*parts["train"], *parts["dev"]]:
        entities |= {one.text.split("\t")[0]: None, one.text.split("\t")[2]: None}
        known[one.given].add(one.gold)
    graph = Graph(tuple(entities), {query: frozenset(fit) for query, fit in known.items()})
    items = here[: source.limit and 2 * source.limit]
    return Data(items, parts["train"] if is_held_out else None, shared=graph)


def _triples(source: Source, split: str) -> list[Item[Query, str]]:
    """Return the queries of a split; a user's file is the only one."""
    if source.row is None:
        paths: list[Path] = [source.path] if split == "train" else []
    else:
        paths = paths_of(source, split) if has_split(source, split) else []
    out = []
    for path in paths:
        for number, (head, relation, tail) in enumerate(triples(path), 1):
            text = f"{head}\t{relation}\t{tail}"
            name = f"{path.name}:{number}"
            out.append(Item(f"{name}:tail", Query(head, relation, True), tail, text))
            out.append(Item(f"{name}:head", Query(tail, relation, False), head, text))
    return out


def score_completion(data: Data, guesses: Sequence[Scores]) -> Scored:
    """Return filtered MRR (leads) and Hits@k over both directions; ties are shared."""
    graph: Graph = data.shared
    ranks = _ranks(data, guesses)
    measures = [Measure("MRR", mean_of(1.0 / ranks))]
    measures += [Measure(f"Hits@{k}", mean_of((ranks <= k).astype(np.float64))) for k in (1, 3, 10)]
    is_tail = np.array([item.given.is_tail_asked for item in data.items])
    for words, side in (("tails", is_tail), ("heads", ~is_tail)):
        measures.append(Measure(f"MRR, {words}", mean_of(np.where(side, 1.0 / ranks, np.nan))))
    measures.append(Measure("mean rank", mean_of(ranks), False))
    faults = Faults()
    leading: dict[int, str] = {}
    for item, guess, rank in zip(data.items, guesses, ranks.tolist(), strict=True):
        if rank > 10:
            if id(guess) not in leading:
                leading[id(guess)] = _first(guess)
            first = leading[id(guess)]
            asked = "tail" if item.given.is_tail_asked else "head"
            surface = f"{item.given.given} {item.given.relation}"
            faults.add(
                f"{asked} below rank 10", surface, item.gold, first, whole(item.id, item.text)
            )
    notes = (*data.notes, f"{len(graph.entities)} entities; other known answers are left out")
    return Scored(len(ranks), tuple(measures), 1.0 / ranks, faults=faults.sorted(), notes=notes)


def _first(guess: Scores) -> str:
    return max(guess, key=lambda entity: guess[entity], default="")


def _ranks(data: Data, guesses: Sequence[Scores]) -> F64:
    """Return the filtered rank of each gold entity; one guess for many queries is read once."""
    graph: Graph = data.shared
    place = {entity: number for number, entity in enumerate(graph.entities)}
    queries: dict[int, list[int]] = defaultdict(list)
    for number, guess in enumerate(guesses):
        queries[id(guess)].append(number)
    ranks = np.zeros(len(guesses))
    for numbers in queries.values():
        scores: F64 = np.full(len(place), -np.inf)
        for entity, score in guesses[numbers[0]].items():
            if entity in place:
                scores[place[entity]] = score
        ranking = Ranks(scores)
        for number in numbers:
            item = data.items[number]
            known = {place[one] for one in graph.known[item.given] if one != item.gold}
            ranks[number] = ranking.filtered(place[item.gold], known)
    return ranks


def read_guess(value: Any) -> dict[str, float]:
    """Return scores by entity: a JSON object, or a list, best first."""
    if isinstance(value, dict):
        return {str(entity): float(score) for entity, score in value.items()}
    return {str(entity): -float(rank) for rank, entity in enumerate(value)}


KGC = Task(
    "kgc", "the missing end of a triple", "three columns: head, relation, tail", "frequency",
    read_triples, score_completion, read_guess,
)  # fmt: skip
