"""Every mention of a stream in a database file of its own, so that memory does not grow with them.

What is asked of it later (``results``) is a query, and exact. A document that comes twice, with the
same identifier and the same text, counts once.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from onoma.text import sentences
from onoma.types import AnnotatedDocument, Document, FailedDocument, Mention

NEAR = ("document", "sentence")
WIDTH = 70  # characters kept on either side of a mention
LONGEST = 300  # characters kept of a mention
COMMIT = 5000  # documents

_YEAR = re.compile(r"\s*(1[0-9]{3}|20[0-9]{2})(?![0-9])")
_BLANK = re.compile(r"\s+")
_TABLES = """
CREATE TABLE document (
    number INTEGER PRIMARY KEY, id TEXT, digest BLOB, year INTEGER, size INTEGER,
    UNIQUE (id, digest)
);
CREATE TABLE mention (
    key TEXT, document INTEGER, unit INTEGER, nth INTEGER, start INTEGER, stop INTEGER, type TEXT,
    curie TEXT, label TEXT, form TEXT, assertion TEXT, before TEXT, behind TEXT
);
CREATE TABLE failed (id TEXT, code TEXT, message TEXT, hint TEXT);
"""
_INSERT = "INSERT INTO mention VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Tally:
    """Takes annotated documents in, one after the other."""

    def __init__(self, path: Path, *, near: str = "document", width: int = WIDTH) -> None:
        """Keep them in a new file; ``near`` is what two entities share that occur together."""
        self.near = near
        self.documents = self.failed = self.repeated = self.mentions = self.textless = 0
        self.store = ""
        self.database = sqlite3.connect(path)
        self._width = width
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE",
                       "cache_size=-65536"):  # fmt: skip
            self.database.execute(f"PRAGMA {pragma}")
        self.database.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def add(self, document: AnnotatedDocument) -> None:
        """Take a document in; one that failed is kept in a list of its own."""
        if document.error is not None:
            self._fail(document.error)
            return
        head = document.document
        row = (_utf8(head.id), _digest(document), year_of(head), len(head.text))
        cursor = self.database.execute(
            "INSERT OR IGNORE INTO document (id, digest, year, size) VALUES (?, ?, ?, ?)", row
        )
        if not cursor.rowcount:
            self.repeated += 1
            return
        self.documents += 1
        self.mentions += len(document.mentions)
        self.textless += not head.text and bool(document.mentions)
        self.store = self.store or document.store
        if document.mentions:
            number = int(cursor.lastrowid or 0)
            self.database.executemany(_INSERT, self._rows(number, document))
        if self.documents % COMMIT == 0:
            self.database.commit()

    def _fail(self, failed: FailedDocument) -> None:
        self.failed += 1
        row = (failed.id, failed.code, failed.message, failed.hint)
        self.database.execute("INSERT INTO failed VALUES (?, ?, ?, ?)", tuple(map(_utf8, row)))

    def _rows(self, number: int, document: AnnotatedDocument) -> Iterator[tuple[object, ...]]:
        """Yield a row a mention, in text order."""
        text = document.text
        starts = self._starts(document)
        met: Counter[str] = Counter()
        for one in sorted(document.mentions, key=lambda m: (m.start, m.end)):
            key = key_of(one)
            met[key] += 1
            before = text[max(0, one.start - self._width) : one.start]
            behind = text[one.end : one.end + self._width]
            said = (one.type, one.curie, one.label, tidy(one.text)[:LONGEST])
            yield (
                key, number, bisect_right(starts, one.start), met[key], one.start, one.end,
                *(None if part is None else _utf8(part) for part in said), one.assertion,
                _utf8(tidy(before)), _utf8(tidy(behind)),
            )  # fmt: skip

    def _starts(self, document: AnnotatedDocument) -> list[int]:
        """Return where the units begin in which entities occur together."""
        if self.near == "document" or not document.text:
            return [0]
        found = document.sentences or sentences(document.text)
        return [one.start for one in found]


def year_of(document: Document) -> int | None:
    """Return the year of a document's date, or the one its metadata name.

    >>> year_of(Document("1", "", date="2020-03-05"))
    2020
    >>> year_of(Document("1", "", date="today")) is None
    True
    """
    said = [document.date or "", *(value for name, value in document.metadata if name == "year")]
    found = next(filter(None, map(_YEAR.match, said)), None)
    return int(found[1]) if found else None


def key_of(mention: Mention) -> str:
    """Return what tells one entity from another: the concept, else the type and the words."""
    if mention.curie:
        return _utf8(f"C{mention.curie}")
    return _utf8(f"S{mention.type}\x1f{tidy(mention.text).casefold()}")


def tidy(text: str) -> str:
    """Return a text with every run of blanks and line ends as one blank.

    >>> tidy("two   words")
    'two words'
    """
    return _BLANK.sub(" ", text)


def _digest(document: AnnotatedDocument) -> bytes:
    said = document.text or repr([(m.start, m.end, m.type, m.curie) for m in document.mentions])
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).digest()


def _utf8(text: str) -> str:
    """Return a text that UTF-8 can hold; a lone surrogate becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
