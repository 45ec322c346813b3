"""A store of a handful of concepts, so that a test states the vocabulary that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from onoma.ontology.compile import compile_store
from onoma.ontology.store import ConceptStore
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
        concepts=pa.table(
            {
                "curie": [e.curie for e in entries],
                "label": [e.label for e in entries],
                "types": pa.array([type_mask((e.type,)) for e in entries], pa.uint32()),
                "source": [e.source for e in entries],
            }
        ),
        names=pa.table(
            {
                "concept": pa.array(columns[0], pa.uint32()),
                "text": pa.array(columns[1], pa.string()),
                "scope": pa.array(columns[2], pa.uint8()),
                "source": pa.array(columns[3], pa.string()),
            }
        ),
        parents=pa.table(
            {
                "child": pa.array([child for child, _ in pairs], pa.uint32()),
                "parent": pa.array([parent for _, parent in pairs], pa.uint32()),
            }
        ),
        equivalents=pa.table(
            {
                "concept": pa.array([0], pa.uint32()),
                "curie": ["UMLS:C0000000"],
                "predicate": ["skos:exactMatch"],
                "source": ["test"],
            }
        ),
        retired=pa.table({"old": pa.array([], pa.string()), "new": pa.array([], pa.string())}),
        annotations=pa.table({name: pa.array([], pa.string()) for name in ("subject", "object")}),
        sources=(),
    )
    return ConceptStore(compile_store(vocabulary, folder / "store"))
