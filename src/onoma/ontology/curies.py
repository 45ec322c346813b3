"""One spelling for every CURIE: a small table of prefixes, fixed by hand.

Other spellings of the same prefix (``ORPHA``, ``NCBI_Gene``, ``mesh``) are recognised on the way
in; inside Onoma a CURIE is compared as it stands. A vocabulary may have prefixes of its own
besides: they are passed as ``own``, in its spelling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from onoma.errors import BadCurie

PREFIXES: tuple[str, ...] = (
    "MONDO", "HP", "MESH", "OMIM", "OMIMPS", "Orphanet", "DOID", "UMLS", "SNOMEDCT", "NCIT",
    "ICD9", "ICD10", "ICD10CM", "ICD11", "GARD", "MEDGEN", "MEDDRA", "EFO", "CHEBI", "DRUGBANK",
    "CHEMBL", "PUBCHEM", "CAS", "UNII", "RXNORM", "ATC", "HMDB", "HGNC", "HGNC.GROUP", "NCBIGene",
    "ENSEMBL", "UniProtKB", "FPLX", "MIRBASE", "REFSEQ", "MGI", "NCBITaxon", "UBERON", "CL", "CVCL",
    "GO", "EDAM", "DBSNP", "HGVS", "CLINVAR", "LOINC", "PR", "SO", "PATO", "FMA", "BTO", "OBI",
    "HANCESTRO", "DECIPHER", "PMID", "ONOMA", "EC", "REACTOME", "METACYC", "RHEA", "KEGG",
    "ICD10PCS", "ICDO", "NDC", "ZFIN", "RGD", "FB", "WB", "SGD",
)  # fmt: skip

_SYNONYMS = {
    "orpha": "Orphanet", "ordo": "Orphanet", "mesh": "MESH", "msh": "MESH", "mim": "OMIM",
    "omim.ps": "OMIMPS", "ncbi_gene": "NCBIGene", "entrez": "NCBIGene", "egid": "NCBIGene",
    "geneid": "NCBIGene", "taxonomy": "NCBITaxon", "taxid": "NCBITaxon", "ncbi_taxon": "NCBITaxon",
    "sctid": "SNOMEDCT", "snomedct_us": "SNOMEDCT", "snomed": "SNOMEDCT", "umls_cui": "UMLS",
    "up": "UniProtKB", "uniprot": "UniProtKB", "cellosaurus": "CVCL", "drugbank": "DRUGBANK",
    "do": "DOID", "hpo": "HP", "rs": "DBSNP", "icd9cm": "ICD9", "icd10-cm": "ICD10CM",
    "famplex": "FPLX", "ensg": "ENSEMBL", "medic": "MESH",
}  # fmt: skip
_CANONICAL = {prefix.lower(): prefix for prefix in PREFIXES} | _SYNONYMS
_CAPITAL = frozenset({"MESH", "UMLS", "NCIT", "DRUGBANK", "CHEMBL", "UNII", "ATC", "HMDB"})
"""Prefixes whose local ids are written in capitals alone."""

_FORM = re.compile(r"([A-Za-z][\w.-]*):(\S+)")


def prefix_of(curie: str) -> str:
    """Return the part before the colon."""
    return curie.partition(":")[0]


def canonical_prefix(prefix: str, *, own: Sequence[str] = ()) -> str:
    """Return Onoma's spelling of a prefix, or that of a vocabulary's ``own``.

    Raises: BadCurie: the prefix is in no table.
    """
    small = prefix.lower()
    known = _CANONICAL.get(small) or next((one for one in own if one.lower() == small), None)
    if known is None:
        shown = ", ".join(dict.fromkeys([*own, *PREFIXES]))
        raise BadCurie(f"unknown prefix {prefix!r}", hint=f"known: {shown}")
    return known


def split_curie(curie: str) -> tuple[str, str] | None:
    """Return prefix and local id, None if the form is not that of a CURIE (an IRI is none)."""
    form = _FORM.fullmatch(curie.strip())
    return None if form is None or form[2].startswith("//") else (form[1], form[2])


def canonical_curie(curie: str, *, own: Sequence[str] = ()) -> str:
    """Return a CURIE in Onoma's spelling (``mesh:d003924`` gives ``MESH:D003924``).

    Raises: BadCurie: not of the form PREFIX:LOCAL, or the prefix is unknown.
    """
    parts = split_curie(curie)
    if parts is None:
        raise BadCurie(f"{curie!r} is not a CURIE", hint="write PREFIX:LOCAL, as in MONDO:0005148")
    prefix, local = canonical_prefix(parts[0], own=own), parts[1]
    if local.upper().startswith(prefix.upper() + ":"):  # MGI:MGI:97490, HGNC:HGNC:1100
        local = local[len(prefix) + 1 :]
    if prefix in _CAPITAL:
        local = local.upper()
    return f"{prefix}:{local}"
