"""How well searches rank: nDCG@10 of BM25, concepts, meaning and all together, on four sets.

The weights of ``onoma.search.ranking`` were chosen on the parts called ``tune`` (``--part tune``
shows them); figures are of ``report``, which shares no page and no question with them. The encoder
that ships has learnt from pages of MedQuAD and from titles and abstracts of the training articles
of Evidence Inference: asked here are other pages, and prompts of validation articles.

    nice python bench/retrieval.py --work /tmp/search --out bench/results/retrieval.md
    python bench/retrieval.py --work /tmp/search --sets evidence-inference --out FILE    all prompts
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.corpus import Corpus
from onoma.metrics.ranking import ndcg, recall_at
from onoma.metrics.resampling import Estimate, compare, mean_of
from onoma.search.library import Library
from report import Table, write_tables
from retrieval_sets import SETS, Question, RetrievalSet

F64 = npt.NDArray[np.float64]
PACKAGES = ("onoma", "numpy", "tantivy", "onnxruntime")
WAYS = {"BM25": "bm25", "concepts": "concepts", "dense": "dense", "fused": "fused"}
DEPTHS = (10, 20, 50, 100, 200)
K = 10


def library_of(found: RetrievalSet, work: Path) -> Library:
    """Return the library of a set's texts, made with vectors if it is not there."""
    folder = work / found.name
    if not (folder / "manifest.json").exists():
        Corpus.create(folder).add(found.documents)
    library = Library(Corpus.open(folder))
    if library.vectors is None or len(library.vectors) < len(library):
        library.embed(watch=lambda done, total: print(f"{done:,} of {total:,}", file=sys.stderr))
    return library


def scored(
    library: Library, questions: Sequence[Question], by: str, *, k: int = K, depth: int = 100
) -> tuple[F64, F64, float]:
    """Return the nDCG@10 and recall@k of each question, and the milliseconds of one."""
    gained, recalled = np.zeros(len(questions)), np.zeros(len(questions))
    start = time.process_time()
    for place, one in enumerate(questions):
        hits = library.search(one.text, by=by, dialect="words", k=k, depth=depth).hits
        gains = np.array([one.gains.get(hit.id, 0.0) for hit in hits])
        every = [gain for gain in one.gains.values() if gain]
        gained[place] = ndcg(gains, every, K)
        recalled[place] = recall_at(gains, len(every), k)
    return gained, recalled, 1000 * (time.process_time() - start) / max(len(questions), 1)


def words(one: Estimate) -> str:
    """Return a difference with its interval, in points."""
    return f"{100 * one.value:+.1f} ({100 * one.low:+.1f} to {100 * one.high:+.1f})"


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--part", default="report", choices=("tune", "report"))
    parser.add_argument("--curve", default="medquad", help="the set of the curve of depths")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    columns = ["set", "texts", "questions", *WAYS, "concepts less BM25", "fused less BM25"]
    sets = given.sets.split(",")
    some = "" if sets == list(SETS) else f": {', '.join(sets)}"
    table = Table(f"nDCG@10, with the difference to BM25 and its 95 % interval{some}", columns)
    curve = Table(
        f"What depth costs: fused on {given.curve}, 100 hits asked for",
        ["depth", "nDCG@10", "recall@depth", "ms a query"],
    )
    given.work.mkdir(parents=True, exist_ok=True)
    for name in sets:
        found = SETS[name]()
        questions = found.part(given.part)
        if not questions:
            continue
        library = library_of(found, given.work)
        values = {way: scored(library, questions, by)[0] for way, by in WAYS.items()}
        cells = [f"{100 * one.mean():.1f}" for one in values.values()]
        gaps = []
        for way in ("concepts", "fused"):
            pair = (values[way], values["BM25"])
            told = compare(
                mean_of(pair[0]),
                mean_of(pair[1]),
                len(questions),
                decisions=np.stack(pair),
                rng=np.random.default_rng(1),
            )
            gaps.append(words(told.difference))
        table.add([name, f"{len(library):,}", f"{len(questions):,}", *cells, *gaps], show=True)
        if name == given.curve:
            for depth in DEPTHS:
                gained, recalled, spent = scored(
                    library, questions[:200], "fused", k=depth, depth=depth
                )
                row = [f"{depth}", f"{100 * gained.mean():.1f}", f"{100 * recalled.mean():.1f}"]
                curve.add([*row, f"{spent:.1f}"], show=True)
    table.note(f"questions of the part called {given.part}, {', '.join(sets)}")
    if "pubmedqa" in sets:
        table.note("pubmedqa: the question is the title of the abstract that answers it")
    curve.note("depth: how many documents words and meaning each bring; as many hits, all shown")
    if given.out:
        write_tables(
            [table, curve] if given.curve in sets else [table], given.out, sys.argv, PACKAGES
        )


if __name__ == "__main__":
    main()
