"""Medication tables against marked texts: names, doses, routes, times, and what belongs to what.

    python bench/medications.py [--split dev] [--tagger DIR] [--out bench/results/medications.md]

The names and parts of maccrobat2020 (case reports), the relations that tie a part to its medicine,
the pairs of drug and dose of the ADE corpus, and notes of our own with the table that they should
give (``bench/medication_notes``). A dose there takes in how often it is given ("1 g twice daily"),
so ours are joined where they touch. Beside stand the dictionary's chemicals alone, and the strings
marked in the training part alone.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from onoma.eval.datasets import in_split
from onoma.extract.medications import MedicationReader, make_reader
from onoma.extract.rows import PARTS, Cell, Medication
from onoma.extract.tagging import SpanFinder
from onoma.metrics.spans import TypedSpan, overlap_counts, strict_counts
from onoma.types import Document
from report import Table, figure, write_tables

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("ONOMA_SHARED", HERE.parent.parent / "shared")) / "data"
NOTES = HERE / "medication_notes"
TYPES = ("Medication", "Dosage", "Administration", "Duration")
OURS = {
    "dose": "Dosage", "strength": "Dosage", "frequency": "Dosage", "route": "Administration",
    "form": "Administration", "duration": "Duration",
}  # fmt: skip
HEADS = {
    "drug": "Medication", "dose": "Dosage", "maccrobat2020/Frequency": "Dosage",
    "maccrobat2020/Administration": "Administration", "maccrobat2020/Duration": "Duration",
}  # fmt: skip
Pair = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Report:
    """A case report with its marks; ``ties`` are pairs of a part and its medicine."""

    document: Document
    marks: list[TypedSpan] = field(default_factory=list)
    ties: dict[str, list[Pair]] = field(default_factory=lambda: defaultdict(list))


def reports(split: str) -> Iterator[Report]:
    """Yield the case reports of a part of maccrobat2020."""
    with tarfile.open(SHARED / "maccrobat2020" / "MACCROBAT2020-60pct.tar.xz") as archive:
        files = {m.name: m for m in archive.getmembers() if m.isfile()}
        for name in sorted(files):
            if not name.endswith(".txt") or not in_split(name.removesuffix(".txt"), split):
                continue
            texts = [
                archive.extractfile(files[one]).read().decode("utf-8")  # type: ignore[union-attr]  # a file
                for one in (name, name.removesuffix(".txt") + ".ann")
            ]
            yield report(Document(Path(name).stem, texts[0]), texts[1])


def report(document: Document, notes: str) -> Report:
    """Return a document with the marks of its brat file."""
    out, spans, events = Report(document), {}, {}
    lines = [line.split("\t") for line in notes.splitlines() if line]
    for cells in lines:
        if cells[0].startswith("T"):
            kind, _, places = cells[1].partition(" ")
            numbers = [int(n) for n in re.findall(r"\d+", places)]
            kind = {"Frequency": "Dosage"}.get(kind, kind)
            spans[cells[0]] = TypedSpan(min(numbers), max(numbers), kind)
        elif cells[0].startswith("E"):
            events[cells[0]] = cells[1].split()[0].partition(":")[2]
    out.marks = [span for span in spans.values() if span.type in TYPES]
    for cells in lines:
        if not cells[0].startswith("R") or not cells[1].startswith("MODIFY"):
            continue
        ends = [one.partition(":")[2] for one in cells[1].split()[1:]]
        part, name = (spans.get(events.get(one, one)) for one in ends)
        if part and name and name.type == "Medication" and part.type in TYPES[1:]:
            out.ties[part.type].append(((part.start, part.end), (name.start, name.end)))
    return out


class Given:
    """Stands in for a tagger: the names that the annotators marked."""

    def __init__(self, known: Iterable[Report]) -> None:
        """Take marked reports."""
        self._spans = {
            r.document.id: [(m.start, m.end, 1.0) for m in r.marks if m.type == "Medication"]
            for r in known
        }

    def spans(self, document: Document, head: str) -> list[tuple[int, int, float]]:
        """Return the marked names."""
        return self._spans[document.id]


def parts_of(text: str, row: Medication) -> Iterator[tuple[str, int, int]]:
    """Yield a row's parts as that corpus draws them: a dose and its frequency that touch as one."""
    cells = sorted(
        ((OURS[kind], cell.start, cell.end) for kind, cell in row.parts() if kind in OURS),
        key=lambda one: one[1:],
    )
    cells = [c for c in cells if not any(_inside(c, other) for other in cells)]
    joined: list[tuple[str, int, int]] = []
    for kind, start, end in cells:
        if joined and kind == joined[-1][0] == "Dosage":
            last = joined[-1]
            if re.fullmatch(r"[\s,(/-]*", text[last[2] : start]):
                joined[-1] = ("Dosage", last[1], end)
                continue
        joined.append((kind, start, end))
    yield from joined


