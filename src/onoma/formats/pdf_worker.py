"""The process that opens a PDF: bytes on standard input, a JSON line a page on standard output.

Run by ``formats.pdf`` alone, as ``python -m onoma.formats.pdf_worker MEGABYTES SECONDS``. It bounds
its own memory and time before it touches the file: whatever the file does to the library behind,
only this process ends.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO

from onoma.formats.pdf_layout import Char, lines_of

MOST_CHARACTERS = 1 << 26
EXIT_BAD, EXIT_LOCKED, EXIT_LARGE, EXIT_MEMORY = 10, 11, 12, 13


def main() -> int:
    """Read standard input; return the exit status, one of those above if the file is refused."""
    set_limits(megabytes=int(sys.argv[1]), seconds=int(sys.argv[2]))
    try:
        return write_pages(sys.stdin.buffer.read(), sys.stdout.buffer)
    except MemoryError:
        return EXIT_MEMORY


def set_limits(*, megabytes: int, seconds: int) -> None:
    """Bound this process; a system without such limits (Windows) leaves the parent's clock."""
    try:
        resource: Any = import_module("resource")
    except ImportError:
        return
    bounds = ((resource.RLIMIT_AS, megabytes << 20), (resource.RLIMIT_CPU, seconds))
    for kind, bound in (*bounds, (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            bound = min(bound, hard)
        resource.setrlimit(kind, (bound, bound))


def write_pages(data: bytes, out: BinaryIO) -> int:
    """Write a line for each page: ``{"lines": [[text, left, bottom, right, top], ...]}``."""
    library: Any = import_module("pypdfium2")
    raw: Any = import_module("pypdfium2.raw")
    try:
        document = library.PdfDocument(data)
        pages = len(document)
    except library.PdfiumError as error:
        return EXIT_LOCKED if "assword" in str(error) else EXIT_BAD
    total = 0
    for number in range(pages):
        try:
            page = document[number]
            lines = lines_of(_chars(page.get_textpage(), raw), page.get_width())
            page.close()
        except library.PdfiumError:
            out.write(b'{"lines": null}\n')
            continue
        total += sum(len(line.text) + 1 for line in lines)
        if total > MOST_CHARACTERS:
            return EXIT_LARGE
        boxes = [
            [line.text, *(round(x, 1) for x in (line.left, line.bottom, line.right, line.top))]
            for line in lines
        ]
        out.write(json.dumps({"lines": boxes}).encode() + b"\n")
    out.flush()
    return 0


def _chars(textpage: Any, raw: Any) -> Iterator[Char]:
    """Yield the characters of a page with their boxes, in PDFium's order."""
    box = raw.FS_RECTF()
    place = ctypes.byref(box)
    high = ""  # PDFium gives UTF-16: half of a character beyond the first plane
    for number in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, number)
        if not code or not raw.FPDFText_GetLooseCharBox(textpage, number, place):
            continue
        sign = chr(code) if code < 0x110000 else "\ufffd"
        if "\ud800" <= sign < "\udc00":
            high = sign
            continue
        if "\udc00" <= sign < "\ue000":
            both = (high + sign).encode("utf-16-le", "surrogatepass")
            sign = both.decode("utf-16-le", "replace")
        high = ""
        yield sign, box.left, box.bottom, box.right, box.top


if __name__ == "__main__":
    sys.exit(main())
