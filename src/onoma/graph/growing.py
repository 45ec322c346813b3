"""New statements counted into a counted graph: what they do not touch is carried over.

The result is the one that counting everything gives. Rows of nodes, numbers of edges and the order
of statements move; the arrays are merged in memory, the words of older statements stay in their
files. Only edges of which something new is said are counted.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onoma.graph.counting import Counts, Sayings, count_sayings
from onoma.graph.deriving import (
    GROUP,
    KEPT,
    ORDER,
    SAID,
    SAID_COLUMNS,
    TEXT_COLUMNS,
    NodeInfo,
    Triples,
    arrow,
    copy_table,
    database,
    deduplicate,
    number_statements,
    write_triples,
)
from onoma.graph.evidence import EVIDENCE, EvidenceFiles, evidence_files
from onoma.graph.predicates import ANY

if TYPE_CHECKING:
    import duckdb

    from onoma.graph.manifest import Manifest

MOST_FILES = 32  # of evidence; then all is counted anew into one
MOST_SHARE = 4  # new statements, as many times fewer than those there are
FEW = 1 << 12  # statements that are always few
_ROWS, _CODES = 26, 10  # bits of a node's row and of a predicate's number in a packed edge
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Old:
    """What was counted before: nodes, edges, and statements in the order of the edges."""

    place: Path
    nodes: pa.Table
    triples: Triples
    start: I64
    said: dict[str, npt.NDArray[Any]]

    @classmethod
    def read(cls, place: Path) -> _Old:
        """Read a counted graph."""
        loaded = {
            name: np.load(place / f"{name}.npy", mmap_mode="r")
            for name in ("tail", "predicate", "head", "level", "evidence_start")
        }
        names = pq.read_table(place / "predicates.parquet")["predicate"].to_pylist()
        triples = Triples(
            loaded["tail"], loaded["predicate"], loaded["head"], loaded["level"], tuple(names)
        )
        said = {name: np.load(place / f"said_{name}.npy", mmap_mode="r") for name in KEPT}
        nodes = pq.read_table(place / "described.parquet").combine_chunks()
        return cls(place, nodes, triples, np.asarray(loaded["evidence_start"]), said)


def grow(folder: Path, place: Path, manifest: Manifest, info: NodeInfo | None) -> bool:
    """Write into ``place`` the counted graph with the log's new files in it.

    False, and nothing is written, where counting all anew is called for: nothing is counted yet,
    files say something new of nodes, or much is new.
    Raises: ExtraMissing: duckdb is not there.
    """
    new = manifest.log[manifest.counted_log :]
    told = manifest.counted_to - manifest.counted_log
    if not manifest.counted or manifest.counted_log < 1 or told != len(manifest.nodes) or not new:
        return False
    before = folder / Path(manifest.counted[0].name).parent
    files = evidence_files(before)
    rows = sum(pq.ParquetFile(folder / one.name).metadata.num_rows for one in new)
    many = int(np.load(before / "evidence_start.npy", mmap_mode="r")[-1]) // MOST_SHARE
    if len(files) >= MOST_FILES or rows > max(many, FEW):
        return False
    old = _Old.read(before)
    with database(place) as base:
        is_grown = _grown(base, [str(folder / one.name) for one in new], old, place, info)
    shutil.rmtree(place / "spill", ignore_errors=True)
    return is_grown


def _grown(
    base: duckdb.DuckDBPyConnection,
    files: list[str],
    old: _Old,
    place: Path,
    info: NodeInfo | None,
) -> bool:
    deduplicate(base, files)
    nodes, moved = _nodes(base, old, info)
    base.register("described", nodes.select(["row", "curie"]))
    number_statements(base)
    names = sorted({*old.triples.names, *_column(base, "select distinct predicate from numbered")})
    if len(nodes) >= 1 << _ROWS or len(names) >= 1 << _CODES:
        return False
    base.register("names", pa.table({"predicate": names, "code": np.arange(len(names))}))
    base.execute("create table rows as select * from numbered join names using (predicate)")
    triples, edge_of_old, edge_of_new = _triples(base, old, moved, names)
    file = place / f"{EVIDENCE}-{len(evidence_files(old.place)):06}.parquet"
    for path in evidence_files(old.place):
        _link(path, place / path.name)
    base.execute(f"create table words as select key, {TEXT_COLUMNS}, day, sure from rows")  # noqa: S608
    copy_table(base, "words", file, "order by key", f"row_group_size {GROUP}")
    said, touched = _merged(base, old, edge_of_old, edge_of_new)
    for name, values in said.items():
        kind = "evidence_start" if name == "start" else f"said_{name}"
        np.save(place / f"{kind}.npy", values)
    counts = _counts(
        old, edge_of_old, Sayings(said["start"], *(said[n] for n in SAID)), triples, touched
    )
    pq.write_table(nodes, place / "described.parquet", compression="zstd")
    write_triples(place, triples, counts, nodes=len(nodes))
    return True


def _column(base: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    found: list[str] = arrow(base, query).column(0).to_pylist()
    return found


def _link(path: Path, target: Path) -> None:
    """Have a file in another folder too, without its bytes a second time where that can be."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def _nodes(
    base: duckdb.DuckDBPyConnection, old: _Old, info: NodeInfo | None
) -> tuple[pa.Table, I32]:
    """Return the nodes with the new ones among them, and the new rows of the old ones."""
    named = arrow(base, "select subject as curie from said union select object from said")
    is_new = pc.invert(pc.is_in(named["curie"], old.nodes["curie"].combine_chunks()))
    curies = sorted(named["curie"].filter(is_new).to_pylist(), key=str.encode)
    told = list(info(curies)) if info is not None and curies else [("", "")] * len(curies)
    added = pa.table(
        {
            "row": np.zeros(len(curies), np.int32), "curie": pa.array(curies, pa.string()),
            "label": pa.array([label for label, _ in told], pa.string()),
            "category": pa.array([category or ANY for _, category in told], pa.string()),
        }
    ).cast(old.nodes.schema)  # fmt: skip
    both = pa.concat_tables([old.nodes, added])
    order = pc.sort_indices(both, [("curie", "ascending")])
    rows = np.empty(len(both), np.int32)
    rows[order.to_numpy()] = np.arange(len(both), dtype=np.int32)
    sorted_ones = both.take(order)
    column = pa.array(np.arange(len(both), dtype=np.int32))
    return sorted_ones.set_column(0, "row", column), rows[: len(old.nodes)]


