"""Headings that their source leaves without a type and that reviewers look for, typed here.

MeSH files what people do and live through (smoking, suicide, loneliness), what is measured of them
(quality of life, comorbidity) and kinds of studies (randomized controlled trials) far from the
trees that have semantic types. ``data/ontology/headings.tsv`` lists those that are worth finding;
words of every day that are headings too (life, attention, power) are not among them.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from importlib import resources

import numpy as np

from onoma.ontology.vocabulary import Vocabulary
from onoma.types import TYPE_BIT


@cache
def heading_types() -> dict[str, int]:
    """Return the type bits of the headings by CURIE."""
    text = (resources.files("onoma") / "data" / "ontology" / "headings.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {curie: TYPE_BIT[kind] for kind, curie, _ in rows}


def with_headings(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with types for those of the headings that have none."""
    wanted = heading_types()
    types, curies = vocabulary.concepts.numbers("types").copy(), vocabulary.concepts.texts("curie")
    for row in np.flatnonzero(types == 0).tolist():
        types[row] = wanted.get(curies[row], 0)
    return dataclasses.replace(vocabulary, concepts=vocabulary.concepts.replaced(types=types))
