"""JSON lines: a document a line in, an annotated document a line out.

In: ``{"id": "a", "text": "..."}``; in place of ``text``, a ``title`` and an ``abstract`` (joined by
one space). A line without an id gets its file's name and its number. Out: the record of
``AnnotatedDocument.to_dict`` (``jsonl``), or the same with everything that is known of the document
besides (``jsonl-text``, see ``jsonl_full``), which can be read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from onoma.errors import BadLine, NotText
from onoma.formats.capacity import unheld
from onoma.formats.lines import Line, iter_lines
from onoma.formats.losses import Losses
from onoma.types import AnnotatedDocument, Candidate, Document, FailedDocument, Passage

_FIELDS = '{"id": "a", "text": "..."} or {"id": "a", "title": "...", "abstract": "..."}'


def read_jsonl(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield a document per line that is not blank; a line that is none fails alone."""
    for document, _ in iter_records(stream, name):
        yield document


def iter_records(
    stream: BinaryIO, name: str
) -> Iterator[tuple[Document | FailedDocument, dict[str, Any]]]:
    """Yield each line's document with the whole record (empty, if the line holds none)."""
    for line in iter_lines(stream):
        if not line.data or line.data.isspace():
            continue
        document_id = f"{name}:{line.number}"
        record: dict[str, Any] = {}
        try:
            record = _parse_line(line, name)
            document_id = _id_of(record, document_id)
            yield _document(record, document_id, line=line, name=name), record
        except (BadLine, NotText) as error:
            failed = FailedDocument(
                document_id, error.code, error.message, error.hint, error.offset, name
            )
            yield failed, record


def _parse_line(line: Line, name: str) -> dict[str, Any]:
    """Return the object of a line."""
    if line.is_cut:
        raise BadLine(name, line.number, _start(line), "the line is too long", hint="split it")
    try:
        record = orjson.loads(line.data)
    except orjson.JSONDecodeError:
        record = _parse_slowly(line, name)
    if not isinstance(record, dict):
        raise BadLine(
            name, line.number, _start(line), "not a JSON object", hint=f"write: {_FIELDS}"
        )
    return record


def _parse_slowly(line: Line, name: str) -> Any:
    """Parse what orjson refuses: escaped lone surrogates are taken, errors get their place."""
    text = line.text()
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError):
            problem = f"not JSON ({error.msg} at column {error.colno})"
        elif isinstance(error, RecursionError):
            problem = "JSON nested too deeply"
        else:
            problem = "a number of thousands of digits"
        raise BadLine(
            name, line.number, text, problem, hint=f"one JSON object a line: {_FIELDS}"
        ) from error


def _start(line: Line) -> str:
    return line.data[:400].decode("utf-8", "replace")


def _id_of(record: dict[str, Any], default: str) -> str:
    """Return the record's own id if it has a usable one."""
    value = record.get("id")
    return str(value) if isinstance(value, (str, int)) and value != "" else default


def _document(record: dict[str, Any], document_id: str, *, line: Line, name: str) -> Document:
    """Return the document of a parsed record."""
    text, title, abstract = (record.get(key) for key in ("text", "title", "abstract"))
    for key in ("text", "title", "abstract"):
        if not isinstance(record.get(key), (str, type(None))):
            raise BadLine(name, line.number, _start(line), f"{key!r} is not a string", hint=_FIELDS)
    date = record.get("date")
    language = record.get("language")
    passages: tuple[Passage, ...] = ()
    if text is None:
        if title is None and abstract is None:
            problem = "neither 'text' nor 'title' and 'abstract'"
            raise BadLine(name, line.number, _start(line), problem, hint=f"write: {_FIELDS}")
        text, passages = join_title(title, abstract)
    return Document(
        document_id,
        text,
        passages,
        date=date if isinstance(date, str) else None,
        language=language if isinstance(language, str) else "en",
        source=name,
    )


def join_title(title: str | None, abstract: str | None) -> tuple[str, tuple[Passage, ...]]:
    """Return title and abstract as one text (one space between) with its two passages.

    >>> join_title("Gout", "A study.")[0]
    'Gout A study.'
    """
    if title is None:
        return abstract or "", (Passage(0, len(abstract or ""), "abstract"),)
    if abstract is None:
        return title, (Passage(0, len(title), "title"),)
    start = len(title) + 1
    passages = (
        Passage(0, len(title), "title"),
        Passage(start, start + len(abstract), "abstract"),
    )
    return f"{title} {abstract}", passages


class JsonlWriter:
    """Writes one JSON object a line; with ``explain``, each mention carries its candidates."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream."""
        self.losses = Losses()
        self._stream = stream
        self._explain = explain

    def begin(self) -> None:
        """Write nothing: the format has no head."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write the document's record, or the error's."""
        self.losses.update(unheld(document, "jsonl"))
        record = document.to_dict()
        if self._explain and document.error is None:
            for mention, fields in zip(document.mentions, record["mentions"], strict=True):
                fields["candidates"] = [candidate_record(c) for c in mention.candidates]
        self._stream.write(encode_record(record))

    def end(self) -> None:
        """Write nothing: the format has no foot."""


def candidate_record(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate's JSON fields, with the parts of its score."""
    return {
        "curie": candidate.curie,
        "label": candidate.label,
        "type": candidate.type,
        "score": round(candidate.score, 4),
        "name": candidate.name,
        "scope": candidate.scope,
        "via": candidate.via,
        "lossy": candidate.lossy,
        "why": {part: round(value, 4) for part, value in candidate.why.items()},
    }


def encode_record(record: dict[str, Any]) -> bytes:
    """Return a record as one line of UTF-8; lone surrogates, which UTF-8 has not, are escaped."""
    try:
        return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:
        return json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
