"""JATS/PMC articles: title, abstracts and the whole body as passages, tables and captions too.

Kinds: ``title``, ``other_title``, ``abstract``, ``other_abstract``, ``heading``, ``paragraph``,
``list_item``, ``quotation``, ``formula``, ``code``, ``table`` (a row a line, a tab between cells),
``table_caption``, ``table_footnote``, ``figure_caption``, ``caption`` (of what else there is),
``footnote``. A passage's metadata name the headings that it stands under (``section``, outermost
first), the section's stated type (``section_type``) and what a caption or table is called
(``label``). All text below a node is kept, that of inline markup, formulae and superscripts too; a
number that only cites a reference is set off from the word before it.

The list of references is left out; the document's metadata say how many there are (``references``),
and hold journal, ids (``pmid``, ``pmcid``, ``doi``), ``article_type`` and ``keyword``. A file holds
one article or a set; each is parsed by itself, so that a malformed one fails alone. A response or
another sub-article belongs to its article.

Source: NISO Z39.96-2024, JATS 1.4 (archiving tag set), https://jats.nlm.nih.gov/archiving/.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from onoma.errors import BadFile, OnomaError
from onoma.formats.jats_walk import ArticleWalker, inline_text, local_name
from onoma.formats.safe_xml import BadXml, make_parser, parse_xml
from onoma.formats.xml_records import Cut, Tags, iter_cuts, parser_for
from onoma.types import Document, FailedDocument, Fields

_ARTICLE = Tags.of("article", r"(?:[A-Za-z][\w.-]{0,20}:)?article")
_NAMESPACE = re.compile(rb"""\sxmlns:([A-Za-z][\w.-]*)\s*=\s*("[^"<]*"|'[^'<]*')""")
_KNOWN: dict[bytes, bytes] = {
    b"ali": b'"http://www.niso.org/schemas/ali/1.0/"',
    b"mml": b'"http://www.w3.org/1998/Math/MathML"',
    b"oasis": b'"http://www.niso.org/standards/z39-96/ns/oasis-exchange/table"',
    b"xlink": b'"http://www.w3.org/1999/xlink"',
    b"xsi": b'"http://www.w3.org/2001/XMLSchema-instance"',
}
"""Prefixes of JATS; a set declares them at its root, which a piece of it lacks."""

_ID_NAMES = {"pmid": "pmid", "pmc": "pmcid", "pmcid": "pmcid", "pmcaid": "", "doi": "doi",
             "publisher-id": "publisher_id"}  # fmt: skip


