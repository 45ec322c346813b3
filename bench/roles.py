"""Roles of sentences: the models that ship, beside simpler ones, on documents they never saw.

    python bench/roles.py [--out bench/results/roles.md]
    python bench/roles.py --write DIR     # the training files of the models that ship

Headings: the validation part of evidence-inference, its headings cut off before anything is read;
trained on its train part, PubMedQA and abstracts under headings. Parts of trials: the dev part of
NICTA-PIBOSO; trained on its train part, headings beside. No abstract of a dev part is taught, nor
one that shares a long sentence with it. F1 is weighted by the labels' numbers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import SGDClassifier

from onoma.classify import read_roles
from onoma.classify.crf import Chain
from onoma.classify.headings import ROLES
from onoma.classify.roles import shipped_model
from onoma.classify.training.lessons import (
    Lesson,
    labelled_lessons,
    labels_of,
    read_labelled,
    structured_lessons,
    without_known,
)
from onoma.classify.training.session import frequent_keys, lesson_chances
from onoma.formats import read_documents
from onoma.metrics.resampling import bootstrap
from onoma.types import Document
from report import Table, write_tables

SHARED = (
    Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
)
KEYS = 100_000  # words and word pairs of the simpler systems
NAMES = ("ei-train", "pubmedqa", "pubmed-abstracts")
SEPARATE = ("evidence-inference", "pubmedqa")  # read from their own folders
Found = list[np.ndarray]  # a label's place for each sentence, an array a document


def write_material(folder: Path) -> None:
    """Write the training and dev parts as files that ``onoma train roles`` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    held = set((SHARED / "evidence-inference" / "validation_article_ids.txt").read_text().split())
    records: dict[str, list[dict[str, str]]] = {name: [] for name in (*NAMES, "ei-validation")}
    for record in evidence_inference():
        is_held = record["id"].removeprefix("PMC") in held
        records["ei-validation" if is_held else "ei-train"].append(record)
    with gzip.open(SHARED / "pubmedqa" / "ori_pqal.nontest.json.gz", "rt") as stream:
        for key, one in json.load(stream).items():
            lines = [f"{a}: {b}" for a, b in zip(one["LABELS"], one["CONTEXTS"], strict=True)]
            lines.append(f"CONCLUSION: {one['LONG_ANSWER']}")
            records["pubmedqa"].append(
                {"id": key, "title": one["QUESTION"], "abstract": "\n".join(lines)}
            )
    with gzip.open(SHARED / "pubmed-abstracts" / "abstracts.jsonl.gz", "rt") as stream:
        for one in map(json.loads, stream):
            if one["source"] not in SEPARATE:
                kept = {key: one[key] for key in ("id", "title", "abstract")}
                records["pubmed-abstracts"].append(kept)
    for name, rows in records.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    for part in ("train", "dev"):
        packed = (SHARED / "nicta-piboso" / f"{part}_clean.txt.gz").read_bytes()
        (folder / f"nicta-{part}.txt").write_bytes(gzip.decompress(packed))


