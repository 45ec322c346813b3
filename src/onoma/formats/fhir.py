"""FHIR R4 in: the texts of DocumentReference and DiagnosticReport, from JSON, Bundle or NDJSON.

A resource is a document: its attachments that are text (``text/plain``, ``text/html`` in base64),
its ``conclusion``, and its narrative (``text.div``) if that says more than the resource does
(``additional``, ``extensions``) or is all there is. Each is a passage of the kind ``attachment``,
``conclusion`` or ``narrative``. The id is ``DocumentReference/7``; metadata are ``subject``,
``encounter``, ``status``, ``type`` and ``left_out`` (the type of an attachment that is no text). A
resource with nothing but such attachments fails. Other resources are passed over.

Source: HL7 FHIR R4 (4.0.1), https://hl7.org/fhir/R4/documentreference.html, diagnosticreport.html.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

import orjson

from onoma.errors import BadFile, BadLine, DataError, NotText, OnomaError
from onoma.formats.html_text import decode_html, html_blocks
from onoma.formats.lines import iter_lines
from onoma.formats.opening import decode_part, decode_text
from onoma.types import Document, FailedDocument, Passage

LARGEST = 1 << 28  # bytes of a Bundle or resource
_HEAD = 1 << 16
_HTML = ("text/html", "application/xhtml+xml")


class NoText(DataError):
    """A clinical document whose text is not in the file."""

    code = "no-text"


@dataclass(slots=True)
class _Parts:
    """The texts of a resource while they are collected."""

    texts: list[tuple[str, str, str]] = field(default_factory=list)  # kind, title, text
    left_out: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def add(self, kind: str, text: str, title: str = "") -> None:
        """Add a text that is not blank."""
        if text and not text.isspace():
            self.texts.append((kind, title, text))


def read_fhir(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the texts of the resources of a file in order.

    Raises: BadFile: neither a resource, a Bundle nor lines of them. NotText: not UTF-8.
    """
    if _is_lines(cast(io.BufferedReader, stream)):
        yield from _read_lines(stream, name)
        return
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadFile(
            f"{name}: more than {LARGEST >> 20} MB in one resource",
            hint="give it as NDJSON, a resource a line",
        )
    yield from _resources(_parse(decode_text(data), name), name)


