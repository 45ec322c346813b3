"""MEDLINE/PubMed XML, streamed: a citation is a document, in constant memory.

All text below a node is kept (inline markup, formulae, section labels, abstracts in other
languages); many parsers cut an abstract at its first ``<i>``. The text is the title and each
section of the abstract on a line of its own, with a passage each. ``DeleteCitation`` lists and
earlier versions of a citation are a corpus's business, not a reader's.

The stream is fed to the parser a citation at a time, so that one malformed citation fails alone:
the parser is made anew behind it. No entity but XML's five is expanded: a citation that uses
another one fails, as its text would silently lack it.

Source: NLM's PubMed DTD, https://dtd.nlm.nih.gov/ncbi/pubmed/ (elements and attributes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from lxml import etree

from onoma.errors import BadFile, DataError, NotText, OnomaError
from onoma.types import Document, FailedDocument, Passage

_CHUNK = 1 << 16
_LARGEST = 1 << 26  # bytes of one citation
_END = re.compile(rb"</(?:PubmedArticle|PubmedBookArticle)\s*>")
_END_OLD = re.compile(rb"</MedlineCitation\s*>")  # files of citations without PubmedArticle around
_PMID = re.compile(rb"<PMID\b[^>]*>\s*([0-9]{1,12})")
_ROOT = re.compile(rb"<([A-Za-z][\w.-]*)[\s>/]")
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*\?>")
_RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")
_MONTHS = {
    name: f"{place:02d}"
    for place, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}


class BadXml(DataError):
    """XML that is not well-formed, or uses what an untrusted file must not."""

    code = "bad-xml"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Bytes of the stream that end with a citation, or a part of what precedes such an end."""

    offset: int
    data: bytes
    is_end: bool


