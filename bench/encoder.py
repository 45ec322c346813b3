"""What encoders know of names: held-out concepts, is-a distance, relatedness, translations, speed.

TF-IDF of character n-grams, the starting weights, and trained ones stand side by side on the same
tasks. The vocabularies are the core and the add-on ``definitions``, gathered as ``onoma train
encoder`` gathers them (same seed: the same concepts are held out). EHR-RelB and the translations
are read in the shared data folder (``ONOMA_SHARED``, else ``../shared``).

    python bench/encoder.py --start minilm/ --model run/model --out bench/results/encoder.md
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpora import shared_root
from onoma.encode import Encoder, load_encoder
from onoma.encode.training import measures
from onoma.encode.training.knowledge import Knowledge, gather
from onoma.encode.training.recipe import read_recipe
from onoma.encode.training.translations import read_translations
from onoma.eval.suite.pairs import core_names, held_out
from onoma.metrics import spearman
from onoma.metrics.resampling import sign_p
from onoma.ontology.loading import vocabulary_folder
from onoma.ontology.merging import merge
from onoma.ontology.vocabulary import read_vocabulary
from report import PACKAGES, Table, figure, write_tables

PREFIXES = ("HP:", "MONDO:")
EACH = 2500  # random pairs of concepts, and as many near ones
MOST = 2000  # synonyms against siblings
NAMES = 6000  # names encoded for speed and the loss of int8
LANGUAGES = {
    "es": "hp-es.babelon.tsv.gz",
    "fr": "hp-fr.synonyms.tsv.gz",
    "zh": "hp-zh.babelon.tsv.gz",
}


def tfidf(names: Sequence[str]) -> measures.Score:
    """Return the cosine of character n-grams (2 to 5, within words), weighted over all names."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    grams.fit(names)

    def score(left: Sequence[str], right: Sequence[str]) -> npt.NDArray[np.float32]:
        a, b = grams.transform(left), grams.transform(right)
        return np.asarray(a.multiply(b).sum(1), np.float32)[:, 0]

    return score


def gathered(vocab: str, seed: int, held_out: float) -> Knowledge:
    """Return the clusters of concepts, the same ones held out as in training."""
    parts = [read_vocabulary(vocabulary_folder(name)) for name in vocab.split(",")]
    return gather(merge(parts) if len(parts) > 1 else parts[0], held_out=held_out, seed=seed)


def plain_choices(prefix: str, rng: np.random.Generator) -> list[measures.Choice]:
    """Return every synonym that a vocabulary itself gives a concept held out, among 20 siblings.

    As others have it: only synonyms that differ from the label by case or signs alone are left out.
    Siblings are drawn, and filled up with random concepts of the vocabulary.
    """
    names, parents = core_names(prefix)
    children: dict[str, list[str]] = {}
    for child, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(child)
    every, out = sorted(names), []
    for curie in (one for one in every if one in held_out()):
        label, *synonyms = names[curie]
        beside = sorted({c for parent in parents.get(curie, ()) for c in children[parent]})
        some = [beside[place] for place in rng.permutation(len(beside)).tolist()]
        some += [every[place] for place in rng.integers(0, len(every), measures.SIBLINGS).tolist()]
        others = [one for one in dict.fromkeys(some) if one != curie and one in names]
        labels = tuple(names[one][0] for one in others[: measures.SIBLINGS])
        fitting = [name for name in dict.fromkeys(synonyms) if _signless(name) != _signless(label)]
        out += [measures.Choice(name, label, labels) for name in fitting]
    return out


def _signless(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.lower()).strip()


def ontology_side(knowledge: Knowledge, scores: dict[str, measures.Score]) -> Table:
    """Return the measures that need nothing but the vocabulary."""
    table = Table("Concepts and their hierarchy", ["measure", *scores], left=1)
    table.notes.append(
        f"{int(knowledge.held_out.sum()):,} of {len(knowledge):,} clusters are held out of training"
    )
    for prefix in PREFIXES:
        rng = np.random.default_rng(7)
        tasks = measures.choices(knowledge, prefix, rng, most=MOST)
        rights = {name: measures.which_right(tasks, score) for name, score in scores.items()}
        words = f"{prefix[:-1]}: held-out synonym nearer than 20 siblings ({len(tasks):,}), %"
        table.add([words, *(figure(right.mean()) for right in rights.values())], show=True)
        plain = plain_choices(prefix, np.random.default_rng(7))
        words = f"{prefix[:-1]}: its own synonyms, all, against 20 siblings ({len(plain):,}), %"
        cells = [figure(measures.share_right(plain, score)) for score in scores.values()]
        table.add([words, *cells], show=True)
        first, last = list(rights)[1], list(rights)[-1]
        won, lost = (int((rights[a] & ~rights[b]).sum()) for a, b in ((last, first), (first, last)))
        told = f"{won} won, {lost} lost, p {sign_p(won, lost):.2g} (sign test)"
        table.notes.append(f"{prefix[:-1]} synonyms, {last} against {first}: {told}")
        for held in (False, True):
            pairs = measures.distances(knowledge, prefix, rng, each=EACH, held_only=held)
            whose = "one held out" if held else "all"
            words = f"{prefix[:-1]}: Spearman with is-a distance, random + near, {whose}"
            cells = [f"{measures.order_kept(pairs, score):.3f}" for score in scores.values()]
            table.add([words, *cells], show=True)
    return table


