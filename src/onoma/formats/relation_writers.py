"""Relations in a file of their own, a row each, as tab-separated values."""

from __future__ import annotations

from typing import Any, BinaryIO

from onoma.formats.capacity import unheld
from onoma.formats.losses import Losses
from onoma.formats.relation_rows import relation_pairs, relation_row
from onoma.formats.tsv import tsv_line
from onoma.types import AnnotatedDocument

COLUMNS = (
    "id", "relation", "predicate", "subject", "subject_label", "subject_type",
    "object", "object_label", "object_type", "confidence", "novelty", "factuality",
    "causality", "explicit", "kind", "trigger", "start", "end", "text", "found_by",
)  # fmt: skip
"""The columns of ``relation_schema.SCHEMA`` that are no lists."""


class RelationTsvWriter:
    """Writes a head line and a row per relation; its passage is the surest one."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the columns do not change with ``explain``."""
        self.losses = Losses()
        self._stream = stream

    def begin(self) -> None:
        """Write the column names."""
        self._stream.write(tsv_line(*COLUMNS))

    def write(self, document: AnnotatedDocument) -> None:
        """Write the document's relations."""
        self.losses.update(unheld(document, "relations-tsv"))
        for pair in relation_pairs(document):
            row = relation_row(document, *pair)
            self._stream.write(tsv_line(*(_cell(row[name]) for name in COLUMNS)))

    def end(self) -> None:
        """Write nothing: the format has no foot."""


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4f}" if isinstance(value, float) else value
