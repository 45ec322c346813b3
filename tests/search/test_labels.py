"""Labels from concepts: kinds affirm the whole, the whole denies its kinds."""

from __future__ import annotations

import pytest

from onoma.errors import InputError, UnknownName
from onoma.ontology import ConceptStore
from onoma.search.labels import Labeler
from tests.search.test_concept_sets import BREAST, BREAST_CANCER, CARCINOMA, GOUT, said

CANCER = "MONDO:0004992"


def values(store: ConceptStore, *concepts: str) -> list[str]:
    """Return what a document is labelled for cancer, breast cancer and gout."""
    labeler = Labeler.of([CANCER, BREAST, GOUT], store)
    return [one.value for one in labeler.label(said("a", *concepts))]


def test_a_kind_affirms_the_whole(store: ConceptStore) -> None:
    """A carcinoma of the breast is a cancer; MeSH's heading is MONDO's concept."""
    assert values(store, CARCINOMA) == ["present", "present", ""]
    assert values(store, BREAST_CANCER) == ["present", "present", ""]


def test_the_whole_denies_its_kinds(store: ConceptStore) -> None:
    """No cancer, so none of the breast; a denied kind denies the whole where nothing affirms it."""
    assert values(store, f"-{CANCER}") == ["absent", "absent", ""]
    assert values(store, f"-{CARCINOMA}") == ["absent", "absent", ""]
    strict = Labeler.of([BREAST], store, near=False)
    assert strict.label(said("a", f"-{CARCINOMA}"))[0].value == ""


def test_affirmed_leads_over_doubt_over_denied(store: ConceptStore) -> None:
    """Whatever the order in the text."""
    assert values(store, f"-{GOUT}", f"?{GOUT}")[2] == "uncertain"
    assert values(store, f"?{GOUT}", GOUT, f"-{GOUT}")[2] == "present"


def test_a_label_says_why(store: ConceptStore) -> None:
    """The mention that decides is given."""
    label = Labeler.of([(CANCER, GOUT)], store).label(said("a", f"-{GOUT}", CARCINOMA))[0]
    assert label.finding == CANCER
    assert label.because is not None
    assert label.because.curie == CARCINOMA


def test_findings_must_be_concepts(store: ConceptStore) -> None:
    """Unknown ones and none at all are told."""
    with pytest.raises(UnknownName):
        Labeler.of(["MONDO:0000099"], store)
    with pytest.raises(InputError):
        Labeler.of([], store)
