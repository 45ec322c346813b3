"""Screening simulated: how many records need not be read, over the Cohen topics.

    python bench/screening.py [--starts N] [--topics A,B] [--out bench/results/screening.md]
    python bench/screening.py --large 80000 [--out bench/results/screening_large.md]

Each system begins with the same included and the same excluded record, drawn by chance, and reads
on, the likeliest record first; it is taught anew after each 3 % more. WSS@95 is the share of
records that were not read when 95 % of those to be included were found, less the 5 % that chance
would save (Cohen et al. 2006). To be included means what the reviewers included after the full
text. Beside stands ASReview's usual set-up (van de Schoot et al. 2021), built anew: TF-IDF of
single words, naive Bayes (alpha 3.822), included records weighed up to the number of excluded ones.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB

import onoma
from onoma.formats import read_documents
from onoma.metrics.resampling import bootstrap, mean_of
from onoma.search.screening import Decision, Review, Screener, outlook, record_rows
from onoma.types import Document
from report import Table, write_tables

SHARED = (
    Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
)
TUNED = ("Antihistamines", "Estrogens", "NSAIDS")  # on these shares and balance were chosen
GROWTH = 0.03
ALPHA = 3.822
Scorer = Callable[[np.ndarray], np.ndarray]  # the records read so far, in order -> scores of all


@dataclass(frozen=True)
class Topic:
    """A review's records, the concepts found in them, and which were included."""

    name: str
    documents: list[Document]
    concepts: list[list[str]]
    included: np.ndarray


def topics(names: Sequence[str]) -> list[Topic]:
    """Return the topics, smallest file first."""
    files = sorted((SHARED / "cohen-screening").glob("*.csv.gz"), key=lambda p: p.stat().st_size)
    nlp = onoma.load(mode="dictionary")
    out = []
    for path in files:
        name = path.name.split(".")[0]
        if names and name not in names:
            continue
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        documents = [
            Document(str(n), f"{row['title']}\n{row['abstract']}",
                     metadata=tuple(("KW", word) for word in row["keywords"].split(";") if word))
            for n, row in enumerate(rows)
        ]  # fmt: skip
        found = [
            [m.curie for m in one.mentions if m.curie and m.assertion != "absent"]
            for one in nlp.pipe(documents)
        ]
        included = np.array([row["label_included"] == "1" for row in rows])
        out.append(Topic(name, documents, found, included))
    return out


def naive_bayes(topic: Topic, *, with_keywords: bool) -> Scorer:
    """Return ASReview's usual set-up."""
    texts = [
        "\n".join([one.text, *(value for _, value in one.metadata if with_keywords)])
        for one in topic.documents
    ]
    rows = TfidfVectorizer(stop_words="english").fit_transform(texts)

    def score(read: np.ndarray) -> np.ndarray:
        gold = topic.included[read]
        weights = np.where(gold, max(1.0, (~gold).sum() / gold.sum()), 1.0)
        model = MultinomialNB(alpha=ALPHA).fit(rows[read], gold, sample_weight=weights)
        return np.asarray(model.predict_proba(rows)[:, 1])

    return score


def ours(topic: Topic, *, with_keywords: bool, with_concepts: bool) -> Scorer:
    """Return the screener of the package."""
    documents = topic.documents
    if not with_keywords:
        documents = [Document(one.id, one.text) for one in documents]
    rows = record_rows(documents, topic.concepts if with_concepts else None)

    def score(read: np.ndarray) -> np.ndarray:
        screener = Screener(rows)
        screener.decide(read.tolist(), topic.included[read].tolist())
        return screener.scores()

    return score


def simulate(topic: Topic, score: Scorer, seed: int) -> np.ndarray:
    """Return the records in the order in which they are read, until all are found."""
    rng = np.random.default_rng(seed)
    included = topic.included
    read = [int(rng.choice(np.flatnonzero(included))), int(rng.choice(np.flatnonzero(~included)))]
    is_open = np.ones(len(included), bool)
    is_open[read] = False
    while included[read].sum() < included.sum():
        found = np.where(is_open, score(np.array(read)), -np.inf)
        best = np.argsort(-found, kind="stable")[: max(1, int(GROWTH * len(read)))]
        more = [int(place) for place in best if is_open[place]]
        is_open[more] = False
        read += more
    return np.array(read)


