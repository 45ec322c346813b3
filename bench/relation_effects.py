"""Does a chemical treat a disease or cause it: the words alone, and what the relation reader says.

    python bench/relation_effects.py [--out bench/results/relation_effects.md]
    python bench/relation_effects.py --train src/onoma/data/relate/saying/effects.npz

The model learns from train parts (BioRED, CID, ADE) and from sentences of pubmed-abstracts whose
pairs plain words tie; abstracts of dev parts are left out. ``--train`` writes what ships. Measured
on gold relations of dev parts and on 60 sentences of our own (``tests/data/relate/effects.tsv``).
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

import onoma
from marked_sentences import marked_text
from onoma.eval.relation_corpora import read_relation_corpora
from onoma.metrics.resampling import bootstrap, mean_of
from onoma.relate.annotating import relation_text, with_ids
from onoma.relate.gold import RelationCorpus
from onoma.relate.instances import RelationText, Tie
from onoma.relate.reader import effects as settling
from onoma.relate.reader import load_reader
from onoma.relate.saying.effect_lessons import (
    SHARES,
    GoldEffect,
    gold_effects,
    gold_lessons,
    teach_effects,
    weak_lessons,
)
from onoma.relate.saying.effects import EFFECTS, GIVEN, ILL, cause_odds
from onoma.relate.saying.linear import Linear, write_linear
from onoma.relate.stating import predicate_of
from report import Table, figure, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
OWN = Path(__file__).resolve().parents[1] / "tests" / "data" / "relate" / "effects.tsv"
BEGINNING = 60  # characters of a text by which the same abstract is known again
SAID = {
    "causes": "causes",
    "has_adverse_event": "causes",
    "treats": "treats",
}


def own_effects() -> list[GoldEffect]:
    """Return our own sentences."""
    out: list[GoldEffect] = []
    for line in OWN.read_text(encoding="utf-8").splitlines()[2:]:
        effect, marked = line.split("\t")
        whole = marked_text(str(len(out)), marked)
        first = [one.type for one in whole.entities].index("chemical")
        out.append(GoldEffect(whole, first, 1 - first, EFFECTS[EFFECTS.index(effect)]))
    return out


def abstracts(without: frozenset[str]) -> Iterator[str]:
    """Yield the unlabelled abstracts that are in no dev part."""
    with gzip.open(SHARED / "data" / "pubmed-abstracts" / "abstracts.jsonl.gz") as stream:
        for line in stream:
            row = json.loads(line)
            text = f"{row.get('title') or ''}\n{row.get('abstract') or ''}"
            if _beginning(text) not in without:
                yield text


def _beginning(text: str) -> str:
    return "".join(text.lower().split())[:BEGINNING]


def sentences(texts: Iterable[str]) -> Iterator[RelationText]:
    """Yield the sentences with a chemical and a disease, found by the dictionary."""
    pipeline = onoma.load(types=("chemical", "drug", "disease", "phenotype"), mode="dictionary")
    for document in map(with_ids, pipeline.pipe(texts)):
        for one in document.sentences:
            inside = {
                m.type for m in document.mentions if one.start <= m.start and m.end <= one.end
            }
            if inside & GIVEN and inside & ILL:
                yield relation_text(document, [one], one.start, one.end)


def teach(corpora: Sequence[RelationCorpus]) -> Linear:
    """Return the model, taught as what ships."""
    dev = frozenset(_beginning(one.text.text) for corpus in corpora for one in corpus.dev)
    lessons = weak_lessons(sentences(abstracts(dev)))
    print(f"{len(lessons):,} sentences of abstracts", flush=True)
    for corpus in corpora:
        lessons += gold_lessons(gold_effects(corpus.train), SHARES[corpus.task.name])
    return teach_effects(lessons)


def shares_right(effects: Sequence[GoldEffect], said: Sequence[str]) -> list[str]:
    """Return cells: of those that treat, called treating and causing; the same of causes."""
    cells = [f"{len(effects):,}"]
    for effect in EFFECTS:
        own = [told for one, told in zip(effects, said, strict=True) if one.effect == effect]
        cells += [figure(own.count(told) / len(own)) if own else "" for told in EFFECTS]
    right = np.array([one.effect == told for one, told in zip(effects, said, strict=True)], float)
    drawn = bootstrap({"": mean_of(right)}, len(right), rng=np.random.default_rng(1))[""]
    return [*cells, f"{figure(drawn.value)} [{figure(drawn.low)}, {figure(drawn.high)}]"]


def by_words(model: Linear) -> Callable[[Sequence[GoldEffect]], list[str]]:
    """Return what the words alone say of relations."""
    return lambda effects: [
        EFFECTS[cause_odds(one.text, one.first, one.second, model) > 0] for one in effects
    ]


def by_reader(*, is_settled: bool) -> Callable[[Sequence[GoldEffect]], list[str]]:
    """Return what the reader says of relations, with its effects settled or as tasks say them."""
    reader = load_reader()
    settled, blended = settling.settled, settling.blended

    def say(effects: Sequence[GoldEffect]) -> list[str]:
        texts = list({id(one.text): one.text for one in effects}.values())
        if not is_settled:
            _replace(lambda ties, odds: list(ties), list)
        found = dict(zip(map(id, texts), reader.relate(texts), strict=True))
        _replace(settled, blended)
        return [_leading(one, found[id(one.text)]) for one in effects]

    return say


def _replace(settled: object, blended: object) -> None:
    reader = sys.modules["onoma.relate.reader.reader"]
    reader.settled, reader.blended = settled, blended  # type: ignore[attr-defined]


def _leading(one: GoldEffect, ties: Sequence[Tie]) -> str:
    types = one.text.entities[one.first].type, one.text.entities[one.second].type
    own = [tie for tie in ties if {tie.first, tie.second} == {one.first, one.second}]
    told = [
        (tie.score, SAID[word]) for tie in own if (word := predicate_of(tie.kind, types)) in SAID
    ]
    return max(told)[1] if told else ""


def main() -> None:
    """Run the benchmark, or train what ships."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--train", type=Path)
    asked = parser.parse_args()
    corpora = read_relation_corpora(SHARED / "data", sorted(SHARES))
    model = teach(corpora)
    if asked.train is not None:
        content = write_linear({"effects": model})
        asked.train.write_bytes(content)
        print(f"{asked.train}: {len(content)} bytes", flush=True)
    told = [f"{one[:-1]}: told {other}" for one in EFFECTS for other in EFFECTS]
    table = Table(
        "Treats or causes",
        ["relations", "told by", "n", *told, "right"],
        left=2,
    )
    sets = {f"{one.task.name} dev": gold_effects(one.dev) for one in corpora}
    for name, effects in {**sets, "our own sentences": own_effects()}.items():
        for system, say in (
            ("words alone", by_words(model)),
            ("reader, each task by itself", by_reader(is_settled=False)),
            ("reader, as it ships", by_reader(is_settled=True)),
        ):
            table.add([name, system, *shares_right(effects, say(effects))], show=True)
    table.note(
        "shares of the gold relations that treat (BioRED: negative correlation) or cause; "
        "the reader may also say nothing of a pair"
    )
    if asked.out is not None:
        write_tables([table], asked.out, [sys.argv[0], "--out", str(asked.out)])


if __name__ == "__main__":
    main()
