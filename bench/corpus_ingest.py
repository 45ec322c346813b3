"""How fast documents come into a corpus: read, annotated by dictionary, written, and indexed.

    python bench/corpus_ingest.py                       the 45,281 abstracts, about a minute
    python bench/corpus_ingest.py --documents 10000

One process, one thread, the whole core. CPU seconds of each part, and the rate over all of them;
then the same corpus opened, read and verified, and added again (all of it there already). The index
is that of words and concepts, where the extra library is installed. A bare writing of the texts as
Parquet stands beside, for the machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from report import Table, write_tables

PACKAGES = ("onoma", "numpy", "pyarrow", "duckdb", "tantivy")


class Clock:
    """CPU and wall seconds of parts, as rows of a table."""

    def __init__(self, table: Table, documents: int) -> None:
        self.table = table
        self.documents = documents
        self.total = 0.0

    def run(self, name: str, part: Callable[[], Any], *, counts: bool = False) -> Any:
        """Run a part and write its row; ``counts``: it belongs to the ingest."""
        cpu, wall = time.process_time(), time.perf_counter()
        result = part()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        self.total += cpu if counts else 0.0
        self.row(name, cpu, wall)
        return result

    def row(self, name: str, cpu: float, wall: float | None = None) -> None:
        """Write a row."""
        rate = self.documents / max(cpu, 1e-9)
        shown = "" if wall is None else f"{wall:.1f}"
        self.table.add([name, f"{cpu:.2f}", shown, f"{rate:,.0f}"], show=True)


def main() -> int:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    shared = Path(os.environ.get("ONOMA_SHARED", "../shared"))
    usual = shared / "data" / "pubmed-abstracts" / "abstracts.jsonl.gz"
    parser.add_argument("--data", type=Path, default=usual)
    parser.add_argument("--documents", type=int, default=0, help="the first ones (0: all)")
    parser.add_argument("--out", type=Path, help="write the tables to this file")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="onoma-ingest-"))
    try:
        measure(folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def measure(folder: Path, options: argparse.Namespace) -> None:
    """Build a corpus, time each part."""
    import pyarrow as pa

    import onoma
    from onoma.corpus import Corpus, Reading, verify

    pa.set_cpu_count(1)
    nlp = onoma.load(mode="dictionary")
    nlp.annotate("Gout.")
    most = options.documents or None
    documents = list(islice(Reading((options.data,)).items(), most))
    documents = [one for one in documents if isinstance(one, onoma.Document)]
    table = Table(
        "Documents into a corpus, one process", ["part", "CPU s", "wall s", "documents / CPU s"]
    )
    clock = Clock(table, len(documents))
    clock.run("reading the file", lambda: list(islice(Reading((options.data,)).items(), most)),
              counts=True)  # fmt: skip
    corpus = Corpus.create(folder / "kept")
    before = sum(nlp.profile.values())
    clock.run("annotating and writing the log", lambda: corpus.add(documents, pipeline=nlp),
              counts=True)  # fmt: skip
    clock.row("of it: annotating", sum(nlp.profile.values()) - before)
    if (update := indexing()) is not None:
        clock.run("indexing words and concepts", lambda: update(corpus), counts=True)
    clock.row("all of it", clock.total)
    clock.run("bare: the texts as Parquet", lambda: bare(folder / "bare.parquet", documents))
    clock.run("added again, all there", lambda: corpus.add(documents, pipeline=nlp))
    clock.run("opened, live keys", lambda: len(Corpus.open(corpus.folder)))
    clock.run("every row read", lambda: [len(one.mentions) for one in corpus.batches()])
    found = clock.run("verified", lambda: verify(corpus.folder))
    info = corpus.info()
    text = sum(len(one.text.encode(errors="replace")) for one in documents)
    table.note(f"{len(documents):,} documents, {text / 1e6:.1f} MB of text, one thread")
    table.note(f"found: {info.mentions:,} mentions; {info.duplicates:,} documents double another")
    write_tables([table, sizes(corpus, info, text)], options.out or folder / "x.md", sys.argv,
                 PACKAGES)  # fmt: skip
    assert found.is_sound, found.problems


def indexing() -> Callable[[Any], Any] | None:
    """Return what indexes a corpus, None where the extra is not installed."""
    try:
        from onoma.search.indexing import update_words
    except ImportError:
        return None
    return update_words


def bare(path: Path, documents: list[Any]) -> None:
    """Write ids and texts, nothing else."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from onoma.corpus.rows import strings

    columns = {
        "id": strings([d.id for d in documents]),
        "text": strings([d.text for d in documents]),
    }
    pq.write_table(pa.table(columns), path, compression="zstd", compression_level=3)


def sizes(corpus: Any, info: Any, text: int) -> Table:
    """Return the sizes on the disk beside that of the texts."""
    table = Table("Size on the disk", ["part", "MB", "of the text"])
    parts: dict[str, int] = {}
    for segment in corpus.manifest.segments:
        for kind, one in segment.files.items():
            parts[kind] = parts.get(kind, 0) + one.size
    parts |= {f"index {one.name}": one.size for one in info.indexes}
    for name, size in [*parts.items(), ("all", sum(parts.values()))]:
        table.add([name, f"{size / 1e6:.1f}", f"{size / text:.2f}"])
    return table


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