def work_saved(included: np.ndarray, read: np.ndarray, recall: float = 0.95) -> float:
    """Return WSS at a recall."""
    wanted = int(np.ceil(recall * included.sum()))
    needed = int(np.argmax(np.cumsum(included[read]) >= wanted)) + 1
    return 1 - needed / len(included) - (1 - recall)


def recall_after(included: np.ndarray, read: np.ndarray, share: float) -> float:
    """Return the recall when a share of all records has been read."""
    return float(included[read[: int(share * len(included))]].sum() / included.sum())


SYSTEMS: dict[str, Callable[[Topic], Scorer]] = {
    "TF-IDF + naive Bayes": lambda t: naive_bayes(t, with_keywords=False),
    "TF-IDF + naive Bayes, keywords too": lambda t: naive_bayes(t, with_keywords=True),
    "onoma, words alone": lambda t: ours(t, with_keywords=False, with_concepts=False),
    "onoma, words and concepts": lambda t: ours(t, with_keywords=False, with_concepts=True),
    "onoma, words, concepts, keywords": lambda t: ours(t, with_keywords=True, with_concepts=True),
}
BASE, BASE_WITH = "TF-IDF + naive Bayes", "TF-IDF + naive Bayes, keywords too"
SHARES = (0.1, 0.2, 0.3, 0.5)


