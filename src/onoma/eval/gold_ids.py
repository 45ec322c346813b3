"""Ids of corpora: those that mean the same, those below another, those of human genes."""

from __future__ import annotations

import gzip
from collections import defaultdict
from pathlib import Path

from onoma.errors import BadLine
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream


def read_equivalents(path: Path | None) -> dict[str, frozenset[str]]:
    """Return per id those that mean the same, both ways, of a file with two columns.

    Raises: BadLine: a line with one column alone.
    """
    same: dict[str, set[str]] = defaultdict(set)
    if path is None:
        return {}
    with open_stream(path.open("rb"), path.name) as stream:
        for line in iter_lines(stream):
            text = line.text()
            if text.startswith("#") or not text.strip():
                continue
            cells = text.split("\t")
            if len(cells) < 2:
                raise BadLine(
                    path.name, line.number, text, "an id, a tab and its equivalent are needed"
                )
            same[cells[0]].add(cells[1])
            same[cells[1]].add(cells[0])
    return {key: frozenset(values) for key, values in same.items()}


def ids_below(path: Path, root: str) -> frozenset[str]:
    """Return the ids at or below a root in an OBO file, alternative and replaced ones too."""
    parents: dict[str, list[str]] = {}
    other: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for block in handle.read().split("\n[Term]\n")[1:]:
            curie = ""
            for line in block.splitlines():
                key, _, value = line.partition(": ")
                if key == "id":
                    curie = value
                elif key == "is_a":
                    parents.setdefault(curie, []).append(value.split(" ")[0])
                elif key == "alt_id":
                    other[value] = curie
                elif key == "replaced_by":
                    other[curie] = value
    known: dict[str, bool] = {root: True}

    def is_below(curie: str) -> bool:
        if curie not in known:
            known[curie] = any(is_below(parent) for parent in parents.get(curie, ()))
        return known[curie]

    below = {curie for curie in parents if is_below(curie)} | {root}
    return frozenset(below | {old for old, new in other.items() if new in below})


def human_gene_ids(path: Path) -> frozenset[str]:
    """Return the ids of the human genes of an NCBI gene_info file."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        rows = (line.split("\t", 3) for line in handle if not line.startswith("#"))
        return frozenset(f"NCBIGene:{cells[1]}" for cells in rows if cells[0] == "9606")
