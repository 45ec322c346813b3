"""Nodes, edges, evidence and the arrays that are walked, derived from the log of statements.

Out of core: DuckDB with a limit of memory and its spill on disk; the arrays are filled part by
part.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from onoma.corpus.durable import FileSum
from onoma.errors import ExtraMissing
from onoma.graph.counting import UNKNOWN_DAY, Counts, Sayings, count_sayings
from onoma.graph.evidence import STABILITY
from onoma.graph.predicates import ANY
from onoma.graph.statements import LEVELS, SCHEMA

if TYPE_CHECKING:
    import duckdb

MEMORY = "512MB"
GROUP = 8192  # rows of evidence that are read at once where a few are asked for
PART = 1 << 18  # edges counted at a time
ORDER = "negated, sure desc, date desc, document, start, key"
"""The order of an edge's statements: affirming and surest first."""
TEXT_COLUMNS = (
    'source, extractor, document, start, "end", text, date, confidence, negated, qualifiers'
)
SAID = {"day": np.int32, "sure": np.float32, "denies": np.bool_, "by": np.uint64}
KEPT = SAID | {"key": np.uint64, "place": np.int64}
"""The arrays of statements: what counts, their keys, and their places in the files of evidence."""
SAID_COLUMNS = f"""coalesce(datediff('day', date '1970-01-01', day), {UNKNOWN_DAY})::integer as day,
    sure::float as sure, negated as denies, key,
    hash(case when document = '' then source else document end) as by"""

NodeInfo = Callable[[list[str]], Iterable[tuple[str, str]]]
"""Gives label and Biolink category of CURIEs, in their order; empty where nothing is known."""


def derive(
    folder: Path,
    place: Path,
    log: Sequence[FileSum],
    nodes: Sequence[FileSum],
    info: NodeInfo | None,
) -> None:
    """Write the files of a counted graph into ``place``.

    Raises: ExtraMissing: duckdb is not there.
    """
    with database(place) as base:
        deduplicate(base, [str(folder / one.name) for one in log])
        _told(base, [str(folder / one.name) for one in nodes])
        base.register("described", _nodes(base, info))
        number_statements(base)
        _edges(base)
        copy_table(base, "described", place / "described.parquet", "order by row")
        copy_table(base, "evidence", place / "evidence.parquet", "", f"row_group_size {GROUP}")
        _arrays(base, place)
    shutil.rmtree(place / "spill", ignore_errors=True)


def database(place: Path) -> duckdb.DuckDBPyConnection:
    """Return a database with a limit of memory that spills below a folder."""
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


