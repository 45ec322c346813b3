"""Links of graphs predicted: the fusion beside every single scorer.

Sets: ``umls``, ``stitch``, ``disgenet`` (the splits published with BioGraphFusion, learnt from
train, measured on valid: both ends asked, every entity a candidate, train, background and valid
filtered; the published test part is not among the files, so that its triples count as wrong
answers; of DisGeNET 2,000 questions by chance) and ``hpo`` (diseases of the core's HPO
annotations, OMIM's and Orphanet's merged by MONDO; 1,500 phenotypes and 1,000 genes held out by
chance, 600 questions of each kind asked; candidates are the entities that stand in the slot).
Settings were chosen on parts of train. Embeddings of HPO's graph that are not in its fusion are
trained and measured beside it. A set is trained and measured into ``--cache``, a step after the
other, so that a stopped run goes on; the table has the sets that are there.

    python bench/completion.py --sets umls,stitch,hpo,disgenet --out bench/results/completion.md
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from onoma.graph.completion.fusion import FusionRecipe
from onoma.graph.completion.model import Completion, load_completion, save_completion
from onoma.graph.completion.ranking import (
    Candidates,
    Figures,
    NamedScores,
    ranks_by_name,
    slot_candidates,
)
from onoma.graph.completion.rules import RuleRecipe
from onoma.graph.completion.training.completing import (
    CompletionRecipe,
    Data,
    Tell,
    train_completion,
)
from onoma.graph.completion.training.factors import (
    MANY,
    FactorRecipe,
    train_factors,
    usual_recipe,
)
from onoma.graph.completion.training.propagation import PropagationRecipe
from onoma.graph.completion.triples import (
    F32,
    I64,
    Links,
    Named,
    Terms,
    queries_of,
    read_triples,
)
from onoma.metrics.resampling import F64
from onoma.ontology.tables import read_table
from report import Table, write_tables

SETS = ("umls", "stitch", "hpo", "disgenet")
FEW_RULES = RuleRecipe(tried=30, heads=150)
FEWEST_RULES = RuleRecipe(tried=6, heads=30, triples=40)
COMPLEX = FactorRecipe(
    model="complex", width=64, regulariser="dura", strength=0.1, rate=0.03, every=1
)
BESIDE = {
    "hpo": tuple(
        replace(usual_recipe(model, entities=MANY), epochs=3, every=3)
        for model in ("transe", "distmult", "complex")
    ),
}
"""Embeddings that are trained on all triples and measured, and are no part of the fusion."""
RECIPES = {
    "umls": CompletionRecipe(
        factors=(
            FactorRecipe(model="complex", width=128, strength=0.2, rate=0.1),
            FactorRecipe(model="rotate", width=128, regulariser="none", rate=0.01),
        ),
        rules=FEW_RULES, propagation=PropagationRecipe(epochs=3), folds=2, measured=0,
    ),
    "stitch": CompletionRecipe(
        factors=(COMPLEX,), propagation=PropagationRecipe(epochs=3, seconds=25),
        fusion=FusionRecipe(questions=2000), folds=1, measured=0, asked=("gene_drug",),
    ),
    "hpo": CompletionRecipe(
        factors=(replace(usual_recipe("rotate", entities=MANY), epochs=3, every=3),),
        rules=FEWEST_RULES, propagation=None, folds=1, share=0.06, stopping=200,
        fusion=FusionRecipe(questions=800), measured=600,
        asked=("has_phenotype", "gene_associated_with_condition"),
    ),
    "disgenet": CompletionRecipe(
        factors=(COMPLEX,), rules=FEWEST_RULES, propagation=None, folds=1, share=0.05,
        fusion=FusionRecipe(questions=1000), measured=2000, asked=("disease_gene",),
    ),
}  # fmt: skip


def published(name: str) -> Data:
    """Return one of the splits published with BioGraphFusion."""
    folder = Path(os.environ["ONOMA_SHARED"]) / "data" / "kgc-biographfusion"
    train = list(read_triples(folder / f"{name}.train.txt.gz"))
    end = "" if name == "umls" else ".gz"
    valid = list(read_triples(folder / f"{name}.valid.txt{end}"))
    background = "umls.facts.txt.gz" if name == "umls" else "facts.disease-drug.txt.gz"
    facts = list(read_triples(folder / background))
    terms = Terms.of([*train, *valid, *facts])
    return Data(terms, terms.numbered(train), terms.numbered(facts), terms.numbered(valid))


def hpo() -> Data:
    """Return the HPO graph of merged diseases, a part of its triples held out."""
    core = Path(__file__).parent.parent / "src" / "onoma" / "data" / "core"
    concepts = read_table(core / "concepts.npz").texts("curie")
    merged: dict[str, str] = {}
    equivalents = read_table(core / "equivalents.npz")
    for place, other, predicate in equivalents.rows("concept", "curie", "predicate"):
        curie = concepts[place]
        is_same = predicate == "skos:exactMatch" and curie.startswith("MONDO:")
        if is_same and other.startswith(("OMIM:", "Orphanet:")):
            merged[other] = curie
    named: set[Named] = set()
    said = read_table(core / "annotations.npz")
    for subject, predicate, object_, negated in said.rows(
        "subject", "predicate", "object", "negated"
    ):
        if negated or (predicate == "has_phenotype" and "NCBIGene" in subject):
            continue  # phenotypes of genes are derived from those of their diseases
        ends = merged.get(subject, subject), predicate, merged.get(object_, object_)
        named.add(ends)
    for below, above in read_table(core / "parents.npz").rows("child", "parent"):
        child, parent = concepts[below], concepts[above]
        if child.startswith("HP:") and parent.startswith("HP:"):
            named.add((child, "is_a", parent))
    terms = Terms.of(named)
    triples = terms.numbered(named)
    rng = np.random.default_rng(1)
    held = np.zeros(len(triples), np.bool_)
    for relation, count in (("has_phenotype", 1500), ("gene_associated_with_condition", 1000)):
        own = np.flatnonzero(triples[:, 1] == terms.relation_number[relation])
        held[rng.choice(own, count, replace=False)] = True
    candidates = slot_candidates(
        triples, entities=len(terms.entities), relations=len(terms.relations)
    )
    empty = np.zeros((0, 3), np.int64)
    return Data(terms, triples[~held], empty, triples[held], candidates=candidates)


def questions_of(name: str, data: Data) -> dict[str, I64]:
    """Return the questions of each direction, by words."""
    count = len(data.terms.relations)
    every = queries_of(data.valid, count)
    every = every[np.random.default_rng(0).permutation(len(every))]
    limit = RECIPES[name].measured or len(every)
    if name != "hpo":
        return {"both": every[:limit]}
    number = data.terms.relation_number
    phenotype, gene = number["has_phenotype"], number["gene_associated_with_condition"]
    ways = {"disease -> gene": gene + count, "disease -> phenotype": phenotype}
    return {words: every[every[:, 1] == relation][:limit] for words, relation in ways.items()}


def teller(name: str) -> Tell:
    """Return what says how far a set is, with the CPU seconds."""
    begin = time.process_time()

    def tell(words: str) -> None:
        print(f"{name} {time.process_time() - begin:.0f} s: {words}", file=sys.stderr, flush=True)

    return tell


def trained_for(name: str, data: Data, folder: Path, tell: Tell) -> Completion:
    """Return the completion of a set, trained now or kept in a folder."""
    if not (folder / "completion.json").exists():
        begin = time.process_time()
        unmeasured = replace(data, valid=np.zeros((0, 3), np.int64))
        made = train_completion(unmeasured, RECIPES[name], tell=tell).completion
        spent = {"seconds": time.process_time() - begin}
        save_completion(replace(made, about={**made.about, **spent}), folder)
    return load_completion(folder)


def scorers_of(name: str, made: Completion, links: Links, candidates: Candidates) -> NamedScores:
    """Return what scores questions by the fusion's parts, the embeddings beside it, and itself."""
    fusion = made.fusion(links, candidates)
    beside = [train_factors(links, recipe)[0] for recipe in BESIDE.get(name, ())]

    def scored(heads: I64, relations: I64) -> dict[str, F32]:
        named = fusion.named_scores(heads, relations)
        joined = named.pop(fusion.name)
        alone = {one.name: one.scores(heads, relations) for one in beside}
        return named | alone | {fusion.name: joined}

    return scored


