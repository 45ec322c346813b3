"""A vocabulary as tables, before it is compiled; the core's Parquet files are one.

``concepts`` curie, label, types (bits of ``SEMANTIC_TYPES``), source, replaced_by;
``names`` concept (row of concepts), text, scope (index in ``SCOPES``), source;
``parents`` child, parent; ``equivalents`` concept, curie, predicate, source;
``retired`` old, new; ``annotations`` disease, phenotype or gene pairs with evidence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from onoma.errors import BadFile, VocabularyMissing


@dataclass(frozen=True, slots=True)
class Source:
    """Where concepts come from, with what its licence asks to be said."""

    name: str
    version: str
    licence: str
    notice: str
    concepts: int = 0
    names: int = 0
    licence_url: str = ""
    package: str = ""


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


def core_folder() -> Path:
    """Return the folder of the Parquet files that ship with the package."""
    return Path(str(resources.files("onoma"))) / "data" / "core"


def read_sources(folder: Path) -> tuple[str, tuple[Source, ...]]:
    """Return the vocabulary's version and its sources from ``sources.json``.

    Raises: VocabularyMissing: the folder holds no vocabulary.
    """
    path = folder / "sources.json"
    if not path.is_file():
        raise VocabularyMissing(f"no vocabulary in {folder}", hint="reinstall the package onoma")
    record: Any = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(record, list):
        record = {"version": "core-2026.11", "sources": record}
    wanted = Source.__slots__
    sources = (
        Source(**{k: v for k, v in row.items() if k in wanted}) for row in record["sources"]
    )
    return str(record["version"]), tuple(sources)


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the tables of a folder of Parquet files.

    Raises: VocabularyMissing: nothing there; BadFile: a file is not readable as Parquet.
    """
    version, sources = read_sources(folder)
    names = [_read(path) for path in sorted(folder.glob("names*.parquet"))]
    return Vocabulary(
        version=version,
        concepts=_read(folder / "concepts.parquet"),
        names=pa.concat_tables(names, promote_options="permissive").combine_chunks(),
        parents=_read(folder / "parents.parquet"),
        equivalents=_read(folder / "equivalents.parquet"),
        retired=_read(folder / "retired.parquet"),
        annotations=_read(folder / "annotations.parquet"),
        sources=sources,
    )


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
