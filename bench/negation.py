"""Negation, time and experiencer on the sentences of the NegEx package, for given conditions.

Each row gives a sentence and a condition in it; the condition is located (letter case aside, white
space elastic; where it stands several times, those printed in capitals as the corpus marks them)
and given to ``onoma.assertion``. A row is called negated (historical ...) when any place is.

    python bench/negation.py [--errors 50] [--out bench/results/negation.md]

Corpus: Chapman et al. 2001 (NegEx), Harkema et al. 2009 (ConText). "Not particular" is the corpus's
word for its hypothetical rows; "Family member" and "Other" are scored together.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import corpora
from onoma.assertion import assert_spans
from onoma.eval.gold_tables import NegexRow, negex_rows
from onoma.eval.tasks.labels import AXES, axes_of, negex_axes
from report import Table, figure, write_tables

OWN = Path(__file__).resolve().parent / "assertion_clauses"
FILE = "data/negex-context/rsAnnotations-1-120-random.60pct.txt"


def measure(
    gold: Sequence[frozenset[str]], predicted: Sequence[frozenset[str]], axis: str
) -> list[str]:
    """Return gold count, found, right, P, R, F1, specificity of an axis, as cells."""
    pairs = [(axis in g, axis in p) for g, p in zip(gold, predicted, strict=True)]
    right = sum(g and p for g, p in pairs)
    want, got = sum(g for g, _ in pairs), sum(p for _, p in pairs)
    precision = right / got if got else 0.0
    recall = right / want if want else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    quiet = sum(not g and not p for g, p in pairs)
    specificity = quiet / max(1, sum(not g for g, _ in pairs))
    shares = (precision, recall, f1, specificity)
    return [axis, str(want), str(got), str(right), *map(figure, shares)]


def show_errors(rows: Sequence[NegexRow], predicted: Sequence[frozenset[str]], n: int) -> None:
    """Print the first rows whose answer differs, each with what was wanted and given."""
    for axis in AXES:
        wrong = [
            (row, axis in negex_axes(row))
            for row, given in zip(rows, predicted, strict=True)
            if (axis in negex_axes(row)) != (axis in given)
        ]
        print(f"\n== {axis}: {len(wrong)} wrong")
        for row, wanted in wrong[:n]:
            start, end = row.spans[0]
            near = row.sentence[max(0, start - 90) : start]
            after = row.sentence[end : end + 60]
            sign = "missed" if wanted else "spurious"
            print(f"{row.number:>5} {sign}: {near}[{row.sentence[start:end]}]{after}")


def clauses() -> Table:
    """Count what is said wrongly in sentences of our own on where a clause ends."""
    head = ["sentences", "number", "mentions", "wrong"]
    table = Table("Sentences of our own: where a clause ends", head)
    for name in ("seen", "later", "ahead_seen", "ahead_later", "places_seen"):
        path = OWN / f"{name}.txt"
        lines = path.read_text(encoding="utf-8").splitlines()
        pairs = [pair for line in lines for pair in said(line)]
        wrong = sum(wanted != given for wanted, given in pairs)
        table.add([path.stem, str(len(lines)), str(len(pairs)), str(wrong)], show=True)
    table.note("seen: the rules were mended on them; later: written afterwards, and three of eight "
               "found wrong put right")  # fmt: skip
    table.note("ahead: how far a denial looks ahead (before: 17 and 9 wrong), places: what stands "
               "behind it as place or means (before: 13); ahead_later: written afterwards, and two "
               "of four found wrong put right")  # fmt: skip
    return table


def said(line: str) -> list[tuple[str, str]]:
    """Return what is wanted and given of each [mention+] of a line."""
    text, spans, wanted = "", [], []
    for mention, sign, plain in re.findall(r"\[([^\]]*)([-+?])\]|([^\[]+)", line):
        if sign:
            spans.append((len(text), len(text) + len(mention)))
            wanted.append({"+": "present", "-": "absent", "?": "possible"}[sign])
        text += mention or plain
    given = [one.polarity for one in assert_spans(text, spans)]
    return list(zip(wanted, given, strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Score, print the table, the rows not located and the errors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    every = list(negex_rows(corpora.shared_file(FILE)))
    rows = [row for row in every if row.spans]
    started = time.process_time()
    predicted = [axes_of(assert_spans(row.sentence, list(row.spans))) for row in rows]
    seconds = time.process_time() - started
    head = ["axis", "gold", "found", "right", "P", "R", "F1", "specificity"]
    table = Table("Assertion on the NegEx sentences", head)
    for axis in AXES:
        table.add(measure(list(map(negex_axes, rows)), predicted, axis), show=True)
    table.note(f"{len(rows)} rows in {seconds:.2f} CPU s; condition given, its place searched for")
    lost = [row for row in every if not row.spans]
    shown = "; ".join(f"row {row.number}, {row.condition!r}" for row in lost)
    table.note(f"{len(lost)} rows left out because the condition is not in the sentence: {shown}")
    if options.errors:
        show_errors(rows, predicted, options.errors)
    tables = [table, clauses()]
    if options.out:
        write_tables(tables, options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
