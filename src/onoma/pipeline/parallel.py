"""Several processes over batches: each opens the same mapped store; order is kept.

A worker is told how to make its annotator (types, namespaces); where processes are forked it
inherits a ready one. Batches are sent as
they are read, a few ahead of what has come back, so that a stream stays a stream.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from onoma.pipeline.annotator import Annotator, Settings, make_annotator

AHEAD = 2  # batches under way per process
Batch = TypeVar("Batch")
Result = TypeVar("Result")
Task = Callable[[Annotator], Callable[[Batch], Result]]
"""Makes, once a process, what is done with each batch: it may keep things from batch to batch."""


@dataclass(slots=True)
class _Own:
    annotator: Annotator | None = None
    settings: Settings | None = None
    task: Callable[[Any], Any] | None = None


_own = _Own()


def _start(settings: Settings, make_task: Task[Any, Any]) -> None:
    if _own.annotator is None or _own.settings != settings:  # a forked worker inherits one
        _own.annotator, _own.settings = make_annotator(settings), settings
    _own.task = make_task(_own.annotator)


def _run(batch: Any) -> Any:
    if _own.task is None:
        raise RuntimeError("the worker was not started")
    return _own.task(batch)


def run_batches(
    settings: Settings,
    make_task: Task[Batch, Result],
    batches: Iterable[Batch],
    *,
    processes: int,
) -> Iterator[Result]:
    """Yield the result of a task on each batch, in order, computed in several processes."""
    method = "fork" if sys.platform == "linux" else "spawn"
    if method == "fork":
        _start(settings, make_task)
        if _own.annotator is not None:
            _own.annotator.warm()
    pool = ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context(method),
        initializer=_start,
        initargs=(settings, make_task),
    )
    pending: deque[Future[Result]] = deque()
    try:
        for batch in batches:
            pending.append(pool.submit(_run, batch))
            while len(pending) >= processes * AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
