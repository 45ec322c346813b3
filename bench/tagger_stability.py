"""How steady fine-tuning a tagger is with few labels: settings of the recipe, several seeds each.

A twentieth of the training texts of NCBI Disease and BC5CDR is learnt from (the same one for all),
their dev parts are scored as a whole; mean and standard deviation over the seeds.

    python bench/tagger_stability.py --start minilm/ [--seeds 5] [--out bench/results/NAME.md]

Settings: Zhang et al. 2021 (warm-up, fresh top layers, longer training), Howard and Ruder 2018
(rates by layer), Tinn et al. 2023 (frozen layers). Corpora: Dogan et al. 2014, Li et al. 2016.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import corpora as shared
from onoma.eval.datasets import data_sets
from onoma.eval.tagger_corpora import read_corpus
from onoma.ontology.loading import open_vocabulary
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer
from onoma.recognize.tagger.training.corpora import Corpus
from onoma.recognize.tagger.training.measures import mean_of, measure_corpus
from onoma.recognize.tagger.training.recipe import Recipe
from onoma.recognize.tagger.training.session import Session
from report import Table

LABELS = {
    "ncbi-disease": {"Disease": "disease"},
    "bc5cdr": {"Disease": "disease", "Chemical": "chemical"},
}
ONE_IN = 20
PLAIN = Recipe(passes=2.0, average_from=0.5, measures=1)
SETTINGS: dict[str, Recipe] = {
    "recipe": PLAIN,
    "no warm-up": replace(PLAIN, warm=0.0),
    "one rate for all layers": replace(PLAIN, layer_decay=1.0),
    "rates halved every two layers": replace(PLAIN, layer_decay=0.7),
    "top layer begins anew": replace(PLAIN, fresh=1),
    "lower half frozen": replace(PLAIN, frozen=3),
    "no average of weights": replace(PLAIN, average=0.0),
    "nothing hidden": replace(PLAIN, unmarked=0.0, unread=0.0, dropout=0.0),
    "no dictionary": PLAIN,
    "twice as long": replace(PLAIN, passes=4.0),
}


def few(corpus: Corpus) -> Corpus:
    """Return a corpus with one training text in twenty."""
    kept = tuple(one for one in corpus.train if not zlib.crc32(one.id.encode()) % ONE_IN)
    return replace(corpus, train=kept, passes=10.0)


def scores(
    found: Sequence[Corpus], start: Path, recipe: Recipe, gazetteer: Gazetteer | None
) -> float:
    """Return the mean strict F1 over both corpora of a run."""
    with tempfile.TemporaryDirectory() as folder:
        session = Session(found, start, Path(folder), recipe, gazetteer=gazetteer)
        session.trainer.run(save_every=1e9)
        session.model.take(session.trainer.chosen())
        tagger = session.reading()
        return mean_of(one for c in session.corpora for one in measure_corpus(tagger, c))


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    root = shared.shared_file("data")
    rows = {row.name: row for row in data_sets() if row.name in LABELS}
    found = [few(read_corpus(rows[name], root, labels)) for name, labels in LABELS.items()]
    gazetteer = Gazetteer(DictionaryRecognizer(open_vocabulary(("core",))))
    table = Table(
        "Fine-tuning with a twentieth of the labels", ["setting", "mean F1", "sd", "worst", "best"]
    )
    for name, recipe in SETTINGS.items():
        if chosen.only and name != chosen.only:
            continue
        names = None if name == "no dictionary" else gazetteer
        runs = [
            100 * scores(found, chosen.start, replace(recipe, seed=seed), names)
            for seed in range(1, chosen.seeds + 1)
        ]
        spread = statistics.stdev(runs) if len(runs) > 1 else 0.0
        figures = (statistics.mean(runs), spread, min(runs), max(runs))
        table.add([name, *(f"{figure:.1f}" for figure in figures)], show=True)
    texts = sum(len(one.train) for one in found)
    table.note(f"{texts} training texts, {chosen.seeds} seeds; mean over both corpora of their F1")
    table.finish(chosen.out, sys.argv)


if __name__ == "__main__":
    main()
