"""A vocabulary as tables, before it is compiled; the core's files are one.

``concepts`` curie, label, types (bits of ``SEMANTIC_TYPES``), source;
``names`` concept (row of concepts), text, scope (index in ``SCOPES``), source;
``parents`` child, parent; ``equivalents`` concept, curie, predicate, source;
``retired`` old, new; ``annotations`` disease, phenotype or gene pairs with evidence;
``definitions`` concept, text; ``outside`` child, parent (a CURIE that is not in the vocabulary).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from onoma.errors import BadFile
from onoma.ontology.sources import Source, read_record, read_sources
from onoma.ontology.tables import SUFFIX, Table, joined_tables, read_table

NO_DEFINITIONS = Table({"concept": np.zeros(0, np.uint32), "text": []})
NO_OUTSIDE = Table({"child": np.zeros(0, np.uint32), "parent": []})
AGAIN = "reinstall the package onoma, or add the vocabulary again"
PARQUET = ".parquet"  # as earlier versions kept the vocabularies that were added


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tables of one vocabulary (see the module's first lines for their columns)."""

    version: str
    concepts: Table
    names: Table
    parents: Table
    equivalents: Table
    retired: Table
    annotations: Table
    sources: tuple[Source, ...]
    definitions: Table = NO_DEFINITIONS
    outside: Table = NO_OUTSIDE
    own: frozenset[str] = frozenset()
    """Names of the sources that are the user's own: they lead among equals."""


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the tables of a vocabulary folder.

    Raises: VocabularyMissing: nothing there; BadFile: a file is not readable as a table;
    ExtraMissing: the tables are Parquet, as earlier versions wrote them, and PyArrow is not there.
    """
    version, sources = read_sources(folder)
    own = bool(read_record(folder).get("own"))
    names = [read_part(path) for path in _name_files(folder)]
    concepts, parents = _read(folder, "concepts"), _read(folder, "parents")
    taxa = table_file(folder, "taxa")
    if taxa is not None:
        more = _expand_taxa(read_part(taxa), concepts)
        concepts = joined_tables([concepts, more[0]])
        names.append(more[1])
        parents = joined_tables([parents, more[2]])
    return Vocabulary(
        version=version,
        concepts=concepts,
        names=joined_tables(names),
        parents=parents,
        equivalents=_read(folder, "equivalents"),
        retired=_read(folder, "retired"),
        annotations=_read(folder, "annotations"),
        sources=sources,
        definitions=_read(folder, "definitions", NO_DEFINITIONS),
        outside=_read(folder, "parents_outside", NO_OUTSIDE),
        own=frozenset(names[0].texts("source")) if own else frozenset(),
    )


def _name_files(folder: Path) -> list[Path]:
    """Return the files of names.

    Raises: BadFile: there is none.
    """
    for suffix in (SUFFIX, PARQUET):
        if found := sorted(folder.glob(f"names*{suffix}")):
            return found
    raise BadFile(f"{folder}: no file of names", hint=AGAIN)


def table_file(folder: Path, name: str) -> Path | None:
    """Return the file of a table, None where there is none."""
    paths = (folder / f"{name}{suffix}" for suffix in (SUFFIX, PARQUET))
    return next((path for path in paths if path.is_file()), None)


def _read(folder: Path, name: str, default: Table | None = None) -> Table:
    path = table_file(folder, name)
    if path is not None:
        return read_part(path)
    if default is None:
        raise BadFile(f"{folder / name}{SUFFIX}: no such file", hint=AGAIN)
    return default


def read_part(path: Path) -> Table:
    """Return a table of a vocabulary folder.

    Raises: BadFile: it cannot be read; ExtraMissing: it is Parquet, and PyArrow is not there.
    """
    if path.suffix != PARQUET:
        return read_table(path)
    former: Any = import_module("onoma.ontology.former")  # PyArrow, for old folders alone
    table: Table = former.read_parquet_table(path)
    return table


def _expand_taxa(taxa: Table, concepts: Table) -> tuple[Table, Table, Table]:
    """Return concepts, names and parents of taxa kept in compact form (one name, no equivalent).

    Their rows follow those of ``concepts``; parents may stand in either table.
    """
    first, size = len(concepts), len(taxa)
    numbers, labels = taxa.values("taxon"), taxa.texts("name")
    source = ["ncbitaxon"] * size
    more = Table(
        {
            "curie": [f"NCBITaxon:{number}" for number in numbers],
            "label": labels,
            "types": taxa.numbers("types"),
            "source": source,
        }
    )
    names = Table(
        {
            "concept": np.arange(first, first + size, dtype=np.uint32),
            "text": labels,
            "scope": np.zeros(size, np.uint8),
            "source": source,
        }
    )
    row_of = {number: first + place for place, number in enumerate(numbers)}
    for place, curie in enumerate(concepts.texts("curie")):
        if curie.startswith("NCBITaxon:"):
            row_of[int(curie[10:])] = place
    pairs = [
        (first + place, row_of[parent])
        for place, parent in enumerate(taxa.values("parent"))
        if parent in row_of
    ]
    child, parent = np.array(pairs, np.uint32).reshape(-1, 2).T
    return more, names, Table({"child": child, "parent": parent})
