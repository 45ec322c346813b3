"""Statements to a graph: the log of statements, and the edges counted from it.

``add_statements`` appends Parquet files to the log and names them in the manifest; ``count_edges``
makes nodes, edges, evidence and the arrays that are walked, out of core (DuckDB with a limit of
memory and its spill on disk), and commits them in one step. A graph killed at any moment has the
old edges, and the statements that were acknowledged.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from onoma.corpus.durable import FileSum, save_bytes, sum_file, sync_file, sync_folder
from onoma.corpus.sealed import read_sealed, sealed
from onoma.errors import BadFile, ExtraMissing, Inconsistent
from onoma.graph.predicates import ANY
from onoma.graph.statements import LEVELS, SCHEMA, Statement, tables

if TYPE_CHECKING:
    import duckdb

MANIFEST = "graph.json"
FORMAT = 1
MEMORY = "512MB"
LOG = "statements"
COUNTED = "edges"
UNKNOWN_DAY = np.iinfo(np.int32).min

NodeInfo = Callable[[list[str]], Iterable[tuple[str, str]]]
"""Gives label and Biolink category of CURIEs, in their order; empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a graph's folder holds."""

    log: tuple[FileSum, ...] = ()
    nodes: tuple[FileSum, ...] = ()  # what files said of nodes
    counted: tuple[FileSum, ...] = ()
    generation: int = 0
    counted_to: int = 0  # how many files of the log, and of nodes, the edges were counted from

    def to_record(self) -> dict[str, Any]:
        """Return the manifest as plain values."""
        return {
            "format": FORMAT,
            "log": [one.to_record() for one in self.log],
            "nodes": [one.to_record() for one in self.nodes],
            "counted": [one.to_record() for one in self.counted],
            "generation": self.generation,
            "counted_to": self.counted_to,
        }


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a graph's folder; an empty one where there is none.

    Raises: BadFile, Checksum: damaged. Inconsistent: of a format that this version does not know.
    """
    path = folder / MANIFEST
    if not path.exists():
        return Manifest()
    record = read_sealed(path)
    if record.get("format") != FORMAT:
        raise Inconsistent(
            f"{folder}: a graph of format {record.get('format')}, this version reads {FORMAT}",
            hint="build it anew, or use the version that made it",
        )
    try:
        sums = {
            name: tuple(FileSum.of_record(one) for one in record[name])
            for name in ("log", "nodes", "counted")
        }
        return Manifest(
            **sums, generation=int(record["generation"]), counted_to=int(record["counted_to"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{path}: not a graph's manifest", hint="build the graph anew") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest, in one step."""
    save_bytes(folder / MANIFEST, sealed(manifest.to_record()))
    sync_folder(folder)


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


def count_edges(folder: Path, info: NodeInfo | None = None) -> Manifest:
    """Count nodes and edges from the log anew, and commit them; return the manifest.

    ``info`` tells label and category of nodes that no file describes.
    """
    manifest = read_manifest(folder)
    name = f"{COUNTED}/{manifest.generation + 1:06}"
    place = folder / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    with _database(place) as base:
        _deduplicate(base, folder, manifest)
        nodes = _nodes(base, info)
        base.register("described", nodes)
        _edges(base)
        _copy(base, place)
        _arrays(base, place)
    shutil.rmtree(place / "spill", ignore_errors=True)
    sums = []
    for path in sorted(place.iterdir()):
        sync_file(path)
        sums.append(FileSum(f"{name}/{path.name}", *_rest(sum_file(path))))
    sync_folder(place)
    counted_to = len(manifest.log) + len(manifest.nodes)
    new = _with(manifest, counted=tuple(sums), counted_to=counted_to)
    write_manifest(folder, new)
    for old in (folder / COUNTED).iterdir():
        if old != place:
            shutil.rmtree(old, ignore_errors=True)
    return new


def _database(place: Path) -> duckdb.DuckDBPyConnection:
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise ExtraMissing("library", "a graph") from error
    (place / "spill").mkdir()
    base = duckdb.connect(
        config={"memory_limit": MEMORY, "threads": 1, "temp_directory": str(place / "spill"),
                "preserve_insertion_order": True}
    )  # fmt: skip
    return base


