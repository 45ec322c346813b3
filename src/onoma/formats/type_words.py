"""Semantic types in the words of annotated files: ``cell_type`` is ``CellType``."""

from __future__ import annotations

from onoma.types import SEMANTIC_TYPES

_WORDS: dict[str, str] = {
    name: "".join(part.capitalize() for part in name.split("_")) for name in SEMANTIC_TYPES
}
_TYPES: dict[str, str] = {word: name for name, word in _WORDS.items()} | {"Species": "organism"}


def word_of(type_name: str) -> str:
    """Return a file's word for a semantic type; a word that is none of ours stays as it is.

    >>> word_of("cell_type"), word_of("DNA")
    ('CellType', 'DNA')
    """
    return _WORDS.get(type_name, type_name)


def type_of(word: str) -> str:
    """Return our name for a file's word, the word itself if there is none.

    >>> type_of("CellType"), type_of("Species"), type_of("GENE-Y")
    ('cell_type', 'organism', 'GENE-Y')
    """
    return _TYPES.get(word, word)


_OF_CORPORA = {
    "chemical": "chemical", "chementity": "chemical", "chemicalentity": "chemical",
    "disease": "disease", "diseaseorphenotypicfeature": "disease", "ddf": "disease",
    "gene": "gene", "geneorgeneproduct": "gene", "gene-y": "gene", "gene-n": "gene",
    "species": "organism", "organism": "organism", "organismtaxon": "organism",
    "cellline": "cell_line", "cell_line": "cell_line", "cell line": "cell_line",
    "variant": "variant", "sequencevariant": "variant",
    "drug": "drug", "brand": "drug", "group": "drug", "drug_n": "drug",
    "nutrient": "chemical", "metabolite": "chemical", "food": "food", "dietpattern": "intervention",
    "microorganism": "microbe", "physiology": "process", "measurement": "test",
    "enzyme": "protein", "diversitymetric": "outcome",
    "dietary supplement": "chemical", "bacteria": "microbe", "microbiome": "microbe",
    "human": "organism", "animal": "organism", "biomedical technique": "method",
    "statistical technique": "method", "anatomical location": "anatomy",
    "disease_disorder": "disease", "sign_symptom": "phenotype", "medication": "drug",
    "therapeutic_procedure": "procedure", "diagnostic_procedure": "test", "activity": "process",
    "outcome": "outcome", "other_event": "process", "clinical_event": "process",
    "coreference": "process", "biological_structure": "anatomy", "phenotype": "phenotype",
}  # fmt: skip
"""The semantic type that comes nearest to a corpus's word, in small letters."""


def semantic_type(word: str) -> str:
    """Return the semantic type of a corpus's word, nothing where it has none.

    >>> semantic_type("ChemicalEntity"), semantic_type("GENE-Y"), semantic_type("MATERIAL")
    ('chemical', 'gene', '')
    """
    return _OF_CORPORA.get(word.lower(), "")
