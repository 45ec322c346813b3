"""Grow the rankers that ship, and those that have not seen a corpus, for ``bench/linking.py``.

Training mentions are those of the train parts of NCBI Disease (over MEDIC and over the core) and
of BC5CDR; no lexicon is made of them. ``all`` ships; ``without-ncbi`` and ``without-bc5cdr`` stay
in the bench's cache, so that figures "without training mentions" come from a ranker that has not
seen the corpus.

    python bench/linking_ranker.py --out src/onoma/data/linker      # two to four minutes

Corpora: Dogan et al. 2014 (NCBI Disease), Li et al. 2016 (BC5CDR).
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import corpora
from linking import SETS, SIGNS, LinkSet, curie, ranker_file, same_as
from onoma.encode import load_encoder
from onoma.link.candidates.lessons import Lessons
from onoma.link.candidates.linker import Remembered, TextEncoder
from onoma.pipeline.annotator import Settings
from onoma.pipeline.grounder import expanded
from onoma.pipeline.linker_training import Seen, lessons_of
from onoma.types import type_mask

TRAIN = {
    "ncbi": replace(SETS["ncbi"], gold="ncbi-disease-train"),
    "ncbi-core": LinkSet(
        "NCBI train, core", "ncbi-disease-train", None, lambda: "core", SIGNS, ("MESH", "OMIM"),
        "medic",
    ),
    "bc5cdr-d": replace(SETS["bc5cdr-d"], gold="bc5cdr-train-disease"),
    "bc5cdr-c": replace(SETS["bc5cdr-c"], gold="bc5cdr-train-chemical"),
}  # fmt: skip
GROWN = {
    "all": tuple(TRAIN),
    "without-ncbi": ("bc5cdr-d", "bc5cdr-c"),
    "without-bc5cdr": ("ncbi", "ncbi-core"),
}


def read_seen(chosen: LinkSet) -> list[Seen]:
    """Return the mentions of a set; each has all ids that count as one of its own."""
    same = same_as(chosen.equiv)
    alike: dict[str, list[str]] = {}
    for one, leader in same.items():
        alike.setdefault(leader, []).append(one)
    out = []
    for document in corpora.SETS[chosen.gold].documents():
        for mention in document.mentions:
            ids = [curie(one) for one in re.split(r"[|+,;]", mention.ids)]
            ids = [one for one in ids if one and one != "-1"]
            if ids:
                known = {two for one in ids for two in [one, *alike.get(same.get(one, one), [])]}
                written = expanded(mention.text, document.text)
                out.append(Seen(mention.text, written, document.text, tuple(sorted(known)), 0))
    return out


def lessons(name: str, encoder: TextEncoder | None) -> Lessons:
    """Return the lessons of a training set."""
    chosen = TRAIN[name]
    settings = Settings(
        types=type_mask(chosen.types), ids=chosen.ids, vocabulary=(chosen.vocabulary(),)
    )
    return lessons_of(read_seen(chosen), None, settings, encoder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Grow the rankers and write them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, required=True, help="folder for those that ship")
    parser.add_argument("--kinds", default="fused,lexical", help="fused, lexical or both")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    for kind in given.kinds.split(","):
        encoder = Remembered(load_encoder()) if kind == "fused" else None
        drawn: dict[str, Lessons] = {}
        for name in TRAIN:
            start = time.process_time()
            drawn[name] = lessons(name, encoder)
            spent = time.process_time() - start
            print(f"{kind} {name}: {drawn[name].open_terms} open terms, {spent:.0f} s", flush=True)
        for name, parts in GROWN.items():
            start = time.process_time()
            joined = Lessons.join([drawn[part] for part in parts])
            ranker = joined.grown(None, "" if encoder is None else encoder.name)
            ranker.write(ranker_file(name, encoded=encoder is not None))
            if name == "all":
                ranker.write(given.out / f"{kind}.npz")
            print(f"{kind} {name}: grown in {time.process_time() - start:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
