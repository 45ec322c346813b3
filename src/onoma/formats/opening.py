"""From a file to plain bytes and from bytes to text, with limits.

Packed data are recognised by their first bytes, not by the file's name. A decompression bomb (a
small file that unpacks to a huge one) is stopped while it streams; nothing is unpacked to disk.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zlib
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO, cast

from onoma.errors import BadFile, NotText

CHUNK = 1 << 18  # bytes asked from a packed stream at a time

BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a zip archive (perhaps an Office document)"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before an input is refused; a refused input is reported, never cut.

    ``ratio`` bounds unpacked bytes per packed byte once ``unpacked`` bytes came out.
    """

    unpacked: int = 10_000_000
    ratio: int = 100


@dataclass(slots=True)
class Meter:
    """How many bytes were taken from files so far, packed as they are; shows progress."""

    count: int = 0


class _Counted(io.RawIOBase):
    """A raw stream that counts the bytes taken from the one below."""

    def __init__(self, below: BinaryIO, head: bytes, meter: Meter | None) -> None:
        self.count = 0
        self._below = below
        self._head = head
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        head, self._head = self._head[: len(view)], self._head[len(view) :]
        # read1: what a pipe holds now is enough, a line typed in is answered at once
        read = getattr(self._below, "read1", self._below.read)
        data = head + read(len(view) - len(head)) if len(head) < len(view) else head
        view[: len(data)] = data
        self.count += len(data)
        if self._meter is not None:
            self._meter.count += len(data)
        return len(data)

    def close(self) -> None:
        self._below.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a packed stream, with the ratio watched."""

    def __init__(self, packed: _Counted, *, kind: str, name: str, limits: Limits) -> None:
        self.name = name
        self._packed = packed
        self._kind = kind
        self._limits = limits
        self._count = 0
        self._stream = _unpack(packed, kind)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        try:
            data = self._stream.read(min(len(view), CHUNK))
        except EOFError as error:
            raise self._truncated() from error
        except (OSError, zlib.error, lzma.LZMAError) as error:
            raise BadFile(
                f"{self.name}: the {self._kind} data are damaged near packed byte "
                f"{self._packed.count} ({error})",
                hint="copy or download the file again",
            ) from error
        self._count += len(data)
        if self._count > max(self._limits.unpacked, self._limits.ratio * self._packed.count):
            raise BadFile(
                f"{self.name}: {self._packed.count} packed bytes unpack to more than "
                f"{self._count - 1} (over {self._limits.ratio} to 1), as a decompression bomb does",
                hint="if the file is sound, unpack it first and give the unpacked file",
            )
        view[: len(data)] = data
        return len(data)

    def _truncated(self) -> BadFile:
        return BadFile(
            f"{self.name}: the {self._kind} data end early, at packed byte {self._packed.count}",
            hint="the file is truncated: copy or download it again",
        )

    def close(self) -> None:
        self._stream.close()
        self._packed.close()
        super().close()


def _unpack(packed: _Counted, kind: str) -> BinaryIO:
    """Return the unpacking stream of this kind over the packed bytes."""
    buffered = io.BufferedReader(packed, CHUNK)
    if kind == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=buffered, mode="rb"))
    if kind == "bzip2":
        return cast(BinaryIO, bz2.BZ2File(buffered))
    if kind == "xz":
        return cast(BinaryIO, lzma.LZMAFile(buffered))
    library: Any = import_module("onoma.formats.zstd")  # loaded only where such a file is met
    return cast(BinaryIO, library.ZstdStream(buffered))


_PACKED: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


def open_stream(
    raw: BinaryIO, name: str, *, limits: Limits | None = None, meter: Meter | None = None
) -> io.BufferedReader:
    """Return the bytes of a stream, unpacked if its first bytes say that it is packed.

    Reading raises BadFile for truncated or damaged packed data and for decompression bombs.
    ``name`` is for the messages; ``meter`` is told what is read. Closing the result closes ``raw``.
    """
    head = b""
    while len(head) < 6 and (data := raw.read(6 - len(head))):
        head += data
    counted = _Counted(raw, head, meter)
    kind = next((kind for mark, kind in _PACKED if head.startswith(mark)), None)
    if kind is None:
        return io.BufferedReader(counted, CHUNK)
    unpacked = _Unpacked(counted, kind=kind, name=name, limits=limits or Limits())
    return io.BufferedReader(unpacked, CHUNK)


def decode_text(data: bytes) -> str:
    """Return the text of a whole file: UTF-8, or what a byte-order mark says; the mark is dropped.

    Raises: NotText: the bytes are not text of that encoding; ``offset`` is the byte.
    """
    mark, encoding = byte_order(data)
    return decode_part(data[len(mark) :] if mark else data, encoding=encoding, start=len(mark))


def byte_order(head: bytes) -> tuple[bytes, str]:
    """Return the byte-order mark at the start of a file (or nothing) and the encoding it means."""
    return next(
        ((mark, name) for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), (b"", "utf-8")
    )


def decode_part(data: bytes, *, encoding: str = "utf-8", start: int = 0) -> str:
    """Return the text of a part of a file that starts at byte ``start``.

    Raises: NotText: an invalid sequence or a NUL; ``offset`` is the byte in the file.
    """
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(data, error.start, encoding=encoding, start=start) from error
    place = text.find("\0")
    if place >= 0:
        byte = start + len(text[:place].encode(encoding))
        raise NotText(f"a NUL byte at byte {byte}", hint=_nul_hint(data), offset=byte)
    return text


def _not_text(data: bytes, place: int, *, encoding: str, start: int) -> NotText:
    """Return the error for the byte at ``place``, with the likeliest way out."""
    foreign = next((words for mark, words in _FOREIGN if data.startswith(mark)), None)
    if foreign:
        hint = f"this looks like {foreign}: extract its text first"
    elif b"\0" in data[:4096]:
        hint = _nul_hint(data)
    else:
        hint = "save the text as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 FILE"
    found = f"byte 0x{data[place]:02x}" if place < len(data) else "the end"
    where = start + place
    return NotText(f"{found} at byte {where} is not valid {encoding}", hint=hint, offset=where)


def _nul_hint(data: bytes) -> str:
    """Say what NUL bytes most likely mean."""
    head = data[:4096]
    if head.count(0) * 3 >= len(head):
        return "this looks like UTF-16 without a byte-order mark: iconv -f UTF-16LE -t UTF-8 FILE"
    return "a text holds no NUL bytes: is the file binary or damaged?"