def make_parser() -> etree.XMLPullParser:
    """Return the only kind of XML parser used: no entities, network, DTD or huge texts."""
    return etree.XMLPullParser(
        events=("end",),
        tag=_RECORDS,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def read_medline(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the citations of a file in order; the id is the PMID.

    Raises: BadFile: the file holds no citation at all. BadXml: it ends early.
    """
    feeder = _Feeder(name)
    for piece in _iter_pieces(stream):
        yield from feeder.feed(piece)
    feeder.close()


class _Feeder:
    """A parser that is made anew after an error, at the next citation."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = make_parser()
        self._prolog = b""
        self._root = b""
        self._count = 0
        self._is_skipping = False  # inside a citation that failed, before its end
        self._pmid = ""  # the citation begun in pieces without an end
        self._start = 0

    def feed(self, piece: _Piece) -> Iterator[Document | FailedDocument]:
        """Parse a piece and yield what ends in it."""
        if self._is_skipping:
            self._is_skipping = not piece.is_end
            return
        self._note_head(piece)
        error = self._parse(piece.data)
        if error is None:
            for _, record in self._parser.read_events():
                yield from self._convert(record)
        else:
            yield self._failed(error)
            self._is_skipping = not piece.is_end
            self._restart()
        if piece.is_end:
            self._pmid, self._start = "", piece.offset + len(piece.data)

    def _parse(self, data: bytes) -> OnomaError | None:
        """Feed the parser; return what is wrong."""
        try:
            self._parser.feed(data)
        except etree.XMLSyntaxError as error:
            return _explain(error.msg or "")
        # lxml passes over an unknown entity in silence, and drops its record
        fatal = self._parser.feed_error_log.filter_from_fatals()
        return _explain(fatal[0].message) if len(fatal) else None

    def close(self) -> None:
        """Check that the file was whole."""
        try:
            self._parser.close()
        except etree.XMLSyntaxError as error:
            if self._is_skipping:
                return  # told already
            inside = f", inside the citation {self._pmid}" if self._pmid else ""
            raise BadXml(
                f"{self._name}: the XML ends early{inside} ({error.msg})",
                hint="the file is truncated: copy or download it again",
            ) from error
        if not self._count and not self._root.endswith(b"Set"):
            raise BadFile(
                f"{self._name}: no PubmedArticle in it",
                hint="is this MEDLINE/PubMed XML? Other XML is read with --from",
            )

    def _note_head(self, piece: _Piece) -> None:
        """Keep what a new parser needs to go on, and the PMID at hand."""
        if not self._root and (root := _ROOT.search(piece.data)):
            self._root = root[1]
            declaration = _DECLARATION.match(piece.data)
            self._prolog = declaration[0].strip() if declaration else b""
        if not self._pmid and (pmid := _PMID.search(piece.data)):
            self._pmid = pmid[1].decode()

    def _restart(self) -> None:
        """Put a fresh parser in place that believes to be below the root again."""
        self._parser = make_parser()
        self._parser.feed(self._prolog + b"<" + (self._root or b"PubmedArticleSet") + b">")

    def _convert(self, record: Any) -> Iterator[Document | FailedDocument]:
        """Yield the document of a citation's node and free the node."""
        parent = record.getparent()
        if parent is not None and parent.tag in _RECORDS:
            return  # a MedlineCitation inside its PubmedArticle
        self._count += 1
        document_id = _text(record.find(".//PMID")).strip() or f"{self._name}:{self._count}"
        entity = next(record.iter(etree.Entity), None)
        if entity is None:
            yield _document(record, document_id, self._name)
        else:
            yield FailedDocument(
                document_id,
                BadXml.code,
                f"{self._name}: the citation uses the entity {entity.text}, which is not expanded",
                "entities can be bombs or read files: replace them by their text",
                source=self._name,
            )
        record.clear()
        while parent is not None and record.getprevious() is not None:
            del parent[0]  # clear() alone would leave an empty node per citation

    def _failed(self, error: OnomaError) -> FailedDocument:
        """Return the record of the citation at hand."""
        self._count += 1
        return FailedDocument(
            self._pmid or f"{self._name}:{self._count}",
            error.code,
            f"{self._name}: the citation from byte {self._start}: {error.message}",
            error.hint,
            source=self._name,
        )


def _explain(words: str) -> OnomaError:
    """Return our error for libxml2's words."""
    words = words.split(", line ")[0]
    if "ncoding" in words or "proper UTF-8" in words:
        return NotText(words, hint="the bytes do not fit the encoding that the XML states")
    if "ntity" in words:
        return BadXml(words, hint="only &amp; &lt; &gt; &quot; &apos; and numbers are expanded")
    return BadXml(words, hint="correct the markup of this citation; the others are read")


def _iter_pieces(stream: BinaryIO) -> Iterator[_Piece]:
    """Cut a stream behind each citation."""
    rest, offset, is_old = b"", 0, False
    size = 0  # bytes since the last citation's end
    while chunk := stream.read(_CHUNK):
        data = rest + chunk
        is_old = is_old or (offset == 0 and not rest and b"<MedlineCitationSet" in data)
        place = 0
        for match in (_END_OLD if is_old else _END).finditer(data):
            yield _Piece(offset + place, data[place : match.end()], is_end=True)
            place, size = match.end(), 0
        # What is left may hold the beginning of an end tag: keep that much back.
        keep = max(place, len(data) - 64)
        if keep - place >= _CHUNK:
            yield _Piece(offset + place, data[place:keep], is_end=False)
            size += keep - place
            place = keep
        if size > _LARGEST:
            raise BadFile(
                f"more than {_LARGEST >> 20} MB in one citation, from byte {offset + place - size}",
                hint="is the file damaged?",
            )
        rest, offset = data[place:], offset + place
    if rest:
        yield _Piece(offset, rest, is_end=False)


def _document(record: Any, document_id: str, name: str) -> Document:
    """Return the document of a citation: title, abstract, abstracts and titles in other tongues."""
    parts = [("title", _text(node)) for node in _titles(record)]
    parts += [("abstract", _section(node)) for node in record.iterfind(".//Abstract/AbstractText")]
    parts += [
        ("other_abstract", _section(node))
        for node in record.iterfind(".//OtherAbstract/AbstractText")
    ]
    parts += [("other_title", _text(node)) for node in record.iterfind(".//VernacularTitle")]
    texts, passages, start = [], [], 0
    for kind, text in parts:
        text = text.strip()
        if not text:
            continue
        passages.append(Passage(start, start + len(text), kind))
        texts.append(text)
        start += len(text) + 1
    return Document(document_id, "\n".join(texts), tuple(passages), date=_date(record), source=name)


def _titles(record: Any) -> list[Any]:
    """Return the title's node: an article's or chapter's own, else the book's."""
    node = record.find(".//ArticleTitle")
    if node is None:
        node = record.find(".//BookTitle")
    return [] if node is None else [node]


def _text(node: Any) -> str:
    """Return all text below a node, with that of inline markup."""
    return "" if node is None else "".join(node.itertext())


def _section(node: Any) -> str:
    """Return a section of an abstract with its label in front, as PubMed shows it."""
    text, label = _text(node).strip(), (node.get("Label") or "").strip()
    return f"{label}: {text}" if label and text else text


def _date(record: Any) -> str | None:
    """Return the date of publication as far as it is given: 2021, 2021-05 or 2021-05-03."""
    node = record.find(".//JournalIssue/PubDate")
    if node is None:
        node = record.find(".//PubDate")
    if node is None:
        return None
    year = _text(node.find("Year")) or _text(node.find("MedlineDate"))[:4]
    if not re.fullmatch("[0-9]{4}", year):
        return None
    month = _text(node.find("Month")).strip()
    month = _MONTHS.get(month[:3].lower(), month.zfill(2))
    if not re.fullmatch("0[1-9]|1[0-2]", month):
        return year
    day = _text(node.find("Day")).strip().zfill(2)
    return (
        f"{year}-{month}-{day}"
        if re.fullmatch("0[1-9]|[12][0-9]|3[01]", day)
        else f"{year}-{month}"
    )
