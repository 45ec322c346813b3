"""How steady fine-tuning a tagger is with few labels: what each means adds, several seeds each.

A twentieth of the training abstracts of NCBI Disease is learnt from (the same ones for all), in
small batches; the first abstracts of its dev part are scored. Mean and standard deviation over the
seeds of: none of the means, each of them alone, all together. Runs are kept, so that a bench that
was stopped goes on.

    python bench/tagger_stability.py --start minilm/ --keep runs.json --out bench/results/NAME.md

Means: Zhang et al. 2021 (warm-up, fresh top layers), Howard and Ruder 2018 (rates by layer), Tinn
et al. 2023 (frozen layers), Polyak and Juditsky 1992 (averaging). Corpus: Dogan et al. 2014.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import zlib
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
from report import Table, write_tables

SET, LABELS = "ncbi-disease", {"Disease": "disease"}
ONE_IN = 20
MOST_DEV = 50  # abstracts
NOTHING = Recipe(
    passes=1.0, pieces=600, warm=0.0, layer_decay=1.0, average=0.0, average_from=0.5, measures=1
)
SETTINGS: dict[str, Recipe] = {
    "nothing": NOTHING,
    "warm-up": replace(NOTHING, warm=0.1),
    "rates by layer": replace(NOTHING, layer_decay=0.8),
    "top layer begins anew": replace(NOTHING, fresh=1),
    "lower half frozen": replace(NOTHING, frozen=3),
    "average of the weights": replace(NOTHING, average=0.9),
    "all but the fresh layer": replace(NOTHING, warm=0.1, layer_decay=0.8, frozen=3, average=0.9),
    "warm-up and fresh layer": replace(NOTHING, warm=0.1, fresh=1),
    "warm-up and two fresh layers": replace(NOTHING, warm=0.1, fresh=2),
    "all": replace(NOTHING, warm=0.1, layer_decay=0.8, fresh=1, frozen=3, average=0.9),
}
Runs = dict[str, dict[str, float]]


def few(passes: float) -> Corpus:
    """Return the corpus with one training text in twenty, seen so often."""
    row = next(row for row in data_sets() if row.name == SET)
    corpus = read_corpus(row, shared.shared_file("data"), LABELS)
    kept = tuple(one for one in corpus.train if not zlib.crc32(one.id.encode()) % ONE_IN)
    return replace(corpus, train=kept, dev=corpus.dev[:MOST_DEV], passes=passes)


def f1_of(corpus: Corpus, start: Path, recipe: Recipe, gazetteer: Gazetteer) -> float:
    """Return the strict F1 of a run, in points."""
    with tempfile.TemporaryDirectory() as folder:
        session = Session([corpus], start, Path(folder), recipe, gazetteer=gazetteer)
        session.trainer.run(save_every=1e9)
        session.model.take(session.trainer.chosen())
        tagger = session.reading()
        return 100 * mean_of(one for c in session.corpora for one in measure_corpus(tagger, c))


def run_all(
    corpus: Corpus, start: Path, seeds: int, keep: Path | None, only: set[str]
) -> tuple[Runs, float]:
    """Return the F1 of each setting by seed, and CPU seconds; seeds outermost, so none is ahead."""
    kept = keep is not None and keep.is_file()
    runs: Runs = json.loads(keep.read_text()) if keep is not None and kept else {}
    gazetteer = Gazetteer(DictionaryRecognizer(open_vocabulary(("core",))))
    started = time.process_time()
    for seed in range(1, seeds + 1):
        for name, recipe in SETTINGS.items():
            own = runs.setdefault(name, {})
            if str(seed) in own or (only and name not in only):
                continue
            own[str(seed)] = f1_of(corpus, start, replace(recipe, seed=seed), gazetteer)
            spent = time.process_time() - started
            print(f"{name}, seed {seed}: {own[str(seed)]:.1f} ({spent:.0f} CPU s)", flush=True)
            if keep is not None:
                keep.write_text(json.dumps(runs))
    return runs, time.process_time() - started


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--passes", type=float, default=5.0)
    parser.add_argument("--only", default="", help="settings, with commas between")
    parser.add_argument("--keep", type=Path, help="a file of runs: those in it are not run again")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    corpus = few(chosen.passes)
    only = set(filter(None, chosen.only.split(",")))
    runs, _ = run_all(corpus, chosen.start, chosen.seeds, chosen.keep, only)
    head = ["means", "seeds", "mean F1", "sd", "worst", "best"]
    table = Table("Fine-tuning with a twentieth of NCBI Disease", head)
    for name, by_seed in runs.items():
        own = list(by_seed.values())
        if not own:
            continue
        spread = statistics.stdev(own) if len(own) > 1 else 0.0
        figures = (statistics.mean(own), spread, min(own), max(own))
        table.add([name, str(len(own)), *(f"{one:.1f}" for one in figures)], show=True)
    table.note(
        f"{len(corpus.train)} abstracts, seen {chosen.passes:g} times in batches of some "
        f"{NOTHING.pieces} pieces; the first {MOST_DEV} abstracts of the dev part; with the "
        "dictionary's marks; a standard deviation of so few seeds is itself uncertain by half"
    )
    if chosen.out is not None:
        write_tables([table], chosen.out, sys.argv)


if __name__ == "__main__":
    main()
