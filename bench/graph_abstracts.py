"""A graph of annotated abstracts: CPU time and memory of building it, after annotation.

    onoma annotate --mode dictionary --to jsonl-text abstracts.jsonl -o found.jsonl
    python bench/graph_abstracts.py found.jsonl --out bench/results/graph_abstracts.md

What ties two concepts of different kinds is that they stand in one sentence (``--together``), and
the relations that the documents carry, if they carry any. CPU time is of one thread; memory is the
process's largest (resident) size.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from onoma.formats.inputs import read_annotated
from onoma.graph import Graph, relations_of
from onoma.types import AnnotatedDocument
from report import Table


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("documents", type=Path, help="annotated documents (jsonl-text)")
    parser.add_argument("--alone", action="store_true", help="relations alone, no co-occurrence")
    parser.add_argument("--more", type=Path, help="a day's documents, added afterwards")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    title = "A graph of what abstracts state" if options.alone else "A graph of annotated abstracts"
    table = Table(title, ["what", "figure", "unit"])
    read = [0, 0, 0]

    def documents() -> Iterator[AnnotatedDocument]:
        for one in read_annotated([str(options.documents)]):
            read[0] += 1
            read[1] += len(one.mentions)
            read[2] += len(one.relations)
            yield one

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        graph = Graph(folder)
        begin, wall = time.process_time(), time.perf_counter()
        statements = relations_of(documents(), source="documents", together=not options.alone)
        added = graph.add(statements)
        spent, waited = time.process_time() - begin, time.perf_counter() - wall
        held = graph.info()
        day = (0, 0.0) if options.more is None else added_day(graph, options)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    for what, figure, unit in (
        ("documents", f"{read[0]:,}", ""), ("mentions", f"{read[1]:,}", ""),
        ("relations in them", f"{read[2]:,}", ""), ("statements", f"{added.statements:,}", ""),
        ("edges", f"{held['edges']:,}", ""), ("nodes", f"{held['nodes']:,}", ""),
        ("built in (goal: under 120)", f"{spent:.0f}", "CPU s"),
        ("built in", f"{waited:.0f}", "s by the clock"),
        ("memory at the peak (goal: under 1,000)", f"{peak:.0f}", "MB"),
        ("on disk, log and edges", f"{size:.0f}", "MB"),
    ):  # fmt: skip
        table.add([what, figure, unit], show=True)
    if options.more is not None:
        table.add(["statements of another day", f"{day[0]:,}", ""], show=True)
        table.add(["added in", f"{day[1]:.1f}", "CPU s"], show=True)
    table.finish(options.out, sys.argv)
    return 0


def added_day(graph: Graph, options: argparse.Namespace) -> tuple[int, float]:
    """Add another day's documents; return how many statements, and the CPU seconds."""
    begin = time.process_time()
    found = read_annotated([str(options.more)])
    added = graph.add(relations_of(found, source="documents", together=not options.alone))
    return added.statements, time.process_time() - begin


if __name__ == "__main__":
    sys.exit(main())
