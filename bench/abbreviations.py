"""Abbreviation pairs on the labelled abstracts of Ab3P: precision, recall, F1 of (short, long).

A pair is right when the document's gold has the same short and long form; white space is made
single, letter case counts. Once a pair and document.

    python bench/abbreviations.py [--errors 50] [--out bench/results/abbreviations.md]

Corpus: Sohn et al. 2008, BMC Bioinformatics 9:402 (MED1250). Seen elsewhere: Schwartz-Hearst 95/82,
Ab3P 96.5/83.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import corpora
from onoma.eval.gold_tables import Defining, ab3p_records, tidy
from onoma.text.abbreviations import find_abbreviations
from report import Table, figure

FILE = "data/ab3p-abbrev/MED1250_labeled.60pct.txt.gz"
Pair = tuple[str, str]


def show_errors(
    records: Sequence[Defining], predicted: Sequence[frozenset[Pair]], count: int
) -> None:
    """Print missed and spurious pairs, each with the text around the short form."""
    for name, wrong in (
        ("missed", [r.pairs - p for r, p in zip(records, predicted, strict=True)]),
        ("spurious", [p - r.pairs for r, p in zip(records, predicted, strict=True)]),
    ):
        total = sum(map(len, wrong))
        print(f"\n== {name}: {total}")
        listed = ((r, pair) for r, pairs in zip(records, wrong, strict=True) for pair in pairs)
        for record, (short, long) in sorted(listed, key=lambda x: (x[0].id, x[1]))[:count]:
            place = max(record.text.find(f"({short}"), record.text.find(f"{short} ("), 0)
            near = record.text[max(0, place - 60) : place + len(short) + 40]
            print(f"{record.id:>9}  {short} | {long}\n           ...{near}...")


def main(arguments: Sequence[str] | None = None) -> int:
    """Score, print the table and the errors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    records = list(ab3p_records(corpora.shared_file(FILE)))
    started = time.process_time()
    found = [find_abbreviations(record.text) for record in records]
    seconds = time.process_time() - started
    predicted = [frozenset((tidy(a.short), tidy(a.long)) for a in each) for each in found]
    head = ["corpus", "abstracts", "gold", "found", "right", "P", "R", "F1", "CPU s"]
    table = Table("Abbreviation pairs", head)
    for label, fold in (("Ab3P MED1250", str), ("the same, letter case aside", str.casefold)):
        table.add(row_of(label, records, predicted, seconds, fold=fold), show=True)
    table.note("published (all 1,250 abstracts): Schwartz-Hearst P 95, R 82; Ab3P P 96.5, R 83")
    if options.errors:
        show_errors(records, predicted, options.errors)
    table.finish(options.out, sys.argv)
    return 0


def row_of(
    label: str,
    records: Sequence[Defining],
    predicted: Sequence[frozenset[Pair]],
    seconds: float,
    *,
    fold: Callable[[str], str],
) -> list[str]:
    """Return the cells of one way to compare pairs."""
    want = [{(fold(s), fold(x)) for s, x in r.pairs} for r in records]
    got = [{(fold(s), fold(x)) for s, x in p} for p in predicted]
    right = sum(len(w & g) for w, g in zip(want, got, strict=True))
    n_want, n_got = sum(map(len, want)), sum(map(len, got))
    precision = right / n_got if n_got else 0.0
    recall = right / n_want if n_want else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    counts = [str(n) for n in (len(records), n_want, n_got, right)]
    return [label, *counts, *map(figure, (precision, recall, f1)), f"{seconds:.2f}"]


if __name__ == "__main__":
    sys.exit(main())
