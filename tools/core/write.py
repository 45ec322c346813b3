"""Write the tables, packed small, ``sources.json`` and ``NOTICE``.

Rows are ordered by CURIE (prefix, then number) and names by concept, so that neighbours resemble
each other.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import numpy as np
import orjson

from core.compact import Taxon, lean_rows, lean_taxa
from core.hpo import Annotation
from core.rules import MAX_SYSTEMATIC
from core.sources import SOURCES
from core.table import Table
from core.wheels import PINS
from onoma.ontology.tables import SUFFIX, Column, write_table
from onoma.ontology.tables import Table as Columns

SHOWN = 79
VERSION = "core-2026.11"
NAME_FILES = {"hpo": "names_hpo", "onoma": "names_onoma"}
LEAN = np.iinfo(np.uint32).max
_DIGITS = re.compile(r"\d+")


def sort_key(curie: str) -> tuple[str, int, str]:
    """Return the order of CURIEs: by prefix, then by number."""
    prefix, _, local = curie.partition(":")
    match = _DIGITS.search(local)
    return prefix, int(match[0]) if match else 0, local


def _short(label: str) -> str:
    """Cut a systematic chemical name that is no name of its concept (rule 3)."""
    return label if len(label) <= MAX_SYSTEMATIC else label[:SHOWN] + "…"


def _write(out: Path, name: str, columns: dict[str, Column]) -> None:
    write_table(out / f"{name}{SUFFIX}", Columns(columns), smallest=True)


def write_tables(table: Table, out: Path) -> None:
    """Write the vocabulary's tables."""
    lean = lean_rows(table)
    ordinary = (i for i in range(len(table.curies)) if i not in lean)
    order = sorted(ordinary, key=lambda i: sort_key(table.curies[i]))
    # (n_concepts,) old row -> new row; LEAN for what goes to the compact table
    place = np.full(len(table.curies), LEAN, np.uint32)
    place[order] = np.arange(len(order), dtype=np.uint32)
    concepts: dict[str, Column] = {
        "curie": [table.curies[i] for i in order],
        "label": [_short(table.labels[i]) for i in order],
        "types": np.array([table.types[i] for i in order], np.uint32),
        "source": [table.sources[i] for i in order],
    }
    _write(out, "concepts", concepts)
    _write_taxa(out, lean_taxa(table, lean))
    _write_names(out, table, place=place)
    _write_pairs(out, table, place=place)
    retired = sorted(
        (old, new)
        for old, new in table.retired.items()
        if new in table.row and old not in table.row
    )
    _write(out, "retired", {"old": [old for old, _ in retired], "new": [new for _, new in retired]})


def _write_taxa(out: Path, taxa: list[Taxon]) -> None:
    columns: dict[str, Column] = {
        "taxon": np.array([row.taxon for row in taxa], np.uint32),
        "name": [row.name for row in taxa],
        "types": np.array([row.types for row in taxa], np.uint32),
        "parent": np.array([row.parent for row in taxa], np.uint32),
    }
    _write(out, "taxa", columns)


def _write_names(out: Path, table: Table, *, place: np.ndarray) -> None:
    rows = sorted(
        (int(place[c]), scope, text, source)
        for c, text, scope, source in table.names
        if place[c] != LEAN
    )
    files: dict[str, list[tuple[int, int, str, str]]] = {}
    for row in rows:
        files.setdefault(NAME_FILES.get(row[3], "names"), []).append(row)
    for file, part in files.items():
        names: dict[str, Column] = {
            "concept": np.array([row[0] for row in part], np.uint32),
            "text": [row[2] for row in part],
            "scope": np.array([row[1] for row in part], np.uint8),
            "source": [row[3] for row in part],
        }
        _write(out, file, names)


def _write_pairs(out: Path, table: Table, *, place: np.ndarray) -> None:
    pairs = sorted(
        (int(place[child]), int(place[up])) for child, up in table.parents if place[child] != LEAN
    )
    child, parent = np.array(pairs, np.uint32).T
    _write(out, "parents", {"child": child, "parent": parent})
    trees = sorted((int(place[c]), tree) for c, tree in table.trees)
    concept = np.array([row[0] for row in trees], np.uint32)
    _write(out, "mesh_trees", {"concept": concept, "tree": [row[1] for row in trees]})
    links = sorted(
        (int(place[c]), sort_key(curie), curie, *how)
        for (c, curie), how in table.equivalents.items()
    )
    columns: dict[str, Column] = {
        "concept": np.array([row[0] for row in links], np.uint32),
        "curie": [row[2] for row in links],
        "predicate": [row[3] for row in links],
        "source": [row[4] for row in links],
    }
    _write(out, "equivalents", columns)


def write_annotations(annotations: list[Annotation], out: Path) -> None:
    """Write the HPO annotations."""
    rows = sorted(annotations, key=lambda a: (sort_key(a.subject), a.predicate, a.object))
    columns: dict[str, Column] = {
        "subject": [a.subject for a in rows],
        "object": [a.object for a in rows],
        "negated": np.array([a.negated for a in rows], bool),
    }
    for name in ("predicate", "frequency", "onset", "evidence", "reference"):
        columns[name] = [getattr(a, name) or "" for a in rows]
    _write(out, "annotations", columns)


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
