"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from onoma.errors import InputError

_SURROGATE = re.compile("[\ud800-\udfff]")


def encode_text(text: str) -> bytes:
    """Return text as UTF-8; a lone surrogate, which UTF-8 has not, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def make_folder(path: Path) -> None:
    """Create the folder that a file is to be written to, if it is not there.

    Raises: InputError: something else has the folder's name. PermissionError: it is not ours.
    """
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        words = f"{folder} is no folder, so {path.name} cannot be written there"
        raise InputError(words, hint="name another output file") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "no permission to write to this folder", str(folder))


@contextmanager
def open_output(path: Path | None) -> Iterator[BinaryIO]:
    """Give a byte stream to write to: a file, or standard output when ``path`` is None.

    A folder that is not there is created. The file is written under another name and put in place
    at the end, so that a reader never sees a part of it; after an error or an interrupt it is as it
    was before.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    make_folder(path)
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
