"""Compile the core vocabulary from pinned packages into Parquet.

    python tools/build_core.py --wheels DIR --out src/onoma/data/core

The wheels are taken from DIR, or fetched into it with pip, and verified against their checksums.
The output is the same, byte for byte, for the same pins. Which names are kept, and how names that
one source copied from another are told and dropped, stands in ``core/rules.py``; the schema of
the files in ``docs/vocabulary.md``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT.parent / "src")]

from core import (  # noqa: E402 - the path is set first
    additions,
    drugs,
    genes,
    hpo,
    links,
    mesh,
    obo,
    taxonomy,
    write,
)
from core.table import Table  # noqa: E402
from core.wheels import Wheels  # noqa: E402

DISEASES = obo.below("MONDO:0000001", "disease")
CHEMICALS = obo.below("CHEBI:24431", "chemical", less=("CHEBI:50906", "CHEBI:24433"))


def read_sources(wheels: Wheels, scratch: Path) -> Table:
    """Read every source, best first (the first that gives a name owns it)."""
    table = Table()
    hpo.read_hpo(table, wheels)
    obo.read_cxg(table, wheels, name="MONDO", types=DISEASES, source="mondo")
    descriptors = mesh.read_descriptors(wheels)
    mesh.add_descriptors(table, descriptors)
    mesh.add_entry_terms(table, wheels, descriptors=descriptors)
    records = mesh.add_supplementary(table, wheels, descriptors=descriptors)
    obo.read_mondo_extra(table, wheels)
    symbols = genes.read_hgnc(table, wheels)
    obo.read_famplex(table, wheels, symbols=symbols)
    obo.read_cxg(table, wheels, name="CHEBI", types=CHEMICALS, source="chebi")
    obo.read_cxg(table, wheels, name="UBERON", types=obo.fixed("anatomy"), source="uberon")
    obo.read_cxg(table, wheels, name="CL", types=obo.fixed("cell_type"), source="cl")
    obo.read_go(table, wheels)
    obo.read_cxg(table, wheels, name="EFO", types=obo.efo_types, source="efo")
    obo.read_cxg(table, wheels, name="CVCL", types=obo.fixed("cell_line"), source="cellosaurus")
    mesh_drugs = drugs.read_drugs(table, wheels)
    taxonomy.add_organisms(
        table,
        wheels,
        folder=scratch,
        descriptors=descriptors,
        records=records,
        extra=additions.added_taxa(),
    )
    add_links(table, wheels, mesh_drugs=mesh_drugs)
    return table


def add_links(table: Table, wheels: Wheels, *, mesh_drugs: dict[str, str]) -> None:
    """Add the equivalences, curated ones first."""
    links.add_own(table)
    links.add_biomappings(table, wheels)
    links.add_xrefs(table, wheels, name="mondo", own="MONDO:")
    links.add_xrefs(table, wheels, name="hp", own="HP:")
    links.add_xrefs(table, wheels, name="efo", own="EFO:")
    links.add_xrefs(table, wheels, name="doid", own="DOID:")
    links.add_mesh_mappings(table, wheels)
    links.add_drugbank_mappings(table, wheels, mesh=mesh_drugs)
    links.bridge_genes(table)
    links.add_lexical(table)
    links.mark_drugs(table)


def main() -> int:
    """Run the build; return 0, or 1 if our additions name unknown concepts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=Path, required=True, help="folder with the wheels")
    parser.add_argument("--out", type=Path, required=True, help="folder for the Parquet files")
    options = parser.parse_args()
    options.wheels.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    wheels = Wheels(options.wheels)
    with tempfile.TemporaryDirectory() as scratch:
        table = read_sources(wheels, Path(scratch))
    wrong = additions.apply_additions(table)
    table.settle_parents()
    write.write_tables(table, options.out)
    write.write_annotations(hpo.read_annotations(wheels), options.out)
    write.write_sources(table, options.out)
    for path in sorted(options.out.iterdir()):
        print(f"{path.stat().st_size:>12,}  {path.name}")
    seconds = time.perf_counter() - start
    print(f"{len(table.curies):,} concepts, {len(table.names):,} names, {seconds:.0f} s")
    if wrong:
        print("additions name unknown concepts:", ", ".join(sorted(set(wrong))), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
