"""A vocabulary's columns in the order of the store: concepts by CURIE, names by concept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.vocabulary import Vocabulary

SOURCE_ORDER = (
    "onoma", "mondo", "hpo", "hgnc", "chebi", "ncbitaxon", "uberon", "cl", "go", "mesh",
    "drugbank", "famplex", "efo", "mesh-scr", "mondo-2024", "mesh-terms", "cellosaurus",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """The vocabulary's columns as arrays, concepts sorted by CURIE and names by concept."""

    curies: list[str]
    labels: list[str]
    types: npt.NDArray[np.uint32]
    concept_source: npt.NDArray[np.uint8]
    name_concept: npt.NDArray[np.uint32]
    name_text: list[str]
    name_scope: npt.NDArray[np.uint8]
    name_source: npt.NDArray[np.uint8]
    sources: list[str]
    row_of: npt.NDArray[np.int64]  # row in the tables -> row here
    own: frozenset[str] = frozenset()  # sources that lead


def columns_of(vocabulary: Vocabulary) -> Columns:
    """Return sorted columns of a vocabulary's tables."""
    curies = vocabulary.concepts.texts("curie")
    order = sorted(range(len(curies)), key=curies.__getitem__)
    row_of = np.empty(len(order), np.int64)
    row_of[order] = np.arange(len(order))
    labels = vocabulary.concepts.texts("label")
    types = vocabulary.concepts.numbers("types")
    concept_sources = vocabulary.concepts.texts("source")
    name_sources = vocabulary.names.texts("source")
    sources = sorted(
        {*concept_sources, *name_sources},
        key=lambda name: (name not in vocabulary.own, *_source_rank(name)),
    )
    number = {name: place for place, name in enumerate(sources)}
    name_concept = row_of[vocabulary.names.numbers("concept")]
    scopes = vocabulary.names.numbers("scope")
    by_concept = np.lexsort((scopes, name_concept))
    texts = vocabulary.names.texts("text")
    source_numbers = np.fromiter((number[s] for s in name_sources), np.uint8, len(name_sources))
    concept_numbers = np.fromiter((number[s] for s in concept_sources), np.uint8, len(curies))
    return Columns(
        curies=[curies[i] for i in order],
        labels=[labels[i] for i in order],
        types=types[order].astype(np.uint32),
        concept_source=concept_numbers[order],
        name_concept=name_concept[by_concept].astype(np.uint32),
        name_text=[texts[i] for i in by_concept],
        name_scope=scopes[by_concept].astype(np.uint8),
        name_source=source_numbers[by_concept],
        sources=sources,
        row_of=row_of,
        own=vocabulary.own,
    )


def _source_rank(name: str) -> tuple[int, str]:
    for place, known in enumerate(SOURCE_ORDER):
        if name.lower() == known.lower():
            return place, name
    return len(SOURCE_ORDER), name
