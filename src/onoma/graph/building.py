"""Statements to a graph: the log of statements, and the edges counted from it.

``add_statements`` appends Parquet files to the log and names them in the manifest; ``count_edges``
has nodes, edges, evidence and the arrays that are walked derived from them (``deriving``), and
commits them in one step. A graph killed at any moment has the
old edges, and the statements that were acknowledged.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from onoma.corpus.durable import FileSum, save_bytes, sum_file, sync_file, sync_folder
from onoma.graph.deriving import NodeInfo, derive
from onoma.graph.evidence import EVIDENCE
from onoma.graph.growing import grow
from onoma.graph.manifest import Manifest, read_manifest, write_manifest
from onoma.graph.statements import SCHEMA, Statement, tables

LOG = "statements"
COUNTED = "edges"


def add_statements(folder: Path, statements: Iterable[Statement]) -> int:
    """Append statements to the log; return how many.

    Each batch is acknowledged as a whole when it is named in the manifest.
    """
    return add_tables(folder, tables(statements))


def add_tables(folder: Path, parts: Iterable[pa.Table]) -> int:
    """Append tables (columns as ``statements.SCHEMA``) to the log; return the number of rows."""
    (folder / LOG).mkdir(parents=True, exist_ok=True)
    manifest, count = read_manifest(folder), 0
    for table in parts:
        name = f"{LOG}/{_next_number(manifest.log):06}.parquet"
        added = _write_table(folder, name, table.select(SCHEMA.names).cast(SCHEMA))
        manifest = _with(manifest, log=(*manifest.log, added))
        write_manifest(folder, manifest)
        count += len(table)
    return count


NODES = pa.schema([("curie", pa.string()), ("label", pa.string()), ("category", pa.string())])


def add_nodes(folder: Path, nodes: pa.Table) -> int:
    """Append what a file says of nodes (CURIE, label, category); a later one stands."""
    (folder / LOG).mkdir(parents=True, exist_ok=True)
    manifest = read_manifest(folder)
    name = f"{LOG}/nodes-{_next_number(manifest.nodes):06}.parquet"
    added = _write_table(folder, name, nodes.cast(NODES))
    write_manifest(folder, _with(manifest, nodes=(*manifest.nodes, added)))
    return len(nodes)


def _next_number(files: tuple[FileSum, ...]) -> int:
    if not files:
        return 1
    return int(Path(files[-1].name).stem.removeprefix("nodes-")) + 1


def _with(manifest: Manifest, **changes: Any) -> Manifest:
    return replace(manifest, generation=manifest.generation + 1, **changes)


def _write_table(folder: Path, name: str, table: pa.Table) -> FileSum:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return FileSum(name, *_rest(save_bytes(folder / name, sink.getvalue())))


def _rest(one: FileSum) -> tuple[int, str]:
    return one.size, one.sha256


def count_edges(folder: Path, info: NodeInfo | None = None, *, again: bool = False) -> Manifest:
    """Count nodes and edges from the log, and commit them; return the manifest.

    Few new statements are counted into what is there (``growing``), many, or ``again``, with all.
    ``info`` tells label and category of nodes that no file describes.
    """
    manifest = read_manifest(folder)
    name = f"{COUNTED}/{manifest.generation + 1:06}"
    place = folder / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    if again or not grow(folder, place, manifest, info):
        derive(folder, place, manifest.log, manifest.nodes, info)
    known = {Path(one.name).name: one for one in manifest.counted}
    sums = []
    for path in sorted(place.iterdir()):
        same = known.get(path.name) if path.name.startswith(EVIDENCE) else None
        if same is not None and path.samefile(folder / same.name):
            sums.append(FileSum(f"{name}/{path.name}", *_rest(same)))
            continue
        sync_file(path)
        sums.append(FileSum(f"{name}/{path.name}", *_rest(sum_file(path))))
    sync_folder(place)
    counted_to = len(manifest.log) + len(manifest.nodes)
    new = _with(manifest, counted=tuple(sums), counted_to=counted_to, counted_log=len(manifest.log))
    write_manifest(folder, new)
    for old in (folder / COUNTED).iterdir():
        if old != place:
            shutil.rmtree(old, ignore_errors=True)
    return new