def _inside(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one != other and other[1] <= one[1] and one[2] <= other[2]


def spans_of(text: str, rows: Iterable[Medication]) -> tuple[list[TypedSpan], dict[str, set[Pair]]]:
    """Return what a table says as typed spans, and as pairs of part and name by type."""
    marks: set[TypedSpan] = set()
    ties: dict[str, set[Pair]] = defaultdict(set)
    for row in rows:
        marks.add(TypedSpan(row.start, row.end, "Medication"))
        for kind, start, end in parts_of(text, row):
            marks.add(TypedSpan(start, end, kind))
            ties[kind].add(((start, end), (row.start, row.end)))
    return sorted(marks), ties


def scores(counts: np.ndarray) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a count row."""
    right, got, _, want = (float(n) for n in counts)
    return right / max(got, 1), right / max(want, 1), 2 * right / max(got + want, 1)


def pair_counts(gold: Sequence[Pair], found: Iterable[Pair]) -> np.ndarray:
    """Return the count row of pairs whose sides both share a character, one to one."""
    left, right, got = list(gold), 0, list(found)
    for pair in got:
        for other in left:
            if all(a[0] < b[1] and b[0] < a[1] for a, b in zip(pair, other, strict=True)):
                left.remove(other)
                right += 1
                break
    return np.array([right, len(got), right, len(gold)])


def lexicon(train: Iterable[Report], text: str) -> list[TypedSpan]:
    """Return where strings of the training part stand in a text, longest first."""
    names: dict[str, str] = {}
    for one in train:
        for mark in one.marks:
            names.setdefault(one.document.text[mark.start : mark.end].lower(), mark.type)
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    found = re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.I)
    return [TypedSpan(*m.span(), names[m[0].lower()]) for m in found if m[0].lower() in names]


def names_and_parts(split: str, tagger: str | None) -> list[Table]:
    """Measure on maccrobat2020."""
    marked = list(reports(split))
    other = list(reports("train")) if split == "dev" else []
    reader = make_reader()
    systems: dict[str, list[list[TypedSpan]]] = {}
    ties: dict[str, list[dict[str, set[Pair]]]] = {}

    def run(name: str, one: MedicationReader) -> None:
        tables = list(one.read([r.document for r in marked]))
        both = [spans_of(t.document.text, t.rows) for t in tables]
        systems[name], ties[name] = [b[0] for b in both], [b[1] for b in both]

    pipeline = reader._pipeline
    systems["dictionary: all chemicals"] = [
        [TypedSpan(m.start, m.end, "Medication") for m in found if m.type in ("chemical", "drug")]
        for found in pipeline.pipe(r.document for r in marked)
    ]
    if other:
        systems["strings of the training part"] = [lexicon(other, r.document.text) for r in marked]
    run("medication tables", reader)
    if tagger:
        finder = SpanFinder.of(tagger, pipeline.store)
        systems["the tagger alone"] = [
            [TypedSpan(s, e, kind) for head, kind in HEADS.items()
             for s, e, _ in finder.spans(r.document, head)]
            for r in marked
        ]  # fmt: skip
        run("with the tagger", make_reader(tagger=tagger))
    run("names given", MedicationReader(pipeline, Given(marked)))  # type: ignore[arg-type]  # answers alike
    head = ["type", "system", "in gold", "precision", "recall", "strict F1", "overlap F1"]
    spans = Table(f"Names and parts: maccrobat2020, {split}", head, left=2)
    for kind in TYPES:
        for name, found in systems.items():
            if name == "names given" and kind == "Medication":
                continue
            gold = [_marks(r, kind) for r in marked]
            got = [[m for m in one if m.type == kind] for one in found]
            if not any(got):
                continue
            strict = scores(sum(map(strict_counts, gold, got)))
            loose = scores(sum(map(overlap_counts, gold, got)))
            row = [kind, name, str(sum(map(len, gold)))]
            spans.add([*row, *(figure(f) for f in (*strict, loose[2]))], show=True)
    spans.note(f"{len(marked)} case reports; parts count in gold where a relation ties them to a "
               "medicine, but for the medicines themselves all")  # fmt: skip
    head = ["part of a medicine", "system", "pairs", "precision", "recall", "F1"]
    tied = Table(f"What belongs to what: maccrobat2020, {split}", head, left=2)
    for kind in (*TYPES[1:], "all"):
        for name, found in ties.items():
            kinds = TYPES[1:] if kind == "all" else (kind,)
            counts = sum(
                pair_counts([p for k in kinds for p in r.ties[k]], [p for k in kinds for p in f[k]])
                for r, f in zip(marked, found, strict=True)
            )
            tied.add([kind, name, str(int(counts[3])), *map(figure, scores(counts))], show=True)
    tied.note("both spans share a character with gold; names given: the annotators' names of "
              "medicines beside ours")  # fmt: skip
    return [spans, tied]


def _marks(one: Report, kind: str) -> list[TypedSpan]:
    if kind in ("Medication", "Duration"):
        return [m for m in one.marks if m.type == kind]
    return [TypedSpan(*part, kind) for part, _ in one.ties[kind]]


def doses() -> Table:
    """Measure the pairs of drug and dose in sentences of the ADE corpus."""
    gold: dict[str, set[tuple[str, str]]] = defaultdict(set)
    lines = (SHARED / "ade-corpus" / "DRUG-DOSE.rel").read_text(encoding="utf-8").splitlines()
    for line in lines:
        _, sentence, dose, _, _, drug, _, _ = line.split("|")
        gold[sentence].add((dose, drug))
    table = Table(
        "Drug and dose in one sentence: ADE corpus", ["part", "pairs", "precision", "recall", "F1"]
    )
    reader = make_reader()
    rows = {"dev": np.zeros(4, int), "train": np.zeros(4, int)}
    for found in reader.read([Document(s, s) for s in gold]):
        text = found.document.text
        pairs = [pair for dose, drug in sorted(gold[text]) if (pair := _places(text, dose, drug))]
        got = {
            ((start, end), (row.start, row.end))
            for row in found
            for kind, start, end in parts_of(text, row)
            if kind == "Dosage"
        }
        split = "dev" if in_split(text, "dev") else "train"
        rows[split] = rows[split] + pair_counts(pairs, got)
    for split, counts in rows.items():
        table.add([split, str(int(counts[3])), *map(figure, scores(counts))], show=True)
    table.note("a dose there may be a word (high, overdose) or how often")
    table.note("a pair counts as wrong that the corpus, which marks one or two a sentence, lacks")
    return table


def _places(text: str, dose: str, drug: str) -> Pair | None:
    """Return the nearest pair of places of two strings."""
    left = [m.span() for m in re.finditer(re.escape(dose), text)]
    right = [m.span() for m in re.finditer(re.escape(drug), text)]
    pairs = [(a, b) for a in left for b in right]
    return min(pairs, key=lambda p: abs(p[0][0] - p[1][0]), default=None)


def planted(folder: Path, title: str) -> Table:
    """Compare notes of our own with the tables that they should give, cell by cell."""
    table = Table(title, ["cell", "planted", "precision", "recall", "F1"])
    names = ("drug", *PARTS, "status")
    counts = {name: np.zeros(4, int) for name in names}
    reader = make_reader()
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found = [cells_of(row) for row in next(reader.read([Document(path.stem, text)]))]
        with path.with_suffix(".tsv").open(encoding="utf-8", newline="") as stream:
            wanted = list(csv.DictReader(stream, delimiter="\t"))
        for name in names:
            counts[name] = counts[name] + _cell_counts(name, found, wanted)
    for name in names:
        table.add([name, str(int(counts[name][3])), *map(figure, scores(counts[name]))], show=True)
    table.note("a cell is right where it stands beside the same medicine with the same words")
    return table


def cells_of(row: Medication) -> dict[str, str]:
    """Return a row's words by column."""
    out = {"drug": row.text, "status": row.status}
    for part in PARTS:
        cell: Cell | None = getattr(row, part)
        out[part] = " ".join(cell.text.split()) if cell else ""
    return out


def _cell_counts(
    name: str, found: Sequence[dict[str, str]], wanted: Sequence[dict[str, str]]
) -> np.ndarray:
    got = [(r["drug"], r[name]) for r in found if r[name]]
    want = [(r["drug"], r[name]) for r in wanted if r[name]]
    left, right = list(want), 0
    for cell in got:
        if cell in left:
            left.remove(cell)
            right += 1
    return np.array([right, len(got), right, len(want)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", default="dev", choices=("train", "dev"))
    parser.add_argument("--tagger", help="folder of a tagger with a head 'drug'")
    parser.add_argument("--out", type=Path, help="write the tables as Markdown")
    options = parser.parse_args(arguments)
    tables = [*names_and_parts(options.split, options.tagger), doses()]
    if NOTES.is_dir():
        tables.append(planted(NOTES, "Notes of our own that the rules were corrected on"))
        tables.append(planted(NOTES / "unseen", "Notes of our own written after the rules"))
    if options.out:
        write_tables(tables, options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
