"""Work beside the loop: threads with bounded queues, so that a busy server says so at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from onoma.server.problems import Overloaded

Answer = TypeVar("Answer")


class Lane:
    """Threads that take one kind of work; more than ``most`` waiting is refused."""

    def __init__(self, name: str, *, threads: int, most: int) -> None:
        """Make the threads; they start on their first work."""
        self.name = name
        self._most = most + threads
        self._inside = 0
        self._count = threads
        self.open()

    def open(self) -> None:
        """Take work, again if the lane was closed."""
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix=f"onoma-{self.name}")

    @property
    def inside(self) -> int:
        """How much work runs or waits."""
        return self._inside

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Return what the work gives.

        Raises: Overloaded: too much is waiting. What the work raises.
        """
        if self._inside >= self._most:
            raise Overloaded(
                f"{self._inside} requests of this kind are at work or waiting",
                hint="ask again after the time in Retry-After, or send fewer at once",
            )
        self._inside += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(self._done)
        return await future

    def _done(self, future: asyncio.Future[Answer]) -> None:
        self._inside -= 1
        if not future.cancelled():
            future.exception()  # seen, where nobody waits for it any more

    def close(self) -> None:
        """End the threads when their work is done; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
