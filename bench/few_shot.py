"""A few labelled sentences of a described type: plain, and with names swapped in.

For each of BC5CDR's and NCBI Disease's types, sentences that hold a mention are drawn from the
train part (5, 20, 100; several draws). The head that the words give (zero-shot, by a tagger that
never saw the corpora) is tuned to them: as they are, and with texts in which their mentions change
place with siblings and synonyms (``recognize.tagger.swapping``). Scored on the dev part, strict F1.
Intervals: 95 %, of the difference; draws and documents are both drawn anew (bootstrap).

    python bench/few_shot.py --tagger DIR --out bench/results/few_shot.md
    python bench/few_shot.py --tagger DIR --part train --sets species-800,...   # to choose settings
    python bench/few_shot.py --tagger DIR --along --out bench/results/few_shot_along.md

With ``--along``: 5 and 20 sentences, and heads that move along the directions of known
descriptions alone (``recognize.tagger.head_space``; its pull was chosen on the train parts).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

import corpora as shared
from onoma.encode.encoder import load_encoder
from onoma.eval.tagger_corpora import read_corpora
from onoma.metrics.counts import I64, f1
from onoma.metrics.resampling import Estimate
from onoma.ontology.loading import open_vocabulary
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, load_tagger
from onoma.recognize.tagger.described import (
    Describer,
    TypedHeads,
    heads_of_rows,
    read_net,
    rows_of_heads,
)
from onoma.recognize.tagger.examples import Example, Tuning, tuned_rows
from onoma.recognize.tagger.few_shot import known_phrases, read_with_copies
from onoma.recognize.tagger.folder import read_card, shipped_tagger
from onoma.recognize.tagger.gazetteer import unpacked
from onoma.recognize.tagger.head_space import HeadSpace
from onoma.recognize.tagger.swapping import Swapper
from onoma.recognize.tagger.tagger import Page
from onoma.recognize.tagger.training.corpora import MarkedText
from onoma.recognize.tagger.training.describe_measures import count_tagged
from onoma.recognize.tagger.training.descriptions import read_meanings
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch
from report import Table, figure, write_tables

F32 = npt.NDArray[np.float32]
SETS = "ncbi-disease,bc5cdr"
SIZES = (5, 20, 100)
FEW = (5, 20)
DRAWS = 10
SAMPLES = 2000
MOST_DEV = 200  # documents
LIFT = 2.0  # as in zero_shot
HEAD = [
    "corpus", "label", "sentences", "from", "words alone", "plain", "swapped", "plain - words",
    "swapped - plain", "swapped - words",
]  # fmt: skip
HEAD_ALONG = [
    "corpus", "label", "sentences", "words alone", "plain", "along", "along, swapped",
    "along - plain", "along - words", "along, swapped - plain", "along, swapped - words",
]  # fmt: skip
MOSTLY = 3.0  # a head that nothing was said of takes most words for no mention


@dataclass(frozen=True, slots=True)
class Exam:
    """Texts to be scored on, read once: what heads read of their words."""

    texts: Sequence[MarkedText]
    page: Page
    words: F32

    @classmethod
    def of(cls, describer: Describer, texts: Sequence[MarkedText]) -> Exam:
        """Read texts."""
        tagger = describer.tagger
        batch = TextBatch.of([one.text for one in texts])
        assert tagger.gazetteer is not None
        page = tagger.read(batch, tagger.gazetteer.marks(batch))
        ones = np.ones((len(page.words), 1), np.float32)
        return cls(
            texts, page, np.concatenate([tagger.vectors(page), unpacked(page.bits), ones], 1)
        )

    def counts(self, label: str, rows: F32) -> I64:
        """Return the strict counts of a head on each text, (texts, 4)."""
        scores = (self.words @ rows.T).reshape(len(self.words), 1, 3)
        heads = TypedHeads((label,), heads_of_rows((label,), rows, 0), np.zeros(1, np.int64))
        found = Describer.decoded(self.page, scores, heads)
        return count_tagged(found, self.texts)[label]


def sentences(texts: Sequence[MarkedText], label: str) -> list[Example]:
    """Return the sentences that hold a mention of a type, with its spans."""
    found = []
    for text in texts:
        batch = TextBatch.of([text.text])
        starts, ends = sentence_spans(batch.codes, batch.doc_start)[:2]
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            spans = tuple(
                (mark.start - start, mark.end - start)
                for mark in text.marks
                if mark.label == label and start <= mark.start and mark.end <= end
            )
            if spans:
                found.append(Example(text.text[start:end], spans))
    return found


def gap(first: I64, second: I64, rng: np.random.Generator) -> Estimate:
    """Return how far two systems' mean F1 are apart, (draws, texts, 4) each, with its interval.

    Every sample draws the draws and the texts anew.
    """
    draws, texts = first.shape[:2]

    def mean(counts: I64, draw: npt.NDArray[np.int64], weight: npt.NDArray[np.float64]) -> float:
        return float(f1(np.einsum("t,dtk->dk", weight, counts[draw].astype(float))).mean())

    every, once = np.arange(draws), np.ones(texts, np.float64)
    values = []
    for _ in range(SAMPLES):
        draw = np.asarray(rng.integers(0, draws, (draws,)), np.int64)
        weight = np.bincount(rng.integers(0, texts, texts), minlength=texts).astype(float)
        values.append(mean(first, draw, weight) - mean(second, draw, weight))
    low, high = np.quantile(values, [0.025, 0.975]).tolist()
    return Estimate(mean(first, every, once) - mean(second, every, once), low, high)


def shown(estimate: Estimate) -> str:
    """Return a difference with its interval, in points."""
    return f"{100 * estimate.value:+.1f} ({100 * estimate.low:+.1f} to {100 * estimate.high:+.1f})"


@dataclass(frozen=True, slots=True)
class Bench:
    """What all rows share."""

    describer: Describer
    swapper: Swapper
    tuning: Tuning
    draws: int
    space: HeadSpace

    def rows_along(
        self, table: Table, name: str, words: F32, *, pool: list[Example], exam: Exam, label: str
    ) -> None:
        """Add the rows of a type: heads from words, moved freely, or along known directions."""
        zero = exam.counts(label, words)
        pull, along = self.tuning.pull, self.tuning.along
        for size in FEW:
            found: list[list[I64]] = [[], [], []]
            for draw in range(self.draws):
                rng = np.random.default_rng([size, draw])
                own = [pool[k] for k in rng.permutation(len(pool))[:size].tolist()]
                plain, whole = read_with_copies(
                    self.describer.tagger, own, self.swapper, self.tuning, rng=rng
                )
                heads = (
                    tuned_rows(words, plain, pull),
                    self.space.tuned(words, plain, along),
                    self.space.tuned(words, whole, along),
                )
                for some, rows in zip(found, heads, strict=True):
                    some.append(exam.counts(label, rows))
            plain_, moved, whole_ = (np.stack(some) for some in found)
            before = np.repeat(zero[None], self.draws, 0)
            rng = np.random.default_rng(1)
            systems = (before, plain_, moved, whole_)
            means = [float(f1(one.sum(1).astype(float)).mean()) for one in systems]
            pairs = ((moved, plain_), (moved, before), (whole_, plain_), (whole_, before))
            gaps = [gap(one, other, rng) for one, other in pairs]
            cells = [name, label, str(size), *map(figure, means), *map(shown, gaps)]
            table.add(cells, show=True)

    def tuned(
        self, starts: Sequence[F32], pool: list[Example], size: int
    ) -> Iterator[list[tuple[F32, F32]]]:
        """Yield for a draw of examples the rows of each start, plain and with names swapped."""
        pull = self.tuning.pull
        for draw in range(self.draws):
            rng = np.random.default_rng([size, draw])
            own = [pool[k] for k in rng.permutation(len(pool))[:size].tolist()]
            plain, whole = read_with_copies(
                self.describer.tagger, own, self.swapper, self.tuning, rng=rng
            )
            yield [(tuned_rows(one, plain, pull), tuned_rows(one, whole, pull)) for one in starts]

    def rows(
        self, table: Table, name: str, words: F32, *, pool: list[Example], exam: Exam, label: str
    ) -> None:
        """Add the rows of a type: heads that begin from its words, or from nothing."""
        zero = exam.counts(label, words)
        nothing = np.zeros_like(words)
        nothing[0, -1] = MOSTLY
        draws = {size: list(self.tuned((words, nothing), pool, size)) for size in SIZES}
        for size, (which, said) in product(SIZES, enumerate(("words", "nothing"))):
            pairs = [
                (exam.counts(label, one[which][0]), exam.counts(label, one[which][1]))
                for one in draws[size]
            ]
            plain, whole = (np.stack(some) for some in zip(*pairs, strict=True))
            before = np.repeat(zero[None], len(plain), 0)
            rng = np.random.default_rng(1)
            means = [float(f1(one.sum(1).astype(float)).mean()) for one in (before, plain, whole)]
            gaps = [gap(plain, before, rng), gap(whole, plain, rng), gap(whole, before, rng)]
            cells = [name, label, str(size), said, *map(figure, means), *map(shown, gaps)]
            table.add(cells, show=True)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", type=Path, required=True)
    parser.add_argument("--corpora", type=Path, default=shipped_tagger() / "descriptions.toml")
    parser.add_argument("--sets", default=SETS)
    parser.add_argument("--labels", default="", help="only these, with commas between")
    parser.add_argument("--part", choices=("dev", "train"), default="dev")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--pull", type=float, default=Tuning().pull)
    parser.add_argument("--copies", type=int, default=Tuning().copies)
    parser.add_argument("--swapped", type=float, default=Tuning().swapped)
    parser.add_argument("--along", action="store_true", help="heads along known directions")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    store = open_vocabulary(("core",))
    gazetteer = Gazetteer(DictionaryRecognizer(store))
    meanings = read_meanings(chosen.corpora)
    tagger = load_tagger(chosen.tagger, gazetteer=gazetteer)
    describer = Describer(tagger, read_net(chosen.tagger), load_encoder(), lift=LIFT)
    tuning = Tuning(chosen.pull, chosen.copies, chosen.swapped)
    space = HeadSpace.of(describer.net, describer.vectors(known_phrases(chosen.corpora)))
    bench = Bench(describer, Swapper(store), tuning, chosen.draws, space)
    table = Table("Strict F1 after a few labelled sentences a type", HEAD, left=4)
    if chosen.along:
        table = Table("A few labelled sentences, along known directions", HEAD_ALONG, left=3)
    add = bench.rows_along if chosen.along else bench.rows
    wanted = set(chosen.labels.split(",")) - {""}
    sets = chosen.sets.split(",")
    for corpus in read_corpora(chosen.corpora, shared.shared_file("data")):
        if corpus.name not in sets:
            continue
        half = len(corpus.train) // 2
        texts = corpus.dev[:MOST_DEV] if chosen.part == "dev" else corpus.train[half:][:MOST_DEV]
        learnt = corpus.train if chosen.part == "dev" else corpus.train[:half]
        exam = Exam.of(describer, texts)
        for label, key in corpus.labels.items():
            if wanted and label not in wanted:
                continue
            start = rows_of_heads(describer.heads(meanings.descriptions[key].phrases[:1]))
            pool = sentences(learnt, label)
            add(table, corpus.name, start, pool=pool, exam=exam, label=label)
    card = read_card(chosen.tagger)
    table.note(
        f"words alone: the head that the first words of the description give; {card['name']} "
        f"learnt nothing of {', '.join(card['measured'])}; from nothing: a head that knows no words"
    )
    table.note(
        f"{chosen.draws} draws; pull {tuning.pull:g}, {tuning.copies} copies of each sentence "
        f"weigh {tuning.swapped:g} of it; the first {MOST_DEV} texts of the {chosen.part} part"
    )
    if chosen.out is not None:
        write_tables([table], chosen.out, sys.argv)


if __name__ == "__main__":
    main()
