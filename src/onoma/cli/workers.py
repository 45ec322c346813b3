"""Worker processes that end with the command that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from functools import cache

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


@cache
def tie_workers() -> None:
    """Let worker processes end with this one; SIGKILL leaves it no time to end them."""
    if sys.platform == "linux":
        os.register_at_fork(after_in_child=_end_with_parent)


def _end_with_parent() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not ours, which asks Python to exit
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
