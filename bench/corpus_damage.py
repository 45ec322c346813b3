"""Damage files of a corpus at random: is all of it found before use, and what does repair save?

    python bench/corpus_damage.py                  1,000 flips and cuts, some minutes
    python bench/corpus_damage.py --turns 100

A corpus of made documents with updates, removals, errors and an index is copied; in the copy one
byte of one file is flipped, or the file is cut, or a run of it is overwritten with zeros; then it
is read as a search would (every row, every index), verified, repaired, verified again, and compared
with what it was. The files take turns, so that small ones are hit as often as large ones.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from kill_resume import compile_small
from report import Table

TEXT = """fever gout the patient has breast cancer and a seizure no type 2 diabetes mellitus was
seen in of with cystic fibrosis hypertension was given aspirin for epilepsy E. coli TP53"""
WORDS = TEXT.split()
WAYS = ("a bit flipped", "the end cut off", "a block of zeros")


def main() -> int:
    """Run, print a table, return 1 if any damage went unseen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--turns", type=int, default=1000)
    parser.add_argument("--documents", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="onoma-damage-"))
    try:
        compile_small(folder / "cache")
        return measure(folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_corpus(folder: Path, count: int, rng: random.Random) -> None:
    """Make a corpus of several segments."""
    from onoma.corpus import Corpus, DerivedIndex
    from onoma.types import Document, FailedDocument

    def document(number: int) -> Document:
        text = " ".join(rng.choices(WORDS, k=rng.randrange(20, 120))) + "."
        return Document(f"d{number}", text, metadata=(("journal", f"J{number % 7}"),))

    corpus = Corpus.create(folder)
    for part in range(3):
        first = part * count // 3
        corpus.add([document(n) for n in range(first, first + count // 3)])
    corpus.add([document(n) for n in range(0, count, 9)] + [FailedDocument("bad", "bad", "bad")])
    corpus.remove([f"d{n}" for n in range(0, count, 31)])
    index = DerivedIndex(corpus.indexes / "words")
    index.begin()
    for name in ("postings.bin", "terms.bin"):
        (index.folder / name).write_bytes(rng.randbytes(4000))
    index.commit(["postings.bin", "terms.bin"], corpus, watermark=corpus.last)


def files_of(folder: Path) -> list[Path]:
    """Return the files that hold something (the lock and the note of sums do not)."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.name != "lock"
    )


def damage(path: Path, way: str, rng: random.Random) -> bool:
    """Damage a file; say whether its bytes changed."""
    old = path.read_bytes()
    data = bytearray(old)
    place = rng.randrange(len(data))
    if way == WAYS[0]:
        data[place] ^= 1 << rng.randrange(8)
    elif way == WAYS[1]:
        del data[place:]
    else:
        stop = min(place + rng.randrange(1, 512), len(data))
        data[place:stop] = bytes(stop - place)
    path.write_bytes(bytes(data))
    return bytes(data) != old


def use(folder: Path) -> dict[str, tuple[str, int]]:
    """Read all that a corpus holds, its indexes too; raises where something is damaged."""
    from onoma.corpus import Corpus, derived_indexes

    corpus = Corpus.open(folder)
    for _ in corpus.batches():
        pass
    for index in derived_indexes(corpus.indexes):
        index.check()
    return {one.id: (one.text, len(one.mentions)) for one in corpus.annotated()}


def kind_of(path: Path, folder: Path) -> str:
    """Return what a file is, for the table."""
    if path.parent == folder:
        return "manifest.json" if path.name == "manifest.json" else "manifest.copy.json"
    if path.parent.name == "segments":
        return path.stem.partition("-")[2]
    return "an index's manifest" if path.name == "index.json" else "an index's files"


def measure(folder: Path, options: argparse.Namespace) -> int:
    """Damage, use, verify, repair."""
    from onoma.corpus import Corpus, repair, verify
    from onoma.errors import OnomaError

    rng = random.Random(options.seed)  # noqa: S311 - no secret
    whole = folder / "whole"
    make_corpus(whole, options.documents, rng)
    wanted = use(whole)
    names = [path.relative_to(whole) for path in files_of(whole)]
    counts: dict[str, Counter[str]] = {}
    pipeline = Corpus.open(whole).pipeline()
    turn = 0
    while sum(one["damaged"] for one in counts.values()) < options.turns:
        name, way = names[turn % len(names)], WAYS[turn // len(names) % len(WAYS)]
        turn += 1
        copy = folder / "copy"
        shutil.copytree(whole, copy)
        if damage(copy / name, way, rng):
            kind = kind_of(copy / name, copy)
            count = counts.setdefault(kind, Counter())
            count["damaged"] += 1
            is_spare = name.name == "manifest.copy.json"  # no reader uses it
            try:
                use(copy)
                count["found in use"] += is_spare
            except OnomaError:
                count["found in use"] += 1
            count["found by verify"] += not verify(copy).is_sound
            done = repair(copy, pipeline)
            count["sound after repair"] += verify(copy).is_sound
            lost = {id_ for one in done.lost for id_ in one.ids}
            found = use(copy)
            left = {key: value for key, value in wanted.items() if key not in lost}
            count["all else as it was"] += found == left
            count["documents lost"] += len(lost & wanted.keys())
            count["documents at stake"] += len(wanted)
        shutil.rmtree(copy)
    return report(counts, options)


def report(counts: dict[str, Counter[str]], options: argparse.Namespace) -> int:
    """Write the table; return 1 if something went unseen."""
    columns = ("damaged", "found in use", "found by verify", "sound after repair",
               "all else as it was", "documents lost")  # fmt: skip
    table = Table("Files of a corpus damaged at random", ("file", *columns))
    total: Counter[str] = Counter()
    for kind, count in sorted(counts.items()):
        table.add([kind, *(f"{count[name]:,}" for name in columns)])
        total += count
    table.add(["all", *(f"{total[name]:,}" for name in columns)])
    table.note(f"{options.documents:,} made documents in 5 segments, one index; {', '.join(WAYS)}")
    table.note("found in use: every row and index is read before verify or repair has been called")
    table.note("documents lost: of all damaged copies; each is named by repair, none silently")
    table.finish(options.out, sys.argv)
    kept = all(total[name] == total["damaged"] for name in columns[:-1])
    return 0 if kept else 1


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
