"""Timelines of case reports: expressions of time, what they date, the order of events.

The reports of maccrobat2020 (Caufield et al. 2020); our split, one report in four is dev. Events
are the annotators' here, so that order and dating are measured alone (bench/heads.py measures the
tagger's events). Order: of each two events at most 15 apart whose order the annotators gave (by
following BEFORE, AFTER and OVERLAP), whether the first is earlier, at the same time, or later.

    python bench/events.py --out bench/results/events.md
    python bench/events.py --grow src/onoma/data/extract/timeline.npz    # grows the forests anew
"""

from __future__ import annotations

import argparse
import os
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from onoma.eval.datasets import in_split
from onoma.extract.events import Dater
from onoma.extract.timeline import (
    BACK,
    KINDS,
    ON,
    SAME,
    Decide,
    Story,
    Told,
    our_teller,
    steps_of,
    write_teller,
)
from onoma.extract.times import find_times
from onoma.formats import read_annotated
from onoma.link.candidates.trees import Forest, Growth, grow
from onoma.text.sentences import sentences
from onoma.types import AnnotatedDocument, Mention
from report import Table, figure, write_tables

SHARED = (
    Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
)
GOLD = {
    "Sign_symptom": "finding", "Disease_disorder": "disorder", "Medication": "medication",
    "Diagnostic_procedure": "test", "Therapeutic_procedure": "treatment",
    "Clinical_event": "encounter",
}  # fmt: skip
TIMES = ("Date", "Duration", "Time")
NEAR = 15  # events apart
GROWTH = Growth(trees=80, depth=3, rate=0.07, least=15, share=0.4)
LEAN = (-1.0, 0.0, 2.0)  # added to the odds of BACK, SAME, ON: best over four folds of train
Say = Callable[[int, int], int | None]


@dataclass
class Report:
    """A case report: its story, who is of one time, and which dates stand beside which events."""

    document: AnnotatedDocument
    story: Story
    groups: list[str]
    later: dict[str, set[str]]
    dates: list[str]
    dated: set[tuple[int, int]] = field(default_factory=set)

    def order(self, one: int, other: int) -> int | None:
        """Return where an event stands relative to another; None where nobody says."""
        a, b = self.groups[one], self.groups[other]
        if a == b:
            return SAME
        is_before, is_after = b in self._reach(a), a in self._reach(b)
        if is_before == is_after:
            return None
        return BACK if is_before else ON

    def _reach(self, group: str) -> set[str]:
        seen: set[str] = set()
        open_groups = [group]
        while open_groups:
            for one in self.later.get(open_groups.pop(), ()):
                if one not in seen:
                    seen.add(one)
                    open_groups.append(one)
        return seen


def read_reports(split: str) -> Iterator[Report]:
    """Yield the reports of a part."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(SHARED / "maccrobat2020" / "MACCROBAT2020-60pct.tar.xz") as archive:
            archive.extractall(folder, filter="data")
        for document in read_annotated([folder], format="brat"):
            if in_split(f"MACCROBAT2020/{Path(document.id).stem}", split):
                yield report(document)


def report(document: AnnotatedDocument) -> Report:
    """Return a document's gold order."""
    mentions = {one.id: one for one in document.mentions}
    events = {r.id: mentions[r.trigger] for r in document.relations if r.trigger in mentions}
    parent = {one: one for one in events}

    def first(one: str) -> str:
        while parent[one] != one:
            one = parent[one]
        return one

    for relation in document.relations:
        if relation.predicate in ("OVERLAP", "IDENTICAL"):
            ends = [a.target for a in relation.arguments if a.target in events]
            for one in ends[1:]:
                parent[first(one)] = first(ends[0])
    later: dict[str, set[str]] = defaultdict(set)
    for relation in document.relations:
        ends = [first(a.target) for a in relation.arguments if a.target in events]
        if relation.predicate in ("BEFORE", "AFTER") and len(ends) == 2 and ends[0] != ends[1]:
            a, b = ends if relation.predicate == "BEFORE" else ends[::-1]
            later[a].add(b)
    places = {(m.start, m.end): key for key, m in events.items() if m.type in GOLD}
    kept = sorted(places.items())
    told = [Told(*span, KINDS.index(GOLD[events[key].type])) for span, key in kept]
    story = Story(document.text, told, find_times(document.text), sentences(document.text))
    groups = [first(key) for _, key in kept]
    dater = Dater(document.text, story.times, sentences(document.text))
    when = [dater.date_of(one.start, one.end) for one in told]
    out = Report(document, story, groups, dict(later), when)
    dates = [(m, first(key)) for key, m in events.items() if m.type in ("Date", "Time")]
    for number, (event, group) in enumerate(zip(told, groups, strict=True)):
        sentence = story.sentence(event.start)
        out.dated |= {
            (number, m.start)
            for m, own in dates
            if own == group and story.sentence(m.start) == sentence
        }
    return out


