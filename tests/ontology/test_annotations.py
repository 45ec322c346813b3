"""What curated sources say of concepts, from either end."""

from __future__ import annotations

import pytest

import onoma
from onoma.errors import BadCurie, UnknownName
from onoma.ontology.annotations import AnnotationTable, open_annotations
from onoma.ontology.store import ConceptStore

MARFAN, ARACHNODACTYLY, FBN1 = "MONDO:0007947", "HP:0001166", "HGNC:3603"


@pytest.fixture(scope="module")
def table(core: ConceptStore) -> AnnotationTable:
    return open_annotations(core)


def test_a_disease_has_its_phenotypes_and_genes(table: AnnotationTable) -> None:
    found = table.of(MARFAN)
    seen = {(one.subject, one.predicate, one.object) for one in found}
    assert (MARFAN, "has_phenotype", ARACHNODACTYLY) in seen
    assert (FBN1, "gene_associated_with_condition", MARFAN) in seen
    assert all(MARFAN in (one.subject, one.object) for one in found)
    assert any(one.reference.startswith("PMID:") for one in found)


@pytest.mark.parametrize("curie", [ARACHNODACTYLY, FBN1])
def test_a_phenotype_and_a_gene_lead_back_to_the_disease(
    table: AnnotationTable, curie: str
) -> None:
    assert MARFAN in {end for one in table.of(curie) for end in (one.subject, one.object)}


def test_some_are_denied(table: AnnotationTable, core: ConceptStore) -> None:
    assert any(one.negated for one in table.of("HP:0000252"))
    assert open_annotations(core) is table


def test_what_is_no_concept_is_an_error(table: AnnotationTable) -> None:
    with pytest.raises(UnknownName):
        table.of("MONDO:0099998")
    with pytest.raises(BadCurie):
        table.of("marfan")


def test_a_concept_that_nobody_annotated_has_none(small_core: ConceptStore) -> None:
    assert onoma.concept_annotations("MONDO:0005393") == []


def test_a_retired_curie_leads_to_a_concept_that_knows_it(core: ConceptStore) -> None:
    found = core.concept("CHEBI:1648")
    assert found.curie != "CHEBI:1648"
    assert "CHEBI:1648" in found.former
