"""BioC JSON: BioC's elements as JSON objects (see ``bioc``).

Read: a collection, an array of collections or documents, one document, a document a line, and what
PubTator 3 answers (``{"PubTator3": [...]}``). A collection's own fields are read where they stand
before its documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from onoma.errors import DataError, OnomaError
from onoma.formats.bioc import Annotation, Infons, Link, Part, Raw, make_raw, read_raw
from onoma.formats.jsonl import encode_record
from onoma.formats.losses import Losses
from onoma.formats.pieces import Piece, json_pieces, parse_object
from onoma.formats.tables import documents_only
from onoma.types import AnnotatedDocument, Document, FailedDocument

_KEYS = ("documents", "PubTator3")
_HEAD = ("source", "date", "key")
_HINT = "see the BioC JSON form: documents > passages > annotations > locations"


class BadJson(DataError):
    """JSON that is not what its format says."""

    code = "bad-json"


def read_biocjson_gold(stream: BinaryIO, name: str) -> Iterator[AnnotatedDocument]:
    """Yield a collection's documents with their annotations; a broken one fails alone.

    Raises: BadFile: the JSON is damaged where no document can be told from another.
    """
    collection: tuple[bytes, Infons] = (b"", [])
    for number, piece in enumerate(json_pieces(stream, name, keys=_KEYS), 1):
        if piece.head != collection[0]:
            collection = (piece.head, _collection(piece.head))
        document_id = f"{name}:{number}"
        try:
            raw = _raw(_parsed(piece), document_id)
        except OnomaError as error:
            yield _failed(error, piece, document_id, name)
            continue
        raw.collection = collection[1]
        yield read_raw(raw, name)


read_biocjson = documents_only(read_biocjson_gold)


def _parsed(piece: Piece) -> dict[str, Any]:
    record = parse_object(piece.data)
    if record is None:
        raise BadJson("the document is not JSON", hint="correct it; the others are read")
    return record


def _failed(error: OnomaError, piece: Piece, document_id: str, name: str) -> AnnotatedDocument:
    record = parse_object(piece.data) or {}
    document_id = _words(record.get("id")) or document_id
    message = f"{error.message} (the document at byte {piece.offset})"
    failed = FailedDocument(document_id, error.code, message, error.hint, piece.offset, name)
    return AnnotatedDocument(Document(document_id, "", source=name), error=failed)


def _collection(head: bytes) -> Infons:
    record = parse_object(head + b"[]}") or {}
    plain = [(key, _words(record.get(key))) for key in _HEAD]
    infons = record.get("infons")
    return [(key, value) for key, value in plain if value] + (
        _infons(record) if isinstance(infons, dict) else []
    )


def _raw(record: dict[str, Any], default_id: str) -> Raw:
    """Return a document's elements."""
    if "passages" not in record:
        raise BadJson("a document without passages", hint=_HINT)
    raw = Raw(_words(record.get("id")).strip() or default_id, _infons(record))
    raw.parts = [_part(one, is_inner=False) for one in _objects(record, "passages")]
    raw.annotations, raw.relations = _annotations(record), _links(record)
    return raw


def _part(record: dict[str, Any], *, is_inner: bool) -> Part:
    text = record.get("text")
    part = Part(_number(record, "offset"), _infons(record), None if text is None else _string(text))
    if not is_inner:
        part.sentences = [_part(one, is_inner=True) for one in _objects(record, "sentences")]
        if part.sentences and not part.text:
            part.text = None
    part.annotations, part.relations = _annotations(record), _links(record)
    return part


def _annotations(record: dict[str, Any]) -> list[Annotation]:
    found = []
    for one in _objects(record, "annotations"):
        text = one.get("text")
        locations = [
            (_number(place, "offset"), _number(place, "length"))
            for place in _objects(one, "locations")
        ]
        quoted = None if text is None else _string(text)
        found.append(Annotation(_words(one.get("id")), _infons(one), locations, quoted))
    return found


def _links(record: dict[str, Any]) -> list[Link]:
    return [
        Link(
            _words(one.get("id")),
            _infons(one),
            [(_words(end.get("refid")), _words(end.get("role"))) for end in _objects(one, "nodes")],
        )
        for one in _objects(record, "relations")
    ]


def _objects(record: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list; a list that is not there is empty."""
    values = record.get(key, [])
    values = [] if values is None else values
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise BadJson(f"{key!r} is no list of objects", hint=_HINT)
    return values


def _infons(record: dict[str, Any]) -> Infons:
    infons = record.get("infons") or {}
    if not isinstance(infons, dict):
        raise BadJson("'infons' is no object", hint=_HINT)
    return [(str(key), _words(value)) for key, value in infons.items()]


def _words(value: Any) -> str:
    """Return a plain value as a string; lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return encode_record(value).decode().rstrip("\n")


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise BadJson("'text' is no string", hint=_HINT)
    return value


def _number(record: dict[str, Any], key: str) -> int:
    value = record.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13:
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**12:
        raise BadJson(f"{key!r} is {str(value)[:40]!r}, no number", hint=_HINT)
    return value


class BiocJsonWriter:
    """Writes a BioC collection. The collection's own fields are those of its first document."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the format has no place for an explanation."""
        self.losses = Losses()
        self._stream = stream
        self._collection: Infons | None = None
        self._count = 0

    def begin(self) -> None:
        """Write nothing yet: the head is known with the first document."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write one document on a line; a failed one is left out."""
        raw = make_raw(document, self.losses, format="biocjson")
        if document.error is not None:
            return
        self._begin(raw.collection)
        record = {
            "id": raw.id,
            "infons": dict(raw.infons),
            "passages": [_part_record(part) for part in raw.parts],
            "annotations": [_annotation_record(one) for one in raw.annotations],
            "relations": [_link_record(link) for link in raw.relations],
        }
        self._stream.write(b",\n" if self._count else b"\n")
        self._stream.write(encode_record(record).rstrip(b"\n"))
        self._count += 1

    def end(self) -> None:
        """Close the collection."""
        self._begin(None)
        self._stream.write(b"\n]}\n")

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
        record: dict[str, Any] = {key: plain.get(key, "") for key in _HEAD}
        record["infons"] = {key: value for key, value in collection if key not in _HEAD}
        head = encode_record(record).rstrip(b"\n").removesuffix(b"}")
        self._stream.write(head + b',"documents":[')


def _part_record(part: Part) -> dict[str, Any]:
    return {
        "offset": part.offset,
        "infons": dict(part.infons),
        "text": part.text,
        "sentences": [],
        "annotations": [_annotation_record(one) for one in part.annotations],
        "relations": [],
    }


def _annotation_record(one: Annotation) -> dict[str, Any]:
    return {
        "id": one.id,
        "infons": dict(one.infons),
        "text": one.text,
        "locations": [{"offset": start, "length": size} for start, size in one.locations],
    }


def _link_record(link: Link) -> dict[str, Any]:
    nodes = [{"refid": target, "role": role} for target, role in link.nodes]
    return {"id": link.id, "infons": dict(link.infons), "nodes": nodes}
