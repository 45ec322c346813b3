"""The entry point: puts reading, matching, linking and assertion together, batch by batch.

In: texts, documents or an Arrow table. Out: annotated documents, a table of mentions, JSON lines;
for terms, their ranked concepts. ``Pipeline`` composes; every step is an ordinary object that works
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onoma.pipeline.pipeline import Pipeline, load

if TYPE_CHECKING:
    from onoma.pipeline.coding import code
    from onoma.pipeline.grounding import concept, concept_annotations, ground

__all__ = ["Pipeline", "code", "concept", "concept_annotations", "ground", "load"]

_LATER = {
    "code": "coding",
    "concept": "grounding",
    "concept_annotations": "grounding",
    "ground": "grounding",
}


def __getattr__(name: str) -> Any:
    """Import what grounds terms or codes texts at its first use: who annotates needs none of it."""
    if name not in _LATER:
        raise AttributeError(f"module 'onoma.pipeline' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"onoma.pipeline.{_LATER[name]}"), name)
