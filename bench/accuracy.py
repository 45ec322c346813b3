"""Accuracy of Onoma on the public corpora, scored by the shared outside scorer.

Each set of ``corpora.py`` is annotated through the Python API, written as PubTator text and scored
with ``tools/score.py`` of the shared folder. One table row a set (and equivalence file):

    python bench/accuracy.py                                    # the default sets
    python bench/accuracy.py --sets ncbi-disease-dev --errors 40
    python bench/accuracy.py --sets bc5cdr --split dev --all-types
    python bench/accuracy.py --sets all --out bench/results/accuracy.md

Mode "types" loads Onoma with the set's semantic types and namespaces; ``--all-types`` adds mode
"all", without a type restriction and filtered afterwards, as a user who wants everything runs it.
``seconds`` is the CPU time of annotation alone.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import corpora
import errors
from corpora import GoldDocument, GoldMention, GoldSet
from report import Table, figure

LEVELS = ("mention", "overlap", "linked", "document")


class Annotator(Protocol):
    """What is measured: documents in, annotated documents out, in order."""

    def pipe(self, documents: Iterable[Any]) -> Iterator[Any]:
        """Yield one annotated document per document."""


Loader = Callable[[tuple[str, ...] | None, tuple[str, ...]], Annotator]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One set annotated in one mode: gold, predictions (as gold-shaped documents), CPU seconds."""

    row: GoldSet
    mode: str
    gold: list[GoldDocument]
    predicted: list[GoldDocument]
    seconds: float
    labels: dict[str, str]


def load_scorer() -> Any:
    """Return the shared scorer as a module."""
    return load_module("shared_score", corpora.shared_file("tools/score.py"))


def load_module(name: str, path: Path) -> Any:
    """Import a Python file by path."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def load_onoma(
    types: tuple[str, ...] | None,
    ids: tuple[str, ...],
    *,
    nested: bool = False,
    mode: str = "dictionary",
) -> Annotator:
    """Return Onoma's core pipeline."""
    import onoma

    pipeline: Annotator = onoma.load("core", types=types, ids=ids, nested=nested, mode=mode)
    return pipeline


def joiners_of(step: Any) -> list[Any]:
    """Return what weighs the tagger against the dictionary among a pipeline's steps."""
    from onoma.pipeline.joining import Joiner

    inner = (*getattr(step, "steps", ()), getattr(step, "mentions", None))
    below = [one for part in inner if part is not None for one in joiners_of(part)]
    return [step] * isinstance(step, Joiner) + below


class Folded:
    """Mode ``hybrid`` by the judges of ``bench/joining.py --folds``.

    Each document is judged by trees that have not seen it, and what annotators chose is of train
    parts alone (``tools/make_marks.py --held``, the same folder).
    """

    def __init__(
        self, types: tuple[str, ...] | None, ids: tuple[str, ...], *, mode: str, folds: Path
    ) -> None:
        """Open the pipeline and the judges."""
        import onoma
        from onoma.pipeline.chosen_concepts import read_chosen
        from onoma.pipeline.span_judge import Judge

        self.chosen = read_chosen(folds)  # of train parts alone
        self.pipeline = onoma.load("core", types=types, ids=ids, mode=mode)
        paths = sorted(folds.glob("judge-*.npz"))
        self.judges = [Judge.read(path.read_bytes(), str(path)) for path in paths]
        self.joiners = joiners_of(self.pipeline._completer)  # the bench looks inside
        if not self.joiners and types != ("phenotype",):  # signs are the dictionary's alone
            raise AssertionError("no step takes the held-out judges: dev parts would be seen")

    def pipe(self, documents: Iterable[Any]) -> Iterator[Any]:
        """Yield the documents annotated, in order."""
        from joining import fold_of

        given = list(documents)
        done: dict[int, Any] = {}
        for number, judge in enumerate(self.judges):
            for joiner in self.joiners:
                joiner.judge, joiner.chosen = judge, self.chosen
            own = [place for place, one in enumerate(given) if fold_of(one.id) == number]
            done |= zip(own, self.pipeline.pipe(given[place] for place in own), strict=True)
        for place in range(len(given)):
            yield done[place]


def to_document(gold: GoldDocument) -> Any:
    """Return the text of a gold document as Onoma reads it from a PubTator file."""
    from onoma.types import Document, Passage

    title = Passage(0, len(gold.title), "title")
    rest = Passage(min(len(gold.title) + 1, len(gold.text)), len(gold.text), "abstract")
    return Document(gold.id, gold.text, (title, rest) if gold.abstract else (title,))


