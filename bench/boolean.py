"""Boolean queries drafted from a review's title, over the records of drug reviews (Cohen et al.).

All topics' records are one corpus, with their assigned headings. For each topic a title of our own
is drafted; relevant are the records that the review included. Measured: what words alone find, with
the headings that the title names, with suggested ones; then the draft put right by a few seeds (the
changes of ``checking``, the cut of ``refining``), measured on the included records that are no
seeds, beside the unchanged draft on the same ones.

    python bench/boolean.py [--data ../shared/data/cohen-screening] [--corpus DIR] [--seeds 5]
        [--out bench/results/boolean.md]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import onoma
from onoma.corpus import Corpus
from onoma.metrics.resampling import bootstrap, mean_of
from onoma.search.library import Library
from onoma.search.mesh.checking import changed, check
from onoma.search.mesh.draft import Draft, draft
from onoma.search.mesh.methods import Means
from onoma.search.mesh.refining import refine
from onoma.search.mesh.searched import LibrarySearched
from onoma.search.mesh.suggest import open_means
from onoma.search.query.tree import Node
from onoma.types import Document, Passage
from report import Table, figure, write_tables

DATA = Path("../shared/data/cohen-screening")
TITLES = {
    "ADHD": "Drug treatment of attention deficit hyperactivity disorder",
    "Antihistamines": "Antihistamines for allergic rhinitis and urticaria",
    "AtypicalAntipsychotics": "Atypical antipsychotics for schizophrenia and bipolar disorder",
    "BetaBlockers": "Beta blockers for hypertension, angina, heart failure and arrhythmia",
    "CalciumChannelBlockers": "Calcium channel blockers for hypertension, angina and arrhythmia",
    "Estrogens": "Estrogens for menopausal symptoms and osteoporosis",
    "NSAIDS": "Nonsteroidal anti-inflammatory drugs for osteoarthritis and rheumatoid arthritis",
}
DRAWS = 3  # times that seeds are drawn
MEASURES = ("words", "with named headings", "with suggested headings")
SEEDED = ("draft, other records", "put right by seeds", "and refined by seeds")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a query finds of the records that count."""

    records: int
    recall: float
    precision: float


def read(data: Path) -> tuple[list[Document], dict[str, list[str]]]:
    """Return all records, each once, and the ids that each topic's review included."""
    documents: dict[str, Document] = {}
    included: dict[str, list[str]] = {}
    for topic in TITLES:
        with gzip.open(data / f"{topic}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                documents.setdefault(row["pubmedID"], _document(row))
                if row["label_included"] == "1":
                    included.setdefault(topic, []).append(row["pubmedID"])
    return list(documents.values()), included


def _document(row: dict[str, str]) -> Document:
    title, abstract = row["title"], row["abstract"]
    text = f"{title}\n{abstract}"
    passages = (Passage(0, len(title), "title"), Passage(len(title) + 1, len(text), "abstract"))
    headings = tuple(("mesh", one.strip()) for one in row["keywords"].split(";") if one.strip())
    own = passages if abstract else passages[:1]
    return Document(row["pubmedID"], text if abstract else title, own, metadata=headings)


def open_library(folder: Path, documents: list[Document]) -> Library:
    """Return the library in a folder, made first if need be."""
    if (folder / "manifest.json").is_file():
        return Library(Corpus.open(folder))
    library = Library(Corpus.create(folder))
    library.add(documents)
    return library


def effect(found: frozenset[int], wanted: frozenset[int], aside: frozenset[int]) -> Effect:
    """Return what a query finds of the wanted records; those aside (seeds) do not count."""
    own = found - aside
    right = len(own & wanted)
    return Effect(len(own), right / len(wanted), right / max(len(own), 1))


def variants(made: Draft) -> dict[str, Node]:
    """Return the query of a draft with words alone, with named headings, with suggested ones."""
    bare = tuple(replace(one, named=(), suggested=()) for one in made.blocks)
    named = tuple(replace(one, suggested=()) for one in made.blocks)
    parts = (replace(made, blocks=bare), replace(made, blocks=named), made)
    return {name: part.query() for name, part in zip(MEASURES, parts, strict=True)}


def seeded(
    query: Node, ids: list[str], searched: LibrarySearched, means: Means, *, seeds: int
) -> Iterator[dict[str, Effect]]:
    """Yield for each draw of seeds the effect of the draft and of its changes on the rest."""
    known = searched.known(ids)
    for draw in range(DRAWS):
        chosen = np.random.default_rng(draw).permutation(sorted(known))[:seeds].tolist()
        aside = frozenset(known[one] for one in chosen)
        wanted = frozenset(known.values()) - aside
        right = changed(query, check(query, chosen, searched, means).changes)
        best = refine(right, searched, means, relevant=chosen).best.query
        yield {
            name: effect(searched.keys(tree), wanted, aside)
            for name, tree in zip(SEEDED, (query, right, best), strict=True)
        }


def measure(library: Library, included: dict[str, list[str]], seeds: int) -> list[Table]:
    """Return the table by topic and the means."""
    searched, means = LibrarySearched(library), open_means()
    pipeline = onoma.load(ids=["MESH"], mode="dictionary")
    every = Table(
        f"Queries drafted from titles, {len(library):,} records",
        ["topic", "query", "records", "recall", "precision"],
        left=2,
    )
    found: dict[str, list[Effect]] = {}
    for topic, title in TITLES.items():
        made = draft(title, pipeline, means)
        wanted = frozenset(searched.known(included[topic]).values())
        queries = variants(made)
        own = {name: effect(searched.keys(tree), wanted, frozenset())
               for name, tree in queries.items()}  # fmt: skip
        draws = list(seeded(queries[MEASURES[-1]], included[topic], searched, means, seeds=seeds))
        own |= {name: _mean([one[name] for one in draws]) for name in SEEDED}
        for name, one in own.items():
            found.setdefault(name, []).append(one)
            every.add(
                [topic, name, f"{one.records:,}", figure(one.recall), figure(one.precision)],
                show=True,
            )
    every.note(
        f"Included records: {', '.join(f'{t} {len(ids)}' for t, ids in included.items())}. Seeds: "
        f"{seeds} included records, {DRAWS} draws, mean; the last three rows count the others."
    )
    return [_means(found), every]


def _mean(effects: list[Effect]) -> Effect:
    records = round(np.mean([one.records for one in effects]))
    recall = float(np.mean([one.recall for one in effects]))
    return Effect(records, recall, float(np.mean([one.precision for one in effects])))


def _means(found: dict[str, list[Effect]]) -> Table:
    table = Table(
        "Means over the topics", ["query", "records", "recall", "interval", "precision", "interval"]
    )
    for name, effects in found.items():
        values = {"recall": mean_of([one.recall for one in effects]),
                  "precision": mean_of([one.precision for one in effects])}  # fmt: skip
        bounds = bootstrap(values, len(effects), rng=np.random.default_rng(1))
        cells = [name, f"{np.mean([one.records for one in effects]):,.0f}"]
        for one in bounds.values():
            cells += [figure(one.value), f"{figure(one.low)}-{figure(one.high)}"]
        table.add(cells)
    return table


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--corpus", type=Path, help="Where the corpus is kept for another run.")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    documents, included = read(given.data)
    with tempfile.TemporaryDirectory() as made:
        library = open_library(given.corpus or Path(made) / "cohen", documents)
        tables = measure(library, included, given.seeds)
    print(tables[0].markdown())
    if given.out:
        write_tables(tables, given.out, sys.argv)


if __name__ == "__main__":
    main()
