"""Speed, memory and start of Onoma on shared abstracts.

Rates are CPU seconds on one core in child processes, in units of the shared reference pass timed
just before and after in the same process ("x ref"). Start, memory and processes are wall time of
clean children.

    python bench/speed.py [--abstracts 5000] [--kernels numpy,numba] [--out bench/results/speed.md]
    python bench/speed.py --parts rates --abstracts 2000        # quick
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import core_names
import corpora
import peers
from peers_speed import run_onoma
from report import Table, write_tables

STAGES = {
    "matching": "matching (tokenise to columns)",
    "arrow": "everything, to Arrow columns",
    "jsonl": "everything, to JSON lines",
    "objects": "everything, to Python objects",
}
GOALS = {
    ("matching", "numpy"): "1.2, aim 1.6",
    ("matching", "numba"): "2.8, aim 4.0",
    ("arrow", "numpy"): ".30, aim .60",
    ("jsonl", "numpy"): ".20, aim .35",
}

MATCHER_ARRAYS = ("words", "roots", "nodes", "pairs", "key_hash", "key_length")


def rate_tables(task: dict[str, Any], kernels: Sequence[str], megabytes: float) -> list[Table]:
    """Return the table of rates and the table of shares."""
    head = ["stage", "kernel", "abstracts / CPU s", "MB / CPU s", "x ref", "min-max", "goal"]
    rates = Table("Rates on one core, all core names", head, left=2)
    shares = Table(
        "Where the time goes (to Arrow columns)", ["step", "kernel", "ms / 1,000", "%"], left=2
    )
    for kernel in kernels:
        for stage, words in STAGES.items():
            try:
                answer = run_onoma(kernel, stage, {**task, "vocabulary": "core"})
            except peers.PeerFailedError as error:
                rates.note(f"{words}, {kernel}: {error}")
                continue
            if not answer["seconds"]:
                rates.note(f"{words}, {kernel}: not in the profile {sorted(answer['profile'])}")
                continue
            seconds = answer["seconds"]
            cells = [words, kernel, f"{answer['texts'] / seconds:,.0f}"]
            cells += [f"{megabytes / seconds:.1f}", f"{answer['ratio']:.3g}"]
            spread = f"{answer['ratio_min']:.3g}-{answer['ratio_max']:.3g}"
            rates.add([*cells, spread, GOALS.get((stage, kernel), "")], show=True)
            if stage == "arrow":
                add_shares(shares, kernel, answer)
    return [rates, shares]


def add_shares(table: Table, kernel: str, answer: dict[str, Any]) -> None:
    """Add a row per step of the profile, the largest first."""
    steps = answer["profile"]
    whole = answer["seconds"]
    rest = whole - sum(steps.values())
    for step, seconds in [*sorted(steps.items(), key=lambda pair: -pair[1]), ("(rest)", rest)]:
        per_thousand = 1e6 * seconds / answer["texts"]
        table.add([step, kernel, f"{per_thousand:.1f}", f"{100 * seconds / whole:.1f}"], show=True)


def process_table(task: dict[str, Any], kernel: str) -> Table:
    """Return wall seconds with one and two processes."""
    table = Table("Processes", ["processes", "kernel", "abstracts", "wall s", "times one"], left=2)
    walls: dict[int, float] = {}
    for count in (1, 2):
        try:
            answer = run_onoma(kernel, "processes", {**task, "processes": count})
        except peers.PeerFailedError as error:
            table.note(f"{count}: {error}")
            continue
        walls[count] = answer["wall"]
        times = f"{walls[1] / walls[count]:.2f}" if 1 in walls else ""
        texts = f"{answer['texts']:,}"
        table.add([str(count), kernel, texts, f"{walls[count]:.2f}", times], show=True)
    return table


def start_table(task: dict[str, Any], kernels: Sequence[str], repeats: int = 5) -> Table:
    """Return times of starting and the memory of a clean process, medians of some runs."""
    table = Table("Start and memory", ["what", "kernel", "median", "unit", "goal"], left=2)
    for kernel in kernels:
        runs = []
        for _ in range(repeats):
            try:
                runs.append(run_onoma(kernel, "first", task))
            except peers.PeerFailedError as error:
                table.note(f"{kernel}: {error}")
                break
        if not runs:
            continue
        for key, words in (("import", "import onoma"), ("open", "open the store")):
            value = 1000 * statistics.median(run[key] for run in runs)
            goal = "< 50" if key == "open" else ""
            table.add([words, kernel, f"{value:.0f}", "ms", goal], show=True)
        value = 1000 * statistics.median(run["open"] + run["first"] for run in runs)
        table.add(["open and first annotation", kernel, f"{value:.0f}", "ms", "< 1,000"], show=True)
        for key, words in (("VmRSS", "resident at the end"), ("VmHWM", "resident at the peak")):
            value = statistics.median(run["memory"].get(key, 0.0) for run in runs)
            goal = "< 300" if key == "VmHWM" else ""
            table.add([words, kernel, f"{value:.0f}", "MiB", goal], show=True)
        folder = Path(runs[0]["index"])
        matcher = sum((folder / f"{name}.npy").stat().st_size for name in MATCHER_ARRAYS) / 1e6
        table.add(["matcher's index on disk", kernel, f"{matcher:.1f}", "MB", "<= 80"], show=True)
        size = disk_size(folder) / 1e6
        table.add(["whole store on disk", kernel, f"{size:.1f}", "MB", ""], show=True)
    try:
        value = 1000 * statistics.median(help_seconds() for _ in range(repeats))
        table.add(["onoma --help", "", f"{value:.0f}", "ms", "< 200"], show=True)
    except subprocess.CalledProcessError as error:
        table.note(f"onoma --help: exit status {error.returncode}")
    table.note("memory: a clean child that opened the core and annotated 1,000 abstracts")
    return table


def disk_size(folder: Path) -> int:
    """Return the bytes of a file or of the files of a folder (what is below it is made on need)."""
    files = [folder] if folder.is_file() else [p for p in folder.iterdir() if p.is_file()]
    return sum(path.stat().st_size for path in files)


def help_seconds() -> float:
    """Return wall seconds of ``onoma --help``."""
    program = Path(sys.executable).parent / "onoma"
    started = time.perf_counter()
    subprocess.run([str(program), "--help"], capture_output=True, check=True)
    return time.perf_counter() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--abstracts", type=int, default=5000)
    parser.add_argument("--kernels", default="numpy,numba")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--parts", default="rates,processes,start")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    folder = corpora.cache_folder()
    texts = [text for _, text in core_names.abstracts(options.abstracts)]
    task = {
        "texts": str(core_names.write_texts(texts, folder, "speed")),
        "reference": str(corpora.shared_file("tools/reference_pass.py")),
        "passes": options.passes,
    }
    few = str(core_names.write_texts(texts[:1000], folder, "few"))
    kernels = options.kernels.split(",")
    parts = options.parts.split(",")
    tables: list[Table] = []
    if "rates" in parts:
        megabytes = sum(len(text.encode()) for text in texts) / 1e6
        tables += rate_tables(task, kernels, megabytes)
        tables[0].note(f"{len(texts):,} abstracts, {megabytes:.2f} MB, seed 7")
    if "processes" in parts:
        tables.append(process_table(task, kernels[0]))
    if "start" in parts:
        tables.append(start_table({**task, "texts": few}, kernels))
    for table in tables:
        for note in table.notes:
            print(f"- {note}")
    if options.out:
        write_tables(tables, options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
