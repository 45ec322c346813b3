"""A small model of assertion beside the rules: is it worth having?

    python bench/assertion_model.py [--out bench/results/assertion_model.md]

The sentences of the NegEx package (see ``negation.py``), in ten parts: a logistic regression for
each axis learns on nine and answers the tenth, from the words before and behind the condition and
those of the sentence; once alone, and once with what the rules say as one more sign.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

import corpora
from adverse import train
from negation import FILE
from onoma.assertion import assert_spans
from onoma.eval.gold_tables import NegexRow, negex_rows
from onoma.eval.tasks.labels import AXES, axes_of, negex_axes
from onoma.extract.adverse import SIZE
from onoma.extract.phrases import Tokens
from report import Table, figure

FOLDS = 10
BEFORE, BEHIND = 10, 6  # words beside the condition that are looked at


def seen(row: NegexRow, ruled: frozenset[str] | None) -> np.ndarray:
    """Return the numbers of what is seen of a row."""
    start, end = row.spans[0]
    tokens = Tokens.of(row.sentence)
    before = tokens.between(0, start)[-BEFORE:]
    behind = tokens.between(end, len(row.sentence))[:BEHIND]
    words = [
        *(f"before {word}" for word in before),
        *(f"near {word}" for word in before[-3:]),
        *(f"behind {word}" for word in behind),
        *(f"two before {a} {b}" for a, b in pairwise(before)),
        *(f"two behind {a} {b}" for a, b in pairwise(behind)),
        *(f"some {word}" for word in set(tokens.words)),
        *(f"opens {word}" for word in tokens.words[:3]),
    ]
    if ruled is not None:
        words += (f"rules {axis} {axis in ruled}" for axis in AXES)
    return np.unique([zlib.crc32(word.encode()) % SIZE for word in words])


def answers(rows: Sequence[NegexRow], inputs: Sequence[np.ndarray], axis: str) -> list[bool]:
    """Return what models say of rows that they did not learn from."""
    truth = np.array([axis in negex_axes(row) for row in rows], float)
    fold = np.array([zlib.crc32(row.sentence.encode()) % FOLDS for row in rows])
    out = np.zeros(len(rows), bool)
    for part in range(FOLDS):
        rest = np.flatnonzero(fold != part)
        weights, bias = train([inputs[n] for n in rest], truth[rest], rounds=8)
        for n in np.flatnonzero(fold == part).tolist():
            out[n] = weights[inputs[n]].sum() + bias > 0
    return out.tolist()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    rows = [row for row in negex_rows(corpora.shared_file(FILE)) if row.spans]
    ruled = [axes_of(assert_spans(row.sentence, list(row.spans))) for row in rows]
    plain = [seen(row, None) for row in rows]
    both = [seen(row, said) for row, said in zip(rows, ruled, strict=True)]
    head = ["axis", "system", "gold", "precision", "recall", "F1"]
    table = Table("Assertion: rules, a small model, both", head, left=2)
    for axis in AXES:
        gold = [axis in negex_axes(row) for row in rows]
        found = {
            "rules": [axis in said for said in ruled],
            "model": answers(rows, plain, axis),
            "model that sees the rules": answers(rows, both, axis),
        }
        for name, got in found.items():
            right = sum(g and p for g, p in zip(gold, got, strict=True))
            shares = (right / max(sum(got), 1), right / max(sum(gold), 1),
                      2 * right / max(sum(got) + sum(gold), 1))  # fmt: skip
            table.add([axis, name, str(sum(gold)), *map(figure, shares)], show=True)
    table.note(f"{len(rows):,} rows in {FOLDS} parts; rows of one sentence stay together")
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
