"""Annotated documents for the tests of the writers."""

from __future__ import annotations

from io import BytesIO

from hypothesis import strategies as st

from onoma.formats import make_writer
from onoma.types import (
    AnnotatedDocument,
    Assertion,
    Candidate,
    Document,
    FailedDocument,
    Mention,
    Passage,
    Span,
)


def mention_of(
    text: str, *spans: Span, type_name: str = "disease", curie: str | None = "MONDO:1"
) -> Mention:
    """Return a mention of these spans of the text."""
    start, end = spans[0][0], spans[-1][1]
    candidate = Candidate("MONDO:1", "label", "disease", 0.9, "name", "exact", why={"prior": 0.25})
    return Mention(
        start,
        end,
        text[start:end],
        type_name,
        curie,
        "label" if curie else None,
        0.9,
        "dictionary",
        spans,
        candidates=(candidate,) if curie else (),
    )


def document_of(
    text: str, *mentions: Mention, id: str = "1", title: int | None = None
) -> AnnotatedDocument:
    """Return an annotated document; ``title`` is the length of its title passage."""
    passages: tuple[Passage, ...] = ()
    if title is not None:
        passages = (Passage(0, title, "title"), Passage(title + 1, len(text), "abstract"))
    return AnnotatedDocument(Document(id, text, passages), mentions, store="test-1")


def failed_document(id: str = "bad") -> AnnotatedDocument:
    """Return a document that failed."""
    failed = FailedDocument(id, "bad-encoding", "byte 3 is none", "save it as UTF-8", 3)
    return AnnotatedDocument(Document(id, ""), error=failed)


def asserted(mention: Mention, axes: Assertion) -> Mention:
    """Return the mention with this assertion."""
    from dataclasses import replace

    return replace(mention, assertion_axes=axes)


def written(name: str, *documents: AnnotatedDocument, explain: bool = False) -> bytes:
    """Return what a writer makes of these documents."""
    stream = BytesIO()
    writer = make_writer(name, stream, explain=explain)
    writer.begin()
    for document in documents:
        writer.write(document)
    writer.end()
    return stream.getvalue()


any_text = st.text(st.characters(exclude_categories=()), max_size=60)
"""Any Unicode string, lone surrogates and control signs included."""


@st.composite
def annotated(draw: st.DrawFn, texts: st.SearchStrategy[str] = any_text) -> AnnotatedDocument:
    """Draw a document with mentions anywhere, nested and crossing ones included."""
    text = draw(texts.filter(bool))
    places = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(places, places), max_size=5))
    spans = sorted({(min(p), max(p)) for p in pairs if p[0] != p[1]})
    return document_of(text, *(mention_of(text, span) for span in spans))
