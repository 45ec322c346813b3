"""What reading a library for challenges and directions costs: time, and size of the index.

Abstracts drawn from the shared ones, of all sources; seconds of the processor, one core.

    nice python bench/says.py --work /tmp/says --out bench/results/says.md
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from onoma.corpus import Corpus
from onoma.search.indexing import ENGINE, words_index
from onoma.search.library import Library
from report import Table, write_tables
from retrieval_sets import abstracts, titled
from search_latency import size_of

PACKAGES = ("onoma", "numpy", "tantivy", "onnxruntime")
SEED = 7


def main() -> None:
    """Build, read, write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder that is not there yet")
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rng = random.Random(SEED)  # noqa: S311
    drawn = rng.sample(list(abstracts()), given.documents)
    corpus = Corpus.create(given.work)
    corpus.add([titled(str(one["id"]), one["title"], one["abstract"]) for one in drawn])
    library = Library(corpus)
    engine = words_index(corpus).folder / ENGINE
    before, texts = size_of(engine), sum(len(one["abstract"]) for one in drawn)
    start = time.process_time()
    count = library.read_statements()
    spent = time.process_time() - start
    table = Table("Reading for challenges and directions", ["what", "measured"])
    table.add(["documents", f"{count:,}"])
    table.add(["milliseconds a document", f"{1000 * spent / count:.0f}"])
    for label in ("challenge", "direction"):
        share = 100 * library.count(f"says:{label}") / count
        table.add([f"documents that speak of a {label}, per cent", f"{share:.0f}"])
    grown = 100 * (size_of(engine) - before) / texts
    table.add(["the index grows by so much of the text, per cent", f"{grown:.0f}"], show=True)
    if given.out:
        write_tables([table], given.out, sys.argv, PACKAGES)


if __name__ == "__main__":
    main()
