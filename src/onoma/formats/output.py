"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_SURROGATE = re.compile("[\ud800-\udfff]")


def encode_text(text: str) -> bytes:
    """Return text as UTF-8; a lone surrogate, which UTF-8 has not, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


@contextmanager
def open_output(path: Path | None) -> Iterator[BinaryIO]:
    """Give a byte stream to write to: a file, or standard output when ``path`` is None.

    The file is written under another name beside it and put in place at the end, so that a reader
    never sees a part of it. After an error or an interrupt the file is as it was before.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb", 1 << 20) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """Return the process's file mode mask (``mkstemp`` makes files for the owner alone)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
