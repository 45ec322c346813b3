"""Adverse effects read by systems that never saw ADE: learnt from CID, measured on ADE's dev part.

    python bench/relation_transfer.py [--out bench/results/relation_transfer.md]

The systems learn chemical-induced diseases from BC5CDR's training part (documents that stand in
ADE's dev part taken out) and read ADE's sentences, drugs and effects given; a tie counts as an
adverse effect. Beside them: yes to every pair, trigger rules, and the same systems taught by ADE's
own training part. Intervals by the bootstrap over documents; the difference to yes always too.
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

from onoma.eval.relation_corpora import read_relation_corpora
from onoma.eval.relation_measures import count_relations
from onoma.metrics.counts import I64
from onoma.metrics.resampling import bootstrap, compare, f1_of, precision_of, recall_of
from onoma.relate.gold import RelationCorpus
from onoma.relate.instances import Tie
from onoma.relate.systems import Lesson, relaters
from report import Table, figure, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
SYSTEMS = ("triggers", "bayes", "logistic", "boosting")
PACKAGES = ("onoma", "numpy", "scikit-learn")


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench/results/relation_transfer.md"))
    asked = parser.parse_args()
    cid, ade = read_relation_corpora(SHARED / "data", ["cid", "ade"])
    table = Table(
        "Adverse effects of ADE's dev part by systems that learnt from",
        ("system", "learnt from", "precision", "recall", "F1", "95 %", "less yes always", "CPU s"),
        left=2,
    )
    always = counted(ade, read(ade, ade, "cooccurrence")[0])
    show(table, ("yes always", "nothing"), always, always, 0.0)
    for system in SYSTEMS:
        for source in (cid, ade) if system != "triggers" else (cid,):
            found, seconds = read(source, ade, system)
            name = "nothing" if system == "triggers" else source.task.corpus
            show(table, (system, name), counted(ade, found), always, seconds)
    table.note(f"{len(ade.dev):,} sentences with drug and effect given; nothing was chosen on them")
    write_tables([table], asked.out, sys.argv, PACKAGES)


def read(source: RelationCorpus, ade: RelationCorpus, system: str) -> tuple[list[list[Tie]], float]:
    """Return the adverse effects that a system taught by a source finds, and its CPU seconds."""
    started = time.process_time()
    relater = relaters.get(system)(Lesson(source.task, source.train))
    found = relater.relate([one.text for one in ade.dev])
    kind = ade.task.kinds[0].name
    ties = [[replace(tie, kind=kind) for tie in own] for own in found]
    return ties, time.process_time() - started


def counted(ade: RelationCorpus, found: Sequence[Sequence[Tie]]) -> I64:
    """Return the counts of each document."""
    rows = count_relations(ade.task, ade.dev, found).kinds
    names = [one.text.id.partition("#")[0] for one in ade.dev]
    document = np.unique(np.array(names), return_inverse=True)[1]
    sums = np.zeros((int(document.max()) + 1, 4), np.int64)
    np.add.at(sums, document, rows)
    return sums


def show(table: Table, names: tuple[str, str], counts: I64, always: I64, seconds: float) -> None:
    """Add a row."""
    statistics = {"p": precision_of(counts), "r": recall_of(counts), "f": f1_of(counts)}
    made = bootstrap(statistics, len(counts), rng=np.random.default_rng(0))
    span = f"{figure(made['f'].low)} to {figure(made['f'].high)}"
    rng, no_decisions = np.random.default_rng(0), np.zeros((2, 0))
    gain = compare(f1_of(counts), f1_of(always), len(counts), decisions=no_decisions, rng=rng)
    own = gain.difference
    less = f"{100 * own.value:+.1f} ({100 * own.low:+.1f} to {100 * own.high:+.1f})"
    shown = [figure(made[one].value) for one in "prf"]
    table.add([*names, *shown, span, less, f"{seconds:.1f}"], show=True)


if __name__ == "__main__":
    main()
