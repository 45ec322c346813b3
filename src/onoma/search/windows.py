"""A document cut into windows of a few sentences: what is encoded, found and shown as a passage."""

from __future__ import annotations

from onoma.text.sentences import sentences
from onoma.types import Document, Span

WINDOW = 480  # characters: some 100 pieces, of which the encoder reads 256
MOST_WINDOWS = 64  # a book is found by its first thirty thousand characters


def windows(document: Document) -> list[Span]:
    """Return the windows of a document: runs of sentences; a passage of its own begins a new one.

    A title stands alone. A sentence that is longer than a window is one.
    """
    parts = sorted((one.start, one.end) for one in document.passages)
    out: list[Span] = []
    for start, end in parts or [(0, len(document.text))]:
        begin = -1
        last = start
        for one in sentences(document.text[start:end]):
            a, b = start + one.start, start + one.end
            if begin >= 0 and b - begin > WINDOW:
                out.append((begin, last))
                begin = -1
            begin = a if begin < 0 else begin
            last = b
            if len(out) >= MOST_WINDOWS:
                return out
        if begin >= 0:
            out.append((begin, last))
    return out[:MOST_WINDOWS]
