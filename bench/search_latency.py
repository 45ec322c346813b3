"""How long a search takes on some 45,000 abstracts, and how fast they are taken in.

Warm, one core, seconds of the processor from the query's text to ten hits with snippets and
reasons. Ingest is one process: documents read, annotated (dictionary), written to the log, indexed.

    nice python bench/search_latency.py --work /tmp/search --out bench/results/search_latency.md
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.search.facets import USUAL
from onoma.search.library import Library
from report import Table, write_tables
from search_library import build, embed, made_queries

PACKAGES = ("onoma", "numpy", "pyarrow", "tantivy", "usearch", "onnxruntime")
WARM = 60
WAYS = {
    "BM25": ("bm25", ()),
    "concept-expanded, with facets": ("concepts", USUAL),
    "fused with dense": ("fused", ()),
    "fused with dense, with facets": ("fused", USUAL),
}
BARS = {"BM25": 5.0, "concept-expanded, with facets": 25.0, "fused with dense": 60.0}


def timed(
    library: Library, queries: list[str], by: str, facets: tuple[str, ...]
) -> npt.NDArray[np.float64]:
    """Return the milliseconds of each query."""
    for query in queries[:WARM]:
        library.search(query, by=by, facets=facets)
    out = []
    for query in queries:
        start = time.process_time()
        library.search(query, by=by, facets=facets)
        out.append(1000 * (time.process_time() - start))
    return np.array(out)


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Build, time, write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--encoded", type=int, default=1_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    library, seconds = build(given.work / "abstracts", given.documents)
    tables = []
    if seconds:
        ingest = Table("Ingest, one process", ["step", "CPU seconds", "documents a second"])
        for step, spent in [*seconds.items(), ("all", sum(seconds.values()))]:
            ingest.add([step, f"{spent:.1f}", f"{len(library) / spent:,.0f}"], show=True)
        tables.append(ingest)
    if library.vectors is None:
        embed(library, given.encoded)
    text = sum(segment.characters for segment in library.corpus.manifest.segments)
    sizes = Table("Size on the disk", ["what", "MB", "share of the text"])
    for name in ("engine", "packs of texts"):
        folder = library.corpus.indexes / "words"
        engine = size_of(folder / "engine")
        size = engine if name == "engine" else size_of(folder) - engine
        sizes.add([name, f"{size / 1e6:.1f}", f"{size / text:.2f}"], show=True)
    vectors = size_of(library.corpus.indexes / "vectors")
    sizes.add(["vectors", f"{vectors / 1e6:.1f}", f"{vectors / text:.2f}"], show=True)
    tables.append(sizes)
    queries = made_queries(library, given.queries)
    table = Table("Latency", ["search", "p50 ms", "p95 ms", "most ms", "bar (p95)"])
    for name, (by, facets) in WAYS.items():
        times = timed(library, queries, by, facets)
        p50, p95 = np.percentile(times, [50, 95])
        bar = f"{BARS[name]:.0f}" if name in BARS else "-"
        table.add([name, f"{p50:.1f}", f"{p95:.1f}", f"{times.max():.1f}", bar], show=True)
    table.notes.append(
        f"{len(library):,} abstracts, {len(queries)} queries: three words of a title, a whole "
        "title, the names of two concepts; ten hits with snippets and reasons"
    )
    table.notes.append(
        f"vectors of documents are made from {given.encoded:,} real ones by small turns: what "
        "comparing costs does not depend on them; the query's own is encoded each time"
    )
    tables.append(table)
    if given.out:
        write_tables(tables, given.out, sys.argv, PACKAGES)


if __name__ == "__main__":
    main()
