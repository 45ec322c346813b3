"""Several files in one body (multipart/form-data, RFC 7578), read in memory: nothing is spooled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onoma.errors import InputError
from onoma.server.problems import TooLarge

MULTIPART = "multipart/form-data"
MOST_HEAD = 4096  # bytes of a part's own headers
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)
_NAME = re.compile(r'[;\s]filename="((?:\\"|[^"])*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a body: its name as it was sent, its media type, its bytes."""

    name: str
    media: str
    content: bytes


def iter_parts(body: bytes, header: str, *, most: int) -> Iterator[Part]:
    """Yield the files of a body in their order; ``header``: its Content-Type. Fields are left out.

    Raises: InputError: it is not what its header says; TooLarge: more than ``most`` parts.
    """
    found = _BOUNDARY.search(header)
    if found is None:
        raise InputError(
            "the parts have no boundary", hint="leave the header to the client library"
        )
    mark = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise InputError("the parts do not end with their boundary", hint="was the body cut off?")
    if len(pieces) - 2 > most:
        raise TooLarge(
            f"more than {most:,} files", hint="send fewer, or make a job: /v1/jobs/annotate"
        )
    for number, piece in enumerate(pieces[1:-1], 1):
        head, sign, content = piece.partition(b"\r\n\r\n")
        if not sign or len(head) > MOST_HEAD:
            raise InputError(f"part {number} has no headers", hint="send it as curl -F does")
        told = dict(_headers(head))
        name = _NAME.search(" " + told.get("content-disposition", ""))
        if name is not None:
            media = told.get("content-type", "").partition(";")[0].strip().lower()
            yield Part(name[1].replace('\\"', '"').replace("%22", '"'), media, content)


def _headers(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        yield name.strip().lower(), value.strip()
