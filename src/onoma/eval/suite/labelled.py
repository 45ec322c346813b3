"""Tasks on texts with one label each: told apart by a probe, or clustered.

Where a set has no parts of its own, one document in four (by a checksum of its id) is tested.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import orjson

from onoma.eval.datasets import in_split
from onoma.eval.gold_texts import (
    read_ade,
    read_csv_flags,
    read_hoc,
    read_sentence_roles,
    unpacked,
)
from onoma.eval.suite.parts import Labelled, SuiteTask, cut
from onoma.eval.suite.scoring import classified, clustered, screened

TRAIN, TEST = 1200, 600  # texts of a task, at most
CLUSTERED = 1000
REVIEWS = (
    "ADHD.csv.gz", "Antihistamines.csv.gz", "AtypicalAntipsychotics.csv.gz",
    "BetaBlockers.csv.gz", "CalciumChannelBlockers.csv.gz", "Estrogens.csv.gz", "NSAIDS.csv.gz",
)  # fmt: skip
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Row:
    """A text, its label, and the part that it is in."""

    text: str
    label: str
    is_test: bool


def labelled(rows: Iterable[Row], rng: Rng) -> Labelled:
    """Return a draw of the rows; a text that comes again, in either part, counts once."""
    once: dict[str, Row] = {}
    for row in rows:
        text = cut(row.text)
        if text:
            once.setdefault(text, replace(row, text=text))
    every = list(once.values())
    kept: list[Row] = []
    for is_test, most in ((False, TRAIN), (True, TEST)):
        part = [row for row in every if row.is_test == is_test]
        kept += [part[place] for place in rng.permutation(len(part))[:most]]
    known = {row.label for row in kept if not row.is_test}
    kept = [row for row in kept if row.label in known]
    return Labelled(
        tuple(row.text for row in kept),
        tuple(row.label for row in kept),
        np.array([row.is_test for row in kept], bool),
    )


def to_cluster(found: Labelled) -> Labelled:
    """Return texts of both parts, no more than are clustered."""
    places = np.linspace(0, len(found.texts) - 1, min(CLUSTERED, len(found.texts))).astype(int)
    return Labelled(
        tuple(found.texts[place] for place in places),
        tuple(found.gold[place] for place in places),
        np.ones(len(places), bool),
    )


def common(rows: Iterable[Row], least: int) -> list[Row]:
    """Return the rows whose label has so many rows."""
    every = list(rows)
    counts = Counter(row.label for row in every)
    return [row for row in every if counts[row.label] >= least]


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a packed table with a head line."""
    text = unpacked(path).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def is_tested(document: str) -> bool:
    """Say whether a document falls in the test part."""
    return in_split(document, "dev")


def read_hallmarks(folder: Path, rng: Rng) -> Labelled:
    """Return sentences that show one hallmark of cancer."""
    items = read_hoc(folder / "hoc-60pct.tar.xz", {})
    rows = (
        Row(item.text, next(iter(item.gold)), is_tested(item.id.partition("#")[0]))
        for item in items
        if len(item.gold) == 1
    )
    return labelled(rows, rng)


def read_roles(folder: Path, rng: Rng) -> Labelled:
    """Return sentences of abstracts with their role; the parts are the set's own."""
    rows = [
        Row(sentence, role, name.startswith("dev"))
        for name in ("train_clean.txt.gz", "dev_clean.txt.gz")
        for item in read_sentence_roles(folder / name, {})
        for sentence, role in zip(item.given, item.gold, strict=True)
    ]
    return labelled(rows, rng)


def read_adverse(folder: Path, rng: Rng) -> Labelled:
    """Return sentences that state an adverse effect of a drug, or none."""
    rows = (
        Row(item.text, next(iter(item.gold)), is_tested(item.id.partition("#")[0]))
        for name in ("DRUG-AE.rel.gz", "ADE-NEG.txt.gz")
        for item in read_ade(folder / name, {})
    )
    return labelled(rows, rng)


def read_sections(folder: Path, rng: Rng) -> Labelled:
    """Return sections of visit notes with their header, headers of 50 sections or more."""
    rows = csv_rows(folder / "MTS-Dialog-TrainingSet.csv.gz")
    every = (Row(row["section_text"], row["section_header"], is_tested(row["ID"])) for row in rows)
    return labelled(common(every, 50), rng)


def read_subjects(folder: Path, rng: Rng) -> Labelled:
    """Return exam questions with their subject, subjects of 100 questions or more."""
    lines = unpacked(folder / "dev.60pct.jsonl.gz").splitlines()
    found = (orjson.loads(line) for line in lines if line.strip())
    every = (Row(r["question"], r["subject_name"], is_tested(r["id"])) for r in found)
    return labelled(common(every, 100), rng)


