"""Work beside the loop: threads with bounded queues, so that a busy server says so at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from onoma.server.problems import Overloaded

Answer = TypeVar("Answer")


class Lane:
    """Threads that take one kind of work; more than ``most`` waiting is refused.

    So is what would make more than ``size`` bytes wait, unless nothing else is there: how long a
    request waits is what stands before it.
    """

    def __init__(self, name: str, *, threads: int, most: int, size: int = 1 << 60) -> None:
        """Make the threads; they start on their first work."""
        self.name = name
        self._most = most + threads
        self._inside = 0
        self._size, self._waiting = size, 0
        self._count = threads
        self.open()

    def open(self) -> None:
        """Take work, again if the lane was closed."""
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix=f"onoma-{self.name}")

    @property
    def inside(self) -> int:
        """How much work runs or waits."""
        return self._inside

    async def run(self, work: Callable[[], Answer], *, size: int = 0) -> Answer:
        """Return what the work gives; ``size``: bytes that it reads.

        Raises: Overloaded: too much is waiting. What the work raises.
        """
        is_full = self._inside > 0 and self._waiting + size > self._size
        if self._inside >= self._most or is_full:
            raise Overloaded(
                f"{self._inside} requests of this kind are at work or waiting",
                hint="ask again after the time in Retry-After, or send fewer at once",
            )
        self._inside += 1
        self._waiting += size
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(partial(self._done, size))
        return await future

    def _done(self, size: int, future: asyncio.Future[Answer]) -> None:
        self._inside -= 1
        self._waiting -= size
        if not future.cancelled():
            future.exception()  # seen, where nobody waits for it any more

    def close(self) -> None:
        """End the threads when their work is done; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
