"""JSON lines that hold everything: ``annotate``'s record with the text and what is known besides.

The record is ``jsonl``'s (schema 1) with further fields: of the document ``text``, ``passages``,
``date``, ``language``, ``metadata``, ``sentences``; of a mention ``id``, ``metadata``, ``axes``,
``candidates`` and the unrounded score; of a relation ``metadata`` and unrounded numbers; of an
abbreviation the other offsets. Metadata are lists of [name, value]. Read: such lines,
``annotate``'s own with a ``text`` added, and plain documents (without mentions, then).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO, TypeVar

from onoma.errors import BadSpan, DataError, OnomaError
from onoma.formats.gold import Mark, mentions_of
from onoma.formats.infons import axes_of
from onoma.formats.jsonl import encode_record, iter_records
from onoma.formats.losses import Losses
from onoma.types import (
    EXPERIENCERS,
    POLARITIES,
    TEMPORALITIES,
    Abbreviation,
    AnnotatedDocument,
    Argument,
    Assertion,
    Candidate,
    Document,
    FailedDocument,
    Fields,
    Mention,
    Passage,
    Relation,
    RelationEvidence,
    Sentence,
    Span,
    evidence_record,
    failed_record,
    mention_record,
    relation_record,
)

_Value = TypeVar("_Value")


class BadRecord(DataError):
    """A JSON line whose fields are not those of an annotated document."""

    code = "bad-record"


def read_jsonl_gold(stream: BinaryIO, name: str) -> Iterator[AnnotatedDocument]:
    """Yield a document per line with its mentions; a line that is none fails alone."""
    for document, record in iter_records(stream, name):
        if isinstance(document, FailedDocument):
            empty = Document(document.id, "", source=name)
            yield AnnotatedDocument(empty, error=own_failure(document, record))
            continue
        try:
            yield annotated_of(document, record)
        except OnomaError as error:
            words = f"{name}: {error.message}"
            failed = FailedDocument(document.id, error.code, words, error.hint, None, name)
            yield AnnotatedDocument(document, error=failed)


def own_failure(failed: FailedDocument, record: dict[str, Any]) -> FailedDocument:
    """Return the failure that a line of ours records, if it is one."""
    error = record.get("error")
    if not isinstance(error, dict) or not isinstance(error.get("code"), str) or not error["code"]:
        return failed
    offset = error.get("offset")
    return FailedDocument(
        failed.id,
        error["code"],
        str(error.get("message") or "no message is recorded"),
        str(error.get("hint", "")),
        offset if isinstance(offset, int) else None,
        failed.source,
    )


def annotated_of(document: Document, record: dict[str, Any]) -> AnnotatedDocument:
    """Return the document with all that its record holds."""
    size = len(document.text)
    full = Document(
        document.id,
        document.text,
        tuple(_passage(one, size) for one in _objects(record, "passages")) or document.passages,
        date=document.date,
        language=document.language,
        source=document.source,
        metadata=_fields(record),
    )
    marks = [_mark(one) for one in _objects(record, "mentions")]
    return AnnotatedDocument(
        full,
        mentions_of(full.text, marks, document_id=full.id, unit="code points"),
        tuple(_abbreviation(one) for one in _objects(record, "abbreviations")),
        tuple(Sentence(*_span(pair, size)) for pair in _list(record, "sentences")),
        tuple(_span(pair, size) for pair in _list(record, "coverage")),
        _get(record, "store", str, ""),
        relations=tuple(relation_of(one, size) for one in _objects(record, "relations")),
        models=models_of(record),
    )


def models_of(record: dict[str, Any]) -> Fields:
    """Return the models that a record says had a say."""
    models = _get(record, "models", dict, {})
    return tuple((str(what), str(which)) for what, which in models.items())


def _passage(one: dict[str, Any], size: int) -> Passage:
    start, end = _span([one.get("start"), one.get("end")], size)
    return Passage(start, end, _get(one, "kind", str, "text"), _fields(one))


def _mark(one: dict[str, Any]) -> Mark:
    """Return a mention's record as a mark."""
    bounds = [[one.get("start"), one.get("end")]]
    spans = [_span(pair, None) for pair in _list(one, "spans") or bounds]
    score = one.get("score", 1.0)
    if not isinstance(score, (int, float)):
        raise BadRecord("a mention's 'score' is no number", hint="see the schema in the docs")
    mark = Mark(spans, _text(one, "text", None), _text(one, "type", "entity"))
    mark.id = _text(one, "id", "")
    mark.curie, mark.label = _text(one, "curie", None), _text(one, "label", None)
    mark.score, mark.found_by = float(score), _text(one, "found_by", "gold")
    mark.name, mark.scope = _text(one, "name", ""), _text(one, "scope", "")
    mark.metadata = list(_fields(one)) if one.get("metadata") else []
    mark.axes = _axes(one)
    mark.candidates = tuple(_candidate(candidate) for candidate in _objects(one, "candidates"))
    return mark


