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
    reader: Reader, task: RelationTask, dev: Sequence[GoldText]
) -> tuple[Counts, float, float]:
    """Return counts by document, the calibration error and the texts a CPU second."""
    started = time.process_time()
    readings = reader.read([one.text for one in dev], task)
    took = time.process_time() - started
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
    return sums, calibration_error(chances, held), len(dev) / took


def f1(counts: Counts, column: int) -> str:
    """Return an F1 with its interval; ``column`` counts what is right."""
    statistic = ratio_of(2 * counts[:, column], counts[:, 3] + counts[:, 4])
    found = bootstrap({"": statistic}, len(counts), rng=np.random.default_rng(1))[""]
    return f"{figure(found.value)} [{figure(found.low)}, {figure(found.high)}]"


def alone(reader: Reader, name: str, *, network: bool) -> Reader:
    """Return a reader whose scale of a task hears the network or the words alone.

    The other's part is left to the shifts: borders stay those of both, so this says how much the
    two add to each other, not what a system of one could reach at best.
    """
    scale = reader.card.scales[name]
    changed = replace(
        scale,
        network=scale.network + scale.words if network else 0.0,
        words=0.0 if network else scale.network + scale.words,
    )
    scales = {**reader.card.scales, name: changed}
    return reader.with_card(replace(reader.card, scales=scales))


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench/results/relation_reader.md"))
    parser.add_argument("--task", action="append", default=[])
    parser.add_argument("--reader", type=Path, help="a folder in place of the reader that ships")
    asked = parser.parse_args()
    reader = load_reader(asked.reader)
    table = Table("Relations read in texts whose entities are gold (dev parts)", COLUMNS)
    parts = Table("The network and the words alone (F1)", ("task", "both", "network", "words"))
    for corpus in read_relation_corpora(SHARED / "data", asked.task or reader.card.heads.tasks):
        task = corpus.task
        counts, error, speed = measured(reader, task, corpus.dev)
        has_novelty = reader.card.whole.get("novelty") == task.name
        table.add(
            [
                task.name, f"{len(corpus.dev):,}", f"{counts[:, 4].sum():,.0f}", f1(counts, 0),
                BARS.get(task.name, ""), f1(counts, 1), f1(counts, 2) if has_novelty else "",
                f"{error:.3f}", f"{speed:.0f}",
            ],
            show=True,
        )  # fmt: skip
        if reader.card.scales[task.name].words:
            one = [
                f1(measured(alone(reader, task.name, network=is_network), task, corpus.dev)[0], 0)
                for is_network in (True, False)
            ]
            parts.add([task.name, f1(counts, 0), *one], show=True)
    table.note(
        "BioRED's bar: pair / pair and kind / pair, kind and novelty. A tenth of the training"
    )
    table.note("documents was held back; scales and borders were fitted on it, not on dev parts.")
    write_tables([table, parts], asked.out, sys.argv)


if __name__ == "__main__":
    main()