def measure(name: str, path: Path) -> None:
    """Train on a set and measure every scorer; write the figures of each direction."""
    data, tell = hpo() if name == "hpo" else published(name), teller(name)
    made = trained_for(name, data, path.with_suffix(""), tell)
    links = data.links(data.facts, data.triples)
    known = data.links(data.facts, data.triples, data.valid)
    scored = scorers_of(name, made, links, data.candidates)
    out: dict[str, Any] = {"train_seconds": round(made.about["seconds"]), "ways": {}}
    for words, questions in questions_of(name, data).items():
        ranks = ranks_by_name(scored, questions, known, data.candidates)
        own = {one: Figures.of(own).to_record() for one, own in ranks.items()}
        for one, figures in own.items():
            tell(f"{words}, {one}: {figures['mrr']:.4f}")
        out["ways"][words] = own | {"gain": gain(ranks)}
    path.write_text(json.dumps(out), encoding="utf-8")


def gain(ranks: dict[str, F64]) -> list[float]:
    """Return how far the fusion's MRR is above the best single one's, with its 95 % interval."""
    single = {name: float(np.mean(1 / one)) for name, one in ranks.items() if name != "fusion"}
    best = max(single, key=lambda name: single[name])
    difference = 1 / ranks["fusion"] - 1 / ranks[best]
    rng = np.random.default_rng(1)
    means = [rng.choice(difference, len(difference)).mean() for _ in range(1000)]
    low, high = np.quantile(means, (0.025, 0.975))
    return [float(difference.mean()), float(low), float(high)]


