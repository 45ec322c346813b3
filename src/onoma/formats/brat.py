"""brat standoff: ``a.txt`` holds a text, ``a.ann`` its annotations; a zip holds many such pairs.

Read: text-bound annotations (``T``, discontinuous ones too) as mentions; events (``E``) and
relations (``R``) as relations, the event with its trigger; equivalences (``*``) as relations whose
arguments all have the role ``member``; attributes (``A``, ``M``) and notes (``#``) as metadata of
what they stand on (a note of a document's own is its metadata); normalisations (``N``) as concept
and label, several joined by a bar. An attribute that says negation, speculation, time or person
sets the mention's assertion as well. Offsets may count code points (brat's own way), UTF-8 bytes
or UTF-16 units: the one is taken in which the annotations quote the text.

A mention over a line end is one span, as many corpora have it; its quote has a blank there.

Source: Stenetorp et al. 2012, brat; https://brat.nlplab.org/standoff.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from onoma.errors import BadFile, BadLine, OnomaError
from onoma.formats.brat_assertions import axes_of_attributes
from onoma.formats.gold import Mark, mentions_of
from onoma.formats.opening import decode_text, open_stream
from onoma.formats.relation_fields import restore_ends, take_fields
from onoma.formats.signs import PACKED, bare_name
from onoma.formats.tables import documents_only
from onoma.formats.text import LARGEST
from onoma.formats.zipped import iter_members
from onoma.types import (
    AnnotatedDocument,
    Argument,
    Document,
    FailedDocument,
    Mention,
    Relation,
)

_BOUND = re.compile(r"(\S.*?) ([0-9]{1,12} [0-9]{1,12}(?:;[0-9]{1,12} [0-9]{1,12})*)")
_HINT = "write: T1<TAB>Type 0 5<TAB>text, R1<TAB>Type Arg1:T1 Arg2:T2, A1<TAB>Name T1 Value"
CONCEPT = "normalisation"
"""The metadata name of a concept that stands on something else than a mention."""
MEMBER = "member"
"""The role of an equivalence's arguments."""


@dataclass(slots=True)
class _Lines:
    """An .ann file's lines by what they stand for, in the order of the file."""

    marks: dict[str, Mark] = field(default_factory=dict)
    relations: list[tuple[str, str, list[Argument], str | None]] = field(default_factory=list)
    fields: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # by what they stand on
    concepts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def read_brat_gold(stream: BinaryIO, name: str) -> Iterator[AnnotatedDocument]:
    """Yield the documents of a zip of pairs, sorted by name.

    Raises: BadFile: no zip, as one file alone is no document: read pairs by their path.
    """
    if not stream.peek(4).startswith(b"PK\x03\x04"):  # type: ignore[attr-defined]  # buffered
        raise BadFile(
            f"{name}: a brat document is two files, .txt and .ann, or a zip of such pairs",
            hint="give the path of the .ann file, its folder or a zip",
        )
    half: dict[str, bytes] = {}
    for member, data in iter_members(stream, name, extensions=(".ann", ".txt")):
        stem = member[:-4]
        other = stem + (".txt" if member.endswith(".ann") else ".ann")
        if other in half:
            pair = {member: data, other: half.pop(other)}
            yield _read_pair(pair[f"{stem}.txt"], pair[f"{stem}.ann"], stem, source=name)
        else:
            half[member] = data
    for member, data in half.items():
        if member.endswith(".txt"):
            yield _read_pair(data, b"", member[:-4], source=name)
        else:
            yield _failed(member[:-4], _alone(member), name)


read_brat = documents_only(read_brat_gold)


def read_brat_path(path: Path, name: str) -> Iterator[AnnotatedDocument]:
    """Yield the document of a pair, given the path of either file, or those of a zip.

    The id is the name without ``.ann`` or ``.txt``. A text without an ``.ann`` has no annotations.
    """
    bare = bare_name(name)
    stem = bare[:-4] if bare.lower().endswith((".ann", ".txt")) else ""
    if not stem:
        with path.open("rb") as raw, open_stream(raw, name) as stream:
            yield from read_brat_gold(stream, name)
        return
    try:
        text, lines = _read_beside(path, ".txt"), _read_beside(path, ".ann")
    except OnomaError as error:
        yield _failed(stem, error, name)
        return
    if text is None:
        yield _failed(stem, _alone(name), name)
        return
    yield _read_pair(text, lines or b"", stem, source=name)


def _alone(name: str) -> BadFile:
    return BadFile(f"{name}: the text of these annotations, a .txt, is not beside them")


def _read_beside(path: Path, extension: str) -> bytes | None:
    """Return the unpacked bytes of the pair's file with this extension."""
    stem = bare_name(path.name)[:-4]
    for packed in ("", *PACKED):
        for written in (extension, extension.upper()):
            twin = path.with_name(stem + written + packed)
            if twin.is_file():
                with twin.open("rb") as raw, open_stream(raw, twin.name) as stream:
                    data = stream.read(LARGEST + 1)
                if len(data) > LARGEST:
                    raise BadFile(f"{twin.name}: more than {LARGEST >> 20} MB in one document")
                return data
    return None


