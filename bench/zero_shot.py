"""Types in plain words on corpora of which nothing was learnt, neither text nor label.

A tagger that ``onoma train describe --start ... --leave-out`` made is asked for the types of the
corpora that were left out, each in words as a person would say them. Strict F1 (start, end, type)
on the dev parts; a corpus's F1 is over all its types together. Spans of different types do not
overlap (``is_flat``), as in the published figures for GLiNER.

    python bench/zero_shot.py --tagger DIR --out bench/results/zero_shot.md
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

import corpora as shared
from onoma.encode.encoder import load_encoder
from onoma.eval.tagger_corpora import read_corpora
from onoma.metrics.counts import score
from onoma.ontology.loading import open_vocabulary
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, load_tagger
from onoma.recognize.tagger.described import Describer, read_net
from onoma.recognize.tagger.folder import read_card, shipped_tagger
from onoma.recognize.tagger.training.corpora import Corpus
from onoma.recognize.tagger.training.describe_measures import count_described, described_heads
from onoma.recognize.tagger.training.descriptions import Meanings, read_meanings
from report import Table, figure, write_tables
from tagger import baseline

BAR = 55.0
LIFT = 2.0  # chosen on the train parts of these corpora, one figure for all
SAID: dict[str, dict[str, tuple[str, ...]]] = {
    "bc2gm": {"Gene": ("gene or protein",)},
    "anatem": {"Anatomy": ("anatomical structure", "tissue", "cell", "cancer", "body fluid")},
    "bionlp13cg": {"Gene_or_gene_product": ("gene or gene product",)},
}
"""What types are called where the first words of their description are not how it is said."""


def rows_of(
    table: Table, describer: Describer, corpus: Corpus, meanings: Meanings
) -> tuple[float, float]:
    """Add the rows of a corpus; return its F1 over all types, and the mean of its types."""
    said = SAID.get(corpus.name)
    heads = described_heads(describer, corpus, meanings, said)
    counts = count_described(describer, corpus.dev, heads)
    known = [one for one in corpus.labels if one in {"Disease", "Chemical", "Gene", "Anatomy"}]
    dictionary = baseline("dictionary", corpus, corpus.dev) if known else {}
    for label, key in corpus.labels.items():
        words = (said or {}).get(label) or meanings.descriptions[key].phrases[:1]
        one = score(counts[label])
        before = figure(dictionary[label].f1) if label in known else ""
        cells = [corpus.name, label, ", ".join(words), str(one.gold), before]
        table.add([*cells, *map(figure, (one.precision, one.recall, one.f1))], show=True)
    total = score(np.sum(list(counts.values()), axis=0))
    named = [score(one).f1 for one in counts.values() if one[3]]
    if len(counts) > 1:
        cells = [corpus.name, "all", "", str(total.gold), ""]
        table.add([*cells, *map(figure, (total.precision, total.recall, total.f1))], show=True)
    return total.f1, sum(named) / len(named)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", type=Path, required=True)
    parser.add_argument("--corpora", type=Path, default=shipped_tagger() / "descriptions.toml")
    parser.add_argument("--lift", type=float, default=LIFT)
    parser.add_argument("--without", type=Path, help="another, trained without a kind of type")
    parser.add_argument("--sets", default="", help="data sets, in place of all left out")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    root = shared.shared_file("data")
    meanings = read_meanings(chosen.corpora)
    gazetteer = Gazetteer(DictionaryRecognizer(open_vocabulary(("core",))))
    encoder = load_encoder()
    everything = {one.name: one for one in read_corpora(chosen.corpora, root)}
    tables = []
    for place in filter(None, (chosen.tagger, chosen.without)):
        card = read_card(place)
        sets = chosen.sets.split(",") if chosen.sets else card["measured"]
        without = card["without"]
        words = f" and nothing of the kind {', '.join(without)}" if without else ""
        table = Table(
            f"Strict F1 on dev parts, of corpora left out{words}",
            ["corpus", "label", "words", "gold", "dictionary", "precision", "recall", "F1"],
            left=3,
        )
        describer = Describer(
            load_tagger(place, gazetteer=gazetteer), read_net(place), encoder, lift=chosen.lift
        )
        found = [rows_of(table, describer, everything[name], meanings) for name in sets]
        micro, macro = np.mean(found, axis=0).tolist()
        table.add(["mean of the corpora", "", "", "", "", "", "", figure(micro)], show=True)
        table.note(f"bar of the mean: {BAR}; mean of the corpora's means over types {macro:.1%}")
        table.note(
            f"{card['name']}: {card['steps']:,} steps, seed {card['recipe']['seed']}, "
            f"{card['silver texts']:,} silver texts; learnt from {', '.join(card['corpora'])}"
        )
        tables.append(table)
    if chosen.out is not None:
        write_tables(tables, chosen.out, sys.argv)


if __name__ == "__main__":
    main()
