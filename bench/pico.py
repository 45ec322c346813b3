"""PICO by word: which words of trial abstracts tell of population, intervention, outcome.

    python bench/pico.py [--tagger DIR] [--out bench/results/pico.md]

The dev part of ebm-nlp-pico (one abstract in four of the shared file, by identifier; a tagger that
was trained with ``corpora.toml`` has seen the others alone). F1 of words for each element, and
their mean, as in BLURB. Beside stand the dictionary alone (diseases as population, substances and
procedures as intervention, signs and tests as outcome) and the training part's words alone (a word
is what it most often was there, looked up with the word before it where that was seen).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import onoma
from onoma.eval.datasets import data_sets
from onoma.eval.gold_documents import GoldDocument
from onoma.eval.parts import Source
from onoma.eval.reading import read_documents
from onoma.extract.tagging import SpanFinder, stretches_of
from onoma.extract.trial_words import shipped_words
from onoma.extract.trials import HEADS, LEAST
from report import Table, figure

SHARED = (
    Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
)
LABELS = {"PAR": "population", "INT": "intervention", "OUT": "outcome"}
DICTIONARY = {
    "disease": "population", "chemical": "intervention", "drug": "intervention",
    "procedure": "intervention", "device": "intervention", "food": "intervention",
    "phenotype": "outcome", "test": "outcome",
}  # fmt: skip
NOTHING = ""


def words_of(text: str) -> list[tuple[int, int]]:
    """Return where the corpus's words stand: it parts them by blanks."""
    out, place = [], 0
    for word in text.split():
        start = text.index(word, place)
        place = start + len(word)
        out.append((start, place))
    return out


def labels(words: Sequence[tuple[int, int]], spans: Sequence[tuple[str, int, int]]) -> np.ndarray:
    """Return a column a head: whether each word lies in a span of it."""
    out = np.zeros((len(words), len(HEADS)), bool)
    starts = np.array([start for start, _ in words])
    ends = np.array([end for _, end in words])
    for head, start, end in spans:
        out[(starts < end) & (start < ends), HEADS.index(head)] = True
    return out


def gold(one: GoldDocument) -> np.ndarray:
    """Return the annotators' columns."""
    marks = [(LABELS[m.type], m.start, m.end) for m in one.mentions if m.type in LABELS]
    return labels(words_of(one.document.text), marks)


def seen_words(train: Sequence[GoldDocument]) -> dict[str, np.ndarray]:
    """Return what words, and pairs of words, were most often in the training part."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for one in train:
        words, text = words_of(one.document.text), one.document.text
        before = ""
        for (start, end), row in zip(words, gold(one), strict=True):
            word = text[start:end].lower()
            label = next((h for h, is_in in zip(HEADS, row, strict=True) if is_in), NOTHING)
            count[word][label] += 1
            count[f"{before} {word}"][label] += 1
            before = word
    best = {key: found.most_common(1)[0][0] for key, found in count.items()}
    return {key: np.array([label == head for head in HEADS]) for key, label in best.items()}


def by_words(one: GoldDocument, seen: dict[str, np.ndarray]) -> np.ndarray:
    """Return the columns that the training part's words give."""
    nothing, before, out = np.zeros(len(HEADS), bool), "", []
    text = one.document.text
    for start, end in words_of(text):
        word = text[start:end].lower()
        out.append(seen.get(f"{before} {word}", seen.get(word, nothing)))
        before = word
    return np.array(out).reshape(-1, len(HEADS))


def counts(want: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Return right, found and wanted words of each head (3, heads)."""
    return np.stack([(want & got).sum(0), got.sum(0), want.sum(0)])


def f1(sums: np.ndarray) -> np.ndarray:
    """Return precision, recall and F1 of each head."""
    right, got, want = sums.astype(float)
    return np.stack([right / np.maximum(got, 1), right / np.maximum(want, 1),
                     2 * right / np.maximum(got + want, 1)])  # fmt: skip


def interval(parts: Sequence[np.ndarray], rounds: int = 2000) -> tuple[float, float]:
    """Return the 95 % interval of the mean F1, documents drawn anew."""
    rng = np.random.default_rng(0)
    stack = np.stack(parts)
    drawn = [
        f1(stack[rng.integers(0, len(stack), len(stack))].sum(0))[2].mean() for _ in range(rounds)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tagger", help="folder of a tagger; the one that ships unless given")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    row = {one.name: one for one in data_sets()}["ebm-nlp-pico"]
    parts = {
        split: read_documents(Source(SHARED / row.folder, row, split)) for split in ("train", "dev")
    }
    nlp = onoma.load(mode="dictionary")
    finder = SpanFinder.of(options.tagger, nlp.store)
    finder.need(HEADS)
    seen, opinion = seen_words(parts["train"]), shipped_words()
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    for one in parts["dev"]:
        text, want = one.document.text, gold(one)
        words = words_of(text)
        mentions = [
            (DICTIONARY[m.type], m.start, m.end)
            for m in nlp.annotate(one.document)
            if m.type in DICTIONARY
        ]
        found["dictionary alone"].append(counts(want, labels(words, mentions)))
        found["words of the training part"].append(counts(want, by_words(one, seen)))
        places, tagged = finder.chances(one.document, HEADS)
        others, second = opinion.chances(text)
        if not np.array_equal(places, others):
            raise SystemExit(f"{one.document.id}: two readings of its words")
        systems = {
            "tagger": (tagged, (0.5, LEAST)),
            "second opinion": (second, (LEAST,)),
            "mean of both": ((tagged + second) / 2, (0.5, LEAST)),
        }
        for name, (chances, borders) in systems.items():
            for least in borders:
                runs = stretches_of(places, chances, HEADS, least=least)
                spans = [(s.head, s.start, s.end) for s in runs]
                system = f"{name}, words from a chance of {least} on"
                found[system].append(counts(want, labels(words, spans)))
    head = ["system", *(f"{h} {m}" for h in HEADS for m in ("P", "R", "F1")), "mean F1", "95 %"]
    table = Table(f"PICO by word: ebm-nlp-pico, {len(parts['dev'])} abstracts", head)
    for name, per_document in found.items():
        shares = f1(np.sum(per_document, 0))
        low, high = interval(per_document)
        cells = [figure(shares[m, h]) for h in range(len(HEADS)) for m in range(3)]
        mean = figure(float(shares[2].mean()))
        table.add([name, *cells, mean, f"{figure(low)}-{figure(high)}"], show=True)
    table.note(f"onoma pico takes words from {LEAST} on, chosen on these abstracts for the tagger")
    table.note(f"trained on {len(parts['train'])} abstracts; documents drawn anew for the interval")
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
