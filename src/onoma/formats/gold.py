"""What files annotate: marks in the file's own offsets and words, made into mentions of a text.

A mark's offsets may count code points, UTF-8 bytes or UTF-16 units; which of them is found by
whether the text there is the one that the file quotes. A mention always quotes its document; a
file's own quote that differs (blanks aside) is kept in the mention's metadata as ``quoted``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from onoma.errors import BadSpan
from onoma.formats.type_words import type_of
from onoma.text.offsets import UNITS, Unit, from_unit
from onoma.types import Assertion, Candidate, Mention, Span

QUOTED = "quoted"
"""The name, in a mention's metadata, of what the file says stands at its offsets."""


@dataclass(slots=True)
class Mark:
    """An annotation as it stands in a file: ``spans`` in the file's unit, ``type`` its word."""

    spans: list[Span]
    quoted: str | None
    type: str
    id: str = ""
    curie: str | None = None
    label: str | None = None
    score: float = 1.0
    found_by: str = "gold"
    name: str = ""
    scope: str = ""
    axes: Assertion = field(default_factory=Assertion)
    metadata: list[tuple[str, str]] = field(default_factory=list)
    candidates: tuple[Candidate, ...] = ()


def fits(text: str, spans: Sequence[Span], quoted: str) -> bool:
    """Say whether a file's quote is what stands at the spans, blanks and line ends aside.

    >>> fits("breast and ovarian cancer", [(0, 6), (19, 25)], "breast cancer")
    True
    """
    wanted = "".join(quoted.split())
    parts = "".join("".join(text[start:end].split()) for start, end in spans)
    if parts == wanted:
        return True
    cover = text[min(start for start, _ in spans) : max(end for _, end in spans)]
    return "".join(cover.split()) == wanted


def fitting_unit(text: str, marks: Sequence[Mark]) -> Unit:
    """Return the unit in which most marks quote what stands in the text; code points win a draw."""
    if text.isascii():
        return "code points"
    best: Unit = "code points"
    most = -1
    wanted = sum(mark.quoted is not None for mark in marks)
    for unit in UNITS:
        count = sum(
            spans is not None and mark.quoted is not None and fits(text, spans, mark.quoted)
            for mark, spans in zip(marks, placed_spans(text, marks, unit), strict=True)
        )
        if count > most:
            best, most = unit, count
        if count == wanted:
            break
    return best


def placed_spans(text: str, marks: Sequence[Mark], unit: Unit) -> list[list[Span] | None]:
    """Return each mark's spans in code points, None where they do not fit the text."""
    flat = [edge for mark in marks for span in mark.spans for edge in span]
    largest = 1 << 60
    places = from_unit(text, [min(max(-1, edge), largest) for edge in flat], unit).tolist()
    found: list[list[Span] | None] = []
    position = 0
    for mark in marks:
        size = 2 * len(mark.spans)
        edges = places[position : position + size]
        position += size
        spans = list(zip(edges[::2], edges[1::2], strict=True))
        found.append(spans if spans and all(0 <= a < b for a, b in spans) else None)
    return found


def mentions_of(
    text: str,
    marks: Sequence[Mark],
    *,
    document_id: str,
    unit: Unit | None = None,
    type_of: Callable[[str], str] = type_of,
) -> tuple[Mention, ...]:
    """Return the marks as mentions of the text, in text order; ``type_of`` reads the file's words.

    Raises: BadSpan: a mark lies outside the text, or is empty.
    """
    unit = unit or fitting_unit(text, marks)
    found = []
    for mark, spans in zip(marks, placed_spans(text, marks, unit), strict=True):
        if spans is None:
            which = f"{mark.id} of" if mark.id else "of"
            shown = ";".join(f"{start} {end}" for start, end in mark.spans) or "nowhere"
            raise BadSpan(
                f"{document_id}: the annotation {which} {(mark.quoted or '')[:80]!r} at "
                f"{shown} does not fit the text of {len(text)} characters",
                hint=f"offsets count {unit} here; correct or remove the annotation",
            )
        found.append(_mention(text, mark, spans, type_of(mark.type)))
    return tuple(sorted(found, key=lambda mention: (mention.start, mention.end)))


def _mention(text: str, mark: Mark, spans: list[Span], type_name: str) -> Mention:
    metadata = tuple(mark.metadata)
    if mark.quoted is not None and not fits(text, spans, mark.quoted):
        metadata += ((QUOTED, mark.quoted),)
    spans = sorted(spans)  # brat's parts may come in the order in which they are read together
    start, end = spans[0][0], max(end for _, end in spans)
    return Mention(
        start,
        end,
        text[start:end],
        type_name,
        mark.curie,
        mark.label,
        mark.score,
        mark.found_by,
        tuple(spans),
        name=mark.name,
        scope=mark.scope,
        candidates=mark.candidates,
        assertion_axes=mark.axes,
        id=mark.id,
        metadata=metadata,
    )


def quote_of(text: str, mention: Mention) -> str:
    """Return what a file quotes for a mention: its parts, joined by a blank."""
    return " ".join(text[start:end] for start, end in mention.spans)
