"""OMOP CDM 5.4: the NOTE table in, the NOTE_NLP table out and in again (CSV).

``read_omop`` takes ``note_id``, ``note_text``, ``note_date``; the other columns are metadata.

NOTE_NLP has a row per mention. ``term_exists`` is ``N`` for what is absent, hypothetical,
conditional or not said of the patient, as the CDM defines it (what is only possible exists, with a
modifier); ``term_temporal`` is ``past`` for what is historical. A CURIE is no OMOP concept id (to
find that takes the OMOP vocabulary): ``note_nlp_concept_id`` is 0 and ``term_modifiers`` has the
CURIE, beside type, label, score, every axis of the assertion that departs from the usual, and the
spans of a discontinuous mention. ``read_note_nlp`` puts the rows back on their notes.

Source: OMOP CDM 5.4, https://ohdsi.github.io/CommonDataModel/cdm54.html#note_nlp.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import BinaryIO, get_args

from onoma import types
from onoma.errors import BadFile, BadLine, BadSpan, OnomaError
from onoma.formats.capacity import unheld
from onoma.formats.delimited import iter_rows, read_delimited, row_of, write_row
from onoma.formats.losses import Losses
from onoma.formats.output import encode_text
from onoma.types import (
    AnnotatedDocument,
    Assertion,
    Document,
    FailedDocument,
    Mention,
    Span,
)

COLUMNS: tuple[str, ...] = (
    "note_nlp_id", "note_id", "section_concept_id", "snippet", "offset", "lexical_variant",
    "note_nlp_concept_id", "note_nlp_source_concept_id", "nlp_system", "nlp_date", "nlp_datetime",
    "term_exists", "term_temporal", "term_modifiers",
)  # fmt: skip
SNIPPET = 250  # the column's width
_AROUND = 60  # characters of the note on each side of a mention
_ESCAPES = str.maketrans({"%": "%25", ";": "%3B", "=": "%3D", "\n": "%0A", "\r": "%0D"})
_ESCAPED = re.compile("%(25|3B|3D|0A|0D)")
_OWN = frozenset({"type", "curie", "label", "score", "polarity", "temporality", "experiencer",
                  "conditional", "spans", "id"})  # fmt: skip
_SPAN = re.compile(r"([0-9]{1,12})-([0-9]{1,12})")


def read_omop(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the notes of a NOTE table in order; the id is ``note_id``.

    Raises: BadFile: the table has no ``note_text``.
    """
    return read_delimited(stream, name)


class OmopWriter:
    """Writes NOTE_NLP rows; ``day`` is the date of processing (today's unless given)."""

    def __init__(
        self, stream: BinaryIO, explain: bool = False, *, day: datetime.date | None = None
    ) -> None:
        """Write to this byte stream; the columns do not change with ``explain``."""
        self.losses = Losses()
        self._stream = stream
        self._day = (day or datetime.date.today()).isoformat()
        self._count = 0

    def begin(self) -> None:
        """Write the column names."""
        self._stream.write(write_row(COLUMNS).encode())

    def write(self, document: AnnotatedDocument) -> None:
        """Write the document's mentions."""
        self.losses.update(unheld(document, "omop"))
        if document.error is not None:
            return
        for mention in document.mentions:
            self._count += 1
            self._stream.write(encode_text(write_row(self._cells(document, mention))))

    def end(self) -> None:
        """Write nothing: the format has no foot."""

    def _cells(self, document: AnnotatedDocument, mention: Mention) -> tuple[object, ...]:
        axes = mention.assertion_axes
        exists = (
            axes.polarity != "absent"
            and axes.experiencer == "patient"
            and axes.temporality != "hypothetical"
            and not axes.conditional
        )
        return (
            self._count,
            document.id,
            0,
            snippet(document.text, mention),
            mention.start,
            mention.text,
            0,
            0,
            "onoma",
            self._day,
            None,
            "Y" if exists else "N",
            "past" if axes.temporality == "historical" else "present",
            modifiers(mention),
        )


