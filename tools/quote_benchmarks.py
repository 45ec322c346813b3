"""Copy the measured tables of ``bench/results`` into ``docs/benchmarks.md``.

Everything between the two marks of the page is replaced by the result files, each as its benchmark
wrote it, so that no figure in the documentation is typed by hand.

    python tools/quote_benchmarks.py            # rewrite the page
    python tools/quote_benchmarks.py --check    # exit code 1 if the page is out of date
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "bench" / "results"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
FIRST = ("accuracy", "negation", "abbreviations", "speed")  # then the others by name


def quoted(results: Path) -> str:
    """Return the result files one after the other, each with its place."""
    files = sorted(results.glob("*.md"), key=_rank)
    parts = [f"{_body(path)}\n\n<small>From `bench/results/{path.name}`.</small>" for path in files]
    return "\n\n".join(parts) if parts else "No results yet."


def _rank(path: Path) -> tuple[int, str]:
    return (FIRST.index(path.stem) if path.stem in FIRST else len(FIRST), path.stem)


def _body(path: Path) -> str:
    """Return a result file with its first table's title in front of the line on its making."""
    text = path.read_text(encoding="utf-8").strip()
    head, mark, tables = text.partition("\n## ")
    title, _, rest = tables.partition("\n")
    return f"## {title}\n\n{head.strip()}\n{rest}" if mark else text


def filled(page: str, results: str) -> str:
    """Return the page with the results between its marks.

    Raises: ValueError: the page lacks a mark.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE} needs the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{results}\n\n{END}{after}"


def main() -> int:
    """Rewrite the page, or check it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    is_check = parser.parse_args().check
    old = PAGE.read_text(encoding="utf-8")
    new = filled(old, quoted(RESULTS))
    if old == new:
        return 0
    if is_check:
        print(f"{PAGE.name} is out of date: run python tools/quote_benchmarks.py", file=sys.stderr)
        return 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
