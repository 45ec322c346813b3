"""Adverse drug effects by sentence, in five parts by article: trained on four, measured on one.

    python bench/adverse.py [--negatives N] [--out bench/results/adverse.md] [--weights FILE.npz]

The ADE corpus: pairs of drug and effect in sentences, and sentences that tell of none. A found pair
is right if both its spans share a character with a pair of gold; pairs whose drug or effect the
dictionary does not find count as missed. Beside stand every pair of a sentence (the dictionary
alone), pairs with a word of cause between or beside (rules), and strings of the training part
(pairs of strings that were gold there). ``--weights`` trains on everything and writes what ships.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from onoma.extract.adverse import SIZE, TYPES, Pair, features, find_pairs, numbered
from onoma.extract.drugs import Codes
from onoma.extract.phrases import Tokens
from onoma.pipeline import load
from onoma.types import Document
from report import Table, figure

SHARED = (
    Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
)
FOLDS = 5
CAUSE = re.compile(
    r"\b(?:induced|associated|caus\w+|due|secondary|after|following|developed|during|related|"
    r"toxicity|result\w*|attribut\w+|complicat\w+|receiving|treated|therapy)\b",
    re.I,
)
Span = tuple[int, int]


@dataclass
class Item:
    """A sentence with its gold pairs of spans and the pairs that the dictionary finds."""

    text: str
    fold: int
    gold: list[tuple[Span, Span]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)  # the gold pair that a pair is, or -1


def items(negatives: int) -> list[Item]:
    """Return the sentences with gold, and some without."""
    found: dict[str, Item] = {}
    named: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with gzip.open(SHARED / "ade-corpus" / "DRUG-AE.rel.gz", "rt", encoding="utf-8") as stream:
        for line in stream:
            article, text, effect, _, _, drug, _, _ = line.rstrip("\n").split("|")
            found.setdefault(text, Item(text, zlib.crc32(article.encode()) % FOLDS))
            named[text].add((drug, effect))
    for text, pairs in named.items():
        for drug, effect in sorted(pairs):
            place = nearest(text, drug, effect)
            if place is not None:
                found[text].gold.append(place)
    with gzip.open(SHARED / "ade-corpus" / "ADE-NEG.txt.gz", "rt", encoding="utf-8") as stream:
        lines = [line.rstrip("\n").split(" ", 2) for line in stream]
    rng = np.random.default_rng(0)
    for number in rng.permutation(len(lines))[:negatives].tolist():
        article, _, text = lines[number]
        found.setdefault(text, Item(text, zlib.crc32(article.encode()) % FOLDS))
    return list(found.values())


def nearest(text: str, drug: str, effect: str) -> tuple[Span, Span] | None:
    """Return the nearest places of two strings."""
    left = [m.span() for m in re.finditer(re.escape(drug), text)]
    right = [m.span() for m in re.finditer(re.escape(effect), text)]
    pairs = [(a, b) for a in left for b in right]
    return min(pairs, key=lambda p: abs(p[0][0] - p[1][0]), default=None)


def read_pairs(every: Sequence[Item]) -> None:
    """Find the dictionary's pairs of each sentence, with their features and what they are."""
    nlp = load(types=TYPES, mode="dictionary")
    codes = Codes(nlp.store)
    documents = [Document(str(n), one.text) for n, one in enumerate(every)]
    for one, found in zip(every, nlp.pipe(documents), strict=True):
        tokens = Tokens.of(one.text)
        for pair in find_pairs(found, codes):
            one.pairs.append(pair)
            one.rows.append(numbered(features(one.text, tokens, pair)))
            spans = ((pair.drug.start, pair.drug.end), (pair.effect.start, pair.effect.end))
            same = [n for n, gold in enumerate(one.gold) if touches(spans, gold)]
            one.truth.append(same[0] if same else -1)


def touches(one: tuple[Span, Span], other: tuple[Span, Span]) -> bool:
    """Whether both sides share a character."""
    return all(a[0] < b[1] and b[0] < a[1] for a, b in zip(one, other, strict=True))


