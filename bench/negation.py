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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpora
from report import Table, figure

FILE = "data/negex-context/rsAnnotations-1-120-random.60pct.txt"
Span = tuple[int, int]
AXES = ("negated", "historical", "hypothetical", "other experiencer")


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, a condition, and what is said of it."""

    number: str
    condition: str
    sentence: str
    gold: frozenset[str]


def parse_rows(lines: Sequence[str]) -> list[Row]:
    """Return the rows of the annotation file (its first line is a head)."""
    rows = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < 6:
            continue
        negation, time_word, experiencer = (cell.lower() for cell in cells[3:6])
        gold = {
            "negated": negation == "negated",
            "historical": time_word == "historical",
            "hypothetical": time_word in ("hypothetical", "not particular"),
            "other experiencer": experiencer != "patient",
        }
        true = frozenset(axis for axis, holds in gold.items() if holds)
        rows.append(Row(cells[0], cells[1], line.split("\t")[2], true))
    return rows


def locate(condition: str, sentence: str) -> list[Span]:
    """Return where the condition stands, the places in capitals alone if there are any."""
    words = condition.split()
    if not words:
        return []
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words))
    if words[-1][-1].isalnum():
        pattern += r"(?!\w)"
    places = list(re.finditer(pattern, sentence, re.IGNORECASE))
    if not places:
        places = list(re.finditer(pattern.removesuffix(r"(?!\w)"), sentence, re.IGNORECASE))
    capital = [m for m in places if m.group().isupper()]
    return [m.span() for m in capital or places]


def predicted_axes(assertions: Sequence[Any]) -> frozenset[str]:
    """Return the axes on which any assertion of a row departs."""
    holds = {
        "negated": any(a.polarity == "absent" for a in assertions),
        "historical": any(a.temporality == "historical" for a in assertions),
        "hypothetical": any(a.temporality == "hypothetical" for a in assertions),
        "other experiencer": any(a.experiencer != "patient" for a in assertions),
    }
    return frozenset(axis for axis, true in holds.items() if true)


def onoma_asserter() -> Callable[[str, list[Span]], Sequence[Any]]:
    """Return Onoma's assertion of given spans."""
    from onoma.assertion import assert_spans

    return assert_spans


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


def show_errors(
    rows: Sequence[Row], predicted: Sequence[frozenset[str]], places: Sequence[list[Span]], n: int
) -> None:
    """Print the first rows whose answer differs, each with what was wanted and given."""
    for axis in AXES:
        wrong = [
            (row, axis in row.gold, spans)
            for row, given, spans in zip(rows, predicted, places, strict=True)
            if (axis in row.gold) != (axis in given)
        ]
        print(f"\n== {axis}: {len(wrong)} wrong")
        for row, wanted, spans in wrong[:n]:
            start, end = spans[0]
            near = row.sentence[max(0, start - 90) : start]
            after = row.sentence[end : end + 60]
            sign = "missed" if wanted else "spurious"
            print(f"{row.number:>5} {sign}: {near}[{row.sentence[start:end]}]{after}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Score, print the table, the rows not located and the errors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    lines = corpora.shared_file(FILE).read_text(encoding="utf-8").split("\n")
    every = parse_rows(lines)
    located = [(row, locate(row.condition, row.sentence)) for row in every]
    rows = [row for row, spans in located if spans]
    places = [spans for _, spans in located if spans]
    assert_spans = onoma_asserter()
    started = time.process_time()
    predicted = [
        predicted_axes(assert_spans(row.sentence, spans))
        for row, spans in zip(rows, places, strict=True)
    ]
    seconds = time.process_time() - started
    head = ["axis", "gold", "found", "right", "P", "R", "F1", "specificity"]
    table = Table("Assertion on the NegEx sentences", head)
    for axis in AXES:
        table.add(measure([row.gold for row in rows], predicted, axis), show=True)
    table.note(f"{len(rows)} rows in {seconds:.2f} CPU s; condition given, its place searched for")
    lost = [row for row, spans in located if not spans]
    shown = "; ".join(f"row {row.number}, {row.condition!r}" for row in lost)
    table.note(f"{len(lost)} rows left out because the condition is not in the sentence: {shown}")
    if options.errors:
        show_errors(rows, predicted, places, options.errors)
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
