"""A run: lessons of several tasks share one network; one task's head is kept and measured."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from onoma.classify.crf import F32
from onoma.classify.sentences import U32, Words
from onoma.classify.sequence_model import SequenceModel
from onoma.classify.training.lessons import I64, Lesson
from onoma.classify.training.merging import merged
from onoma.classify.training.network import Network, Shape
from onoma.encode.bert import need_torch
from onoma.errors import InputError
from onoma.formats.output import open_output
from onoma.metrics.classification import accuracy, confusion, label_counts
from onoma.metrics.counts import f1

LESSONS = 32  # documents a step
BUCKET = 8  # steps whose documents are sorted by length together
LEAST_RATE = 0.02  # of the highest rate, at the end
WARM = 100  # steps until the highest rate

Watch = Callable[[int, int, float], None]
"""Told step, steps and the loss."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a run goes; the values were chosen on a tenth of the training parts.

    ``members`` networks are taught by other chances and merged; each adds to the size.
    """

    keys: int = 30_000
    passes: int = 4
    rate: float = 2e-3
    decay: float = 1e-4
    seed: int = 0
    members: int = 1
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Task:
    """Lessons of one set of labels: how often a pass sees each, and how much it counts."""

    labels: tuple[str, ...]
    lessons: Sequence[Lesson]
    repeats: int = 1
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """How labels were found again: F1 weighted by the labels' numbers, share right, each F1."""

    weighted_f1: float
    accuracy: float
    by_label: dict[str, float]
    sentences: int
    documents: int


def train(tasks: Sequence[Task], recipe: Recipe, watch: Watch | None = None) -> SequenceModel:
    """Return a model of the first task's labels, taught by all of them (``train_one``), merged."""
    seeds = range(recipe.seed, recipe.seed + recipe.members)
    return merged([train_one(tasks, replace(recipe, seed=seed), watch) for seed in seeds])


def train_one(tasks: Sequence[Task], recipe: Recipe, watch: Watch | None = None) -> SequenceModel:
    """Return one network for the first task's labels, taught by all of them.

    Tasks of equal labels share a head. Raises: InputError: there is no lesson; ExtraMissing: torch
    is not installed.
    """
    lessons = [one for task in tasks for one in task.lessons]
    if not lessons:
        raise InputError(
            "there is nothing to learn from",
            hint="documents need headings such as METHODS: inside; labelled files need sentences",
        )
    torch = need_torch("onoma train roles")
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    heads = list(dict.fromkeys(task.labels for task in tasks))
    network = Network(frequent_keys(lessons, recipe.keys), heads, recipe.shape)
    vectors, trunk = network.parameters()
    optimizer = torch.optim.AdamW(
        [{"params": vectors, "weight_decay": recipe.decay}, {"params": trunk}],
        lr=recipe.rate, weight_decay=1e-3,
    )  # fmt: skip
    steps = recipe.passes * len(list(_steps(tasks, rng)))
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda at: min(1.0, (at + 1) / WARM) * max(LEAST_RATE, 1 - at / steps)
    )
    step = 0
    for _ in range(recipe.passes):
        for task, batch in _steps(tasks, rng):
            head = heads.index(task.labels)
            loss = network.loss(network.pad(batch, head), head) * task.weight
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(vectors + trunk, 5.0)
            optimizer.step()
            plan.step()
            step += 1
            if watch is not None:
                watch(step, steps, loss.item())
    return network.frozen(heads.index(tasks[0].labels))


def frequent_keys(lessons: Sequence[Lesson], most: int) -> U32:
    """Return the keys that stand in the most sentences, sorted."""
    counts: Counter[int] = Counter()
    for lesson in lessons:
        for keys in lesson.keys:
            counts.update(set(keys.tolist()))
    best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return np.array(sorted(key for key, _ in best), np.uint32)


def _steps(tasks: Sequence[Task], rng: np.random.Generator) -> Iterator[tuple[Task, list[Lesson]]]:
    """Yield the batches of a pass in an order of chance, documents of like length together."""
    out: list[tuple[Task, list[Lesson]]] = []
    for task in tasks:
        drawn = [task.lessons[k] for k in _shuffled(len(task.lessons), task.repeats, rng)]
        for first in range(0, len(drawn), LESSONS * BUCKET):
            near = sorted(drawn[first : first + LESSONS * BUCKET], key=lambda one: len(one.keys))
            out += [(task, near[k : k + LESSONS]) for k in range(0, len(near), LESSONS)]
    return (out[k] for k in rng.permutation(len(out)).tolist())


def _shuffled(count: int, repeats: int, rng: np.random.Generator) -> list[int]:
    order: list[int] = (rng.permutation(count * repeats) % max(count, 1)).tolist()
    return order


def measure(
    model: SequenceModel, lessons: Sequence[Lesson], *, aside: frozenset[str] = frozenset()
) -> Score:
    """Return how well a model finds the gold labels; ``aside`` are labels that are not asked for.

    Sentences whose source leaves the label open are not asked for, either.
    """
    gold, found = predictions(model, lessons)
    names = np.array(model.labels)
    asked = (gold >= 0) & ~np.isin(names[np.maximum(gold, 0)], list(aside))
    labels = model.labels
    matrix = confusion(names[gold[asked]].tolist(), names[found[asked]].tolist(), labels)
    counts = label_counts(matrix)
    each = f1(counts)
    share = counts[:, 3] / max(counts[:, 3].sum(), 1)
    return Score(
        float((each * share).sum()),
        accuracy(matrix),
        {name: float(one) for name, one in zip(labels, each, strict=True) if name not in aside},
        int(asked.sum()),
        len(lessons),
    )


def predictions(model: SequenceModel, lessons: Sequence[Lesson]) -> tuple[I64, I64]:
    """Return the gold and the found label of each sentence (places; gold -1 where it is open)."""
    chances = lesson_chances(model, lessons)
    gold = np.concatenate([one.gold for one in lessons]) if lessons else np.empty(0, np.int64)
    return gold, chances.argmax(axis=1)


def lesson_chances(model: SequenceModel, lessons: Sequence[Lesson]) -> F32:
    """Return the chance of each label for each sentence of lessons, one after the other."""
    keys = [key for one in lessons for key in one.keys]
    owner = np.repeat(np.arange(len(keys)), [len(one) for one in keys])
    words = Words(np.concatenate([*keys, np.empty(0, np.uint32)]), owner)
    sequence = np.repeat(np.arange(len(lessons)), [len(one.keys) for one in lessons])
    return model.chances(words, sequence.astype(np.int32))


def write_model(folder: Path, model: SequenceModel, card: dict[str, Any], recipe: Recipe) -> None:
    """Write ``model.npz`` and ``card.json`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_output(folder / "model.npz") as stream:
        model.save(stream)
    whole = {"labels": list(model.labels), **card, "recipe": asdict(recipe)}
    with open_output(folder / "card.json") as stream:
        stream.write((json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode())
