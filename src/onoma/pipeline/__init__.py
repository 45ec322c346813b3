"""The entry point: puts reading, matching, linking and assertion together, batch by batch.

In: texts, documents or an Arrow table. Out: annotated documents, a table of mentions, JSON lines;
for terms, their ranked concepts. ``Pipeline`` composes; every step is an ordinary object that works
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onoma.pipeline.pipeline import Pipeline, load

if TYPE_CHECKING:
    from onoma.pipeline.grounding import concept, ground

__all__ = ["Pipeline", "concept", "ground", "load"]


def __getattr__(name: str) -> Any:
    """Import what grounds terms when it is first used: who annotates needs none of it."""
    if name not in ("concept", "ground"):
        raise AttributeError(f"module 'onoma.pipeline' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("onoma.pipeline.grounding"), name)