def _arrow(base: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    table: pa.Table = base.sql(query).to_arrow_table()
    return table


def _deduplicate(base: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest) -> None:
    """Make the table ``said``: of rows with one key the last."""
    files = [str(folder / one.name) for one in manifest.log]
    if not files:
        base.register("nothing", SCHEMA.empty_table())
        base.execute("create table said as select *, 0 as place from nothing")
        return
    base.execute(
        """
        create table said as select * exclude (again) from (
            select *, row_number() over (partition by key order by place desc) as again
            from (select * exclude (file_row_number, filename),
                         filename || ':' || lpad(file_row_number::varchar, 12, '0') as place
                  from read_parquet(?, file_row_number = true, filename = true))
        ) where again = 1
        """,
        [files],
    )
    if manifest.nodes:
        base.execute(
            """create table told as select curie, arg_max(label, place) as label,
               arg_max(category, place) as category from
               (select *, filename || ':' || lpad(file_row_number::varchar, 12, '0') as place
                from read_parquet(?, file_row_number = true, filename = true)) group by curie""",
            [[str(folder / one.name) for one in manifest.nodes]],
        )


def _nodes(base: duckdb.DuckDBPyConnection, info: NodeInfo | None) -> pa.Table:
    """Return the nodes in the order of their CURIEs, with label and category."""
    is_told = "select 1 from information_schema.tables where table_name = 'told'"
    told = "select curie from told union " if base.execute(is_told).fetchall() else ""
    curies: list[str] = _arrow(
        base,
        f"select curie from ({told}select subject as curie from said union "  # noqa: S608 - fixed words
        "select object from said) order by curie",
    )["curie"].to_pylist()
    labels, categories = [""] * len(curies), [""] * len(curies)
    if told:
        said = _arrow(base, "select * from told order by curie").to_pylist()
        place = {curie: number for number, curie in enumerate(curies)}
        for row in said:
            labels[place[row["curie"]]] = row["label"] or ""
            categories[place[row["curie"]]] = row["category"] or ""
    if info is not None:
        open_ = [n for n, one in enumerate(categories) if not one or not labels[n]]
        for number, (label, category) in zip(open_, info([curies[n] for n in open_]), strict=True):
            labels[number] = labels[number] or label
            categories[number] = categories[number] or category
    categories = [one or ANY for one in categories]
    row = pa.array(np.arange(len(curies), dtype=np.int32))
    return pa.table({"row": row, "curie": curies, "label": labels, "category": categories})


def _edges(base: duckdb.DuckDBPyConnection) -> None:
    """Make ``edge``, a row an edge, and ``evidence``, a row a statement, surest first.

    The confidence of an edge is that of at least one document being right, as if documents were
    independent, and the surest statement of each counted; what is asserted keeps its own.
    """
    levels = " ".join(f"when '{name}' then {number}" for number, name in enumerate(LEVELS))
    base.execute(
        f"""
        create table numbered as
        select s.*, a.row as tail, b.row as head, case s.level {levels} end::utinyint as depth,
               try_strptime(rpad(s.date, 10, '-01-01'), '%Y-%m-%d')::date as day
        from said s join described a on a.curie = s.subject join described b on b.curie = s.object
        """  # noqa: S608 - fixed words
    )
    base.execute(
        """
        create table edge as
        with by_document as (
            select tail, predicate, head, depth,
                   case when document = '' then source else document end as document,
                   max(case when negated then null else confidence end) as sure,
                   count(*) as said, sum(negated::int) as denied,
                   min(day) as first, max(day) as last
            from numbered group by all)
        select (row_number() over (order by tail, predicate, head, depth) - 1)::integer as edge,
               tail, predicate, head, depth,
               coalesce(case when depth = 0 then max(sure)
                        else 1 - exp(sum(ln(greatest(1 - coalesce(sure, 0), 0.001)))) end, 0)::float
                   as confidence,
               sum(said)::integer as statements, sum(denied)::integer as denied,
               count(*)::integer as documents, min(first) as first, max(last) as last
        from by_document group by tail, predicate, head, depth order by edge
        """
    )
    base.execute(
        """
        create table evidence as
        select e.edge, n.source, n.extractor, n.document, n.start, n."end", n.text, n.date, n.day,
               n.confidence, n.negated, n.qualifiers
        from numbered n join edge e using (tail, predicate, head, depth)
        order by e.edge, n.negated, n.confidence desc, n.date desc, n.document, n.start
        """
    )


def _copy(base: duckdb.DuckDBPyConnection, place: Path) -> None:
    for name in ("described", "edge", "evidence"):
        target = str(place / f"{name}.parquet").replace("'", "''")
        base.execute(f"copy {name} to '{target}' (format parquet, compression zstd)")


def _arrays(base: duckdb.DuckDBPyConnection, place: Path) -> None:
    """Write the arrays that are walked: edges by their subjects and by their objects."""
    rows = _arrow(
        base,
        "select tail, head, predicate, depth, confidence, "
        "datediff('day', date '1970-01-01', first) as first, "
        "datediff('day', date '1970-01-01', last) as last from edge order by edge",
    )
    nodes = int(base.execute("select count(*) from described").fetchall()[0][0])
    tail = rows["tail"].to_numpy().astype(np.int32)
    head = rows["head"].to_numpy().astype(np.int32)
    names = sorted(set(rows["predicate"].to_pylist()))
    code = {name: number for number, name in enumerate(names)}
    predicate = np.array([code[one] for one in rows["predicate"].to_pylist()], np.uint16)
    by_head = np.argsort(head, kind="stable").astype(np.int32)
    starts = np.searchsorted(
        _arrow(base, "select edge from evidence")["edge"].to_numpy(),
        np.arange(len(rows) + 1),
    )
    arrays: Mapping[str, Any] = {
        "tail": tail, "head": head, "predicate": predicate,
        "level": rows["depth"].to_numpy().astype(np.uint8),
        "confidence": rows["confidence"].to_numpy().astype(np.float32),
        "first": _days(rows["first"]), "last": _days(rows["last"]),
        "out_start": np.searchsorted(tail, np.arange(nodes + 1)).astype(np.int64),
        "in_edge": by_head,
        "in_start": np.searchsorted(head[by_head], np.arange(nodes + 1)).astype(np.int64),
        "evidence_start": starts.astype(np.int64),
    }  # fmt: skip
    for name, values in arrays.items():
        np.save(place / f"{name}.npy", values)
    pq.write_table(
        pa.table({"predicate": pa.array(names, pa.string())}), place / "predicates.parquet"
    )


def _days(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.asarray(column.fill_null(UNKNOWN_DAY).to_numpy(), np.int32)
