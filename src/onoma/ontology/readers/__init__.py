"""Readers of vocabulary files, one format a file; ``ontology.reading`` says what a reader is.

Found by name in ``vocabulary_readers``; the entry point group ``onoma.vocabulary_readers`` adds to
them. Licensed vocabularies (UMLS, SNOMED CT, RxNorm, LOINC, ICD) are the user's own files.
"""

from onoma.ontology.reading import VocabularyReader
from onoma.registry import Registry

__all__ = ["vocabulary_readers"]

vocabulary_readers: Registry[VocabularyReader] = Registry(
    "vocabulary format",
    group="onoma.vocabulary_readers",
    builtin={
        "chebi": "onoma.ontology.readers.chebi:read_chebi",
        "csv": "onoma.ontology.readers.tabular:read_table",
        "hgnc": "onoma.ontology.readers.hgnc:read_hgnc",
        "icd-claml": "onoma.ontology.readers.icd:read_claml",
        "icd10cm": "onoma.ontology.readers.icd:read_icd10cm",
        "jsonl": "onoma.ontology.readers.tabular:read_jsonl",
        "loinc": "onoma.ontology.readers.loinc:read_loinc",
        "mesh": "onoma.ontology.readers.mesh:read_mesh",
        "obo": "onoma.ontology.readers.obo:read_obo",
        "obographs": "onoma.ontology.readers.obographs:read_obographs",
        "owl": "onoma.ontology.readers.owl:read_owl",
        "rxnorm": "onoma.ontology.readers.rxnorm:read_rxnorm",
        "skos": "onoma.ontology.readers.skos:read_skos",
        "snomed": "onoma.ontology.readers.snomed:read_snomed",
        "sssom": "onoma.ontology.readers.sssom:read_sssom",
        "taxdump": "onoma.ontology.readers.taxdump:read_taxdump",
        "tsv": "onoma.ontology.readers.tabular:read_table",
        "umls": "onoma.ontology.readers.umls:read_umls",
    },
)
