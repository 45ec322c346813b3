"""A vocabulary as tables, before it is compiled; the core's Parquet files are one.

``concepts`` curie, label, types (bits of ``SEMANTIC_TYPES``), source, replaced_by;
``names`` concept (row of concepts), text, scope (index in ``SCOPES``), source;
``parents`` child, parent; ``equivalents`` concept, curie, predicate, source;
``retired`` old, new; ``annotations`` disease, phenotype or gene pairs with evidence;
``definitions`` concept, text; ``outside`` child, parent (a CURIE that is not in the vocabulary).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onoma.errors import BadFile
from onoma.ontology.sources import Source, read_record, read_sources


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tables of one vocabulary (see the module's first lines for their columns)."""

    version: str
    concepts: pa.Table
    names: pa.Table
    parents: pa.Table
    equivalents: pa.Table
    retired: pa.Table
    annotations: pa.Table
    sources: tuple[Source, ...]
    definitions: pa.Table = field(default_factory=lambda: _none("definitions"))
    outside: pa.Table = field(default_factory=lambda: _none("parents_outside"))
    own: frozenset[str] = frozenset()
    """Names of the sources that are the user's own: they lead among equals."""


_OPTIONAL = {
    "definitions": pa.schema([("concept", pa.uint32()), ("text", pa.string())]),
    "parents_outside": pa.schema([("child", pa.uint32()), ("parent", pa.string())]),
}


def _none(name: str) -> pa.Table:
    return _OPTIONAL[name].empty_table()


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the tables of a folder of Parquet files.

    Raises: VocabularyMissing: nothing there; BadFile: a file is not readable as Parquet.
    """
    version, sources = read_sources(folder)
    own = bool(read_record(folder).get("own"))
    names = [_read(path) for path in sorted(folder.glob("names*.parquet"))]
    found = {name: folder / f"{name}.parquet" for name in _OPTIONAL}
    more_tables = {n: _read(p) if p.is_file() else _none(n) for n, p in found.items()}
    concepts, parents = _read(folder / "concepts.parquet"), _read(folder / "parents.parquet")
    taxa = folder / "taxa.parquet"
    if taxa.is_file():
        more = _expand_taxa(_read(taxa), concepts)
        concepts = pa.concat_tables([concepts, more[0]], promote_options="permissive")
        names.append(more[1])
        parents = pa.concat_tables([parents, more[2]], promote_options="permissive")
    return Vocabulary(
        version=version,
        concepts=concepts.combine_chunks(),
        names=pa.concat_tables(names, promote_options="permissive").combine_chunks(),
        parents=parents.combine_chunks(),
        equivalents=_read(folder / "equivalents.parquet"),
        retired=_read(folder / "retired.parquet"),
        annotations=_read(folder / "annotations.parquet"),
        sources=sources,
        definitions=more_tables["definitions"],
        outside=more_tables["parents_outside"],
        own=frozenset(pc.unique(names[0].column("source")).to_pylist()) if own else frozenset(),
    )


def _expand_taxa(taxa: pa.Table, concepts: pa.Table) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return concepts, names and parents of taxa kept in compact form (one name, no equivalent).

    Their rows follow those of ``concepts``; parents may stand in either table.
    """
    first, size = concepts.num_rows, taxa.num_rows
    numbers = taxa.column("taxon").to_pylist()
    rows = pa.array(range(first, first + size), pa.uint32())
    source = pa.array(["ncbitaxon"] * size)
    more = pa.table(
        {
            "curie": pa.array([f"NCBITaxon:{number}" for number in numbers]),
            "label": taxa.column("name"),
            "types": taxa.column("types"),
            "source": source,
        }
    )
    names = pa.table(
        {
            "concept": rows,
            "text": taxa.column("name"),
            "scope": pa.array([0] * size, pa.uint8()),
            "source": source,
        }
    )
    row_of = {number: first + place for place, number in enumerate(numbers)}
    for place, curie in enumerate(concepts.column("curie").to_pylist()):
        if curie.startswith("NCBITaxon:"):
            row_of[int(curie[10:])] = place
    pairs = [
        (first + place, row_of[parent])
        for place, parent in enumerate(taxa.column("parent").to_pylist())
        if parent in row_of
    ]
    parents = pa.table(
        {
            "child": pa.array([child for child, _ in pairs], pa.uint32()),
            "parent": pa.array([parent for _, parent in pairs], pa.uint32()),
        }
    )
    return more, names, parents


def _read(path: Path) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise BadFile(f"{path}: {error}", hint="reinstall the package onoma") from error
    for place, column in enumerate(table.schema):
        if pa.types.is_dictionary(column.type):
            plain = table.column(place).cast(column.type.value_type)
            table = table.set_column(place, column.name, plain)
    return table
