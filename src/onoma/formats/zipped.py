"""Zip archives of documents: read with limits, nothing unpacked to disk; written as a stream."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, BinaryIO

from onoma.errors import BadFile

LARGEST_ARCHIVE = 1 << 32
LARGEST_MEMBER = 1 << 28
MOST_MEMBERS = 1_000_000
RATIO = 200  # unpacked bytes per packed byte, once a member is larger than this:
UNWATCHED = 10_000_000
_IN_MEMORY = 1 << 24


def iter_members(
    stream: BinaryIO, name: str, *, extensions: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of an archive's members with these extensions, sorted.

    Raises: BadFile: no zip, damaged, encrypted, or what unpacks to far more than it should.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        _copy(stream, copy, name)
        try:
            with zipfile.ZipFile(copy) as archive:
                names = [
                    one for one in archive.namelist() if one.lower().endswith(tuple(extensions))
                ]
                if len(names) > MOST_MEMBERS:
                    raise BadFile(f"{name}: more than {MOST_MEMBERS} files in the archive")
                for member in sorted(names):
                    yield member, _member(archive, archive.getinfo(member), name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise BadFile(
                f"{name}: the zip archive is damaged ({error})",
                hint="copy or download the file again",
            ) from error


def _copy(stream: BinaryIO, copy: IO[bytes], name: str) -> None:
    size = 0
    while data := stream.read(1 << 20):
        size += len(data)
        if size > LARGEST_ARCHIVE:
            raise BadFile(f"{name}: a zip archive of more than {LARGEST_ARCHIVE >> 30} GB")
        copy.write(data)
    copy.seek(0)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """Return a member's bytes, with its size watched while it is unpacked."""
    if info.flag_bits & 1:
        raise BadFile(f"{name}: {info.filename} is encrypted", hint="unpack it first")
    limit = min(LARGEST_MEMBER, max(UNWATCHED, RATIO * info.compress_size))
    with archive.open(info) as member:
        data = member.read(limit + 1)
    if len(data) > limit:
        raise BadFile(
            f"{name}: {info.filename} unpacks to more than {limit} bytes, as a bomb does",
            hint="if it is sound, unpack the archive and give its folder",
        )
    return data


class _Unfinished(zipfile.ZipFile):
    """An archive that only ``close`` ends: one that is broken off gets no directory when it goes.

    Otherwise it would look whole, or fail on a stream that is closed by then.
    """

    def __del__(self) -> None:
        """Leave the stream as it is."""


class ZipOutput:
    """An archive written to a stream, member by member; the same data give the same bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        """Write to this byte stream, which need not be one that can be rewound."""
        self._archive = _Unfinished(stream, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, data: bytes) -> None:
        """Write a file of this name."""
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self._archive.writestr(info, data)

    def close(self) -> None:
        """Write the archive's directory."""
        self._archive.close()
