"""What finds mentions by a name: heads of the tagger, names of annotated documents, and packages.

A maker takes what stands behind the name's colon (``lexicon:train.pubtator``) and returns an object
that replaces the mentions of documents. Entry points ``onoma.recognizers`` add to the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from onoma.registry import Registry
from onoma.types import AnnotatedDocument


class Recognizer(Protocol):
    """Finds mentions in documents; those of the dictionary are in them already."""

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the mentions that it finds, in order."""


RecognizerMaker = Callable[[str], Recognizer]

recognizers: Registry[RecognizerMaker] = Registry(
    "recognizer",
    group="onoma.recognizers",
    builtin={
        "heads": "onoma.recognize.tagger_heads:make_heads",
        "lexicon": "onoma.recognize.marked_names:make_lexicon",
        "linear": "onoma.recognize.linear.model:make_linear",
    },
)
