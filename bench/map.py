"""The areas of a map against k-means on TF-IDF: how well they agree with labels that people gave.

Two collections: abstracts with hallmarks of cancer (``hoc``; the hallmark of most of an abstract's
sentences) and abstracts with MeSH headings (``pubmedqa``; the branch of diseases that most of a
record's headings stand in). Documents with no label, or with two that tie, are left out, and
branches of fewer than ten. Each system gets the texts and the number of labels, and returns as
many clusters. The map's settings (what goes up the hierarchy, dimensions) were chosen on a third of
``hoc`` (by a hash of the identifier); the rest and all of ``pubmedqa`` are reported.

Measures: normalised mutual information (arithmetic mean: the V-measure) and the adjusted Rand
index, means over five seeds; intervals are a bootstrap over documents, shared by systems and seeds.

    python bench/map.py [--part test] [--out bench/results/map.md]
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

import onoma
from corpora import read_tar, shared_file
from onoma.encode import load_encoder
from onoma.metrics.clusters import adjusted_rand, shared_information
from onoma.metrics.resampling import bootstrap, drawn
from onoma.ontology import open_core
from onoma.ontology.store import ConceptStore
from onoma.report.content import Content
from onoma.report.map import FieldMap
from onoma.types import Document, Passage
from report import Table, figure, write_tables

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
SEEDS = 5
SAMPLES = 300
FEWEST = 10  # documents of a branch
OURS = "Onoma's map: areas"
MAIN = "k-means on TF-IDF"


@dataclass(frozen=True)
class Labelled:
    """Documents, each with a label."""

    name: str
    documents: tuple[Document, ...]
    labels: tuple[str, ...]

    @property
    def texts(self) -> list[str]:
        """The texts."""
        return [one.text for one in self.documents]


def leader(counts: Counter[str]) -> str:
    """Return the label that leads, empty where none does."""
    first = counts.most_common(2)
    return first[0][0] if first and (len(first) == 1 or first[0][1] > first[1][1]) else ""


def hallmarks(part: str) -> Labelled:
    """Return abstracts with their leading hallmark."""
    files = read_tar("data/hoc/hoc-60pct.tar.xz")
    documents, labels = [], []
    for name in sorted(one for one in files if one.startswith("text/")):
        identifier = Path(name).stem
        said = files[f"labels/{identifier}.txt"].decode()
        tops = Counter(
            top
            for sentence in said.split("<")
            for top in {one.split("--")[0].strip() for one in sentence.split("AND")}
        )
        label = leader(Counter({top: n for top, n in tops.items() if top not in ("", "NULL")}))
        is_dev = int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % 3 == 0
        if label and is_dev == (part == "dev"):
            documents.append(Document(identifier, files[name].decode()))
            labels.append(label)
    return Labelled("hallmarks of cancer", tuple(documents), tuple(labels))


def branches(store: ConceptStore) -> Labelled:
    """Return abstracts with the branch of diseases that their MeSH headings stand in most."""
    path = shared_file("data/pubmedqa/ori_pqal.nontest.json.gz")
    records = json.loads(gzip.decompress(path.read_bytes()))
    found = []
    for identifier, record in records.items():
        tops = Counter(top for heading in record["MESHES"] for top in tops_of(heading, store))
        title = record["QUESTION"]
        text = f"{title}\n{' '.join(record['CONTEXTS'])} {record['LONG_ANSWER']}"
        parts = (Passage(0, len(title), "title"), Passage(len(title) + 1, len(text), "abstract"))
        found.append((Document(identifier, text, parts), leader(tops)))
    size = Counter(label for _, label in found)
    kept = [(one, label) for one, label in found if label and size[label] >= FEWEST]
    documents, labels = zip(*kept, strict=True)
    return Labelled("MeSH branches of diseases", documents, labels)


def tops_of(heading: str, store: ConceptStore) -> Iterator[str]:
    """Yield the disease branches (first level of MeSH's tree C, mental disorders) of a heading."""
    own = [one for one in store.concepts_named(heading) if one.startswith("MESH:")][:1]
    for curie in own:
        for one in (curie, *store.ancestors(curie)):
            row = store.row_of(one)
            parents = store.curies.take(store.parents.of(row).tolist())
            label = store.labels[row]
            is_top = one.startswith("MESH:") and not any(p.startswith("MESH:") for p in parents)
            if is_top and ("Diseases" in label or label in BESIDES):
                yield label


BESIDES = ("Neoplasms", "Infections", "Mental Disorders", "Wounds and Injuries")


@lru_cache(maxsize=4)
def tfidf(task: Labelled) -> npt.NDArray[np.object_]:
    """Return TF-IDF rows (English stop words out, words of two documents or more)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2, max_df=0.5)
    return made.fit_transform(task.texts)  # type: ignore[no-any-return]


def kmeans(rows: object, number: int, seed: int) -> I64:
    """Return k-means clusters, the best of ten beginnings."""
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(number, n_init=10, random_state=seed).fit_predict(rows))


def by_words(task: Labelled, number: int, seed: int) -> I64:
    """Return k-means on TF-IDF."""
    return kmeans(tfidf(task), number, seed)


def by_latent_words(task: Labelled, number: int, seed: int) -> I64:
    """Return k-means on the leading singular vectors of TF-IDF, as many as the map has."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    return kmeans(
        normalize(TruncatedSVD(20, random_state=seed).fit_transform(tfidf(task))), number, seed
    )


