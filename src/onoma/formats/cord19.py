"""CORD-19: a release's ``metadata.csv`` with the parsed articles beside it, or one article alone.

A row of ``metadata.csv`` is a document: title, abstract and, where the row names a parse that is
there (PMC's before a PDF's), the paragraphs of its body, a line each; date and identifiers are the
row's. The parses that no row names follow. A parse alone (``{"paper_id": ..., "body_text": ...}``)
is a document without a date. Releases of other collections in this layout (S2ORC's) are read
likewise.

Source: Wang et al. 2020, CORD-19: The COVID-19 Open Research Dataset, section 3.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from onoma.errors import BadFile, OnomaError
from onoma.formats.biocjson import BadJson
from onoma.formats.delimited import iter_rows, row_of
from onoma.formats.opening import open_stream
from onoma.formats.pieces import LARGEST, parse_object
from onoma.formats.signs import PACKED
from onoma.types import Document, FailedDocument, Passage

INDEX = "metadata.csv"
PARSES = ".json"
_PARSES = ("pmc_json_files", "pdf_json_files")  # PMC's XML gives cleaner text than a PDF
_FIELDS = {
    "journal": "journal", "doi": "doi", "pmcid": "pmcid", "pubmed_id": "pmid",
    "license": "licence", "source_x": "source",
}  # fmt: skip
_HINT = 'see the layout of CORD-19: {"paper_id": "...", "body_text": [{"text": "..."}]}'
Part = tuple[str, str, str]
"""Kind, text and section."""


def read_cord19(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the documents of a ``metadata.csv`` (without bodies), or the one of a parsed article.

    Raises: BadFile, BadJson: it is neither.
    """
    head = cast(io.BufferedReader, stream).peek(64)[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        record = _parsed(stream, name)
        yield _document(_identifier(record) or name, _parts_of({}, record), {}, source=name)
        return
    for row in _rows(stream, name):
        yield row if isinstance(row, FailedDocument) else _of_row(row, None, source=name)


def read_cord19_path(path: Path, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the documents of a release, given its ``metadata.csv``; or of a parsed article.

    Raises: as ``read_cord19``.
    """
    with open_stream(path.open("rb"), name) as stream:
        if not is_index(stream):
            yield from read_cord19(stream, name)
            return
        folder = path.parent.resolve()
        named: set[str] = set()
        for row in _rows(stream, name):
            if isinstance(row, FailedDocument):
                yield row
                continue
            own = list(_own_parses(row))
            named.update(own)
            yield _with_body(row, own, folder, name)
        yield from _unnamed(folder, named)


def is_index(stream: BinaryIO) -> bool:
    """Return whether a stream begins as a release's ``metadata.csv`` does."""
    head = cast(io.BufferedReader, stream).peek(64)[:64]
    return head.removeprefix(b"\xef\xbb\xbf").startswith((b"cord_uid,", b'"cord_uid",'))


def _rows(stream: BinaryIO, name: str) -> Iterator[dict[str, str] | FailedDocument]:
    """Yield the rows of an index; one that cannot be read fails alone."""
    names: list[str] = []
    for found in iter_rows(stream, name):
        if isinstance(found, FailedDocument):
            yield found
            continue
        number, cells = found
        if not names:
            names = [cell.strip().removeprefix("\ufeff") for cell in cells]
            if not {"cord_uid", "title"} <= set(names):
                raise BadFile(
                    f"{name}: no columns cord_uid and title", hint="is it CORD-19's metadata.csv?"
                )
            continue
        try:
            yield row_of(cells, names, number=number, source=name)
        except OnomaError as error:
            yield FailedDocument(
                f"{name}:{number}", error.code, error.message, error.hint, source=name
            )


def _own_parses(row: Mapping[str, str]) -> Iterator[str]:
    """Yield the paths that a row gives for its parses, the best first."""
    for column in _PARSES:
        yield from filter(None, map(str.strip, row.get(column, "").split(";")))
    part = row.get("full_text_file", "").strip()  # releases before May 2020
    for sha in filter(None, map(str.strip, row.get("sha", "").split(";"))) if part else ():
        yield f"{part}/{part}/pdf_json/{sha}.json"
        yield f"{part}/pdf_json/{sha}.json"
        yield f"{part}/{part}/{sha}.json"


def _with_body(
    row: Mapping[str, str], own: list[str], folder: Path, name: str
) -> Document | FailedDocument:
    """Return the document of a row with the body of the first of its parses that is there."""
    try:
        found = next(filter(None, (_place(folder, path) for path in own)), None)
        record = None
        if found is not None:
            with open_stream(found.open("rb"), found.name) as stream:
                record = _parsed(stream, found.relative_to(folder).as_posix())
        return _of_row(row, record, source=name)
    except (OnomaError, OSError) as error:
        code = error.code if isinstance(error, OnomaError) else "unreadable"
        words = error.message if isinstance(error, OnomaError) else f"{error.filename}: {error}"
        hint = error.hint if isinstance(error, OnomaError) else "may the file be read?"
        return FailedDocument(row["cord_uid"] or name, code, words, hint, source=name)


def _place(folder: Path, path: str) -> Path | None:
    """Return a parse's file, packed or not; None if it is not there or outside the release."""
    for packed in ("", *PACKED):
        found = (folder / f"{path}{packed}").resolve()
        if found.is_relative_to(folder) and found.is_file():
            return found
    return None


def _unnamed(folder: Path, named: set[str]) -> Iterator[Document | FailedDocument]:
    """Yield the parses below a folder that no row has named, sorted."""
    endings = tuple(f"{PARSES}{packed}" for packed in ("", *PACKED))
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).as_posix()
        bare = next((inner.removesuffix(end) for end in PACKED if inner.endswith(end)), inner)
        if bare in named or not inner.endswith(endings) or not path.is_file():
            continue
        try:
            with open_stream(path.open("rb"), inner) as stream:
                yield from read_cord19(stream, inner)
        except OnomaError as error:
            yield FailedDocument(inner, error.code, error.message, error.hint, source=inner)
        except OSError as error:
            yield FailedDocument(inner, "unreadable", f"{inner}: {error}", source=inner)


def _parsed(stream: BinaryIO, name: str) -> dict[str, Any]:
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadFile(f"{name}: more than {LARGEST >> 20} MB in one article", hint="is it one?")
    record = parse_object(data.removeprefix(b"\xef\xbb\xbf"))
    if record is None:
        raise BadJson(f"{name}: not JSON", hint="copy or download the file again")
    if not isinstance(record.get("body_text", record.get("abstract")), list):
        raise BadJson(f"{name}: neither body_text nor abstract is a list", hint=_HINT)
    return record


def _identifier(record: Mapping[str, Any]) -> str:
    found = record.get("paper_id")
    return found if isinstance(found, str) else ""


def _of_row(
    row: Mapping[str, str], record: Mapping[str, Any] | None, *, source: str
) -> Document | FailedDocument:
    """Return the document of a row; ``record`` is its parse, if there is one."""
    return _document(row["cord_uid"] or source, _parts_of(row, record or {}), row, source=source)


def _parts_of(row: Mapping[str, str], record: Mapping[str, Any]) -> Iterator[Part]:
    """Yield title, abstract and paragraphs; what the row says of them leads.

    Raises: BadJson: a paragraph is none.
    """
    metadata = record.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else ""
    yield "title", row.get("title") or (title if isinstance(title, str) else ""), ""
    if row.get("abstract"):
        yield "abstract", row["abstract"], ""
    else:
        yield from _paragraphs(record, "abstract", "abstract")
    yield from _paragraphs(record, "body_text", "paragraph")


def _paragraphs(record: Mapping[str, Any], key: str, kind: str) -> Iterator[Part]:
    given = record.get(key) or []
    for one in given if isinstance(given, list) else [given]:
        text = one.get("text") if isinstance(one, dict) else None
        if not isinstance(text, str):
            raise BadJson(f"{key}: a paragraph without a text", hint=_HINT)
        section = one.get("section")
        yield kind, text, section if isinstance(section, str) else ""


def _document(
    identifier: str, parts: Iterator[Part], row: Mapping[str, str], *, source: str
) -> Document:
    """Return the document of these parts, a line each."""
    texts: list[str] = []
    passages: list[Passage] = []
    start = 0
    for kind, text, section in parts:
        if text := text.strip():
            metadata = (("section", section),) if section and kind == "paragraph" else ()
            passages.append(Passage(start, start + len(text), kind, metadata))
            texts.append(text)
            start += len(text) + 1
    date = row.get("publish_time", "").strip()
    fields = [("year", date[:4])] if date else []
    fields += [(name, row[key].strip()) for key, name in _FIELDS.items() if row.get(key)]
    return Document(
        identifier,
        "\n".join(texts),
        tuple(passages),
        date=date or None,
        source=source,
        metadata=tuple(fields),
    )
