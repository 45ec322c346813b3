"""Pair queries: documents that relate two concepts, against all that name both.

    python bench/pairs.py --data DATA [--fit] [--out bench/results/pairs.md] [--cache FOLDER]

``DATA`` holds the folders ``biored`` and ``bc5cdr`` with their PubTator files. Documents are
annotated by the dictionary and put into a library, as a user's are; the gold mentions are not
used, the gold relations are the truth. A query is a gold pair, or concepts above the two; relevant
are the documents with a gold relation between anything below them. Weights are fitted (``--fit``)
and tuned on the training parts alone, less every document that is in a development part; figures
are of the development parts. Intervals are drawn over the left concepts of the queries.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tantivy

from onoma.corpus import Corpus
from onoma.formats import read_pubtator_gold
from onoma.metrics.resampling import bootstrap, compare, mean_of
from onoma.pipeline.annotator import Settings
from onoma.search.ancestry import Ancestry
from onoma.search.library import Library
from onoma.search.pair_features import NAMES, together
from onoma.search.pairs import PairSearch, PairWeights, pair_weights
from onoma.search.query.compile import compile_query
from onoma.search.query.tree import And, ConceptTerm
from onoma.search.query.words import asked
from onoma.search.texts import Shown
from report import Table, write_tables

F64 = npt.NDArray[np.float64]
FILES = {
    ("BioRED", "train"): ("biored", "Train.PubTator.gz"),
    ("BioRED", "dev"): ("biored", "Dev.PubTator.gz"),
    ("CID", "train"): ("bc5cdr", "CDR_TrainingSet.PubTator.txt.gz"),
    ("CID", "dev"): ("bc5cdr", "CDR_DevelopmentSet.PubTator.txt.gz"),
}
CORPORA = ("CID", "BioRED")
MOST_QUERIES = 400
FEWEST = 21  # documents that name both, for a query of which twenty are looked at
K = 20


@dataclass(slots=True)
class Part:
    """A part of a corpus: its library and the gold pairs of each document, as CURIEs."""

    name: str
    library: Library
    gold: dict[str, set[tuple[str, str]]]
    above: dict[str, frozenset[str]] = field(default_factory=dict)
    naming: dict[str, set[str]] = field(default_factory=dict)


def read_part(data: Path, name: str, which: str, without: set[str], folder: Path) -> Part:
    """Return a part in a library of its own, without some documents."""
    sub, file = FILES[name, which]
    with gzip.open(data / sub / file) as stream:
        found = [one for one in read_pubtator_gold(stream, file) if one.error is None]
    found = [one for one in found if one.id not in without]
    place = folder / f"{name}-{which}"
    if not (place / "manifest.json").exists():
        shutil.rmtree(place, ignore_errors=True)
        corpus = Corpus.create(place, settings=Settings(mode="dictionary"))
        corpus.add([one.document for one in found])
    library = Library(Corpus.open(place))
    gold: dict[str, set[tuple[str, str]]] = {}
    for one in found:
        for relation in one.relations:
            ends = [curie_of(library, argument.target) for argument in relation.arguments]
            if len(ends) == 2 and ends[0] and ends[1] and ends[0] != ends[1]:
                gold.setdefault(one.id, set()).add((ends[0], ends[1]))
    part = Part(name, library, gold)
    ancestry = Ancestry(library.pipeline.store)
    shown = everything(library)
    curies = {end for pairs in gold.values() for pair in pairs for end in pair}
    curies |= {mark.curie for one in shown for mark in one.marks}
    for curie, tokens in zip(curies, ancestry.tokens(list(curies)), strict=True):
        part.above[curie] = frozenset(ancestry.names[token] for token in tokens.tolist())
    for one in shown:
        for token in frozenset().union(*(part.above[mark.curie] for mark in one.marks)):
            part.naming.setdefault(token, set()).add(one.document.id)
    return part


def everything(library: Library) -> list[Shown]:
    """Return all documents of a library."""
    found = library.searcher.search(asked().all_query(), max(len(library), 1))
    addresses = [address for _, address in found.hits]
    keys = library.searcher.fast_field_values("key", addresses)
    return library.texts.take(sorted(int(key or 0) for key in keys))


def curie_of(library: Library, target: str) -> str:
    """Return the concept of a gold id, nothing where the vocabulary has none."""
    first = target.split(",")[0].split("|")[0]
    curie = f"NCBIGene:{first}" if first.isdigit() else f"MESH:{first}"
    meaning = library.meanings.concept(curie) if first[1:].isdigit() else None
    return meaning.curie if meaning is not None else ""


# -- fitting -----------------------------------------------------------------------------------


def examples(part: Part) -> Iterator[tuple[str, F64, bool, float]]:
    """Yield (document, features, related, weight) for the documents of queries of a part."""
    specific, wide = queries_of(part, random.Random(11))  # noqa: S311
    library = part.library
    for query in (*wide, *(one for one in specific if total(part, one) > 1)):
        found = library.searcher.search(compiled(part, query), len(library))
        addresses = [address for _, address in found.hits]
        keys = [int(key or 0) for key in library.searcher.fast_field_values("key", addresses)]
        ours, theirs = (library.texts.below(end) for end in (query.left, query.right))
        best = found.hits[0][0]
        for (score, _), shown in zip(found.hits, library.texts.take(keys), strict=True):
            what = together(shown, ours, theirs, standing=score / best)
            if what is not None:
                id_ = shown.document.id
                yield id_, what.features, id_ in query.relevant, 1 / len(keys)


def fit(parts: Sequence[Part], path: Path) -> None:
    """Fit the weights on training parts and write them; the strength is chosen by documents."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score
    from sklearn.model_selection import GroupKFold

    rows = [row for part in parts for row in examples(part)]
    groups = [row[0] for row in rows]
    x, y = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    weight = np.array([row[3] for row in rows])
    weight *= len(weight) / weight.sum()
    print(f"{len(rows)} pairs, {y.sum()} related, {len(set(groups))} documents")
    best = (0.0, 1.0)
    for strength in (0.01, 0.1, 1.0, 10.0):
        scores = np.zeros(len(y))
        for train, test in GroupKFold(5).split(x, y, groups):
            model = LogisticRegression(C=strength, max_iter=2000).fit(
                x[train], y[train], weight[train]
            )
            scores[test] = model.decision_function(x[test])
        value = float(average_precision_score(y, scores, sample_weight=weight))
        print(f"C {strength}: average precision {value:.4f}")
        best = max(best, (value, strength))
    model = LogisticRegression(C=best[1], max_iter=2000).fit(x, y, weight)
    said = {
        "about": "does a document relate two concepts: a logistic regression over pair_features",
        "made_by": "python bench/pairs.py --fit",
        "data": "BioRED train, BC5CDR train, less the documents of their development parts",
        "licence": "both free to use (NCBI); the weights: Apache-2.0",
        "documents": len(set(groups)),
        "pairs": len(rows),
        "strength": best[1],
        "average_precision_5_fold": round(best[0], 4),
        "bias": round(float(model.intercept_[0]), 4),
        "weights": {
            name: round(float(w), 4) for name, w in zip(NAMES, model.coef_[0], strict=True)
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(said["weights"]))


# -- measuring -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """Two concepts, and the ids of the documents that relate anything below them."""

    left: str
    right: str
    relevant: frozenset[str]


def queries_of(part: Part, rng: random.Random) -> tuple[list[Query], list[Query]]:
    """Return the gold pairs as queries, and pairs above them that many documents name."""
    specific: dict[tuple[str, str], Query] = {}
    wide: dict[tuple[frozenset[str], str], Query] = {}
    pairs = sorted({pair for own in part.gold.values() for pair in own})
    for left, right in pairs:
        specific.setdefault((left, right), query_of(part, left, right))
        for a, b in itertools.product(sorted(part.above[left]), sorted(part.above[right])):
            if (a, b) != (left, right) and not part.above[left] & {b} and a != b:
                wide.setdefault((frozenset((a, b)), ""), Query(a, b, frozenset()))
    drawn = list(wide.values())
    rng.shuffle(drawn)
    chosen: dict[frozenset[str], Query] = {}
    for one in drawn:
        if len(chosen) >= MOST_QUERIES:
            break
        if FEWEST <= total(part, one) <= 0.6 * len(part.library) and not same(part, one):
            query = query_of(part, one.left, one.right)
            chosen.setdefault(query.relevant, query)
    return [one for one in specific.values() if not same(part, one)], list(chosen.values())


def same(part: Part, query: Query) -> bool:
    """Return whether both ends are one concept, by another vocabulary's word."""
    meaning = part.library.meanings.concept(query.left)
    return meaning is None or query.right in meaning.same


def query_of(part: Part, left: str, right: str) -> Query:
    """Return a query with the documents that answer it."""
    above = part.above
    relevant = frozenset(
        id_
        for id_, pairs in part.gold.items()
        for a, b in pairs
        if (left in above[a] and right in above[b]) or (left in above[b] and right in above[a])
    )
    return Query(left, right, relevant)


def total(part: Part, query: Query) -> int:
    """Return how many documents name both."""
    return len(part.naming.get(query.left, set()) & part.naming.get(query.right, set()))


def compiled(part: Part, query: Query) -> tantivy.Query:
    """Return the plain AND of both concepts."""
    tree = And((ConceptTerm(query.left), ConceptTerm(query.right)))
    return compile_query(tree, part.library.searcher, part.library.meanings)


def by_and(part: Part, query: Query, *, ranked: bool) -> list[str]:
    """Return all that name both, by the engine's rank or in the order of the log."""
    library = part.library
    hits = library.searcher.search(compiled(part, query), len(library)).hits
    keys = library.searcher.fast_field_values("key", [address for _, address in hits])
    order = [int(key or 0) for key in keys]
    shown = library.texts.take(order if ranked else sorted(order))
    return [one.document.id for one in shown]


def by_pairs(part: Part, query: Query, weights: PairWeights) -> list[str]:
    """Return the documents as the pair search ranks them."""
    library = part.library
    search = PairSearch(library.searcher, library.meanings, library.texts, weights)
    found = search.search(query.left, query.right, k=max(len(library), 1))
    return [hit.id for hit in found.hits]


def measures(ids: Sequence[str], relevant: frozenset[str]) -> list[float]:
    """Return precision and recall of the first twenty, average precision, recall of all."""
    hits = np.array([id_ in relevant for id_ in ids], float)
    first = hits[:K].sum()
    cumulated = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    average = float((cumulated * hits).sum() / len(relevant))
    shown = max(min(K, len(ids)), 1)
    return [first / shown, first / len(relevant), average, hits.sum() / len(relevant)]


HEADS = ("P@20", "R@20", "average precision", "recall of all")


def measure(
    part: Part, queries: Sequence[Query], words: str, table: Table, weights: PairWeights
) -> None:
    """Add the rows of a set of queries: each system with intervals, and the difference."""
    if not queries:
        return
    systems = {
        "plain AND, in the order of the log": [by_and(part, q, ranked=False) for q in queries],
        "plain AND, by BM25 of the concepts": [by_and(part, q, ranked=True) for q in queries],
        "pairs": [by_pairs(part, q, weights) for q in queries],
    }
    systems["the best possible order of these"] = [
        sorted(ids, key=lambda id_, query=query: id_ not in query.relevant)
        for ids, query in zip(systems["pairs"], queries, strict=True)
    ]
    lefts = sorted({query.left for query in queries})
    values: dict[str, F64] = {}
    for name, lists in systems.items():
        rows = np.array(
            [measures(ids, query.relevant) for ids, query in zip(lists, queries, strict=True)]
        )
        values[name] = np.array(
            [
                rows[[place for place, query in enumerate(queries) if query.left == left]].mean(0)
                for left in lefts
            ]
        )
        found = bootstrap(
            {head: mean_of(values[name][:, place]) for place, head in enumerate(HEADS)},
            len(lefts),
            rng=np.random.default_rng(7),
        )
        cells = [
            f"{100 * one.value:.1f} ({100 * one.low:.1f}-{100 * one.high:.1f})"
            for one in map(found.__getitem__, HEADS)
        ]
        table.add([f"{part.name}: {words}", name, str(len(queries)), *cells], show=True)
    best = "plain AND, by BM25 of the concepts"
    told = []
    for place, head in enumerate(HEADS[:3]):
        ours, theirs = values["pairs"][:, place], values[best][:, place]
        gap = compare(
            mean_of(ours), mean_of(theirs), len(lefts), decisions=np.stack([ours, theirs]),
            rng=np.random.default_rng(7),
        ).difference  # fmt: skip
        told.append(
            f"{head} {100 * gap.value:+.1f} ({100 * gap.low:+.1f} to {100 * gap.high:+.1f})"
        )
    table.notes.append(f"{part.name}, {words}: pairs less AND by BM25: {', '.join(told)}.")


def main() -> None:
    """Fit where asked, measure, write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--fit", action="store_true")
    options.add_argument("--train", action="store_true", help="measure on the training parts")
    options.add_argument("--cache", type=Path)
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.cache or Path(made)
        dev = {name: read_part(given.data, name, "dev", set(), folder) for name in CORPORA}
        if given.fit or given.train:
            held = {one.document.id for part in dev.values() for one in everything(part.library)}
            train = {name: read_part(given.data, name, "train", held, folder) for name in CORPORA}
        if given.fit:
            home = Path(__file__).parents[1] / "src" / "onoma" / "data" / "search" / "pairs.json"
            fit(list(train.values()), home)
            pair_weights.cache_clear()
        table = Table(
            "Documents that relate two concepts", ["queries", "system", "n", *HEADS], left=2
        )
        for part in (train if given.train else dev).values():
            specific, wide = queries_of(part, random.Random(7))  # noqa: S311
            measure(part, wide, "pairs that over twenty documents name", table, pair_weights())
            several = [query for query in specific if total(part, query) > 1]
            measure(part, several, "gold pairs that two or more name", table, pair_weights())
    if given.out:
        write_tables([table], given.out, sys.argv)
    for note in table.notes:
        print(note)


if __name__ == "__main__":
    main()
