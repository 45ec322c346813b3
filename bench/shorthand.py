"""Clinical shorthand in sentences of our own: is each form read, and as what is meant?

``shorthand/notes.txt`` has a note a line, with the forms in [brackets] and the label of the concept
that each stands for (- for none). A form is right where a mention has its place and that label, or
none has its place where none is meant.

    python bench/shorthand.py [--errors] [--out bench/results/shorthand.md]
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import onoma
from report import Table, figure, write_tables

NOTES = Path(__file__).with_name("shorthand") / "notes.txt"
MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")
PACKAGES = ("onoma", "numpy")


def notes() -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    """Yield the text of each note and its forms: start, end, label."""
    for line in NOTES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, forms, at = "", [], 0
        for mark in MARK.finditer(line):
            text += line[at : mark.start()]
            forms.append((len(text), len(text) + len(mark[1]), mark[2]))
            text += mark[1]
            at = mark.end()
        yield text + line[at:], forms


def main() -> int:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--errors", action="store_true", help="print what is wrong")
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    table = Table(
        "Clinical shorthand in notes of our own",
        ["mode", "forms", "found", "right", "right, of those meant", "wrong concept"],
    )
    given = list(notes())
    for mode in ("dictionary", "hybrid"):
        nlp = onoma.load(mode=mode)
        found = right = wrong = total = meant = free = 0
        for document, (text, forms) in zip(nlp.pipe([t for t, _ in given]), given, strict=True):
            places = {(one.start, one.end): one.label for one in document.mentions}
            for start, end, label in forms:
                said = places.get((start, end), "-") or "(no concept)"
                total += 1
                meant += label != "-"
                found += label != "-" and said != "-"
                right += said == label
                free += said == label == "-"
                wrong += said not in ("-", "(no concept)", label)
                if options.errors and said != label:
                    print(f"{mode}: {text[start:end]}: {said}, not {label} | {text}")
        none = total - meant
        table.add(
            [mode, str(total), str(found), str(right), figure((right - free) / meant), str(wrong)],
            show=True,
        )  # fmt: skip
    table.note(f"{len(given)} notes, written before any was tried; {none} forms that mean nothing")
    table.note("one hand wrote forms and notes; before: 16.1 and 19.4 % right")
    if options.out is not None:
        write_tables([table], options.out, sys.argv, PACKAGES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
