"""From an IRI, or the spelling of another vocabulary, to a CURIE of ours.

One table holds the places at which the common vocabularies publish their identifiers; OBO PURLs,
identifiers.org and the Bioregistry need no line of their own, since their IRIs name the prefix.
"""

from __future__ import annotations

import re

from onoma.errors import BadCurie
from onoma.ontology.curies import canonical_curie

BASES: tuple[tuple[str, str], ...] = (
    ("aims.fao.org/aos/agrovoc/", "AGROVOC"),
    ("cellosaurus.org/CVCL_", "CVCL"),
    ("drugbank.ca/drugs/", "DRUGBANK"),
    ("go.drugbank.com/drugs/", "DRUGBANK"),
    ("ebi.ac.uk/chembl/compound/inspect/", "CHEMBL"),
    ("ebi.ac.uk/efo/EFO_", "EFO"),
    ("edamontology.org/", "EDAM"),
    ("ensembl.org/id/", "ENSEMBL"),
    ("genenames.org/cgi-bin/gene_symbol_report?hgnc_id=", "HGNC"),
    ("genenames.org/data/gene-symbol-report/#!/hgnc_id/", "HGNC"),
    ("hl7.org/fhir/sid/icd-10-cm/", "ICD10CM"),
    ("id.nlm.nih.gov/mesh/", "MESH"),
    ("linkedlifedata.com/resource/umls/id/", "UMLS"),
    ("loinc.org/rdf/", "LOINC"),
    ("loinc.org/", "LOINC"),
    ("meddra.org/", "MEDDRA"),
    ("ncbi.nlm.nih.gov/gene/", "NCBIGene"),
    ("ncbi.nlm.nih.gov/medgen/", "MEDGEN"),
    ("ncbi.nlm.nih.gov/pubmed/", "PMID"),
    ("ncbi.nlm.nih.gov/snp/", "DBSNP"),
    ("ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?id=", "NCBITaxon"),
    ("ncbi.nlm.nih.gov/taxonomy/", "NCBITaxon"),
    ("ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#", "NCIT"),
    ("omim.org/MIM:PS", "OMIMPS"),
    ("omim.org/MIM:", "OMIM"),
    ("omim.org/entry/", "OMIM"),
    ("omim.org/phenotypicSeries/PS", "OMIMPS"),
    ("orpha.net/ORDO/Orphanet_", "Orphanet"),
    ("pubchem.ncbi.nlm.nih.gov/compound/", "PUBCHEM"),
    ("pubmed.ncbi.nlm.nih.gov/", "PMID"),
    ("purl.bioontology.org/ontology/HGNC/", "HGNC"),
    ("purl.bioontology.org/ontology/ICD10/", "ICD10"),
    ("purl.bioontology.org/ontology/ICD10CM/", "ICD10CM"),
    ("purl.bioontology.org/ontology/ICD9CM/", "ICD9"),
    ("purl.bioontology.org/ontology/LNC/", "LOINC"),
    ("purl.bioontology.org/ontology/MDR/", "MEDDRA"),
    ("purl.bioontology.org/ontology/MEDDRA/", "MEDDRA"),
    ("purl.bioontology.org/ontology/MESH/", "MESH"),
    ("purl.bioontology.org/ontology/NCBITAXON/", "NCBITaxon"),
    ("purl.bioontology.org/ontology/RXNORM/", "RXNORM"),
    ("purl.bioontology.org/ontology/SNOMEDCT/", "SNOMEDCT"),
    ("purl.bioontology.org/ontology/UATC/", "ATC"),
    ("purl.uniprot.org/taxonomy/", "NCBITaxon"),
    ("purl.uniprot.org/uniprot/", "UniProtKB"),
    ("rarediseases.info.nih.gov/diseases/", "GARD"),
    ("rdf.ebi.ac.uk/resource/chembl/molecule/", "CHEMBL"),
    ("rdf.ebi.ac.uk/resource/ensembl/", "ENSEMBL"),
    ("rdf.ncbi.nlm.nih.gov/pubchem/compound/CID", "PUBCHEM"),
    ("snomed.info/id/", "SNOMEDCT"),
    ("uniprot.org/uniprot/", "UniProtKB"),
    ("uniprot.org/uniprotkb/", "UniProtKB"),
    ("uts.nlm.nih.gov/uts/umls/concept/", "UMLS"),
    ("web.expasy.org/cellosaurus/CVCL_", "CVCL"),
)
"""Where identifiers are published (without scheme and ``www.``), and the prefix they mean."""

