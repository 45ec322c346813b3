"""Reports alike by their concepts, and labelled by them, against words and the encoder.

Radiology reports of Indiana University (``iu-xray-reports``; findings and impression), whose column
Problems names what people indexed: reports are alike that share a problem. Each report asks for the
ten others most like it. A third of the reports (by a hash of their number) chose the settings of
the index; the rest is reported, each part a collection of its own. Measured only: nothing of these
reports is kept or quoted.

Asked and measured apart: reports with a problem (P@10: share one; nDCG@10: by the overlap of the
problems, Jaccard), with a rare one (of at most 1 % of the reports: share a rare one; P@10 is
bounded by how few there are), and normal ones (the others normal too). Systems: TF-IDF cosine
(scikit-learn: English stop words, logarithmic counts), BM25 (k1 1.2, b 0.75), the cosine of the
shipped encoder, concept sets by the core vocabulary, and by the core with the small vocabulary of
chest radiographs in ``docs/files`` (its words are general knowledge of the field, written with the
list of problems known). Intervals are a bootstrap over the reports that ask.

    python bench/concept_sets.py [--part test] [--out bench/results/concept_sets.md]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

import onoma
from corpora import shared_file
from onoma.encode import load_encoder
from onoma.metrics.counts import micro
from onoma.metrics.resampling import Estimate, bootstrap, f1_of, mean_of
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.store import ConceptStore
from onoma.search.asserted import Statements
from onoma.search.concept_sets import ConceptSets
from onoma.search.labels import PRESENT, Labeler
from onoma.types import AnnotatedDocument, Assertion, Document
from report import Table, figure, write_tables

F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NOT_PROBLEMS = frozenset({"normal", "no indexing", "technical quality of image unsatisfactory"})
K = 10
RARE, FEWEST = 0.01, 10  # share of the reports with a rare problem; reports of one that is labelled
LARGE = 50_000
WITH_CHEST = ("core", str(Path(__file__).parents[1] / "docs" / "files" / "chest-radiographs.tsv"))
CORE = ("core",)
OURS = "Onoma: concept sets, core"
OURS_CHEST = "Onoma: concept sets, core and chest vocabulary"


@dataclass(frozen=True)
class Reports:
    """Reports with their problems."""

    documents: tuple[Document, ...]
    problems: tuple[frozenset[str], ...]

    @property
    def texts(self) -> list[str]:
        """The texts."""
        return [one.text for one in self.documents]


def reports(part: str) -> Reports:
    """Return the reports of a part that have a text and were indexed."""
    path = shared_file("data/iu-xray-reports/indiana_reports.csv.gz")
    documents, problems = [], []
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for number, row in enumerate(csv.DictReader(stream)):
            parts = (row["findings"].strip(), row["impression"].strip())
            text = "\n".join(filter(None, parts))
            own = frozenset(one.strip().lower() for one in row["Problems"].split(";"))
            is_dev = int(hashlib.sha256(row["uid"].encode()).hexdigest(), 16) % 3 == 0
            if text and "no indexing" not in own and is_dev == (part == "dev"):
                documents.append(Document(str(number), text))
                problems.append(own)
    return Reports(tuple(documents), tuple(problems))


@lru_cache(maxsize=2)
def annotated(given: Reports, vocabulary: tuple[str, ...]) -> tuple[AnnotatedDocument, ...]:
    """Return what the dictionary finds in the reports."""
    return tuple(onoma.load(vocabulary, mode="dictionary").pipe(given.documents))


def by_tfidf(given: Reports) -> F64:
    """Return the cosines of TF-IDF rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(given.texts)
    return np.asarray((rows @ rows.T).toarray())


def by_bm25(given: Reports) -> F64:
    """Return BM25 of each report for each as a query (each word once)."""
    from sklearn.feature_extraction.text import CountVectorizer

    rows = CountVectorizer().fit_transform(given.texts).astype(np.float64).tocsr()
    n = rows.shape[0]
    found = np.asarray((rows > 0).sum(axis=0)).ravel()
    rare = np.log(1 + (n - found + 0.5) / (found + 0.5))
    length = np.asarray(rows.sum(axis=1)).ravel()
    owner = np.repeat(np.arange(n), np.diff(rows.indptr))
    weights = rows.copy()
    norm = 1.2 * (0.25 + 0.75 * length / length.mean())
    weights.data = rows.data * 2.2 / (rows.data + norm[owner]) * rare[rows.indices]
    asked = rows.copy()
    asked.data[:] = 1
    return np.asarray((asked @ weights.T).toarray())


