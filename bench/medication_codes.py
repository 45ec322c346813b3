"""Are the codes of medication tables right? Names found, and the concept each is given.

    python bench/medication_codes.py [--tagger ours] [--out bench/results/medication_codes.md]

No shared corpus of notes has codes of medicines, so two stand in. Abstracts of the dev parts of
BC5CDR and BioRED, each once (MeSH ids), their chemicals that are medicines alone: the vocabulary
calls their concept a drug or ties it to DrugBank. And notes of our own, where a name is right if
its concept goes by the name of the substance that we wrote down by hand
(``medication_substances.txt``); a name for two substances is right with either. Acc@1 is the
share of names found whose concept, or one that the vocabulary holds for the same, is the gold one;
beside it the share of all names that are found with the right concept.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import medications
from onoma.eval.datasets import data_sets
from onoma.eval.gold_documents import GoldDocument
from onoma.eval.parts import Source
from onoma.eval.reading import read_documents
from onoma.extract.drugs import Codes
from onoma.extract.medications import make_reader
from onoma.extract.rows import Medication
from onoma.ontology.store import ConceptStore
from onoma.types import Document
from report import Table, figure, write_tables

SUBSTANCES = Path(__file__).resolve().with_name("medication_substances.txt")
CORPORA = ("bc5cdr", "biored")
HEAD = ["texts", "system", "names", "found", "coded", "right", "Acc@1", "right of all"]


def abstracts() -> list[GoldDocument]:
    """Return the dev abstracts of the corpora, each once."""
    rows = {one.name: one for one in data_sets()}
    found: dict[str, GoldDocument] = {}
    for name in CORPORA:
        source = Source(medications.SHARED / rows[name].folder, rows[name], "dev")
        for one in read_documents(source):
            found.setdefault(one.document.id, one)
    return list(found.values())


def wanted(one: GoldDocument, codes: Codes) -> dict[tuple[int, int], frozenset[str]]:
    """Return where medicines stand in an abstract, with the ids that are right for each."""
    out = {}
    for mention in one.mentions:
        is_chemical = mention.type.lower() in ("chemical", "chemicalentity")
        if is_chemical and mention.concepts and is_medicine(mention.concepts, codes):
            out[mention.start, mention.end] = frozenset(mention.concepts)
    return out


def is_medicine(curies: tuple[str, ...], codes: Codes) -> bool:
    """Whether one of a mention's concepts is a drug, or is tied to one of DrugBank."""
    if any(code.startswith("DRUGBANK:") for code in codes.of(curies)):
        return True
    rows = [codes.store.curies.find(curie) for curie in curies]
    return any(row >= 0 and "drug" in codes.store.concept_at(row).types for row in rows)


def count(rows: Iterable[Medication], gold: dict[tuple[int, int], frozenset[str]]) -> list[int]:
    """Return how many names are found, have a code, and have the right one."""
    by_place = {(row.start, row.end): row for row in rows}
    hits = [(by_place[place], right) for place, right in gold.items() if place in by_place]
    coded = [(row, right) for row, right in hits if row.codes]
    return [len(hits), len(coded), sum(bool(right & set(row.codes)) for row, right in coded)]


def cells(name: str, system: str, total: int, counts: Sequence[int]) -> list[str]:
    """Return a row of the table."""
    found, coded, right = counts
    shares = (right / max(found, 1), right / max(total, 1))
    return [name, system, str(total), str(found), str(coded), str(right), *map(figure, shares)]


def substances() -> dict[str, list[str]]:
    """Return what names that are no substances stand for; kinds stand for nothing."""
    lines = SUBSTANCES.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {name.lower(): [s for s in said.split("; ") if s != "-"] for name, said in pairs}


def names_of(row: Medication, store: ConceptStore) -> set[str]:
    """Return all names of the concepts that a row's codes are, in small letters."""
    found = {(row.label or "").lower()}
    for code in row.codes:
        number = store.curies.find(code)
        if number >= 0:
            found.add(store.labels[number].lower())
            found |= {one.text.lower() for one in store.concept_at(number).names}
    return found


def notes(system: str, tagger: str | None) -> list[list[str]]:
    """Return the rows of the notes of our own."""
    reader = make_reader(tagger=tagger)
    store = reader._pipeline.store
    known, out = substances(), []
    for title, folder in (("notes, seen", medications.NOTES),
                          ("notes, unseen", medications.NOTES / "unseen")):  # fmt: skip
        total, counts = 0, [0, 0, 0]
        for path in sorted(folder.glob("*.txt")):
            with path.with_suffix(".tsv").open(encoding="utf-8", newline="") as stream:
                gold = {one["drug"] for one in csv.DictReader(stream, delimiter="\t")}
            table = next(reader.read([Document(path.stem, path.read_text(encoding="utf-8"))]))
            by_name = {row.text: row for row in table}
            for name in sorted(gold):
                right = known.get(name.lower(), [name.lower()])
                if not right:
                    continue
                total += 1
                row = by_name.get(name)
                if row is not None:
                    is_right = bool(set(right) & names_of(row, store))
                    counts = [a + b for a, b in zip(counts, (1, bool(row.codes), is_right),
                                                    strict=True)]  # fmt: skip
        out.append(cells(title, system, total, counts))
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tagger", help="folder of a tagger with a head 'drug', or ours")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    table = Table("Codes of medicines", HEAD, left=2)
    documents = abstracts()
    systems = {"tables": None} | ({"with the tagger": options.tagger} if options.tagger else {})
    for system, tagger in systems.items():
        reader = make_reader(tagger=tagger)
        codes = Codes(reader._pipeline.store)
        gold = [wanted(one, codes) for one in documents]
        tables = reader.read([one.document for one in documents])
        parts = [count(found, want) for found, want in zip(tables, gold, strict=True)]
        counts = [sum(column) for column in zip(*parts, strict=True)]
        total = sum(map(len, gold))
        table.add(cells("BC5CDR and BioRED, dev", system, total, counts), show=True)
        for row in notes(system, tagger):
            table.add(row, show=True)
    table.note("names: in abstracts each mention, in notes each name of a note once")
    table.note(
        "a name in brackets behind another ('warfarin (Coumadin)') belongs to the row before"
    )
    if options.out:
        write_tables([table], options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