def _packed(tail: Any, predicate: Any, head: Any, level: Any) -> U64:
    """Return edges as numbers in the edges' order."""
    shifted = [(tail, _CODES + _ROWS + 2), (predicate, _ROWS + 2), (head, 2), (level, 0)]
    out = np.zeros(len(tail), np.uint64)
    for values, bits in shifted:
        out |= np.asarray(values).astype(np.uint64) << np.uint64(bits)
    return out


def _triples(
    base: duckdb.DuckDBPyConnection, old: _Old, moved: I32, names: list[str]
) -> tuple[Triples, I32, I32]:
    """Return the edges, the new numbers of the old ones, and the edge of each new statement."""
    known = old.triples
    codes = np.searchsorted(np.array(names), np.array(known.names, dtype=str))
    before = _packed(
        moved[known.tail], codes[np.asarray(known.predicate)], moved[known.head], known.level
    )
    rows = arrow(base, "select tail, code, head, depth from rows order by key")
    stated = _packed(*(rows[name].to_numpy() for name in ("tail", "code", "head", "depth")))
    fresh = np.unique(stated)
    fresh = fresh[~_among(fresh, before)]
    every = np.insert(before, np.searchsorted(before, fresh), fresh)
    low = np.uint64((1 << _ROWS) - 1)
    triples = Triples(
        (every >> np.uint64(_CODES + _ROWS + 2)).astype(np.int32),
        (every >> np.uint64(_ROWS + 2) & np.uint64((1 << _CODES) - 1)).astype(np.uint16),
        (every >> np.uint64(2) & low).astype(np.int32),
        (every & np.uint64(3)).astype(np.uint8),
        tuple(names),
    )
    first, second = (np.searchsorted(every, one).astype(np.int32) for one in (before, stated))
    return triples, first, second


