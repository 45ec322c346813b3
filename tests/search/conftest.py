"""Libraries of a few documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.corpus import Corpus
from onoma.ontology.store import ConceptStore
from onoma.types import Document, Passage

ARTICLES = (
    ("p1", "Levodopa in Parkinson disease", "Levodopa relieves tremor. No seizure was seen."),
    ("p2", "Falls of old people", "Patients with Parkinson disease fall more often than others."),
    ("e1", "Valproate", "Epilepsy is treated with valproate; TNF-α was not measured."),
    ("d1", "Metformin and sugar", "In type 2 diabetes mellitus metformin lowers blood glucose."),
    ("c1", "A rare growth", "Ovarian melanoma was removed; the patient walks again."),
    ("n1", "A history of libraries", "Books were kept in Sjögren's hall. Nothing else was kept."),
)


def article(id_: str, title: str, abstract: str, **more: object) -> Document:
    """Return a document with a title and an abstract."""
    text = f"{title}\n{abstract}"
    size = len(title)
    passages = (Passage(0, size, "title"), Passage(size + 1, len(text), "abstract"))
    return Document(id_, text, passages, **more)  # type: ignore[arg-type]


@pytest.fixture
def corpus(tmp_path: Path, small_core: ConceptStore) -> Corpus:
    """A corpus of six articles."""
    made = Corpus.create(tmp_path / "kept")
    dated = [
        article(*one, date=f"{2015 + place}-03", metadata=(("journal", f"Journal {place % 2}"),))
        for place, one in enumerate(ARTICLES)
    ]
    made.add(dated)
    return made
