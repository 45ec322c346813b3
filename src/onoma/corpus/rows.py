"""Documents as rows of the log, and what tells whether two records are the same."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from onoma.corpus.schema import DOCUMENTS, PASSAGES
from onoma.pipeline.found import FIELDS
from onoma.types import AnnotatedDocument, Document, FailedDocument, Fields, Passage

_YEAR = re.compile(r"(?:1[5-9]|20|21)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Removal:
    """The wish that the document of this id counts no more."""

    id: str
    version: int = 0  # only up to this version of it; 0: any


@dataclass(frozen=True, slots=True)
class Finished:
    """Stands behind the last document of a file that was read to its end without an error."""

    digest: str
    name: str


Item = Document | FailedDocument | AnnotatedDocument | Removal | Finished
"""What is added: an annotated document keeps the mentions and relations that it comes with."""

NO_DOCUMENT = Document("", "")


def document_of(item: Item) -> Document:
    """Return the document of an item, an empty one where it has none."""
    if isinstance(item, AnnotatedDocument):
        return item.document
    return item if isinstance(item, Document) else NO_DOCUMENT


def plain_text(text: str) -> str:
    """Return text that UTF-8 can hold: a lone surrogate becomes a question mark, as long."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def hash_record(item: Item) -> tuple[int, int]:
    """Return the hash of an item's text and that of all that its source says (64 bits each)."""
    if isinstance(item, (Removal, Finished)):
        return 0, 0
    if isinstance(item, FailedDocument):
        return 0, _digest(hashlib.blake2b(f"{item.code}\0{item.message}".encode(errors="replace")))
    document = document_of(item)
    text = hashlib.blake2b(document.text.encode(errors="replace"), digest_size=8)
    own = _digest(text)
    rest: list[Any] = [document.date, document.language, document.metadata, document.passages]
    if isinstance(item, AnnotatedDocument):
        rest.append([item.mentions, item.relations])
    try:
        text.update(orjson.dumps(rest))
    except TypeError:  # a lone surrogate
        text.update(json.dumps(rest, default=repr).encode())
    return own, _digest(text)


def _digest(made: Any) -> int:
    return int.from_bytes(made.digest()[:8], "little")


def own_id(document: Document) -> str:
    """Return the id of a document that came without: its content says it."""
    made = hashlib.blake2b(document.text.encode(errors="surrogatepass"), digest_size=8)
    return f"text:{made.hexdigest()}"


def year_of(document: Document) -> int | None:
    """Return the year of publication, if the document says it."""
    said = document.date or next((v for n, v in document.metadata if n == "year"), "")
    found = _YEAR.match(said)
    return int(found[0]) if found else None


def version_of(document: Document) -> int:
    """Return the version of a MEDLINE citation (1 where none is said)."""
    said = next((value for name, value in document.metadata if name == "version"), "1")
    return min(int(said), 32767) if said.isdecimal() else 1


def document_table(items: Sequence[Item], columns: dict[str, Any]) -> pa.Table:
    """Return the rows of items; ``columns`` has those that they do not say themselves."""
    documents = [document_of(item) for item in items]
    failed = [item if isinstance(item, FailedDocument) else None for item in items]
    sources = [
        one.source if bad is None else bad.source
        for one, bad in zip(documents, failed, strict=True)
    ]
    given = {
        "text": strings([one.text for one in documents]),
        "passages": passage_lists([one.passages for one in documents]),
        "date": strings([one.date for one in documents]),
        "year": pa.array([year_of(one) for one in documents], pa.int16()),
        "language": strings([one.language for one in documents]),
        "source": strings(sources),
        "metadata": field_lists([one.metadata for one in documents]),
        "removed": [isinstance(item, Removal) for item in items],
        "error": pa.array([_error(bad) for bad in failed], DOCUMENTS.field("error").type),
    } | columns
    return pa.table({name: given[name] for name in DOCUMENTS.names}, schema=DOCUMENTS)


def _error(failed: FailedDocument | None) -> dict[str, Any] | None:
    if failed is None:
        return None
    return {
        "code": failed.code,
        "message": plain_text(failed.message),
        "hint": plain_text(failed.hint),
        "offset": failed.offset,
    }


def strings(texts: Sequence[str | None]) -> pa.Array:
    """Return texts as a column."""
    try:
        return pa.array(texts, pa.string())
    except (UnicodeEncodeError, pa.ArrowInvalid):  # a lone surrogate has no UTF-8 form
        return pa.array([t if t is None else plain_text(t) for t in texts], pa.string())


def field_lists(rows: Sequence[Fields]) -> pa.Array:
    """Return each row's fields as a list of names and values."""
    names = strings([name for fields in rows for name, _ in fields])
    values = strings([value for fields in rows for _, value in fields])
    pairs = pa.StructArray.from_arrays([names, values], fields=list(FIELDS.value_type))
    return pa.ListArray.from_arrays(_offsets([len(fields) for fields in rows]), pairs)


def passage_lists(rows: Sequence[Sequence[Passage]]) -> pa.Array:
    """Return each row's passages as a list."""
    flat = [passage for passages in rows for passage in passages]
    columns = [
        pa.array([one.start for one in flat], pa.int64()),
        pa.array([one.end for one in flat], pa.int64()),
        strings([one.kind for one in flat]),
        field_lists([one.metadata for one in flat]),
    ]
    structs = pa.StructArray.from_arrays(columns, fields=list(PASSAGES.value_type))
    return pa.ListArray.from_arrays(_offsets([len(passages) for passages in rows]), structs)


def _offsets(counts: Sequence[int]) -> pa.Array:
    ends = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=ends[1:])
    return pa.array(ends)
