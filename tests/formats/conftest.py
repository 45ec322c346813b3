"""What the tests of the formats share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onoma.formats import read_documents
from onoma.types import Document, FailedDocument

Items = list[Document | FailedDocument]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, bytes], Items]:
    """Read bytes as a file of this name."""

    def read_bytes(name: str, data: bytes) -> Items:
        path = tmp_path / name
        path.write_bytes(data)
        return list(read_documents([path]))

    return read_bytes
