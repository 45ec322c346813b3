"""Clustering of terms: names of one concept against siblings and spelling neighbours.

Terms are the names of concepts drawn from HPO, MONDO and DrugBank, of two siblings of each, and of
the concept whose name is spelled most like theirs. Pairs of terms of one concept (or of equivalent
ones) are right. The concepts of HPO and MONDO are drawn from those held out of the encoder's
training. The vocabulary's own names are not used (``--ungrounded``); what it says of words is read
without the concepts drawn. The threshold of each system is read on one draw, the figures are of
another.

    python bench/clustering.py [--encoder DIR] [--start DIR] [--out bench/results/clustering.md]

``--start``: the folder of the encoder before it was trained, measured beside it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode import load_encoder
from onoma.errors import Missing
from onoma.eval.suite.pairs import held_out
from onoma.link.candidates import open_index
from onoma.link.candidates.building import differing, swaps_of
from onoma.link.candidates.clustering import cluster_terms
from onoma.link.candidates.contrasts import Telling, read_telling
from onoma.link.candidates.index import shards_of
from onoma.link.candidates.linker import Remembered, TextEncoder
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.store import ConceptStore
from onoma.types import SCOPES, type_mask
from report import Table, figure, write_tables

SOURCES = {
    "HPO": ("HP", ("phenotype",)),
    "MONDO": ("MONDO", ("disease",)),
    "DrugBank": ("DRUGBANK", ("drug",)),  # the core's ChEBI has labels alone
}
HELD_OUT = ("HP", "MONDO")
DRAWN = 250  # concepts of each source
SIBLINGS = 2
NAMES = 4
THRESHOLDS = np.arange(0.5, 0.96, 0.03)
GOOD = {SCOPES.index(scope) for scope in ("label", "exact")}


class Draw:
    """Terms with the group of their concept."""

    def __init__(self, store: ConceptStore, prefix: str, types: Sequence[str], seed: int) -> None:
        """Draw concepts with several names, and their neighbours."""
        self.store = store
        rng = np.random.default_rng(seed)
        prefixes = store.array("concept_prefix") == store.prefixes.index(prefix)
        first = store.array("concept_name_start").astype(np.int64)
        several = np.flatnonzero(prefixes & (np.diff(first) >= 2))
        if prefix in HELD_OUT:
            unseen = np.array([row for row in map(store.row_of, held_out()) if row >= 0])
            several = np.intersect1d(several, unseen)
        drawn = rng.permutation(several[seed % 2 :: 2])[:DRAWN].tolist()
        rows = dict.fromkeys(drawn)
        for row in drawn:
            rows |= dict.fromkeys(self._siblings(row, rng))
        rows |= dict.fromkeys(self._spelled_alike(drawn, types, prefixes))
        self.rows = set(rows)
        group = store.array("concept_group")
        found: dict[str, int] = {}
        ambiguous = set()
        for row in rows:
            for name in self._names(row):
                if found.setdefault(name, int(group[row])) != int(group[row]):
                    ambiguous.add(name)
        self.terms = [name for name in found if name not in ambiguous]
        self.gold = [found[name] for name in self.terms]

    def _names(self, row: int) -> list[str]:
        start, stop = self.store.array("concept_name_start")[row : row + 2].tolist()
        scopes = self.store.array("name_scope")[start:stop]
        good = [start + i for i in np.flatnonzero(np.isin(scopes, list(GOOD))).tolist()]
        return self.store.names.take(good[:NAMES])

    def _siblings(self, row: int, rng: np.random.Generator) -> list[int]:
        parents = self.store.parents.of(row).tolist()
        around = {int(c) for parent in parents for c in self.store.children.of(parent)} - {row}
        return rng.permutation(sorted(around))[:SIBLINGS].tolist() if around else []

    def _spelled_alike(
        self, rows: Sequence[int], types: Sequence[str], wanted: npt.NDArray[np.bool_]
    ) -> list[int]:
        index = open_index(self.store)
        labels = self.store.labels.take(rows)
        out = []
        group, concept = self.store.array("concept_group"), self.store.array("name_concept")
        mask = type_mask(types)
        for shard, near in index.search(labels, k=8, types=mask).items():
            names = index.shard(shard).row_names
            bounds = np.searchsorted(near.term, np.arange(len(labels) + 1)).tolist()
            for row, (start, stop) in zip(rows, pairwise(bounds), strict=True):
                own = concept[names.values[names.start[near.row[start:stop]]]].astype(np.int64)
                other = own[(group[own] != group[row]) & wanted[own]]
                out += other[:1].tolist()
        return out

    def score(self, groups: Sequence[Sequence[str]]) -> tuple[float, float, float]:
        """Return precision, recall and F1 over pairs of terms."""
        gold = dict(zip(self.terms, self.gold, strict=True))
        right = found = 0
        for group in groups:
            found += len(group) * (len(group) - 1) // 2
            right += sum(n * (n - 1) // 2 for n in Counter(gold[term] for term in group).values())
        wanted = sum(n * (n - 1) // 2 for n in Counter(self.gold).values())
        precision, recall = right / max(found, 1), right / max(wanted, 1)
        return precision, recall, 2 * right / max(found + wanted, 1)


def telling_without(store: ConceptStore, types: Sequence[str], rows: set[int]) -> Telling:
    """Return what the names of these types say of words, those of some concepts left out."""
    index = open_index(store)
    whole = read_telling(index, type_mask(types))
    same, other = whole.same.copy(), whole.other.copy()
    groups = store.array("concept_group")
    gone = np.zeros(int(groups.max()) + 1, bool)
    gone[groups[sorted(rows)]] = True
    swaps = []
    drawn = np.isin(store.array("concept_group"), store.array("concept_group")[sorted(rows)])
    for name in shards_of(type_mask(types)):
        shard = index.shard(name)
        arrays = {
            "row_word_start": shard.row_words.start, "row_word": shard.row_words.values,
            "row_name_start": shard.row_names.start, "row_name": shard.row_names.values,
            "word": shard.word,
        }  # fmt: skip
        pairs = differing(store, arrays)
        seen = index.rows_of(name, drawn)
        lost = seen[pairs.longer] | seen[pairs.shorter]
        number = shard.word[pairs.word]
        np.subtract.at(same, number[lost & pairs.is_same], 1)
        np.subtract.at(other, number[lost & ~pairs.is_same], 1)
        swaps.append(swaps_of(store, arrays, without=gone))
    same[0] = other[0] = 0
    return Telling(whole.slots, same, other, np.unique(np.concatenate(swaps)))


def groups_of(
    draw: Draw, least: float, encoder: TextEncoder | None, telling: Telling | None
) -> list[list[str]]:
    """Return the clusters of a draw's terms; ``telling`` None: near misses are not kept apart."""
    found = cluster_terms(
        draw.terms, draw.store, encoder=encoder, telling=telling, least=least,
        protected=telling is not None,
    )  # fmt: skip
    return [[member.term for member in one.members] for one in found.clusters]


