"""A spaCy component (extra ``spacy``): ``nlp.add_pipe("onoma")``.

    import spacy
    nlp = spacy.blank("en")
    nlp.add_pipe("onoma", config={"types": ["disease"], "ids": ["MESH"]})
    doc = nlp("No gout.")
    for span in doc.spans["onoma"]:
        print(span.text, span.label_, span._.curie, span._.assertion)

Mentions are in ``doc.spans["onoma"]`` (they may overlap, which ``doc.ents`` cannot): the label is
the semantic type, ``kb_id_`` the CURIE. ``span._`` has ``curie`` (None for NIL), ``concept`` (its
label), ``assertion``, ``score``, and ``offsets``, the mention's own character offsets, as a span
ends with its tokens: where spaCy's tokens are longer than a mention, the span is, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import tee
from typing import Any

from onoma.errors import ExtraMissing
from onoma.pipeline import Pipeline, load
from onoma.types import AnnotatedDocument

NAME = "onoma"

try:
    _language: Any = import_module("spacy.language").Language
    _span: Any = import_module("spacy.tokens").Span
except ModuleNotFoundError as error:
    raise ExtraMissing("spacy", "the spaCy component") from error


class OnomaComponent:
    """Puts the mentions that a pipeline finds into spaCy's documents."""

    def __init__(self, pipeline: Pipeline, *, spans_key: str = NAME) -> None:
        """Take a pipeline and the name of the span group."""
        self._pipeline = pipeline
        self._key = spans_key

    def __call__(self, doc: Any) -> Any:
        """Return the document with its spans set."""
        return self._set(doc, self._pipeline.annotate(doc.text))

    def pipe(self, stream: Iterable[Any], *, batch_size: int = 128) -> Iterator[Any]:
        """Yield documents with their spans set, in order, lazily, a batch at a time."""
        docs, texts = tee(stream)
        found = self._pipeline.pipe(doc.text for doc in texts)
        for doc, annotated in zip(docs, found, strict=True):
            yield self._set(doc, annotated)

    def _set(self, doc: Any, annotated: AnnotatedDocument) -> Any:
        spans = []
        for mention in annotated.mentions:
            span = doc.char_span(
                mention.start,
                mention.end,
                label=mention.type,
                kb_id=mention.curie or "",
                alignment_mode="expand",
            )
            if span is None:  # a text without tokens
                continue
            span._.concept = mention.label
            span._.assertion = mention.assertion
            span._.score = mention.score
            span._.offsets = [list(part) for part in mention.spans]
            spans.append(span)
        doc.spans[self._key] = spans
        return doc


def _make_component(
    nlp: Any,
    name: str,
    vocabulary: str,
    types: Sequence[str] | None,
    ids: Sequence[str] | None,
    nested: bool,
    mode: str,
    spans_key: str,
) -> OnomaComponent:
    """Return the component of a spaCy pipeline's configuration."""
    pipeline = load(vocabulary, types=types, ids=ids, nested=nested, mode=mode)
    return OnomaComponent(pipeline, spans_key=spans_key)


def _curie(span: Any) -> str | None:
    return span.kb_id_ or None


def register() -> Any:
    """Tell spaCy of the component and of what spans know besides; return its factory."""
    for field in ("concept", "assertion", "score", "offsets"):
        _span.set_extension(field, default=None, force=True)
    _span.set_extension("curie", getter=_curie, force=True)
    return _language.factory(
        NAME,
        default_config={
            "vocabulary": "core",
            "types": None,
            "ids": None,
            "nested": False,
            "mode": "",
            "spans_key": NAME,
        },
        func=_make_component,
    )


factory = register()
"""What the entry point ``spacy_factories`` names, so that ``add_pipe`` finds it by itself."""
