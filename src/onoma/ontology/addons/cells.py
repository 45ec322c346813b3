"""Cell lines of Cellosaurus, by their labels (the guide's copy has no synonyms)."""

from __future__ import annotations

from collections.abc import Iterator

from onoma.ontology.addons.cellxgene import iter_terms
from onoma.ontology.addons.wheels import Wheels
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name


def read_cell_lines(wheels: Wheels, ledger: Ledger) -> Iterator[Concept]:
    """Yield a concept per cell line: ``CVCL_0030`` becomes ``CVCL:0030``."""
    for local, term in iter_terms(wheels, "CVCL-ontology-55.0"):
        label = term["label"]
        name = Name(label, "label", "cellosaurus")
        yield Concept(local.replace("_", ":", 1), label, names=(name,), source="cellosaurus")
