"""The shipped files: schema, ranges, size, well-known facts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from onoma.ontology.tables import Table, read_table
from onoma.types import SCOPES, SEMANTIC_TYPES, types_of

CORE = Path(__file__).resolve().parents[2] / "src" / "onoma" / "data" / "core"
NAME_FILES = ("names.npz", "names_hpo.npz", "names_onoma.npz")
NAME_COLUMNS = {"concept": "uint32", "text": "text", "scope": "uint8", "source": "text"}
SCHEMA = {
    "concepts.npz": {
        "curie": "text",
        "label": "text",
        "types": "uint32",
        "source": "text",
    },
    **dict.fromkeys(NAME_FILES, NAME_COLUMNS),
    "parents.npz": {"child": "uint32", "parent": "uint32"},
    "mesh_trees.npz": {"concept": "uint32", "tree": "text"},
    "equivalents.npz": {
        "concept": "uint32",
        "curie": "text",
        "predicate": "text",
        "source": "text",
    },
    "retired.npz": {"old": "text", "new": "text"},
    "taxa.npz": {"taxon": "uint32", "name": "text", "types": "uint32", "parent": "uint32"},
}


@cache
def table(name: str) -> Table:
    """Return a file's table."""
    return read_table(CORE / name)


@cache
def rows() -> dict[str, int]:
    """Return CURIE -> row."""
    return {curie: row for row, curie in enumerate(table("concepts.npz").texts("curie"))}


def names(curie: str) -> dict[str, str]:
    """Return text -> scope of a concept, over all name files."""
    found: dict[str, str] = {}
    for file in NAME_FILES:
        part = table(file)
        part = part.where(part.numbers("concept") == rows()[curie])
        for text, scope in part.rows("text", "scope"):
            found[text] = SCOPES[scope]
    return found


def types(curie: str) -> tuple[str, ...]:
    """Return a concept's semantic types."""
    return types_of(int(table("concepts.npz").numbers("types")[rows()[curie]]))


def equivalents(curie: str) -> dict[str, str]:
    """Return other CURIE -> predicate."""
    part = table("equivalents.npz")
    part = part.where(part.numbers("concept") == rows()[curie])
    return dict(part.rows("curie", "predicate"))


@pytest.mark.parametrize("name", SCHEMA)
def test_schema(name: str) -> None:
    columns = table(name).columns.items()
    found = {name: "text" if isinstance(one, list) else str(one.dtype) for name, one in columns}
    assert found == SCHEMA[name]


def test_size() -> None:
    assert sum(path.stat().st_size for path in CORE.iterdir()) <= 30_000_000


@pytest.mark.parametrize("name", SCHEMA)
def test_rows_point_into_concepts(name: str) -> None:
    total = len(rows())
    for column in {"concept", "child", "parent"} & set(SCHEMA[name]):
        if name != "taxa.npz":
            assert table(name).numbers(column).max() < total


def test_names_are_names() -> None:
    for file in NAME_FILES:
        assert table(file).numbers("scope").max() < len(SCOPES)
        lengths = list(map(len, table(file).texts("text")))
        assert min(lengths) >= 1
        if file != "names_hpo.npz":
            assert max(lengths) <= 200


def test_curies_and_taxa_are_unique_and_apart() -> None:
    assert len(rows()) == len(table("concepts.npz"))
    taxa = table("taxa.npz").numbers("taxon")
    assert len(np.unique(taxa)) == len(taxa)
    assert not {f"NCBITaxon:{taxon}" for taxon in taxa} & rows().keys()
    parents = np.setdiff1d(table("taxa.npz").numbers("parent"), taxa)
    above = {f"NCBITaxon:{taxon}" for taxon in parents if taxon}
    assert above <= rows().keys()


def test_types_are_known_bits() -> None:
    for file in ("concepts.npz", "taxa.npz"):
        assert table(file).numbers("types").max() < 1 << len(SEMANTIC_TYPES)


