"""Onoma beside FastHPOCR on the HPO corpora: same release of HPO, same notes, one run.

FastHPOCR's index is made from an OBO written from the core's own HPO rows (labels, synonyms with
scope, hierarchy), so both know the same names. Scored with the shared scorer; alternative ids are
equal to current ones.

    python bench/peers_hpo.py [--out bench/results/peers_hpo.md]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import accuracy
import core_names
import corpora
import peers
from corpora import GoldDocument, GoldMention, GoldSet
from report import Table

SETS = ("hpo-gscplus", "hpo-id68", "hpo-gsc2024")


def fasthpocr(rows: Sequence[GoldSet], gold: Sequence[list[GoldDocument]]) -> list[Any]:
    """Return FastHPOCR's outcome for each set (one child process, one index)."""
    folder = corpora.cache_folder()
    documents = [document for each in gold for document in each]
    names, _ = core_names.write_names("hpo", folder)
    task = {
        "names": str(names),
        "obo": str(core_names.write_obo(folder)),
        "folder": str(folder),
        "documents": str(core_names.write_texts([d.text for d in documents], folder, "hpo")),
    }
    found = iter(peers.run_peer(peers.PEERS["fasthpocr"], task, 900.0)["found"])
    outcomes = []
    for row, each in zip(rows, gold, strict=True):
        predicted = [as_predicted(document, next(found)) for document in each]
        outcomes.append(accuracy.Outcome(row, "fasthpocr", each, predicted, 0.0, {}))
    return outcomes


def as_predicted(document: GoldDocument, hits: list[list[Any]]) -> GoldDocument:
    """Return hits as a document with mentions."""
    marks = {
        GoldMention(start, end, document.text[start:end], "Phenotype", curie)
        for start, end, curie in hits
    }
    ordered = tuple(sorted(marks, key=lambda m: (m.start, m.end, m.ids)))
    return GoldDocument(document.id, document.title, document.abstract, ordered)


def main(arguments: Sequence[str] | None = None) -> int:
    """Score both programs and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    scorer = accuracy.load_scorer()
    rows = [corpora.SETS[name] for name in SETS]
    gold = [list(row.documents()) for row in rows]
    head = ["set", "program", *accuracy.columns()[2:-1]]
    table = Table("HPO: Onoma and FastHPOCR, document and mention level", head, left=2)
    outcomes = [
        accuracy.annotate(row, each, accuracy.load_onoma, "types")
        for row, each in zip(rows, gold, strict=True)
    ]
    try:
        outcomes += fasthpocr(rows, gold)
    except peers.PeerFailedError as error:
        table.note(f"FastHPOCR: {error}")
    for outcome in sorted(outcomes, key=lambda o: SETS.index(o.row.name)):
        cells = accuracy.table_row(outcome, "hpo", accuracy.score(outcome, "hpo", scorer))
        cells[0] = outcome.row.name
        cells[1] = "Onoma" if outcome.mode == "types" else "FastHPOCR 0.1.4"
        table.add(cells[:-1], show=True)
    version = json.dumps(core_names.core().version)
    table.note(f"names of HPO as in the core {version}; gold below HP:0000118")
    table.note("FastHPOCR: longestMatch=True, its default configuration otherwise")
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
