"""``forecast``: how a series of numbers goes on.

A user's file has rows of series, time and value. The last values of each series are held out: given
is what came before (a ``Past``), gold what came, the guess as many numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onoma.errors import BadFile, InputError
from onoma.eval.faults import Faults
from onoma.eval.parts import Data, Example, Item, Measure, Scored, Source, Task
from onoma.eval.records import read_records
from onoma.metrics.counts import divide
from onoma.metrics.forecast import absolute_errors, scaled_errors
from onoma.metrics.resampling import mean_of, ratio_of

HELD_OUT = 5  # the last one in five values is forecast
LEAST = 3


@dataclass(frozen=True, slots=True)
class Past:
    """The values of a series so far, in order of time, and how many are asked for."""

    values: tuple[float, ...]
    horizon: int


def read_series(source: Source) -> Data:
    """Return the series of a file, each cut in past and future; times sort as numbers or texts.

    Raises: BadFile: no series has values enough.
    """
    rows: dict[str, list[tuple[Any, float]]] = {}
    for row in read_records(source.path):
        time = row.get("time", str)
        rows.setdefault(row.get("series", str), []).append((_order(time), row.get("value", float)))
    items = []
    for name, points in rows.items():
        values = [value for _, value in sorted(points)]
        horizon = max(1, len(values) // HELD_OUT)
        if len(values) - horizon >= LEAST:
            past = Past(tuple(values[:-horizon]), horizon)
            items.append(Item(name, past, tuple(values[-horizon:]), name))
    if not items:
        raise BadFile(
            f"{source.path}: no series of at least {LEAST + 1} values",
            hint="write columns series, time, value",
        )
    return Data(items[: source.limit])


def _order(time: str) -> tuple[int, float, str]:
    try:
        return (0, float(time), "")
    except ValueError:
        return (1, 0.0, time)


def score_forecasts(data: Data, guesses: Sequence[Sequence[float]]) -> Scored:
    """Return the scaled error (MASE, leads; below 1 is better than naive) and others.

    Raises: InputError: a guess has another number of values than were asked for.
    """
    scaled, absolute, symmetric, numbers = [], [], [], []
    faults = Faults()
    for item, guess in zip(data.items, guesses, strict=True):
        if len(guess) != len(item.gold):
            raise InputError(f"{item.id}: {len(guess)} values, {len(item.gold)} are asked for")
        errors = absolute_errors(item.gold, guess)
        size = (np.abs(item.gold) + np.abs(guess)) / 2
        scaled.append(float(scaled_errors(item.gold, guess, item.given.values).mean()))
        absolute.append(float(errors.sum()))
        symmetric.append(float(divide(errors, size).mean()))
        numbers.append(len(errors))
        shown = ", ".join(f"{v:g}" for v in guess[:6])
        wanted = ", ".join(f"{v:g}" for v in item.gold[:6])
        past = ", ".join(f"{v:g}" for v in item.given.values[-8:])
        faults.add("series", item.id, wanted, shown, Example(item.id, past, "", ""))
    measures = (
        Measure("MASE", mean_of(scaled), False),
        Measure("MAE", ratio_of(absolute, numbers), False),
        Measure("sMAPE", mean_of(symmetric)),
    )
    decisions = -np.nan_to_num(np.array(scaled), nan=0.0)
    return Scored(len(scaled), measures, decisions, faults=faults.sorted(), notes=data.notes)


def _read_guess(value: Any) -> tuple[float, ...]:
    return tuple(float(one) for one in value)


FORECAST = Task(
    "forecast", "how series of numbers go on", "series, time, value", "naive", read_series,
    score_forecasts, _read_guess,
)  # fmt: skip
