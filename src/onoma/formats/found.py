"""Results of ``annotate`` without their texts, read back to be counted: JSON lines, TSV, Parquet.

These hold a mention's place, words and concept, but not what stands around it, so that they are no
input of ``annotate`` and ``convert``. TSV and Parquet know only of documents with a mention.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from onoma.errors import BadFile, BadLine, ExtraMissing, OnomaError
from onoma.formats.jsonl import iter_records
from onoma.formats.jsonl_full import annotated_of, models_of, own_failure, relation_of
from onoma.formats.lines import iter_lines
from onoma.formats.opening import Meter, open_stream
from onoma.formats.signs import HEAD
from onoma.formats.tsv import COLUMNS
from onoma.types import AnnotatedDocument, Assertion, Document, FailedDocument, Mention

_TSV_HEAD = "\t".join(COLUMNS).encode()
_JSON_HEAD = re.compile(rb'\A\s*\{"schema":\s*1,')
_ESCAPED = re.compile(r"\\([\\tnr])")
_PLAIN = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_PARQUET = "onoma.formats.parquet"  # an extra
_NEEDED = ("id", "start", "end", "text", "type", "curie", "label", "score", "assertion")


def found_format(path: Path) -> str | None:
    """Return ``jsonl``, ``tsv`` or ``parquet`` if a file is such a result, None if it is not."""
    try:
        with open_stream(path.open("rb"), path.name) as stream:
            head = stream.peek(HEAD)[:HEAD]
    except (OnomaError, OSError):
        return None  # reported when it is read
    if head.startswith(_TSV_HEAD):
        return "tsv"
    if _JSON_HEAD.match(head):
        return "jsonl"
    return "parquet" if head.startswith(b"PAR1") and _is_found(path) else None


def _is_found(path: Path) -> bool:
    try:
        parquet: Any = import_module(_PARQUET)
    except ExtraMissing:
        return False  # reported when it is read
    columns: set[str] = parquet.parquet_columns(path)
    return columns.issuperset(_NEEDED)


def read_found(
    path: Path, name: str, format: str, *, meter: Meter | None = None
) -> Iterator[AnnotatedDocument]:
    """Yield the documents of a result file; what ends its reading becomes its last record."""
    try:
        if format == "parquet":
            yield from _of_rows(_parquet_rows(path, name), name)
            return
        with open_stream(path.open("rb"), name, meter=meter) as stream:
            yield from (
                _jsonl(stream, name)
                if format == "jsonl"
                else _of_rows(_tsv_rows(stream, name), name)
            )
    except (OnomaError, OSError) as error:
        known = error if isinstance(error, OnomaError) else BadFile(f"{name}: {error}")
        failed = FailedDocument(name, known.code, known.message, known.hint, known.offset, name)
        yield AnnotatedDocument(Document(name, "", source=name), error=failed)


def _jsonl(stream: BinaryIO, name: str) -> Iterator[AnnotatedDocument]:
    """Yield a line's document with its mentions, whether its text is there or not."""
    for document, record in iter_records(stream, name):
        mentions = record.get("mentions")
        if isinstance(document, Document):
            try:
                yield annotated_of(document, record)
            except OnomaError as error:
                failed = FailedDocument(document.id, error.code, error.message, error.hint)
                yield AnnotatedDocument(document, error=failed)
        elif isinstance(mentions, list) and record.get("text") is None:
            yield _textless(document.id, mentions, name, record)
        else:
            empty = Document(document.id, "", source=name)
            yield AnnotatedDocument(empty, error=own_failure(document, record))


def _textless(
    identifier: str, rows: Sequence[Any], name: str, record: Mapping[str, Any]
) -> AnnotatedDocument:
    date = record.get("date")
    document = Document(
        identifier, "", date=date if isinstance(date, str) else None, source=name
    )  # fmt: skip
    try:
        mentions = tuple(map(mention_of, rows))
        if "relations" not in record:
            return AnnotatedDocument(document, mentions)
        own = (
            replace(one, id=str(row.get("id") or ""))
            for one, row in zip(mentions, rows, strict=True)
        )
        relations = tuple(map(relation_of, record["relations"]))
        return AnnotatedDocument(
            document, tuple(own), relations=relations, models=models_of(dict(record))
        )
    except (KeyError, TypeError, ValueError, OnomaError) as error:
        words = f"{name}: a mention cannot be read ({error!r})"
        failed = FailedDocument(identifier, "bad-record", words, "see the schema in the docs")
        return AnnotatedDocument(document, error=failed)


def mention_of(row: Mapping[str, Any]) -> Mention:
    """Return the mention of a result's record.

    Raises: KeyError, TypeError, ValueError, BadSpan: it is none.
    """
    start, end = int(row["start"]), int(row["end"])
    said = row.get("assertion")
    return Mention(
        start, end, str(row["text"]), str(row["type"]), row.get("curie") or None,
        row.get("label") or None, float(row.get("score") or 0.0),
        str(row.get("found_by") or ""), ((start, end),),
        assertion_axes=Assertion("absent") if said == "absent" else Assertion(),
    )  # fmt: skip


def _of_rows(rows: Iterator[Mapping[str, Any]], name: str) -> Iterator[AnnotatedDocument]:
    """Yield the documents of rows that stand together by document."""
    for identifier, own in itertools.groupby(rows, key=lambda row: str(row.get("id") or name)):
        kept: list[Mapping[str, Any]] = []
        try:
            kept.extend(own)  # one by one: what stands before a broken row is counted
        except OnomaError:
            yield _textless(identifier, kept, name, {})
            raise
        yield _textless(identifier, kept, name, {})


def _tsv_rows(stream: BinaryIO, name: str) -> Iterator[dict[str, str | None]]:
    for line in itertools.islice(iter_lines(stream), 1, None):
        cells = line.text().split("\t")
        if len(cells) != len(COLUMNS) or line.is_cut:
            words = f"{len(cells)} cells, but {len(COLUMNS)} columns"
            raise BadLine(name, line.number, line.text()[:200], words, hint="is it cut off?")
        shown = (None if cell == "-" else _ESCAPED.sub(_unescaped, cell) for cell in cells)
        yield dict(zip(COLUMNS, shown, strict=True))


def _unescaped(match: re.Match[str]) -> str:
    return _PLAIN[match[1]]


def _parquet_rows(path: Path, name: str) -> Iterator[dict[str, Any]]:
    rows: Iterator[dict[str, Any]] = import_module(_PARQUET).parquet_rows(path, name, _NEEDED)
    return rows
