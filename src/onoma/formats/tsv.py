"""Tab-separated values: a mention a row, for spreadsheets and shell tools."""

from __future__ import annotations

from typing import BinaryIO

from onoma.formats.capacity import unheld
from onoma.formats.losses import Losses
from onoma.formats.output import encode_text
from onoma.types import AnnotatedDocument, Mention

COLUMNS: tuple[str, ...] = (
    "id",
    "start",
    "end",
    "text",
    "type",
    "curie",
    "label",
    "score",
    "assertion",
    "found_by",
    "alternatives",
)

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def tsv_line(*cells: object) -> bytes:
    r"""Return cells as one line: None is ``-``; tab, line end and backslash are escaped.

    >>> tsv_line("a\tb", 1, None)
    b'a\\tb\t1\t-\n'
    """
    shown = ("-" if cell is None else str(cell).translate(_ESCAPES) for cell in cells)
    return encode_text("\t".join(shown) + "\n")


class TsvWriter:
    """Writes a head line and a row per mention; a failed document has none (see ``--errors``)."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the columns do not change with ``explain``."""
        self.losses = Losses()
        self._stream = stream

    def begin(self) -> None:
        """Write the column names."""
        self._stream.write(tsv_line(*COLUMNS))

    def write(self, document: AnnotatedDocument) -> None:
        """Write the document's mentions."""
        self.losses.update(unheld(document, "tsv"))
        self._stream.writelines(_row(document.id, mention) for mention in document.mentions)

    def end(self) -> None:
        """Write nothing: the format has no foot."""


def _row(document_id: str, mention: Mention) -> bytes:
    return tsv_line(
        document_id,
        mention.start,
        mention.end,
        mention.text,
        mention.type,
        mention.curie,
        mention.label,
        f"{mention.score:.4f}",
        mention.assertion,
        mention.found_by,
        "|".join(mention.alternatives) or None,
    )
