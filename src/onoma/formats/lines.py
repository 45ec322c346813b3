"""The lines of a byte stream, with their place; a line ends at a line feed and nowhere else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from onoma.errors import NotText
from onoma.formats.opening import byte_order, decode_part

LONGEST = 1 << 26  # bytes; a longer line is reported, not read into memory


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end (LF or CRLF); ``offset`` is the file's byte at which it starts.

    ``is_cut`` marks a line of more than the longest length; its data are only the beginning.
    """

    number: int
    offset: int
    data: bytes
    is_cut: bool = False

    def text(self) -> str:
        """Return the line's text.

        Raises: NotText: not valid UTF-8, or a NUL byte; ``offset`` is the byte in the file.
        """
        return decode_part(self.data, start=self.offset)


def iter_lines(stream: BinaryIO, *, longest: int = LONGEST) -> Iterator[Line]:
    """Yield the lines of a stream in UTF-8, or in what its byte-order mark says.

    Raises: NotText: a stream in UTF-16 or UTF-32 holds an invalid sequence.
    """
    head = cast(io.BufferedReader, stream).peek(4)[:4]
    mark, encoding = byte_order(head)
    stream.read(len(mark))
    if encoding == "utf-8":
        yield from _split(stream.readline, start=len(mark), longest=longest)
        return
    wrapper = io.TextIOWrapper(stream, encoding=encoding, newline="\n")
    try:
        yield from _split(lambda n: wrapper.readline(n).encode(), start=len(mark), longest=longest)
    except UnicodeDecodeError as error:
        raise NotText(
            f"the text is not valid {encoding}, as its byte-order mark says: {error.reason}",
            hint="convert the file to UTF-8",
        ) from error
    finally:
        wrapper.detach()


def _split(readline: Callable[[int], bytes], *, start: int, longest: int) -> Iterator[Line]:
    """Yield lines from a bounded ``readline``."""
    number, offset = 0, start
    while data := readline(longest):
        number += 1
        size, is_cut = len(data), False
        while not data.endswith(b"\n") and (more := readline(longest)):
            size += len(more)  # only the first part is kept
            is_cut = True
            if more.endswith(b"\n"):
                break
        yield Line(number, offset, data.removesuffix(b"\n").removesuffix(b"\r"), is_cut)
        offset += size
