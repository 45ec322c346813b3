"""Folders put in their place whole: what is half-made is never seen under the final name."""

from __future__ import annotations

import shutil
from pathlib import Path


def put_in_place(work: Path, folder: Path) -> None:
    """Rename ``work`` to ``folder``; what was there is moved aside first, then removed."""
    if not folder.exists():
        work.replace(folder)
        return
    aside = work.with_name(work.name + ".old")
    folder.replace(aside)
    try:
        work.replace(folder)
    except OSError:
        aside.replace(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
