"""The vectors of a store's names that were made before (``encode.vectors``), if they were."""

from __future__ import annotations

from onoma.encode import Encoder
from onoma.encode.vector_building import vectors_folder
from onoma.encode.vectors import NameVectors
from onoma.ontology.store import ConceptStore


def find_meanings(store: ConceptStore, encoder: Encoder) -> NameVectors | None:
    """Return the vectors of a store's names if they have been made, else None."""
    folder = vectors_folder(getattr(store, "base", store), encoder)
    return NameVectors(folder) if (folder / "manifest.json").is_file() else None
