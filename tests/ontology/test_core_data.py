"""The shipped Parquet files: schema, ranges, size, well-known facts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from onoma.types import SCOPES, SEMANTIC_TYPES, types_of

CORE = Path(__file__).resolve().parents[2] / "src" / "onoma" / "data" / "core"
NAME_FILES = ("names.parquet", "names_hpo.parquet", "names_onoma.parquet")
NAME_COLUMNS = {"concept": "uint32", "text": "string", "scope": "uint8", "source": "dictionary"}
SCHEMA = {
    "concepts.parquet": {
        "curie": "string",
        "label": "string",
        "types": "uint32",
        "source": "dictionary",
        "replaced_by": "string",
    },
    **dict.fromkeys(NAME_FILES, NAME_COLUMNS),
    "parents.parquet": {"child": "uint32", "parent": "uint32"},
    "mesh_trees.parquet": {"concept": "uint32", "tree": "string"},
    "equivalents.parquet": {
        "concept": "uint32",
        "curie": "string",
        "predicate": "dictionary",
        "source": "dictionary",
    },
    "retired.parquet": {"old": "string", "new": "string"},
    "taxa.parquet": {"taxon": "uint32", "name": "string", "types": "uint32", "parent": "uint32"},
}


@cache
def table(name: str) -> Any:
    """Return a file's table."""
    return pq.read_table(CORE / name)


@cache
def rows() -> dict[str, int]:
    """Return CURIE -> row."""
    return {curie: row for row, curie in enumerate(table("concepts.parquet")["curie"].to_pylist())}


def names(curie: str) -> dict[str, str]:
    """Return text -> scope of a concept, over all name files."""
    found: dict[str, str] = {}
    for file in NAME_FILES:
        part = table(file)
        part = part.filter(pc.equal(part["concept"], rows()[curie]))
        for text, scope in zip(part["text"].to_pylist(), part["scope"].to_pylist(), strict=True):
            found[text] = SCOPES[scope]
    return found


def types(curie: str) -> tuple[str, ...]:
    """Return a concept's semantic types."""
    return types_of(table("concepts.parquet")["types"][rows()[curie]].as_py())


def equivalents(curie: str) -> dict[str, str]:
    """Return other CURIE -> predicate."""
    part = table("equivalents.parquet")
    part = part.filter(pc.equal(part["concept"], rows()[curie]))
    return dict(zip(part["curie"].to_pylist(), part["predicate"].to_pylist(), strict=True))


@pytest.mark.parametrize("name", SCHEMA)
def test_schema(name: str) -> None:
    found = {
        field.name: "dictionary" if pa.types.is_dictionary(field.type) else str(field.type)
        for field in pq.read_schema(CORE / name)
    }
    assert found == SCHEMA[name]


def test_size() -> None:
    assert sum(path.stat().st_size for path in CORE.iterdir()) <= 30_000_000


@pytest.mark.parametrize("name", SCHEMA)
def test_rows_point_into_concepts(name: str) -> None:
    total = len(rows())
    for column in {"concept", "child", "parent"} & set(SCHEMA[name]):
        if name != "taxa.parquet":
            assert pc.max(table(name)[column]).as_py() < total


def test_names_are_names() -> None:
    for file in NAME_FILES:
        assert pc.max(table(file)["scope"]).as_py() < len(SCOPES)
        lengths = pc.utf8_length(table(file)["text"])
        assert pc.min(lengths).as_py() >= 1
        if file != "names_hpo.parquet":
            assert pc.max(lengths).as_py() <= 200


def test_curies_and_taxa_are_unique_and_apart() -> None:
    assert len(rows()) == len(table("concepts.parquet"))
    taxa = table("taxa.parquet")["taxon"].to_numpy()
    assert len(np.unique(taxa)) == len(taxa)
    assert not {f"NCBITaxon:{taxon}" for taxon in taxa} & rows().keys()
    parents = np.setdiff1d(table("taxa.parquet")["parent"].to_numpy(), taxa)
    above = {f"NCBITaxon:{taxon}" for taxon in parents if taxon}
    assert above <= rows().keys()


def test_types_are_known_bits() -> None:
    for file in ("concepts.parquet", "taxa.parquet"):
        assert pc.max(table(file)["types"]).as_py() < 1 << len(SEMANTIC_TYPES)


def test_only_hpo_in_its_file() -> None:
    assert pc.unique(table("names_hpo.parquet")["source"]).to_pylist() == ["hpo"]
    assert "hpo" not in pc.unique(table("names.parquet")["source"]).to_pylist()
    assert pc.unique(table("names_onoma.parquet")["source"]).to_pylist() == ["onoma"]


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
    for file in ("concepts.parquet", "equivalents.parquet", *NAME_FILES):
        used |= set(pc.unique(table(file)["source"]).to_pylist())
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
    part = table("annotations.parquet")
    assert len(part) > 500_000
    predicates = set(pc.unique(part["predicate"]).to_pylist())
    assert predicates == {"has_phenotype", "gene_associated_with_condition"}
    assert pc.sum(part["negated"]).as_py() > 100
