"""Write the tables: Parquet packed small, ``sources.json``, ``NOTICE``.

Rows are ordered by CURIE (prefix, then number) and names by concept, so that neighbours resemble
each other; integer columns are delta-packed and strings front-coded before zstd.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from core.compact import Taxon, lean_rows, lean_taxa
from core.hpo import Annotation
from core.rules import MAX_SYSTEMATIC
from core.sources import SOURCES
from core.table import Table
from core.wheels import PINS

SHOWN = 79
VERSION = "core-2026.11"
NAME_FILES = {"hpo": "names_hpo.parquet", "onoma": "names_onoma.parquet"}
# Chosen by size on these columns: front coding pays where rows are sorted by the text itself.
DELTA, PLAIN = "DELTA_BINARY_PACKED", "PLAIN"
FRONT, LENGTHS = "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"
TAXA = {"taxon": "BYTE_STREAM_SPLIT", "name": FRONT, "types": PLAIN, "parent": PLAIN}
LEAN = np.iinfo(np.uint32).max
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Output:
    """A folder to write into."""

    folder: Path

    def write(self, name: str, table: pa.Table, *, encodings: dict[str, str]) -> None:
        """Write one Parquet file; columns without an encoding are coded by a dictionary."""
        plain = [c for c in table.column_names if c not in encodings]
        pq.write_table(
            table,
            self.folder / name,
            compression="zstd",
            compression_level=19,
            use_dictionary=plain,
            column_encoding=encodings,
            write_statistics=False,
            row_group_size=1 << 21,
            data_page_size=1 << 20,
            store_schema=True,
        )


def sort_key(curie: str) -> tuple[str, int, str]:
    """Return the order of CURIEs: by prefix, then by number."""
    prefix, _, local = curie.partition(":")
    match = _DIGITS.search(local)
    return prefix, int(match[0]) if match else 0, local


def _short(label: str) -> str:
    """Cut a systematic chemical name that is no name of its concept (rule 3)."""
    return label if len(label) <= MAX_SYSTEMATIC else label[:SHOWN] + "…"


def _dictionary(values: list[str]) -> pa.DictionaryArray:
    return pa.array(values, pa.string()).dictionary_encode()


def write_tables(table: Table, out: Path) -> None:
    """Write the vocabulary's tables."""
    output = Output(out)
    lean = lean_rows(table)
    ordinary = (i for i in range(len(table.curies)) if i not in lean)
    order = sorted(ordinary, key=lambda i: sort_key(table.curies[i]))
    # (n_concepts,) old row -> new row; LEAN for what goes to the compact table
    place = np.full(len(table.curies), LEAN, np.uint32)
    place[order] = np.arange(len(order), dtype=np.uint32)
    concepts = pa.table(
        {
            "curie": pa.array([table.curies[i] for i in order], pa.string()),
            "label": pa.array([_short(table.labels[i]) for i in order], pa.string()),
            "types": pa.array([table.types[i] for i in order], pa.uint32()),
            "source": _dictionary([table.sources[i] for i in order]),
            "replaced_by": pa.array([None] * len(order), pa.string()),
        }
    )
    output.write("concepts.parquet", concepts, encodings={"curie": FRONT, "label": LENGTHS})
    _write_taxa(output, lean_taxa(table, lean))
    _write_names(output, table, place=place)
    _write_pairs(output, table, place=place)
    retired = sorted(
        (old, new)
        for old, new in table.retired.items()
        if new in table.row and old not in table.row
    )
    columns = {
        "old": pa.array([old for old, _ in retired], pa.string()),
        "new": pa.array([new for _, new in retired], pa.string()),
    }
    output.write("retired.parquet", pa.table(columns), encodings={"old": FRONT})


def _write_taxa(output: Output, taxa: list[Taxon]) -> None:
    columns = {
        "taxon": pa.array([row.taxon for row in taxa], pa.uint32()),
        "name": pa.array([row.name for row in taxa], pa.string()),
        "types": pa.array([row.types for row in taxa], pa.uint32()),
        "parent": pa.array([row.parent for row in taxa], pa.uint32()),
    }
    output.write("taxa.parquet", pa.table(columns), encodings=TAXA)


