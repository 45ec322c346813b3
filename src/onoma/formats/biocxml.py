"""BioC XML: collections of documents with passages, annotations and relations (see ``bioc``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from onoma.errors import BadFile, OnomaError
from onoma.formats.bioc import Annotation, Infons, Link, Part, Raw, make_raw, read_raw
from onoma.formats.losses import Losses
from onoma.formats.pieces import Piece, xml_pieces
from onoma.formats.safe_xml import BadXml, make_parser, parse_xml
from onoma.formats.tables import documents_only
from onoma.types import AnnotatedDocument, Document, FailedDocument

_STATED = re.compile(rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,39})["']""")
_ID = re.compile(rb"<id\s*>([^<]{1,200})</id\s*>")
_NUMBER = re.compile(r"\s*([0-9]{1,12})\s*")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = _ESCAPES | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
_HEAD = ("source", "date", "key")


def read_biocxml_gold(stream: BinaryIO, name: str) -> Iterator[AnnotatedDocument]:
    """Yield a collection's documents with their annotations; a broken one fails alone.

    Raises: BadFile: the file is no BioC collection, or ends early.
    """
    collection: tuple[bytes, Infons] = (b"", [])
    encoding = "utf-8"
    for number, piece in enumerate(xml_pieces(stream, name, element="document", root="collection")):
        if piece.head != collection[0]:
            encoding = _encoding(piece.head, name)
            collection = (piece.head, _collection(piece.head, encoding))
        try:
            raw = _raw(parse_xml(piece.data, make_parser(encoding)), f"{name}:{number + 1}")
        except OnomaError as error:
            yield _failed(piece, error, f"{name}:{number + 1}", name)
            continue
        raw.collection = collection[1]
        yield read_raw(raw, name)


read_biocxml = documents_only(read_biocxml_gold)


def _failed(piece: Piece, error: OnomaError, number: str, name: str) -> AnnotatedDocument:
    """Return the record of a document whose XML is broken."""
    match = _ID.search(piece.data)
    document_id = match[1].decode("utf-8", "replace").strip() if match else number
    message = f"{error.message} (the document at byte {piece.offset})"
    failed = FailedDocument(document_id, error.code, message, error.hint, piece.offset, name)
    return AnnotatedDocument(Document(document_id, "", source=name), error=failed)


def _encoding(head: bytes, name: str) -> str:
    """Return the encoding that the XML states; UTF-16 was recoded on the way in."""
    match = _STATED.search(head)
    stated = match[1].decode().lower() if match else "utf-8"
    if stated.startswith(("utf-16", "utf-32", "ucs")):
        return "utf-8"
    try:
        make_parser(stated)
    except LookupError as error:
        raise BadFile(
            f"{name}: the XML states the encoding {stated!r}, which is unknown",
            hint="save the file as UTF-8 and let it say so",
        ) from error
    return stated


def _collection(head: bytes, encoding: str) -> Infons:
    """Return what stands before the first document; nothing if it cannot be parsed."""
    start = head.find(b"<collection")
    if start < 0:
        return []
    try:
        root = parse_xml(head[start:] + b"</collection>", make_parser(encoding))
    except OnomaError:
        return []
    plain = [(key, _text(root.find(key))) for key in _HEAD]
    return [(key, value) for key, value in plain if value] + _infons(root)


def _text(node: Any) -> str:
    return "" if node is None else "".join(node.itertext())


def _infons(node: Any) -> Infons:
    return [(one.get("key") or "", _text(one)) for one in node.findall("infon")]


def _raw(root: Any, default_id: str) -> Raw:
    """Return a document's elements."""
    raw = Raw(_text(root.find("id")).strip() or default_id, _infons(root))
    raw.parts = [_part(node) for node in root.findall("passage")]
    raw.annotations = _annotations(root)
    raw.relations = _links(root)
    return raw


def _part(node: Any) -> Part:
    text = node.find("text")
    offset = _number(_text(node.find("offset")), "offset of a passage or sentence")
    part = Part(offset, _infons(node), None if text is None else _text(text))
    part.sentences = [_part(one) for one in node.findall("sentence")]
    part.annotations, part.relations = _annotations(node), _links(node)
    return part