def by_encoder(given: Reports) -> F64:
    """Return the cosines of the shipped encoder's vectors."""
    rows = load_encoder().encode(given.texts)
    return np.asarray(rows @ rows.T, np.float64)


def by_concepts(given: Reports, vocabulary: tuple[str, ...] = CORE, *, denies: bool = True) -> F64:
    """Return the likeness of the concept sets; without ``denies`` negation is not heard."""
    found = annotated(given, vocabulary)
    if not denies:
        found = tuple(map(deaf, found))
    sets = ConceptSets.build(found, open_vocabulary(vocabulary))
    return np.stack([sets.scores(one) for one in sets.ids])


def deaf(document: AnnotatedDocument) -> AnnotatedDocument:
    """Return a document with every mention affirmed."""
    plain = Assertion()
    return replace(
        document, mentions=tuple(replace(one, assertion_axes=plain) for one in document.mentions)
    )


SYSTEMS: dict[str, Callable[[Reports], F64]] = {
    "TF-IDF cosine": by_tfidf,
    "BM25": by_bm25,
    "encoder cosine": by_encoder,
    OURS: by_concepts,
    "the same, deaf to negation": lambda given: by_concepts(given, denies=False),
    OURS_CHEST: lambda given: by_concepts(given, WITH_CHEST),
}


@dataclass(frozen=True)
class Asked:
    """Who asks, and what is relevant to whom."""

    who: npt.NDArray[np.int64]
    gain: F64  # (reports, reports)
    is_graded: bool

    def values(self, scores: F64) -> F64:
        """Return the measure of each that asks."""
        scores = scores.copy()
        np.fill_diagonal(scores, -np.inf)
        top = np.argsort(-scores, axis=1, kind="stable")[self.who, :K]
        gains = np.take_along_axis(self.gain[self.who], top, axis=1)
        if not self.is_graded:
            return np.asarray((gains > 0).mean(axis=1))
        discount = 1 / np.log2(np.arange(K) + 2)
        ideal = -np.sort(-self.gain[self.who], axis=1)[:, :K] @ discount
        return np.asarray(gains @ discount / ideal)


def questions(given: Reports) -> dict[str, Asked]:
    """Return what is asked and measured apart."""
    own = [one - NOT_PROBLEMS for one in given.problems]
    count = Counter(name for one in own for name in one)
    names = sorted(count)
    has = np.array([[name in one for name in names] for one in own], np.float64)
    both = has @ has.T
    size = has.sum(axis=1)
    overlap = both / np.maximum(size[:, None] + size - both, 1)
    rare = has[:, [2 <= count[name] <= RARE * len(own) for name in names]]
    normal = np.array(["normal" in one for one in given.problems], np.float64)
    made = {
        "problem: P@10": (both, False),
        "problem: nDCG@10": (overlap, True),
        "rare: P@10": (rare @ rare.T, False),
        "normal: P@10": (np.outer(normal, normal), False),
    }
    out = {}
    for name, (gain, is_graded) in made.items():
        np.fill_diagonal(gain, 0)
        out[name] = Asked(np.flatnonzero(gain.any(axis=1)), gain, is_graded)
    return out


def retrieval(given: Reports) -> Table:
    """Return the table of reports alike."""
    asked = questions(given)
    table = Table(
        f"Alike: {len(given.documents)} reports",
        ("system", *(f"{name} ({len(one.who)})" for name, one in asked.items())),
    )
    values: dict[str, dict[str, F64]] = {}
    for name, system in SYSTEMS.items():
        scores = system(given)
        values[name] = {what: one.values(scores) for what, one in asked.items()}
    gaps: dict[str, list[str]] = {}
    for name, own in values.items():
        cells = []
        for what, one in own.items():
            found = bootstrap(
                {
                    "own": mean_of(one),
                    **{n: mean_of(one - o[what]) for n, o in values.items() if n != name},
                },
                len(one),
                rng=np.random.default_rng(5),
            )
            cells.append(with_interval(found["own"]))
            if name in (OURS, OURS_CHEST):
                for other in list(SYSTEMS)[:3]:
                    gap = with_interval(found[other])
                    gaps.setdefault(f"{name} above {other}", []).append(gap)
        table.add([name, *cells], show=True)
    for name, cells in gaps.items():
        table.add([name, *cells], show=True)
    return table


def with_interval(one: Estimate) -> str:
    """Return a share in percent with its interval."""
    return f"{figure(one.value)} ({figure(one.low)} to {figure(one.high)})"


