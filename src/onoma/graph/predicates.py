"""Predicates and categories in the words of the Biolink model.

Source: Unni et al. 2022, Biolink Model (4.x); the part of it that our types and corpora need.
"""

from __future__ import annotations

from onoma.relate.predicates import (
    Predicate,
    are_contrary,
    canonical_predicate,
    forward,
    predicates,
)

__all__ = [
    "ANY",
    "CATEGORIES",
    "KNOWN_CATEGORIES",
    "MORE_CATEGORIES",
    "Predicate",
    "are_contrary",
    "canonical_predicate",
    "forward",
    "predicates",
]

CATEGORIES: dict[str, str] = {
    "disease": "biolink:Disease",
    "phenotype": "biolink:PhenotypicFeature",
    "clinical_modifier": "biolink:ClinicalModifier",
    "gene": "biolink:Gene",
    "protein": "biolink:Protein",
    "chemical": "biolink:ChemicalEntity",
    "drug": "biolink:Drug",
    "anatomy": "biolink:AnatomicalEntity",
    "cell_type": "biolink:Cell",
    "cell_line": "biolink:CellLine",
    "organism": "biolink:OrganismTaxon",
    "variant": "biolink:SequenceVariant",
    "process": "biolink:BiologicalProcess",
    "component": "biolink:CellularComponent",
    "procedure": "biolink:Procedure",
    "test": "biolink:ClinicalMeasurement",
    "device": "biolink:Device",
    "method": "biolink:Activity",
    "food": "biolink:Food",
    "microbe": "biolink:OrganismTaxon",
    "population": "biolink:PopulationOfIndividualOrganisms",
    "outcome": "biolink:Outcome",
    "intervention": "biolink:Treatment",
    "dose": "biolink:InformationContentEntity",
}
"""The Biolink category of each semantic type; a concept of none of them is a NamedThing."""

ANY = "biolink:NamedThing"
MORE_CATEGORIES = (
    "biolink:MolecularActivity", "biolink:Pathway", "biolink:SmallMolecule", "biolink:Polypeptide",
    "biolink:DiseaseOrPhenotypicFeature", "biolink:GeneOrGeneProduct",
    "biolink:PhysiologicalProcess", "biolink:GrossAnatomicalStructure", "biolink:Publication",
    "biolink:Event",
    "biolink:MolecularMixture", "biolink:ComplexMolecularMixture", "biolink:BiologicalEntity",
)  # fmt: skip
"""Categories that files bring and no type of ours has."""
KNOWN_CATEGORIES = frozenset({ANY, *CATEGORIES.values(), *MORE_CATEGORIES})
