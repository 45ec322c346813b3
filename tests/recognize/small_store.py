"""A store of a handful of concepts, so that a test states the vocabulary that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onoma.ontology.compile import compile_store
from onoma.ontology.store import ConceptStore
from onoma.ontology.tables import Table
from onoma.ontology.vocabulary import Vocabulary
from onoma.types import SCOPES, type_mask


@dataclass(frozen=True)
class Entry:
    """A concept: CURIE, label, type, other names as (text, scope, source), parent's CURIE."""

    curie: str
    label: str
    type: str
    names: tuple[tuple[str, str, str], ...] = ()
    source: str = "ncbitaxon"
    parent: str = ""


def make_store(entries: list[Entry], folder: Path) -> ConceptStore:
    """Return a compiled store of these concepts."""
    row = {entry.curie: place for place, entry in enumerate(entries)}
    names = [
        (row[entry.curie], text, SCOPES.index(scope), source)
        for entry in entries
        for text, scope, source in ((entry.label, "label", entry.source), *entry.names)
    ]
    pairs = [(row[e.curie], row[e.parent]) for e in entries if e.parent]
    columns = list(zip(*names, strict=True))
    vocabulary = Vocabulary(
        version="test",
        concepts=Table(
            {
                "curie": [e.curie for e in entries],
                "label": [e.label for e in entries],
                "types": np.array([type_mask((e.type,)) for e in entries], np.uint32),
                "source": [e.source for e in entries],
            }
        ),
        names=Table(
            {
                "concept": np.array(columns[0], np.uint32),
                "text": list(columns[1]),
                "scope": np.array(columns[2], np.uint8),
                "source": list(columns[3]),
            }
        ),
        parents=Table(
            {
                "child": np.array([child for child, _ in pairs], np.uint32),
                "parent": np.array([parent for _, parent in pairs], np.uint32),
            }
        ),
        equivalents=Table(
            {
                "concept": np.array([0], np.uint32),
                "curie": ["UMLS:C0000000"],
                "predicate": ["skos:exactMatch"],
                "source": ["test"],
            }
        ),
        retired=Table({"old": [], "new": []}),
        annotations=Table({name: [] for name in ("subject", "object")}),
        sources=(),
    )
    return ConceptStore(compile_store(vocabulary, folder / "store"))
