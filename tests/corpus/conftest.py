"""Corpora of a few documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.corpus import Corpus, adding
from onoma.pipeline import Pipeline
from onoma.types import Document, Passage

TEXTS = (
    "Metformin in type 2 diabetes mellitus.",
    "No fever, but gout and a seizure in the mother.",
    "Parkinson disease (PD) and epilepsy; PD was treated.",
    "Nothing of note was said, said the person who said nothing of note that day at noon.",
)


def document(number: int, words: str = "") -> Document:
    """Return a document of its own for each number and words."""
    text = f"{TEXTS[number % len(TEXTS)]} {words} {number}"
    return Document(
        f"d{number}",
        text,
        (Passage(0, len(text), "abstract", (("section", "all"),)),),
        date=f"{1990 + number % 30}-05",
        source="made.xml",
        metadata=(("journal", f"Journal {number % 3}"), ("mesh", "MESH:D003924 Diabetes")),
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An empty corpus."""
    return Corpus.create(tmp_path / "kept")


@pytest.fixture
def filled(corpus: Corpus, nlp: Pipeline) -> Corpus:
    """A corpus of three segments with an update, a removal and a failure."""
    corpus.add([document(n) for n in range(20)], pipeline=nlp)
    corpus.add([document(n) for n in range(20, 30)] + [document(3, "changed")], pipeline=nlp)
    corpus.remove(["d5", "d25"])
    return corpus


@pytest.fixture
def small_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commit after every few documents."""
    monkeypatch.setattr(adding, "COMMIT_ROWS", 4)
    monkeypatch.setattr(Pipeline, "batch_characters", 200)
