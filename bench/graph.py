"""A graph of a million edges: how long to count, open, step and find paths; how much memory.

200,000 nodes and a million edges of 20 predicates made by chance, a few nodes with very many (a
random number squared chooses the subject). Walks begin at random nodes; paths may pass four of
five types. Times are CPU times of one thread (on a quiet machine those of the clock).

    python bench/graph.py --out bench/results/graph.md
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from onoma.graph import Conditions, Graph, GraphStore, Walker
from onoma.graph.building import add_nodes, add_tables, count_edges
from onoma.graph.statements import SCHEMA
from report import Table

NODES, EDGES, PREDICATES, PART = 200_000, 1_000_000, 20, 100_000
TYPES = ("Gene", "Disease", "ChemicalEntity", "PhenotypicFeature", "Pathway")
ASKED = tuple(f"biolink:{name}" for name in TYPES[:4])


def made(folder: Path) -> tuple[float, float]:
    """Make the graph; return the CPU seconds of writing its statements and of counting."""
    rng = np.random.default_rng(1)
    tails = (rng.random(EDGES) ** 2 * NODES).astype(int)
    heads, kinds = rng.integers(0, NODES, EDGES), rng.integers(0, PREDICATES, EDGES)
    sure = rng.random(EDGES).astype(np.float32)

    def part(low: int, high: int) -> pa.Table:
        count = high - low
        columns = {
            "key": pa.array(np.arange(low, high), pa.uint64()),
            "subject": [f"X:{n:06}" for n in tails[low:high]],
            "predicate": [f"relation_{n:02}" for n in kinds[low:high]],
            "object": [f"X:{n:06}" for n in heads[low:high]],
            "level": ["extracted"] * count, "source": ["made"] * count,
            "extractor": ["bench"] * count,
            "document": [f"D{n % 45_000}" for n in range(low, high)],
            "start": pa.nulls(count, pa.int32()), "end": pa.nulls(count, pa.int32()),
            "text": ["words of a sentence that says so"] * count,
            "date": [f"{2000 + n % 25}-01-02" for n in range(low, high)],
            "confidence": sure[low:high], "negated": [False] * count, "qualifiers": [[]] * count,
        }  # fmt: skip
        return pa.table(columns, SCHEMA)

    ids = [f"X:{n:06}" for n in range(NODES)]
    types = [f"biolink:{TYPES[n % len(TYPES)]}" for n in range(NODES)]
    begin = time.process_time()
    add_nodes(folder, pa.table({"curie": ids, "label": ids, "category": types}))
    add_tables(folder, (part(low, low + PART) for low in range(0, EDGES, PART)))
    written = time.process_time()
    count_edges(folder)
    return written - begin, time.process_time() - written


def times(ask: Callable[[str, str], object], pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the median and 95th percentile of the milliseconds of CPU that asking takes."""
    took = []
    for one, other in pairs:
        begin = time.process_time()
        ask(one, other)
        took.append(1000 * (time.process_time() - begin))
    middle, late = np.quantile(took, (0.5, 0.95))
    return f"{middle:.2f}", f"{late:.2f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, open, ask; write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    table = Table("A graph of a million edges", ["what", "median", "95 %", "unit"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written, counted = made(folder)
        table.add(["statements written", f"{written:.1f}", "", "CPU s"], show=True)
        table.add(["edges counted", f"{counted:.1f}", "", "CPU s"], show=True)
        begin = time.process_time()
        store = GraphStore(folder)
        free, typed = Walker(store), Walker(store, Conditions(categories=ASKED))
        free.neighbors("X:000001", k=1)
        opened = 1000 * (time.process_time() - begin)
        table.add(["opened, first neighbour", f"{opened:.0f}", "", "CPU ms"], show=True)
        rng = np.random.default_rng(2)
        ends = [(f"X:{a:06}", f"X:{b:06}") for a, b in rng.integers(0, NODES, (500, 2)) if a != b]
        asked: dict[str, Callable[[str, str], object]] = {
            "neighbours, 20 surest": lambda one, _: free.neighbors(one, k=20),
            "two steps, all nodes": lambda one, _: free.reach(one, 2),
            "shortest paths": lambda one, other: free.paths(one, other),
            "shortest paths, four of five types": lambda one, other: typed.paths(one, other),
        }
        for words, ask in asked.items():
            table.add([words, *times(ask, ends), "CPU ms"], show=True)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        table.add(["on disk, log and edges", f"{size / 1e6:.0f}", "", "MB"], show=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        table.add(["memory at the peak, counting included", f"{peak:.0f}", "", "MB"], show=True)
        assert Graph.open(folder).info()["edges"] == store.edge_count
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
