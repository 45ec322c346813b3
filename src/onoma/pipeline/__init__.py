"""The entry point: puts reading, matching, linking and assertion together, batch by batch.

In: texts, documents or an Arrow table. Out: annotated documents, a table of mentions, JSON lines.
``Pipeline`` composes; every step is an ordinary object that works alone.
"""

from onoma.pipeline.grounding import concept, ground
from onoma.pipeline.pipeline import Pipeline, load

__all__ = ["Pipeline", "concept", "ground", "load"]