def lessons(reports: Sequence[Report]) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and answers along the gold front of each report."""
    rows, answers = [], []
    for one in reports:
        front, last = 0, SAME
        for number in range(1, len(one.story.events)):
            answer = one.order(number, front)
            if answer is None:
                continue
            rows.append(one.story.row(number, front, last))
            answers.append(answer)
            front = front if answer == BACK else number
            last = answer
    return np.array(rows, np.float32), np.array(answers)


def grown(reports: Sequence[Report]) -> list[Forest]:
    """Return the three forests, leaning as ``LEAN`` says."""
    rows, answers = lessons(reports)
    forests = [grow(rows, answers == said, growth=GROWTH) for said in (BACK, SAME, ON)]
    return [
        Forest(f.feature, f.threshold, f.values, f.base + lean)
        for f, lean in zip(forests, LEAN, strict=True)
    ]


def order_counts(
    reports: Sequence[Report], decide: Decide, *, uses_dates: bool = False
) -> np.ndarray:
    """Return how often each order was answered by each, (gold, answered), by report."""
    out = np.zeros((len(reports), 3, 3))
    for place, one in enumerate(reports):
        steps = steps_of(one.story, decide, one.dates if uses_dates else ())
        for number in range(len(steps)):
            for other in range(max(0, number - NEAR), number):
                gold = one.order(number, other)
                if gold is not None:
                    got = SAME if steps[number] == steps[other] else ON
                    out[place, gold, BACK if steps[number] < steps[other] else got] += 1
    return out


def order_row(name: str, counts: np.ndarray) -> list[str]:
    """Return a row of the table of orders, with a bootstrap interval of the mean F1."""
    draws = np.random.default_rng(1).integers(0, len(counts), (1000, len(counts)))
    low, high = np.quantile([f1s(counts[draw].sum(0)).mean() for draw in draws], (0.025, 0.975))
    total = counts.sum(0)
    scores = f1s(total)
    return [
        name, figure(float(total.trace() / total.sum())), *map(figure, map(float, scores)),
        f"{figure(float(scores.mean()))} ({figure(low)} to {figure(high)})",
    ]  # fmt: skip


def f1s(counts: np.ndarray) -> np.ndarray:
    """Return the F1 of each class."""
    right = np.diagonal(counts)
    return 2 * right / np.maximum(counts.sum(0) + counts.sum(1), 1)


def dated_pairs(one: Report) -> set[tuple[int, int]]:
    """Return what our rules date by what, by gold expressions where ours touch them."""
    dates = [m for m in one.document.mentions if m.type in ("Date", "Time")]
    dater = Dater(one.document.text, one.story.times, sentences(one.document.text))
    out = set()
    for number, event in enumerate(one.story.events):
        time = dater.time_of(event.start, event.end)
        if time is not None:
            touching = [m for m in dates if m.start < time.end and time.start < m.end]
            out.add((number, touching[0].start if touching else -1 - time.start))
    return out


def nearest_pairs(one: Report) -> set[tuple[int, int]]:
    """Return each event with the nearest gold expression of its sentence."""
    dates = [m for m in one.document.mentions if m.type in ("Date", "Time")]
    out = set()
    for number, event in enumerate(one.story.events):
        sentence = one.story.sentence(event.start)
        inside = [m for m in dates if one.story.sentence(m.start) == sentence]
        if inside:
            out.add((number, min(inside, key=lambda m: abs(m.start - event.start)).start))
    return out


def shares(right: float, got: float, want: float) -> list[str]:
    """Return precision, recall, F1."""
    return [figure(right / max(got, 1)), figure(right / max(want, 1)),
            figure(2 * right / max(got + want, 1))]  # fmt: skip


def time_rows(reports: Sequence[Report]) -> Iterator[list[str]]:
    """Yield how many expressions of time are found: touched, and with both borders."""
    gold = [[m for m in r.document.mentions if m.type in TIMES] for r in reports]
    ours = [[t for t in r.story.times if t.kind not in ("vague", "point")] for r in reports]
    want, got = sum(map(len, gold)), sum(map(len, ours))
    tests: dict[str, Callable[[Mention, int, int], bool]] = {
        "share a character": lambda m, start, end: m.start < end and start < m.end,
        "both borders": lambda m, start, end: (m.start, m.end) == (start, end),
    }
    for name, fits in tests.items():
        pairs = list(zip(gold, ours, strict=True))
        hit = sum(any(fits(m, t.start, t.end) for t in b) for a, b in pairs for m in a)
        right = sum(any(fits(m, t.start, t.end) for m in a) for a, b in pairs for t in b)
        precision, recall = right / max(got, 1), hit / max(want, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        yield [f"expressions of time, {name}", "rules", *map(figure, (precision, recall, f1))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Grow the forests, or measure and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--grow", type=Path, help="write forests of the train part here")
    parser.add_argument("--out", type=Path, help="write the tables as Markdown")
    options = parser.parse_args(arguments)
    if options.grow is not None:
        said = {"data": "maccrobat2020, train part", "licence": "CC BY 4.0", "lean": LEAN}
        options.grow.write_bytes(write_teller(grown(list(read_reports("train"))), dict(said)))
        return 0
    dev = list(read_reports("dev"))
    found = Table("Times of case reports: maccrobat2020, dev",
                  ["what", "system", "precision", "recall", "F1"], left=2)  # fmt: skip
    for row in time_rows(dev):
        found.add(row, show=True)
    for name, system in (("nearest in the sentence (gold expressions)", nearest_pairs),
                         ("ours", dated_pairs)):  # fmt: skip
        pairs = [(one.dated, system(one)) for one in dev]
        counts = [sum(map(len, side)) for side in zip(*pairs, strict=True)]
        right = sum(len(a & b) for a, b in pairs)
        found.add(["event and its date", name, *shares(right, counts[1], counts[0])], show=True)
    title = "Order of two events: maccrobat2020, dev"
    head = ["system", "accuracy", "earlier F1", "same F1", "later F1", "mean F1"]
    table = Table(title, head)
    table.add(order_row("all at one time", order_counts(dev, lambda *_: SAME)), show=True)
    table.add(order_row("as told", order_counts(dev, lambda *_: ON)), show=True)
    by_sentence = order_counts(dev, lambda n, f, row: ON if row[4] > 0 else SAME)
    table.add(order_row("each sentence later than the one before", by_sentence), show=True)
    ours = our_teller()
    table.add(order_row("forests", order_counts(dev, ours)), show=True)
    both = order_counts(dev, ours, uses_dates=True)
    table.add(order_row("forests and dates (ours)", both), show=True)
    if options.out is not None:
        write_tables([table, found], options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
