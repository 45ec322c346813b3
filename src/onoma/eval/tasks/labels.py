"""``classify``, ``sequence`` and ``assertion``: labels of texts, of a run of sentences, of spans.

``classify``: given a text; gold a set of labels, the guess a ``LabelGuess``. ``sequence``: given
the sentences of an abstract; gold and guess one label a sentence. ``assertion``: given a text and
spans in it; gold and guess the axes on which what is said departs from present, current, of the
patient.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from onoma.errors import InputError
from onoma.eval import gold_tables, gold_texts
from onoma.eval.faults import Faults, in_context, whole
from onoma.eval.parts import Confusion, Data, Item, Measure, Row, Scored, Source, Task
from onoma.eval.reading import read_items
from onoma.eval.records import as_list, read_records
from onoma.metrics.classification import confusion, multilabel_counts
from onoma.metrics.counts import I64, score
from onoma.metrics.curves import auprc, auroc
from onoma.metrics.resampling import drawn, f1_of, macro_f1_of, mean_of
from onoma.types import Assertion, Span

AXES = ("negated", "historical", "hypothetical", "other experiencer")
NO_LABEL = "none"


@dataclass(frozen=True, slots=True)
class SpansInText:
    """A text and the places in it that are asked about."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class LabelGuess:
    """Labels, with scores of all labels if the system gives any (higher is likelier)."""

    labels: frozenset[str]
    scores: Mapping[str, float] = field(default_factory=dict)


def axes_of(assertions: Sequence[Assertion]) -> frozenset[str]:
    """Return the axes on which any of the assertions departs."""
    holds = {
        "negated": any(a.polarity == "absent" for a in assertions),
        "historical": any(a.temporality == "historical" for a in assertions),
        "hypothetical": any(a.temporality == "hypothetical" for a in assertions),
        "other experiencer": any(a.experiencer != "patient" for a in assertions),
    }
    return frozenset(axis for axis, true in holds.items() if true)


def labels_of(data: Data, guesses: Sequence[frozenset[str]]) -> list[str]:
    """Return all labels, sorted."""
    sets = [item.gold for item in [*data.items, *(data.train or ())]]
    return sorted({label for one in [*sets, *guesses] for label in one})


def score_sets(data: Data, given: Sequence[LabelGuess]) -> Scored:
    """Return the scores of label sets; the macro mean leads, as classes are uneven.

    Where scores are given, also AUROC and AUPRC, means over the labels.
    """
    guesses = [one.labels for one in given]
    labels = labels_of(data, guesses)
    gold = [item.gold for item in data.items]
    counts = multilabel_counts(gold, guesses, labels)
    total = counts.sum(axis=1)
    exact = np.array([g == p for g, p in zip(gold, guesses, strict=True)], np.float64)
    measures = (
        Measure("macro F1", macro_f1_of(counts)),
        Measure("micro F1", f1_of(total)),
        Measure("all labels right", mean_of(exact)),
        *_curve_measures(gold, given, labels),
    )
    is_single = all(len(one) <= 1 for one in [*gold, *guesses])
    faults = Faults()
    for item, guess in zip(data.items, guesses, strict=True):
        if item.gold != guess:
            _add_set_fault(faults, item, guess)
    return Scored(
        len(data.items), measures, exact, _label_rows(labels, counts), faults.sorted(),
        _single_confusion(gold, guesses, labels) if is_single else None, data.notes,
    )  # fmt: skip


def _curve_measures(
    gold: Sequence[frozenset[str]], given: Sequence[LabelGuess], labels: Sequence[str]
) -> list[Measure]:
    """Return AUROC and AUPRC, each the mean over the labels that have both kinds of items."""
    if not labels or not all(one.scores for one in given):
        return []
    wanted = np.array([[label in one for label in labels] for one in gold])
    scores = np.array([[one.scores.get(label, -np.inf) for label in labels] for one in given])

    def mean(curve: Callable[[Any, Any], float], rows: I64) -> float:
        values = [curve(wanted[rows, i], scores[rows, i]) for i in range(len(labels))]
        known = [value for value in values if not math.isnan(value)]
        return sum(known) / len(known) if known else math.nan

    return [
        Measure("AUROC, mean over labels", drawn(partial(mean, auroc))),
        Measure("AUPRC, mean over labels", drawn(partial(mean, auprc))),
    ]


