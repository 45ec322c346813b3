"""Kill the building of a corpus at random moments: is all kept that was acknowledged, none twice?

    python bench/corpus_kills.py               500 kills, a few minutes
    python bench/corpus_kills.py --kills 50

The files are a first load, an update (changed and new documents) and a MEDLINE list of withdrawn
ones. A process adds them, tells of each commit, and is ended by SIGKILL at a random moment; the
next one adds the same files again, until they are all in, and a fresh corpus begins. After each
kill every file is verified, every row that was there before must be the same row, and every row
that was told of must be there. At the end the corpus must hold each document once, in its last
version, and the log not one row more than there were documents. Commits are small and segments are
joined early, so that there are more states to be stopped in. Every fifth corpus is then annotated
anew, with kills as well.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kill_resume import compile_small
from report import Table

TEXT = """fever gout the patient has breast cancer and a seizure no type 2 diabetes mellitus was
seen in of with cystic fibrosis hypertension was given aspirin for epilepsy E. coli TP53"""
WORDS = TEXT.split()
STATES = ("before its first commit", "between two commits", "with files of no commit yet")


def main() -> int:
    """Run, print a table, return 1 if anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="onoma-kills-"))
    try:
        compile_small(folder / "cache")
        return measure(folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_files(folder: Path, count: int, rng: random.Random) -> tuple[list[Path], dict[str, str]]:
    """Write the files; return them and the texts that a corpus of them holds."""
    wanted: dict[str, str] = {}

    def lines(ids: range) -> str:
        rows = []
        for number in ids:
            text = " ".join(rng.choices(WORDS, k=rng.randrange(10, 80))) + "."
            wanted[str(number)] = text
            rows.append(json.dumps({"id": str(number), "text": text}))
        return "\n".join(rows) + "\n"

    base, update, list_ = folder / "1.jsonl", folder / "2.jsonl", folder / "3.xml"
    base.write_text(lines(range(1, count + 1)), encoding="utf-8")
    update.write_text(
        lines(range(count // 2, count // 2 + count // 8)) + lines(range(count + 1, count * 9 // 8)),
        encoding="utf-8",
    )
    gone = [str(number) for number in range(7, count, 40)]
    withdrawn = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in gone)
    list_.write_text(
        f"<PubmedArticleSet><DeleteCitation>{withdrawn}</DeleteCitation></PubmedArticleSet>",
        encoding="utf-8",
    )
    for pmid in gone:
        del wanted[pmid]
    return [base, update, list_], wanted


def killed(task: Callable[[int], None], after: float) -> tuple[bool, int]:
    """Run a task in a process of its own; kill it after this time.

    The task tells of what it did, as numbers, through the pipe that it is given. Returns whether it
    was killed, and the last number that came through.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(reading)
            task(writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    deadline = time.monotonic() + after
    is_killed, status = False, 0
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        if time.monotonic() >= deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            is_killed = True
            break
        time.sleep(0.001)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read().split()
    if not is_killed and status:
        raise RuntimeError(f"a run ended by itself with the status {status}")
    return is_killed, int(said[-1]) if said else 0


def rows_of(corpus: Any) -> list[tuple[int, str, int, bool]]:
    """Return what tells the rows of a log."""
    heads = corpus.heads()
    names = ("key", "id", "record_hash", "removed")
    return list(zip(*(heads.column(name).to_pylist() for name in names), strict=True))


class Run:
    """Counts over all kills."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.rng = random.Random(options.seed)  # noqa: S311 - no secret
        self.counts: Counter[str] = Counter()
        self.states: Counter[str] = Counter()

    def until_done(self, folder: Path, task: Callable[[int], None], longest: float) -> None:
        """Run a task, killed and begun again, until it comes to its end."""
        from onoma.corpus import Corpus, verify

        before = rows_of(Corpus.open(folder))
        while True:
            is_last = self.counts["kills"] >= self.options.kills
            after = 600.0 if is_last else self.rng.uniform(0.0, longest * 1.1)
            is_killed, said = killed(task, after)
            found = verify(folder)
            corpus = Corpus.open(folder)
            rows = rows_of(corpus)
            self.counts["not sound"] += not found.is_sound
            self.counts["rows changed"] += rows[: len(before)] != before
            self.counts["told of, but lost"] += max(0, said - len(rows))
            if not is_killed:
                return
            self.counts["kills"] += 1
            state = STATES[2] if found.spare else STATES[1] if rows else STATES[0]
            self.states[state] += 1
            before = rows


def measure(folder: Path, options: argparse.Namespace) -> int:
    """Kill until enough kills are done."""
    from onoma.corpus import Corpus, Plan, Reading, adding, compaction
    from onoma.pipeline import Pipeline

    adding.COMMIT_ROWS = 30
    compaction.compact.__kwdefaults__["enough"] = 4
    Pipeline.batch_characters = 1 << 12  # type: ignore[method-assign, assignment]
    run = Run(options)
    files, wanted = write_files(folder, options.documents, run.rng)
    probe = Corpus.create(folder / "probe")
    pipeline = probe.pipeline()
    pipeline.annotate("Gout.")
    start = time.monotonic()
    probe.add(Reading(tuple(files)).items(), pipeline=pipeline)
    longest = time.monotonic() - start
    once = probe.last
    turn = 0
    while run.counts["kills"] < options.kills:
        turn += 1
        place = folder / f"c{turn}"
        Corpus.create(place)

        def add(pipe: int, place: Path = place) -> None:
            corpus = Corpus.open(place)
            reading = Reading(tuple(files), known=corpus.manifest.sources)
            corpus.add(
                reading.items(),
                pipeline=pipeline,
                plan=Plan(wait=10),
                watch=lambda added: os.write(pipe, b"%d\n" % added.last) and None,
            )

        run.until_done(place, add, longest)
        corpus = Corpus.open(place)
        texts = {one.id: one.text for one in corpus.annotated()}
        run.counts["corpora"] += 1
        run.counts["with other documents"] += texts != wanted
        run.counts["rows too many"] += corpus.last - once
        if turn % 5 == 0:
            again(run, place, pipeline, longest)
        shutil.rmtree(place)
    return report(run, longest)


def again(run: Run, place: Path, pipeline: Any, longest: float) -> None:
    """Annotate a corpus anew, with fewer types, with kills."""
    import onoma
    from onoma.corpus import Corpus
    from onoma.corpus.reannotating import reannotate

    fewer = onoma.load(types=["disease"], mode="dictionary")
    run.until_done(place, lambda pipe: reannotate(Corpus.open(place), fewer) and None, longest / 2)
    types = Corpus.open(place).info().types
    run.counts["reannotated"] += 1
    run.counts["with other mentions"] += list(types) != ["disease"]


def report(run: Run, longest: float) -> int:
    """Write the table; return 1 if anything was lost or doubled."""
    bad = ("told of, but lost", "rows changed", "rows too many", "with other documents",
           "with other mentions", "not sound")  # fmt: skip
    table = Table("Corpora built under kills", ("", "count"))
    for name in ("kills", "corpora", "reannotated"):
        table.add([name, f"{run.counts[name]:,}"])
    for state in STATES:
        table.add([f"killed {state}", f"{run.states[state]:,}"])
    for name in bad:
        table.add([name, f"{run.counts[name]:,}"])
    table.note(f"{run.options.documents:,} made documents, an update, a list of withdrawn ones")
    table.note(f"a whole run takes {longest:.1f} s; SIGKILL at a random moment of it")
    table.note("not sound: of all states after a kill, those in which verify found a problem")
    table.finish(run.options.out, sys.argv)
    for row in table.rows:
        print("  ".join(row))
    return 1 if any(run.counts[name] for name in bad) else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
