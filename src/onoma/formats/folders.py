"""A folder that files are written to, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onoma.errors import InputError
from onoma.formats.output import make_folder


class FolderSink:
    """Takes files by name; they are in ``kept`` until all are there."""

    def __init__(self, kept: Path) -> None:
        """Keep the files in this folder."""
        self._kept = kept

    def add(self, name: str, data: bytes) -> None:
        """Write a file; its name may hold folders, but none above the sink's own.

        Raises: InputError: the name leads out of the folder.
        """
        self.write(name, (data,))

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file as its parts come; the rest as ``add``."""
        path = self._kept / name
        if not path.resolve().is_relative_to(self._kept.resolve()):
            raise InputError(
                f"{name!r} leads out of the folder", hint="is the document's id right?"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(parts)

    def close(self) -> None:
        """Do nothing: the files are moved by ``open_folder``."""


@contextmanager
def open_folder(path: Path) -> Iterator[FolderSink]:
    """Give a sink whose files are put into the folder at the end; none after an error.

    Files of the same names are replaced, others in the folder stay.
    """
    make_folder(path)
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file, no folder", hint="name a folder, or a .zip file")
    kept = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent))
    try:
        yield FolderSink(kept)
        path.mkdir(exist_ok=True)
        for file in sorted(kept.rglob("*")):
            if file.is_file():
                target = path / file.relative_to(kept)
                target.parent.mkdir(parents=True, exist_ok=True)
                file.replace(target)
    finally:
        shutil.rmtree(kept, ignore_errors=True)
