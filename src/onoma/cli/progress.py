"""A line on the terminal while a run goes on: documents, rate, how much is read, time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from onoma.formats import Meter, find_inputs

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

INTERVAL = 0.2  # seconds between two changes of the line


class Progress:
    """Shows progress on standard error if that is a terminal; else does nothing, at no cost.

    What is left is told by the bytes of the files, packed as they are; where a part of the input
    is no file (a pipe), there is no telling.
    """

    def __init__(self, meter: Meter, bar: Bar | None, total: int | None) -> None:
        """Take what counts the bytes read, the line to draw (or none) and the bytes of the files.

        ``total`` is None when it is not known.
        """
        self._meter = meter
        self._bar = bar
        self._total = total
        self._task: Any = None
        self._first: int | None = None  # documents that an earlier run did
        self._start = self._shown = time.monotonic()

    @classmethod
    def of(cls, paths: Iterable[str | Path], meter: Meter, *, is_wanted: bool) -> Progress:
        """Return the progress over these paths, shown if it is wanted and there is a terminal."""
        if not is_wanted or not sys.stderr.isatty():
            return cls(meter, None, None)
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        total = total_size(paths)
        words = TextColumn("{task.fields[words]}")
        left = () if total is None else (BarColumn(24), TimeRemainingColumn(), TextColumn("left"))
        bar = Bar(
            words, *left, TimeElapsedColumn(), console=Console(stderr=True), transient=True,
            speed_estimate_period=60,
        )  # fmt: skip
        return cls(meter, bar, total)

    def __enter__(self) -> Progress:
        """Begin to draw."""
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("", total=self._total, words="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away."""
        if self._bar is not None:
            self._bar.stop()

    def step(self, documents: int) -> None:
        """Show that so many documents are done, those of an earlier run among them."""
        if self._bar is None:
            return
        now = time.monotonic()
        if self._first is None:
            self._first = documents - 1
        if now - self._shown < INTERVAL:
            return
        self._shown = now
        seconds = max(now - self._start, 0.001)
        rate = (documents - self._first) / seconds
        read = self._meter.count
        words = f"{documents:,} documents, {rate:,.0f} a second, {read / 1e6:,.1f}"
        words += " MB" if self._total is None else f" of {self._total / 1e6:,.1f} MB"
        self._bar.update(self._task, completed=read, words=words)


def total_size(paths: Iterable[str | Path]) -> int | None:
    """Return the bytes of all files of these paths; None when one of them is no file."""
    total = 0
    for item in find_inputs(paths):
        if item.path is None or not item.path.is_file():
            return None
        total += item.path.stat().st_size
    return total
