"""A new curation: which documents, who reads them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import orjson

from onoma.corpus.durable import save_bytes, sync_folder
from onoma.curate.curation import DOCUMENTS, SCHEMA, Curation
from onoma.curate.doubt import doubts
from onoma.curate.places import SHEET
from onoma.errors import InputError, UnknownName
from onoma.formats import make_writer
from onoma.ontology.loading import open_vocabulary
from onoma.types import AnnotatedDocument, Candidate

CHOICES = ("doubt", "chance", "first")
"""Which documents, where not all: most doubt a length of text, drawn by chance, as they come."""
MOST = 5_000  # documents of a curation
_READER = re.compile(r"\w[\w .@-]{0,60}")


@dataclass(frozen=True, slots=True)
class Start:
    """How a curation begins.

    ``documents`` 0: all; ``vocabulary``: whose concepts are linked to; ``source`` says in words
    where the documents are from.
    """

    readers: tuple[str, ...] = ("reader",)
    adjudicator: str = ""
    types: tuple[str, ...] = ()
    documents: int = 0
    choice: str = "doubt"
    seed: int = 1
    vocabulary: str = "core"
    source: str = ""


def start_curation(
    folder: Path, documents: Iterable[AnnotatedDocument], start: Start | None = None
) -> Curation:
    """Make a curation of documents that came annotated; those that failed are left out.

    Raises: InputError: the folder is in use, there is nothing to curate, or too much.
    """
    wanted = start or Start()
    _check(wanted)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: there is something already", hint="give another name")
    known = [_narrowed(one, wanted.types) for one in documents if one.error is None]
    chosen = _named(_chosen(known, wanted), wanted.vocabulary)
    if not any(one.mentions for one in chosen):
        raise InputError("there is no mention to decide on", hint="other documents, or types")
    if len(chosen) > MOST:
        words = f"{len(chosen):,} documents are more than people read"
        raise InputError(words, hint=f"take some with --documents (at most {MOST:,})")
    folder.mkdir(parents=True, exist_ok=True)
    out = BytesIO()
    writer = make_writer("jsonl-text", out, explain=True)
    writer.begin()
    for one in chosen:
        writer.write(one)
    writer.end()
    written = save_bytes(folder / DOCUMENTS, out.getvalue())
    sheet = {
        "schema": SCHEMA, "id": uuid.uuid4().hex,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "readers": list(wanted.readers), "adjudicator": wanted.adjudicator,
        "types": list(wanted.types), "vocabulary": wanted.vocabulary,
        "source": wanted.source, "choice": wanted.choice,
        "file": written.to_record(), "documents": len(chosen),
        "items": sum(len(one.mentions) for one in chosen),
        "doubts": [[[d.value, d.reasons] for d in row] for row in doubts(chosen)],
    }  # fmt: skip
    save_bytes(folder / SHEET, orjson.dumps(sheet))
    sync_folder(folder)
    return Curation.open(folder)


def _check(start: Start) -> None:
    if start.choice not in CHOICES:
        raise UnknownName("choice", start.choice, CHOICES)
    named = [*start.readers, *([start.adjudicator] if start.adjudicator else [])]
    for name in named:
        if not _READER.fullmatch(name):
            raise InputError(f"no name for a reader: {name!r}", hint="letters, digits, . _ - @")
    if not 1 <= len(set(start.readers)) == len(start.readers) <= 2:
        raise InputError("one or two readers, each another", hint="--readers anna,ben")


def _narrowed(document: AnnotatedDocument, types: tuple[str, ...]) -> AnnotatedDocument:
    """Return a document with the mentions of these types alone; relations go with them."""
    if not types:
        return document
    kept = tuple(one for one in document.mentions if one.type in types)
    ends = {end for one in kept for end in (one.id, one.curie) if end}
    ties = tuple(
        one for one in document.relations if all(end.target in ends for end in one.arguments)
    )
    return replace(document, mentions=kept, relations=ties)


def _named(documents: list[AnnotatedDocument], vocabulary: str) -> list[AnnotatedDocument]:
    """Return documents whose candidates have labels: a corpus keeps their ids alone."""
    is_bare = any(not c.label for d in documents for m in d.mentions for c in m.candidates)
    if not is_bare:
        return documents
    store = open_vocabulary(vocabulary)

    def label(one: Candidate) -> Candidate:
        row = -1 if one.label else store.row_of(one.curie)
        return one if row < 0 else replace(one, label=store.concept_at(row).label)

    return [
        replace(document, mentions=tuple(
            replace(one, candidates=tuple(map(label, one.candidates))) for one in document.mentions
        ))
        for document in documents
    ]  # fmt: skip


def _chosen(documents: list[AnnotatedDocument], start: Start) -> list[AnnotatedDocument]:
    count = start.documents
    if not count or count >= len(documents):
        return documents
    if start.choice == "first":
        return documents[:count]
    if start.choice == "chance":
        drawn = np.random.default_rng(start.seed).permutation(len(documents))[:count]
        return [documents[place] for place in sorted(drawn.tolist())]
    yields = [
        sum(one.value for one in row) / max(len(document.text), 1)
        for document, row in zip(documents, doubts(documents), strict=True)
    ]
    best = sorted(range(len(documents)), key=lambda place: (-yields[place], place))[:count]
    return [documents[place] for place in sorted(best)]
