"""What a MEDLINE citation says besides its text, as metadata fields.

``journal`` (the full title), ``journal_abbreviation``, ``year``, ``doi``, ``pmcid``,
``publication_type`` (each), ``mesh`` (each heading: CURIE, a blank, the descriptor and its
qualifiers as PubMed shows them, ``*`` before a major one), ``article_language`` (NLM's word, where
it is not ``eng``) and ``version`` (of the PMID, where it is not 1).

Children are read directly, never searched for below: half the time of a naive reader goes there.
"""

from __future__ import annotations

from typing import Any

from onoma.types import Fields


def node_text(node: Any) -> str:
    """Return all text below a node, with that of inline markup; nothing for None."""
    if node is None:
        return ""
    return "".join(node.itertext()) if len(node) else node.text or ""


def citation_fields(citation: Any, article: Any, data: Any) -> Fields:
    """Return the fields of a citation: its node, its article's (or book's) and PubmedData's."""
    fields: list[tuple[str, str]] = []
    pmid = citation.find("PMID")
    if pmid is not None and pmid.get("Version", "1") != "1":
        fields.append(("version", pmid.get("Version")))
    _article_fields(article, fields)
    _ids(data if data is not None else article, fields)
    mesh = citation.find("MeshHeadingList")
    if mesh is not None:
        fields += [("mesh", _heading(heading)) for heading in mesh]
    return tuple(fields)


def _article_fields(article: Any, fields: list[tuple[str, str]]) -> None:
    """Add journal, year, types and language."""
    for node in article:
        tag = node.tag
        if tag == "Journal":
            _journal(node, fields)
        elif tag == "Language":
            if node.text and node.text != "eng":
                fields.append(("article_language", node.text))
        elif tag == "PublicationTypeList":
            fields += [("publication_type", kind.text) for kind in node if kind.text]
        elif tag == "PublicationType":
            fields.append(("publication_type", node_text(node)))
        elif tag == "Book":
            fields += [("year", year.text) for year in node.iterfind("PubDate/Year") if year.text]


def _journal(journal: Any, fields: list[tuple[str, str]]) -> None:
    """Add a journal's names and the year of its issue."""
    for node in journal:
        if node.tag == "Title":
            fields.append(("journal", node_text(node)))
        elif node.tag == "ISOAbbreviation":
            fields.append(("journal_abbreviation", node_text(node)))
        elif node.tag == "JournalIssue":
            date = node.find("PubDate")
            year = "" if date is None else date.findtext("Year") or date.findtext("MedlineDate", "")
            if year[:4].isdecimal():
                fields.append(("year", year[:4]))


def _ids(data: Any, fields: list[tuple[str, str]]) -> None:
    """Add DOI and PMCID from the article's own list of ids (references have lists as well)."""
    for node in data.iterfind("ArticleIdList/ArticleId"):
        kind = node.get("IdType")
        if node.text and kind == "doi":
            fields.append(("doi", node.text))
        elif node.text and kind == "pmc":
            fields.append(("pmcid", node.text))


def _heading(heading: Any) -> str:
    """Return a MeSH heading: ``MESH:D001943 Breast Neoplasms/*diagnosis``."""
    curie, parts = "", []
    for node in heading:
        word = node.text or ""
        parts.append("*" + word if node.get("MajorTopicYN") == "Y" else word)
        curie = curie or node.get("UI", "")
    return f"MESH:{curie} {'/'.join(parts)}" if curie else "/".join(parts)
