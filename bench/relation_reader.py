"""The relation reader that ships on dev parts with gold entities, beside the bars of the issue.

    python bench/relation_reader.py [--out bench/results/relation_reader.md] [--task NAME ...]

Micro F1 with intervals by the bootstrap over documents; pairs right whatever their kind; pairs,
kind and novelty right; the expected calibration error of the likeliest kind's confidence, over all
candidate pairs; the network and the words each alone; texts a CPU second.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.eval.relation_corpora import read_relation_corpora
from onoma.metrics.resampling import bootstrap, ratio_of
from onoma.relate.gold import GoldText
from onoma.relate.reader import Reader, Reading, load_reader
from onoma.relate.tasks import RelationTask
from onoma.relate.training.lessons import row_of
from onoma.relate.training.scales import calibration_error
from report import Table, figure, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
BARS = {"cid": "64", "chemprot": "70", "biored": "68 / 54 / 42", "ddi": "74"}
COLUMNS = ("task", "texts", "gold", "F1", "bar", "pair F1", "with novelty", "ECE", "texts/CPU s")
Counts = npt.NDArray[np.float64]


def counted(
    reader: Reader, task: RelationTask, gold: GoldText, reading: Reading
) -> tuple[list[float], list[tuple[float, bool]]]:
    """Return a text's counts (right, pair right, all right, said, gold) and confidences."""
    place = {pair: row for row, pair in enumerate(reading.pairs)}
    kinds: dict[int, dict[str, str]] = {}
    wanted = [tie for tie in gold.ties if tie.kind in task.evaluated]
    for tie in wanted:
        row = row_of(tie, task, place)
        if row is not None:
            kinds.setdefault(row, {})[tie.kind] = tie.novelty
    said = reader.ties(gold.text, task, reading)
    sums = np.zeros(3)
    for tie in said:
        told = kinds.get(place[tie.first, tie.second])
        is_right = told is not None and tie.kind in told
        is_whole = is_right and told is not None and told[tie.kind] == tie.novelty
        sums += (is_right, told is not None, is_whole)
    columns = 1 + np.flatnonzero([kind.is_evaluated for kind in task.kinds])
    sure = []
    for row in range(len(reading.pairs)):
        best = columns[int(reading.chances[row, columns].argmax())]
        held = task.kinds[best - 1].name in kinds.get(row, {})
        sure.append((float(reading.chances[row, best]), held))
    return [*sums.tolist(), len(said), len(wanted)], sure


def measured(
    reader: Reader, task: RelationTask, dev: Sequence[GoldText], readings: Sequence[Reading]
) -> tuple[Counts, float]:
    """Return counts by document and the calibration error."""
    counts, sure = [], []
    for gold, reading in zip(dev, readings, strict=True):
        row, own = counted(reader, task, gold, reading)
        counts.append(row)
        sure += own
    names = [one.text.id.partition("#")[0] for one in dev]
    document = np.unique(np.array(names), return_inverse=True)[1]
    sums = np.zeros((int(document.max()) + 1, 5))
    np.add.at(sums, document, np.array(counts))
    chances, held = np.array([one for one, _ in sure]), np.array([one for _, one in sure])
    return sums, calibration_error(chances, held)


def f1(counts: Counts, column: int) -> str:
    """Return an F1 with its interval; ``column`` counts what is right."""
    statistic = ratio_of(2 * counts[:, column], counts[:, 3] + counts[:, 4])
    found = bootstrap({"": statistic}, len(counts), rng=np.random.default_rng(1))[""]
    return f"{figure(found.value)} [{figure(found.low)}, {figure(found.high)}]"


def agreed(
    reader: Reader, task: RelationTask, dev: Sequence[GoldText], readings: Sequence[Reading]
) -> list[str]:
    """Return how many relations are said and how many of them are right, by agreement."""
    found: dict[float, list[bool]] = {}
    for gold, reading in zip(dev, readings, strict=True):
        place = {pair: row for row, pair in enumerate(reading.pairs)}
        held = {(row_of(tie, task, place), tie.kind) for tie in gold.ties}
        for tie in reader.ties(gold.text, task, reading):
            if tie.agreement is not None:
                is_right = (place[tie.first, tie.second], tie.kind) in held
                found.setdefault(tie.agreement, []).append(is_right)
    shares = (found.get(share, [False]) for share in (1.0, 0.5, 0.0))
    return [f"{len(one):,}: {figure(float(np.mean(one)))} %" for one in shares]


def _by_member(readings: Sequence[Reading], member: int) -> list[Reading]:
    """Return readings by the network (0) or the words (1) alone, at the borders of both.

    It says how much the two add to each other, not what a system of one could reach at best.
    """
    return [replace(one, chances=one.members[member]) for one in readings]


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench/results/relation_reader.md"))
    parser.add_argument("--task", action="append", default=[])
    parser.add_argument("--reader", type=Path, help="a folder in place of the reader that ships")
    asked = parser.parse_args()
    reader = load_reader(asked.reader)
    table = Table("Relations read in texts whose entities are gold (dev parts)", COLUMNS)
    names = ("task", "both say it", "one says it", "neither")
    sure = Table("Relations said, and how many are right, by agreement of network and words", names)
    parts = Table("The network and the words alone (F1)", ("task", "both", "network", "words"))
    for corpus in read_relation_corpora(SHARED / "data", asked.task or reader.card.heads.tasks):
        task = corpus.task
        started = time.process_time()
        readings = reader.read([one.text for one in corpus.dev], task)
        speed = len(corpus.dev) / (time.process_time() - started)
        counts, error = measured(reader, task, corpus.dev, readings)
        has_novelty = reader.card.whole.get("novelty") == task.name
        table.add(
            [
                task.name, f"{len(corpus.dev):,}", f"{counts[:, 4].sum():,.0f}", f1(counts, 0),
                BARS.get(task.name, ""), f1(counts, 1), f1(counts, 2) if has_novelty else "",
                f"{error:.3f}", f"{speed:.0f}",
            ],
            show=True,
        )  # fmt: skip
        if any(reading.members for reading in readings):
            one = [
                f1(measured(reader, task, corpus.dev, _by_member(readings, member))[0], 0)
                for member in (0, 1)
            ]
            parts.add([task.name, f1(counts, 0), *one], show=True)
            sure.add([task.name, *agreed(reader, task, corpus.dev, readings)], show=True)
    table.note(
        "BioRED's bar: pair / pair and kind / pair, kind and novelty. A tenth of the training"
    )
    table.note("documents was held back; scales and borders were fitted on it, not on dev parts.")
    write_tables([table, parts, sure], asked.out, sys.argv)


if __name__ == "__main__":
    main()