def measure(
    tuned: Draw, held: Draw, encoder: TextEncoder | None, telling: Telling | None
) -> list[str]:
    """Return the threshold read on one draw, and precision, recall, F1 on the other."""

    def f1(least: float) -> float:
        return tuned.score(groups_of(tuned, least, encoder, telling))[2]

    best = max(THRESHOLDS.tolist(), key=f1)
    return [f"{best:.2f}", *map(figure, held.score(groups_of(held, best, encoder, telling)))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the tables if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--encoder", default="", help="a model folder; default: the one that ships")
    parser.add_argument("--start", default="", help="the folder of the encoder before training")
    parser.add_argument("--out", type=Path, help="write the table here")
    given = parser.parse_args(arguments)
    encoder: Remembered | None = None
    said = "no encoder"
    if given.encoder != "none":
        try:
            loaded = load_encoder(given.encoder or None)
            encoder, said = Remembered(loaded), f"encoder {loaded.name} ({loaded.digest[:12]})"
        except Missing as error:
            print(f"without encoder: {error}")
    start_encoder = Remembered(load_encoder(given.start)) if given.start else None
    store = open_vocabulary("core")
    heads = ["", "names", "terms", "threshold", "precision", "recall", "F1"]
    table = Table("Pairs of terms put together, near misses among them", heads, left=2)
    for name, (prefix, types) in SOURCES.items():
        tuned, held = (Draw(store, prefix, types, seed) for seed in (0, 1))
        telling = telling_without(store, types, tuned.rows | held.rows)
        systems = [("TF-IDF", None, None), ("TF-IDF, near misses apart", None, telling)]
        if start_encoder is not None:
            systems += [
                ("fused, un-tuned encoder", start_encoder, None),
                ("fused, un-tuned encoder, near misses apart", start_encoder, telling),
            ]
        if encoder is not None:
            systems += [("fused", encoder, None), ("fused, near misses apart", encoder, telling)]
        for words, own, protection in systems:
            started = time.process_time()
            cells = measure(tuned, held, own, protection)
            table.add([words, name, str(len(held.terms)), *cells], show=True)
            print(f"  {time.process_time() - started:.0f} CPU s")
    table.notes.append(said)
    if given.out:
        write_tables([table], given.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
