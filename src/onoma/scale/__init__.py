"""Onoma inside other people's tools: a spaCy component, frames of polars, pandas and Hugging Face.

In: what those tools hold texts in (``Doc``, data frames, datasets). Out: the same kind with what
was found in it. Each is a thin shell around ``Pipeline``; the tools are extras and are imported
only when one of their objects, or their component, is asked for.

``onoma.scale.spacy``: ``nlp.add_pipe("onoma")`` (extra ``spacy``). ``onoma.scale.frames``:
``annotate_frame(frame, column="text")``.
"""

from onoma.scale.frames import annotate_frame

__all__ = ["annotate_frame"]
