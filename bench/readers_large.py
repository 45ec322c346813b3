"""Files of the size of big vocabularies for ``readers.py``, made by scripts: nothing is licensed.

A META folder of two million names, an XML file of 30,000 MeSH-like descriptors, a taxonomy of 2.6
million taxa.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[1] / "tools"
TAXA = 2_600_000


def mesh_xml(made: Path) -> Path:
    """Write an XML file of 30,000 descriptors."""
    path = made / "desc.xml"
    subprocess.run([sys.executable, str(TOOLS / "make_mesh_xml.py"), str(path)], check=True)
    return path


def meta_folder(made: Path, *, names: int = 2_000_000) -> Path:
    """Write a META folder."""
    path = made / f"META{names}"
    if not path.is_dir():
        command = [sys.executable, str(TOOLS / "make_rrf.py"), str(path), "--names", str(names)]
        subprocess.run(command, check=True)
    return path


def mrconso(made: Path) -> Path:
    """Return the names of the META folder alone."""
    return meta_folder(made) / "MRCONSO.RRF"


def taxdump(made: Path) -> Path:
    """Write nodes.dmp, names.dmp and merged.dmp with 1.6 names a taxon, as NCBI's have."""
    chance = random.Random(1)  # noqa: S311 - made-up data
    parts = ["lu", "ra", "mo", "ti", "ne", "gla", "cor", "phy", "sto", "ves"]
    words = ["".join(chance.choices(parts, k=4)) for _ in range(40_000)]
    path = made / "taxdump"
    path.mkdir(exist_ok=True)
    with (
        (path / "nodes.dmp").open("w", encoding="utf-8") as nodes,
        (path / "names.dmp").open("w", encoding="utf-8") as names,
        (path / "merged.dmp").open("w", encoding="utf-8") as merged,
    ):
        for taxon in range(1, TAXA + 1):
            parent = max(1, int(taxon * chance.random()))
            rest = "\t|\t".join(["XX", "0", "1", "11", "1", "0", "1", "1", "0", ""])
            nodes.write(f"{taxon}\t|\t{parent}\t|\tspecies\t|\t{rest}\t|\n")
            name = f"{chance.choice(words).capitalize()} {chance.choice(words)}"
            names.write(f"{taxon}\t|\t{name}\t|\t\t|\tscientific name\t|\n")
            if taxon % 5 < 3:
                kind = ("synonym", "authority", "common name")[taxon % 5]
                names.write(f"{taxon}\t|\t{name} {taxon % 97}\t|\t\t|\t{kind}\t|\n")
            if taxon % 30 == 0:
                merged.write(f"{TAXA + taxon}\t|\t{taxon}\t|\n")
    return path