@lru_cache(maxsize=4)
def encoded(task: Labelled) -> F64:
    """Return the shipped encoder's vectors."""
    return np.asarray(load_encoder().encode(task.texts), np.float64)


def by_encoder(task: Labelled, number: int, seed: int) -> I64:
    """Return k-means on the encoder's vectors."""
    return kmeans(encoded(task), number, seed)


@lru_cache(maxsize=4)
def content(task: Labelled) -> Content:
    """Return what the dictionary finds in the documents."""
    found = Content()
    for one in onoma.load(mode="dictionary").pipe(task.documents):
        found.add(one)
    return found


def by_concepts(task: Labelled, number: int, seed: int) -> I64:
    """Return k-means on the map's vectors."""
    return kmeans(content(task).weighed(open_core()).vectors(seed=seed), number, seed)


def by_map(task: Labelled, number: int, seed: int) -> I64:
    """Return the areas of the map; a document that is not on it is a cluster of none."""
    own = content(task)
    found = FieldMap.made(own, own.weighed(open_core()), areas=number, seed=seed)
    out = np.zeros(len(task.documents), np.int64)
    out[found.rows] = found.area[found.found.cell]
    return out


SYSTEMS: dict[str, Callable[[Labelled, int, int], I64]] = {
    MAIN: by_words,
    "k-means on TF-IDF, 20 singular vectors": by_latent_words,
    "k-means on encoder vectors": by_encoder,
    "k-means on Onoma's concept vectors": by_concepts,
    OURS: by_map,
}


def measured(task: Labelled) -> Table:
    """Return the table of a collection."""
    number = len(set(task.labels))
    gold = np.unique(task.labels, return_inverse=True)[1]
    table = Table(
        f"{task.name}: {len(gold)} documents, {number} labels",
        ("system", "NMI", "95 %", "ARI", "map's NMI above, 95 %"),
    )
    clusters = {
        name: [system(task, number, seed) for seed in range(SEEDS)]
        for name, system in SYSTEMS.items()
    }

    def information(own: Sequence[I64], rows: I64) -> float:
        scores = [shared_information(gold[rows].tolist(), one[rows].tolist()).f1 for one in own]
        return float(np.mean(scores))

    ours = clusters[OURS]
    statistics = {name: drawn(lambda rows, own=own: information(own, rows))
                  for name, own in clusters.items()}  # fmt: skip
    for name, own in clusters.items():
        statistics[f"over {name}"] = drawn(
            lambda rows, own=own: information(ours, rows) - information(own, rows)
        )
    found = bootstrap(statistics, len(gold), rng=np.random.default_rng(7), samples=SAMPLES)
    for name, own in clusters.items():
        one, gap = found[name], found[f"over {name}"]
        rand = float(np.mean([adjusted_rand(gold.tolist(), part.tolist()) for part in own]))
        above = f"{figure(gap.value)} ({figure(gap.low)} to {figure(gap.high)})"
        interval = f"{figure(one.low)} to {figure(one.high)}"
        table.add(
            [name, figure(one.value), interval, figure(rand), "" if name == OURS else above],
            show=True,
        )
    return table


def main(arguments: Sequence[str]) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments[1:])
    tasks = [hallmarks(options.part)]
    if options.part == "test":
        tasks.append(branches(open_core()))
    tables = [measured(task) for task in tasks]
    tables[-1].note(
        "Drawn again documents come more than once, which lifts NMI for all systems alike: an "
        "interval may lie above its value. The interval of the difference is the one to read."
    )
    if options.out is not None:
        write_tables(tables, options.out, arguments, ("onoma", "numpy", "scikit-learn"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
