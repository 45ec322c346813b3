"""What a medication table holds, and its plain forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from onoma.extract.dosing import KINDS
from onoma.types import Assertion, Document, FailedDocument

PRESENT = Assertion()

PARTS = (*KINDS, "reason")
"""The cells of a row beside the medicine itself, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a row: where it stands, its words, and what they mean in one spelling."""

    start: int
    end: int
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Medication:
    """One medicine in one regimen; a taper has a row a step.

    ``curie`` is None for a medicine that the vocabulary does not have; ``codes`` are the CURIEs
    that mean the same. ``found_by``: as of a mention, or ``kind`` (antibiotics), ``stem``
    (secukinumab), ``place`` (an unknown name before a dose), ``tagger``. ``step`` counts the
    regimens of one mention from 1. ``status`` is started, continued, increased, decreased, changed,
    held, stopped, completed, current, given, past, planned, not taken, allergy, or empty where the
    text does not say; ``cue`` are the words that say so.
    """

    start: int
    end: int
    text: str
    curie: str | None
    label: str | None
    score: float
    found_by: str
    codes: tuple[str, ...] = ()
    step: int = 1
    dose: Cell | None = None
    strength: Cell | None = None
    route: Cell | None = None
    form: Cell | None = None
    frequency: Cell | None = None
    duration: Cell | None = None
    reason: Cell | None = None
    status: str = ""
    cue: Cell | None = None
    assertion_axes: Assertion = PRESENT

    def parts(self) -> Iterator[tuple[str, Cell]]:
        """Yield the cells that are filled, with their names."""
        for name in PARTS:
            cell: Cell | None = getattr(self, name)
            if cell is not None:
                yield name, cell


@dataclass(frozen=True, slots=True)
class MedicationTable:
    """The medicines of a document in text order; ``error`` is set instead when it failed."""

    document: Document
    rows: tuple[Medication, ...] = ()
    store: str = ""
    error: FailedDocument | None = None

    def __iter__(self) -> Iterator[Medication]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)


HEAD = (
    "id", "start", "end", "drug", "curie", "label", "codes", "step",
    *(f"{part}{side}" for part in PARTS for side in ("", "_value", "_start", "_end")),
    "status", "assertion", "found_by", "score",
)  # fmt: skip
"""The columns of a table as plain values."""


def plain_cells(identifier: str, row: Medication) -> Sequence[Any]:
    """Return a row as plain values in the order of ``HEAD``; what is not there is empty."""
    out: list[Any] = [
        identifier, row.start, row.end, row.text, row.curie or "", row.label or "",
        "|".join(row.codes), row.step,
    ]  # fmt: skip
    for part in PARTS:
        cell: Cell | None = getattr(row, part)
        out += ["", "", "", ""] if cell is None else [cell.text, cell.value, cell.start, cell.end]
    return [*out, row.status, row.assertion_axes.leading, row.found_by, f"{row.score:.4f}"]


def record(identifier: str, row: Medication) -> dict[str, Any]:
    """Return a row as the JSON object of one line; parts that are not there are null."""
    out: dict[str, Any] = {
        "id": identifier, "start": row.start, "end": row.end, "text": row.text,
        "curie": row.curie, "label": row.label, "codes": list(row.codes), "step": row.step,
    }  # fmt: skip
    out |= {part: cell_record(getattr(row, part)) for part in PARTS}
    return out | {
        "status": row.status or None, "cue": cell_record(row.cue),
        "assertion": row.assertion_axes.leading, "found_by": row.found_by,
        "score": round(row.score, 4),
    }  # fmt: skip


def cell_record(cell: Cell | None) -> dict[str, Any] | None:
    """Return a cell as a plain object."""
    if cell is None:
        return None
    return {"start": cell.start, "end": cell.end, "text": cell.text, "value": cell.value}
