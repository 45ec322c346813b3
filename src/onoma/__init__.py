"""Biomedical text to linked concepts, on a laptop, without network or model service.

>>> import onoma
>>> nlp = onoma.load()                                    # doctest: +SKIP
>>> doc = nlp.annotate("Metformin in type 2 diabetes.")   # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onoma.encode.asking import embed, similarity
    from onoma.extract.medications import medications
    from onoma.pipeline import Pipeline, code, concept, concept_annotations, ground, load
    from onoma.search.library import library
    from onoma.types import AnnotatedDocument, Concept, Document, Mention

__version__ = "0.1.0"

__all__ = [
    "AnnotatedDocument",
    "Concept",
    "Document",
    "Mention",
    "Pipeline",
    "code",
    "concept",
    "concept_annotations",
    "embed",
    "ground",
    "library",
    "load",
    "medications",
    "similarity",
]

_HOME = {
    "Pipeline": "onoma.pipeline",
    "code": "onoma.pipeline",
    "concept": "onoma.pipeline",
    "concept_annotations": "onoma.pipeline",
    "embed": "onoma.encode.asking",
    "ground": "onoma.pipeline",
    "library": "onoma.search.library",
    "load": "onoma.pipeline",
    "medications": "onoma.extract.medications",
    "similarity": "onoma.encode.asking",
    "AnnotatedDocument": "onoma.types",
    "Concept": "onoma.types",
    "Document": "onoma.types",
    "Mention": "onoma.types",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import onoma`` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module 'onoma' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
