"""RIS, NBIB and Web of Science exports: a reference is a document; every tag is kept.

The text is the title and the abstracts, a line each, with a passage each; the passage's metadata
name the ``tag`` it came from. Every other field is in the document's metadata under its tag, in
order, so that ``RisWriter`` and ``NbibWriter`` write the record back with all that it had (title
and abstracts first). A value is one line: line ends in a text are written as spaces.

The id is the first of ``ID``, ``PMID``, ``AN``, ``UT``, ``DO`` and ``LID``; the writers add an
``ID`` (``PMID``) where the other fields would give another one. Metadata whose names are no tags
(such as MEDLINE's) are written under the tag that holds the same where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from onoma.errors import BadFile, OnomaError
from onoma.formats.capacity import unheld
from onoma.formats.losses import Losses
from onoma.formats.output import encode_text
from onoma.formats.tagged import Record, iter_records
from onoma.types import AnnotatedDocument, Document, FailedDocument, Fields, Passage

_ID_TAGS = ("ID", "PMID", "AN", "UT", "DO", "LID")
_TITLES = ("TI", "T1", "CT", "BT")
_PARTS = {"AB": "abstract", "N2": "abstract", "OAB": "other_abstract", "TT": "other_title"}
_DATES = ("DA", "DP", "PY", "Y1")
_DATE = re.compile(r"(\d{4})(?:[/ -](\d{1,2}|[A-Z][a-z]{2})(?:[/ -](\d{1,2}))?)?(?![0-9])")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_RIS_TAG = re.compile(r"[A-Z][A-Z0-9]")
_NBIB_TAG = re.compile(r"[A-Z][A-Z0-9]{1,3}")
_RIS_NAMES = {"journal": "JF", "journal_abbreviation": "JA", "year": "PY", "doi": "DO",
              "pmcid": "C2", "PMID": "AN", "publication_type": "M3", "mesh": "KW",
              "author": "AU", "affiliation": "AD", "keyword": "KW"}  # fmt: skip
_NBIB_NAMES = {"journal": "JT", "journal_abbreviation": "TA", "year": "DP", "doi": "LID",
               "pmcid": "PMC", "publication_type": "PT", "mesh": "MH", "version": "VI",
               "article_language": "LA", "author": "FAU", "affiliation": "AD",
               "keyword": "OT"}  # fmt: skip
_UNTYPED = ("TY", "GEN")
_LINE_ENDS = re.compile(r"[\r\n\0]")


def read_ris(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the references of a file in order, in whichever of the three dialects.

    Raises: BadFile: there is no tagged record in it.
    """
    count = 0
    for record in iter_records(stream, name):
        count += 1
        if record.problem is None:
            yield _document(record, f"{name}:{count}", name)
        else:
            yield _failed(record, f"{name}:{count}", name)
    if not count:
        raise BadFile(
            f"{name}: no tagged record in it",
            hint="a RIS record begins with 'TY  - JOUR', an NBIB record with 'PMID- 123'",
        )


def _failed(record: Record, default: str, name: str) -> FailedDocument:
    problem = record.problem or OnomaError("unknown problem")
    return FailedDocument(
        _id_of(record.fields) or default,
        problem.code,
        f"{name}: the record from line {record.number}: {problem.message}",
        problem.hint,
        problem.offset,
        name,
    )


def _document(record: Record, default: str, name: str) -> Document:
    """Return a record's document: text from title and abstracts, all else as metadata."""
    fields = record.fields
    parts: list[tuple[str, str, str]] = []
    rest: list[tuple[str, str]] = []
    title = next((f for tag in _TITLES for f in fields if f[0] == tag and f[1]), None)
    if title is not None:
        parts.append(("title", *title))
    seen = {title[1]} if title else set()
    is_title_due = title is not None
    for tag, value in fields:
        if is_title_due and (tag, value) == title:
            is_title_due = False
        elif tag in _PARTS and value and value not in seen:  # N2 often says AB again
            parts.append((_PARTS[tag], tag, value))
            seen.add(value)
        elif (tag, value) != _UNTYPED:
            rest.append((tag, value))
    document_id = _id_of(fields) or default
    date = _date(fields)
    text, passages = _joined(parts)
    kept = _unimplied(rest, document_id, date)
    return Document(document_id, text, passages, date=date, source=name, metadata=tuple(kept))


def _unimplied(
    fields: list[tuple[str, str]], document_id: str, date: str | None
) -> list[tuple[str, str]]:
    """Return fields without those that a writer will make again from the id and the date."""
    for tag in ("ID", "PMID"):
        without = [pair for pair in fields if pair != (tag, document_id)]
        if _id_of(without) != document_id:
            fields = without
            break
    for pair in (_ris_date(date), _nbib_date(date)) if date else ():
        without = [other for other in fields if other != pair]
        if _date(without) != date:
            fields = without
    return fields


def _joined(parts: Sequence[tuple[str, str, str]]) -> tuple[str, tuple[Passage, ...]]:
    """Return parts (kind, tag, text) as one text, a line each, with their passages."""
    passages, start = [], 0
    for kind, tag, value in parts:
        passages.append(Passage(start, start + len(value), kind, (("tag", tag),)))
        start += len(value) + 1
    return "\n".join(value for _, _, value in parts), tuple(passages)


