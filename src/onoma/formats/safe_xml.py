"""The one way in which XML is parsed: no entities, no network, no DTD, no huge trees or texts."""

from __future__ import annotations

from typing import Any

from lxml import etree

from onoma.errors import DataError, NotText, OnomaError


class BadXml(DataError):
    """XML that is not well-formed, or uses what an untrusted file must not."""

    code = "bad-xml"


def make_parser(encoding: str | None = None) -> etree.XMLParser:
    """Return a parser for untrusted XML; ``encoding`` overrides what the XML states.

    libxml2's own limits hold: 256 levels of elements, 10 MB in one text.
    """
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,  # ids would stay in the parser's table
    )


def parse_xml(data: bytes, parser: etree.XMLParser) -> Any:
    """Return the root element of these bytes.

    Raises: BadXml: not well-formed, or an entity that is not expanded. NotText: the bytes do not
    fit the encoding.
    """
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise explain_xml(error.msg or "no XML") from error
    entity = next(root.iter(etree.Entity), None) if b"<!DOCTYPE" in data else None
    if entity is not None:
        raise BadXml(
            f"the entity {entity.text} is used, which is not expanded",
            hint="entities can be bombs or read files: replace them by their text",
        )
    return root


def explain_xml(words: str) -> OnomaError:
    """Return our error for libxml2's words."""
    words = words.split(", line ")[0]
    if "ncoding" in words or "proper UTF-8" in words or "onversion" in words:
        return NotText(words, hint="the bytes do not fit the encoding that the XML states")
    if "ntity" in words:
        return BadXml(words, hint="only &amp; &lt; &gt; &quot; &apos; and numbers are expanded")
    return BadXml(words, hint="correct the markup; what else is in the file is read")
