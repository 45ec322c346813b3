"""Elements of a large XML file, one after the other, each freed when it has been looked at.

The parser expands no entities, loads no DTD, opens no network, and refuses huge texts and depths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from lxml import etree

from onoma.errors import BadFile

_BLOCK = 1 << 20


def make_parser(tags: Sequence[str]) -> etree.XMLPullParser:
    """Return a parser that tells the ends of these elements."""
    return etree.XMLPullParser(
        events=("end",),
        tag=tuple(tags),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def iter_elements(stream: BinaryIO, name: str, tags: Sequence[str]) -> Iterator[Any]:
    """Yield the elements with these tags as they end, inner before outer.

    An element is emptied once the caller asks for the next. Raises: BadFile: not well-formed XML
    (with line and column), or an entity in it.
    """
    parser = make_parser(tags)
    try:
        while data := stream.read(_BLOCK):
            parser.feed(data)
            _check(parser, name)
            for _, element in parser.read_events():
                yield element
                _free(element)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _not_xml(name, error.position, error.msg or "not XML") from error
    for _, element in parser.read_events():
        yield element


def _check(parser: etree.XMLPullParser, name: str) -> None:
    """Raise what lxml passes over in silence: entities that it does not know."""
    fatal = parser.feed_error_log.filter_from_fatals()
    if len(fatal):
        raise _not_xml(name, (fatal[0].line, fatal[0].column), fatal[0].message)


def _not_xml(name: str, position: tuple[int, int] | None, words: str) -> BadFile:
    line, column = position or (0, 0)
    return BadFile(
        f"{name}, line {line}, column {column}: {words.split(', line ')[0]}",
        hint="the file is no well-formed XML, or ends early: copy or download it again",
    )


def _free(element: Any) -> None:
    """Empty an element, and drop the emptied ones before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        if before.tag != element.tag:
            break  # its parent's own name, say
        parent.remove(before)


def text_of(element: Any, *, without: str = "") -> str:
    """Return all text below an element, white space made single; not that of one kind of child."""
    if element is None:
        return ""
    parts = _texts(element, without) if without else element.itertext()
    return " ".join("".join(parts).split())


def _texts(element: Any, without: str) -> Iterator[str]:
    """Yield the texts below an element in order, but for what stands directly in one kind."""
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start" and node.tag != without:
            yield node.text or ""
        elif event == "end" and node is not element:
            yield node.tail or ""


def reject_entities(element: Any, name: str) -> None:
    """Raise BadFile if an element holds an entity: its text would silently lack it."""
    entity = next(element.iter(etree.Entity), None)
    if entity is not None:
        raise BadFile(
            f"{name}, line {entity.sourceline or element.sourceline}: the entity {entity.text} is "
            "not expanded",
            hint="entities can be bombs or read files: replace them by their text",
        )
