"""Which columns of a table hold what of a document, by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onoma.errors import BadFile
from onoma.formats.jsonl import join_title
from onoma.types import Document, Fields, Passage

_NAMES: dict[str, tuple[str, ...]] = {
    "text": ("text", "note_text", "document_text", "document", "content", "body", "note", "report",
             "sentence"),
    "title": ("title", "article_title"),
    "abstract": ("abstract", "summary"),
    "id": ("id", "doc_id", "document_id", "note_id", "report_id", "pmid", "pmcid", "row_id"),
    "date": ("date", "note_date", "year"),
    "language": ("language", "lang"),
}  # fmt: skip
"""The names that are known for each part, the likeliest first (any case, blanks as ``_``)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns that hold a document's parts; nothing where there is none."""

    text: str = ""
    title: str = ""
    abstract: str = ""
    id: str = ""
    date: str = ""
    language: str = ""

    @property
    def named(self) -> frozenset[str]:
        """The columns that are not metadata."""
        parts = (self.text, self.title, self.abstract, self.id, self.date, self.language)
        return frozenset(parts) - {""}


def find_columns(names: Sequence[str], *, source: str, text: str = "", id: str = "") -> Columns:
    """Return the columns by their names; ``text`` and ``id`` say them outright.

    Raises: BadFile: no column of texts, or not the one that is asked for.
    """
    known: dict[str, str] = {}
    for name in reversed(names):
        known[name.strip().lower().replace(" ", "_")] = name
    found = {
        part: next((known[word] for word in words if word in known), "")
        for part, words in _NAMES.items()
    }
    for part, asked in (("text", text), ("id", id)):
        if asked and asked not in names:
            raise BadFile(
                f"{source}: no column {asked!r}", hint=f"its columns are {', '.join(names)}"
            )
        found[part] = asked or found[part]
    if found["text"]:  # a title beside the whole text is a property of it
        found["title"] = found["abstract"] = ""
    elif not found["title"] and not found["abstract"]:
        raise BadFile(
            f"{source}: none of its columns is known to hold texts: {', '.join(names)[:200]}",
            hint="name one 'text', or two 'title' and 'abstract'",
        )
    return Columns(**found)


def document_of_row(
    row: Mapping[str, str | None], columns: Columns, *, default_id: str, source: str
) -> Document:
    """Return the document of a row; the columns that hold nothing of it are its metadata."""
    passages: tuple[Passage, ...] = ()
    if columns.text:
        text = row.get(columns.text) or ""
    else:
        text, passages = join_title(row.get(columns.title), row.get(columns.abstract))
    metadata: Fields = tuple(
        (name, value) for name, value in row.items() if value and name not in columns.named
    )
    return Document(
        row.get(columns.id) or default_id,
        text,
        passages,
        date=row.get(columns.date) or None,
        language=row.get(columns.language) or "en",
        source=source,
        metadata=metadata,
    )
