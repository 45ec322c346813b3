"""Classes of drugs by what they do (NSAIDs, beta blockers): interventions, when a core is compiled.

MeSH has them under its pharmacologic actions, where the source gives no type: they say what a
substance does, and who asks for chemicals does not want them. Whoever reads of trials does.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from onoma.ontology.vocabulary import Vocabulary
from onoma.types import TYPE_BIT

ROOT = "MESH:D020228"  # Pharmacologic Actions
BROAD = 2  # levels below it that divide the classes: Therapeutic Uses
INTERVENTION = TYPE_BIT["intervention"]


def with_drug_classes(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with the untyped headings under ``ROOT`` as interventions."""
    curies = vocabulary.concepts.texts("curie")
    if ROOT not in curies:
        return vocabulary
    types = vocabulary.concepts.numbers("types").copy()
    child, parent = (vocabulary.parents.numbers(one) for one in ("child", "parent"))
    level = np.array([curies.index(ROOT)])
    seen, depth = np.zeros(len(curies), bool), 0
    while len(level):
        seen[level] = True
        if depth >= BROAD:
            types[level[types[level] == 0]] = INTERVENTION
        level = np.unique(child[np.isin(parent, level)])
        level = level[~seen[level]]
        depth += 1
    return dataclasses.replace(vocabulary, concepts=vocabulary.concepts.replaced(types=types))