def labelling(given: Reports) -> Table:
    """Return the table of labels: F1 over the problems that a vocabulary has a concept for."""
    count = Counter(name for one in given.problems for name in one - NOT_PROBLEMS)
    table = Table(
        f"Labels: problems of {FEWEST} reports or more, present or not",
        ("vocabulary, labels", "problems", "with a concept", "P", "R", "F1 (95 %)"),
    )
    for words, vocabulary in (("core", CORE), ("core and chest vocabulary", WITH_CHEST)):
        store = open_vocabulary(vocabulary)
        names = {name: concepts_of(name, store) for name in sorted(count) if count[name] >= FEWEST}
        gold = np.array([[name in one for name in names] for one in given.problems])
        found = annotated(given, vocabulary)
        ways: dict[str, Bools] = {
            f"{words}: mentions, negation heard": labelled(found, names, store),
            f"{words}: deaf to negation": labelled(map(deaf, found), names, store),
        }
        for name, one in ways.items():
            add_labels(table, name, gold, one, known=sum(map(bool, names.values())))
        if vocabulary == WITH_CHEST:
            plain = np.array(
                [[turned(name) in text.lower() for name in names]
                 for text in given.texts]
            )  # fmt: skip
            add_labels(table, "the problem's own words in the text", gold, plain, known=0)
    table.note(
        "A problem is a heading; its concept is the one that the vocabulary calls so. Headings of "
        "places (lung, spine, aorta) mean that something is wrong there, which a label of their "
        "concept does not say: they count, and lower precision."
    )
    return table


def concepts_of(name: str, store: ConceptStore) -> tuple[str, ...]:
    """Return the concepts that a vocabulary knows by a heading, as it stands or turned round."""
    return tuple(store.concepts_named(name) or store.concepts_named(turned(name)))


def turned(name: str) -> str:
    """Return a heading in the order of speech.

    >>> turned("fractures, bone")
    'bone fractures'
    """
    return " ".join(reversed(name.split(", ")))


def labelled(
    documents: Sequence[AnnotatedDocument] | map[AnnotatedDocument],
    names: dict[str, tuple[str, ...]],
    store: ConceptStore,
) -> Bools:
    """Return which problems each report has; one without a concept is never said to be there."""
    known = [place for place, found in enumerate(names.values()) if found]
    labeler = Labeler.of(filter(None, names.values()), store)
    rows = [[one.value == PRESENT for one in row] for row in labeler.labels(documents)]
    out = np.zeros((len(rows), len(names)), bool)
    out[:, known] = rows
    return out


def add_labels(table: Table, name: str, gold: Bools, found: Bools, *, known: int) -> None:
    """Add a row: micro precision, recall and F1."""
    right = gold & found
    counts = np.stack([part.sum(axis=1) for part in (right, found, right, gold)], axis=1)
    score = micro(counts.sum(axis=0, keepdims=True))
    drawn = bootstrap({"f1": f1_of(counts)}, len(counts), rng=np.random.default_rng(5))
    shown = str(known) if known else "-"
    cells = [shown, figure(score.precision), figure(score.recall), with_interval(drawn["f1"])]
    table.add([name, str(gold.shape[1]), *cells], show=True)


def speed(given: Reports) -> Table:
    """Return the table of times over many documents: copies that kept four of five statements."""
    said = Statements.of(annotated(given, CORE))
    rng = np.random.default_rng(1)
    copies, n = -(-LARGE // len(said.ids)), len(said.ids)
    columns: list[list[npt.NDArray[np.int64]]] = [[], [], [], []]
    for copy in range(copies):
        kept = rng.random(len(said.document)) < 0.8
        rows = (said.document + copy * n, said.concept, said.word, said.type)
        for column, one in zip(columns, rows, strict=True):
            column.append(one[kept])
    ids = tuple(f"{copy}-{one}" for copy in range(copies) for one in said.ids)
    large = Statements(ids, said.curies, *map(np.concatenate, columns))
    start = time.process_time()
    sets = ConceptSets.build(large, open_vocabulary(CORE))
    built = time.process_time() - start
    times = []
    for one in annotated(given, CORE)[:200]:
        start = time.process_time()
        sets.similar(one, K)
        times.append(1000 * (time.process_time() - start))
    table = Table(
        "Speed, one core, CPU time", ("documents", "build, s", "query p50, ms", "p95, ms")
    )
    p50, p95 = np.percentile(times, [50, 95])
    table.add([f"{len(ids):,}", f"{built:.1f}", f"{p50:.1f}", f"{p95:.1f}"], show=True)
    table.note("A query is a report from outside; ten documents with the reasons.")
    return table


def main(arguments: Sequence[str]) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments[1:])
    given = reports(options.part)
    tables = [retrieval(given), labelling(given), speed(given)]
    if options.out is not None:
        write_tables(tables, options.out, arguments, ("onoma", "numpy", "scikit-learn"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
