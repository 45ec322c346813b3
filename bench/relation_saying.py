"""What texts say of relations: triggers, factuality, causes; beside rules and the majority.

    python bench/relation_saying.py [--out bench/results/relation_saying.md]
    python bench/relation_saying.py --train src/onoma/data/relate/saying/sayings.npz

Learned on training parts, measured on dev parts (DiMB-RE's own; of MACCROBAT reports drawn by a
checksum of their id), relations as in gold. Causes are also measured by cross-validation over the
documents of both parts, as the dev part has few of some classes. ``--train`` writes what ships.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from marked_sentences import marked_text
from onoma.eval.relation_corpora import read_relation_corpora
from onoma.metrics.resampling import Statistic, bootstrap, compare, f1_of, macro_f1_of, mean_of
from onoma.relate.gold import GoldText, RelationCorpus
from onoma.relate.instances import Tie
from onoma.relate.saying import Sayer, causality, factuality
from onoma.relate.saying.lessons import (
    SHARES,
    Lesson,
    causal_label,
    factuality_class,
    factuality_features,
    lessons_of,
    teach,
    teach_causality,
)
from onoma.relate.saying.linear import Linear, write_linear
from onoma.relate.saying.say import states
from onoma.relate.saying.triggers import Trigger, find_trigger, rule_trigger
from onoma.relate.saying.words import Window, window_of
from report import Table, figure, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
OWN = Path(__file__).resolve().parents[1] / "tests" / "data" / "relate" / "implicit_causes.tsv"
FOLDS = 5
BETWEEN = ("dimb", "maccrobat")  # the corpora on which causes are measured
I64 = np.ndarray


def shown(statistic: Statistic, n: int) -> str:
    """Return a share with its interval, drawn by document."""
    one = bootstrap({"": statistic}, n, rng=np.random.default_rng(1))[""]
    return f"{figure(one.value)} [{figure(one.low)}, {figure(one.high)}]"


def by_document(names: Sequence[str], counts: I64) -> I64:
    """Return count rows summed by document."""
    rows = np.unique(np.array(names), return_inverse=True)[1]
    out = np.zeros((rows.max() + 1, *counts.shape[1:]), np.int64)
    np.add.at(out, rows, counts)
    return out


def label_rows(gold: Sequence[str], found: Sequence[str], labels: Sequence[str]) -> I64:
    """Return the counts of each item and label, (items, labels, 4)."""
    want = np.array([[one == label for label in labels] for one in gold])
    got = np.array([[one == label for label in labels] for one in found])
    right = want & got
    return np.stack([right, got, right, want], axis=-1).astype(np.int64)


def trigger_table(
    lessons: Sequence[Lesson], found: Mapping[str, Sequence[Trigger | None]]
) -> Table:
    """Return how well triggers of gold relations are found."""
    table = Table("Triggers of DiMB-RE, dev, given the relation", ["", "exact F1", "touched"])
    names = [one.gold.text.id for one in lessons]
    for system, triggers in found.items():
        counts, touched = [], []
        for one, trigger in zip(lessons, triggers, strict=True):
            gold = one.tie.trigger
            span = trigger.span(one.window) if trigger else None
            counts.append([span == gold, span is not None, span == gold, gold is not None])
            touched.append(bool(span and gold and span[0] < gold[1] and gold[0] < span[1]))
        rows = by_document(names, np.array(counts, np.int64))
        ratio = by_document(names, np.stack([touched, np.ones(len(touched))], 1).astype(np.int64))
        over = f1_of(np.stack([ratio[:, 0], ratio[:, 1], ratio[:, 0], ratio[:, 1]], 1))
        table.add([system, shown(f1_of(rows), len(rows)), shown(over, len(rows))], show=True)
    table.note(f"{len(lessons)} relations; intervals of 95 %, drawn by document")
    return table


def factuality_table(lessons: Sequence[Lesson], found: Mapping[str, Sequence[str]]) -> Table:
    """Return F1 of each factuality; what is guessed and what is asked are one class in gold."""
    labels = factuality.CLASSES
    gold = [labels[factuality_class(one.tie.factuality)] for one in lessons]
    names = [one.gold.text.id for one in lessons]
    table = Table(
        "Factuality of DiMB-RE, dev, given the relation",
        ["", *labels, "macro F1", "accuracy"],
    )
    for system, given in found.items():
        said = [labels[factuality_class(one)] for one in given]
        rows = by_document(names, label_rows(gold, said, labels))
        each = [f1_of(rows[:, place]) for place in range(len(labels))]
        whole = np.ones((1, len(rows)))
        right = np.array([a == b for a, b in zip(gold, said, strict=True)])
        table.add(
            [
                system,
                *(figure(float(one(whole)[0])) for one in each),
                shown(macro_f1_of(rows), len(rows)),
                figure(float(right.mean())),
            ],
            show=True,
        )
    table.note("open: guessed (speculated) or only asked (unknown), one class in the corpus")
    return table


def causal_rows(
    table: Table, name: str, lessons: Sequence[Lesson], found: Mapping[str, Sequence[str]]
) -> None:
    """Add how well causal classes and directions are read."""
    gold = [causal_label(one.tie, one.window) for one in lessons]
    names = [one.gold.text.id for one in lessons]
    labels = sorted(set(gold))
    statistics = {}
    for system, said in found.items():
        rows = by_document(names, label_rows(gold, said, labels))
        statistics[system] = macro_f1_of(rows)
        right = np.mean([a == b for a, b in zip(gold, said, strict=True)])
        cells = [name, system, str(len(gold)), str(len(labels))]
        cells += [shown(statistics[system], len(rows)), figure(float(right))]
        table.add(cells, show=True)
    first, second = list(statistics.values())
    n = len(set(names))
    gap = compare(
        second, first, n, decisions=np.zeros((2, 0)), rng=np.random.default_rng(1)
    ).difference
    table.note(
        f"{name}: learned less rules {figure(gap.value)} [{figure(gap.low)}, {figure(gap.high)}]"
    )


def learned_causes(lessons: Sequence[Lesson], model: Linear) -> list[str]:
    """Return the causal labels that a model reads."""
    return [
        causality.LABELS[int(model.margins(causality.features(one.window)).argmax())]
        for one in lessons
    ]


def crossed_causes(lessons: Mapping[str, Sequence[Lesson]]) -> tuple[list[Lesson], list[str]]:
    """Return relations with what a model says that did not see their text."""
    out: list[Lesson] = []
    said: list[str] = []
    fold = {
        name: number % FOLDS
        for number, name in enumerate(
            sorted({one.gold.text.id for task in BETWEEN for one in lessons[task]})
        )
    }
    for part in range(FOLDS):
        taught = {
            task: [one for one in rows if fold.get(one.gold.text.id) != part]
            for task, rows in lessons.items()
        }
        model = teach_causality(taught)
        here = [one for task in BETWEEN for one in lessons[task] if fold[one.gold.text.id] == part]
        out += here
        said += learned_causes(here, model)
    return out, said


def own_sentences() -> tuple[list[Window], list[str]]:
    """Return the clinical sentences without a word of cause, with their labels."""
    windows: list[Window] = []
    gold: list[str] = []
    lines = [one for one in OWN.read_text(encoding="utf-8").splitlines() if one[0] != "#"]
    for line in lines[1:]:
        name, way, marked = line.split("\t")
        whole = marked_text(str(len(gold)), marked)
        windows.append(window_of(whole, Tie(0, 1, "")))
        gold.append(name if way == "-" else f"{name} {way}")
    return windows, gold


def implicit_table(model: Linear, models: Mapping[str, Linear]) -> Table:
    """Return how causes are read that no word states."""
    windows, gold = own_sentences()
    labels = sorted(set(gold))
    bare = sorted({one.split()[0] for one in gold})
    table = Table(
        "Implicit causes: 50 clinical sentences of our own",
        ["", "class and direction, macro F1", "accuracy", "class alone, macro F1", "accuracy"],
    )
    table_of = {
        "rules": [causality.rule_causality(one) for one in windows],
        "learned": [
            causality.LABELS[int(model.margins(causality.features(one)).argmax())]
            for one in windows
        ],
    }
    for system, said in table_of.items():
        cells = [system]
        for want, got, names in (
            (gold, said, labels),
            ([one.split()[0] for one in gold], [one.split()[0] for one in said], bare),
        ):
            right = np.array([a == b for a, b in zip(want, got, strict=True)], np.float64)
            rows = label_rows(want, got, names)
            cells += [shown(macro_f1_of(rows), len(rows)), shown(mean_of(right), len(right))]
        table.add(cells, show=True)
    told = [find_trigger(one, "", models["heads"], models["reaches"]) for one in windows]
    table.note(
        "written before any output was seen, by the author of the rules and of the features: "
        "a friendly hand, if a blind one; "
        f"read as implicit: {sum(not states(w, t) for w, t in zip(windows, told, strict=True))}"
        f" of {len(windows)}"
    )
    return table


def cost_note(table: Table, texts: Sequence[GoldText], sayer: Sayer) -> None:
    """Note how long a relation takes."""
    begin = time.process_time()
    for one in texts:
        sayer.say_all(one.text, one.ties)
    many = sum(len(one.ties) for one in texts)
    table.note(f"{1e3 * (time.process_time() - begin) / many:.2f} ms of CPU time a relation")


def main() -> None:
    """Run the benchmark, or train what ships."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--train", type=Path)
    asked = parser.parse_args()
    corpora = {one.task.name: one for one in read_relation_corpora(SHARED / "data", sorted(SHARES))}
    models = teach({name: one.train for name, one in corpora.items()})
    if asked.train is not None:
        content = write_linear(models)
        asked.train.write_bytes(content)
        print(f"{asked.train}: {len(content)} bytes", flush=True)
        if asked.out is None:
            return
    tables = measure(corpora, models)
    if asked.out is not None:
        write_tables(tables, asked.out, [sys.argv[0], "--out", str(asked.out)])


