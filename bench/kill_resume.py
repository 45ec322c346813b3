"""Kill a run of ``onoma annotate`` at random moments, resume it, compare with one that was not.

    python bench/kill_resume.py                    20 kills over the test vocabulary, a minute
    python bench/kill_resume.py --kills 200
    python bench/kill_resume.py --vocabulary core  with the core

Each run is ended by SIGKILL, its worker processes with it, at a random moment between its start and
a little after the time that a whole run takes; the next one goes on with ``--resume``. When a run
comes to its end, its files must have the bytes of an uninterrupted run (results, error records,
nothing left over), and a fresh one begins, until as many kills are done as asked for. The input has
ids that come again, documents that fail and an empty one. The formats take turns. Batches and the
steps of the journal are smaller than usual, so that there are more states to be stopped in.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from report import Table

ROOT = Path(__file__).parent.parent
FORMATS = ("jsonl", "tsv", "pubtator")
TEXT = """fever gout the patient has breast cancer and a seizure no type 2 diabetes mellitus was
seen in of with cystic fibrosis hypertension was given aspirin for epilepsy E. coli TP53"""
WORDS = TEXT.split()
STATES = (
    "before it began to write", "before the first mark", "behind a mark",
    "while its files were put in place", "with its files in place",
)  # fmt: skip
COLUMNS = (
    "vocabulary",
    "kills",
    "runs ended",
    "with other bytes",
    *(f"killed {s}" for s in STATES),
)
SMALL_STEPS = """
import sys
from onoma.cli import main
from onoma.formats import resume
from onoma.pipeline import pipeline
pipeline.BATCH_CHARACTERS = 1 << 14
resume.INTERVAL = 0.02
sys.exit(main())
"""


def write_input(path: Path, count: int, rng: random.Random) -> None:
    """Write JSON lines: repeated ids, lines that fail, an empty text."""
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            if number % 97 == 5:
                stream.write(f'{{"id": "broken {number % 3}", "text": \n')
                continue
            text = " ".join(rng.choices(WORDS, k=rng.randrange(200))) + "."
            stream.write(json.dumps({"id": f"d{number % 61}", "text": text}) + "\n")


def compile_small(cache: Path) -> None:
    """Compile the vocabulary of the tests where the core's store is looked for."""
    sys.path.insert(0, str(ROOT))
    os.environ["ONOMA_CACHE"] = str(cache)
    from tests.small_vocabulary import small_vocabulary

    from onoma.ontology.cache import store_folder
    from onoma.ontology.compile import compile_store
    from onoma.ontology.sources import core_folder

    compile_store(small_vocabulary(), store_folder(core_folder()))


def command(source: Path, out: Path, *, processes: int) -> list[str]:
    """Return the words of a run."""
    run = [
        sys.executable,
        "-c",
        SMALL_STEPS,
        "annotate",
        str(source),
        "--mode",
        "dictionary",
        "-o",
        str(out),
    ]
    return [*run, "--errors", f"{out}.errors", "--processes", str(processes), "--resume"]


def run_and_kill(words: list[str], after: float) -> int | None:
    """Run; kill the whole process group after this time. Returns the exit code, None if killed."""
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        return process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder, with a name that does not depend on the format."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def main() -> int:
    """Run, print a table, return 1 if an output differed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--vocabulary", choices=["small", "core"], default="small")
    parser.add_argument("--documents", type=int, default=8_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311 - no secret
    folder = Path(tempfile.mkdtemp(prefix="onoma-kill-"))
    try:
        return measure(folder, options, rng)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, options: argparse.Namespace, rng: random.Random) -> int:
    """Kill and resume until enough kills are done."""
    if options.vocabulary == "small":
        compile_small(folder / "cache")
    source = folder / "in.jsonl"
    write_input(source, options.documents, rng)
    wanted: dict[str, dict[str, bytes]] = {}
    longest = 0.0
    for form in FORMATS:
        target = folder / form
        target.mkdir()
        start = time.monotonic()
        code = run_and_kill(command(source, target / f"o.{form}", processes=1), 600)
        if code != 1 or not (target / f"o.{form}").exists():  # 1: some documents fail
            raise RuntimeError(f"a whole run ended with the exit code {code}")
        longest = max(longest, time.monotonic() - start)
        wanted[form] = contents(target)
        shutil.rmtree(target)
    states: Counter[str] = Counter()
    kills = finished = wrong = turn = 0
    while kills < options.kills:
        form, processes = FORMATS[turn % len(FORMATS)], 1 + turn % 2
        turn += 1
        target = folder / f"run{turn}"
        target.mkdir()
        words = command(source, target / f"o.{form}", processes=processes)
        code: int | None = None
        while code is None:
            is_last = kills >= options.kills
            code = run_and_kill(words, 600 if is_last else rng.uniform(0.0, longest * 1.1))
            if code is None:
                kills += 1
                states[state(target)] += 1
        finished += 1
        if contents(target) != wanted[form] or code != 1:
            wrong += 1
            print(f"run {turn} ({form}): exit code {code}, {sorted(contents(target))}")
        shutil.rmtree(target)
    size = sum(map(len, wanted["jsonl"].values()))
    print(f"{options.documents} documents, {size / 1e6:.1f} MB of JSON lines, {options.vocabulary}")
    print(f"a whole run takes {longest:.1f} s; formats {', '.join(FORMATS)}; 1 or 2 processes")
    print(f"{kills} kills, {finished} runs brought to their end, {wrong} with other bytes")
    for words_, times in states.most_common():
        print(f"  killed {words_}: {times}")
    table = Table("Annotate runs killed and resumed", COLUMNS)
    counts = (kills, finished, wrong, *(states[name] for name in STATES))
    table.add([options.vocabulary, *map(str, counts)])
    table.note(f"{options.documents:,} documents, {size / 1e6:.1f} MB of JSON lines")
    table.note(f"a whole run takes {longest:.1f} s; {', '.join(FORMATS)} in turn; 1 or 2 processes")
    table.finish(options.out, sys.argv)
    return 1 if wrong else 0


def state(folder: Path) -> str:
    """Say in which state a kill left the files."""
    names = {path.suffix for path in folder.iterdir()}
    if ".journal" not in names:
        return "before it began to write" if not names else "with its files in place"
    marks = next(folder.glob("*.journal")).read_bytes().count(b"\n") - 2
    if b'"end":true' in next(folder.glob("*.journal")).read_bytes():
        return "while its files were put in place"
    return "before the first mark" if marks <= 0 else "behind a mark"


if __name__ == "__main__":
    sys.exit(main())
