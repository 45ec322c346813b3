"""The sentences of a batch's documents by role, and texts marked with them for the index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from onoma.classify.roles import read_roles
from onoma.search.fields import ROLES, folded, marked_words
from onoma.types import Document, Passage, Span

Run = tuple[int, int, str | None]
"""Where sentences of one role begin and end."""


def role_runs(
    texts: Sequence[str], passages: Sequence[Sequence[tuple[int, int, str]]]
) -> list[list[Run]]:
    """Return the runs of sentences of one role of each document, in text order.

    ``passages`` has start, end and kind of each passage of each document, in text order.
    """
    columns = read_roles(
        [
            Document("", text, tuple(Passage(*one) for one in own))
            for text, own in zip(texts, passages, strict=True)
        ]
    )
    document, role = columns.document, columns.role
    first = np.flatnonzero((np.diff(document, prepend=-1) != 0) | (np.diff(role, prepend=-1) != 0))
    last = np.append(first[1:], len(role)) - 1
    known = [label if label in ROLES else None for label in columns.labels]
    found: list[list[Run]] = [[] for _ in texts]
    for number, start, end, label in zip(
        document[first].tolist(),
        columns.start[first].tolist(),
        columns.end[last].tolist() if len(first) else [],
        role[first].tolist(),
        strict=True,
    ):
        found[number].append((start, end, known[label]))
    return found


def marked_text(text: str, spans: Sequence[Span], runs: Sequence[Run]) -> str:
    """Return the words of some spans of a text, each with the sign of its sentence's role."""
    parts = (
        marked_words(folded(text[a:b]), role) for span in spans for a, b, role in _cut(span, runs)
    )
    return "\n".join(part for part in parts if part)


def _cut(span: Span, runs: Sequence[Run]) -> Iterator[Run]:
    """Yield a span in pieces of one role; what no run covers has none."""
    place, end = span
    for start, stop, role in runs:
        if stop <= place or start >= end:
            continue
        if place < start:
            yield place, start, None
        yield max(place, start), min(stop, end), role
        place = min(stop, end)
    if place < end:
        yield place, end, None
