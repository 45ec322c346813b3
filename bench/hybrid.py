"""What mode ``hybrid`` costs: shared abstracts annotated in both modes, by types asked for.

    python bench/hybrid.py [--abstracts 3000] [--out bench/results/hybrid.md]

CPU seconds of one process. The first table row of a mode pays for what is opened once; so each mode
annotates a few abstracts before it is timed. The accuracy of both modes is in ``accuracy.md`` and
``accuracy_hybrid.md``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import core_names
from report import Table, figure

TYPES = (None, ("disease", "phenotype"), ("disease",))
WARM = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Annotate, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--abstracts", type=int, default=3000)
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    import onoma

    texts = [text for _, text in core_names.abstracts(options.abstracts)]
    head = ["types", "mode", "CPU s", "abstracts / CPU s", "mentions", "by the linker", "linked %"]
    table = Table("Cost of mode hybrid", head, left=2)
    for types in TYPES:
        for mode in ("dictionary", "hybrid"):
            nlp = onoma.load(types=types, mode=mode)
            list(nlp.pipe(texts[:WARM]))
            started = time.process_time()
            mentions = [m for document in nlp.pipe(texts) for m in document.mentions]
            seconds = time.process_time() - started
            grown = sum(m.found_by == "linker" for m in mentions)
            linked = sum(m.curie is not None for m in mentions) / max(1, len(mentions))
            name = ", ".join(types) if types else "all"
            rate = f"{len(texts) / seconds:,.0f}"
            cells = [name, mode, f"{seconds:.1f}", rate, f"{len(mentions):,}", f"{grown:,}"]
            table.add([*cells, figure(linked)], show=True)
    table.note(f"{len(texts):,} abstracts; results as objects in both modes")
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
