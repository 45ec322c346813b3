"""Spans in text order, looked up by place in no more than the logarithm of their number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar


class HasSpan(Protocol):
    """What stands somewhere in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


Item = TypeVar("Item", bound=HasSpan)


class Ordered(Generic[Item]):
    """Things that stand in a text and do not overlap, in order."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Take the things in any order."""
        self.items = sorted(items, key=lambda one: one.start)
        self._starts = [one.start for one in self.items]

    def within(self, low: int, high: int) -> list[Item]:
        """Return the things that begin in a stretch."""
        return self.items[bisect_left(self._starts, low) : bisect_left(self._starts, high)]

    def after(self, place: int) -> Item | None:
        """Return the first thing that begins at a place or behind it."""
        number = bisect_left(self._starts, place)
        return self.items[number] if number < len(self.items) else None

    def before(self, place: int) -> Item | None:
        """Return the last thing that begins before a place."""
        number = bisect_left(self._starts, place)
        return self.items[number - 1] if number else None

    def touching(self, start: int, end: int) -> list[Item]:
        """Return the things that share a character with a stretch."""
        first = self.before(start)
        head = [first] if first is not None and first.end > start else []
        return head + self.within(start, end)
