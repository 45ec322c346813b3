"""A release: a vocabulary that comes as several files in a folder, a zip or a tar archive.

A single file is a release of one. Members are found by the end of their path, packed or not
(``MRCONSO.RRF`` and ``MRCONSO.RRF.gz``), and read as streams; nothing is unpacked to disk.
"""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from onoma.errors import BadFile, OnomaError
from onoma.formats.opening import CHUNK, Limits, open_stream
from onoma.ontology.readers.lines import lines_of
from onoma.ontology.reading import Ledger

MOST_MEMBERS = 200_000
PATIENCE = 1000  # bad lines before the first good one, after which a file is none of this format

_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError)


class Release:
    """The files of a vocabulary by name."""

    def __init__(self, path: Path) -> None:
        """Look what there is. Raises: BadFile: nothing there, or an archive that is damaged."""
        self.path = path
        self._kind = _kind(path)
        try:
            with reported(path.name):
                self.names = sorted(self._list())
        except OSError as error:
            raise BadFile(f"{path}: {error.strerror or error}", hint="is the path right?") from None

    @property
    def is_file(self) -> bool:
        """Whether this is one file and neither a folder nor an archive."""
        return self._kind == "file"

    def find(self, pattern: str) -> list[str]:
        """Return the names whose last part is of this form, in order, case aside."""
        form = re.compile(rf"(?:.*/)?(?:{pattern})(?:\.gz|\.bz2|\.xz|\.zst)?", re.IGNORECASE)
        return [name for name in self.names if form.fullmatch(name)]

    def need(self, pattern: str, *, what: str) -> list[str]:
        """Return the names of this form. Raises: BadFile: there is none."""
        found = self.find(pattern)
        if not found:
            shown = ", ".join(self.names[:8]) + (", ..." if len(self.names) > 8 else "")
            raise BadFile(f"{self.path}: no {what} in it, only {shown or 'nothing'}")
        return found

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Give the unpacked bytes of a member. Raises: BadFile: damaged or unreadable."""
        with reported(name):
            if self._kind == "zip":
                yield from self._open_zipped(name)
            elif self._kind == "tar":
                yield from self._open_tarred(name)
            else:
                path = self.path / name if self._kind == "folder" else self.path
                with open_stream(path.open("rb"), path.name) as stream:
                    yield stream

    def rows(
        self, name: str, ledger: Ledger, *, columns: int, separator: str
    ) -> Iterator[tuple[int, list[str]]]:
        """Yield a member's rows that have so many columns, with their line numbers; no quoting.

        Raises: BadFile: not one of its first lines is such a row.
        """
        good = bad = 0
        with self.open(name) as stream:
            for number, line in lines_of(stream, name, ledger):
                row = line.split(separator)
                if len(row) == columns:
                    good += 1
                    yield number, row
                elif line:
                    bad += 1
                    self._misfit(name, number, line, ledger, found=len(row), columns=columns)
                    if bad >= PATIENCE and not good:
                        break
        if bad and not good:
            raise BadFile(
                f"{name}: none of its first {bad} lines has {columns} columns "
                f"between {separator!r}",
                hint="is this the file that its name says?",
            )

    def _misfit(
        self, name: str, number: int, line: str, ledger: Ledger, *, found: int, columns: int
    ) -> None:
        """Set a line aside that has too few or too many columns."""
        place = f"{name}, line {number}, column {min(found, columns) + 1}"
        ledger.set_aside("bad-line", place, f"{found} columns, expected {columns}", line)

    def table(
        self, name: str, ledger: Ledger, *, need: Sequence[str], separator: str = "\t"
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the rows of a member with a header, by its names in lower case; no quoting.

        Raises: BadFile: the header lacks a needed column.
        """
        header: list[str] = []
        with self.open(name) as stream:
            for number, line in lines_of(stream, name, ledger):
                row = line.split(separator)
                if not header:
                    header = checked_header(row, name, need)
                elif len(row) == len(header):
                    yield number, dict(zip(header, row, strict=True))
                elif line:
                    self._misfit(name, number, line, ledger, found=len(row), columns=len(header))
        if not header:
            raise BadFile(f"{name}: empty; expected a header with {', '.join(need)}")

    def _list(self) -> Iterator[str]:
        """Yield the members' names."""
        if self._kind == "file":
            yield self.path.name
        elif self._kind == "zip":
            with zipfile.ZipFile(self.path) as archive:
                yield from (item.filename for item in archive.infolist() if not item.is_dir())
        elif self._kind == "tar":
            with self._tar() as archive:
                yield from (item.name for item in archive if item.isfile())
        else:
            for count, path in enumerate(self.path.rglob("*")):
                if count >= MOST_MEMBERS:
                    raise BadFile(f"{self.path}: more than {MOST_MEMBERS} files below it")
                if path.is_file():
                    yield path.relative_to(self.path).as_posix()

    def _open_zipped(self, name: str) -> Iterator[BinaryIO]:
        """Yield the bytes of a zip's member, if it does not unpack like a bomb."""
        limits = Limits()
        with zipfile.ZipFile(self.path) as archive:
            item = archive.getinfo(name)
            if item.flag_bits & 1:
                raise BadFile(f"{name}: encrypted", hint="unpack the archive first")
            most = max(limits.unpacked, limits.ratio * item.compress_size)
            if item.file_size > most:  # zipfile reads no more than the size that is stated
                raise BadFile(f"{name}: unpacks to more than {limits.ratio} to 1, as a bomb does")
            with archive.open(item) as raw, open_stream(cast(BinaryIO, raw), name) as stream:
                yield stream

    @contextmanager
    def _tar(self) -> Iterator[tarfile.TarFile]:
        """Give the archive as a stream: its bytes are unpacked anew for each member."""
        with (
            open_stream(self.path.open("rb"), self.path.name) as stream,
            tarfile.open(fileobj=stream, mode="r|") as archive,
        ):
            yield archive

    def _open_tarred(self, name: str) -> Iterator[BinaryIO]:
        """Yield the bytes of a tar's member."""
        with self._tar() as archive:
            for item in archive:
                if item.name == name and (raw := archive.extractfile(item)) is not None:
                    yield io.BufferedReader(cast(io.RawIOBase, raw), CHUNK)
                    return
        raise BadFile(f"{name}: not in {self.path.name} any more")


