"""Coding texts with code lists: classification and candidate selection against TF-IDF.

For each task (``coding_tasks``) the systems see the list with definitions and some examples a code,
drawn five times; texts of the reported part are given the first code of each system. Macro F1 is
the mean over the draws; intervals are a bootstrap over texts, shared by systems and draws. TF-IDF
is scikit-learn's arithmetic (words, or character n-grams of 2 to 4) on the same rows, under kernel
ridge or the nearest centroid, whichever does better on the task's tuning part.

    python bench/coding.py [--start DIR] [--icd10cm] [--out bench/results/coding.md]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coding_tasks import Task, Text, all_tasks
from onoma.encode import Encoder, load_encoder
from onoma.errors import Missing
from onoma.link.candidates.linker import Remembered
from onoma.link.coding import CodeList, methods
from onoma.link.coding.coder import LEAST, Coder
from onoma.link.coding.passages import phrases, whole
from onoma.link.coding.reading import codes_of
from onoma.link.coding.support import Rows, encode_whole
from onoma.link.coding.weighted import Weighted, count_grams, count_words
from onoma.metrics.classification import multilabel_counts
from onoma.metrics.counts import F64, micro
from onoma.metrics.resampling import Estimate, Statistic, bootstrap, macro_f1_of
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.sources import core_folder
from onoma.ontology.tables import read_table
from onoma.pipeline.coding import row_vectors
from report import Table, figure, write_tables

DRAWS = 5
NAMES = 150  # asked of ICD-10-CM
EXAMPLES = 5
STRENGTHS = (0.03, 0.1, 0.3, 1.0)  # of the baseline's ridge
OURS = ("candidates", "classification")
F32 = npt.NDArray[np.float32]
Guess = Callable[[CodeList, Sequence[str]], list[str]]


@lru_cache(maxsize=2 * DRAWS)
def likeness_of(kind: str, codes: CodeList, texts: tuple[str, ...]) -> tuple[F32, F32]:
    """Return how like each other the rows of a list are, and how like them texts are."""
    rows = Rows.of(codes).texts
    index = Weighted(rows, count_words if kind == "words" else count_grams)
    return index.similar(rows), index.similar(texts)


def tfidf(kind: str, strength: float) -> Guess:
    """Return the baseline: words or letters, by ridge, or by centroid where ``strength`` is 0."""

    def guess(codes: CodeList, texts: Sequence[str]) -> list[str]:
        owner, n = Rows.of(codes).code, len(codes)
        kernel, likeness = likeness_of(kind, codes, tuple(texts))
        own = owner[:, None] == np.arange(n)
        if not strength:
            sizes = np.sqrt([kernel[np.ix_(at, at)].sum() for at in map(np.flatnonzero, own.T)])
            scores = likeness @ own / sizes
        else:
            balance = np.sqrt(len(owner) / (n * own.sum(axis=0)))[owner]
            weighted = (kernel + 1.0) * balance[:, None] * balance
            weighted[np.diag_indices_from(weighted)] += strength
            dual = np.linalg.solve(weighted, np.where(own, 1.0, -1.0) * balance[:, None])
            scores = (likeness + 1.0) @ (dual * balance[:, None])
        return [codes.codes[at].code for at in scores.argmax(axis=1).tolist()]

    return guess


def coder_of(method: str, codes: CodeList, encoder: Remembered) -> Coder:
    """Return the coder of a list."""
    vectors = encode_whole(Rows.of(codes).texts, encoder)
    return Coder(codes, methods.get(method), encoder=encoder, vectors=vectors)


def ours(method: str, encoder: Remembered) -> Guess:
    """Return one of our methods: the first code, however low its score."""

    def guess(codes: CodeList, texts: Sequence[str]) -> list[str]:
        coder = coder_of(method, codes, encoder)
        return [one.matches[0].code for one in coder.code(texts, k=1, least=0.0)]

    return guess


def counts_of(task: Task, texts: Sequence[Text], guess: Guess, examples: int) -> list[npt.NDArray]:  # type: ignore[type-arg]
    """Return the counts of every draw of examples, each (texts, codes, 4)."""
    labels = [one.code for one in task.codes.codes]
    gold = [one.gold for one in texts]
    given = [one.text for one in texts]
    draws = range(1, DRAWS + 1) if examples else range(1)
    lists = [task.with_examples(examples, seed) for seed in draws]
    return [
        multilabel_counts(gold, [frozenset([code]) for code in guess(codes, given)], labels)
        for codes in lists
    ]


def mean_macro(counts: Sequence[npt.NDArray]) -> Statistic:  # type: ignore[type-arg]
    """Return macro F1, mean over draws."""
    each = [macro_f1_of(one) for one in counts]
    return lambda weights: np.mean([statistic(weights) for statistic in each], axis=0)


def baseline(task: Task, kind: str, examples: int) -> tuple[str, Guess]:
    """Return the way of TF-IDF that is best on the tuning part, in words and as a system."""
    whole_part = np.ones((1, len(task.tune)))
    ways = {f"ridge {strength}": tfidf(kind, strength) for strength in STRENGTHS}
    ways["centroid"] = tfidf(kind, 0.0)

    def value(name: str) -> float:
        return float(mean_macro(counts_of(task, task.tune, ways[name], examples))(whole_part)[0])

    best = max(ways, key=value)
    return best, ways[best]


def shown(found: Estimate) -> str:
    """Return an estimate with its interval."""
    return f"{figure(found.value)} ({figure(found.low)} to {figure(found.high)})"


def minus(first: Statistic, second: Statistic) -> Statistic:
    """Return the difference of two statistics on the same samples."""

    def statistic(weights: F64) -> F64:
        return np.asarray(first(weights) - second(weights), np.float64)

    return statistic


def measure(task: Task, systems: dict[str, Guess], examples: int) -> dict[str, Estimate]:
    """Return macro F1 of each system, and of the better of ours less the better of TF-IDF."""
    statistics: dict[str, Statistic] = {}
    chosen = []
    for kind in ("words", "letters"):
        name, guess = baseline(task, kind, examples)
        chosen.append(f"{kind}: {name}")
        statistics[f"TF-IDF {kind}"] = mean_macro(counts_of(task, task.report, guess, examples))
    for name, guess in systems.items():
        statistics[name] = mean_macro(counts_of(task, task.report, guess, examples))
    every = np.ones((1, len(task.report)))
    values = {name: float(one(every)[0]) for name, one in statistics.items()}
    best = max(OURS, key=lambda name: values[name])
    rival = max((n for n in values if n.startswith("TF-IDF")), key=lambda name: values[name])
    statistics["difference"] = minus(statistics[best], statistics[rival])
    print(f"  {task.name}, {examples} examples: {', '.join(chosen)}")
    return bootstrap(statistics, len(task.report), rng=np.random.default_rng(0))


def part_table(tasks: Sequence[Task], systems: dict[str, Guess], examples: int) -> Table:
    """Return the table of tasks at so many examples a code."""
    names = ["TF-IDF words", "TF-IDF letters", *systems]
    heads = ["task", "codes", "texts", *names, "best of ours - best TF-IDF"]
    table = Table(f"Macro F1, definitions and {examples} examples a code", heads)
    if not examples:
        table.title = "Macro F1, definitions and no example"
    for task in tasks:
        is_related = task.name.startswith("HPO")  # to what the encoder was trained on
        asked = {n: g for n, g in systems.items() if n in OURS or is_related}
        found = measure(task, asked, examples)
        cells = [shown(found[n]) if n in found else "" for n in (*names, "difference")]
        table.add([task.name, str(len(task.codes)), str(len(task.report)), *cells], show=True)
    return table


def assigned_table(task: Task, encoder: Remembered) -> Table:
    """Return what is assigned to sentences of any number of codes, and where the evidence lies."""
    heads = [
        "method",
        "precision",
        "recall",
        "F1",
        "right codes",
        "evidence on a mention",
        "chance",
    ]
    table = Table("All sentences of the HPO task, as shipped: several codes, one, or none", heads)
    labels = [one.code for one in task.codes.codes]
    gold = [one.gold for one in task.every]
    for method in OURS:
        rows, hits, chances = [], [], []
        for seed in range(1, DRAWS + 1):
            coder = coder_of(method, task.with_examples(EXAMPLES, seed), encoder)
            found = coder.code([one.text for one in task.every], k=len(labels))
            sets = [frozenset(match.code for match in one.matches) for one in found]
            rows.append(multilabel_counts(gold, sets, labels).sum(axis=(0, 1)))
            for text, one in zip(task.every, found, strict=True):
                for match in one.matches:
                    spans = [(s, e) for code, s, e in text.spans if code == match.code]
                    if spans:
                        best = max(match.evidence, key=lambda span: span.score)
                        hits.append(meets(best.start, best.end, spans))
                        chances.append(chance(text.text, spans))
        total = micro(np.stack(rows))
        cells = [figure(value) for value in (total.precision, total.recall, total.f1)]
        shares = [figure(float(np.mean(one))) for one in (hits, chances)]
        table.add([method, *cells, str(len(hits)), *shares], show=True)
    nil = sum(not one for one in gold)
    several = sum(len(one) > 1 for one in gold)
    table.note(
        f"{len(gold)} sentences, {nil} without a code, {several} with several; codes that score "
        f"{LEAST} or more, all {DRAWS} draws together"
    )
    table.note(
        "evidence: the best span of a rightly assigned code overlaps a mention annotated with a "
        "concept of that code; chance: a random phrase of the sentence does"
    )
    return table


def long_table(encoder: Remembered, place: Encoder) -> Table:
    """Return how often names of diseases get their code of ICD-10-CM, without any example."""
    codes = codes_of(open_vocabulary("icd10cm"), "icd10cm")
    known = {one.code: {t.lower() for t in (one.label, *one.synonyms)} for one in codes.codes}
    asked = names_with_codes(known)
    found: dict[str, list[list[str]]] = {}
    for kind in ("words", "letters"):
        index = Weighted(Rows.of(codes).texts, count_words if kind == "words" else count_grams)
        owner = Rows.of(codes).code
        found[f"TF-IDF {kind}"] = [
            [codes.codes[at].code for at in leading_codes(index.similar([name])[0], owner)]
            for name, _ in asked
        ]
    vectors = row_vectors(codes, place)
    for method in OURS:
        coder = Coder(codes, methods.get(method), encoder=encoder, vectors=vectors)
        coded = coder.code([name for name, _ in asked], k=5, least=0.0)
        found[method] = [[match.code for match in one.matches] for one in coded]
    heads = ["system", "names", "exact code first", "among five", "its category first"]
    table = Table("ICD-10-CM, 47,139 codes without definitions or examples, %", heads)
    for system, each in found.items():
        pairs = list(zip(each, (code for _, code in asked), strict=True))
        shares = (
            [one[:1] == [code] for one, code in pairs],
            [code in one[:5] for one, code in pairs],
            [bool(one) and one[0][:11] == code[:11] for one, code in pairs],
        )
        cells = [figure(float(np.mean(one))) for one in shares]
        table.add([system, str(len(asked)), *cells], show=True)
    table.note(
        "names of Mondo's concepts with one exact match in ICD-10-CM, those left out that the "
        "code has itself; a category is the first three characters"
    )
    return table


def leading_codes(likeness: F32, owner: npt.NDArray[np.int64]) -> list[int]:
    """Return the five codes whose rows are nearest."""
    order = np.argsort(-likeness, kind="stable")[:200]
    return list(dict.fromkeys(owner[order].tolist()))[:5]


def names_with_codes(known: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return names that a code does not have itself, one a concept, with the code."""
    folder = core_folder()
    equal = read_table(folder / "equivalents.npz").rows("concept", "curie", "predicate")
    codes = {
        row: curie for row, curie, said in equal if curie in known and said == "skos:exactMatch"
    }
    names = read_table(folder / "names.npz").rows("concept", "text")
    held: dict[int, list[str]] = {}
    for row, text in names:
        if row in codes and text.lower() not in known[codes[row]] and len(text) > 6:
            held.setdefault(row, []).append(text)
    rng = np.random.default_rng(0)
    drawn = rng.permutation(sorted(held))[:NAMES].tolist()
    return [(held[row][int(rng.integers(len(held[row])))], codes[row]) for row in drawn]


