"""Concept fields of corpora as CURIEs: a bare id gets the prefix that it means.

``D006527`` is ``MESH:D006527``; a gene's ``672`` is ``NCBIGene:672``; several ids are joined by
``|``, ``,``, ``;`` or ``+``.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from pathlib import Path

from onoma.errors import BadLine
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream

NO_ID = frozenset({"", "-", "-1", "None", "CUI-less", "NIL", "null"})
_BARE = (
    (re.compile(r"[CD]\d{6,9}"), "MESH:"),
    (re.compile(r"rs\d+"), "DBSNP:"),
)
_DIGITS = {
    "gene": "NCBIGene:", "geneorgeneproduct": "NCBIGene:", "familyname": "NCBIGene:",
    "species": "NCBITaxon:", "organism": "NCBITaxon:", "organismtaxon": "NCBITaxon:",
}  # fmt: skip
_TAXON = re.compile(r"\(Tax:\d+\)$")
_JOINED = re.compile(r"[|,;+]")


def canonical_id(concept: str, kind: str) -> str:
    """Return a corpus's id with its prefix; ``kind`` is what its digits alone mean.

    >>> [canonical_id(one, "Gene") for one in ("D006527", "672(Tax:9606)", "rs12")]
    ['MESH:D006527', 'NCBIGene:672', 'DBSNP:rs12']
    """
    concept = _TAXON.sub("", concept)
    if concept.startswith("CVCL_"):
        return f"CVCL:{concept[5:]}"
    if ":" in concept:
        return concept
    if concept.isdigit():
        return _DIGITS.get(kind.lower(), "OMIM:") + concept
    return next((p + concept for bare, p in _BARE if bare.fullmatch(concept)), concept)


def split_ids(field: str | None, kind: str) -> tuple[str, ...]:
    """Return the ids of a concept field in order, each once; none for ``-``, ``-1``, nothing."""
    parts = (part.strip() for part in _JOINED.split(field or ""))
    return tuple(dict.fromkeys(canonical_id(p, kind) for p in parts if p not in NO_ID))


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
