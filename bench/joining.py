"""Grow the judge of mode ``hybrid``, and show what it gains on each dev part.

For every span that the dictionary or the tagger proposes in a dev part, the evidence of both and
whether annotators marked it. Trees are grown for each group of types over the dev parts of several
corpora, each corpus counting alike; each document is judged by trees that have not seen it (five
folds), and "other corpora" by trees that have not seen its corpus. None of these documents is in
the tagger's training (``training.overlaps``). The borders of the chances are those of the best
mean F1, F0.5 and F2.

    python bench/joining.py --out bench/results/joining.md
    python bench/joining.py --tagger DIR --judge src/onoma/data/tagger/judge.npz --folds FOLDER
    python bench/joining.py --groups anatomy --judge ...     those anew, others as they are
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

import corpora as shared
import onoma
from onoma.eval.datasets import data_sets
from onoma.eval.parts import DataSet, View
from onoma.eval.tagger_corpora import read_corpus
from onoma.link.candidates.trees import Forest, Growth, grow
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.annotator import Settings
from onoma.pipeline.joining import Joiner, runs_of
from onoma.pipeline.mark_lexicon import read_marks
from onoma.pipeline.span_evidence import COLUMNS, Proposals
from onoma.pipeline.span_judge import GROUPS, Judge, choose
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, load_tagger
from onoma.recognize.tagger.folder import shipped_tagger
from onoma.text.tokens import TextBatch
from onoma.types import AnnotatedDocument, Document, Span
from report import Table, figure, write_tables

SETS: dict[str, tuple[str, ...]] = {
    "disease": ("ncbi-disease Disease", "bc5cdr Disease", "biored Disease", "craft-mondo MONDO"),
    "chemical": ("bc5cdr Chemical", "biored Chemical", "chemprot Chemical", "craft-chebi CHEBI"),
    "gene": ("biored Gene", "nlm-gene Gene", "gnormplus Gene", "bc2gm Gene"),
    "organism": (
        "linnaeus Species",
        "species-800 Species",
        "biored Species",
        "craft-ncbitaxon NCBITaxon",
    ),
    "cell_line": ("bioid-cellline CellLine", "biored CellLine"),
    "cell_type": ("jnlpba CellType", "craft-cl CL"),
    "variant": ("tmvar3 Variant", "biored Variant"),
    "anatomy": ("craft-uberon UBERON", "bionlp13cg Anatomy"),
    "process": ("craft-go-bp GO_BP",),
    "component": ("bionlp13cg Component", "craft-go-cc GO_CC"),
}
MOST = 400_000  # characters of a dev part
FULL_TEXTS = 0.3  # what CRAFT counts: its few articles mark what an ontology has, in any sense
FOLDS = 5
BORDERS = tuple(round(0.02 * step, 2) for step in range(3, 47))
LEANINGS = {"balanced": 1.0, "precision": 0.5, "recall": 2.0}
GROWTH = Growth(trees=80, depth=3, rate=0.08, least=20, pull=4.0, share=0.5)
DEEPER = Growth(trees=100, depth=4, rate=0.07, least=20, pull=4.0, share=0.5)
"""Of types that annotators hold differently, an ontology's names here, a corpus's own there."""
DEEP = ("cell_type", "anatomy", "process", "component")


@dataclass(frozen=True, slots=True)
class Case:
    """A document of a set: what is proposed and marked there, and what each alone would say."""

    fold: int
    proposals: Proposals
    right: np.ndarray
    gold: frozenset[Span]
    named: frozenset[Span]
    tagged: frozenset[Span]


Cases = dict[str, list[Case]]
"""Of each set, in the order of the sets."""


def read_cases(tagger: Path, wanted: Sequence[str]) -> dict[str, Cases]:
    """Return the cases of each group."""
    store = open_vocabulary(("core",))
    model = load_tagger(tagger, gazetteer=Gazetteer(DictionaryRecognizer(store)))
    gazetteer = model.gazetteer
    marks = read_marks(tagger)
    rows = {row.name: row for row in data_sets()}
    root = shared.shared_file("data")
    out: dict[str, Cases] = {}
    for group in wanted:
        borders = dict.fromkeys(LEANINGS, 0.0)
        empty = Judge({group: Forest.of_arrays(_no_trees())}, {group: borders})
        for name in SETS[group]:
            set_, label = name.split()
            view = next(view for view in rows[set_].views if view.name == label)
            joiners = [
                Joiner(Settings(ids=ids), model, gazetteer, empty, groups=(group,), marks=marks)
                for ids in (view.ids, ())
            ]
            out.setdefault(group, {})[name] = _cases(joiners, group, rows[set_], view, root)
            print(name, len(out[group][name]), flush=True)
    return out


def _no_trees() -> dict[str, np.ndarray]:
    return {
        "feature": np.zeros((0, 1), np.uint8), "threshold": np.zeros((0, 1), np.float32),
        "values": np.zeros((0, 2), np.float32), "base": np.array(0.0),
    }  # fmt: skip


def _cases(
    joiners: Sequence[Joiner], group: str, row: DataSet, view: View, root: Path
) -> list[Case]:
    """Return the cases of a set, each document as its types are asked for and as all are."""
    texts = read_corpus(row, root, {view.name: ""}).dev
    size = np.cumsum([len(text.text) for text in texts])
    texts = texts[: int(np.searchsorted(size, MOST)) + 1]
    documents = [Document(one.id, one.text) for one in texts]
    asked = [
        list(onoma.load(types=types, ids=ids, mode="dictionary").pipe(documents))
        for types, ids in ((view.types, view.ids or None), (None, None))
    ]
    thoughts = [
        own
        for some in runs_of([AnnotatedDocument(one) for one in documents])
        for own in joiners[0].thoughts(TextBatch.of([one.text for one in some]))
    ]
    out = []
    for joiner, done in zip(joiners, asked, strict=True):
        for text, document, own in zip(texts, done, thoughts, strict=True):
            gold = frozenset((m.start, m.end) for m in text.marks)
            found = joiner.proposals(document, own)[group]
            named = frozenset(
                (m.start, m.end) for m in document.mentions if m.type in GROUPS[group]
            )
            right = np.array([span in gold for span in found.spans], bool)
            out.append(
                Case(fold_of(text.id), found, right, gold, named, frozenset(own[group].tags))
            )
    return out


def fold_of(document: str) -> int:
    """Return the fold of a document, by its id."""
    return zlib.crc32(document.encode()) % FOLDS


def grown(cases: Cases, keep: Callable[[str, Case], bool], growth: Growth) -> Forest:
    """Return trees grown on the cases that are kept, each set counting alike."""
    tables, right, weight = [], [], []
    for name, own in cases.items():
        some = [case for case in own if keep(name, case) and len(case.right)]
        if some:
            tables += [case.proposals.table for case in some]
            right += [case.right for case in some]
            rows = sum(len(case.right) for case in some)
            share = FULL_TEXTS if name.startswith("craft") and len(cases) > 2 else 1.0
            weight += [np.full(len(case.right), share / rows) for case in some]
    weights = np.concatenate(weight)
    weights *= len(weights) / weights.sum()
    return grow(np.concatenate(tables), np.concatenate(right), weight=weights, growth=growth)


def chance_of(forest: Forest, case: Case) -> np.ndarray:
    """Return the chances of a case's spans."""
    return 1.0 / (1.0 + np.exp(-forest.margins(case.proposals.table)))


