"""Size of a fresh base install: a virtual environment with this package and what it needs.

    python bench/install_size.py --out bench/results/install_size.md

Counts the bytes of all files below ``site-packages``, byte code included, with pip and whatever
else a new environment has; needs pip's package index. The compiled store of the core lies in the
user's cache and is not part of it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

from report import Table

ROOT = Path(__file__).parent.parent
SMALL = 2_000_000  # bytes; packages below it are listed as one


def make(folder: Path) -> Path:
    """Make an environment with the package and return its folder of packages."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    binary = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [str(binary / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, str(ROOT)], check=True)
    return next(folder.glob("[Ll]ib/**/site-packages"))


def size(one: Distribution) -> int:
    """Return the bytes of a package's files."""
    paths = (Path(str(one.locate_file(file))) for file in one.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


def main() -> None:
    """Measure, show and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, help="Markdown file to write.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        packages = make(Path(folder))
        found = {str(one.name): size(one) for one in distributions(path=[str(packages)])}
        whole = sum(path.stat().st_size for path in packages.rglob("*") if path.is_file())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    table = Table("Size of the base install", ("package", "MB"))
    for name, count in sorted(found.items(), key=lambda pair: -pair[1]):
        if count >= SMALL:
            table.add([name, f"{count / 1e6:.1f}"], show=True)
    few = [count for count in found.values() if count < SMALL]
    table.add([f"{len(few)} smaller ones", f"{sum(few) / 1e6:.1f}"], show=True)
    table.add([f"all, {len(found)} packages", f"{whole / 1e6:.1f}"], show=True)
    table.note(f"Direct dependencies: {len(project['dependencies'])}.")
    table.finish(given.out, sys.argv)


if __name__ == "__main__":
    main()
