"""What a library of a million documents costs: size, memory, time of a search.

Documents are the shared abstracts, and variants of them: the title of one with the abstract of
another and what was found in both. They are indexed as the log would give them; the log itself
(Parquet, some 0.85 of the text) is not written.

    nice python bench/search_scale.py --work /tmp/search --documents 1000000 \
        --out bench/results/search_scale.md
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from onoma.corpus import Batch, Corpus
from onoma.search.library import Library
from report import Table, write_tables
from search_latency import PACKAGES, WAYS, size_of, timed
from search_library import build, made_queries

I64 = npt.NDArray[np.int64]
COLUMNS = ("key", "start", "end", "curie", "type", "assertion")
SETTINGS = "made.json"


class MadeCorpus(Corpus):
    """A corpus of so many documents that are made, when they are read, of those of another."""

    source: Corpus
    wanted: int

    @property
    def last(self) -> int:
        """The last key."""
        return self.wanted

    def live(self) -> npt.NDArray[np.uint64]:
        """Return all keys."""
        return np.arange(1, self.wanted + 1, dtype=np.uint64)

    def batches(self, after: int = 0) -> Iterator[Batch]:
        """Yield the documents behind a key: whole variants of the source, one after the other."""
        size = self.source.last
        for variant in range(after // size, -(-self.wanted // size)):
            for batch in self.source.batches():
                first, last = variant * size + batch.first, variant * size + batch.last
                if last <= after or first > self.wanted:
                    continue
                made = batch if variant == 0 else mixed(batch, variant, variant * size)
                keep = min(last, self.wanted)
                yield Batch(
                    until(made.documents, keep), until(made.mentions, keep), batch.relations,
                    first, keep,
                )  # fmt: skip


def until(table: pa.Table, last: int) -> pa.Table:
    """Return the rows up to a key."""
    return table.slice(0, int(np.searchsorted(table["key"].to_numpy(), last, side="right")))


def mixed(batch: Batch, seed: int, shift: int) -> Batch:
    """Return a batch whose titles stand over the abstracts of others; keys are shifted."""
    documents, mentions = batch.documents, batch.mentions.select(COLUMNS)
    texts = documents["text"].to_pylist()
    heads = np.array(
        [
            p[0]["end"] + 1 if p and p[0]["kind"] == "title" else 0
            for p in documents["passages"].to_pylist()
        ]
    )
    other = np.random.default_rng(seed).permutation(len(texts))
    back = np.argsort(other)
    made = [texts[i][: heads[i]] + texts[j][heads[j] :] for i, j in enumerate(other.tolist())]
    passages = [
        [
            *(
                [{"start": 0, "end": int(head) - 1, "kind": "title", "metadata": []}]
                if head
                else []
            ),
            {"start": int(head), "end": len(text), "kind": "abstract", "metadata": []},
        ]
        for head, text in zip(heads, made, strict=True)
    ]
    keys = documents["key"].to_numpy()
    row = np.searchsorted(keys, mentions["key"].to_numpy())
    start, end = mentions["start"].to_numpy(), mentions["end"].to_numpy()
    in_title = end <= heads[row]
    owner = np.where(in_title, row, back[row])
    moved = np.where(in_title, 0, heads[owner] - heads[row])
    order = np.lexsort((start + moved, owner))
    table = mentions.set_column(0, "key", pa.array((keys[owner] + shift).astype(np.uint64)))
    table = table.set_column(1, "start", pa.array(start + moved))
    table = table.set_column(2, "end", pa.array(end + moved)).take(pa.array(order))
    ids = [f"{one}v{seed}" for one in documents["id"].to_pylist()]
    changed = {
        "key": pa.array((keys + shift).astype(np.uint64)),
        "id": pa.array(ids, pa.string()),
        "text": pa.array(made, pa.string()),
        "passages": pa.array(passages, documents.schema.field("passages").type),
    }
    for name, column in changed.items():
        documents = documents.set_column(documents.schema.get_field_index(name), name, column)
    return Batch(documents, table, batch.relations, batch.first + shift, batch.last + shift)


def made_corpus(folder: Path, source: Path, wanted: int) -> MadeCorpus:
    """Return the corpus in a folder, begun if it is not there."""
    if not (folder / "manifest.json").exists():
        Corpus.create(folder)
    corpus = MadeCorpus.open(folder)
    corpus.source, corpus.wanted = Corpus.open(source), wanted
    return corpus


def memory() -> tuple[float, float]:
    """Return the MB of this process that are its own, and those of mapped files."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    found = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    return int(found["RssAnon"]) / 1e3, int(found["RssFile"]) / 1e3


def serve(folder: Path, source: Path, wanted: int, queries: int) -> None:
    """Time searches in a process of their own; print the figures as JSON."""
    library = Library(made_corpus(folder, source, wanted))
    asked = made_queries(library, queries)
    out: dict[str, object] = {}
    for name, (by, facets) in WAYS.items():
        if by != "fused":
            spent = timed(library, asked, by, facets)
            out[name] = [float(x) for x in np.percentile(spent, [50, 95, 100])]
    out["memory"] = memory()
    print(orjson.dumps(out).decode())


def main() -> None:
    """Build, time, write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=150)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    source, folder = given.work / "abstracts", given.work / f"made-{given.documents}"
    if given.serve:
        serve(folder, source, given.documents, given.queries)
        return
    build(source, 50_000)
    corpus = made_corpus(folder, source, given.documents)
    start = time.process_time()
    library = Library(corpus)
    spent = time.process_time() - start
    text = sum(segment.characters for segment in corpus.source.manifest.segments)
    text = int(text * given.documents / corpus.source.last)
    words, engine = (size_of(folder / "indexes" / "words" / name) for name in (".", "engine"))
    command = [sys.executable, __file__, "--serve", "--work", str(given.work)]
    command += ["--documents", str(given.documents), "--queries", str(given.queries)]
    told = orjson.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    table = Table(f"{len(library):,} documents, {text / 1e9:.2f} GB of text", ["what", "figure"])
    rows = {
        "indexing, CPU seconds": f"{spent:,.0f}",
        "indexed documents a second": f"{len(library) / spent:,.0f}" if spent > 60 else "-",
        "engine's index, share of the text": f"{engine / text:.2f}",
        "packs of texts and marks, share of the text": f"{(words - engine) / text:.2f}",
        "memory of a process that has searched, MB": f"{told['memory'][0]:,.0f}",
        "mapped files in memory besides, MB": f"{told['memory'][1]:,.0f}",
    }
    for name in WAYS:
        if name in told:
            p50, p95, most = told[name]
            rows[f"{name}: p50 / p95 / most, ms"] = f"{p50:.1f} / {p95:.1f} / {most:.1f}"
    for cells in rows.items():
        table.add(cells, show=True)
    if given.out:
        write_tables([table], given.out, sys.argv, PACKAGES)


if __name__ == "__main__":
    main()
