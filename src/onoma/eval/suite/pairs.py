"""Tasks on pairs of texts: ratings, entailed questions, plain sentences, synonyms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import orjson

from onoma.encode.worth import loose_key
from onoma.eval.gold_tables import ehr_rel_rows
from onoma.eval.gold_texts import unpacked
from onoma.eval.suite.parts import Choices, Numbering, Pairs, SuiteTask
from onoma.eval.suite.scoring import chosen, correlated, separated
from onoma.formats.safe_xml import make_parser, parse_xml
from onoma.ontology.sources import core_folder
from onoma.ontology.vocabulary import read_vocabulary
from onoma.types import SCOPES

EACH = 500  # pairs of either sort, at most
SIBLINGS = 20
SYNONYMS = 500  # of a prefix, at most
ENTAILED = "MEDIQA2019-Task2-RQE-ValidationSet-AMIA2016.xml.gz"
SAME = tuple(SCOPES.index(scope) for scope in ("label", "exact", "layperson"))
Rng = np.random.Generator


def pairs_of(rows: Iterable[tuple[str, str, float]]) -> Pairs:
    """Return pairs with their gold."""
    number = Numbering()
    found = [(number(a), number(b), value) for a, b, value in rows]
    return Pairs(
        number.texts,
        np.array([row[:2] for row in found], np.int64),
        np.array([row[2] for row in found], np.float64),
    )


def drawn_pairs(rows: Sequence[tuple[str, str, float]], rng: Rng) -> Pairs:
    """Return as many pairs that belong together (gold above 0) as that do not, at most."""
    kept: list[tuple[str, str, float]] = []
    for is_right in (True, False):
        part = [row for row in rows if (row[2] > 0) == is_right]
        kept += [part[place] for place in rng.permutation(len(part))[:EACH]]
    return pairs_of(kept)


def read_relatedness(folder: Path, rng: Rng) -> Pairs:
    """Return pairs of clinical terms with the mean of what raters say."""
    rows = (pair for _, pair in ehr_rel_rows(folder / "EHR-RelB.dev60.tsv"))
    return pairs_of((pair.a, pair.b, pair.rating) for pair in rows)


def read_entailment(folder: Path, rng: Rng) -> Pairs:
    """Return pairs of questions; 1 where an answer to the second answers the first.

    The validation part alone: in the training part nearly all pairs that belong together are
    copies of one question, and n-grams tell them from the others in 99.8 of 100 cases.
    """
    rows: list[tuple[str, str, float]] = []
    for pair in parse_xml(unpacked(folder / ENTAILED), make_parser()).iter("pair"):
        ends = [pair.findtext(side) or "" for side in ("chq", "faq")]
        rows.append((ends[0], ends[1], float(pair.get("value") == "true")))
    return drawn_pairs(rows, rng)


def read_plain_words(folder: Path, rng: Rng) -> Pairs:
    """Return sentences of abstracts with plain ones; 0 with the plain form of a neighbour."""
    rows: list[tuple[str, str, float]] = []
    for question in orjson.loads(unpacked(folder / "data.nontest.json.gz")).values():
        for one in question.values():
            if isinstance(one, dict) and one.get("adaptations"):
                plain = one["adaptations"][min(one["adaptations"])]
                rows += _aligned(one["abstract"], plain)
    return drawn_pairs(rows, rng)


def _aligned(sentences: dict[str, str], plain: dict[str, str]) -> Iterable[tuple[str, str, float]]:
    """Yield a sentence with its plain form, and with that of the next one or the one before."""
    said = {int(place): text for place, text in plain.items() if text.strip()}
    for key, sentence in sentences.items():
        place = int(key)
        if place not in said:
            continue
        yield sentence, said[place], 1.0
        beside = said.get(place + 1) or said.get(place - 1)
        if beside is not None and beside != said[place]:
            yield sentence, beside, 0.0


@lru_cache(maxsize=1)
def held_out() -> frozenset[str]:
    """Return the CURIEs that no lesson of the shipped encoder names (``data/eval``)."""
    place = resources.files("onoma") / "data" / "eval" / "held_out.txt"
    return frozenset(place.read_text(encoding="utf-8").split())


def read_synonyms(prefix: str, rng: Rng) -> Choices:
    """Return synonyms of held-out concepts, each with its label and the labels of siblings.

    A synonym differs from the label by more than case, order, plural and spelling. Where there are
    fewer than 20 siblings, random concepts of the prefix stand in for them.
    """
    names, parents = core_names(prefix)
    children = defaultdict(list)
    for child, above in parents.items():
        for parent in above:
            children[parent].append(child)
    every = sorted(names)
    asked = [
        (curie, synonym)
        for curie in every
        if curie in held_out()
        for synonym in names[curie][1:]
        if loose_key(synonym) != loose_key(names[curie][0])
    ]
    number = Numbering()
    rows = []
    for curie, synonym in (asked[place] for place in rng.permutation(len(asked))[:SYNONYMS]):
        keys = {loose_key(name) for name in names[curie]}
        beside = sorted({c for parent in parents.get(curie, ()) for c in children[parent]})
        some = [beside[place] for place in rng.permutation(len(beside))]
        some += [every[place] for place in rng.integers(0, len(every), 2 * SIBLINGS)]
        labels = [names[one][0] for one in dict.fromkeys(some) if one != curie and one in names]
        others = [one for one in labels if loose_key(one) not in keys][:SIBLINGS]
        rows.append((number(synonym), number(names[curie][0]), *map(number, others)))
    return Choices(number.texts, tuple(rows))


@lru_cache(maxsize=2)
def core_names(prefix: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the names (the label first) and the parents of a prefix's concepts in the core."""
    core = read_vocabulary(core_folder())
    curies = core.concepts.texts("curie")
    is_own = np.array([curie.startswith(prefix) for curie in curies])
    rows = core.names.numbers("concept")
    scopes = core.names.numbers("scope")
    places = np.flatnonzero(np.isin(scopes, SAME) & is_own[rows])
    places = places[np.lexsort((scopes[places], rows[places]))]
    names: dict[str, list[str]] = defaultdict(list)
    texts = core.names.only("text").take(places).texts("text")
    for row, text in zip(rows[places].tolist(), texts, strict=True):
        names[curies[row]].append(text)
    parents: dict[str, list[str]] = defaultdict(list)
    ends = (core.parents.numbers(side) for side in ("child", "parent"))
    for child, parent in zip(*ends, strict=True):
        if is_own[child] and is_own[parent]:
            parents[curies[child]].append(curies[parent])
    return dict(names), dict(parents)


