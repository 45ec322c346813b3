"""Work beside the loop: threads with short queues, so that a busy server says so at once.

Who is admitted is decided by how long it would wait, reckoned from what stands before it: each
kind's pace (seconds a byte of its bodies) is learnt as work is done. Once a lane had to refuse
somebody, nobody waits longer than its ``patience``, or than the own work takes; a lane that refused
nobody for a while takes a burst. So what is admitted is answered about as soon as ever, however
much is asked for (after the controlled delay of Nichols and Jacobson 2012, "Controlling Queue
Delay", and Maurer 2015, "Fail at Scale"; they drop late work from the queue, here it never enters).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from onoma.server.problems import Overloaded

Answer = TypeVar("Answer")
CALM = 2.0  # seconds without a refusal until a lane is no longer pressed
LATEST = 30  # seconds that anybody is sent away for
LONGEST = 2.0  # seconds that anybody waits, in a burst too
BASE = 2000  # bytes that stand for what a request costs beside its body
RARE = 8.0  # times the usual pace that one measurement counts for at most
FIRST = 1.0  # seconds that the first counts for at most
FADES = 0.9  # what is left of a measured pace at the next measurement


class Door:
    """Who may come in, by how long the wait would be; it knows nothing of threads."""

    def __init__(
        self, *, side: int, burst: int, patience: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Let so many work side by side and so many more wait in a burst."""
        self._side = side
        self._burst = burst
        self._patience = patience
        self._clock = clock
        self._sizes: dict[str, int] = {}  # kind to bytes that are at work or wait
        self._paces: dict[str, tuple[float, float]] = {}  # kind to seconds and bytes, both fading
        self._refused = -math.inf
        self.inside = 0

    def check(self, kind: str, size: int) -> None:
        """Check that work would be admitted now.

        Raises: Overloaded: it would wait too long.
        """
        if self.inside < self._side:
            return
        wait = sum(self._seconds(*one) for one in self._sizes.items()) / self._side
        is_known = self._sizes.keys() <= self._paces.keys()
        if is_known and wait <= max(self._patience, self._seconds(kind, size + BASE)):
            return
        now = self._clock()
        is_calm = now - self._refused > CALM
        if is_calm and wait <= LONGEST and self.inside - self._side < self._burst:
            return
        self._refused = now
        error = Overloaded(
            f"{self.inside} requests of this kind are at work or waiting",
            hint="ask again after the time in Retry-After, or send fewer at once",
        )
        error.retry = min(max(math.ceil(wait), 1), LATEST)
        raise error

    def enter(self, kind: str, size: int) -> None:
        """Count work that is taken."""
        self.inside += 1
        self._sizes[kind] = self._sizes.get(kind, 0) + size + BASE

    def leave(self, kind: str, size: int) -> None:
        """Count work that is over."""
        self.inside -= 1
        self._sizes[kind] -= size + BASE
        if not self._sizes[kind]:
            del self._sizes[kind]

    def learn(self, kind: str, size: int, seconds: float) -> None:
        """Learn the pace of a kind of work from what it took; the first opens much, and is rare."""
        spent, done = self._paces.get(kind, (0.0, 0.0))
        usual = self._seconds(kind, size + BASE)
        took = min(seconds, RARE * usual if usual else FIRST)
        self._paces[kind] = (spent * FADES + took, done * FADES + size + BASE)

    def _seconds(self, kind: str, size: int) -> float:
        """Return how long so many bytes of a kind of work take, 0 where none was done yet."""
        spent, done = self._paces.get(kind, (0.0, 1.0))
        return size * spent / done


class Lane:
    """Threads that take one kind of work, and no more of it than they soon come to."""

    def __init__(self, name: str, *, threads: int, burst: int, patience: float) -> None:
        """Make the threads, which start on their first work; so many wait in a burst."""
        self.name = name
        self._count = threads
        self._door = Door(side=threads, burst=burst, patience=patience)
        self.open()

    def open(self) -> None:
        """Take work, again if the lane was closed."""
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix=f"onoma-{self.name}")

    @property
    def inside(self) -> int:
        """How much work runs or waits."""
        return self._door.inside

    def check(self, kind: str, size: int = 0) -> None:
        """Check that work would be admitted now.

        Raises: Overloaded: it would wait too long.
        """
        self._door.check(kind, size)

    async def run(self, work: Callable[[], Answer], *, kind: str = "", size: int = 0) -> Answer:
        """Return what the work gives; ``size``: bytes that it reads.

        Raises: Overloaded: it would wait too long. What the work raises.
        """
        self._door.check(kind, size)
        self._door.enter(kind, size)
        timed = partial(self._timed, work, kind, size)
        future = asyncio.get_running_loop().run_in_executor(self._threads, timed)
        future.add_done_callback(partial(self._done, kind, size))
        return await future

    def _timed(self, work: Callable[[], Answer], kind: str, size: int) -> Answer:
        """Do the work and learn its pace; what fails is mostly quick and teaches nothing."""
        began = time.monotonic()
        answer = work()
        self._door.learn(kind, size, time.monotonic() - began)
        return answer

    def _done(self, kind: str, size: int, future: asyncio.Future[Answer]) -> None:
        self._door.leave(kind, size)
        if not future.cancelled():
            future.exception()  # seen, where nobody waits for it any more

    def close(self) -> None:
        """End the threads when their work is done; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