def _id_of(fields: Sequence[tuple[str, str]]) -> str:
    """Return the id that these fields give, or nothing."""
    return next((value for tag in _ID_TAGS for t, value in fields if t == tag and value), "")


def _date(fields: Sequence[tuple[str, str]]) -> str | None:
    """Return the date as far as it is given (``2020/05/03/``, ``2019 Jun``): the fullest first."""
    for tag in _DATES:
        for name, value in fields:
            match = _DATE.match(value) if name == tag else None
            if match:
                return _iso_date(match)
    return None


def _iso_date(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    if month in _MONTHS:
        month = str(_MONTHS.index(month) + 1)
    if not month or not month.isdecimal() or not 1 <= int(month) <= 12:
        return str(year)
    if not day or not 1 <= int(day) <= 31:
        return f"{year}-{int(month):02d}"
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _ris_date(date: str) -> tuple[str, str]:
    return "DA", date.replace("-", "/")


def _nbib_date(date: str) -> tuple[str, str]:
    year, *rest = date.split("-")
    month = int(rest[0]) if rest and rest[0].isdecimal() else 0
    words = [year, *([_MONTHS[month - 1], *rest[1:]] if 1 <= month <= 12 else [])]
    return "DP", " ".join(words)


class RisWriter:
    """Writes a RIS record per document, with every tag that a record read had."""

    _names = _RIS_NAMES
    _tag = _RIS_TAG
    _first = "TY"  # the tag with which a record begins
    _foreign = "PMID"  # and the one with which those of the other dialect do

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; RIS holds no mentions, so ``explain`` changes nothing."""
        self.losses = Losses()
        self._stream = stream

    def begin(self) -> None:
        """Write nothing: the format has no head."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write a document's title, abstracts and metadata."""
        self.losses.update(unheld(document, "ris"))
        if document.error is not None:
            return
        lines = [f"{tag:<4}- {value}" for tag, value in self._fields(document.document)]
        self._stream.write(encode_text("\n".join(lines) + self._end()))

    def end(self) -> None:
        """Write nothing: the format has no foot."""

    def _end(self) -> str:
        return "\nER  - \n\n"

    def _fields(self, document: Document) -> Iterator[tuple[str, str]]:
        """Yield the tags and values of a document."""
        metadata = list(self._tagged(document.metadata))
        yield from self._head(document, metadata)
        yield from self._parts(document)
        if document.date and _date(metadata) != document.date:
            yield self._dated(document.date)
        yield from (pair for pair in metadata if pair[0] != self._first)

    def _head(
        self, document: Document, metadata: list[tuple[str, str]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the type and, where the fields do not give it, the id."""
        yield next((pair for pair in metadata if pair[0] == "TY"), _UNTYPED)
        if _id_of(metadata) != document.id:
            yield "ID", self._line(document.id)

    def _dated(self, date: str) -> tuple[str, str]:
        return _ris_date(date)

    def _tagged(self, metadata: Fields) -> Iterator[tuple[str, str]]:
        """Yield metadata under their tags; what has none is lost."""
        for name, value in metadata:
            tag = self._names.get(name, name)
            if self._tag.fullmatch(tag) and tag not in ("ER", self._foreign):
                yield tag, self._line(value)
            else:
                self.losses["metadata"] += 1

    def _parts(self, document: Document) -> Iterator[tuple[str, str]]:
        """Yield title and abstracts: the passages' texts, or the whole as an abstract."""
        passages = document.passages or (Passage(0, len(document.text), "abstract"),)
        has_title = False
        for passage in passages:
            value = self._line(document.text[passage.start : passage.end])
            tag = dict(passage.metadata).get("tag", "")
            if passage.kind == "title" and not has_title:
                has_title = True
                yield tag if tag in _TITLES else "TI", value
            elif value:
                known = {kind: name for name, kind in reversed(_PARTS.items())}
                kept = tag if tag in _PARTS else known.get(passage.kind, "AB")
                yield kept if self._tag.fullmatch(kept) else "AB", value
                self.losses["passages"] += passage.kind not in known

    def _line(self, value: str) -> str:
        """Return a value on one line."""
        shown = _LINE_ENDS.sub(" ", value).strip()
        self.losses["characters"] += shown != value
        return shown


class NbibWriter(RisWriter):
    """Writes PubMed's tagged format: four signs, a dash, records with a blank line between."""

    _names = _NBIB_NAMES
    _tag = _NBIB_TAG
    _first = "PMID"
    _foreign = "TY"

    def _end(self) -> str:
        return "\n\n"

    def _head(
        self, document: Document, metadata: list[tuple[str, str]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the PMID, with which a record begins."""
        yield from (pair for pair in metadata if pair[0] == "PMID")
        if _id_of(metadata) != document.id:
            is_taken = any(tag in ("ID", "PMID") for tag, _ in metadata)
            yield "ID" if is_taken else "PMID", self._line(document.id)

    def _dated(self, date: str) -> tuple[str, str]:
        return _nbib_date(date)
