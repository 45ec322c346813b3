"""What one step over a document's graph of mentions adds to relations read one by one.

    python bench/relations_graph.py [--task NAME ...] [--out bench/results/relations_graph.md]

Words and boosted trees with gold entities, no network: once each pair alone, once with what the
words say of the pairs that share an end with it, have the same names or stand beside it in a list
(``features.rivals``, ``agreeing``, ``neighbours``), which is the place of BioIE's graph convolution
over the mentions of a document. Learnt from nine tenths of the training part; the border is that of
best F1 on the rest. Dev parts; the gain has a paired bootstrap over documents.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.eval.relation_corpora import read_relation_corpora
from onoma.metrics.resampling import compare, f1_of
from onoma.relate.candidates import candidate_pairs
from onoma.relate.features import PairRows, pair_ends, pair_rows, stacked
from onoma.relate.gold import GoldText, RelationCorpus
from onoma.relate.reader.hierarchy import Hierarchy
from onoma.relate.reader.wording import PairCounts, Wording, with_numbers
from onoma.relate.systems.priors import Priors
from onoma.relate.training.lessons import row_of
from onoma.relate.training.session import parted
from onoma.relate.training.trainer import Recipe
from onoma.relate.training.wording import learn_wording
from report import Table, figure, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
COLUMNS = ("task", "pairs", "each alone", "with the graph", "gain", "CPU s alone", "with")
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Pairs:
    """The candidate pairs of texts: rows, ends, gold of the kinds that count, gold without one."""

    def __init__(self, corpus: RelationCorpus, texts: Sequence[GoldText], above: Hierarchy) -> None:
        """Make the rows."""
        task, self.texts = corpus.task, texts
        kinds = task.evaluated
        self.pairs = [candidate_pairs(one.text, task) for one in texts]
        rows, ends, gold = [], [], []
        self.missing = np.zeros(len(texts), np.int64)
        for number, (one, own) in enumerate(zip(texts, self.pairs, strict=True)):
            rows.append(pair_rows(one.text, own, above([e.key for e in one.text.entities])))
            ends.append(pair_ends(one.text, own, number))
            place = {pair: row for row, pair in enumerate(own)}
            held = np.zeros((len(own), len(kinds)), bool)
            for tie in one.ties:
                row = row_of(tie, task, place)
                if tie.kind in kinds and row is not None:
                    held[row, kinds.index(tie.kind)] = True
                elif tie.kind in kinds:
                    self.missing[number] += 1
            gold.append(held)
        self.rows: PairRows = stacked(rows)
        self.ends: Ints = np.concatenate(ends)
        self.gold: Bools = np.concatenate(gold)


def learnt(pairs: Pairs, *, is_graph: bool) -> Wording:
    """Return words and trees learnt from pairs."""
    priors = Priors()
    tied = np.split(pairs.gold.any(1), np.cumsum([len(own) for own in pairs.pairs])[:-1])
    for one, own, are_tied in zip(pairs.texts, pairs.pairs, tied, strict=True):
        priors.add(one.text, own, are_tied.tolist())
    columns = [priors.columns(t.text, own) for t, own in zip(pairs.texts, pairs.pairs, strict=True)]
    return learn_wording(
        with_numbers(pairs.rows, np.concatenate(columns)), pairs.gold, pairs.ends,
        counts=PairCounts.of(priors.counts()), most=Recipe().words, is_graph=is_graph,
    )  # fmt: skip


def odds(wording: Wording, pairs: Pairs) -> Floats:
    """Return the log odds of each kind of pairs."""
    assert wording.counts is not None
    columns = [
        wording.counts.columns(one.text, own)
        for one, own in zip(pairs.texts, pairs.pairs, strict=True)
    ]
    return wording.margins(with_numbers(pairs.rows, np.concatenate(columns)), pairs.ends)


def counted(found: Floats, pairs: Pairs, border: float) -> Ints:
    """Return the counts of documents: right, said, right, gold."""
    said = found.max(1) >= border
    right = said & pairs.gold[np.arange(len(found)), found.argmax(1)]
    rows = np.stack([right, said, right, pairs.gold.sum(1)], 1).astype(np.int64)
    out = np.zeros((len(pairs.texts), 4), np.int64)
    np.add.at(out, pairs.ends[:, 0], rows)
    out[:, 3] += pairs.missing
    return out


def whole(counts: Ints) -> float:
    """Return micro F1."""
    return float(f1_of(counts)(np.ones((1, len(counts))))[0])


def best_border(found: Floats, pairs: Pairs) -> float:
    """Return the border of best F1."""
    borders = np.arange(-3.0, 1.5, 0.05)
    return float(max(borders, key=lambda one: whole(counted(found, pairs, one))))


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("bench/results/relations_graph.md"))
    parser.add_argument("--task", action="append", default=[])
    asked = parser.parse_args()
    table = Table("Words and trees with and without a step over the graph: F1 on dev", COLUMNS)
    for corpus in read_relation_corpora(SHARED / "data", asked.task or ("cid", "chemprot")):
        above = Hierarchy()
        learn, held = parted(corpus.train)
        pairs, rest, dev = (Pairs(corpus, part, above) for part in (learn, held, corpus.dev))
        counts, seconds = [], []
        for is_graph in (False, True):
            begin = time.process_time()
            wording = learnt(pairs, is_graph=is_graph)
            seconds.append(f"{time.process_time() - begin:.0f}")
            border = best_border(odds(wording, rest), rest)
            counts.append(counted(odds(wording, dev), dev, border))
        gap = compare(
            f1_of(counts[1]), f1_of(counts[0]), len(counts[0]), decisions=np.zeros((2, 0)),
            rng=np.random.default_rng(1),
        ).difference  # fmt: skip
        table.add(
            [
                corpus.task.name, f"{len(dev.gold):,}", *(figure(whole(one)) for one in counts),
                f"{figure(gap.value)} [{figure(gap.low)}, {figure(gap.high)}]", *seconds,
            ],
            show=True,
        )  # fmt: skip
    table.note("one model a side; ChemProt: the five groups that count; intervals by dev document")
    write_tables([table], asked.out, sys.argv)


if __name__ == "__main__":
    main()