def counts(case: Case, chances: np.ndarray, border: float) -> tuple[int, int, int]:
    """Return how many spans are right, taken, and marked."""
    spans = case.proposals.spans
    taken = {spans[n] for n in choose(spans, (chances - border).tolist())}
    return len(taken & case.gold), len(taken), len(case.gold)


def f_of(rows: Sequence[tuple[int, int, int]], beta: float = 1.0) -> float:
    """Return F-beta of summed counts."""
    right, taken, gold = np.sum(np.array(rows).reshape(-1, 3), axis=0)
    return float((1 + beta**2) * right / max(beta**2 * gold + taken, 1))


def judged(
    cases: Cases, growth: Growth
) -> tuple[dict[str, list[np.ndarray]], dict[str, list[np.ndarray]], list[Forest]]:
    """Return each case's chances by trees of other documents, and of other corpora.

    Third come the trees: those of each fold, which have not seen it, and the ones of all.
    """
    folds = [grown(cases, partial(_outside, fold), growth) for fold in range(FOLDS)]
    own = {
        name: [chance_of(folds[case.fold], case) for case in some] for name, some in cases.items()
    }
    others = {}
    for name, some in cases.items():
        if len(cases) > 1:
            forest = grown(cases, partial(_elsewhere, name), growth)
            others[name] = [chance_of(forest, case) for case in some]
    return own, others, [*folds, grown(cases, partial(_outside, FOLDS), growth)]


