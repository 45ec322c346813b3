"""What adapting the encoder to a field's texts does for search in that field.

``onoma train encoder --corpus`` on abstracts of cardiology, three in four by a checksum of the
document's id; the others are what is searched: each by its title, and by its last sentence, which
is cut off. Beside it what adaptation costs elsewhere: abstracts of other fields, names of concepts.
The abstracts are read in the shared data folder and measured with only.

    python bench/adaptation.py --work DIR --out bench/results/adaptation.md
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson

from corpora import shared_root
from onoma.encode.bert import read_weights
from onoma.encode.encoder import shipped_folder
from onoma.encode.folder import read_folder
from onoma.encode.training.corpus import corpus_pairs
from onoma.encode.training.knowledge import gather
from onoma.encode.training.recipe import ADAPTING, Recipe
from onoma.encode.training.results import blended
from onoma.encode.training.sentences import SentencePairs, sentence_pairs
from onoma.encode.training.student import Student
from onoma.encode.training.trainer import Trainer
from onoma.encode.training.unpacking import unpacked_folder
from onoma.eval.datasets import in_split
from onoma.eval.suite.pairs import read_synonyms
from onoma.eval.suite.parts import Search, cut
from onoma.eval.suite.retrieval import search_of
from onoma.eval.suite.scoring import chosen, searched
from onoma.metrics import spearman
from onoma.ontology.sources import core_folder
from onoma.ontology.vocabulary import read_vocabulary
from onoma.text.sentences import sentences
from onoma.types import Document, Passage
from report import PACKAGES, Table, figure, write_tables

FIELD = re.compile(
    r"\b(cardi\w+|coronary|myocard\w+|heart|ventric\w+|atrial|aort\w+|angina|hypertens\w+)\b", re.I
)
LEAST = 3  # such words in an abstract, and one in its title
SHORTEST = 400  # characters of an abstract
OTHERS = 1500  # abstracts of other fields
PAIRS = 8000
ROWS = ("the encoder", "adapted to the texts")


def abstracts() -> Iterator[tuple[bool, Document]]:
    """Yield the abstracts, whether each is of the field; the NC part of the folder is left out."""
    path = shared_root() / "data" / "pubmed-abstracts" / "abstracts.jsonl.gz"
    with gzip.open(path, "rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            title, text = row["title"].strip(), row["abstract"].strip()
            if len(text) < SHORTEST or len(title) < SHORTEST // 20 or row["source"] == "e3c-l3":
                continue
            is_own = bool(FIELD.search(title)) and len(FIELD.findall(text)) >= LEAST
            parts = (
                Passage(0, len(title), "title"),
                Passage(len(title) + 1, len(title) + 1 + len(text), "abstract"),
            )
            yield is_own, Document(str(row["id"]), f"{title}\n{text}", parts)


def halves(document: Document) -> tuple[str, str, str]:
    """Return the title, the abstract but for its last sentence, and that."""
    title, body = (document.text[part.start : part.end] for part in document.passages)
    last = sentences(body)[-1].start
    return title, body[:last].strip(), body[last:].strip()


def searches(documents: list[Document]) -> dict[str, Search]:
    """Return the two tasks: an abstract by its title, and by the sentence that ends it."""
    parts = [one for one in map(halves, documents) if one[1]]
    rng = np.random.default_rng(0)
    texts = [body for _, body, _ in parts]
    return {
        "title": search_of(texts, {title: {body} for title, body, _ in parts}, rng),
        "last sentence": search_of(texts, {last: {body} for _, body, last in parts}, rng),
    }


class Tasks:
    """The measures of a row."""

    def __init__(self, own: list[Document], others: list[Document]) -> None:
        self.own, self.others = searches(own), searches(others)
        rng = np.random.default_rng(0)
        self.names = {prefix: read_synonyms(prefix, rng) for prefix in ("HP:", "MONDO:")}
        path = shared_root() / "data" / "ehr-rel" / "EHR-RelB.dev60.tsv"
        with path.open(encoding="utf-8") as file:
            self.raters = list(csv.DictReader(file, delimiter="\t"))

    def cells(self, student: Student) -> list[str]:
        """Return the figures of a student."""
        out = []
        for task in (*self.own.values(), *self.others.values()):
            vectors = student.encode([cut(text) for text in task.texts], longest=128, batch=256)
            marks = searched(task, vectors)
            every = np.ones((1, marks.n))
            out.append(figure(float(marks.measures["nDCG@10"](every)[0])))
        for choices in self.names.values():
            marks = chosen(choices, student.encode(choices.texts))
            out.append(figure(float(marks.measures["accuracy"](np.ones((1, marks.n)))[0])))
        sides = [[row[f"snomed_label_{n}"] for row in self.raters] for n in (1, 2)]
        left, right = (student.encode(side) for side in sides)
        gold = [float(row["mean_rating"]) for row in self.raters]
        return [*out, f"{spearman((left * right).sum(1), gold).value:.3f}"]


def adapted(student: Student, pairs: SentencePairs, recipe: Recipe, folder: Path) -> None:
    """Train a student on the pairs; a run that was stopped goes on."""
    knowledge = gather(read_vocabulary(core_folder()), held_out=recipe.held_out, seed=recipe.seed)
    trainer = Trainer(student, knowledge, recipe, folder=folder, sentences=pairs)
    trainer.run(watch=lambda step, steps, found: print(step, steps, found, flush=True))
    first, _ = read_weights(student.folder)
    student.take(blended(trainer.average, first, recipe.start_share))


def main() -> None:
    """Measure, train, measure again and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--start", type=Path, help="a model folder; else the encoder that ships")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--sentences", type=float, default=ADAPTING.sentences)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    every = list(abstracts())
    own = [document for is_own, document in every if is_own]
    tested = [one for one in own if in_split(one.id, "dev")]
    pairs = sentence_pairs(corpus_pairs(one for one in own if not in_split(one.id, "dev")))
    others = [document for is_own, document in every if not is_own]
    drawn = np.random.default_rng(1).permutation(len(others))[:OTHERS]
    tasks = Tasks(tested, [others[place] for place in drawn.tolist()])
    start = unpacked_folder(given.start or shipped_folder(), given.work / "start")
    student = Student(read_folder(start, wants="safetensors"))
    columns = ["encoder", *(f"{field}, {task}" for field in ("cardiology", "other fields")
                            for task in tasks.own), "HPO", "Mondo", "EHR-RelB"]  # fmt: skip
    table = Table("Adaptation to a field", columns)
    table.add([ROWS[0], *tasks.cells(student)], show=True)
    recipe = replace(ADAPTING, pairs=given.pairs, sentences=given.sentences)
    adapted(student, pairs, recipe, given.work / "run")
    table.add([ROWS[1], *tasks.cells(student)], show=True)
    counts = [len(one.queries) for one in (*tasks.own.values(), *tasks.others.values())]
    table.note(f"search: nDCG@10 of {', '.join(map(str, counts))} queries")
    table.note(
        f"{len(tested):,} abstracts of cardiology are held out, {len(drawn):,} others searched"
    )
    table.note(f"{given.pairs:,} pairs, {given.sentences:.0%} of them from {len(pairs):,} pairs of")
    table.notes[-1] += f" the other {len(own) - len(tested):,} abstracts of cardiology"
    table.note("HPO, Mondo: held-out synonym nearest among 20 siblings, in percent")
    if given.out:
        write_tables([table], given.out, sys.argv, (*PACKAGES, "torch"))


if __name__ == "__main__":
    main()
