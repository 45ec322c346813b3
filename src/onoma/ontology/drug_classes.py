"""Drugs that MeSH files elsewhere than other drugs, when a core is compiled.

Classes by what they do (NSAIDs, beta blockers) stand under its pharmacologic actions, where the
source gives no type: they say what a substance does, and who asks for chemicals does not want them.
Whoever reads of trials does: they are interventions, and so are vaccines, which it files among
mixtures, and antioxidants. Antibodies and hormones that are given as drugs (trastuzumab, goserelin)
stand among the proteins; their names tell what they are.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from onoma.ontology.vocabulary import Vocabulary
from onoma.types import TYPE_BIT

MESH = "MESH:"
ROOT = "MESH:D020228"  # Pharmacologic Actions
BROAD = 2  # levels below it that divide the classes: Therapeutic Uses
GIVEN = ("MESH:D014612", "MESH:D000975")  # Vaccines, Antioxidants
INTERVENTION = TYPE_BIT["intervention"]
PROTEIN, CHEMICAL = TYPE_BIT["protein"], TYPE_BIT["chemical"]
DRUG = CHEMICAL | TYPE_BIT["drug"]
_GIVEN = re.compile(
    r"[a-z]{3,}(?:mab|cept|grastim|relin|relix|glutide|kinra|(?<!inter)leukin|teplase)\b", re.I
)
"""Stems of the names of proteins that are drugs (WHO, The use of stems in the selection of INN)."""


def _levels(vocabulary: Vocabulary, roots: list[int]) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the rows of roots, then what lies right below them, and so on, each row once."""
    child, parent = (vocabulary.parents.numbers(one) for one in ("child", "parent"))
    seen = np.zeros(len(vocabulary.concepts), bool)
    level = np.array(roots, np.int64)
    while len(level):
        yield level
        seen[level] = True
        level = np.unique(child[np.isin(parent, level)]).astype(np.int64)
        level = level[~seen[level]]


def with_drug_classes(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with the untyped headings under ``ROOT`` as interventions.

    Proteins with the name of a drug are drugs in it.
    """
    curies = vocabulary.concepts.texts("curie")
    if ROOT not in curies:
        return vocabulary
    types = vocabulary.concepts.numbers("types").copy()
    for depth, level in enumerate(_levels(vocabulary, [curies.index(ROOT)])):
        if depth >= BROAD:
            types[level[types[level] == 0]] = INTERVENTION
    given = [curies.index(one) for one in GIVEN if one in curies]
    for level in _levels(vocabulary, given):
        types[level[types[level] & (PROTEIN | CHEMICAL) == CHEMICAL]] |= INTERVENTION
    labels = vocabulary.concepts.texts("label")
    for row in np.flatnonzero(types & PROTEIN).tolist():
        if curies[row].startswith(MESH) and _GIVEN.match(labels[row]):
            types[row] = int(types[row]) & ~PROTEIN | DRUG
    return dataclasses.replace(vocabulary, concepts=vocabulary.concepts.replaced(types=types))