def _failed(document_id: str, error: OnomaError, source: str) -> AnnotatedDocument:
    failed = FailedDocument(
        document_id, error.code, error.message, error.hint, error.offset, source
    )
    return AnnotatedDocument(Document(document_id, "", source=source), error=failed)


def _read_pair(text_data: bytes, ann_data: bytes, stem: str, *, source: str) -> AnnotatedDocument:
    """Return a pair as a document; one whose annotations are broken keeps its text."""
    try:
        text = decode_text(text_data)
    except OnomaError as error:
        return _failed(stem, error, source)
    try:
        lines = _parse_lines(decode_text(ann_data), f"{stem}.ann")
        mentions = _mentions(lines, text, stem)
    except OnomaError as error:
        failed = FailedDocument(stem, error.code, error.message, error.hint, error.offset, source)
        return AnnotatedDocument(Document(stem, text, source=source), error=failed)
    relations = tuple(
        restore_ends(
            take_fields(
                Relation(predicate, tuple(ends), own_id, trigger), lines.fields.pop(own_id, ())
            )
        )
        for own_id, predicate, ends, trigger in lines.relations
    )
    left = tuple(
        (f"{name}:{target}", value)
        for target, fields in lines.fields.items()
        for name, value in fields
    )
    return AnnotatedDocument(
        Document(stem, text, source=source, metadata=left), mentions, relations=relations
    )


def _mentions(lines: _Lines, text: str, stem: str) -> tuple[Mention, ...]:
    """Return the mentions with their concepts, attributes and notes."""
    for own_id, mark in lines.marks.items():
        concepts = lines.concepts.get(own_id)
        if concepts:
            mark.curie = "|".join(curie for curie, _ in concepts)
            labels = [label for _, label in concepts]
            mark.label = "|".join(labels) if any(labels) else None
        mark.axes, mark.metadata = axes_of_attributes(lines.fields.pop(own_id, []))
    for target in lines.concepts.keys() - lines.marks.keys():  # an event's, say
        words = [(CONCEPT, f"{curie} {label}".strip()) for curie, label in lines.concepts[target]]
        lines.fields.setdefault(target, []).extend(words)
    return mentions_of(text, list(lines.marks.values()), document_id=stem)


def _parse_lines(text: str, name: str) -> _Lines:
    """Return what the lines of an .ann file say.

    Raises: BadLine: a line of no known form.
    """
    lines = _Lines()
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        cells = line.split("\t", 2)
        problem = _take(lines, cells)
        if problem:
            raise BadLine(name, number, line, problem, hint=_HINT)
    return lines


def _take(lines: _Lines, cells: list[str]) -> str | None:
    """Put a line where it belongs; return what is wrong with it, if anything."""
    if len(cells) < 2:
        return "a line needs an id, a tab, and what it says"
    sign = cells[0][:1]
    if sign == "T":
        return _take_bound(lines, cells)
    if sign in ("R", "E", "*"):
        return _take_relation(lines, cells)
    if sign in ("A", "M"):
        words = cells[1].split()
        if len(words) < 2:
            return "an attribute needs a name and what it stands on"
        lines.fields.setdefault(words[1], []).append((words[0], " ".join(words[2:])))
        return None
    if sign == "N":
        words = cells[1].split()
        if len(words) < 2:
            return "a normalisation needs a name, what it stands on and a concept"
        if len(words) == 2:  # DiMB-RE leaves the name out and has the concept first
            words = ["", words[1], words[0]]
        label = cells[2] if len(cells) > 2 else ""
        lines.concepts.setdefault(words[1], []).append((" ".join(words[2:]), label))
        return None
    if sign == "#":
        words = cells[1].split()
        if not words:
            return "a note needs its kind"
        kind = "note" if words[0] == "AnnotatorNotes" else words[0]
        target = words[1] if len(words) > 1 else ""
        value = cells[2] if len(cells) > 2 else ""
        lines.fields.setdefault(target, []).append((kind, value))
        return None
    return "no line of brat's begins like this"


def _take_bound(lines: _Lines, cells: list[str]) -> str | None:
    match = _BOUND.fullmatch(cells[1].strip())
    if match is None:
        return "an annotation needs its type, start and end"
    if cells[0] in lines.marks:
        return f"a second annotation {cells[0]}"
    places = [part.split(" ") for part in match[2].split(";")]
    spans = [(int(start), int(end)) for start, end in places]
    quoted = cells[2] if len(cells) > 2 else None
    lines.marks[cells[0]] = Mark(spans, quoted, match[1], cells[0])
    return None


def _take_relation(lines: _Lines, cells: list[str]) -> str | None:
    """Take an event, a relation or an equivalence."""
    words = cells[1].split()
    if not words:
        return "a relation needs its type"
    if cells[0] == "*":
        ends = [Argument(MEMBER, target) for target in words[1:]]
        lines.relations.append(("", words[0], ends, None))
        return None
    predicate, _, trigger = words[0].partition(":")
    pairs = [word.partition(":") for word in words[1:]]
    if any(not role or not target for role, _, target in pairs):
        return "the ends of a relation are written role:id"
    ends = [Argument(role, target) for role, _, target in pairs]
    lines.relations.append((cells[0], predicate, ends, trigger or None))
    return None
