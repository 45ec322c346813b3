"""Plain text: a file is a document, kept as it is, line ends included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from onoma.errors import BadFile
from onoma.formats.opening import decode_text
from onoma.types import Document, FailedDocument

LARGEST = 1 << 28  # bytes of one document; the offsets and columns of more would not fit memory


def read_text(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the one document of a file; its id is the file's name.

    Raises: NotText, BadFile: the file is not text, or too large for one document.
    """
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadFile(
            f"{name}: more than {LARGEST >> 20} MB in one document",
            hint="split it, or give it as JSON lines with one document a line",
        )
    yield Document(name, decode_text(data), source=name)