def _outside(fold: int, _name: str, case: Case) -> bool:
    return case.fold != fold


def _elsewhere(name: str, own: str, _case: Case) -> bool:
    return own != name


def best_borders(cases: Cases, chances: dict[str, list[np.ndarray]]) -> dict[str, float]:
    """Return the border of each leaning: that of the best mean over the sets."""
    table = {
        border: {
            name: [counts(c, p, border) for c, p in zip(some, chances[name], strict=True)]
            for name, some in cases.items()
        }
        for border in BORDERS
    }
    chosen = [name for name in cases if "craft" not in name or len(cases) < 3]
    best = {}
    for leaning, beta in LEANINGS.items():
        means = [np.mean([f_of(table[b][name], beta) for name in chosen]) for b in BORDERS]
        best[leaning] = BORDERS[int(np.argmax(means))]
    return best


def main() -> None:
    """Grow, measure and write as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", type=Path, default=shipped_tagger())
    parser.add_argument("--judge", type=Path, help="write the judge here")
    parser.add_argument("--folds", type=Path, help="write those of the folds into this folder")
    parser.add_argument("--groups", default=",".join(SETS))
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    table = Table(
        "Strict F1 of the dictionary, the tagger and both",
        [
            "group", "dev part", "gold", "dictionary", "tagger", "joined", "precision", "recall",
            "other corpora", "P, leaning to precision", "R, leaning to recall",
        ],
        left=2,
    )  # fmt: skip
    found = read_cases(chosen.tagger, chosen.groups.split(","))
    forests: list[dict[str, Forest]] = [{} for _ in range(FOLDS + 1)]
    borders = {}
    for group, cases in found.items():
        own, others, trees = judged(cases, DEEPER if group in DEEP else GROWTH)
        for part, tree in zip(forests, trees, strict=True):
            part[group] = tree
        borders[group] = best_borders(cases, own)
        for name, some in cases.items():
            table.add([group, name, *cells(some, own[name], others.get(name), borders[group])],
                      show=True)  # fmt: skip
    table.note(
        "each document twice: as its types are asked for in their namespaces, and as all types are"
    )
    table.note(f"borders: {borders}")
    if chosen.judge is not None:
        write(forests[-1], borders, chosen.judge)
    if chosen.folds is not None:
        chosen.folds.mkdir(parents=True, exist_ok=True)
        for number, part in enumerate(forests[:-1]):
            write(part, borders, chosen.folds / f"judge-{number}.npz")
    if chosen.out is not None:
        write_tables([table], chosen.out, sys.argv)


def write(forests: dict[str, Forest], borders: dict[str, dict[str, float]], path: Path) -> None:
    """Write a judge; groups that were not grown stay as they are in the file."""
    old = Judge.read(path.read_bytes(), str(path)) if path.is_file() else Judge()
    Judge({**old.forests, **forests}, {**old.borders, **borders}).write(path)


def cells(
    some: Sequence[Case],
    own: Sequence[np.ndarray],
    others: Sequence[np.ndarray] | None,
    borders: dict[str, float],
) -> list[str]:
    """Return the figures of a set."""
    alone = [
        f_of([(len(getattr(c, key) & c.gold), len(getattr(c, key)), len(c.gold)) for c in some])
        for key in ("named", "tagged")
    ]
    rows = {
        leaning: [counts(c, p, border) for c, p in zip(some, own, strict=True)]
        for leaning, border in borders.items()
    }
    sums = {leaning: np.sum(np.array(row), axis=0) for leaning, row in rows.items()}
    middle = sums["balanced"]
    apart = "" if others is None else figure(
        f_of([counts(c, p, borders["balanced"]) for c, p in zip(some, others, strict=True)])
    )  # fmt: skip
    return [
        str(int(middle[2]) // 2), figure(alone[0]), figure(alone[1]),
        figure(f_of(rows["balanced"])), figure(middle[0] / max(middle[1], 1)),
        figure(middle[0] / max(middle[2], 1)), apart,
        figure(sums["precision"][0] / max(sums["precision"][1], 1)),
        figure(sums["recall"][0] / max(sums["recall"][2], 1)),
    ]  # fmt: skip


if __name__ == "__main__":
    print(f"{len(COLUMNS)} columns")
    main()