def table(name: str, words: str, own: dict[str, Any]) -> Table:
    """Return the table of one set and direction."""
    gained = own.pop("gain")
    count = int(next(iter(own.values()))["count"])
    out = Table(f"{name}: {words} ({count:,} questions)",
                ["scorer", "MRR", "Hits@1", "Hits@3", "Hits@10"])  # fmt: skip
    for scorer, one in own.items():
        shown = [f"{one[key]:.3f}" for key in ("mrr", "hits1", "hits3", "hits10")]
        out.add([f"**{scorer}**" if scorer == "fusion" else scorer, *shown])
    out.note(
        f"fusion above the best single scorer by {gained[0]:.3f} MRR"
        f" (95 % interval {gained[1]:.3f} to {gained[2]:.3f}, bootstrap over questions)"
    )
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sets asked; write the table of all that are there."""
    parser = argparse.ArgumentParser(description="How well links of graphs are predicted.")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--cache", type=Path, default=Path("build/completion"))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    options.cache.mkdir(parents=True, exist_ok=True)
    for name in filter(None, options.sets.split(",")):
        path = options.cache / f"{name}.json"
        if not path.exists():
            measure(name, path)
    tables = []
    for name in SETS:
        path = options.cache / f"{name}.json"
        if path.exists():
            found = json.loads(path.read_text(encoding="utf-8"))
            made = [table(name, words, own) for words, own in found["ways"].items()]
            made[0].note(f"trained in {found['train_seconds']:,} s of one core")
            if beside := BESIDE.get(name):
                named = ", ".join(f"{one.model} ({one.epochs} epochs)" for one in beside)
                made[0].note(f"measured beside, no parts of the fusion: {named}")
            tables += made
    if options.out:
        write_tables(tables, options.out, ["bench/completion.py", "--sets", ",".join(SETS)],
                     ("onoma", "numpy", "torch"))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
