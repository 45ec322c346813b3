"""Classes of drugs by what they do (NSAIDs, beta blockers): interventions, when a core is compiled.

MeSH has them under its pharmacologic actions, where the source gives no type: they say what a
substance does, and who asks for chemicals does not want them. Whoever reads of trials does.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict

from onoma.ontology.tables import Table
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
    below = defaultdict(list)
    for child, parent in vocabulary.parents.rows("child", "parent"):
        below[parent].append(child)
    types = vocabulary.concepts.numbers("types").copy()
    seen, level = {curies.index(ROOT)}, [curies.index(ROOT)]
    depth = 0
    while level:
        if depth >= BROAD:
            bare = [row for row in level if not types[row]]
            types[bare] = INTERVENTION
        level = [one for row in level for one in below[row] if one not in seen]
        level = list(dict.fromkeys(level))
        seen.update(level)
        depth += 1
    concepts = Table({**vocabulary.concepts.columns, "types": types})
    return dataclasses.replace(vocabulary, concepts=concepts)
