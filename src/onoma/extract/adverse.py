"""Adverse drug effects: which signs and diseases of a sentence a drug is said to have caused.

Every drug and every sign or disease that the dictionary finds in one sentence are a pair; a linear
model over the words around and between them says how likely the text tells of harm.
Source: Gurulingappa et al. 2012 (the corpus and the task, by sentence).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.extract.drugs import Codes
from onoma.extract.ordered import Ordered
from onoma.extract.phrases import Tokens, phrase_list
from onoma.ontology.loading import Names
from onoma.pipeline import Pipeline, load
from onoma.types import AnnotatedDocument, Document, FailedDocument, Mention, Sentence

F32 = npt.NDArray[np.float32]

TYPES = ("drug", "chemical", "disease", "phenotype")
SIZE = 1 << 14  # weights; features that share one cost little at this size (Weinberger et al. 2009)
LEAST = 0.3  # precision and recall are nearest here (bench/adverse.py)
MOST = 400  # pairs of one sentence that are looked at
_NEAR = 3  # words beside a name that are looked at
_FAR = 12  # words between two names that are looked at


@dataclass(frozen=True, slots=True)
class AdverseEffect:
    """A drug and what it is said to have caused; ``score`` is a chance, 0 to 1."""

    drug: Mention
    effect: Mention
    score: float


@dataclass(frozen=True, slots=True)
class AdverseEffects:
    """The adverse effects that a document tells of; ``error`` is set instead when it failed."""

    document: Document
    pairs: tuple[AdverseEffect, ...] = ()
    error: FailedDocument | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A drug and a sign or disease in one sentence, with how many of each the sentence has."""

    drug: Mention
    effect: Mention
    sentence: Sentence
    n_drugs: int
    n_effects: int


def find_pairs(found: AnnotatedDocument, codes: Codes) -> Iterator[Pair]:
    """Yield the pairs of each sentence of a document, in order."""
    mentions = Ordered(found.mentions)
    for sentence in found.sentences:
        here = mentions.within(sentence.start, sentence.end)
        drugs = [m for m in here if m.type in ("drug", "chemical") and _is_taken(m, codes)]
        effects = [m for m in here if m.type in ("disease", "phenotype")]
        for number in range(min(len(drugs) * len(effects), MOST)):
            drug, effect = drugs[number // len(effects)], effects[number % len(effects)]
            yield Pair(drug, effect, sentence, len(drugs), len(effects))


def _is_taken(mention: Mention, codes: Codes) -> bool:
    """Whether a substance is given rather than measured."""
    if phrase_list("substances").row(mention.text.strip(" ,.;:")) is not None:
        return False
    return mention.curie is None or bool(codes.of_mention(mention))


def features(text: str, tokens: Tokens, pair: Pair) -> list[str]:
    """Return what is seen of a pair: order, distance, the words between and beside."""
    first, last = sorted((pair.drug, pair.effect), key=lambda m: m.start)
    order = "d" if first is pair.drug else "e"
    between = tokens.between(first.end, last.start)
    before = tokens.between(pair.sentence.start, first.start)[-_NEAR:]
    after = tokens.between(last.end, pair.sentence.end)[:_NEAR]
    seen = [
        f"order {order}",
        f"apart {order} {min(len(between).bit_length(), 6)}",
        f"drugs {min(pair.n_drugs, 4)}",
        f"effects {min(pair.n_effects, 4)}",
        f"one {pair.n_drugs == 1} {pair.n_effects == 1}",
        f"type {pair.effect.type}",
        f"said {pair.effect.assertion}",
        f"what {pair.effect.label}",
        *(f"before {word}" for word in before),
        *(f"after {word}" for word in after),
        *(f"some {word}" for word in set(tokens.between(pair.sentence.start, pair.sentence.end))),
    ]
    near = between if len(between) <= _FAR else [*between[:6], "...", *between[-6:]]
    seen += (f"between {order} {word}" for word in near)
    seen += (f"two {order} {a} {b}" for a, b in pairwise(near))
    if len(between) <= 4:
        seen.append(f"all {order} {' '.join(between)}")
    return seen


def numbered(seen: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the weights that features go by."""
    return np.unique([zlib.crc32(one.encode()) % SIZE for one in seen])


class Judge:
    """Says how likely a pair is one of cause and harm."""

    def __init__(self, weights: F32, bias: float) -> None:
        """Take a weight a feature number, and what stands without any."""
        self._weights, self._bias = weights, bias

    def score(self, rows: npt.NDArray[np.int64]) -> float:
        """Return the chance, 0 to 1, of a pair with these features."""
        return float(1 / (1 + np.exp(-(self._weights[rows].sum() + self._bias))))


@cache
def shipped_judge() -> Judge:
    """Return the judge that ships."""
    place = resources.files("onoma") / "data" / "extract" / "adverse.npz"
    with place.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
        return Judge(kept["weights"].astype(np.float32), float(kept["bias"]))


class AdverseReader:
    """Reads adverse effects out of documents; safe to use again and again."""

    def __init__(self, pipeline: Pipeline, judge: Judge | None = None) -> None:
        """Take a pipeline that finds ``TYPES``, and a judge if not the one that ships."""
        self._pipeline, self._judge = pipeline, judge or shipped_judge()
        self._codes = Codes(pipeline.store)

    def read(
        self, documents: Iterable[str | Document | FailedDocument], *, least: float = LEAST
    ) -> Iterator[AdverseEffects]:
        """Yield the adverse effects of each document; ``least``: the chance that counts."""
        for found in self._pipeline.pipe(documents):
            if found.error is not None:
                yield AdverseEffects(found.document, error=found.error)
                continue
            tokens = Tokens.of(found.text)
            pairs = (
                AdverseEffect(
                    p.drug, p.effect, self._judge.score(numbered(features(found.text, tokens, p)))
                )
                for p in find_pairs(found, self._codes)
            )
            yield AdverseEffects(found.document, tuple(p for p in pairs if p.score >= least))


def make_reader(vocabulary: Names = "core", *, project: str | None = None) -> AdverseReader:
    """Return a reader of adverse effects.

    Raises: what ``load`` raises.
    """
    return AdverseReader(load(vocabulary, types=TYPES, project=project, mode="dictionary"))


HEAD = (
    "id", "drug", "drug_start", "drug_end", "drug_curie", "effect", "effect_start", "effect_end",
    "effect_curie", "effect_label", "score",
)  # fmt: skip
"""The columns, a row a pair."""


def plain_cells(identifier: str, pair: AdverseEffect) -> list[Any]:
    """Return a pair as plain values in the order of ``HEAD``."""
    drug, effect = pair.drug, pair.effect
    return [
        identifier, drug.text, drug.start, drug.end, drug.curie or "",
        effect.text, effect.start, effect.end, effect.curie or "", effect.label or "",
        f"{pair.score:.4f}",
    ]  # fmt: skip


def record(identifier: str, pair: AdverseEffect) -> dict[str, Any]:
    """Return a pair as the JSON object of one line."""
    sides = {
        name: {"start": m.start, "end": m.end, "text": m.text, "curie": m.curie, "label": m.label}
        for name, m in (("drug", pair.drug), ("effect", pair.effect))
    }
    return {"id": identifier, **sides, "score": round(pair.score, 4)}