def _write_names(output: Output, table: Table, *, place: np.ndarray) -> None:
    rows = sorted(
        (int(place[c]), scope, text, source)
        for c, text, scope, source in table.names
        if place[c] != LEAN
    )
    files: dict[str, list[tuple[int, int, str, str]]] = {}
    for row in rows:
        files.setdefault(NAME_FILES.get(row[3], "names.parquet"), []).append(row)
    for file, part in files.items():
        names = pa.table(
            {
                "concept": pa.array([row[0] for row in part], pa.uint32()),
                "text": pa.array([row[2] for row in part], pa.string()),
                "scope": pa.array([row[1] for row in part], pa.uint8()),
                "source": _dictionary([row[3] for row in part]),
            }
        )
        output.write(file, names, encodings={"concept": DELTA, "text": LENGTHS})


def _write_pairs(output: Output, table: Table, *, place: np.ndarray) -> None:
    pairs = sorted(
        (int(place[child]), int(place[up])) for child, up in table.parents if place[child] != LEAN
    )
    parents = pa.table(np.array(pairs, np.uint32).T.copy().tolist(), names=["child", "parent"])
    schema = pa.schema([("child", pa.uint32()), ("parent", pa.uint32())])
    output.write(
        "parents.parquet", parents.cast(schema), encodings={"child": DELTA, "parent": PLAIN}
    )
    trees = sorted((int(place[c]), tree) for c, tree in table.trees)
    columns = {
        "concept": pa.array([row[0] for row in trees], pa.uint32()),
        "tree": pa.array([row[1] for row in trees], pa.string()),
    }
    output.write(
        "mesh_trees.parquet", pa.table(columns), encodings={"concept": DELTA, "tree": FRONT}
    )
    links = sorted(
        (int(place[c]), sort_key(curie), curie, *how)
        for (c, curie), how in table.equivalents.items()
    )
    columns = {
        "concept": pa.array([row[0] for row in links], pa.uint32()),
        "curie": pa.array([row[2] for row in links], pa.string()),
        "predicate": _dictionary([row[3] for row in links]),
        "source": _dictionary([row[4] for row in links]),
    }
    output.write(
        "equivalents.parquet", pa.table(columns), encodings={"concept": DELTA, "curie": PLAIN}
    )


def write_annotations(annotations: list[Annotation], out: Path) -> None:
    """Write the HPO annotations."""
    rows = sorted(annotations, key=lambda a: (sort_key(a.subject), a.predicate, a.object))
    columns: dict[str, pa.Array] = {
        "subject": pa.array([a.subject for a in rows], pa.string()),
        "object": pa.array([a.object for a in rows], pa.string()),
        "negated": pa.array([a.negated for a in rows], pa.bool_()),
    }
    for name in ("predicate", "frequency", "onset", "evidence", "reference"):
        columns[name] = _dictionary([getattr(a, name) for a in rows])
    Output(out).write("annotations.parquet", pa.table(columns), encodings={})


def write_sources(table: Table, out: Path) -> None:
    """Write ``sources.json`` and ``NOTICE``."""
    concepts = Counter(table.sources)
    names = Counter(source for _, _, _, source in table.names)
    records = []
    for source in SOURCES:
        record = asdict(source)
        licence, url = record.pop("licence")
        pin = PINS.get(source.package)
        record |= {
            "licence": licence,
            "licence_url": url,
            "package_version": pin.version if pin else "",
            "sha256": pin.sha256 if pin else "",
            "concepts": concepts[source.key],
            "names": names[source.key],
        }
        records.append(record)
    (out / "sources.json").write_bytes(
        orjson.dumps({"version": VERSION, "sources": records}, option=orjson.OPT_INDENT_2) + b"\n"
    )
    lines = ["Onoma", "", "The core vocabulary in this folder is compiled from these sources.", ""]
    for record in records:
        lines += [
            f"{record['name']} (version: {record['version']})",
            f"  {record['notice']}",
            f"  Licence: {record['licence']}, {record['licence_url']}",
            "",
        ]
    (out / "NOTICE").write_text("\n".join(lines), encoding="utf-8")