def _merged(
    base: duckdb.DuckDBPyConnection, old: _Old, edge_of_old: I32, edge_of_new: I32
) -> tuple[dict[str, npt.NDArray[Any]], I32]:
    """Return the arrays of statements in the edges' order, and the edges that were touched."""
    rows = arrow(base, f"select {SAID_COLUMNS} from rows order by key")  # noqa: S608 - fixed
    added = {
        name: rows[name].to_numpy().astype(kind) for name, kind in KEPT.items() if name != "place"
    }
    evidence = EvidenceFiles(evidence_files(old.place))
    added["place"] = np.arange(len(rows)) + len(evidence)
    kept = np.flatnonzero(~_among(old.said["key"], np.sort(added["key"])))
    edge = np.repeat(edge_of_old, np.diff(old.start))[kept]
    both = {name: np.concatenate([old.said[name][kept], added[name]]) for name in KEPT}
    edges = np.concatenate([edge, edge_of_new])
    order = np.argsort(edges, kind="stable")
    touched = np.unique(edge_of_new)
    is_touched = _among(edges[order], touched)
    order[is_touched] = _in_order(base, evidence, both, edges, order[is_touched])
    said = {name: values[order] for name, values in both.items()}
    total = int(max(edge_of_old.max(initial=-1), edge_of_new.max(initial=-1))) + 1
    said["start"] = np.searchsorted(edges[order], np.arange(total + 1)).astype(np.int64)
    return said, touched


def _among(values: npt.NDArray[Any], some: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Say which values are among some, which are sorted."""
    if not len(some):
        return np.zeros(len(values), np.bool_)
    near = np.minimum(np.searchsorted(some, values), len(some) - 1)
    return np.asarray(some[near] == values)


def _in_order(
    base: duckdb.DuckDBPyConnection,
    evidence: EvidenceFiles,
    said: dict[str, npt.NDArray[Any]],
    edges: I32,
    rows: I64,
) -> I64:
    """Return the rows of some edges in the order of the edges' statements."""
    is_old = said["place"][rows] < len(evidence)
    words = evidence.table(said["place"][rows[is_old]], ("date", "document", "start"))
    others = arrow(base, "select date, document, start from rows order by key")
    ours = others.take(pa.array(said["place"][rows[~is_old]] - len(evidence)))
    which = np.concatenate([rows[is_old], rows[~is_old]])
    both = pa.concat_tables([words, ours], promote_options="permissive")
    more = {
        "edge": edges[which], "negated": said["denies"][which], "sure": said["sure"][which],
        "key": said["key"][which], "which": which,
    }  # fmt: skip
    for name, values in more.items():
        both = both.append_column(name, pa.array(values))
    base.register("touched", both)
    found = arrow(base, f"select which from touched order by edge, {ORDER}")  # noqa: S608 - fixed
    return np.asarray(found["which"].to_numpy(), np.int64)


def _counts(
    old: _Old, edge_of_old: I32, said: Sayings, triples: Triples, touched: I32
) -> dict[str, npt.NDArray[Any]]:
    """Return the counts of all edges: those of before, and anew those that were touched."""
    fresh = count_sayings(said, touched, triples.level[touched] == 0)
    out = {}
    for name in Counts.__slots__:
        before, new = np.load(old.place / f"{name}.npy", mmap_mode="r"), getattr(fresh, name)
        values = np.zeros(len(triples.tail), new.dtype)
        values[edge_of_old] = before
        values[touched] = new
        out[name] = values
    return out