def _add_set_fault(faults: Faults, item: Item[Any, Any], guess: frozenset[str]) -> None:
    gold, predicted = ", ".join(sorted(item.gold)), ", ".join(sorted(guess))
    if isinstance(item.given, SpansInText):
        start, end = item.given.spans[0]
        example = in_context(item.id, item.given.text, start, end)
        for axis in sorted(item.gold ^ guess):
            kind = f"{axis}: missed" if axis in item.gold else f"{axis}: spurious"
            faults.add(kind, item.given.text[start:end], gold, predicted, example)
        return
    faults.add(
        "wrong labels", "", gold or NO_LABEL, predicted or NO_LABEL, whole(item.id, item.text)
    )


def _label_rows(labels: Sequence[str], counts: I64) -> tuple[Row, ...]:
    return tuple(Row(name, score(counts[:, i].sum(axis=0))) for i, name in enumerate(labels))


def _single_confusion(
    gold: Sequence[frozenset[str]], guesses: Sequence[frozenset[str]], labels: Sequence[str]
) -> Confusion:
    """Return the confusion of items that have one label at most."""
    named = [[next(iter(one), NO_LABEL) for one in side] for side in (gold, guesses)]
    is_open = any(NO_LABEL in side for side in named)
    every = [*labels, NO_LABEL] if is_open and NO_LABEL not in labels else list(labels)
    return Confusion(tuple(every), confusion(named[0], named[1], every))


def score_axes(data: Data, guesses: Sequence[frozenset[str]]) -> Scored:
    """Return the scores of the axes; negation, the one that matters most, leads."""
    gold = [item.gold for item in data.items]
    counts = multilabel_counts(gold, guesses, AXES)
    quiet = 1 - counts[:, :, 3]
    kept = quiet * (1 - counts[:, :, 1])
    measures = [Measure(f"{axis} F1", f1_of(counts[:, i])) for i, axis in enumerate(AXES)]
    measures.append(
        Measure("specificity of negation", mean_of(np.where(quiet[:, 0] > 0, kept[:, 0], np.nan)))
    )
    exact = np.array([g == p for g, p in zip(gold, guesses, strict=True)], np.float64)
    measures.append(Measure("all axes right", mean_of(exact)))
    faults = Faults()
    for item, guess in zip(data.items, guesses, strict=True):
        if item.gold != guess:
            _add_set_fault(faults, item, guess)
    return Scored(
        len(data.items), tuple(measures), exact, _label_rows(AXES, counts), faults.sorted(),
        notes=data.notes,
    )  # fmt: skip


def score_sequences(data: Data, guesses: Sequence[Sequence[str]]) -> Scored:
    """Return the scores of sentence labels; abstracts are drawn whole.

    Raises: InputError: a guess has another number of labels than there are sentences.
    """
    for item, guess in zip(data.items, guesses, strict=True):
        if len(guess) != len(item.gold):
            raise InputError(f"{item.id}: {len(guess)} labels for {len(item.gold)} sentences")
    used = {label for item in data.items for label in item.gold}
    labels = sorted(used | {label for guess in guesses for label in guess})
    counts = np.zeros((len(data.items), len(labels), 4), np.int64)
    for row, (item, guess) in enumerate(zip(data.items, guesses, strict=True)):
        single = [[frozenset([label]) for label in side] for side in (item.gold, guess)]
        counts[row] = multilabel_counts(single[0], single[1], labels).sum(axis=0)
    flat = [
        [label for one in side for label in one] for side in ([i.gold for i in data.items], guesses)
    ]
    right = np.array([g == p for g, p in zip(*flat, strict=True)], np.float64)
    faults = Faults()
    for item, guess in zip(data.items, guesses, strict=True):
        for number, (want, got) in enumerate(zip(item.gold, guess, strict=True)):
            if want != got:
                faults.add("wrong label", "", want, got, whole(item.id, item.given[number]))
    measures = (
        Measure("micro F1", f1_of(counts.sum(axis=1))),
        Measure("macro F1", macro_f1_of(counts)),
    )
    return Scored(
        len(data.items), measures, right, _label_rows(labels, counts), faults.sorted(),
        Confusion(tuple(labels), confusion(flat[0], flat[1], labels)), data.notes,
    )  # fmt: skip


