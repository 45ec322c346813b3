"""The tagger on dev parts, beside the dictionary alone and the training mentions alone.

Strict F1 (start, end and type) and F1 by any overlap, for each label of each corpus of the file of
corpora; the tagger's own head for the corpus, and the head that all corpora of the type share.
Recall is also given for names met in the training part and for the others. No training text stands
in a dev part (see ``training.overlaps``).

    python bench/tagger.py --out bench/results/tagger.md
    python bench/tagger.py --tagger DIR --sets ncbi-disease,bc5cdr

The corpora are cited in ``docs/tagger-card.md``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import corpora as shared
from onoma.eval.datasets import data_sets
from onoma.eval.gold_documents import GoldMention
from onoma.eval.parts import Item, Setting, View
from onoma.eval.systems import find_maker
from onoma.eval.tagger_corpora import read_corpora
from onoma.metrics import Score
from onoma.metrics.counts import score
from onoma.metrics.spans import TypedSpan, strict_counts
from onoma.ontology.loading import open_vocabulary
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, Tagger, load_tagger
from onoma.recognize.tagger.decoding import decode
from onoma.recognize.tagger.folder import OWN, read_card, shipped_tagger
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.measures import LabelScore, gold_spans, mean_of, measure_corpus
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.recognize.tagger.training.results import rows_of, write_card
from onoma.text.tokens import TextBatch
from onoma.types import Document
from report import Table, figure, write_tables

ROOT = Path(__file__).parent.parent
BARS = {
    "ncbi-disease/Disease": (86.5, 88.5),
    "bc5cdr/Disease": (86.0, 87.0),
    "bc5cdr/Chemical": (92.5, 94.0),
    "bc2gm/Gene": (81.0, 83.0),
    "anatem/Anatomy": (86.0, 88.0),
    "linnaeus/Species": (88.0, 88.0),
    "species-800/Species": (74.0, 74.0),
}
JNLPBA_BAR, BIORED_BAR = (75.0, 77.0), (87.0, 87.0)
SPEED_TEXTS = 200


def baseline(name: str, corpus: Corpus, texts: Sequence[MarkedText]) -> dict[str, Score]:
    """Return the strict score of each label by a system of the evaluation, by name."""
    row = next(one for one in data_sets() if one.name == corpus.name)
    views = tuple(view for view in row.views if view.name in corpus.labels)
    views += tuple(
        View(label, (label,), ()) for label in corpus.labels if label not in {v.name for v in views}
    )
    train = [
        Item(one.id, Document(one.id, one.text), tuple(
            GoldMention(m.start, m.end, one.text[m.start : m.end], m.label) for m in one.marks
        ), one.text)
        for one in corpus.train
    ]  # fmt: skip
    system = find_maker("ner", name)(Setting("ner", views, train, None))
    guesses = system.predict([Document(one.id, one.text) for one in texts])
    found = {}
    for label in corpus.labels:
        counts = np.zeros(4, np.int64)
        for text, guess in zip(texts, guesses, strict=True):
            got = {TypedSpan(m.start, m.end, "") for m in guess if m.type == label}
            counts += strict_counts(gold_spans(text, [label]), got)
        found[label] = score(counts)
    return found


def micro(scores: Sequence[Score]) -> float:
    """Return the F1 of several labels together."""
    right, got, gold = (sum(getattr(s, n) for s in scores) for n in ("right", "predicted", "gold"))
    return 2 * right / max(got + gold, 1)


def corpus_rows(table: Table, tagger: Tagger, corpus: Corpus) -> list[LabelScore]:
    """Add the rows of a corpus, and return what the tagger's are made of."""
    dictionary = baseline("dictionary", corpus, corpus.dev)
    lexicon = baseline("lexicon", corpus, corpus.dev)
    own: dict[str, Score] = {}
    measured = measure_corpus(tagger, corpus)
    for label in corpus.labels:
        rows = [one for one in measured if one.label == label]
        best = next((one for one in rows if OWN in one.head), rows[0])
        shared_ = next((one for one in rows if OWN not in one.head), None)
        own[label] = best.strict
        bar = BARS.get(f"{corpus.name}/{label}")
        table.add(
            [
                corpus.name, label, str(best.strict.gold), figure(dictionary[label].f1),
                figure(lexicon[label].f1), figure(best.strict.f1), figure(best.strict.precision),
                figure(best.strict.recall), figure(best.overlap.f1), figure(best.seen),
                figure(best.unseen), figure(shared_.strict.f1) if shared_ else "",
                f"{bar[0]} ({bar[1]})" if bar else "",
            ],
            show=True,
        )  # fmt: skip
    if corpus.name in ("jnlpba", "biored"):
        bar = JNLPBA_BAR if corpus.name == "jnlpba" else BIORED_BAR
        parts = (dictionary, lexicon, own)
        shown = [figure(micro(list(part.values()))) for part in parts]
        gold = sum(one.gold for one in own.values())
        cells = [corpus.name, "all, micro", str(gold), *shown, *[""] * 6, f"{bar[0]} ({bar[1]})"]
        table.add(cells, show=True)
    return measured