def _is_lines(stream: io.BufferedReader) -> bool:
    """Say whether a file holds a resource a line: its first line is whole, or very long."""
    line, end, _ = stream.peek(_HEAD)[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not line.startswith(b"{"):
        return False
    try:
        return bool(end) and isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return not end and b'"Bundle"' not in line[:2000]


def _read_lines(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the texts of an NDJSON file; a line that is none fails alone."""
    for line in iter_lines(stream):
        if not line.data.strip():
            continue
        try:
            if line.is_cut:
                raise BadLine(name, line.number, "", "the line is too long", hint="split it")
            resource = _parse(line.text(), f"{name}, line {line.number}")
        except OnomaError as error:
            yield FailedDocument(
                f"{name}:{line.number}", error.code, error.message, error.hint, source=name
            )
            continue
        yield from _resources(resource, name)


def _parse(text: str, where: str) -> dict[str, Any]:
    """Return the resource of a JSON text."""
    try:
        found = orjson.loads(text.encode("utf-8", "surrogatepass"))
    except orjson.JSONDecodeError as error:
        raise BadFile(
            f"{where}: not JSON ({error})", hint="a FHIR resource is a JSON object"
        ) from error
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise BadFile(f"{where}: no FHIR resource", hint="a resource has a 'resourceType'")
    return found


def _resources(root: dict[str, Any], name: str) -> Iterator[Document | FailedDocument]:
    """Yield the documents of a resource, or of those in a Bundle (also of Bundles in it)."""
    waiting = [root]
    count = 0
    while waiting:
        resource = waiting.pop()
        kind = resource.get("resourceType")
        if kind == "Bundle":
            inner = [_dict(_dict(entry).get("resource")) for entry in _list(resource.get("entry"))]
            waiting += reversed(inner)
        elif kind in ("DocumentReference", "DiagnosticReport"):
            count += 1
            yield _document(resource, f"{name}:{count}", name)


def _document(resource: dict[str, Any], default: str, name: str) -> Document | FailedDocument:
    """Return the document of a resource."""
    kind = resource["resourceType"]
    own = _text(resource.get("id"))
    document_id = f"{kind}/{own}" if own else default
    try:
        parts = _parts(resource)
        if not parts.texts and (parts.left_out or parts.elsewhere):
            raise NoText(
                f"{document_id}: its text is in {', '.join(parts.left_out + parts.elsewhere)}",
                hint="extract or fetch the text, and put it in as text/plain",
            )
    except OnomaError as error:
        words = f"{name}: {error.message}"
        return FailedDocument(document_id, error.code, words, error.hint, source=name)
    passages, start = [], 0
    for part, title, text in parts.texts:
        metadata = (("title", title),) if title else ()
        passages.append(Passage(start, start + len(text), part, metadata))
        start += len(text) + 1
    return Document(
        document_id,
        "\n".join(text for _, _, text in parts.texts),
        tuple(passages),
        date=_date(resource),
        language=_text(resource.get("language")).partition("-")[0] or "en",
        source=name,
        metadata=tuple(_metadata(resource, parts)),
    )


def _parts(resource: dict[str, Any]) -> _Parts:
    """Return the texts of a resource.

    Raises: NotText, BadFile, DataError: an attachment that says it is text, but is none.
    """
    parts = _Parts()
    for content in _list(resource.get("content")):
        _attachment(_dict(_dict(content).get("attachment")), parts)
    for form in _list(resource.get("presentedForm")):
        _attachment(_dict(form), parts)
    parts.add("conclusion", _text(resource.get("conclusion")))
    narrative = _dict(resource.get("text"))
    if not parts.texts or narrative.get("status") in ("additional", "extensions"):
        parts.add("narrative", html_blocks(_text(narrative.get("div")))[0])
    return parts


def _attachment(attachment: dict[str, Any], parts: _Parts) -> None:
    """Add an attachment's text, or what it is instead."""
    stated = _text(attachment.get("contentType")).lower()
    kind, _, rest = stated.partition(";")
    kind = kind.strip()
    data = attachment.get("data")
    title = _text(attachment.get("title"))
    if not isinstance(data, str):
        if attachment.get("url"):
            parts.elsewhere.append(_text(attachment["url"]))
    elif kind in _HTML:
        parts.add("attachment", html_blocks(decode_html(_decoded(data)))[0], title)
    elif kind.startswith("text/") or not kind:
        parts.add("attachment", _plain(_decoded(data), rest), title)
    else:
        parts.left_out.append(kind)


def _decoded(data: str) -> bytes:
    """Return the bytes of a base64 string, in which blanks and line ends may stand."""
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        words = f"the attachment's data are not base64 ({error})"
        raise NotText(words, hint="is the text itself in 'data'? encode it") from error


def _plain(data: bytes, parameters: str) -> str:
    """Return a plain text in the charset that its content type states."""
    _, _, charset = parameters.partition("charset=")
    charset = charset.partition(";")[0].strip(" \"'")
    try:
        is_text = bool(charset) and codecs.lookup(charset)._is_text_encoding
    except LookupError:
        is_text = False
    if is_text and codecs.lookup(charset).name not in ("utf-8", "utf-16", "utf-32"):
        return decode_part(data, encoding=charset)
    return decode_text(data)


def _metadata(resource: dict[str, Any], parts: _Parts) -> Iterator[tuple[str, str]]:
    """Yield what a resource says of its text."""
    context = _dict(resource.get("context"))
    encounters = [resource.get("encounter"), *_list(context.get("encounter"))]
    found = [
        ("subject", _text(_dict(resource.get("subject")).get("reference"))),
        *(("encounter", _text(_dict(one).get("reference"))) for one in encounters),
        ("status", _text(resource.get("status"))),
        ("type", _concept(resource.get("type") or resource.get("code"))),
        *(("left_out", one) for one in parts.left_out + parts.elsewhere),
    ]
    yield from (pair for pair in found if pair[1])


def _concept(concept: Any) -> str:
    """Return the words of a CodeableConcept, or its first code."""
    found = _dict(concept)
    coding = _dict(next(iter(_list(found.get("coding"))), None))
    return _text(found.get("text")) or _text(coding.get("display")) or _text(coding.get("code"))


def _date(resource: dict[str, Any]) -> str | None:
    """Return the day that a text is of."""
    period = _dict(resource.get("effectivePeriod"))
    for value in (
        resource.get("effectiveDateTime"), period.get("start"), resource.get("date"),
        resource.get("issued"),
    ):  # fmt: skip
        if _text(value):
            return _text(value)[:10]
    return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