RELATEDNESS = SuiteTask(
    "relatedness", "pairs", "clinical terms rated by how related they are", "ehr-rel",
    ("EHR-RelB.dev60.tsv",), "Apache-2.0", "Spearman", read_relatedness, correlated,
)  # fmt: skip
ENTAILMENT = SuiteTask(
    "question-entailment", "pairs", "patients' questions and those that answer them",
    "mediqa2019", (ENTAILED,), "not stated", "AUROC", read_entailment, separated,
)  # fmt: skip
PLAIN_WORDS = SuiteTask(
    "plain-sentence", "pairs", "sentence and its plain form, or that of its neighbour", "plaba",
    ("data.nontest.json.gz",), "CC BY 4.0 (unverified)", "AUROC", read_plain_words, separated,
)  # fmt: skip
PHENOTYPES = SuiteTask(
    "phenotype-synonym", "pairs", "synonym to label among 20 siblings, concepts held out", "", (),
    "HPO licence", "accuracy", lambda folder, rng: read_synonyms("HP:", rng), chosen,
)  # fmt: skip
DISEASES = SuiteTask(
    "disease-synonym", "pairs", "synonym to label among 20 siblings, concepts held out", "", (),
    "CC BY 4.0", "accuracy", lambda folder, rng: read_synonyms("MONDO:", rng), chosen,
)  # fmt: skip