def _annotations(node: Any) -> list[Annotation]:
    found = []
    for one in node.findall("annotation"):
        text = one.find("text")
        locations = [
            (_number(place.get("offset"), "offset"), _number(place.get("length"), "length"))
            for place in one.findall("location")
        ]
        quoted = None if text is None else _text(text)
        found.append(Annotation(one.get("id") or "", _infons(one), locations, quoted))
    return found


def _links(node: Any) -> list[Link]:
    return [
        Link(
            one.get("id") or "",
            _infons(one),
            [(end.get("refid") or "", end.get("role") or "") for end in one.findall("node")],
        )
        for one in node.findall("relation")
    ]


def _number(words: str | None, what: str) -> int:
    match = _NUMBER.fullmatch(words or "")
    if match is None:
        raise BadXml(f"the {what} is {words!r}, no number", hint="write a whole number")
    return int(match[1])


class BiocXmlWriter:
    """Writes a BioC collection. The collection's own fields are those of its first document.

    What XML cannot hold (control characters, lone surrogates) becomes U+FFFD, one for one.
    """

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the format has no place for an explanation."""
        self.losses = Losses()
        self._stream = stream
        self._collection: Infons | None = None

    def begin(self) -> None:
        """Write nothing yet: the head is known with the first document."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write one document; a failed one is left out."""
        raw = make_raw(document, self.losses, format="biocxml")
        if document.error is not None:
            return
        self._begin(raw.collection)
        parts = [f"<document><id>{self._escaped(raw.id)}</id>", self._infons(raw.infons)]
        for part in raw.parts:
            parts.append(f"<passage>{self._infons(part.infons)}<offset>{part.offset}</offset>")
            parts.append(f"<text>{self._escaped(part.text or '')}</text>")
            parts += [self._annotation(one) for one in part.annotations]
            parts.append("</passage>")
        parts += [self._annotation(one) for one in raw.annotations]
        parts += [self._link(link) for link in raw.relations]
        self._stream.write(("".join(parts) + "</document>\n").encode())

    def end(self) -> None:
        """Close the collection."""
        self._begin(None)
        self._stream.write(b"</collection>\n")

    def _begin(self, collection: Infons | None) -> None:
        """Write the collection's head, once; another collection's fields have no place."""
        if self._collection is not None:
            lost = set(self._collection if collection is None else collection)
            if lost := lost.symmetric_difference(self._collection):
                self.losses["metadata"] += len(lost)
            return
        collection = collection or []
        self._collection = collection
        plain = dict(pair for pair in reversed(collection) if pair[0] in _HEAD)
        head = "".join(f"<{key}>{self._escaped(plain.get(key, ''))}</{key}>" for key in _HEAD)
        others = [pair for pair in collection if pair[0] not in _HEAD]
        self._stream.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<!DOCTYPE collection SYSTEM "BioC.dtd">\n'
            f"<collection>{head}{self._infons(others)}\n".encode()
        )

    def _infons(self, infons: Infons) -> str:
        return "".join(
            f'<infon key="{self._escaped(key, _IN_ATTRIBUTE)}">{self._escaped(value)}</infon>'
            for key, value in infons
        )

    def _annotation(self, one: Annotation) -> str:
        places = "".join(f'<location offset="{a}" length="{n}"/>' for a, n in one.locations)
        return (
            f'<annotation id="{self._escaped(one.id, _IN_ATTRIBUTE)}">{self._infons(one.infons)}'
            f"{places}<text>{self._escaped(one.text or '')}</text></annotation>"
        )

    def _link(self, link: Link) -> str:
        nodes = "".join(
            f'<node refid="{self._escaped(target, _IN_ATTRIBUTE)}" '
            f'role="{self._escaped(role, _IN_ATTRIBUTE)}"/>'
            for target, role in link.nodes
        )
        link_id = self._escaped(link.id, _IN_ATTRIBUTE)
        return f'<relation id="{link_id}">{self._infons(link.infons)}{nodes}</relation>'

    def _escaped(self, text: str, escapes: dict[int, str] = _ESCAPES) -> str:
        text, changed = _FORBIDDEN.subn("\ufffd", text)
        if changed:
            self.losses["characters"] += changed
        return text.translate(escapes)