def read_labels(value: Any) -> LabelGuess:
    """Return the labels of a JSON list, one text, or an object with ``labels`` and ``scores``."""
    if isinstance(value, dict):
        scores = {str(name): float(score) for name, score in value.get("scores", {}).items()}
        return LabelGuess(read_label_set(value["labels"]), scores)
    return LabelGuess(read_label_set(value))


def read_label_set(value: Any) -> frozenset[str]:
    """Return the labels of a JSON list, or one text."""
    return frozenset([value]) if isinstance(value, str) else frozenset(map(str, value))


def read_label_list(value: Any) -> tuple[str, ...]:
    """Return the labels of a JSON list in order."""
    return tuple(str(one) for one in value)


def _read_classes(source: Source) -> Data:
    return read_items(source, gold_texts.READERS, gold_texts.read_labelled)


def _read_sequences(source: Source) -> Data:
    return read_items(source, gold_texts.READERS, gold_texts.read_sentences)


def _read_assertions(source: Source) -> Data:
    readers = {"negex": read_negex}
    return read_items(source, readers, read_plain_assertions)


def read_negex(path: Any, options: Any) -> list[Item[SpansInText, frozenset[str]]]:
    """Return the rows of the NegEx package's file whose condition stands in its sentence."""
    return [
        Item(row.number, SpansInText(row.sentence, row.spans), negex_axes(row), row.sentence)
        for row in gold_tables.negex_rows(path)
        if row.spans
    ]


def negex_axes(row: gold_tables.NegexRow) -> frozenset[str]:
    """Return the axes of a row in our words; "not particular" is its word for hypothetical."""
    holds = {
        "negated": row.negation == "negated",
        "historical": row.temporality == "historical",
        "hypothetical": row.temporality in ("hypothetical", "not particular"),
        "other experiencer": row.experiencer != "patient",
    }
    return frozenset(axis for axis, true in holds.items() if true)


def read_plain_assertions(path: Any, options: Any) -> list[Item[SpansInText, frozenset[str]]]:
    """Return the rows of a user's file: text, start, end, labels among ``AXES``.

    Raises: InputError: a label is none of them, or the span does not fit.
    """
    out = []
    for row in read_records(path):
        text = row.get("text", str)
        start, end = row.get("start", int), row.get("end", int)
        if not 0 <= start < end <= len(text):
            raise InputError(f"{row.place}, line {row.number}: {start} {end} does not fit the text")
        labels = frozenset(as_list(row.values.get("labels") or ""))
        if labels - set(AXES):
            raise InputError(f"{row.place}, line {row.number}: labels are among {', '.join(AXES)}")
        out.append(Item(row.id, SpansInText(text, ((start, end),)), labels, text))
    return out


CLASSIFY = Task(
    "classify", "labels of texts", "id, text, labels", "tfidf", _read_classes, score_sets,
    read_labels,
)  # fmt: skip
SEQUENCE = Task(
    "sequence", "a label for each sentence of a text", "id, sentences, labels", "tfidf",
    _read_sequences, score_sequences, read_label_list,
)  # fmt: skip
ASSERTION = Task(
    "assertion", "negation, time and experiencer of given spans",
    "id, text, start, end, labels (negated, historical, hypothetical, other experiencer)", "onoma",
    _read_assertions, score_axes, read_label_set,
)  # fmt: skip
