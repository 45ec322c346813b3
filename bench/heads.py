"""Methods, tests and events: heads of the shipped tagger beside dictionary and training strings.

    python bench/heads.py [--tagger DIR] [--out bench/results/heads.md]

Dev parts that the tagger has not seen: techniques of GutBrainIE, measurements of DiMB-RE, and
tests, treatments, events and dates of maccrobat2020. Spans must agree in both borders, or share a
character.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import onoma
from onoma.eval.datasets import data_sets
from onoma.eval.tagger_corpora import read_corpus
from onoma.extract.tagging import SpanFinder
from onoma.metrics.spans import TypedSpan, overlap_counts, strict_counts
from onoma.recognize.tagger.training.corpora import MarkedText
from onoma.types import Document
from report import Table, figure

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))


@dataclass(frozen=True)
class Case:
    """Labels of a set that are one kind of thing, with the head and the dictionary's types."""

    name: str
    corpus: str
    labels: tuple[str, ...]
    head: str
    types: tuple[str, ...]


CASES = (
    Case("techniques", "gutbrainie", ("biomedical technique", "statistical technique"),
         "gutbrainie/biomedical technique+gutbrainie/statistical technique",
         ("method", "test", "procedure")),
    Case("techniques, head method", "gutbrainie",
         ("biomedical technique", "statistical technique"), "method", ()),
    Case("measurements", "dimb-re", ("Measurement", "DiversityMetric"),
         "dimb-re/Measurement+dimb-re/DiversityMetric", ("method", "test", "procedure")),
    Case("tests", "maccrobat2020", ("Diagnostic",), "test", ("test", "procedure")),
    Case("treatments", "maccrobat2020", ("Therapy",), "procedure", ("procedure",)),
    Case("events", "maccrobat2020", ("Clinical_event",), "maccrobat2020/Clinical_event", ()),
    Case("dates", "maccrobat2020", ("Date",), "maccrobat2020/Date", ()),
)  # fmt: skip


def strings(train: Sequence[MarkedText], text: str) -> list[TypedSpan]:
    """Return where strings marked in the training part stand in a text."""
    names = {one.text[m.start : m.end].lower() for one in train for m in one.marks}
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    found = re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.I) if names else ()
    return [TypedSpan(*m.span(), "") for m in found]


def shares(counts: np.ndarray) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a count row."""
    right, got, _, want = (float(n) for n in counts)
    return right / max(got, 1), right / max(want, 1), 2 * right / max(got + want, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tagger", help="folder of a tagger; the one that ships unless given")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    nlp = onoma.load(mode="dictionary")
    finder = SpanFinder.of(options.tagger, nlp.store)
    known = {row.name: row for row in data_sets()}
    head = ["what", "system", "in gold", "precision", "recall", "strict F1", "overlap F1"]
    table = Table("Methods, tests, events: heads of the tagger, dev parts", head, left=2)
    for case in CASES:
        row = known[case.corpus]
        corpus = read_corpus(row, SHARED / "data", dict.fromkeys(case.labels, ""))
        gold = [[TypedSpan(m.start, m.end, "") for m in one.marks] for one in corpus.dev]
        documents = [Document(one.id, one.text) for one in corpus.dev]
        heads = case.head.split("+")
        systems = {
            "strings of the training part": [strings(corpus.train, d.text) for d in documents],
            "tagger": [
                [TypedSpan(s, e, "") for h in heads for s, e, _ in finder.spans(d, h)]
                for d in documents
            ],
        }
        if case.types:
            systems = {"dictionary": [
                [TypedSpan(m.start, m.end, "") for m in nlp.annotate(d) if m.type in case.types]
                for d in documents
            ], **systems}  # fmt: skip
        for name, found in systems.items():
            strict = shares(sum(map(strict_counts, gold, found)))
            loose = shares(sum(map(overlap_counts, gold, found)))
            cells = [f"{case.name} ({case.corpus})", name, str(sum(map(len, gold)))]
            table.add([*cells, *map(figure, (*strict, loose[2]))], show=True)
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
