"""Everyday terms: how many of what patients, wards and laboratories say has a concept.

Lists of terms as people write them, each in a sentence of its own. Names were added to the
vocabulary after reading what the first lists missed; those that end in ``unseen`` were written
before anything was looked up and nothing was added for them. A term is found where a mention holds
all of it, linked where that has a concept, touched where a mention has a part of it.

    python bench/everyday.py [--out bench/results/everyday.md] [--missed]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import onoma
from report import Table, figure, write_tables

LISTS = Path(__file__).parent / "everyday"
SENTENCES = {"research": "We studied {} here.", "cell_lines": "We grew {} cells for two days."}
USUAL = "She has a history of {}."
MODES = ("dictionary", "hybrid")
KINDS = (("linked",), ("linked", "found"), ("linked", "found", "touched"))


def terms_of(path: Path) -> list[str]:
    """Return the terms of a list, one a line."""
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def outcomes(name: str, terms: Sequence[str], mode: str) -> list[str]:
    """Return for each term ``linked``, ``found``, ``touched`` or ``missed``."""
    sentence = SENTENCES.get(name.removesuffix("_unseen"), USUAL)
    start = sentence.index("{}")
    texts = [sentence.format(term) for term in terms]
    out = []
    for term, document in zip(terms, onoma.load(mode=mode).pipe(texts), strict=True):
        end = start + len(term)
        near = [one for one in document.mentions if one.start < end and start < one.end]
        whole = [one for one in near if one.start <= start and end <= one.end]
        if any(one.curie for one in whole):
            out.append("linked")
        else:
            out.append("found" if whole else "touched" if near else "missed")
    return out


def main() -> int:
    """Measure every list in both modes and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, help="write the table to this file")
    parser.add_argument("--missed", action="store_true", help="print what has no concept")
    options = parser.parse_args()
    table = Table("Everyday terms", ["list", "mode", "terms", "linked", "found", "touched"], left=2)
    for path in sorted(LISTS.glob("*.txt")):
        terms = terms_of(path)
        for mode in MODES:
            said = outcomes(path.stem, terms, mode)
            shares = [figure(sum(one in kinds for one in said) / len(said)) for kinds in KINDS]
            table.add([path.stem, mode, f"{len(terms):,}", *shares], show=True)
            if options.missed:
                left = [term for term, how in zip(terms, said, strict=True) if how != "linked"]
                print(f"    {'; '.join(left)}")
    if options.out is not None:
        write_tables([table], options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