def relatedness(table: Table, scores: dict[str, measures.Score]) -> None:
    """Add Spearman's correlation with the raters of EHR-RelB (the shared 60 %)."""
    path = shared_root() / "data" / "ehr-rel" / "EHR-RelB.dev60.tsv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    sides = ([row[f"snomed_label_{n}"] for row in rows] for n in (1, 2))
    left, right = sides
    gold = [float(row["mean_rating"]) for row in rows]
    cells = [f"{spearman(score(left, right), gold).value:.3f}" for score in scores.values()]
    table.add([f"EHR-RelB: Spearman with raters ({len(rows):,} pairs)", *cells], show=True)


def translated(knowledge: Knowledge, encoders: dict[str, Encoder], score: measures.Score) -> Table:
    """Return how often a translated name of a held-out concept finds it among all HPO names."""
    table = Table("Translated names to HPO, concepts held out", ["language", "TF-IDF", *encoders])
    own = [p for p, c in enumerate(knowledge.curies) if any(x.startswith("HP:") for x in c)]
    names = [(place, name) for place in own for name in knowledge.names[place]]
    texts, owner = [name for _, name in names], np.array([place for place, _ in names])
    place_of = {c: p for p in own for c in knowledge.curies[p] if knowledge.held_out[p]}
    banks = {name: encoder.encode(texts) for name, encoder in encoders.items()}
    for language, file in LANGUAGES.items():
        path = shared_root() / "data" / "ontologies" / file
        found = [(place_of[c], n) for c, n in read_translations(path) if c in place_of]
        queries, gold = [name for _, name in found], np.array([place for place, _ in found])
        cells = [figure(lexical_right(queries, gold, texts, owner))]
        for name, encoder in encoders.items():
            cosines = encoder.encode(queries) @ banks[name].T
            cells.append(figure((owner[cosines.argmax(1)] == gold).mean()))
        table.add([f"{language} ({len(queries):,} names), Acc@1 %", *cells], show=True)
    table.notes.append(f"among {len(texts):,} English names of {len(own):,} clusters")
    return table


def lexical_right(
    queries: Sequence[str], gold: npt.NDArray[Any], texts: Sequence[str], owner: npt.NDArray[Any]
) -> float:
    """Return Acc@1 of character n-grams."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    matrix = grams.fit_transform(texts)
    best = np.asarray((grams.transform(queries) @ matrix.T).argmax(1)).ravel()
    return float((owner[best] == gold).mean())


def speed(encoders: dict[str, Encoder], knowledge: Knowledge, whole: Encoder | None) -> Table:
    """Return names per CPU second on one thread, and how near int8 is to float."""
    table = Table(
        "Speed and int8", ["encoder", "names / CPU s", "cosine to float32: mean", "1st percentile"]
    )
    rng = np.random.default_rng(3)
    rows = rng.choice(len(knowledge), NAMES, replace=False).tolist()
    texts = [knowledge.names[row][0] for row in rows]
    exact = whole.encode(texts) if whole is not None else None
    for name, encoder in encoders.items():
        encoder.encode(texts[:64])
        start = time.process_time()
        vectors = encoder.encode(texts)
        rate = len(texts) / (time.process_time() - start)
        is_own = exact is not None and name == list(encoders)[-1]
        near = (vectors * exact).sum(1) if is_own else None
        cells = (
            ["-", "-"] if near is None else [f"{near.mean():.4f}", f"{np.percentile(near, 1):.4f}"]
        )
        table.add([name, f"{rate:,.0f}", *cells], show=True)
    return table


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", type=Path, required=True, help="the starting weights, as ONNX")
    parser.add_argument("--model", type=Path, required=True, help="the trained model's folder")
    parser.add_argument("--whole", type=Path, help="the trained weights, not int8 (a folder)")
    parser.add_argument("--vocab", default="core,definitions")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    recipe = read_recipe(given.model / "recipe.json")
    knowledge = gathered(given.vocab, recipe.seed, recipe.held_out)
    encoders = {
        "un-tuned MiniLM": load_encoder(given.start),
        "ours (int8)": load_encoder(given.model),
    }
    lexical = tfidf([name for names in knowledge.names for name in names])
    scores = {"TF-IDF": lexical}
    scores |= {name: measures.cosines_of(one.encode) for name, one in encoders.items()}
    tables = [ontology_side(knowledge, scores)]
    relatedness(tables[0], scores)
    tables.append(translated(knowledge, encoders, lexical))
    whole = load_encoder(given.whole) if given.whole else None
    tables.append(speed(encoders, knowledge, whole))
    if given.out:
        packages = (*PACKAGES, "onnxruntime", "scikit-learn")
        write_tables(tables, given.out, sys.argv, packages)


if __name__ == "__main__":
    main()
