"""What those who write a store and those who open it must agree on."""

from __future__ import annotations

from collections.abc import Callable

STORE_FORMAT = 20
TEXT_BLOCK = 16  # strings that are found and read together
TEXT_END = b"\xff"  # never part of UTF-8

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share done (0 to 1)."""


def silent(step: str, share: float) -> None:
    """Report nothing."""