def train(
    rows: Sequence[np.ndarray], right: np.ndarray, *, rounds: int = 4
) -> tuple[np.ndarray, float]:
    """Return weights and bias of a logistic regression (AdaGrad, Duchi et al. 2011; L2)."""
    rng = np.random.default_rng(0)
    weights, squares = np.zeros(SIZE), np.full(SIZE, 1.0)
    bias, bias_square = 0.0, 1.0
    for _ in range(rounds):
        for number in rng.permutation(len(rows)).tolist():
            at = rows[number]
            gap = 1 / (1 + np.exp(-(weights[at].sum() + bias))) - right[number]
            slope = gap + 1e-4 * weights[at]
            squares[at] += slope * slope
            weights[at] -= 0.3 * slope / np.sqrt(squares[at])
            bias_square += gap * gap
            bias -= 0.3 * gap / np.sqrt(bias_square)
    return weights, float(bias)


def scores_of(weights: np.ndarray, bias: float, one: Item) -> np.ndarray:
    """Return the chances of a sentence's pairs."""
    return np.array([1 / (1 + np.exp(-(weights[at].sum() + bias))) for at in one.rows])


def counts(one: Item, chosen: Sequence[bool]) -> np.ndarray:
    """Return right, found and gold pairs of a sentence; a gold pair is found once."""
    got = [truth for truth, is_in in zip(one.truth, chosen, strict=True) if is_in]
    right = len({truth for truth in got if truth >= 0})
    again = sum(truth >= 0 for truth in got) - right  # the same pair by another mention
    return np.array([right, len(got) - again, len(one.gold)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--negatives", type=int, default=20000)
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    parser.add_argument("--weights", type=Path, help="train on everything and write the weights")
    options = parser.parse_args(arguments)
    every = items(options.negatives)
    read_pairs(every)
    sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(3))
    for fold in range(FOLDS):
        rest = [one for one in every if one.fold != fold]
        weights, bias = train(
            [row for one in rest for row in one.rows],
            np.array([truth >= 0 for one in rest for truth in one.truth], float),
        )
        known = {tuple(one.text[s:e].lower() for s, e in gold) for one in rest for gold in one.gold}
        for one in (one for one in every if one.fold == fold):
            chosen = {
                "every pair of a sentence (dictionary alone)": [True] * len(one.pairs),
                "with a word of cause (rules)": [
                    CAUSE.search(_around(one, p)) is not None for p in one.pairs
                ],
                "pairs of the training part": [
                    (p.drug.text.lower(), p.effect.text.lower()) in known for p in one.pairs
                ],
                "onoma adverse": (scores_of(weights, bias, one) >= 0.5).tolist(),
                "onoma adverse, chance 0.3": (scores_of(weights, bias, one) >= 0.3).tolist(),
                "the best that pairs found allow": [truth >= 0 for truth in one.truth],
            }
            for name, flags in chosen.items():
                sums[name] = sums[name] + counts(one, flags)
    table = Table(
        "Drug and adverse effect by sentence: ADE corpus", ["system", "precision", "recall", "F1"]
    )
    for name, (right, got, want) in sums.items():
        shares = (right / max(got, 1), right / want, 2 * right / (got + want))
        table.add([name, *map(figure, shares)], show=True)
    n_gold = int(next(iter(sums.values()))[2])
    table.note(f"{len(every):,} sentences, {n_gold:,} pairs in gold; five parts by article")
    table.finish(options.out, sys.argv)
    if options.weights is not None:
        weights, bias = train(
            [row for one in every for row in one.rows],
            np.array([truth >= 0 for one in every for truth in one.truth], float),
        )
        np.savez_compressed(options.weights, weights=weights.astype(np.float16), bias=bias)
    return 0


def _around(one: Item, pair: Pair) -> str:
    first, last = sorted((pair.drug, pair.effect), key=lambda m: m.start)
    return one.text[max(0, first.start - 20) : last.end + 20]


if __name__ == "__main__":
    sys.exit(main())