def checked_header(row: Sequence[str], name: str, need: Sequence[str]) -> list[str]:
    """Return a header's names in lower case. Raises: BadFile: one that is needed is missing."""
    header = [cell.strip().strip('"').lower().replace(" ", "_") for cell in row]
    missing = [column for column in need if column not in header]
    if missing:
        shown = ", ".join(header[:12])[:200]
        raise BadFile(
            f"{name}, line 1: no column {', '.join(missing)}; it has: {shown}",
            hint="the first line must be the header of the vocabulary's own release",
        )
    return header


@contextmanager
def reported(name: str) -> Iterator[None]:
    """Turn what a damaged or unreadable file raises into a BadFile."""
    try:
        yield
    except OnomaError:
        raise
    except _DAMAGE as error:
        raise BadFile(f"{name}: damaged ({error})", hint="copy or download it again") from error
    except OSError as error:
        words = error.strerror or str(error)
        raise BadFile(f"{name}: {words}", hint="does it exist, and may it be read?") from error


def _kind(path: Path) -> str:
    """Return what a path is: folder, zip, tar or file."""
    if path.is_dir():
        return "folder"
    name = path.name.lower()
    if name.endswith(".zip"):
        return "zip"
    if re.search(r"\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz)$", name):
        return "tar"
    try:
        with path.open("rb") as stream:
            return "zip" if stream.read(4) == b"PK\x03\x04" else "file"
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror or error}", hint="is the path right?") from error