def _axes(one: dict[str, Any]) -> Assertion:
    """Return the assertion: all axes, or what the leading word says."""
    axes = _get(one, "axes", dict, None)
    if axes is None:
        word = _get(one, "assertion", str, "present")
        names = ("polarity", POLARITIES), ("temporality", TEMPORALITIES)
        given = {
            axis: word for axis, words in (*names, ("experiencer", EXPERIENCERS)) if word in words
        }
        return axes_of(given | ({"conditional": "yes"} if word == "conditional" else {}))
    plain = _plain_axes(*(_text(axes, axis, words[0]) for axis, words in _AXES))
    spans = [None if axes.get(key) is None else _span(axes[key], None) for key in ("cue", "scope")]
    is_conditional = axes.get("conditional") is True
    if not is_conditional and spans == [None, None]:
        return plain  # the usual one, of which one is enough
    return Assertion(
        plain.polarity, plain.temporality, plain.experiencer, is_conditional, *spans
    )  # fmt: skip


_AXES = (
    ("polarity", POLARITIES), ("temporality", TEMPORALITIES), ("experiencer", EXPERIENCERS),
)  # fmt: skip


@lru_cache(maxsize=256)
def _plain_axes(*values: str) -> Assertion:
    """Return the assertion of these polarity, temporality and experiencer."""
    given: dict[str, str] = {}
    for (axis, words), value in zip(_AXES, values, strict=True):
        if value not in words:
            raise BadRecord(f"{axis!r} is {value!r}", hint=f"known: {', '.join(words)}")
        given[axis] = value
    return axes_of(given)


def _candidate(one: dict[str, Any]) -> Candidate:
    why: dict[str, Any] = _get(one, "why", dict, {}) if one.get("why") else {}
    parts = {
        str(key): float(value) for key, value in why.items() if isinstance(value, (int, float))
    }
    score = one.get("score", 0.0)
    return Candidate(
        _text(one, "curie", ""),
        _text(one, "label", ""),
        _text(one, "type", ""),
        float(score) if isinstance(score, (int, float)) else 0.0,
        _text(one, "name", ""),
        _text(one, "scope", ""),
        _text(one, "via", None),
        one.get("lossy") is True,
        parts,
    )


def relation_of(one: dict[str, Any], size: int | None = None) -> Relation:
    """Return the relation of its record; ``size`` is the length of the text, where it is known."""
    ends = tuple(
        Argument(_get(end, "role", str, ""), _get(end, "target", str, ""))
        for end in _objects(one, "arguments")
    )
    sure, trigger_span = one.get("confidence"), one.get("trigger_span")
    if sure is not None and (not isinstance(sure, (int, float)) or isinstance(sure, bool)):
        raise BadRecord("a relation's 'confidence' is no number", hint="see the schema in the docs")
    explicit = one.get("explicit")
    return Relation(
        _get(one, "predicate", str, "relation"),
        ends,
        _get(one, "id", str, ""),
        _get(one, "trigger", str, None),
        _fields(one),
        kind=_get(one, "kind", str, ""),
        confidence=None if sure is None else float(sure),
        novelty=_get(one, "novelty", str, ""),
        factuality=_get(one, "factuality", str, ""),
        causality=_get(one, "causality", str, ""),
        is_explicit=explicit if isinstance(explicit, bool) else None,
        trigger_span=None if trigger_span is None else _span(trigger_span, size),
        evidence=tuple(_evidence(passage, size) for passage in _objects(one, "evidence")),
        found_by=_get(one, "found_by", str, ""),
    )


def _evidence(one: dict[str, Any], size: int | None) -> RelationEvidence:
    start, end = _span([one.get("start"), one.get("end")], size)
    score = one.get("score", 0.0)
    return RelationEvidence(
        start,
        end,
        _span(one.get("subject"), size),
        _span(one.get("object"), size),
        float(score) if isinstance(score, (int, float)) else 0.0,
    )


def _abbreviation(one: dict[str, Any]) -> Abbreviation:
    """Return an abbreviation; schema 1 has but its start (the long form's place is then 0, 0)."""
    short, start = _get(one, "short", str, ""), _get(one, "start", int, 0)
    return Abbreviation(
        short,
        _get(one, "long", str, ""),
        start,
        _get(one, "end", int, start + len(short)),
        _get(one, "long_start", int, 0),
        _get(one, "long_end", int, 0),
    )


