"""A recogniser learnt from an ontology's names alone, beside the dictionary and the linker.

    python bench/recognizer.py --only hpo --out bench/results/recognizer_hpo.md
    python bench/recognizer.py --only disease --out bench/results/recognizer_disease.md
    python bench/recognizer.py --only hpo --systems "dictionary;and other forms"

For HPO and for diseases (MeSH, OMIM) a recogniser is trained on the names and unlabelled shared
abstracts (none of which is in a corpus that is scored) where ``--work`` has none yet. The rows of a
set: the dictionary; with the words before its mentions read too (``Completer``); with the
recogniser; with both; with phrases in other grammatical forms than names (``Turner``). HPO corpora
have no official split: ``train`` and ``dev`` are ours, by the CRC of the document's id. The least
chance was set, and the recogniser's errors were read, on ``train`` alone (of NCBI Disease, on its
train part); the dictionary's errors had been looked at on all of the HPO documents, and so were its
misses before the patterns of other forms were written. ``CPU ms`` is what the steps after the
dictionary take a document, phrases encoded for the first time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import accuracy
import core_names
import corpora
from report import Table, figure

TEXTS = 1000
SPARE = 6  # times as many abstracts are looked through
HEAD = ["set", "part", "found by", "mention P", "R", "F1", "overlap F1", "document P", "R", "F1",
        "CPU ms"]  # fmt: skip
PUBLISHED = (
    "PhenoTagger (Luo et al. 2021; its repository's table, retrained with HPO, CNN to BioBERT):"
    " GSC+ test part of 206 abstracts, mention F1 74.9 to 75.9, document F1 76.3; another release"
    " of gold and of HPO, so a hint only",
    "FastHPOCR on the same documents and release: see peers_hpo.md",
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a recogniser is trained for, and where it is scored: sets and parts of them."""

    name: str
    types: tuple[str, ...]
    ids: tuple[str, ...]
    sets: tuple[tuple[str, tuple[str, ...]], ...]


VOCABULARIES = (
    Vocabulary("hpo", ("phenotype",), ("HP",), (
        ("hpo-gscplus", ("train", "dev", "all")), ("hpo-id68", ("train", "dev", "all")),
    )),
    Vocabulary("disease", ("disease",), ("MESH", "OMIM"), (("ncbi-disease-dev", ("all",)),)),
)  # fmt: skip
Step = Callable[[Sequence[Any]], list[Any]]


class Completed:
    """A pipeline whose documents a step completes; keeps the step's CPU seconds."""

    def __init__(self, pipeline: Any, steps: Sequence[Step]) -> None:
        self._pipeline, self._steps, self.seconds = pipeline, steps, 0.0

    def pipe(self, documents: Iterable[Any]) -> Iterator[Any]:
        """Yield the documents."""
        done = list(self._pipeline.pipe(documents))
        started = time.process_time()
        for step in self._steps:
            done = step(done)
        self.seconds += time.process_time() - started
        yield from done


def unlabelled(count: int, scored: Iterable[str]) -> list[str]:
    """Return shared abstracts that are none of the scored documents."""
    seen = {plain(text) for text in scored}
    texts = [text for _, text in core_names.abstracts(SPARE * count)]
    good = [text for text in texts if plain(text) not in seen and 400 < len(text) < 3000]
    return good[:count]


def plain(text: str) -> str:
    """Return the letters with which a text begins."""
    return "".join(c for c in text.lower() if c.isalpha())[:80]


def trained(vocabulary: Vocabulary, folder: Path, count: int) -> None:
    """Train a recogniser unless it is there."""
    from onoma.encode import load_encoder
    from onoma.pipeline.annotator import Settings
    from onoma.pipeline.recognizer_training import train_recognizer
    from onoma.types import type_mask

    if (folder / "card.json").is_file():
        return
    scored = [
        document.text
        for name in ("hpo-gscplus,hpo-id68,ncbi-disease-train,ncbi-disease-dev",)
        for row in corpora.chosen(name)
        for document in row.documents("all")
    ]
    settings = Settings(types=type_mask(vocabulary.types), ids=vocabulary.ids)
    texts = unlabelled(count, scored)
    started = time.process_time()
    report = train_recognizer(folder, settings, encoder=load_encoder(), texts=texts, most=count)
    print(f"{vocabulary.name}: {report}, {time.process_time() - started:.0f} CPU s", flush=True)


def systems(vocabulary: Vocabulary, folder: Path) -> dict[str, Callable[[], Completed]]:
    """Return what makes each system by its name; the recogniser forgets what it encoded."""
    import onoma
    from onoma.pipeline.annotator import Settings
    from onoma.pipeline.hybrid import Completer
    from onoma.pipeline.recognizer import load_recognizer
    from onoma.pipeline.turning import Turner
    from onoma.types import type_mask

    settings = Settings(types=type_mask(vocabulary.types), ids=vocabulary.ids)
    pipeline = onoma.load("core", types=vocabulary.types, ids=vocabulary.ids, mode="dictionary")

    def completer() -> Step:
        return Completer(settings).complete

    def recognizer() -> Step:
        return load_recognizer(folder, settings).complete

    def turner() -> Step:
        return Turner(settings).complete

    return {
        "dictionary": lambda: Completed(pipeline, []),
        "and words before": lambda: Completed(pipeline, [completer()]),
        "and recogniser": lambda: Completed(pipeline, [recognizer()]),
        "and both": lambda: Completed(pipeline, [completer(), recognizer()]),
    } | (
        {
            "and other forms": lambda: Completed(pipeline, [turner()]),
            "and recogniser, other forms": lambda: Completed(pipeline, [recognizer(), turner()]),
        }
        if vocabulary.types == ("phenotype",)
        else {}
    )


def score(vocabulary: Vocabulary, folder: Path, table: Table, found_by: set[str]) -> None:
    """Add the rows of a vocabulary, of some systems where they are named."""
    scorer = accuracy.load_scorer()
    every = systems(vocabulary, folder)
    makers = {name: make for name, make in every.items() if not found_by or name in found_by}
    for name, parts in vocabulary.sets:
        (row,) = corpora.chosen(name)
        for part in parts:
            gold = list(row.documents(part))
            for system, make in makers.items():
                made = make()
                outcome = accuracy.annotate(row, gold, lambda *_: made, "types")  # noqa: B023
                for equiv in row.equiv:
                    measures = accuracy.score(outcome, equiv, scorer)
                    shown = name if equiv == "none" else f"{name} ={equiv}"
                    cells = [shown, part, system]
                    for level in ("mention", "overlap", "document"):
                        keys = ("f1",) if level == "overlap" else ("p", "r", "f1")
                        cells += [figure(measures[level][key]) for key in keys]
                    table.add([*cells, f"{1000 * made.seconds / len(gold):.1f}"], show=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what is missing, score, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, help="folder of trained recognisers (else made anew)")
    parser.add_argument("--texts", type=int, default=TEXTS, help="unlabelled abstracts to train on")
    parser.add_argument("--only", choices=[one.name for one in VOCABULARIES])
    parser.add_argument("--systems", default="", help="rows, with ; between (all)")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    of = f": {options.only}" if options.only else ""
    table = Table(f"A recogniser from an ontology alone{of}", HEAD, left=3)
    with tempfile.TemporaryDirectory() as made:
        for vocabulary in VOCABULARIES:
            if options.only in (None, vocabulary.name):
                folder = (options.work or Path(made)) / vocabulary.name
                trained(vocabulary, folder, options.texts)
                score(vocabulary, folder, table, set(filter(None, options.systems.split(";"))))
    for note in PUBLISHED:
        table.note(note)
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