def read_challenges(folder: Path, rng: Rng) -> Labelled:
    """Return sentences that state a challenge, or none; the parts are the set's own."""
    options = {"labels": "problem", "id": "sentence_id", "text": "text"}
    rows = [
        Row(item.text, "challenge" if item.gold else "none", name.startswith("val"))
        for name in ("train_set.csv.gz", "val_set.csv.gz")
        for item in read_csv_flags(folder / name, options)
    ]
    return labelled(rows, rng)


def read_screening(folder: Path, rng: Rng) -> Labelled:
    """Return the records of a review with what was decided on their abstracts."""
    rows = csv_rows(folder / "CalciumChannelBlockers.csv.gz")
    words = {"0": "excluded", "1": "included"}
    every = (
        Row(
            f"{row['title']} {row['abstract']}",
            words[row["label_abstract_screening"]],
            is_tested(row["record_id"]),
        )
        for row in rows
    )
    return labelled(every, rng)


def read_topics(folder: Path, rng: Rng) -> Labelled:
    """Return titles with the review that they were found for."""
    rows = [
        Row(row["title"], name.partition(".")[0], False)
        for name in REVIEWS
        for row in csv_rows(folder / name)
    ]
    return to_cluster(labelled(rows, rng))


def read_findings(folder: Path, rng: Rng) -> Labelled:
    """Return reports of chest X-rays with one problem, problems of 20 reports or more."""
    rows = csv_rows(folder / "indiana_reports.csv.gz")
    every = (
        Row(f"{row['findings']} {row['impression']}", row["Problems"], False)
        for row in rows
        if ";" not in row["Problems"] and row["Problems"] not in ("normal", "No Indexing")
    )
    return to_cluster(labelled(common(every, 20), rng))


HALLMARKS = SuiteTask(
    "hallmark", "classification", "sentence to hallmark of cancer", "hoc",
    ("hoc-60pct.tar.xz",), "GPL-3.0 (repo)", "macro F1", read_hallmarks, classified,
)  # fmt: skip
ROLES = SuiteTask(
    "sentence-role", "classification", "sentence of an abstract to its role", "nicta-piboso",
    ("train_clean.txt.gz", "dev_clean.txt.gz"), "not stated; carrier MIT", "macro F1",
    read_roles, classified,
)  # fmt: skip
ADVERSE = SuiteTask(
    "adverse-effect", "classification", "sentence states an adverse effect, or none",
    "ade-corpus", ("DRUG-AE.rel.gz", "ADE-NEG.txt.gz"), "free for research", "macro F1",
    read_adverse, classified,
)  # fmt: skip
SECTIONS = SuiteTask(
    "note-section", "classification", "section of a visit note to its header", "mts-dialog",
    ("MTS-Dialog-TrainingSet.csv.gz",), "CC BY 4.0", "macro F1", read_sections, classified,
)  # fmt: skip
SUBJECTS = SuiteTask(
    "exam-subject", "classification", "exam question to its subject", "medmcqa",
    ("dev.60pct.jsonl.gz",), "MIT", "macro F1", read_subjects, classified,
)  # fmt: skip
CHALLENGES = SuiteTask(
    "challenge", "classification", "sentence states a challenge, or none", "sci-challenges",
    ("train_set.csv.gz", "val_set.csv.gz"), "not stated", "macro F1", read_challenges, classified,
)  # fmt: skip
SCREENING = SuiteTask(
    "screening", "classification", "record included in a review, or not", "cohen-screening",
    ("CalciumChannelBlockers.csv.gz",), "labels public; carrier MIT", "AUROC", read_screening,
    screened,
)  # fmt: skip
HALLMARK_CLUSTERS = SuiteTask(
    "hallmark-clusters", "clustering", "sentences by hallmark of cancer", "hoc",
    ("hoc-60pct.tar.xz",), "GPL-3.0 (repo)", "V-measure",
    lambda folder, rng: to_cluster(read_hallmarks(folder, rng)), clustered,
)  # fmt: skip
SUBJECT_CLUSTERS = SuiteTask(
    "subject-clusters", "clustering", "exam questions by subject", "medmcqa",
    ("dev.60pct.jsonl.gz",), "MIT", "V-measure",
    lambda folder, rng: to_cluster(read_subjects(folder, rng)), clustered,
)  # fmt: skip
TOPIC_CLUSTERS = SuiteTask(
    "review-clusters", "clustering", "titles by the review they were found for",
    "cohen-screening", REVIEWS,
    "labels public; carrier MIT", "V-measure", read_topics, clustered,
)  # fmt: skip
FINDING_CLUSTERS = SuiteTask(
    "finding-clusters", "clustering", "chest X-ray reports by their one problem",
    "iu-xray-reports", ("indiana_reports.csv.gz",), "CC BY-NC-ND 4.0 (measured only)",
    "V-measure", read_findings, clustered,
)  # fmt: skip
