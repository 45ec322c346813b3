"""Labels and categories of nodes from a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable

from onoma.errors import OnomaError
from onoma.graph.deriving import NodeInfo
from onoma.graph.predicates import CATEGORIES
from onoma.ontology.loading import Names, open_vocabulary
from onoma.types import Concept


def describer(vocabulary: Names) -> NodeInfo:
    """Return what tells label and category of CURIEs by a vocabulary; empty for what it lacks."""
    store = open_vocabulary(vocabulary)

    def describe(curies: list[str]) -> Iterable[tuple[str, str]]:
        for curie in curies:
            try:
                concept = store.concept(curie)
            except OnomaError:
                yield "", ""
            else:
                yield concept.label, category_of(concept)

    return describe


def category_of(concept: Concept) -> str:
    """Return the Biolink category of a concept, by the first of its types."""
    return CATEGORIES.get(concept.types[0], "") if concept.types else ""