def evidence_inference() -> Iterator[dict[str, str]]:
    """Yield the abstracts of evidence-inference with their headings inside."""
    with tarfile.open(SHARED / "evidence-inference" / "title_abstract_sections.tar.xz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            number = re.search(r"PMC(\d+)", member.name)
            if stream is None or number is None:
                continue
            parts = re.split(r"^([A-Z][^\n]{0,120}):[ \t]*$", stream.read().decode(), flags=re.M)
            title, lines = "", []
            for heading, body in zip(parts[1::2], parts[2::2], strict=True):
                text = " ".join(body.split())
                if heading == "TITLE":
                    title = text
                elif text and heading.startswith("ABSTRACT"):
                    label = re.sub(r"^(ABSTRACT[.]?)+", "", heading).strip(" :.")
                    lines.append(f"{label}: {text}" if label else text)
            yield {"id": f"PMC{number[1]}", "title": title, "abstract": "\n".join(lines)}


def documents(folder: Path, name: str) -> list[Document]:
    """Return the documents of a file."""
    found = read_documents([folder / f"{name}.jsonl"])
    return [one for one in found if isinstance(one, Document)]


def majority(taught: Sequence[Lesson], asked: Sequence[Lesson]) -> Found:
    """Return the label that is the most frequent one, always."""
    counts = Counter(label for one in taught for label in one.gold.tolist() if label >= 0)
    best = counts.most_common(1)[0][0]
    return [np.full(len(one.gold), best) for one in asked]


def matrix_of(lessons: Sequence[Lesson], keys: np.ndarray, weights: np.ndarray) -> sp.csr_matrix:
    """Return the words of every sentence, weighed by rarity, a row of unit length each."""
    column, bounds = [], [0]
    for lesson in lessons:
        for own in lesson.keys:
            place = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
            column.append(np.unique(place[keys[place] == own]))
            bounds.append(bounds[-1] + len(column[-1]))
    column_all = np.concatenate(column)
    out = sp.csr_matrix((weights[column_all], column_all, bounds), shape=(len(column), len(keys)))
    length = np.sqrt(out.multiply(out).sum(axis=1)).A1
    return sp.diags(1 / np.maximum(length, 1e-9)) @ out


def logistic(
    taught: Sequence[Lesson], asked: Sequence[Lesson], *, words: bool, place: bool, chain: bool
) -> Found:
    """Return what a logistic regression finds; with ``chain``, label after label is weighed."""
    keys = frequent_keys(taught, KEYS)
    seen = np.zeros(len(keys))
    for lesson in taught:
        for own in lesson.keys:
            at = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
            seen[np.unique(at[keys[at] == own])] += 1
    weights = np.log(sum(len(one.keys) for one in taught) / np.maximum(seen, 1))

    def rows(lessons: Sequence[Lesson]) -> sp.csr_matrix:
        parts = [matrix_of(lessons, keys, weights)] if words else []
        parts += [sp.csr_matrix(np.vstack([one.where for one in lessons]))] if place else []
        return sp.hstack(parts).tocsr()

    gold = np.concatenate([one.gold for one in taught])
    model = SGDClassifier(loss="log_loss", alpha=1e-6, random_state=0, max_iter=15, tol=None)
    model.fit(rows(taught)[gold >= 0], gold[gold >= 0])
    chances = model.predict_proba(rows(asked))
    cuts = np.cumsum([len(one.gold) for one in asked])[:-1]
    if not chain:
        return np.split(model.classes_[chances.argmax(axis=1)], cuts)
    scorer = chain_of(taught, model.classes_)
    prior = np.array([(gold == label).mean() for label in model.classes_])
    scores = np.log(np.maximum(chances, 1e-6)) - np.log(prior)
    return [
        model.classes_[scorer.marginals(one[None], np.ones((1, len(one)), bool))[0].argmax(axis=1)]
        for one in np.split(scores.astype(np.float32), cuts)
    ]


def chain_of(taught: Sequence[Lesson], classes: np.ndarray) -> Chain:
    """Return how often label follows label, as logarithms of chances."""
    place = {label: number for number, label in enumerate(classes.tolist())}
    step = np.ones((len(classes), len(classes)))
    first, last = np.ones(len(classes)), np.ones(len(classes))
    for lesson in taught:
        labels = [place[label] for label in lesson.gold.tolist() if label in place]
        if labels:
            first[labels[0]] += 1
            last[labels[-1]] += 1
            np.add.at(step, (labels[:-1], labels[1:]), 1)
    return Chain(
        np.log(step / step.sum(axis=1, keepdims=True)).astype(np.float32),
        np.log(first / first.sum()).astype(np.float32),
        np.log(last / last.sum()).astype(np.float32),
    )


def shipped(scheme: str) -> Callable[[Sequence[Lesson], Sequence[Lesson]], Found]:
    """Return what the model that ships finds."""

    def find(taught: Sequence[Lesson], asked: Sequence[Lesson]) -> Found:
        chances = lesson_chances(shipped_model(scheme), asked)
        cuts = np.cumsum([len(one.gold) for one in asked])[:-1]
        return np.split(chances.argmax(axis=1), cuts)

    return find


def score(asked: Sequence[Lesson], found: Found, count: int, aside: int) -> list[str]:
    """Return weighted F1 with its interval over documents, share right, F1 of each label."""
    tables = np.zeros((len(asked), count, count))
    for number, (lesson, labels) in enumerate(zip(asked, found, strict=True)):
        is_asked = (lesson.gold >= 0) & (lesson.gold != aside)
        np.add.at(tables[number], (lesson.gold[is_asked], labels[is_asked]), 1)

    def each(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        whole = np.tensordot(weights, tables, 1)
        right = np.einsum("nii->ni", whole)
        gold, named = whole.sum(axis=2), whole.sum(axis=1)
        return 2 * right / np.maximum(gold + named, 1), gold

    def weighted(weights: np.ndarray) -> np.ndarray:
        f1, gold = each(weights)
        return (f1 * gold).sum(axis=1) / gold.sum(axis=1)

    rng = np.random.default_rng(0)
    one = bootstrap({"f1": weighted}, len(asked), rng=rng)["f1"]
    f1, gold = each(np.ones((1, len(asked))))
    right = np.trace(tables.sum(axis=0)) / tables.sum()
    shown = [f"{100 * f:.1f}" for f, g in zip(f1[0], gold[0], strict=True) if g]
    interval = f"{100 * one.value:.1f} [{100 * one.low:.1f}, {100 * one.high:.1f}]"
    return [interval, f"{100 * right:.1f}", *shown]


def compared(
    title: str, scheme: str, labels: tuple[str, ...], taught: list[Lesson], asked: list[Lesson]
) -> Table:
    """Return the table of a task."""
    aside = ROLES.index("other") if labels == ROLES else -1
    names = [name for place, name in enumerate(labels) if place != aside]
    table = Table(title, ["system", "weighted F1 [95 %]", "right", *names])
    systems: dict[str, Callable[[list[Lesson], list[Lesson]], Found]] = {
        "the most frequent": majority,
        "place alone": lambda t, a: logistic(t, a, words=False, place=True, chain=False),
        "TF-IDF + logistic": lambda t, a: logistic(t, a, words=True, place=False, chain=False),
        "TF-IDF + logistic, place": lambda t, a: logistic(
            t, a, words=True, place=True, chain=False
        ),
        "the same in a chain": lambda t, a: logistic(t, a, words=True, place=True, chain=True),
        "onoma": shipped(scheme),
    }
    for name, find in systems.items():
        table.add([name, *score(asked, find(taught, asked), len(labels), aside)], show=True)
    sentences = sum(len(one.gold) for one in asked)
    table.note(f"{len(taught):,} documents taught, {len(asked):,} asked ({sentences:,} sentences)")
    return table


def speed(given: Sequence[Document]) -> str:
    """Return abstracts a CPU second, sentences split and headings found included."""
    shown = []
    for scheme in ("roles", "pico"):
        read_roles(given[:256], scheme=scheme)
        begun = time.process_time()
        for first in range(0, len(given), 256):
            read_roles(given[first : first + 256], scheme=scheme)
        shown.append(f"{scheme} {len(given) / (time.process_time() - begun):,.0f}")
    return f"abstracts a CPU second, one thread: {', '.join(shown)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, help="write the training files and stop")
    parser.add_argument("--folder", type=Path, default=Path("build") / "roles")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    write_material(options.write or options.folder)
    if options.write:
        return 0
    given = documents(options.folder, "ei-validation")
    asked = list(structured_lessons(given, "roles"))
    seen = {mark for one in asked for mark in one.marks}
    every = [one for name in NAMES for one in documents(options.folder, name)]
    taught = without_known(structured_lessons(every, "roles"), seen)
    title = "Roles under headings, cut off: evidence-inference, validation part"
    tables = [compared(title, "roles", ROLES, taught, asked)]
    written = read_labelled([options.folder / "nicta-train.txt"])
    labels = labels_of(written)
    dev = read_labelled([options.folder / "nicta-dev.txt"])
    parts = list(labelled_lessons(dev, labels))
    known = {mark for one in parts for mark in one.marks}
    own = without_known(labelled_lessons(written, labels), known)
    title = "Parts of trials: NICTA-PIBOSO, dev part"
    tables.append(compared(title, "pico", labels, own, parts))
    tables[0].note(speed(documents(options.folder, "ei-train")))
    tables[1].note(
        "keys, passes and members of the model are the third of three settings measured here"
        " (81.4, 81.6, 82.6); what ships was chosen by this"
    )
    if options.out:
        write_tables(tables, options.out, ["bench/roles.py", *(arguments or sys.argv[1:])])
    return 0


if __name__ == "__main__":
    sys.exit(main())