def _get(record: dict[str, Any], key: str, kind: type[_Value], default: Any) -> Any:
    """Return a field of this type; what is not there, or null, is the default."""
    value = record.get(key)
    if value is None:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadRecord(f"{key!r} is no {kind.__name__}", hint="see the schema in the docs")
    return value


def _text(record: dict[str, Any], key: str, default: Any) -> Any:
    """Return a field that holds text; the usual case first, as there are very many."""
    value = record.get(key)
    return value if type(value) is str else _get(record, key, str, default)


def _list(record: dict[str, Any], key: str) -> list[Any]:
    found: list[Any] = _get(record, key, list, [])
    return found


def _objects(record: dict[str, Any], key: str) -> list[dict[str, Any]]:
    values = _list(record, key)
    if not all(isinstance(one, dict) for one in values):
        raise BadRecord(f"{key!r} is no list of objects", hint="see the schema in the docs")
    return values


def _fields(record: dict[str, Any]) -> Fields:
    """Return metadata: a list of [name, value], or an object of another tool's."""
    metadata = record.get("metadata") or []
    pairs = list(metadata.items()) if isinstance(metadata, dict) else metadata
    if not isinstance(pairs, list) or not all(
        isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in pairs
    ):
        raise BadRecord("'metadata' is no list of [name, value]", hint="see the schema in the docs")
    return tuple(
        (str(name), value if isinstance(value, str) else str(value)) for name, value in pairs
    )


def _span(pair: Any, size: int | None) -> Span:
    """Return a span that lies in a text of this size (any size, if None)."""
    if not isinstance(pair, list) or len(pair) != 2 or not all(type(edge) is int for edge in pair):
        raise BadRecord(f"{str(pair)[:60]} is no [start, end]", hint="offsets are whole numbers")
    start, end = pair
    if not 0 <= start <= end or (size is not None and end > size):
        raise BadSpan(f"{start}-{end} does not lie in the text", hint="offsets count code points")
    return start, end


class JsonlFullWriter:
    """Writes all that is known of a document, one JSON object a line; nothing is lost."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; candidates are written in any case."""
        self.losses = Losses()
        self._stream = stream

    def begin(self) -> None:
        """Write nothing: the format has no head."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write the document's record, or the error's."""
        failed = document.error
        record = full_record(document) if failed is None else failed_record(failed)
        self._stream.write(encode_record(record))

    def end(self) -> None:
        """Write nothing: the format has no foot."""


def full_record(document: AnnotatedDocument) -> dict[str, Any]:
    """Return the record of ``AnnotatedDocument.to_dict`` with all that it leaves out."""
    head = document.document
    return document.to_dict() | {
        "text": head.text,
        "passages": [
            {"start": p.start, "end": p.end, "kind": p.kind, "metadata": p.metadata}
            for p in head.passages
        ],
        "date": head.date,
        "language": head.language,
        "metadata": head.metadata,
        "sentences": [[s.start, s.end] for s in document.sentences],
        "mentions": [_full_mention(mention) for mention in document.mentions],
        "relations": [_full_relation(relation) for relation in document.relations],
        "abbreviations": [
            {
                "short": a.short,
                "long": a.long,
                "start": a.start,
                "end": a.end,
                "long_start": a.long_start,
                "long_end": a.long_end,
            }
            for a in document.abbreviations
        ],
    }


def _full_relation(relation: Relation) -> dict[str, Any]:
    evidence = [evidence_record(one) | {"score": one.score} for one in relation.evidence]
    own = {"confidence": relation.confidence, "evidence": evidence}
    return relation_record(relation) | own | {"metadata": relation.metadata}


def _full_mention(mention: Mention) -> dict[str, Any]:
    axes = mention.assertion_axes
    return mention_record(mention) | {
        "score": mention.score,
        "id": mention.id,
        "metadata": mention.metadata,
        "axes": {
            "polarity": axes.polarity,
            "temporality": axes.temporality,
            "experiencer": axes.experiencer,
            "conditional": axes.conditional,
            "cue": axes.cue,
            "scope": axes.scope,
        },
        "candidates": [
            {
                "curie": c.curie,
                "label": c.label,
                "type": c.type,
                "score": c.score,
                "name": c.name,
                "scope": c.scope,
                "via": c.via,
                "lossy": c.lossy,
                "why": c.why,
            }
            for c in mention.candidates
        ],
    }
