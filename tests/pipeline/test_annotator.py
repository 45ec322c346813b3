"""What type a mention has where its concept has several."""

from __future__ import annotations

from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Annotator
from onoma.types import Document


def test_a_drug_among_mesh_peptides_is_a_chemical(core: ConceptStore) -> None:
    annotator = Annotator(core)
    text = "Lisinopril, vancomycin, thrombin, insulin and albumin."
    (found,) = annotator.annotate([Document("", text)]).documents_annotated()
    assert {one.text: one.type for one in found.mentions} == {
        "Lisinopril": "chemical", "vancomycin": "chemical",
        "thrombin": "protein", "insulin": "protein", "albumin": "protein",
    }  # fmt: skip