def measure(corpora: Mapping[str, RelationCorpus], models: dict[str, Linear]) -> list[Table]:
    """Return all tables."""
    dev = {task: lessons_of(corpora[task].dev) for task in BETWEEN}
    diet = dev["dimb"]
    rules = [rule_trigger(one.window, one.tie.kind) for one in diet]
    found = [
        find_trigger(one.window, one.tie.kind, models["heads"], models["reaches"]) for one in diet
    ]
    triggers = trigger_table(diet, {"rules": rules, "learned": found})
    cost_note(triggers, corpora["dimb"].dev, Sayer(models))
    seen = factuality_features(diet, found)
    names = ("factual", "negated", "unknown")
    facts = factuality_table(
        diet,
        {
            "majority": ["factual"] * len(diet),
            "cues": [
                factuality.rule_factuality(a.window, b) for a, b in zip(diet, found, strict=True)
            ],
            "learned": [names[int(models["factuality"].margins(one).argmax())] for one in seen],
        },
    )
    head = ["relations", "", "n", "labels", "macro F1", "accuracy"]
    causes = Table("Causal class and direction, DiMB-RE and MACCROBAT", head, left=2)
    both = [one for task in BETWEEN for one in dev[task]]
    crossed, said = crossed_causes(
        {
            task: lessons_of([*one.train, *(one.dev if task in BETWEEN else ())])
            for task, one in corpora.items()
        }
    )
    for name, rows, learned in (
        ("dev", both, learned_causes(both, models["causality"])),
        ("crossed", crossed, said),
    ):
        given = {"rules": [causality.rule_causality(one.window) for one in rows]}
        given["learned"] = learned
        causal_rows(causes, name, rows, given)
        for part, inside in (("in a sentence", True), ("across sentences", False)):
            at = [n for n, one in enumerate(rows) if one.window.is_one_sentence == inside]
            picked = {system: [values[n] for n in at] for system, values in given.items()}
            causal_rows(causes, f"{name}, {part}", [rows[n] for n in at], picked)
    return [triggers, facts, causes, implicit_table(models["causality"], models)]


if __name__ == "__main__":
    main()
