"""What each part of the recipe adds: short runs from one start, alike but for one part.

Small on purpose: a run sees 7,680 pairs (60 steps), a thirty-sixth of the recipe's, so that a row
takes minutes on one core. Rows say in which direction a part works, not how far it goes. Each run
is measured on concepts that none of them was taught, and on EHR-RelB.

    python bench/encoder_ablation.py --start minilm/ --work DIR --out FILE.md

A row that was measured is kept in ``DIR/rows.jsonl`` and not run again.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from corpora import shared_root
from onoma.encode.folder import read_folder
from onoma.encode.training import measures
from onoma.encode.training.knowledge import Knowledge, gather
from onoma.encode.training.recipe import LESSONS, LOSS_WEIGHTS, Recipe
from onoma.encode.training.student import Student
from onoma.encode.training.trainer import Trainer
from onoma.metrics import spearman
from onoma.ontology.loading import vocabulary_folder
from onoma.ontology.merging import merge
from onoma.ontology.vocabulary import read_vocabulary
from report import PACKAGES, Table, figure, write_tables

PAIRS, MOST, EACH = 7680, 700, 1200
PREFIXES = ("HP:", "MONDO:")


def without(shares: dict[str, float], *names: str) -> dict[str, float]:
    """Return shares with some set to nothing."""
    return {name: 0.0 if name in names else share for name, share in shares.items()}


PLAIN = Recipe(pairs=PAIRS, lessons=without(LESSONS, "translation"))
RECIPES: dict[str, Recipe] = {
    "the recipe, without translations": PLAIN,
    "multi-similarity in place of InfoNCE": replace(
        PLAIN, losses={**without(LOSS_WEIGHTS, "infonce"), "multi-similarity": 5.0}
    ),
    "no mined negatives (random batches)": replace(PLAIN, neighbours=0),
    "negatives mined across vocabularies": replace(PLAIN, within=False),
    "no hierarchy margins": replace(PLAIN, losses=without(LOSS_WEIGHTS, "hierarchy")),
    "half the distillation": replace(
        PLAIN, losses={**LOSS_WEIGHTS, "distillation": LOSS_WEIGHTS["distillation"] / 2}
    ),
    "no distillation": replace(PLAIN, losses=without(LOSS_WEIGHTS, "distillation")),
    "no definitions, no relations": replace(
        PLAIN, lessons=without(LESSONS, "translation", "definition", "relation")
    ),
    "no modifiers, swaps, spellings": replace(
        PLAIN, lessons=without(LESSONS, "translation", "modifier", "swap", "spelling")
    ),
}
LAST = "averaging: none (last weights of the recipe)"
START = "un-tuned"


class Tasks:
    """The measures of a row."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.choices, self.pairs = {}, {}
        for prefix in PREFIXES:
            rng = np.random.default_rng(0)
            self.choices[prefix] = measures.choices(knowledge, prefix, rng, most=MOST)
            self.pairs[prefix] = measures.distances(knowledge, prefix, rng, each=EACH)
        path = shared_root() / "data" / "ehr-rel" / "EHR-RelB.dev60.tsv"
        with path.open(encoding="utf-8") as file:
            self.raters = list(csv.DictReader(file, delimiter="\t"))

    def cells(self, student: Student) -> list[str]:
        """Return the figures of a student."""
        score = measures.cosines_of(student.encode)
        left, right = ([row[f"snomed_label_{n}"] for row in self.raters] for n in (1, 2))
        gold = [float(row["mean_rating"]) for row in self.raters]
        return [
            *(figure(measures.share_right(self.choices[p], score)) for p in PREFIXES),
            *(f"{measures.order_kept(self.pairs[p], score):.3f}" for p in PREFIXES),
            f"{spearman(score(left, right), gold).value:.3f}",
        ]


def rows_of(name: str, knowledge: Knowledge, tasks: Tasks, given: Any) -> dict[str, list[str]]:
    """Train one recipe and return its rows."""
    student = Student(read_folder(given.start, wants="safetensors"))
    if name == START:
        return {START: tasks.cells(student)}
    bank = given.work / "first.npy"
    trainer = ShortRun(student, knowledge, RECIPES[name], folder=given.work / "none", first=bank)
    trainer.run(save_every=float("inf"))
    out = {LAST: tasks.cells(student)} if RECIPES[name] is PLAIN else {}
    student.take(trainer.average)
    return {name: tasks.cells(student), **out}


class ShortRun(Trainer):
    """A run that keeps no checkpoint, and shares the first vectors of the clusters with others."""

    def __init__(self, student: Student, *rest: Any, folder: Path, first: Path) -> None:
        encode = student.encode
        if first.is_file():
            vectors = np.load(first)
            student.encode = lambda texts, **_: vectors  # type: ignore[method-assign]
        super().__init__(student, *rest, folder=folder)
        student.encode = encode  # type: ignore[method-assign]
        if not first.is_file():
            np.save(first, self.bank.vectors)

    def save(self) -> None:
        """Keep nothing."""


def main() -> None:
    """Run what is lacking and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--vocab", default="core,definitions")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    kept = given.work / "rows.jsonl"
    rows: dict[str, list[str]] = {}
    if kept.is_file():
        rows = dict(json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines())
    wanted = [name for name in (START, *RECIPES) if name not in rows]
    if wanted:
        parts = [read_vocabulary(vocabulary_folder(name)) for name in given.vocab.split(",")]
        knowledge = gather(merge(parts), held_out=PLAIN.held_out, seed=PLAIN.seed)
        tasks = Tasks(knowledge)
    for name in wanted:
        for row, cells in rows_of(name, knowledge, tasks, given).items():
            rows[row] = cells
            print(row, *cells, flush=True)
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps([row, cells]) + "\n")
    columns = ["recipe", "HPO synonym %", "Mondo synonym %", "HPO is-a", "Mondo is-a", "EHR-RelB"]
    table = Table("Parts of the encoder's recipe, short runs", columns)
    for name in (START, *RECIPES, LAST):
        if name in rows:
            table.add([name, *rows[name]])
    table.note(f"{PAIRS:,} pairs each, one seed; synonyms: held-out concepts, against 20 siblings")
    table.note(
        "one standard error of a synonym column is about 1.9 points: smaller gaps say nothing"
    )
    table.note("is-a: Spearman of cosine with is-a distance, random and near pairs of all concepts")
    if given.out:
        write_tables([table], given.out, sys.argv, (*PACKAGES, "torch"))


if __name__ == "__main__":
    main()
