"""Counters of all workers in one mapped file: each worker has a row of its own and writes no other.

``/metrics`` adds the rows up and writes Prometheus's text format. Labels are the names of
operations and classes of statuses, never anything of a request.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

BORDERS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CLASSES = ("2xx", "3xx", "4xx", "5xx")
GAUGES = ("process", "started", "open", "resident")
_WIDTH = len(CLASSES) + len(BORDERS) + 1 + 1  # statuses, times, the sum of times
MEDIA = "text/plain; version=0.0.4; charset=utf-8"
MOST_WORKERS = 64


class Metrics:
    """One worker's row, and the sum of all."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """Take a free row of the file in a folder, or of a file made there."""
        self._names = tuple(names)
        self._place = {name: place for place, name in enumerate(self._names)}
        size = len(GAUGES) + len(self._names) * _WIDTH
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"counters-{size}.bin"
        with path.open("ab") as file:
            file.truncate(MOST_WORKERS * size * 8)
        self._all = np.memmap(path, np.float64, "r+", shape=(MOST_WORKERS, size))
        self._row = self._all[self._free()]
        self._row[:] = 0
        self._row[0] = os.getpid()
        self._counts = self._row[len(GAUGES) :].reshape(len(self._names), _WIDTH)

    def _free(self) -> int:
        for number in range(MOST_WORKERS):
            holder = int(self._all[number, 0])
            if holder in (0, os.getpid()) or not _lives(holder):
                return number
        return os.getpid() % MOST_WORKERS

    def note(self, name: str, status: int, seconds: float) -> None:
        """Count a request."""
        row = self._counts[self._place[name]]
        row[min(max(status // 100 - 2, 0), len(CLASSES) - 1)] += 1
        border = next((i for i, one in enumerate(BORDERS) if seconds <= one), len(BORDERS))
        row[len(CLASSES) + border] += 1
        row[-1] += seconds

    def opened(self, change: int) -> None:
        """Count requests that are being answered now."""
        self._row[2] += change

    def text(self) -> str:
        """Return all counters in Prometheus's text format."""
        living = [row for row in self._all if row[0] and _lives(int(row[0]))]
        total = np.sum(living, axis=0)
        counts = total[len(GAUGES) :].reshape(len(self._names), _WIDTH)
        lines = [
            "# TYPE onoma_workers gauge",
            f"onoma_workers {len(living)}",
            "# TYPE onoma_requests_open gauge",
            f"onoma_requests_open {total[2]:g}",
            "# TYPE process_resident_memory_bytes gauge",
            f"process_resident_memory_bytes {sum(_resident(int(row[0])) for row in living)}",
            "# TYPE onoma_requests_total counter",
        ]
        for name, row in zip(self._names, counts, strict=True):
            lines += [
                f'onoma_requests_total{{operation="{name}",status="{kind}"}} {value:g}'
                for kind, value in zip(CLASSES, row, strict=False)
                if value
            ]
        lines.append("# TYPE onoma_request_seconds histogram")
        for name, row in zip(self._names, counts, strict=True):
            if row[: len(CLASSES)].any():
                lines += _histogram(name, row[len(CLASSES) : -1].cumsum(), float(row[-1]))
        return "\n".join(lines) + "\n"


def _histogram(
    name: str, counts: np.ndarray[tuple[int], np.dtype[np.float64]], total: float
) -> list[str]:
    words = f'onoma_request_seconds_bucket{{operation="{name}",le='
    borders = [*(f"{one:g}" for one in BORDERS), "+Inf"]
    return [
        *(f'{words}"{one}"}} {count:g}' for one, count in zip(borders, counts, strict=True)),
        f'onoma_request_seconds_sum{{operation="{name}"}} {total:g}',
        f'onoma_request_seconds_count{{operation="{name}"}} {counts[-1]:g}',
    ]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _resident(process: int) -> int:
    """Return a process's memory in bytes, 0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
