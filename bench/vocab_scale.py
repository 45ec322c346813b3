"""Time and peak memory of adding, compiling and opening a vocabulary of any size.

    python tools/make_rrf.py META --names 4000000
    python bench/vocab_scale.py META --out bench/results/vocab_scale.md

Each step runs in a process of its own; the peak is that of the process (ru_maxrss). The user's own
data and cache are not touched.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from report import Table

STEPS = {
    "add": """
from onoma.ontology.adding import add_vocabulary
from onoma.ontology.building import Choices
built = add_vocabulary(sys.argv[1], Choices(id="scale", language="all"))
said = {"concepts": built.concepts, "names": built.names}
""",
    "build": """
from onoma.ontology.loading import compile_vocabulary
path = compile_vocabulary("scale")
files = list(path.iterdir())
said = {
    "store_mb": sum(f.stat().st_size for f in files) // 1000000,
    "mapped_mb": sum(f.stat().st_size for f in files if "blob" not in f.name) // 1000000,
}
""",
    "open": """
import onoma
nlp = onoma.load("scale")
said = {"mentions": len(nlp.annotate("Fever and a rash.").mentions)}
""",
}
END = """
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(json.dumps(said | {"seconds": round(time.time() - start, 1), "peak_gb": round(peak, 2)}))
"""
COLUMNS = ("step", "s", "peak GB", "what came of it")
WORDS = {
    "store_mb": "MB of store",
    "mapped_mb": "MB of it mapped",
    "mentions": "mentions in a line",
}


def cells(name: str, said: dict[str, Any]) -> list[str]:
    """Return a step's line of the table."""
    rest = {key: value for key, value in said.items() if key not in ("seconds", "peak_gb")}
    words = ", ".join(f"{value:,} {WORDS.get(key, key)}" for key, value in rest.items())
    return [name, f"{said['seconds']:.1f}", f"{said['peak_gb']:.2f}", words]


def out_words(out: Path | None) -> list[str]:
    """Return ``--out`` as it was given; the vocabulary's own place is nobody's business."""
    return [] if out is None else ["--out", str(out)]


def main() -> None:
    """Run the steps on the vocabulary named, print a line of JSON each, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    source = options.source.resolve()
    table = Table("Big vocabulary: add, compile, open", COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        places = {"ONOMA_DATA": f"{folder}/data", "ONOMA_CACHE": f"{folder}/cache"}
        for name, step in STEPS.items():
            code = f"import json, resource, sys, time\nstart = time.time()\n{step}{END}"
            done = subprocess.run(
                [sys.executable, "-c", code, str(source)],
                env=os.environ | places,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                sys.exit(done.stderr)
            said = json.loads(done.stdout)
            print(name, json.dumps(said), flush=True)
            table.add(cells(name, said))
    table.finish(options.out, [sys.argv[0], source.name, *out_words(options.out)])


if __name__ == "__main__":
    main()
