"""Annotated documents of our own, and a curation of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onoma.curate import Curation, Start, start_curation
from onoma.types import AnnotatedDocument, Candidate, Document, Mention

TEXT = "Metformin helped; breast and ovarian cancer did not come. No rash."


def mention(
    text: str, words: str, *, curie: str | None = "X:1", score: float = 0.9, **more: object
) -> Mention:
    """Return a mention of words of a text, with a candidate or two."""
    start = text.index(words)
    candidates = () if curie is None else (Candidate(curie, words, "disease", score),)
    told = {"type": "disease", "found_by": "dictionary", "candidates": candidates} | more
    label = None if curie is None else words
    return Mention(start, start + len(words), words, curie=curie, label=label, score=score,
                   spans=((start, start + len(words)),), **told)  # type: ignore[arg-type] # fmt: skip


def documents() -> list[AnnotatedDocument]:
    """Return three documents: the second one's mentions are the most doubtful."""
    sure, unsure = "Fever and cough.", "Fever with rash, no cough."
    return [
        AnnotatedDocument(
            Document("a", TEXT),
            (
                mention(TEXT, "Metformin", curie="CHEBI:6801", type="chemical", score=0.98),
                mention(TEXT, "breast and ovarian cancer", curie="MONDO:1", score=0.7),
                mention(TEXT, "rash", curie=None, score=0.5),
            ),
        ),
        AnnotatedDocument(
            Document("b", unsure),
            (
                mention(unsure, "Fever", curie="HP:1", score=0.4),
                mention(unsure, "cough", curie=None),
            ),
        ),
        AnnotatedDocument(
            Document("c", sure),
            (mention(sure, "Fever", curie="HP:1"), mention(sure, "cough", curie="HP:2")),
        ),
    ]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Curation]:
    """Return what makes a curation of the documents."""

    def made(*readers: str, name: str = "it", **more: object) -> Curation:
        start = Start(readers=readers or ("anna",), **more)  # type: ignore[arg-type]
        return start_curation(tmp_path / name, documents(), start)

    return made
