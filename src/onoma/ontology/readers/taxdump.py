r"""NCBI Taxonomy dump: names.dmp and nodes.dmp of a folder, a zip or a tar.gz.

A row's fields are parted by ``\t|\t`` and ended by ``\t|``; nothing is quoted. The tree is held
as one array of parents, names are streamed.

Source: NCBI, taxdump_readme.txt.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onoma.ontology.readers.lines import lines_of
from onoma.ontology.readers.releases import Release
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name

MOST_TAXA = 1 << 24  # a larger number is no taxon's, and would make a huge array
DOUBLINGS = 7  # to walk up 128 ranks; the tree is some 45 deep
MICROBES = (2, 2157, 4751, 10239)  # bacteria, archaea, fungi, viruses

SCOPES: dict[str, str] = {
    "scientific name": "label",
    "synonym": "exact",
    "genbank synonym": "exact",
    "equivalent name": "exact",
    "common name": "exact",  # "mouse": what papers write
    "genbank common name": "exact",
    "acronym": "abbreviation",
    "genbank acronym": "abbreviation",
    "anamorph": "exact",
    "genbank anamorph": "exact",
    "teleomorph": "exact",
    "unpublished name": "related",
    "misspelling": "related",
    "misnomer": "related",
    "includes": "narrow",
    "in-part": "broad",
    "blast name": "broad",  # a group's name that thousands of taxa share
}
"""Class of a name -> scope; ``authority`` and ``type material`` are no names and are counted."""


def read_taxdump(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the taxa in the order of names.dmp, then the deleted ones.

    Merged ids are ``former`` ids of their taxon. Raises: BadFile: a file is missing or no dump.
    """
    release = Release(path)
    ledger.name = ledger.name or "ncbitaxon"
    ledger.licence = ledger.licence or "public domain (NCBI)"
    parents = _parents(release, release.need("nodes[.]dmp", what="nodes.dmp")[0], ledger)
    microbes = _below(parents, MICROBES)
    former: dict[int, list[int]] = {}
    for name in release.find("merged[.]dmp")[:1]:
        for _, (old, new) in _numbers(release, name, ledger, count=2):
            former.setdefault(new, []).append(old)
    names = release.need("names[.]dmp", what="names.dmp")[0]
    taxa = _Taxa(parents, microbes, former, ledger)
    current = 0
    rows: list[tuple[str, str]] = []
    for _, taxon, text, kind in _names(release, names, ledger):
        if taxon != current:
            if rows:
                yield taxa.concept(current, rows)
            current, rows = taxon, []
        rows.append((text, kind))
    if rows:
        yield taxa.concept(current, rows)
    for name in release.find("delnodes[.]dmp")[:1]:
        for _, (old,) in _numbers(release, name, ledger, count=1):
            yield Concept(
                f"NCBITaxon:{old}",
                "",
                source="ncbitaxon",
                version=ledger.version,
                is_obsolete=True,
            )


class _Taxa:
    """Makes concepts of taxa."""

    def __init__(
        self,
        parents: array[int],
        microbes: NDArray[np.bool_],
        former: dict[int, list[int]],
        ledger: Ledger,
    ) -> None:
        self._parents = parents
        self._microbes = microbes.tobytes()
        self._former = former
        self._ledger = ledger

    def concept(self, taxon: int, rows: list[tuple[str, str]]) -> Concept:
        """Return the concept of a taxon's names."""
        names: dict[str, Name] = {}
        label = ""
        for text, kind in rows:
            scope = SCOPES[kind]
            if scope == "label":
                label = label or text
                names[text] = Name(text, scope, "ncbitaxon")
            elif text not in names:
                names[text] = Name(text, scope, "ncbitaxon")
        known = taxon < len(self._parents)
        parent = self._parents[taxon] if known else 0
        if not parent:
            self._ledger.set_aside("no-node", f"NCBITaxon:{taxon}", "a name without a node", label)
        is_microbe = known and self._microbes[taxon]
        return Concept(
            f"NCBITaxon:{taxon}",
            label,
            ("organism", "microbe") if is_microbe else ("organism",),
            tuple(sorted(names.values(), key=lambda name: name.scope != "label")),
            (f"NCBITaxon:{parent}",) if parent and parent != taxon else (),
            source="ncbitaxon",
            version=self._ledger.version,
            former=tuple(f"NCBITaxon:{old}" for old in self._former.get(taxon, ())),
        )


def _taxon(field: str) -> int:
    """Return a taxon's number, 0 for what is none."""
    if len(field) < 10 and field.isascii() and field.isdigit():
        number = int(field)
        return number if number < MOST_TAXA else 0
    return 0


def _misfit(ledger: Ledger, name: str, number: int, line: str, *, column: int) -> None:
    place = f"{name}, line {number}, column {column}"
    ledger.set_aside(
        "bad-line", place, "expected a taxon's number and fields between '\\t|\\t'", line
    )


def _numbers(
    release: Release, name: str, ledger: Ledger, *, count: int
) -> Iterator[tuple[int, list[int]]]:
    """Yield the taxa that the first fields of each row name."""
    with release.open(name) as stream:
        for number, line in lines_of(stream, name, ledger):
            fields = line.split("\t|\t", count)[:count]
            taxa = [_taxon(field.removesuffix("|").rstrip()) for field in fields]
            if len(taxa) == count and 0 not in taxa:
                yield number, taxa
            elif line:
                _misfit(ledger, name, number, line, column=taxa.index(0) + 1 if 0 in taxa else 1)


def _parents(release: Release, name: str, ledger: Ledger) -> array[int]:
    """Return each taxon's parent by its number, 0 where there is no such taxon."""
    parents = array("I", [0])
    top = 0
    for _, (taxon, parent) in _numbers(release, name, ledger, count=2):
        if taxon >= len(parents):
            parents.extend(array("I", [0]) * (taxon + taxon // 2 + 1 - len(parents)))
        parents[taxon] = parent
        top = max(top, taxon)
    del parents[top + 1 :]
    return parents


def _below(parents: array[int], roots: tuple[int, ...]) -> NDArray[np.bool_]:
    """Say for each taxon whether one of the roots is it or above it; all walk up at once."""
    up = np.frombuffer(parents, np.uint32) if len(parents) else np.zeros(1, np.uint32)
    up = np.where(up < len(up), up, 0).astype(np.uint32)
    is_root = np.zeros(len(up), bool)
    is_root[[root for root in roots if root < len(up)]] = True
    at = np.where(is_root, np.arange(len(up), dtype=np.uint32), up)
    for _ in range(DOUBLINGS):  # a ring in a damaged file cannot hold us
        at = at[at]
    return is_root[at]


def _names(release: Release, name: str, ledger: Ledger) -> Iterator[tuple[int, int, str, str]]:
    """Yield (line, taxon, name, class) of the rows that name a taxon."""
    with release.open(name) as stream:
        for number, line in lines_of(stream, name, ledger):
            row = line.removesuffix("|").removesuffix("\t").split("\t|\t")
            taxon = _taxon(row[0])
            if len(row) != 4 or not taxon or not row[1].strip():
                if line:
                    column = 1 if not taxon else 2 if len(row) == 4 else len(row) + 1
                    _misfit(ledger, name, number, line, column=column)
            elif row[3] in SCOPES:
                yield number, taxon, row[1], row[3]
            else:
                ledger.counts[f"name-class {row[3]}"[:80]] += 1
