"""Onoma inside other people's tools: a spaCy component, frames of polars, pandas and Hugging Face.

In: what those tools hold texts in (``Doc``, data frames, datasets). Out: the same kind with what
was found in it. Each is a thin shell around ``Pipeline``; the tools are extras and are imported
only when one of their objects, or their component, is asked for.

``onoma.scale.spacy``: ``nlp.add_pipe("onoma")`` (extra ``spacy``). ``onoma.scale.frames``:
``annotate_frame(frame, column="text")``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onoma.scale.frames import annotate_frame

__all__ = ["annotate_frame"]


def __getattr__(name: str) -> Any:
    if name != "annotate_frame":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("onoma.scale.frames").annotate_frame  # PyArrow is an extra
