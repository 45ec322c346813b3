"""PDF in (extra ``pdf``): text with the page and box of every line.

The text is the lines in reading order (``pdf_layout``), hyphens at their ends kept as they are. A
passage a line (kind ``line``) has ``page`` (from 1) and ``box`` in its metadata: left, bottom,
right and top in points from the page's lower left corner. The document's metadata say how many
``pages`` there are and which are ``without_text`` (scanned ones: text recognition is not ours) or
``unreadable``.

A PDF may be made to break its reader: it is opened in a process of its own with bounded memory and
time (``pdf_worker``). What goes wrong there makes the file a FailedDocument, whatever it was.

Why PDFium (pypdfium2, BSD and Apache licences): 100 two-column pages took 0.09 s of CPU for the
text and 0.6 s with every character's box; pypdf took 0.45 s and pdfminer.six 3.8 s for the text.
"""

from __future__ import annotations

import signal
import subprocess  # the point of this file: another process may die
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, BinaryIO

import orjson

from onoma.errors import ExtraMissing
from onoma.formats import pdf_worker
from onoma.types import Document, FailedDocument, Passage

_LARGEST = 1 << 29  # bytes of a file
_CHUNK = 1 << 20
_OUTPUT = 1 << 30  # bytes taken from the worker

_REASONS: dict[int, tuple[str, str]] = {
    pdf_worker.EXIT_BAD: ("not a PDF file that can be opened", "is it damaged? Print it anew"),
    pdf_worker.EXIT_LOCKED: ("it is locked by a password", "save it without one"),
    pdf_worker.EXIT_LARGE: ("its text is too long", "split the file"),
    pdf_worker.EXIT_MEMORY: ("it takes too much memory", "split the file, or print it anew"),
}


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """What the process that opens a PDF may use: megabytes of address space, seconds."""

    megabytes: int = 1536
    cpu_seconds: int = 60
    seconds: float = 120.0


def read_pdf(
    stream: BinaryIO, name: str, *, limits: PdfLimits | None = None
) -> Iterator[Document | FailedDocument]:
    """Yield the one document of a PDF file; its id is the file's name.

    Raises: ExtraMissing: the extra ``pdf`` is not installed.
    """
    if find_spec("pypdfium2") is None:
        raise ExtraMissing("pdf", "reading PDF files")
    with tempfile.TemporaryFile() as file:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > _LARGEST:
                yield _failed(name, f"more than {_LARGEST >> 20} MB", "split the file")
                return
            file.write(chunk)
        file.seek(0)
        status, output = _run(file, limits or PdfLimits())
    if status != 0:
        words, hint = _REASONS.get(status) or _stopped(status)
        yield _failed(name, words, hint)
    else:
        yield _document([orjson.loads(line) for line in output.splitlines()], name)


def _run(file: Any, limits: PdfLimits) -> tuple[int, bytes]:
    """Run the worker on an open file; return its exit status and what it wrote."""
    command = [sys.executable, "-P", "-m", pdf_worker.__name__]
    bounds = [str(limits.megabytes), str(limits.cpu_seconds)]
    with subprocess.Popen(  # noqa: S603  # our own module, no word of the file in the command
        [*command, *bounds], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as worker:
        clock = threading.Timer(limits.seconds, worker.kill)
        clock.start()
        try:
            output = worker.stdout.read(_OUTPUT) if worker.stdout else b""
            if len(output) == _OUTPUT:
                worker.kill()
            return worker.wait(), output
        finally:
            clock.cancel()
            worker.kill()  # if we were interrupted; nothing happens to one that has ended


def _stopped(status: int) -> tuple[str, str]:
    """Say how a worker ended that did not get to say it itself."""
    hint = "the file is damaged, or made to break readers: print it anew, or give its text"
    if status >= 0:
        return f"the process that read it failed (exit status {status})", hint
    try:
        word = signal.Signals(-status).name
    except ValueError:
        word = str(-status)
    return f"the process that read it was ended ({word}): too long, too large or broken", hint


def _failed(name: str, words: str, hint: str) -> FailedDocument:
    return FailedDocument(name, "bad-pdf", f"{name}: {words}", hint, source=name)


def _document(pages: list[dict[str, Any]], name: str) -> Document:
    """Return the document of a worker's pages."""
    texts: list[str] = []
    passages: list[Passage] = []
    metadata = [("pages", str(len(pages)))]
    start = 0
    for number, page in enumerate(pages, 1):
        if not page["lines"]:
            what = "unreadable" if page["lines"] is None else "without_text"
            metadata.append((what, str(number)))
            continue
        for text, *box in page["lines"]:
            where = (("page", str(number)), ("box", " ".join(f"{x:g}" for x in box)))
            passages.append(Passage(start, start + len(text), "line", where))
            texts.append(text)
            start += len(text) + 1
    return Document(name, "\n".join(texts), tuple(passages), source=name, metadata=tuple(metadata))
