"""Grow the trees behind ``onoma mesh suggest`` and put them where the package ships them.

    python tools/ship_mesh_suggester.py ../shared/data/pubmed-abstracts/abstracts.jsonl.gz

They learn from clauses made out of MeSH (``search/mesh/made_clauses``); of the abstracts only how
often each heading's names stand in them is used, to write of common things more often. Searches
that people wrote are for measuring alone (``bench/mesh_suggest.py``).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

import onoma
from onoma.encode import load_encoder, open_vectors
from onoma.ontology.loading import open_vocabulary
from onoma.search.mesh.evidence import Meanings, gather
from onoma.search.mesh.fused import save, teach
from onoma.search.mesh.headings import Headings, open_headings
from onoma.search.mesh.made_clauses import iter_made

TARGET = Path(__file__).parent.parent / "src" / "onoma" / "data" / "mesh" / "suggester.npz"
CLAUSES, DOCUMENTS, BATCH, SEED = 1500, 20_000, 2000, 1
NOT_USED = "e3c"  # the part of the abstracts that may not be used in what ships
FLATTENED = 0.75  # power of the counts: the most common headings would be written of all the time


def counts(path: Path, headings: Headings) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how many documents name each heading."""
    out = np.zeros(len(headings))
    nlp = onoma.load(ids=["MESH"], mode="dictionary")
    texts = islice(_iter_texts(path), DOCUMENTS)
    while part := list(islice(texts, BATCH)):
        table = nlp.annotate_table(
            pa.table({"id": [str(n) for n in range(len(part))], "text": part})
        )
        pairs = set(zip(table["id"].to_pylist(), table["curie"].to_pylist(), strict=True))
        for _, curie in pairs:
            number = headings.number(curie) if curie else -1
            if number >= 0:
                out[number] += 1
    return out


def _iter_texts(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if not row["source"].startswith(NOT_USED):
                yield f"{row['title']}\n{row['abstract']}"


def main() -> None:
    """Grow and ship."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("--target", type=Path, default=TARGET)
    given = parser.parse_args()
    store = open_vocabulary("core")
    headings, encoder = open_headings(store), load_encoder()
    meanings = Meanings(encoder, open_vectors(store, encoder))
    weight = counts(given.abstracts, headings) ** FLATTENED
    tables, meant, owner = [], [], []
    for number, made in enumerate(islice(iter_made(headings, weight, seed=SEED), CLAUSES)):
        evidence = gather(made.clause, headings, meanings)
        tables.append(evidence.table)
        meant += [heading in made.meant for heading in evidence.headings]
        owner += [number] * len(evidence.headings)
    suggester = teach(np.vstack(tables), np.array(meant), np.array(owner), seed=SEED)
    given.target.parent.mkdir(parents=True, exist_ok=True)
    with given.target.open("wb") as file:
        save(suggester, file)
    print(f"cut {suggester.cut}, {given.target.stat().st_size:,} bytes in {given.target}")


if __name__ == "__main__":
    main()
