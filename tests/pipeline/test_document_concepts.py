"""The concepts that a context names, as the linker is told them."""

from __future__ import annotations

import numpy as np
import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings, make_annotator
from onoma.pipeline.document_concepts import MOST_KEPT, DocumentConcepts

TEXT = "Gout and epilepsy were seen. Breast cancer was not."


@pytest.fixture
def named(small_core: ConceptStore) -> DocumentConcepts:
    del small_core
    return DocumentConcepts(make_annotator(Settings()))


def test_a_context_names_concepts(named: DocumentConcepts, small_core: ConceptStore) -> None:
    gout, epilepsy, cancer = (
        small_core.row_of(curie) for curie in ("MONDO:0005393", "MONDO:0005027", "MONDO:0007254")
    )
    first, second, none = named.rows(
        [(TEXT, "gout", "gout"), (TEXT, "Gout", "gouty"), ("", "x", "x")]
    )
    assert {gout, epilepsy, cancer} <= set(first.tolist())  # "Gout" is not the term's own writing
    assert set(second.tolist()) == set(first.tolist()) - {gout}
    assert none.tolist() == []
    assert none.dtype == np.int64


def test_contexts_are_forgotten_in_time(named: DocumentConcepts) -> None:
    asked = [(f"Gout {number}.", "x", "x") for number in range(MOST_KEPT)]
    named.rows(asked)
    assert len(named.rows([("Gout once more.", "x", "x")])[0]) > 0
    assert len(named._kept) == 1
