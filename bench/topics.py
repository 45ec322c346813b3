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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from onoma.classify.training import topics as training
from onoma.classify.training.examples import Examples, make_examples
from onoma.classify.training.topics import (
    WITH_CONCEPTS,
    Bools,
    Held,
    Parts,
    TopicRecipe,
    held_out,
    in_folds,
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


def kept(work: Path | None, name: str, make: Callable[[], Held]) -> Held:
    """Return what is said of held-out texts, from its file if it is there."""
    path = None if work is None else work / f"{name}.npz"
    if path is not None and path.exists():
        with np.load(path) as found:
            return Held(found["margins"], found["fold"])
    held = make()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, margins=held.margins, fold=held.fold)
    return held


def interval(predicted: Bools, examples: Examples) -> list[str]:
    """Return the micro F1 and its interval; sentences are drawn with their abstract."""
    gold = examples.gold
    right = (predicted & gold).sum(1)
    rows = np.stack([right, predicted.sum(1), right, gold.sum(1)], axis=1)
    rows = np.array([np.bincount(examples.document, rows[:, n]) for n in range(4)]).T
    found = bootstrap({"f": f1_of(rows)}, len(rows), rng=np.random.default_rng(0))["f"]
    return [figure(found.value), f"{figure(found.low)}-{figure(found.high)}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=int, default=TopicRecipe().folds)
    parser.add_argument("--work", type=Path, help="keep here what is said of held-out texts")
    parser.add_argument(
        "--without-adapt", action="store_true", help="leave out --adapt, which takes half an hour"
    )
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    own = make_examples(sentences())
    abstracts = training.documents_of(own)
    recipe = TopicRecipe(unit="sentence", folds=options.folds, whole=WITH_CONCEPTS)
    table = Table(
        f"Hallmarks of cancer: {len(abstracts.texts):,} abstracts, {len(own.texts):,} sentences",
        ["system", "micro F1 of abstracts", "95 %", "micro F1 of sentences", "95 %"],
    )

    def add(name: str, documents: Bools, said: Bools | None = None) -> None:
        cells = [name]
        for predicted, examples in ((documents, abstracts), (said, own)):
            cells += ["", ""] if predicted is None else interval(predicted, examples)
        table.add(cells, show=True)

    def judged(held: Held, whole: Held | None = None) -> tuple[Bools, Bools]:
        margins = training.document_margins(held, own, whole)
        fold = training.folds_of(abstracts, recipe.folds, recipe.seed)
        return in_folds(margins, abstracts.gold, fold), in_folds(held.margins, own.gold, held.fold)

    base = kept(options.work, "plain-abstracts", lambda: plain(abstracts, recipe.folds))
    add("TF-IDF + logistic, abstracts", in_folds(base.margins, abstracts.gold, base.fold))
    base = kept(options.work, "plain-sentences", lambda: plain(own, recipe.folds))
    add("TF-IDF + logistic, sentences", *judged(base))
    parts = training.document_parts
    whole = kept(options.work, "abstracts", lambda: held_out(parts(abstracts, recipe), print))
    add("words alone of onoma train topics", in_folds(whole.margins, abstracts.gold, whole.fold))
    alone = replace(recipe, unit="document", shares=WITH_CONCEPTS)
    held = kept(options.work, "documents", lambda: held_out(Parts(abstracts, alone), print))
    held = training.floored(held, abstracts.gold)[0]
    add("onoma train topics", in_folds(held.margins, abstracts.gold, held.fold))
    words = replace(recipe, meaning=False)
    held = kept(options.work, "sentences", lambda: held_out(Parts(own, words), print))
    add("words alone of --unit sentence", *judged(held, whole))
    held = kept(options.work, "meaning", lambda: held_out(Parts(own, recipe), print))
    held = training.floored(held, own.gold)[0]
    add("onoma train topics --unit sentence", *judged(held, whole))
    if not options.without_adapt:
        how = replace(recipe, adapting=training.ADAPTING)
        held = kept(options.work, "adapted", lambda: held_out(Parts(own, how), print))
        held = training.floored(held, own.gold)[0]
        add("onoma train topics --unit sentence --adapt", *judged(held, whole))
    table.note(f"{recipe.folds} folds by abstract, as the command has them")
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