def meets(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Return whether a span overlaps any of these."""
    return any(start < stop and first < end for first, stop in spans)


def chance(text: str, spans: Sequence[tuple[int, int]]) -> float:
    """Return the share of a sentence's phrases that overlap any of these spans."""
    held = whole(text)
    own = list(phrases(text, held[0].start, held[0].end)) if held else []
    return float(np.mean([meets(p.start, p.end, spans) for p in own])) if own else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the tables if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--start", help="a model folder to compare: the encoder's un-tuned start")
    parser.add_argument(
        "--icd10cm", action="store_true", help="measure the add-on (onoma vocab add icd10cm), too"
    )
    parser.add_argument("--out", type=Path, help="write the tables here")
    given = parser.parse_args(arguments)
    begun = time.process_time()
    encoder: Encoder = load_encoder()
    remembered = Remembered(encoder)
    systems = {name: ours(name, remembered) for name in OURS}
    more = dict(systems)
    if given.start:
        try:
            more["classification, un-tuned"] = ours(
                "classification", Remembered(load_encoder(given.start))
            )
        except Missing as error:
            print(f"without the start: {error}")
    tasks = all_tasks()
    tables = [part_table(tasks, more, EXAMPLES)]
    tables.append(part_table(tasks, systems, 0))
    tables.append(assigned_table(next(t for t in tasks if t.name == "HPO sentence"), remembered))
    if given.icd10cm:
        tables.append(long_table(remembered, encoder))
    for task in tasks:
        tables[0].note(f"{task.name}: {task.words}")
    seconds = time.process_time() - begun
    tables[0].note(
        f"encoder {encoder.name} ({encoder.digest[:12]}); mean over {DRAWS} draws of the examples, "
        f"95 % intervals over texts; all tables took {seconds:.0f} CPU s"
    )
    if given.out:
        write_tables(tables, given.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
