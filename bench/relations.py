"""Ways to read relations side by side: every corpus, parts of the training documents, balances.

    python bench/relations.py --sets cid,ade --keep relations.json --out bench/results/relations.md

All figures are of dev parts, gold entities given. A run that stands in the file of ``--keep`` is
not made again, so that the table grows from several calls.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from onoma.cli.eval_relation import run_record
from onoma.eval.relation_comparison import (
    BALANCES,
    COUNTING,
    SHARES,
    UNTAUGHT,
    Comparison,
    ancestors_of,
    compare_relaters,
)
from onoma.eval.relation_corpora import read_relation_corpus
from onoma.relate.systems import relaters
from onoma.relate.tasks import relation_task, relation_tasks
from report import Table, write_tables

PACKAGES = ("onoma", "numpy", "scikit-learn")
TITLES = {
    "cid": "CID: chemical-induced disease, pairs of concepts of a document",
    "biored": "BioRED: eight types, pairs of concepts of a document",
    "chemprot": "ChemProt: five groups, pairs of mentions",
    "ddi": "DDI: four types, pairs of mentions",
    "dimb": "DiMB-RE: thirteen types, directed pairs of mentions of a sentence",
    "gutbrainie": "GutBrainIE: seventeen predicates, pairs of texts of a document",
    "ade": "ADE: drug and adverse effect in a sentence",
    "pgr": "PGR: gene and phenotype in a sentence (silver)",
    "maccrobat": "MACCROBAT: causal relations of case reports",
}
Record = dict[str, object]


def main() -> None:
    """Make the runs asked for that are not there yet, and write the tables of all."""
    args = arguments()
    kept: dict[str, Record] = {}
    if args.keep is not None and args.keep.exists():
        kept = json.loads(args.keep.read_text())
    for name in filter(None, args.sets.split(",")):
        fill(name, args, kept)
    tables = [table_of(task.name, kept) for task in relation_tasks()]
    if args.out is not None:
        full = [table for table in tables if table.rows]
        write_tables(full, args.out, ["bench/relations.py", *sys.argv[1:]], PACKAGES)


def arguments() -> argparse.Namespace:
    """Return the command line's options."""
    every = ",".join(task.name for task in relation_tasks())
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sets", default=every)
    parser.add_argument("--systems", default=",".join(relaters.names()))
    parser.add_argument("--shares", default="100,10,1")
    parser.add_argument("--balances", default="all,even")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def fill(name: str, args: argparse.Namespace, kept: dict[str, Record]) -> None:
    """Make the runs of a set that are not kept yet, each kept as soon as it is made."""
    shares = [float(one) / 100 for one in args.shares.split(",")]
    wanted = [
        (system, share, balance)
        for share in shares
        for system in args.systems.split(",")
        for balance in args.balances.split(",")
        if key_of(name, system, share, balance) not in kept
        and (share == 1 or system not in UNTAUGHT)
        and (balance == "all" or system not in COUNTING)
    ]
    if not wanted:
        return
    corpus = read_relation_corpus(name, args.data)
    above = ancestors_of(corpus) if corpus.task.unit == "concept" else {}
    for system, share, balance in wanted:
        asked = Comparison((system,), (share,), (balance,), args.seed)
        for run in compare_relaters(corpus, asked, above=above):
            if run.failed:
                print(f"{name} {system}: {run.failed}", file=sys.stderr)
                continue
            kept[key_of(name, system, share, balance)] = run_record(run)
            shown = 100 * run.estimates["F1"].value
            print(f"{name} {system} {share:g} {balance}: {shown:.1f}", flush=True)
            if args.keep is not None:
                args.keep.write_text(json.dumps(kept, indent=1))


def key_of(name: str, system: str, share: float, balance: str) -> str:
    """Return the name of a run in the file of runs."""
    return f"{name} {system} {share:g} {balance}"


def table_of(name: str, kept: dict[str, Record]) -> Table:
    """Return the table of a set's runs."""
    has_novelty = name == "biored"
    columns = ["system", "negatives", "documents", "pair F1", "pair + type F1", "interval"]
    columns += ["+ novelty F1"] if has_novelty else []
    columns += ["precision", "recall", "learning s", "reading s", "MB"]
    table = Table(TITLES[name], columns, left=2)
    for share in SHARES:
        for system in relaters.names():
            for balance in BALANCES:
                record = kept.get(key_of(name, system, share, balance))
                if record is not None:
                    table.add(cells_of(system, share, record, has_novelty))
    if any(str(kept.get(key_of(name, s, 1.0, "all"))) != "None" for s in relaters.names()):
        table.note(note_of(name))
    return table


def cells_of(system: str, share: float, record: Record, has_novelty: bool) -> list[str]:
    """Return the cells of a run."""
    measures = record["measures"]
    assert isinstance(measures, dict)

    def shown(measure: str) -> str:
        return f"{100 * measures[measure]['value']:.1f}" if measure in measures else "-"

    f1 = measures["F1"]
    held = record["megabytes"]
    documents = "none" if system in UNTAUGHT else f"{100 * share:g} %"
    return [
        system, str(record["balance"]), documents, shown("pair F1"), shown("F1"),
        f"{100 * f1['low']:.1f} to {100 * f1['high']:.1f}",
        *([shown("novelty F1")] if has_novelty else []),
        shown("precision"), shown("recall"), f"{record['learning_seconds']:.1f}",
        f"{record['reading_seconds']:.1f}", "-" if held is None else f"{held:.0f}",
    ]  # fmt: skip


def note_of(name: str) -> str:
    """Return what is scored."""
    task = relation_task(name)
    kinds = f"{len(task.evaluated)} kinds" if len(task.evaluated) > 1 else "one kind"
    return (
        f"{task.corpus}, dev part, gold entities; candidates by {task.level}; {kinds}; "
        "seconds of the processor on one thread; intervals of 95 % over documents."
    )


if __name__ == "__main__":
    main()