def arrow(base: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Return what a query finds."""
    table: pa.Table = base.sql(query).to_arrow_table()
    return table


def deduplicate(base: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    """Make the table ``said``: of rows with one key the last."""
    if not files:
        base.register("nothing", SCHEMA.empty_table())
        base.execute("create table said as select * from nothing")
        return
    base.register("file", pa.table({"filename": files, "number": np.arange(len(files))}))
    base.execute(
        """create table latest as select max(number * 4294967296 + file_row_number) as place
           from read_parquet(?, file_row_number = true, filename = true)
           join file using (filename) group by key""",
        [files],
    )
    base.execute(
        """create table said as select r.* exclude (file_row_number, filename)
           from read_parquet(?, file_row_number = true, filename = true) r
           join file using (filename)
           semi join latest on place = number * 4294967296 + file_row_number""",
        [files],
    )
    base.execute("drop table latest")


def _told(base: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    """Make the table ``told``: what files say of nodes, the last word of each."""
    if not files:
        base.execute("create table told (curie varchar, label varchar, category varchar)")
        return
    base.execute(
        """create table told as select curie, arg_max(label, place) as label,
           arg_max(category, place) as category from
           (select *, filename || ':' || lpad(file_row_number::varchar, 12, '0') as place
            from read_parquet(?, file_row_number = true, filename = true)) group by curie""",
        [files],
    )


def _nodes(base: duckdb.DuckDBPyConnection, info: NodeInfo | None) -> pa.Table:
    """Return the nodes in the order of their CURIEs, with label and category."""
    rows = arrow(
        base,
        """select curie, coalesce(label, '') as label, coalesce(category, '') as category from
           (select curie from told union select subject from said union select object from said)
           left join told using (curie) order by curie""",
    )
    curies, labels, categories = (rows[name].to_pylist() for name in rows.column_names)
    if info is not None:
        open_ = [n for n, one in enumerate(categories) if not one or not labels[n]]
        for number, (label, category) in zip(open_, info([curies[n] for n in open_]), strict=True):
            labels[number] = labels[number] or label
            categories[number] = categories[number] or category
    categories = [one or ANY for one in categories]
    row = pa.array(np.arange(len(curies), dtype=np.int32))
    return pa.table({"row": row, "curie": curies, "label": labels, "category": categories})


def number_statements(base: duckdb.DuckDBPyConnection) -> None:
    """Make ``numbered`` of ``said`` and ``described``: statements with rows for CURIEs.

    A statement is as sure as its confidence times its extractor's stability, where it tells one.
    """
    levels = " ".join(f"when '{name}' then {number}" for number, name in enumerate(LEVELS))
    base.execute(
        f"""
        create table numbered as
        select s.* exclude (subject, object, level), a.row as tail, b.row as head,
               case s.level {levels} end::utinyint as depth,
               try_strptime(rpad(s.date, 10, '-01-01'), '%Y-%m-%d')::date as day,
               confidence * coalesce(greatest(0, least(1, try_cast(list_filter(qualifiers,
                   lambda one: one.name = '{STABILITY}')[1].value as float))), 1) as sure
        from said s join described a on a.curie = s.subject join described b on b.curie = s.object
        """  # noqa: S608 - fixed words
    )
    base.execute("drop table said")


def _edges(base: duckdb.DuckDBPyConnection) -> None:
    """Make ``triple``, a row an edge, and ``evidence``, a row a statement, surest first."""
    base.execute(
        """create table triple as
           select (row_number() over (order by tail, predicate, head, depth) - 1)::integer as edge,
                  tail, predicate, head, depth
           from (select distinct tail, predicate, head, depth from numbered) order by edge"""
    )
    base.execute(
        f"""
        create table evidence as
        select e.edge, key, {TEXT_COLUMNS}, day, sure
        from numbered n join triple e using (tail, predicate, head, depth)
        order by e.edge, {ORDER}
        """  # noqa: S608 - fixed words
    )
    base.execute("drop table numbered")


def copy_table(
    base: duckdb.DuckDBPyConnection, name: str, path: Path, order: str, options: str = ""
) -> None:
    """Write a table into a Parquet file."""
    target = str(path).replace("'", "''")
    more = f", {options}" if options else ""
    base.execute(
        f"copy (from {name} {order}) to '{target}' (format parquet, compression zstd{more})"
    )


@dataclass(frozen=True, slots=True)
class Triples:
    """The edges in their order: rows of nodes, numbers of predicates (by ``names``), levels."""

    tail: npt.NDArray[np.int32]
    predicate: npt.NDArray[np.uint16]
    head: npt.NDArray[np.int32]
    level: npt.NDArray[np.uint8]
    names: tuple[str, ...]


def _arrays(base: duckdb.DuckDBPyConnection, place: Path) -> None:
    """Write the arrays that are walked: edges by their subjects and by their objects."""
    rows = arrow(base, "select tail, head, predicate, depth from triple order by edge")
    nodes = int(base.execute("select count(*) from described").fetchall()[0][0])
    names = sorted(set(rows["predicate"].unique().to_pylist()))
    coded = pa.compute.index_in(rows["predicate"], pa.array(names, pa.string()))
    triples = Triples(
        rows["tail"].to_numpy().astype(np.int32), coded.to_numpy().astype(np.uint16),
        rows["head"].to_numpy().astype(np.int32), rows["depth"].to_numpy().astype(np.uint8),
        tuple(names),
    )  # fmt: skip
    said = _sayings(base, place, len(rows))
    write_triples(place, triples, counted(said, triples.level), nodes=nodes)


def write_triples(
    place: Path, triples: Triples, counts: dict[str, npt.NDArray[Any]], *, nodes: int
) -> None:
    """Write edges with what they come to: the arrays that are walked, and a table."""
    tail, head = triples.tail, triples.head
    by_head = np.argsort(head, kind="stable").astype(np.int32)
    arrays: dict[str, npt.NDArray[Any]] = {
        "tail": tail, "head": head, "predicate": triples.predicate, "level": triples.level,
        "out_start": np.searchsorted(tail, np.arange(nodes + 1)).astype(np.int64),
        "in_edge": by_head,
        "in_start": np.searchsorted(head[by_head], np.arange(nodes + 1)).astype(np.int64),
        **counts,
    }  # fmt: skip
    for name, values in arrays.items():
        np.save(place / f"{name}.npy", values)
    names = pa.array(triples.names, pa.string())
    pq.write_table(pa.table({"predicate": names}), place / "predicates.parquet")
    first, last = (pa.array(counts[name], mask=counts[name] == UNKNOWN_DAY).cast(pa.date32())
                   for name in ("first", "last"))  # fmt: skip
    more = {name: counts[name] for name in ("confidence", "statements", "denied", "documents")}
    edge = pa.table({
        "edge": np.arange(len(tail), dtype=np.int32), "tail": tail,
        "predicate": names.take(pa.array(triples.predicate)), "head": head,
        "depth": triples.level, **more, "first": first, "last": last,
    })  # fmt: skip
    path = place / "edge.parquet"  # numbers that hardly repeat: a dictionary of them costs time
    pq.write_table(edge, path, compression="zstd", use_dictionary=["predicate"])


def _sayings(base: duckdb.DuckDBPyConnection, place: Path, edges: int) -> Sayings:
    """Write and return the statements as arrays, part by part."""
    total = int(base.execute("select count(*) from evidence").fetchall()[0][0])
    arrays = {
        name: np.lib.format.open_memmap(
            place / f"said_{name}.npy", mode="w+", dtype=kind, shape=(total,)
        )
        for name, kind in KEPT.items()
    }
    arrays["place"][:] = np.arange(total)
    of = np.empty(total, np.int32)
    low = 0
    for part in _parts(base):
        high = low + len(part)
        of[low:high] = part["edge"].to_numpy()
        for name in KEPT.keys() - {"place"}:
            arrays[name][low:high] = part[name].to_numpy(zero_copy_only=False)
        low = high
    start = np.searchsorted(of, np.arange(edges + 1)).astype(np.int64)
    np.save(place / "evidence_start.npy", start)
    for array in arrays.values():
        array.flush()
    return Sayings(start, *(arrays[name] for name in SAID))


def _parts(base: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    rows = base.sql(f"select edge, {SAID_COLUMNS} from evidence")  # noqa: S608 - fixed words
    parts: Iterator[pa.RecordBatch] = rows.to_arrow_reader(PART)
    yield from parts


def counted(said: Sayings, level: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[Any]]:
    """Return the counts of all edges, as arrays by name."""
    parts = []
    for low in range(0, len(level), PART):
        edges = np.arange(low, min(low + PART, len(level)), dtype=np.int32)
        parts.append(count_sayings(said, edges, level[edges] == 0))
    if not parts:
        parts.append(count_sayings(said, np.zeros(0, np.int32), np.zeros(0, np.bool_)))
    return {
        name: np.concatenate([getattr(one, name) for one in parts]) for name in Counts.__slots__
    }
