"""Size of the organism names against recall on the gold of two species corpora.

    python tools/measure_organisms.py --wheels DIR --shared ../shared

Each row adds a group to the rows above it ("noted": with an English Wikipedia article or a RefSeq
genome); the row in bold ships. "ids" is the share of gold mentions whose
taxon is kept; "names" the share whose text is, as it stands (case aside), a name of that very
taxon: abbreviated binomials ("E. coli") are left out of the count, as rules find them.
"""

from __future__ import annotations

import argparse
import gzip
import io
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT.parent / "src")]

import pyarrow as pa  # noqa: E402 - the path is set first
import pyarrow.parquet as pq  # noqa: E402

from core import additions, mesh, taxonomy  # noqa: E402
from core.table import Table  # noqa: E402
from core.wheels import Wheels  # noqa: E402

CORPORA = {
    "species-800": "species-800/SPECIES_Train.PubTator.gz",
    "linnaeus": "linnaeus/Linnaeus_Train.PubTator.gz",
}
STEPS = (
    ("viruses",),
    ("bacteria", "archaea"),
    ("fungi",),
    ("vertebrates",),
    ("plants",),
    ("insects",),
    ("nematodes", "flatworms", "other"),
)
_ABBREVIATED = re.compile(r"^[A-Z][a-z]{0,2}\. ?[a-z]")


def gold(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (text, taxon) of the mentions of a PubTator file, one a taxon of a mention."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            parts = line.rstrip("\n").split("\t")
            if len(parts) != 6 or not parts[1].isdigit():
                continue
            for taxon in re.findall(r"\d+", parts[5]):
                yield parts[3], int(taxon)


def packed_size(rows: list[tuple[str, int, int]]) -> int:
    """Return the bytes of the rows (name, taxon, parent) in the compact form."""
    rows = sorted(rows)
    columns = {
        "name": pa.array([row[0] for row in rows], pa.string()),
        "taxon": pa.array([row[1] for row in rows], pa.uint32()),
        "parent": pa.array([row[2] for row in rows], pa.uint32()),
    }
    sink = io.BytesIO()
    encodings = {"name": "DELTA_BYTE_ARRAY", "taxon": "BYTE_STREAM_SPLIT", "parent": "PLAIN"}
    pq.write_table(
        pa.table(columns),
        sink,
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding=encodings,
        write_statistics=False,
    )
    return sink.tell()


def known_names(every: taxonomy.Names, descriptors: list[mesh.Descriptor]) -> dict[int, set[str]]:
    """Return all lower-case names of each taxon, from every source."""
    found: dict[int, set[str]] = {}
    for part in (every.current, every.older):
        for taxon, text in part.items():
            found.setdefault(taxon, set()).add(text.lower())
    for taxon, texts in every.common.items():
        found.setdefault(taxon, set()).update(text.lower() for text in texts)
    for item in descriptors:
        if item.taxon.isdigit():
            own = found.setdefault(int(item.taxon), set())
            own.update(text.lower() for text in (item.label, *item.terms))
    for extra in additions.read_additions():
        if extra.curie.startswith("NCBITaxon:"):
            taxon = int(extra.curie.removeprefix("NCBITaxon:"))
            found.setdefault(taxon, set()).add(extra.text.lower())
    return found


def recall(
    mentions: Counter[tuple[str, int]], kept: set[int], *, names: dict[int, set[str]]
) -> str:
    """Return two table cells: recall of gold ids and of gold names."""
    total = sum(mentions.values())
    ids = sum(n for (_, taxon), n in mentions.items() if taxon in kept)
    full = {key: n for key, n in mentions.items() if not _ABBREVIATED.match(key[0])}
    hits = sum(
        n
        for (text, taxon), n in full.items()
        if taxon in kept and text.lower() in names.get(taxon, ())
    )
    return f"{ids / total:.1%} | {hits / sum(full.values()):.1%}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    options = parser.parse_args()
    wheels = Wheels(options.wheels)
    with tempfile.TemporaryDirectory() as scratch:
        taxa = taxonomy.load_taxa(wheels, Path(scratch))
        every = taxonomy.load_names(wheels, Path(scratch))
        noted = taxonomy.read_noted(wheels, Path(scratch))
    names, common = every.current, every.common
    descriptors = mesh.read_descriptors(wheels)
    records = mesh.add_supplementary(Table(), wheels, descriptors=descriptors)
    matched = taxonomy.match_records(records, every)
    records = [replace(d, taxon=str(matched.get(d.local, ""))) for d in records]
    descriptors += records
    texts = known_names(every, descriptors)
    golds = {key: Counter(gold(options.shared / "data" / at)) for key, at in CORPORA.items()}
    always = {int(d.taxon) for d in descriptors if d.taxon.isdigit()} | additions.added_taxa()
    print(f"## Organisms: size against recall\n\n{__doc__.split(chr(10) * 2)[2].strip()}\n")
    print("Made by `python tools/measure_organisms.py --wheels DIR --shared ../shared`.\n")
    heads = [f"{key} {what}" for key in CORPORA for what in ("ids", "names")]
    print("| species of | taxa | MB | " + " | ".join(heads) + " |")
    print("|---|---|---|" + "---|" * len(heads))

    def show(title: str, kept: set[int]) -> None:
        known = [t for t in kept if t in names and t < len(taxa.parent)]
        size = packed_size([(names[t], t, int(taxa.parent[t])) for t in known]) / 1e6
        cells = [recall(mentions, kept, names=texts) for mentions in golds.values()]
        print(f"| {title} | {len(kept):,} | {size:.2f} | {' | '.join(cells)} |")

    def chosen(groups: set[str], among: set[int]) -> set[int]:
        full = frozenset(groups)
        return always | set(taxonomy.chosen_taxa(names, taxa, full=full, noted=among))

    show("MeSH and our own", always)
    always |= set(common)
    show("+ common names", always)
    show("+ all noted", chosen(set(), noted))
    groups: set[str] = set()
    for step in STEPS:
        groups.update(step)
        mark = "**" if groups == taxonomy.FULL_GROUPS else ""
        show(f"{mark}+ all {', '.join(step)}{mark}", chosen(groups, noted))
    kept = chosen(set(taxonomy.FULL_GROUPS), noted)
    show("all of NCBI Taxonomy", set(names))
    for key, mentions in golds.items():
        missed = Counter({k: n for k, n in mentions.items() if k[1] not in kept}).most_common(25)
        print(f"{key}: ids not kept:", missed, file=sys.stderr)
        wrong = Counter(
            {
                k: n
                for k, n in mentions.items()
                if k[0].lower() not in texts.get(k[1], ()) and not _ABBREVIATED.match(k[0])
            }
        ).most_common(60)
        print(f"{key}: names unknown:", wrong, file=sys.stderr)


if __name__ == "__main__":
    main()