def snippet(text: str, mention: Mention) -> str:
    """Return the text around a mention on one line, no longer than the column is wide."""
    around = max(0, min(_AROUND, (SNIPPET - (mention.end - mention.start)) // 2))
    part = text[max(0, mention.start - around) : mention.end + around]
    return re.sub(r"\s", " ", part)[:SNIPPET]


def modifiers(mention: Mention) -> str:
    """Return what NOTE_NLP has no column for: ``type=disease;curie=MONDO:1;score=0.9``."""
    axes = mention.assertion_axes
    usual = Assertion()
    pairs = [
        ("type", mention.type),
        ("curie", mention.curie or ""),
        ("label", mention.label or ""),
        ("score", f"{mention.score:.4f}"),
        *(
            (axis, str(getattr(axes, axis)).lower())
            for axis in ("polarity", "temporality", "experiencer", "conditional")
            if getattr(axes, axis) != getattr(usual, axis)
        ),
    ]
    if len(mention.spans) > 1:
        pairs.append(("spans", "+".join(f"{start}-{end}" for start, end in mention.spans)))
    pairs.append(("id", mention.id))
    pairs += [pair for pair in mention.metadata if pair[0] not in _OWN]
    return ";".join(f"{name}={value.translate(_ESCAPES)}" for name, value in pairs if value)


def read_note_nlp(
    stream: BinaryIO, name: str, *, notes: Iterable[Document | FailedDocument]
) -> Iterator[AnnotatedDocument]:
    """Yield the notes in order with the mentions of a NOTE_NLP table on them.

    The table's rows are held in memory. A note one of whose rows does not fit its text fails.
    Raises: BadFile: a row that follows no form, or without a note.
    """
    rows = _rows_by_note(stream, name)
    for note in notes:
        own = rows.pop(note.id, [])
        if isinstance(note, FailedDocument):
            yield AnnotatedDocument(Document(note.id, ""), error=note)
            continue
        try:
            mentions = tuple(_mention(row, note, number) for number, row in own)
            yield AnnotatedDocument(note, mentions)
        except OnomaError as error:
            failed = FailedDocument(note.id, error.code, error.message, error.hint, source=name)
            yield AnnotatedDocument(Document(note.id, ""), error=failed)
    if rows:
        raise BadFile(
            f"{name}: rows for notes that are not given: {', '.join(sorted(rows)[:10])}",
            hint="give the NOTE table that the rows were made from",
        )


def _rows_by_note(stream: BinaryIO, name: str) -> dict[str, list[tuple[int, dict[str, str]]]]:
    """Return the rows of a NOTE_NLP table by the note that they are of."""
    rows = iter_rows(stream, name)
    names: list[str] = []
    found: defaultdict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for row in rows:
        if isinstance(row, FailedDocument):
            raise BadFile(row.message, hint=row.hint)
        number, cells = row
        if not names:
            names = [cell.strip().strip('"').lower() for cell in cells]
            missing = {"note_id", "offset", "lexical_variant"} - set(names)
            if missing:
                words = f"{name}: no column {', '.join(sorted(missing))}"
                raise BadFile(words, hint="is this a NOTE_NLP table?")
            continue
        fields = row_of(cells, names, number=number, source=name)
        found[fields.get("note_id", "")].append((number, fields))
    return dict(found)


def _mention(row: dict[str, str], note: Document, number: int) -> Mention:
    """Return the mention of a row."""
    stated, variant = row.get("offset", ""), row.get("lexical_variant", "")
    if not re.fullmatch("[0-9]{1,12}", stated):
        raise BadLine(note.id, number, stated, "offset is no number", hint="count characters")
    start = int(stated)
    end = start + len(variant)
    if not variant or note.text[start:end] != variant:
        raise BadSpan(
            f"{note.id}: {variant!r} does not stand at {start}",
            hint="offsets count characters of note_text",
            offset=start,
        )
    more = _parse_modifiers(row.get("term_modifiers", ""))
    spans = tuple((int(a), int(b)) for a, b in _SPAN.findall(more.pop("spans", "")))
    if not _is_within(spans, start, end):
        spans = ((start, end),)
    kind = more.pop("type", "")
    curie, label = more.pop("curie", None), more.pop("label", None)
    score = more.pop("score", "")
    own_id = more.pop("id", "")
    axes = _axes(row, more)
    return Mention(
        start,
        end,
        variant,
        kind,
        curie,
        label,
        float(score) if re.fullmatch(r"[01](?:\.[0-9]{1,9})?", score) else 1.0,
        "gold",
        spans,
        assertion_axes=axes,
        id=own_id,
        metadata=tuple(more.items()),
    )


def _is_within(spans: tuple[Span, ...], start: int, end: int) -> bool:
    """Say whether spans begin and end where the mention does, in order."""
    edges = [edge for span in spans for edge in span]
    return bool(edges) and edges == sorted(edges) and (edges[0], edges[-1]) == (start, end)


def _parse_modifiers(text: str) -> dict[str, str]:
    """Return modifiers by name; a word alone is its own name."""
    found = {}
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        if name:
            found[name] = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    return found


def _axes(row: dict[str, str], more: dict[str, str]) -> Assertion:
    """Return the assertion of a row: its modifiers, or what the two flags say alone."""
    polarity = more.pop("polarity", "")
    temporality = more.pop("temporality", "")
    experiencer = more.pop("experiencer", "")
    conditional = more.pop("conditional", "") == "true"
    is_told = bool(polarity or temporality or experiencer or conditional)
    if not is_told and row.get("term_exists", "").upper() == "N":
        polarity = "absent"
    if not temporality and row.get("term_temporal", "").lower().startswith("past"):
        temporality = "historical"
    return Assertion(
        polarity=polarity if polarity in get_args(types.Polarity) else "present",  # type: ignore[arg-type]  # checked against the words
        temporality=temporality if temporality in get_args(types.Temporality) else "current",  # type: ignore[arg-type]  # checked
        experiencer=experiencer if experiencer in get_args(types.Experiencer) else "patient",  # type: ignore[arg-type]  # checked
        conditional=conditional,
    )
