"""The robustness specification on the shared corpora: what is lost when texts are disturbed.

Runs ``onoma.eval.robustness`` with the default specification (or ``--spec``) on each set and writes
one table a set, a line a test.

    python bench/robustness.py [--spec mine.toml] [--out bench/results/robustness.md]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import corpora
from onoma.eval import Request
from onoma.eval.robustness import HEAD, Report, cells_of, check_robustness, read_spec
from report import Table, write_tables

SETS = (  # folder, set, split, equivalents
    ("ncbi-disease", None, "dev", "medic"),
    ("bc5cdr", None, "dev", None),
    ("hpo-gsc", "hpo-gscplus", "all", "hpo"),
)


def table_of(report: Report) -> Table:
    """Return a report as a table with notes on what failed."""
    words = "passed" if report.is_passed else "failed"
    title = f"Robustness on {report.data.name} ({report.data.split}): {words}"
    table = Table(title, list(HEAD), left=2)
    for one in report.checked:
        table.add(cells_of(one))
    about = ", ".join(f"{name} {value}" for name, value in report.about.items())
    table.note(f"{report.spec.measure} of `{report.system}`, {about}; in percent")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the specification on each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spec", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    spec = read_spec(options.spec)
    tables = []
    for folder, name, split, equiv in SETS:
        same = corpora.shared_file(f"tools/equiv/{equiv}.equiv.tsv") if equiv else None
        path = corpora.shared_file(f"data/{folder}")
        report = check_robustness(
            spec, Request(spec.task, path, name, split=split, equivalents=same)
        )
        tables.append(table_of(report))
        print(tables[-1].markdown())
    if options.out is not None:
        write_tables(tables, options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
