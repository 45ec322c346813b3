"""What a MEDLINE citation says besides its text, as metadata fields.

``journal`` (the full title), ``journal_abbreviation``, ``year``, ``doi``, ``pmcid``,
``publication_type`` (each), ``author`` (each: ``Smith, Jane A``, or a group's name),
``affiliation`` (each once), ``keyword`` (each), ``mesh`` (each heading: CURIE, a blank, the
descriptor and its qualifiers as PubMed shows them, ``*`` before a major one), ``article_language``
(NLM's word, where it is not ``eng``) and ``version`` (of the PMID, where it is not 1).

Children are read once each, by name, and text is taken by libxml2: a search below a node (``find``)
or a Python iterator over its texts costs three times as much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from onoma.types import Fields

Children = Mapping[str, Any]
"""The first child of each name."""

_MONTHS = {
    name: f"{place:02d}"
    for place, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_YEAR = re.compile("[0-9]{4}")
_MONTH = re.compile("0[1-9]|1[0-2]")
_DAY = re.compile("0[1-9]|[12][0-9]|3[01]")


def children(node: Any) -> Children:
    """Return the first child of each name."""
    return {} if node is None else {child.tag: child for child in reversed(node)}


def node_text(node: Any) -> str:
    """Return all text below a node, with that of inline markup; nothing for None."""
    if node is None:
        return ""
    if not len(node):
        return node.text or ""
    return str(etree.tostring(node, method="text", encoding="unicode", with_tail=False))


def publication_date(article: Children) -> tuple[str, str | None]:
    """Return year and date of publication, the date as far as it is given: 2021-05 or 2021-05-03.

    ``article``: the children of an article or book.
    """
    above = children(article.get("Journal")).get("JournalIssue", article.get("Book"))
    given = children(children(above).get("PubDate"))
    year = node_text(given.get("Year")) or node_text(given.get("MedlineDate"))[:4]
    if not _YEAR.fullmatch(year):
        return "", None
    month = node_text(given.get("Month")).strip()
    month = _MONTHS.get(month[:3].lower(), month.zfill(2))
    if not _MONTH.fullmatch(month):
        return year, year
    day = node_text(given.get("Day")).strip().zfill(2)
    return year, f"{year}-{month}-{day}" if _DAY.fullmatch(day) else f"{year}-{month}"


def citation_fields(citation: Children, article: Children, data: Any, *, year: str) -> Fields:
    """Return the fields of a citation: its children, its article's (or book's), its PubmedData."""
    fields: list[tuple[str, str]] = []
    pmid = citation.get("PMID")
    version = "1" if pmid is None else pmid.get("Version", "1")
    if version != "1":
        fields.append(("version", version))
    if year:
        fields.append(("year", year))
    if "Journal" in article:
        journal = children(article["Journal"])
        for tag, name in (("Title", "journal"), ("ISOAbbreviation", "journal_abbreviation")):
            if tag in journal:
                fields.append((name, node_text(journal[tag])))
    fields += [("article_language", tongue) for tongue in languages(article) if tongue != "eng"]
    _types(article, fields)
    _authors(article.get("AuthorList"), fields)
    if "KeywordList" in citation:
        words = (node_text(node).strip() for node in citation["KeywordList"])
        fields += [("keyword", word) for word in words if word]
    _ids(children(data).get("ArticleIdList", article.get("ArticleIdList")), fields)
    if "MeshHeadingList" in citation:
        fields += [("mesh", _heading(heading)) for heading in citation["MeshHeadingList"]]
    return tuple(fields)


def languages(article: Children) -> list[str]:
    """Return the languages that an article is written in, in NLM's words."""
    found, node = [], article.get("Language")
    while node is not None and node.tag == "Language":
        found.append(node_text(node))
        node = node.getnext()
    return found


def _types(article: Children, fields: list[tuple[str, str]]) -> None:
    """Add the publication types; a book has them without a list around."""
    kinds = article.get("PublicationTypeList", ())
    if "PublicationType" in article:
        kinds = article["PublicationType"].getparent().iterchildren("PublicationType")
    fields += [("publication_type", kind.text) for kind in kinds if kind.text]


def _authors(people: Any, fields: list[tuple[str, str]]) -> None:
    """Add the authors in their order, and where they work, each place once."""
    places: dict[str, None] = {}
    for person in people if people is not None else ():
        said: dict[str, str] = {}
        for node in person:
            if node.tag == "AffiliationInfo":
                place = node_text(children(node).get("Affiliation")).strip()
                places.update({place: None} if place else {})
            else:
                said[node.tag] = node_text(node).strip()
        name = said.get("LastName", "")
        given = said.get("ForeName") or said.get("Initials", "")
        name = f"{name}, {given}" if name and given else name or said.get("CollectiveName", "")
        if name:
            fields.append(("author", name))
    fields += [("affiliation", place) for place in places]


def _ids(ids: Any, fields: list[tuple[str, str]]) -> None:
    """Add DOI and PMCID from the article's own list of ids (references have lists as well)."""
    for node in ids if ids is not None else ():
        kind = node.get("IdType")
        if kind == "doi" and node.text:
            fields.append(("doi", node.text))
        elif kind == "pmc" and node.text:
            fields.append(("pmcid", node.text))


def _heading(heading: Any) -> str:
    """Return a MeSH heading: ``MESH:D001943 Breast Neoplasms/*diagnosis``."""
    curie, parts = "", []
    for node in heading:
        word = node.text or ""
        parts.append("*" + word if node.get("MajorTopicYN") == "Y" else word)
        curie = curie or node.get("UI", "")
    return f"MESH:{curie} {'/'.join(parts)}" if curie else "/".join(parts)