def read_jats(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the articles of a file in order; the id is the PMCID, else PMID, DOI or the file's.

    Raises: BadFile: no article in it. BadXml: it ends early.
    """
    reader = _Articles(name)
    for cut in iter_cuts(stream, lambda head: _ARTICLE):
        yield from reader.read(cut)


class _Articles:
    """Turns the pieces of a file into documents."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parser: Any = None
        self._count = 0
        self._namespaces = dict(_KNOWN)

    def read(self, cut: Cut) -> Iterator[Document | FailedDocument]:
        """Yield what a piece of the file holds.

        Raises: BadFile, BadXml: the last piece shows that the file is not whole.
        """
        starts = cut.starts
        if self._parser is None:
            self._parser = parser_for(cut.data) if cut.offset == 0 else make_parser("utf-8")
        self._namespaces |= dict(_NAMESPACE.findall(cut.data[: starts[0] if starts else None]))
        if not cut.is_end:
            self._close(starts, cut.offset)
        if cut.is_dead or not cut.is_end:
            return
        for at, _ in itertools.pairwise(starts):  # begun, but never ended
            problem = BadXml("article is not ended", hint="its closing tag is missing")
            yield self._failed(problem, cut.offset + at)
        at = starts[-1] if starts else 0
        yield self._article(cut.data[at:], cut.offset + at)

    def _article(self, data: bytes, offset: int) -> Document | FailedDocument:
        """Return the document of an article's bytes."""
        names = b"".join(b" xmlns:%s=%s" % pair for pair in self._namespaces.items())
        try:
            root = parse_xml(b"<onoma%s>%s</onoma>" % (names, data), self._parser)
        except OnomaError as error:
            return self._failed(error, offset)
        self._count += 1
        return _document(root[0], self._name, self._count)

    def _close(self, starts: tuple[int, ...], offset: int) -> None:
        """Check that the file was whole."""
        if starts:
            raise BadXml(
                f"{self._name}: the XML ends early, inside the article from byte "
                f"{offset + starts[0]}",
                hint="the file is truncated: copy or download it again",
            )
        if not self._count:
            raise BadFile(
                f"{self._name}: no article in it",
                hint="is this JATS (PMC) XML? Its articles stand in <article> elements",
            )

    def _failed(self, error: OnomaError, offset: int) -> FailedDocument:
        self._count += 1
        return FailedDocument(
            f"{self._name}:{self._count}",
            error.code,
            f"{self._name}: the article from byte {offset}: {error.message}",
            error.hint,
            source=self._name,
        )


def _document(article: Any, name: str, number: int) -> Document:
    """Return the document of an article's element."""
    walker = ArticleWalker()
    walker.walk(article)
    text, passages = walker.blocks.finish()
    front = _front(article)
    fields = _fields(article, front)
    if walker.references:
        fields = (*fields, ("references", str(walker.references)))
    ids = dict(reversed(fields))
    number_of_file = name if number == 1 else f"{name}:{number}"
    return Document(
        ids.get("pmcid") or ids.get("pmid") or ids.get("doi") or number_of_file,
        text,
        passages,
        date=_date(front),
        language=_language(article),
        source=name,
        metadata=fields,
    )


def _front(article: Any) -> list[Any]:
    """Return the parts of an article that describe it: of itself, not of its responses."""
    return [
        part
        for front in article
        if local_name(front) == "front"
        for part in front
        if local_name(part) in ("journal-meta", "article-meta")
    ]


def _fields(article: Any, front: list[Any]) -> Fields:
    """Return an article's metadata."""
    fields: list[tuple[str, str]] = []
    if kind := article.get("article-type"):
        fields.append(("article_type", kind))
    for node in (child for part in front for child in part):
        name = local_name(node)
        if name == "article-id":
            fields += _id(node)
        elif name in ("journal-title-group", "journal-title"):
            titles = [node] if name == "journal-title" else list(node)
            fields += [
                ("journal", inline_text(one))
                for one in titles
                if local_name(one) == "journal-title"
            ]
        elif name == "kwd-group":
            fields += [("keyword", inline_text(one)) for one in node if local_name(one) == "kwd"]
    date = _date(front)
    if date:
        fields.append(("year", date[:4]))
    return tuple((name, value) for name, value in fields if value)


def _id(node: Any) -> list[tuple[str, str]]:
    """Return an article id as a field; a PMCID always begins with its letters."""
    kind, value = node.get("pub-id-type", ""), inline_text(node)
    name = _ID_NAMES.get(kind, f"{kind}_id" if kind else "")
    if name == "pmcid" and value.isdecimal():
        value = f"PMC{value}"
    return [(name, value)] if name else []


def _date(front: list[Any]) -> str | None:
    """Return the earliest date of publication that is given."""
    dates = []
    for node in (child for part in front for child in part):
        if local_name(node) == "pub-date":
            parts = {local_name(child): inline_text(child) for child in node}
            year, month, day = (parts.get(key, "") for key in ("year", "month", "day"))
            if re.fullmatch("[0-9]{4}", year):
                is_month = bool(re.fullmatch("0?[1-9]|1[0-2]", month))
                is_day = is_month and bool(re.fullmatch("0?[1-9]|[12][0-9]|3[01]", day))
                dates.append(
                    year + (f"-{month:0>2}" if is_month else "") + (f"-{day:0>2}" if is_day else "")
                )
    # A bare year is the issue's; the day of the first publication says more
    return min(dates, key=lambda date: (date[:4], -len(date), date), default=None)


def _language(article: Any) -> str:
    """Return the article's language, ``en`` if it says none."""
    stated = article.get("{http://www.w3.org/XML/1998/namespace}lang") or "en"
    return str(stated).partition("-")[0].lower()
