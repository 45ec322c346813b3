"""Case reports: how much of what annotators marked is found, and how much of the found is marked.

MACCROBAT's 120 case reports, whose marks have no concepts and other borders than ours ("acute
abdominal pain", "left"): a mark is found where a mention of a fitting type touches it, exactly
where it has the same characters. A mention is marked where it touches a mark of any kind; what is
not is mostly wrong.

    python bench/case_reports.py [--out bench/results/case_reports.md]
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import onoma
from onoma.eval.relation_corpora import read_relation_corpus
from onoma.types import AnnotatedDocument, Span
from report import Table, figure, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FITTING = {
    "Disease_disorder": ("disease", "phenotype"),
    "Sign_symptom": ("disease", "phenotype"),
    "Medication": ("chemical", "drug", "protein", "intervention", "gene"),
    "Biological_structure": ("anatomy", "cell_type"),
}
Marked = tuple[str, list[tuple[Span, str]]]


def reports(data: Path) -> Iterator[Marked]:
    """Yield the text of each case report and its marks with their kinds."""
    corpus = read_relation_corpus("maccrobat", data)
    for one in (*corpus.train, *corpus.dev):
        marks = [
            ((min(s for s, _ in entity.spans), max(e for _, e in entity.spans)), entity.word)
            for entity in one.text.entities
        ]
        yield one.text.text, marks


def measured(kind: str, given: Sequence[Marked], found: Sequence[AnnotatedDocument]) -> list[str]:
    """Return the cells of a kind of mark."""
    marks = touched = same = mentions = marked = 0
    for (_, gold), document in zip(given, found, strict=True):
        own = [(one.start, one.end) for one in document.mentions if one.type in FITTING[kind]]
        for (start, end), word in gold:
            if word == kind:
                marks += 1
                touched += any(low < end and start < high for low, high in own)
                same += (start, end) in own
        mentions += len(own)
        marked += sum(any(low < e and s < high for (s, e), _ in gold) for low, high in own)
    shares = (touched / marks, same / marks, marked / max(mentions, 1))
    return [f"{marks:,}", f"{mentions:,}", *(figure(share) for share in shares)]


def main() -> int:
    """Write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    if not (options.data / "maccrobat2020").is_dir():
        print(f"no case reports at {options.data / 'maccrobat2020'}")
        return 0
    table = Table(
        "Names in 120 case reports (MACCROBAT)",
        ["marks", "mode", "of them", "mentions", "found", "exactly", "mentions that are marked"],
    )
    given = list(reports(options.data))
    for mode in ("dictionary", "hybrid"):
        found = list(onoma.load(mode=mode).pipe([text for text, _ in given]))
        for kind in FITTING:
            table.add([kind, mode, *measured(kind, given, found)], show=True)
    if options.out is not None:
        write_tables([table], options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
