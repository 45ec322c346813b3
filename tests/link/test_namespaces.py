"""Answers in the namespaces asked for."""

from __future__ import annotations

import numpy as np
import pytest

from onoma.errors import BadCurie
from onoma.link.namespaces import answer_text, namespaces
from onoma.ontology.curies import prefix_of
from onoma.ontology.store import ConceptStore
from tests.small_vocabulary import CURIES


def answers(store: ConceptStore, *prefixes: str) -> dict[str, tuple[str | None, bool]]:
    """Return each concept's answer and whether it is lossy."""
    ids = namespaces(store, prefixes)
    rows = np.array([store.row_of(curie) for curie in CURIES])
    codes = ids.codes(store, rows).tolist()
    assert ids.answers(rows).tolist() == [code >= 0 for code in codes]
    return {
        curie: (answer_text(store, code) if code >= 0 else None, bool(lossy))
        for curie, code, lossy in zip(CURIES, codes, ids.lossy[rows], strict=True)
    }


@pytest.mark.parametrize(
    ("curie", "expected", "lossy"),
    [
        ("MESH:D001943", "MESH:D001943", False),  # its own
        ("MONDO:0007254", "MESH:D001943", False),  # exact
        ("MONDO:0005180", "MESH:D010300", False),  # exact before broad
        ("MONDO:0009061", "MESH:D010182", True),  # only broad
        ("MONDO:0005044", "MESH:D006973", False),  # stated from the other side
        ("CHEBI:6801", "MESH:D008687", False),  # of a concept outside the store
        ("MONDO:0004989", "MESH:D001943", True),  # through its parent
        ("MONDO:0006256", "MESH:D001943", True),  # through its parent's parent
        ("MONDO:0005140", "MESH:D010051", True),  # through the parent that says more of it
        ("MONDO:0006257", None, False),  # three steps are too many
        ("MONDO:0005393", None, False),  # "disease" answers for nothing below it
        ("HP:0001945", None, False),
    ],
)
def test_answer_in_mesh(store: ConceptStore, curie: str, expected: str | None, lossy: bool) -> None:
    assert answers(store, "MESH")[curie] == (expected, lossy)


def test_every_answer_is_of_a_namespace_asked_for(store: ConceptStore) -> None:
    for prefixes in (("MESH",), ("OMIM", "MESH"), ("HP",), ("MONDO", "HP"), ("UMLS",)):
        for curie, (found, lossy) in answers(store, *prefixes).items():
            assert found is None or prefix_of(found) in prefixes
            if prefix_of(curie) in prefixes:
                assert (found, lossy) == (curie, False)


def test_order_asked_for_decides_between_exact_answers(store: ConceptStore) -> None:
    assert answers(store, "MESH", "OMIM")["MONDO:0005148"] == ("MESH:D003924", False)
    assert answers(store, "OMIM", "MESH")["MONDO:0005148"] == ("OMIM:125853", False)


def test_other_spellings_of_a_prefix_are_known(store: ConceptStore) -> None:
    assert answers(store, "mesh") == answers(store, "MESH")
    assert namespaces(store, ["mim", "msh"]).prefixes == ("OMIM", "MESH")


def test_a_broader_finding_is_no_answer(store: ConceptStore) -> None:
    found = answers(store, "HP")
    assert found["MONDO:0005027"] == ("HP:0001250", False)
    assert found["MONDO:0019488"] == (None, False)
    assert answers(store, "MESH")["MONDO:0019488"] == ("MESH:D004827", True)


def test_types_of_an_answer_inside_the_store(store: ConceptStore) -> None:
    ids = namespaces(store, ["HP"])
    row = store.row_of("MONDO:0005027")
    assert ids.types[row] == store.array("concept_types")[store.row_of("HP:0001250")]


def test_no_namespace_maps_to_nothing(store: ConceptStore) -> None:
    assert {found for found, _ in answers(store, "DECIPHER").values()} == {None}


def test_unknown_prefix_is_refused(store: ConceptStore) -> None:
    with pytest.raises(BadCurie, match="MESHY"):
        namespaces(store, ["MESH", "MESHY"])


def test_real_core_maps_most_diseases_of_mesh(core: ConceptStore) -> None:
    ids = namespaces(core, ["MESH", "OMIM"])
    rows = np.array([core.row_of(one) for one in ("MONDO:0005148", "MONDO:0007254")])
    codes = ids.codes(core, rows).tolist()
    assert answer_text(core, codes[0]) == "MESH:D003924"
    assert all(code >= 0 for code in codes)
