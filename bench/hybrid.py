"""What the modes cost: shared abstracts annotated in each, by types asked for.

    python bench/hybrid.py [--abstracts 1000] [--out bench/results/hybrid.md]

CPU seconds of one process on one thread. What is opened once is not timed: each mode annotates some
abstracts before. The accuracy of the modes is in ``accuracy.md``, ``accuracy_hybrid.md`` and
``joining.md``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import core_names
from report import Table, figure

TYPES = (None, ("disease", "chemical"), ("disease",), ("gene",), ("phenotype",))
MODES = ("dictionary", "hybrid", "neural")
WARM = 300


def measure(types: tuple[str, ...] | None, mode: str, abstracts: int) -> list[str]:
    """Return the cells of a row."""
    import onoma

    texts = [text for _, text in core_names.abstracts(WARM + abstracts)]
    nlp = onoma.load(types=types, mode=mode)
    list(nlp.pipe(texts[:WARM]))
    started = time.process_time()
    mentions = [m for document in nlp.pipe(texts[WARM:]) for m in document.mentions]
    seconds = time.process_time() - started
    who = Counter(m.found_by for m in mentions)
    both = sum(count for name, count in who.items() if name.endswith("+tagger"))
    linked = sum(m.curie is not None for m in mentions) / max(1, len(mentions))
    return [
        f"{seconds:.1f}", f"{abstracts / seconds:,.0f}", f"{len(mentions):,}",
        f"{who['tagger']:,}", f"{both:,}", figure(linked), *memory(),
    ]  # fmt: skip


def memory() -> tuple[str, str]:
    """Return the resident memory of this process and its anonymous part, in MB (Linux)."""
    rows = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    sizes = {row.split(":")[0]: int(row.split()[1]) // 1024 for row in rows if row.endswith("kB")}
    return f"{sizes['Rss']:,}", f"{sizes['Anonymous']:,}"


def run_apart(types: tuple[str, ...] | None, mode: str, abstracts: int) -> list[str]:
    """Return the cells of a row that a process of its own measured."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(measure, (types, mode, abstracts))


def main(arguments: Sequence[str] | None = None) -> int:
    """Annotate, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--abstracts", type=int, default=1000)
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    head = [
        "types", "mode", "CPU s", "abstracts / CPU s", "mentions", "by the tagger", "by both",
        "linked %", "MB, resident", "MB, own",
    ]  # fmt: skip
    table = Table("Cost of the modes", head, left=2)
    for types in TYPES:
        for mode in MODES:
            if mode == "neural" and types == ("phenotype",):
                continue  # no head of its own
            row = run_apart(types, mode, options.abstracts)
            table.add([", ".join(types) if types else "all", mode, *row], show=True)
    table.note(
        f"{options.abstracts:,} abstracts after {WARM} to warm up; results as objects; each row in "
        "a process of its own; own memory is what is not mapped from files"
    )
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