def stopped(included: np.ndarray, read: np.ndarray) -> tuple[float, float]:
    """Return the share read and the recall when the test says stop (all read if it never does)."""
    for count in range(20, len(read), max(1, len(included) // 100)):
        if outlook(included[read[:count]], len(included)).may_stop:
            return count / len(included), float(included[read[:count]].sum() / included.sum())
    return len(read) / len(included), 1.0


def large(count: int) -> Table:
    """Return how long so many records take: abstracts, each again under another title."""
    with gzip.open(SHARED / "pubmed-abstracts" / "abstracts.jsonl.gz", "rt") as stream:
        rows = [json.loads(line) for line in stream]
    table = Table(f"{count:,} records", ["step", "CPU s"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.ris"
        with path.open("w", encoding="utf-8") as out:
            for n in range(count):
                row, turn = rows[n % len(rows)], n // len(rows)
                title = f"{turn} times more: {row['title']}" if turn else row["title"]
                text = " ".join(row["abstract"].split())
                out.write(f"TY  - JOUR\nID  - r{n}\nTI  - {title}\nAB  - {text}\nER  - \n\n")
        table.note(f"{path.stat().st_size / 1e6:.0f} MB of RIS")
        documents = timed(table, "read", lambda: list(read_documents([path])))
    words = "Statins for the prevention of dementia in older adults: randomised trials"
    review = timed(table, "doubles, words", lambda: Review(documents, protocol=words))
    timed(table, "rank by a protocol", lambda: review.next(25))
    chosen = np.random.default_rng(0).permutation(count)[:1000].tolist()
    review.decide([Decision(f"r{n}", k % 20 == 0) for k, n in enumerate(chosen)])
    timed(table, "learn from 1,000 decisions, rank", lambda: review.next(25))
    timed(table, "when to stop", lambda: review.outlook())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    table.note(f"{peak:.1f} GB of memory at most, without concepts")
    nlp = onoma.load(mode="dictionary")
    list(nlp.pipe(documents[:100]))
    timed(table, "find concepts, by 5,000 records", lambda: list(nlp.pipe(documents[:5000])))
    return table


def timed(table: Table, name: str, work: Callable[[], Any]) -> Any:
    """Return what some work gives; its time is a row."""
    begun = time.process_time()
    made = work()
    table.add([name, f"{time.process_time() - begun:.1f}"], show=True)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--topics", default="")
    parser.add_argument("--large", type=int, help="time so many records, and stop")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    if options.large:
        command = ["bench/screening.py", *(arguments or sys.argv[1:])]
        large(options.large).finish(options.out, command)
        return 0
    every = topics([name for name in options.topics.split(",") if name])
    runs: dict[str, list[list[np.ndarray]]] = {name: [] for name in SYSTEMS}
    seconds = dict.fromkeys(SYSTEMS, 0.0)
    for topic in every:
        for name, make in SYSTEMS.items():
            begun = time.process_time()
            scorer = make(topic)
            runs[name].append([simulate(topic, scorer, seed) for seed in range(options.starts)])
            seconds[name] += time.process_time() - begun
        print(topic.name, {n: round(float(np.mean([work_saved(topic.included, r) for r in
              runs[n][-1]])), 3) for n in SYSTEMS}, file=sys.stderr, flush=True)  # fmt: skip
    tables = [saved_table(every, runs, seconds), curve_table(every, runs), stop_table(every, runs)]
    if options.out:
        write_tables(tables, options.out, ["bench/screening.py", *(arguments or sys.argv[1:])])
    else:
        print("\n".join(one.markdown() for one in tables))
    return 0


def saved_table(
    every: Sequence[Topic], runs: dict[str, list[list[np.ndarray]]], seconds: dict[str, float]
) -> Table:
    """Return WSS@95 by topic and on average, with intervals over topics."""
    columns = ["system", *(f"{t.name}{'*' if t.name in TUNED else ''}" for t in every)]
    table = Table("Work saved at 95 % recall (WSS@95, per cent)", [
        *columns, "mean [95 %]", "less naive Bayes", "mean of the untuned", "CPU s"])  # fmt: skip
    saved = {
        name: np.array([[work_saved(t.included, r) for r in rs] for t, rs in
                        zip(every, found, strict=True)]).mean(axis=1)
        for name, found in runs.items()
    }  # fmt: skip
    untuned = np.array([t.name not in TUNED for t in every])
    for name, values in saved.items():
        base = saved[BASE_WITH if "keywords" in name else BASE]
        rng = np.random.default_rng(0)
        kept = {"mean": mean_of(values), "gap": mean_of(values - base)}
        found = bootstrap(kept, len(every), rng=rng)
        shown = [
            f"{100 * one.value:.1f} [{100 * one.low:.1f}, {100 * one.high:.1f}]"
            for one in found.values()
        ]
        rest = values[untuned].mean() if untuned.any() else float("nan")
        table.add([name, *(f"{100 * v:.1f}" for v in values), *shown, f"{100 * rest:.1f}",
                   f"{seconds[name]:.0f}"])  # fmt: skip
    records, starts = sum(len(t.documents) for t in every), len(runs[BASE][0])
    table.note(
        f"{records:,} records in {len(every)} topics, {starts} starts each, the same ones for all;"
        " intervals over topics"
    )
    table.note("systems that read keywords are set against naive Bayes that reads them, too")
    table.note("* on these topics the shares of concepts and keywords were chosen")
    return table


def curve_table(every: Sequence[Topic], runs: dict[str, list[list[np.ndarray]]]) -> Table:
    """Return the mean recall after shares of the records."""
    title = "Recall after a share of the records has been read (mean over topics, per cent)"
    table = Table(title, ["system", *(f"{100 * share:.0f} %" for share in SHARES)])
    for name, found in runs.items():
        means = [
            np.mean([np.mean([recall_after(t.included, r, share) for r in rs])
                     for t, rs in zip(every, found, strict=True)])
            for share in SHARES
        ]  # fmt: skip
        table.add([name, *(f"{100 * one:.1f}" for one in means)])
    return table


def stop_table(every: Sequence[Topic], runs: dict[str, list[list[np.ndarray]]]) -> Table:
    """Return where the test of Callaghan and Müller-Hansen stops, with our ranking."""
    name = list(runs)[-1]
    columns = ["topic", "to be included", "share read", "recall then", "least", "runs below 95 %"]
    table = Table(f"Stopping at chance 0.05 of less than 95 % recall ({name})", columns)
    for topic, found in zip(every, runs[name], strict=True):
        # a run ends when all are found: what would be read after that holds none
        rest = [np.setdiff1d(np.arange(len(topic.included)), read) for read in found]
        ends = [
            stopped(topic.included, np.concatenate([read, more]))
            for read, more in zip(found, rest, strict=True)
        ]
        shares, recalls = (np.array(one) for one in zip(*ends, strict=True))
        table.add([topic.name, f"{topic.included.sum()}", f"{100 * shares.mean():.1f}",
                   f"{100 * recalls.mean():.1f}", f"{100 * recalls.min():.1f}",
                   f"{(recalls < 0.95).sum()} of {len(recalls)}"])  # fmt: skip
    return table


if __name__ == "__main__":
    sys.exit(main())