DIALECTS = {
    "nci": "NCIT",
    "ncithesaurus": "NCIT",
    "nci_thesaurus": "NCIT",
    "lnc": "LOINC",
    "mdr": "MEDDRA",
    "rxcui": "RXNORM",
    "icd-9": "ICD9",
    "icd-10": "ICD10",
    "icd-10-cm": "ICD10CM",
    "icd-11": "ICD11",
    "icd10who": "ICD10",
    "snomed_ct": "SNOMEDCT",
    "snomed-ct": "SNOMEDCT",
    "chembl.compound": "CHEMBL",
    "chembl.target": "CHEMBL",
    "pubchem.compound": "PUBCHEM",
    "pubchem_compound": "PUBCHEM",
    "pubmed": "PMID",
    "hgnc.genegroup": "HGNC.GROUP",
    "clinvar.variation": "CLINVAR",
    "fda.unii": "UNII",
    "ncbitaxonomy": "NCBITaxon",
    "ncbi_taxid": "NCBITaxon",
    "orphanet.ordo": "Orphanet",
    "uniprotkb/swiss-prot": "UniProtKB",
}
"""Prefixes, in lower case, as cross-references of other vocabularies write them."""

_DATED = re.compile(r"(snomedct)(?:_us)?_\d{4}_\d\d?_\d\d?", re.IGNORECASE)  # of a release
_SCHEME = re.compile(r"(?:https?://)(?:www\.)?", re.IGNORECASE)
_OBO = "purl.obolibrary.org/obo/"
_NAMED = ("identifiers.org/", "bioregistry.io/", "n2t.net/")
_LOCAL = re.compile(r"[A-Za-z0-9][\w.:+~*/-]*")
_PREFIX = re.compile(r"[A-Za-z_][\w.-]*")
_ORDERED = tuple(sorted(BASES, key=lambda row: -len(row[0])))
_HOSTS = frozenset(base.partition("/")[0] for base, _ in BASES)


def iri_to_curie(iri: str) -> str | None:
    """Return the CURIE that an IRI stands for; None if no base in the table fits.

    The prefix is Onoma's where it is known (``http://purl.obolibrary.org/obo/HP_0001250`` gives
    ``HP:0001250``), else as the IRI names it (``.../obo/AGRO_00000001`` gives ``AGRO:00000001``).
    """
    scheme = _SCHEME.match(iri)
    if scheme is None:
        return None
    rest = iri[scheme.end() :]
    if rest.startswith(_OBO):
        prefix, _, local = rest[len(_OBO) :].rpartition("_")
        return _spelt(prefix, local)
    for place in _NAMED:
        if rest.startswith(place):
            return _from_named(rest[len(place) :])
    if rest.partition("/")[0] not in _HOSTS:
        return None
    for base, prefix in _ORDERED:
        if rest.startswith(base):
            local = rest[len(base) :].rstrip("/")
            return _spelt(prefix, local.rpartition("/")[2])  # id.nlm.nih.gov/mesh/2024/D003924
    return None


def known_curie(text: str) -> str | None:
    """Return a CURIE in Onoma's spelling if its prefix is known in any of its forms, else None.

    Besides ``canonical_curie`` it takes the prefixes of cross-references: ``NCI:C2985``,
    ``SNOMEDCT_US_2021_07_31:49601007``.
    """
    prefix, colon, local = text.partition(":")
    if not colon:
        return None
    low = prefix.lower()
    other = DIALECTS.get(low)
    if other is None and (dated := _DATED.fullmatch(low)):
        other = dated[1]
    try:
        return canonical_curie(f"{other}:{local}" if other else text)
    except BadCurie:
        return None


def _from_named(rest: str) -> str | None:
    """Return the CURIE of ``mesh:D003924``, ``mesh/D003924`` or ``hgnc/HGNC:1100``."""
    head, slash, tail = rest.partition("/")
    if ":" in head or not slash:
        prefix, _, local = head.partition(":")
        return _spelt(prefix, local + slash + tail)
    return _spelt(head, tail.removeprefix(head.upper() + ":"))


def _spelt(prefix: str, local: str) -> str | None:
    """Return the CURIE in Onoma's spelling, or as it stands when the prefix is not known."""
    if not _PREFIX.fullmatch(prefix) or not _LOCAL.fullmatch(local):
        return None
    curie = f"{prefix}:{local}"
    return known_curie(curie) or curie