def test_only_hpo_in_its_file() -> None:
    assert set(table("names_hpo.npz").texts("source")) == {"hpo"}
    assert "hpo" not in table("names.npz").texts("source")
    assert set(table("names_onoma.npz").texts("source")) == {"onoma"}


@pytest.mark.parametrize(
    ("curie", "text", "scope"),
    [
        ("MONDO:0005148", "type 2 diabetes mellitus", "label"),
        ("HP:0001250", "Seizure", "label"),
        ("HP:0001250", "Epileptic seizure", "exact"),
        ("MESH:D003920", "Diabetes Mellitus", "label"),
        ("HGNC:1100", "BRCA1", "label"),
        ("NCBITaxon:9606", "Homo sapiens", "label"),
        ("NCBITaxon:9606", "patients", "layperson"),
        ("NCBITaxon:10116", "rats", "exact"),
        ("NCBITaxon:10114", "rats", "broad"),
        ("NCBITaxon:562", "E. coli", "exact"),
        ("NCBITaxon:11103", "HCV", "abbreviation"),
        ("CHEBI:6801", "metformin", "label"),
        ("MESH:D014057", "CT scan", "exact"),
        ("MESH:D060888", "qPCR", "abbreviation"),
        ("MESH:D006435", "hemodialysis", "exact"),
        ("CVCL:0030", "HeLa", "label"),
        ("GO:0006915", "apoptotic process", "label"),
    ],
)
def test_well_known_names(curie: str, text: str, scope: str) -> None:
    assert names(curie).get(text) == scope


@pytest.mark.parametrize(
    ("curie", "expected"),
    [
        ("MONDO:0005148", ("disease",)),
        ("HP:0001250", ("phenotype",)),
        ("HP:0000006", ("clinical_modifier",)),
        ("HGNC:1100", ("gene", "protein")),
        ("CHEBI:6801", ("chemical", "drug")),
        ("DRUGBANK:DB00945", ("chemical", "drug")),
        ("NCBITaxon:562", ("organism", "microbe")),
        ("NCBITaxon:9606", ("organism",)),
        ("MESH:D007022", ("disease",)),
    ],
)
def test_well_known_types(curie: str, expected: tuple[str, ...]) -> None:
    assert types(curie) == expected


@pytest.mark.parametrize(
    ("curie", "other", "predicate"),
    [
        ("MONDO:0005148", "MESH:D003924", "skos:exactMatch"),
        ("HGNC:1100", "NCBIGene:672", "skos:exactMatch"),
        ("CHEBI:6801", "MESH:D008687", "skos:exactMatch"),
        ("MESH:D008687", "CHEBI:6801", "skos:exactMatch"),
        ("NCBITaxon:9606", "MESH:D006801", "skos:exactMatch"),
        ("MESH:C000002", "MESH:D001561", "skos:broadMatch"),
    ],
)
def test_well_known_equivalents(curie: str, other: str, predicate: str) -> None:
    assert equivalents(curie).get(other) == predicate


def test_sources_are_complete() -> None:
    record = json.loads((CORE / "sources.json").read_text(encoding="utf-8"))
    sources = {source["key"]: source for source in record["sources"]}
    used: set[str] = set()
    for file in ("concepts.npz", "equivalents.npz", *NAME_FILES):
        used |= set(table(file).texts("source"))
    assert used <= sources.keys()
    notice = (CORE / "NOTICE").read_text(encoding="utf-8")
    for source in sources.values():
        wanted = ("name", "version", "licence", "licence_url", "notice", "package", "file")
        assert all(source[field] for field in wanted), source["key"]
        assert source["name"] in notice
        if source["package"] != "onoma":
            assert len(source["sha256"]) == 64
            assert source["package_version"]


def test_annotations() -> None:
    part = table("annotations.npz")
    assert len(part) > 500_000
    predicates = set(part.texts("predicate"))
    assert predicates == {"has_phenotype", "gene_associated_with_condition"}
    assert part.numbers("negated").sum() > 100
