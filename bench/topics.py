"""Topics on Hallmarks of Cancer, cross-validated by article.

The shared part has 1,111 abstracts (60 % of the corpus, ids sorted) whose sentences have labels of
the taxonomy; the ten hallmarks count. Abstracts are held out in folds; joining and thresholds of a
fold come from the other folds. Micro F1 over the ten hallmarks of abstracts (an abstract has what
its sentences have), as BLURB measures it on the official split (Gu et al. 2021: 81.5 to 82.6 for
base models), and of sentences. The corpus is GPL-3.0: no weights from it ship.

Beside stand TF-IDF of words and pairs with logistic regression (scikit-learn) on abstracts and on
sentences, their chances joined as ours are. Intervals: abstracts drawn anew.
"""

from __future__ import annotations

import argparse
import os
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from onoma.classify.training import topics as training
from onoma.classify.training.adapting import Adapting
from onoma.classify.training.examples import Examples, make_examples
from onoma.classify.training.topics import (
    Held,
    TopicRecipe,
    in_folds,
    of_documents,
)
from onoma.metrics.resampling import bootstrap, f1_of
from report import Table, figure

SHARED = (
    Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
)
HALLMARKS = (
    "Activating invasion and metastasis", "Avoiding immune destruction", "Cellular energetics",
    "Enabling replicative immortality", "Evading growth suppressors",
    "Genomic instability and mutation", "Inducing angiogenesis", "Resisting cell death",
    "Sustaining proliferative signaling", "Tumor promoting inflammation",
)  # fmt: skip


def sentences() -> Iterator[tuple[str, list[str], str]]:
    """Yield the sentences with their hallmarks and their article."""
    files: dict[str, str] = {}
    with tarfile.open(SHARED / "hoc" / "hoc-60pct.tar.xz") as packed:
        for member in packed:
            stream = packed.extractfile(member) if member.isfile() else None
            if stream is not None:
                files[member.name] = stream.read().decode("utf-8")
    for name in sorted(one for one in files if "text/" in one):
        lines = files[name].rstrip("\n").split("\n")
        labels = files[name.replace("text/", "labels/")].split("<")
        if len(labels) > len(lines):
            labels = labels[1:]  # a sign stands before each sentence's labels
        for line, said in zip(lines, labels, strict=True):
            yield line.strip(), [one for one in HALLMARKS if one in said], Path(name).stem


def whole(examples: Examples) -> Examples:
    """Return abstracts as texts."""
    rows = []
    gold = of_documents(examples)
    for number in range(len(gold)):
        own = np.flatnonzero(examples.document == number)
        text = " ".join(examples.texts[row] for row in own.tolist())
        labels = [n for n, has in zip(examples.labels, gold[number], strict=True) if has]
        rows.append((text, labels, str(number)))
    return make_examples(iter(rows))


def plain(examples: Examples, folds: int) -> Held:
    """Return what TF-IDF with logistic regression says of texts held out, in the same folds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    fold = training.folds_of(examples, folds, TopicRecipe().seed)
    out = np.zeros((*examples.gold.shape, 1), np.float32)
    for number in range(folds):
        learnt, asked = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        reader = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2, max_df=0.5)
        rows = reader.fit_transform([examples.texts[n] for n in learnt.tolist()])
        other = reader.transform([examples.texts[n] for n in asked.tolist()])
        for label in range(examples.gold.shape[1]):
            model = LogisticRegression(C=10, solver="liblinear")
            model.fit(rows, examples.gold[learnt, label])
            out[asked, label, 0] = model.decision_function(other)
    return Held(out, fold)


def counts(predicted: np.ndarray, gold: np.ndarray) -> np.ndarray:
    """Return a count row an article or sentence, (n, 4)."""
    right = (predicted & gold).sum(1)
    return np.stack([right, predicted.sum(1), right, gold.sum(1)], axis=1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--first", type=int, default=4, help="first layer that is changed")
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    own = make_examples(sentences())
    gold = of_documents(own)
    abstracts = whole(own)
    table = Table(
        f"Hallmarks of cancer: {len(gold):,} abstracts, {len(own.texts):,} sentences",
        ["system", "micro F1 of abstracts", "95 %", "micro F1 of sentences", "95 %"],
    )

    def add(name: str, documents: np.ndarray, said: np.ndarray | None) -> None:
        cells = [name]
        for predicted, want in ((documents, gold), (said, own.gold)):
            if predicted is None:
                cells += ["", ""]
                continue
            rows = counts(predicted, want)
            if len(want) != len(gold):  # sentences are drawn with their abstract
                rows = np.array([np.bincount(own.document, rows[:, n]) for n in range(4)]).T
            rng = np.random.default_rng(0)
            found = bootstrap({"f": f1_of(rows)}, len(rows), rng=rng)["f"]
            cells += [figure(found.value), f"{figure(found.low)}-{figure(found.high)}"]
        table.add(cells, show=True)

    base = plain(abstracts, options.folds)
    add("TF-IDF + logistic, abstracts", in_folds(base.margins, gold, base.fold), None)
    base = plain(own, options.folds)
    documents = training.documents_held(base, own)[0]
    add("TF-IDF + logistic, sentences", documents, in_folds(base.margins, own.gold, base.fold))
    recipe = TopicRecipe(folds=options.folds)
    whole_held = training.held_out(training.Parts(abstracts, recipe), print)
    predicted = in_folds(whole_held.margins, gold, whole_held.fold)
    add("onoma train topics, abstracts", predicted, None)
    how = Adapting(first=options.first, passes=options.passes, empty=0.5, longest=64)
    recipe = TopicRecipe(unit="sentence", folds=options.folds, adapting=how)
    held = training.held_out(training.Parts(own, recipe), print)
    for name, parts in (("sentences", 1), ("sentences, --adapt", 2)):
        some = Held(held.margins[:, :, :parts], held.fold)
        documents = training.documents_held(some, own)[0]
        add(f"onoma train topics, {name}", documents, in_folds(some.margins, own.gold, some.fold))
        both = np.concatenate([training.some_of(some, own), whole_held.margins], axis=-1)
        predicted = in_folds(both, gold, whole_held.fold)
        add(f"{name} with the model of abstracts", predicted, None)
    table.note(f"{options.folds} folds by abstract; layers from {options.first} on, "
               f"{options.passes} passes")  # fmt: skip
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
