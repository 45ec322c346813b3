"""Which semantic types a concept has when its vocabulary's file does not say.

In this order: what the prefix tells (``MONDO`` diseases, ``HP`` phenotypes); the branch, where a
vocabulary has several kinds (HPO's clinical modifiers, the three of GO); the types of what stands
above it, also outside the file; what the label of its topmost ancestor says ("anatomical entity").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from onoma.ontology.curies import prefix_of
from onoma.types import SEMANTIC_TYPES, type_mask

U32 = npt.NDArray[np.uint32]
I64 = npt.NDArray[np.int64]

_BY_TYPES = {
    "disease": "MONDO DOID OMIM OMIMPS Orphanet ICD9 ICD10 ICD10CM ICD11 GARD MEDGEN DECIPHER",
    "disease phenotype": "MEDDRA",
    "phenotype": "HP",
    "gene": "HGNC HGNC.GROUP NCBIGene ENSEMBL MGI",
    "gene protein": "FPLX",
    "protein": "UniProtKB PR",
    "chemical": "CHEBI CHEMBL PUBCHEM CAS UNII HMDB",
    "drug chemical": "DRUGBANK RXNORM ATC",
    "organism": "NCBITaxon",
    "anatomy": "UBERON FMA BTO",
    "cell_type": "CL",
    "cell_line": "CVCL",
    "process": "GO",
    "variant": "DBSNP HGVS CLINVAR",
    "test": "LOINC",
    "method": "EDAM OBI",
    "clinical_modifier": "PATO",
    "population": "HANCESTRO",
}
TYPES_OF_PREFIX = {
    prefix: type_mask(types.split())
    for types, prefixes in _BY_TYPES.items()
    for prefix in prefixes.split()
}
"""The types of each prefix that stands for one kind of thing."""

UNTYPED = frozenset({"BFO", "COB", "IAO", "OIO", "OMO", "RO", "owl", "rdf", "rdfs", "skos"})
"""Prefixes of upper ontologies: their terms are kept for the hierarchy and name nothing in texts"""

ROOTS = {"HP": ("HP:0000118", type_mask(("clinical_modifier",)))}
"""A prefix, the root below which its own type holds, and the types of all others."""
TOPLESS = frozenset({"HP:0000001"})  # the top of a vocabulary, no thing of any kind
BRANCHES = {"GO:0005575": ("GO", type_mask(("component",)))}

_LABELS = {
    "disease": "disease|diseases|disorder|disease or disorder|human disease|clinical condition",
    "phenotype": "phenotype|phenotypic abnormality|clinical finding|finding|sign or symptom|symptom"
    "|symptoms",
    "anatomy": "anatomical entity|anatomical structure|anatomy|body structure|body part",
    "cell_type": "cell|cells|native cell",
    "cell_line": "cell line",
    "chemical": "chemical entity|chemical|chemicals|substance|molecular entity",
    "drug chemical": "drug|drugs|medication|pharmaceutical product",
    "organism": "organism|organisms|cellular organisms|taxon",
    "gene": "gene|genes",
    "protein": "protein|proteins",
    "process": "biological process|biological_process|molecular_function|process",
    "component": "cellular_component|cellular component",
    "procedure": "procedure|procedures|medical procedure",
    "test": "laboratory test|laboratory tests|measurement|test|tests",
    "device": "device|devices|medical device",
    "method": "method|methods|technique|assay",
    "food": "food|foods|food product",
    "population": "population",
}
TYPES_OF_LABEL = {
    label: type_mask(types.split())
    for types, labels in _LABELS.items()
    for label in labels.split("|")
} | {name.replace("_", " "): type_mask((name,)) for name in SEMANTIC_TYPES}
"""The types that the label of a topmost concept tells."""


def fill_types(
    types: U32,
    curies: Sequence[str],
    labels: Sequence[str],
    *,
    child: I64,
    parent: I64,
    outside: Mapping[int, int],
) -> None:
    """Give types, in place, to the concepts that have none.

    ``child`` and ``parent`` are the rows of the hierarchy's pairs; ``outside`` has the types of
    parents that are not in the vocabulary, by the row of their child.
    """
    open_ = np.flatnonzero(types == 0)
    if not len(open_):
        return
    row_of = {curies[row]: row for row in open_.tolist() if curies[row] in _ASKED}
    for row in open_.tolist():
        types[row] = TYPES_OF_PREFIX.get(prefix_of(curies[row]), 0)
    was_open = np.zeros(len(types), bool)
    was_open[open_] = True
    for root, (prefix, bits) in _branches(row_of):
        below = _below(row_of[root], len(types), child, parent)
        _retype(types, curies, np.flatnonzero(below & was_open), prefix, bits)
    for prefix, (root, other) in ROOTS.items():
        if root in row_of:
            below = _below(row_of[root], len(types), child, parent)
            rest = np.flatnonzero(~below & was_open)
            _retype(types, curies, rest, prefix, other)
    for curie in TOPLESS & row_of.keys():
        types[row_of[curie]] = 0
    for row, bits in outside.items():
        if types[row] == 0 and prefix_of(curies[row]) not in UNTYPED:
            types[row] = bits
    has_parent = np.zeros(len(types), bool)
    has_parent[child] = True
    for row in np.flatnonzero((types == 0) & ~has_parent).tolist():
        types[row] = TYPES_OF_LABEL.get(labels[row].lower(), 0)
    _inherit(types, curies, child, parent)


def may_be_untyped(curie: str) -> bool:
    """Return whether a concept is known to be no thing that a text names."""
    return curie in TOPLESS or prefix_of(curie) in UNTYPED


_ASKED = TOPLESS | BRANCHES.keys() | {root for root, _ in ROOTS.values()}


def _branches(present: Mapping[str, int]) -> list[tuple[str, tuple[str, int]]]:
    return [(root, how) for root, how in BRANCHES.items() if root in present]


def _below(root: int, size: int, child: I64, parent: I64) -> npt.NDArray[np.bool_]:
    """Return which concepts stand below a root, itself included."""
    found = np.zeros(size, bool)
    found[root] = True
    while True:
        fresh = child[found[parent] & ~found[child]]
        if not len(fresh):
            return found
        found[fresh] = True


def _retype(types: U32, curies: Sequence[str], rows: I64, prefix: str, bits: int) -> None:
    for row in rows.tolist():
        if prefix_of(curies[row]) == prefix:
            types[row] = bits


def _inherit(types: U32, curies: Sequence[str], child: I64, parent: I64) -> None:
    """Hand types down to concepts that still have none, level by level."""
    while True:
        step = np.flatnonzero((types[child] == 0) & (types[parent] != 0))
        step = step[[not may_be_untyped(curies[row]) for row in child[step].tolist()]]
        if not len(step):
            return
        gained = np.zeros(len(types), np.uint32)
        np.bitwise_or.at(gained, child[step], types[parent[step]])
        types |= gained
