"""MEDLINE/PubMed XML, streamed: a citation is a document, in constant memory.

All text below a node is kept (inline markup, formulae, section labels, abstracts in other
languages); many parsers cut an abstract at its first ``<i>``. The text is the title and each
section of the abstract on a line of its own, with a passage each; a passage in another language
says so in its metadata (``language``, NLM's word). The document's metadata are the journal, year,
ids, publication types and MeSH headings (see ``medline_fields``).

The stream is cut behind each citation and each is parsed by itself, so that a malformed one fails
alone. No entity but XML's five is expanded: a citation that uses another one fails, as its text
would silently lack it. A ``DeleteCitation`` list makes no document: ``read_deletions`` gives it.
A PMID may come again with a higher ``version`` in its metadata (1 is left out): the last one
counts, which is a corpus's business, not a reader's.

Source: NLM's PubMed DTD, https://dtd.nlm.nih.gov/ncbi/pubmed/ (elements and attributes).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from onoma.errors import BadFile, OnomaError
from onoma.formats.medline_fields import (
    Children,
    children,
    citation_fields,
    languages,
    node_text,
    publication_date,
)
from onoma.formats.safe_xml import BadXml, make_parser, parse_xml
from onoma.formats.xml_records import Cut, Tags, iter_cuts, parser_for
from onoma.types import Document, FailedDocument, Passage

_ROOT = re.compile(rb"<([A-Za-z][\w.-]*)[\s>/]")
_PMID = re.compile(rb"<PMID\b[^>]*>\s*([0-9]{1,12})")
_DELETED = re.compile(rb"<DeleteCitation\s*>(.*?)</DeleteCitation\s*>", re.DOTALL)
_DELETED_PMID = re.compile(rb"""<PMID(?:\s+Version=["']([0-9]{1,4})["'])?\s*>\s*([0-9]{1,12})""")


@dataclass(frozen=True, slots=True)
class Deletion:
    """A citation that NLM withdrew; a corpus drops the document of this id."""

    pmid: str
    version: str = "1"


_ARTICLES = Tags.of("PubmedArticle", "Pubmed(?:Book)?Article")
_CITATIONS = Tags.of("MedlineCitation", "MedlineCitation")  # without PubmedArticle around


def _tags(head: bytes) -> Tags:
    return _CITATIONS if b"<MedlineCitationSet" in head else _ARTICLES


def read_medline(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the citations of a file in order; the id is the PMID.

    Raises: BadFile: the file holds no citation at all. BadXml: it ends early.
    """
    reader = _Citations(name)
    for cut in iter_cuts(stream, _tags):
        yield from reader.read(cut)


def read_deletions(stream: BinaryIO) -> Iterator[Deletion]:
    """Yield what the ``DeleteCitation`` lists of an update file name, in order.

    They stand behind the citations of a daily update file and hold for the documents of earlier
    files. The citations themselves are passed over unparsed (about 400 MB/s).
    Raises: BadFile: a citation or a list of more than 64 MB.
    """
    for cut in iter_cuts(stream, _tags):
        for block in _DELETED.finditer(cut.data) if b"<DeleteC" in cut.data else ():
            for version, pmid in _DELETED_PMID.findall(block[1]):
                yield Deletion(pmid.decode(), version.decode() or "1")


class _Citations:
    """Turns the pieces of a file into documents."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = make_parser("utf-8")
        self._root = b""
        self._count = 0

    def read(self, cut: Cut) -> Iterator[Document | FailedDocument]:
        """Yield what a piece of the file holds.

        Raises: BadFile, BadXml: the last piece shows that the file is not whole.
        """
        data, starts = cut.data, cut.starts
        if not self._root and (root := _ROOT.search(data)):
            self._root = root[1]
            self._parser = parser_for(data)
        if not cut.is_end:
            self._close(data, starts)
        if cut.is_dead or not cut.is_end:
            return
        for at, end in itertools.pairwise(starts):  # begun, but never ended
            problem = BadXml(
                f"{cut.tags.name} is not ended", hint="the citation's closing tag is missing"
            )
            yield self._failed(problem, data[at:end], cut.offset + at)
        at = starts[-1] if starts else 0
        yield self._citation(data[at:] if at else data, cut.offset + at)

    def _citation(self, data: bytes, offset: int) -> Document | FailedDocument:
        """Return the document of a citation's bytes."""
        try:
            record = parse_xml(data, self._parser)
        except OnomaError as error:
            return self._failed(error, data, offset)
        self._count += 1
        return _document(record, self._name, self._count)

    def _close(self, data: bytes, starts: tuple[int, ...]) -> None:
        """Check that the file was whole; ``data`` is what stands behind the last citation."""
        if starts:
            pmid = _PMID.search(data, starts[0])
            inside = f", inside the citation {pmid[1].decode()}" if pmid else " inside a citation"
            raise self._early(inside)
        if not self._count and not self._root.endswith(b"Set"):
            raise BadFile(
                f"{self._name}: no PubmedArticle in it",
                hint="is this MEDLINE/PubMed XML? Other XML is read with --from",
            )
        if self._root.endswith(b"Set") and not re.search(b"</" + self._root + rb"\s*>", data):
            raise self._early(f": </{self._root.decode()}> is missing")

    def _early(self, words: str) -> BadXml:
        return BadXml(
            f"{self._name}: the XML ends early{words}",
            hint="the file is truncated: copy or download it again",
        )

    def _failed(self, error: OnomaError, data: bytes, offset: int) -> FailedDocument:
        """Return the record of the citation in these bytes."""
        self._count += 1
        pmid = _PMID.search(data)
        return FailedDocument(
            pmid[1].decode() if pmid else f"{self._name}:{self._count}",
            error.code,
            f"{self._name}: the citation from byte {offset}: {error.message}",
            error.hint,
            source=self._name,
        )


def _document(record: Any, name: str, number: int) -> Document:
    """Return the document of a citation: title, abstract, abstracts and titles in other tongues."""
    inner = children(record)
    if record.tag == "MedlineCitation" or "MedlineCitation" in inner:
        citation = inner if record.tag == "MedlineCitation" else children(inner["MedlineCitation"])
        article = children(citation.get("Article"))
    else:
        citation = article = children(inner.get("BookDocument"))
    texts: list[str] = []
    passages: list[Passage] = []
    start = 0
    for kind, text, language in _parts(citation, article):
        if text := text.strip():
            metadata = (("language", language),) if language else ()
            passages.append(Passage(start, start + len(text), kind, metadata))
            texts.append(text)
            start += len(text) + 1
    year, date = publication_date(article)
    return Document(
        node_text(citation.get("PMID")).strip() or f"{name}:{number}",
        "\n".join(texts),
        tuple(passages),
        date=date,
        source=name,
        metadata=citation_fields(citation, article, inner.get("PubmedData"), year=year),
    )


def _parts(citation: Children, article: Children) -> Iterator[tuple[str, str, str]]:
    """Yield kind, text and language (where it is not English) of what makes the text."""
    title = article.get("ArticleTitle")
    if title is None:
        title = children(article.get("Book")).get("BookTitle")
    yield "title", node_text(title), ""
    if "Abstract" in article:
        for node in article["Abstract"]:
            if node.tag == "AbstractText":
                yield "abstract", _section(node), ""
    if "OtherAbstract" in citation:
        for other in citation["OtherAbstract"].getparent().iterchildren("OtherAbstract"):
            language = other.get("Language", "")
            for node in other.iterchildren("AbstractText"):
                yield "other_abstract", _section(node), "" if language == "eng" else language
    if "VernacularTitle" in article:
        language = next(iter(languages(article)), "")
        title = node_text(article["VernacularTitle"])
        yield "other_title", title, "" if language == "eng" else language


def _section(node: Any) -> str:
    """Return a section of an abstract with its label in front, as PubMed shows it."""
    text, label = node_text(node).strip(), (node.get("Label") or "").strip()
    return f"{label}: {text}" if label and text else text