def speed(tagger: Tagger, texts: Sequence[str]) -> Table:
    """Return how long the parts of tagging take on this thread."""
    table = Table("Speed, one thread", ["step", "CPU ms a text", "texts a CPU second"])
    clock = [time.process_time()]
    names = ("dictionary", "words and windows", "trunk and heads", "decoding")
    tagger.tag([Document("", texts[0])])  # warm
    clock = [time.process_time()]
    batch = TextBatch.of(list(texts))
    gazetteer = tagger.gazetteer
    assert gazetteer is not None
    marks = gazetteer.marks(batch)
    clock.append(time.process_time())
    page = tagger.read(batch, marks)
    clock.append(time.process_time())
    scores = tagger.scores(page, tagger.heads.pick(tagger.heads.shared))
    clock.append(time.process_time())
    decode(scores, page.words.bounds)
    clock.append(time.process_time())
    parts = [*zip(names, np.diff(clock).tolist(), strict=True), ("all", clock[-1] - clock[0])]
    for name, seconds in parts:
        each = seconds / len(texts)
        table.add([name, f"{1000 * each:.2f}", f"{1 / each:,.0f}"], show=True)
    size = sum(len(text.encode()) for text in texts) / 1e6
    whole = clock[-1] - clock[0]
    table.note(
        f"{len(texts)} abstracts of BC5CDR's dev part, {size:.2f} MB, {len(page.words):,} words, "
        f"{len(page.words.pieces):,} pieces: {size / whole:.3f} MB and "
        f"{len(page.words) / whole:,.0f} words a CPU second"
    )
    return table


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", type=Path, default=shipped_tagger())
    parser.add_argument("--corpora", type=Path, default=shipped_tagger() / "corpora.toml")
    parser.add_argument("--sets", default="")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--card", action="store_true", help="write the scores into the card too")
    chosen = parser.parse_args()
    root = shared.shared_file("data")
    found, removed = without_dev(read_corpora(chosen.corpora, root))
    wanted = set(chosen.sets.split(",")) - {""}
    gazetteer = Gazetteer(DictionaryRecognizer(open_vocabulary(("core",))))
    tagger = load_tagger(chosen.tagger, gazetteer=gazetteer)
    table = Table(
        "Strict F1 on dev parts",
        [
            "corpus", "label", "gold", "dictionary", "lexicon", "tagger", "precision", "recall",
            "overlap F1", "seen", "unseen", "shared head", "bar (hard)",
        ],
        left=2,
    )  # fmt: skip
    scores = []
    for corpus in found:
        if corpus.dev and (not wanted or corpus.name in wanted):
            scores += corpus_rows(table, tagger, corpus)
    table.note(
        "lexicon: the mentions of the training part alone; seen, unseen: recall of names met "
        "there, and of the others; shared head: scored against all labels of its type"
    )
    table.note(f"training texts taken out as they stand in a dev part: {sum(removed.values()):,}")
    card = read_card(chosen.tagger)
    if chosen.card:
        write_card(chosen.tagger, card | {"mean": mean_of(scores), "dev": rows_of(scores)})
    table.note(f"tagger: {card['name']}, {card['steps']:,} steps, seed {card['recipe']['seed']}")
    cdr = next((c for c in found if c.name == "bc5cdr"), None)
    tables = [table]
    if cdr is not None:
        tables.append(speed(tagger, [one.text for one in cdr.dev[:SPEED_TEXTS]]))
    if chosen.out is not None:
        write_tables(tables, chosen.out, sys.argv)


if __name__ == "__main__":
    main()
