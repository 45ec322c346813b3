"""Who is admitted when too much is asked for, in a time that the tests make."""

from __future__ import annotations

import asyncio
import heapq
import random
import threading
from itertools import count

import pytest

from onoma.server.lanes import CALM, LONGEST, Door, Lane
from onoma.server.problems import Overloaded

SIZE = 100_000
TAKES = 0.02  # seconds that a body of that size takes, more or less


class Queue:
    """One thread behind a door, in a time of its own."""

    def __init__(self) -> None:
        self.now = 100.0
        self.door = Door(side=1, burst=8, patience=0.03, clock=lambda: self.now)
        self.rng = random.Random(3)  # noqa: S311 - draws times
        self.waiting: list[float] = []
        self.times: list[float] = []
        self.refused = 0
        self._events: list[tuple[float, int, float | None]] = []
        self._numbers = count()

    def come(self, moment: float, took: float | None = None) -> None:
        """Let a request come, or one that took so long be done."""
        heapq.heappush(self._events, (moment, next(self._numbers), took))

    def run(self, until: float, *, is_closed: bool = False) -> None:
        """Let it all happen; ``is_closed``: who is answered comes again at once."""
        while self._events and self._events[0][0] < until:
            self.now, _, took = heapq.heappop(self._events)
            if took is None:
                self._arrive()
                continue
            self.door.learn("a", SIZE, took)
            self.door.leave("a", SIZE)
            self.times.append(self.now - self.waiting.pop(0))
            if self.waiting:
                self._work()
            if is_closed:
                self.come(self.now)

    def _arrive(self) -> None:
        try:
            self.door.check("a", SIZE)
        except Overloaded:
            self.refused += 1
            return
        self.door.enter("a", SIZE)
        self.waiting.append(self.now)
        if len(self.waiting) == 1:
            self._work()

    def _work(self) -> None:
        took = TAKES * self.rng.lognormvariate(0, 0.25)
        self.come(self.now + took, took)

    def p99(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.99)]


def test_three_times_too_much_does_not_slow_what_is_admitted() -> None:
    plain, over = Queue(), Queue()
    for _ in range(2):
        plain.come(plain.now)
    plain.run(220.0, is_closed=True)
    moment = over.now
    while (moment := moment + over.rng.expovariate(3 / TAKES)) < 220.0:
        over.come(moment)
    over.run(220.0)
    assert plain.refused == 0
    assert over.refused > 8000
    assert len(over.times) > 0.9 * len(plain.times)
    assert over.p99() < 1.5 * plain.p99()


def test_a_burst_is_taken_where_nobody_was_refused_before() -> None:
    queue = Queue()
    queue.come(100.0)
    queue.run(101.0)
    for _ in range(12):
        queue.come(101.0)
    queue.run(102.0)
    assert (len(queue.times), queue.refused) == (10, 3)  # one at work, eight that wait
    for _ in range(12):
        queue.come(101.0 + CALM - 0.5)
    queue.run(110.0)
    assert len(queue.times) < 16


def test_what_is_long_itself_may_wait_as_long() -> None:
    queue = Queue()
    queue.door.learn("a", SIZE, TAKES)
    queue.door.enter("a", 50 * SIZE)
    for _ in range(9):
        queue.door.enter("a", 0)
    queue.door.check("a", 60 * SIZE)
    with pytest.raises(Overloaded) as caught:
        queue.door.check("a", SIZE)
    assert caught.value.retry == 1
    queue.door.enter("a", 150 * SIZE)
    queue.now += 100
    with pytest.raises(Overloaded) as caught:
        queue.door.check("a", SIZE)
    assert (caught.value.retry or 0) > LONGEST


def test_what_was_slow_once_does_not_shut_the_door() -> None:
    door = Queue().door
    door.learn("a", 0, 60.0)  # opened an index
    for _ in range(40):
        door.learn("a", 0, 0.002)
    door.learn("a", 0, 5.0)
    for _ in range(4):
        door.enter("a", 0)
    door.check("b", 0)
    for _ in range(20):
        door.learn("a", 0, 0.002)
    door.check("a", 0)


def test_all_that_is_taken_is_done() -> None:
    lane = Lane("test", threads=1, burst=4, patience=0.03)
    gate = threading.Event()

    async def run() -> None:
        held = [asyncio.ensure_future(lane.run(gate.wait, size=50)) for _ in range(5)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await lane.run(gate.wait, size=1)
        gate.set()
        await asyncio.gather(*held)
        assert lane.inside == 0

    asyncio.run(run())
    lane.close()