def annotate(row: GoldSet, gold: list[GoldDocument], load: Loader, mode: str) -> Outcome:
    """Annotate a set in a mode and return it with its predictions."""
    from onoma.formats.composites import composite, composites

    annotator = load(row.types if mode == "types" else None, row.ids)
    documents = [to_document(document) for document in gold]
    started = time.process_time()
    annotated = list(annotator.pipe(documents))
    seconds = time.process_time() - started
    labels: dict[str, str] = {}
    predicted = []
    for document, found in zip(gold, annotated, strict=True):
        if getattr(found, "error", None) is not None:
            print(f"{row.name}: {found.error}", file=sys.stderr)
        kept = [m for m in found.mentions if m.type in row.types]
        labels |= {m.curie: m.label or "" for m in kept if m.curie}
        rows = [composite(one, found.text) for one in composites(kept)]  # as PubTator output has
        marks = {
            GoldMention(m.start, m.end, m.text.translate(corpora.BREAKS), row.type, m.curie or "-")
            for m in rows
        }
        ordered = tuple(sorted(marks, key=lambda m: (m.start, m.end, m.ids)))
        predicted.append(GoldDocument(document.id, document.title, document.abstract, ordered))
    return Outcome(row, mode, gold, predicted, seconds, labels)


def score(outcome: Outcome, equiv: str, scorer: Any) -> dict[str, Any]:
    """Write both sides as PubTator files and return the outside scorer's measures."""
    folder = corpora.cache_folder()
    paths = []
    for side, documents in (("gold", outcome.gold), ("pred", outcome.predicted)):
        path = folder / f"{outcome.row.name}.{outcome.mode}.{side}.pubtator"
        corpora.write_pubtator(documents, path)
        paths.append(str(path))
    judge = scorer.Scorer(equivalents(equiv, scorer))
    measures: dict[str, Any] = judge.score(*(scorer.read(path) for path in paths))
    return measures


def equivalents(equiv: str, scorer: Any) -> Any:
    """Return the scorer's equivalence table; "none" gives an empty one."""
    path = corpora.shared_file(f"tools/equiv/{equiv}.equiv.tsv") if equiv != "none" else None
    return scorer.read_equiv(str(path) if path else None)


def table_row(outcome: Outcome, equiv: str, measures: dict[str, Any]) -> list[str]:
    """Return the cells of one result."""
    name = outcome.row.name if equiv == "none" else f"{outcome.row.name} ={equiv}"
    cells = [name, outcome.mode, str(measures["documents"])]
    for level in LEVELS:
        part = measures[level]
        if level in ("mention", "document"):
            cells += [figure(part["p"]), figure(part["r"])]
        cells.append(figure(part["f1"]))
    return [*cells, f"{outcome.seconds:.1f}"]


def columns() -> list[str]:
    """Return the head of the table."""
    out = ["set", "mode", "docs"]
    for level in LEVELS:
        out += [f"{level} P", "R"] if level in ("mention", "document") else []
        out.append(f"{level} F1" if level in ("overlap", "linked") else "F1")
    return [*out, "CPU s"]


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", help="comma-separated names or families; 'all'")
    parser.add_argument("--limit", type=int, help="first N documents of each set")
    parser.add_argument("--split", choices=("all", "dev", "train"), default="all")
    parser.add_argument("--all-types", action="store_true", help="also without type restriction")
    parser.add_argument("--nested", action="store_true", help="keep mentions inside longer ones")
    parser.add_argument("--mode", default="dictionary", help="how mentions are found")
    parser.add_argument("--folds", type=Path, help="judges of bench/joining.py, for mode hybrid")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print N a kind")
    parser.add_argument("--width", type=int, default=60, help="characters of context of an error")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, load: Loader = load_onoma) -> int:
    """Run the sets asked for, print the table and the errors."""
    options = parse_arguments(arguments)
    scorer = load_scorer()
    if options.folds is not None:
        load = functools.partial(Folded, mode=options.mode, folds=options.folds)
    elif options.nested or options.mode != "dictionary":
        load = functools.partial(load_onoma, nested=options.nested, mode=options.mode)
    table = Table("Accuracy on public corpora", columns(), left=2)
    for row in corpora.chosen(options.sets):
        gold = list(row.documents(options.split))[: options.limit]
        if not gold:
            continue
        if not row.types:
            table.note(f"{row.name}: not run, {row.note}")
            continue
        if row.note:
            table.note(f"{row.name}: {row.note}")
        for mode in ("types", "all") if options.all_types else ("types",):
            outcome = annotate(row, gold, load, mode)
            for equiv in row.equiv:
                table.add(table_row(outcome, equiv, score(outcome, equiv, scorer)), show=True)
            if options.errors:
                judge = scorer.Scorer(equivalents(row.equiv[-1], scorer))
                count, width = options.errors, options.width
                print(errors.report(outcome, scorer, judge, count=count, width=width))
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
