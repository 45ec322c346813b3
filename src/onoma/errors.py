"""Every error that Onoma raises on purpose: what went wrong, where, what to do.

OnomaError
  InputError        a caller's value
    BadSpan         offsets that do not fit their text
    BadCurie        not a compact URI of a known form
    UnknownName     a name that is in no table (types, formats, vocabularies ...)
    NotText         a document that is not text (bad encoding, NUL where a format forbids it)
    UnparsableQuery a query that does not follow its dialect
  DataError         a file
    BadLine         a line that does not follow its format
    BadFile         a file that cannot be read as what it claims to be
    Checksum        a file whose content is not what was recorded
  Missing           something that is not here; the message gives the command that brings it
    ExtraMissing    an optional dependency
    ModelMissing    weights
    VocabularyMissing  a vocabulary or its compiled store
    DataMissing     files of a data set
  Inconsistent      two parts that do not fit each other
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class OnomaError(Exception):
    """The root of all errors raised on purpose.

    ``code`` is stable and machine-readable; ``hint`` says what to do; ``offset`` is the code point
    (or byte, for an encoding error) in the document at which the trouble starts, if known.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", offset: int | None = None) -> None:
        """Keep the message, the hint and the place."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.offset = offset

    def __str__(self) -> str:
        """Return the message with its hint, as shells print it."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InputError(OnomaError):
    """A value given by the caller is not usable."""

    code = "bad-input"


class BadSpan(InputError):
    """Offsets that do not fit their text."""

    code = "bad-span"


class BadCurie(InputError):
    """A string that is not a CURIE of a known form."""

    code = "bad-curie"


class NotText(InputError):
    """A document whose bytes or characters are not text."""

    code = "bad-encoding"


class UnparsableQuery(InputError):
    """A query that does not follow its dialect; ``span`` says which characters are at fault."""

    code = "unparsable-query"

    def __init__(self, text: str, span: tuple[int, int], problem: str, *, hint: str = "") -> None:
        """Keep the query and the place; ``offset`` is where the fault begins."""
        start = min(span[0], len(text))
        super().__init__(f"{problem}, at character {start + 1}", hint=hint, offset=start)
        self.text = text
        self.span = (start, max(start, min(span[1], len(text))))
        self.problem = problem

    def pointed(self) -> str:
        """Return the line at fault with a row of ``^`` below its characters, for a terminal."""
        start, end = self.span
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", start)
        line = self.text[first : len(self.text) if last < 0 else last]
        left = max(0, start - first - 60)
        shown = line[left : left + 100]
        place = start - first - left
        marks = "^" * max(1, min(end - start, len(shown) - place))
        return f"{shown}\n{' ' * place}{marks}"


class UnknownName(InputError):
    """A name that its table does not hold; the message lists the known ones and the nearest."""

    code = "unknown-name"

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """Name the table, the missing name and the nearest known one (of ``known``, if given)."""
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1)
        shown = ", ".join(names[:40]) + (", ..." if len(names) > 40 else "")
        hint = f"did you mean {near[0]!r}?" if near else ""
        listed = f"; known: {shown}" if names else ""
        super().__init__(f"no {kind} {name!r}{listed}", hint=hint)
        self.kind = kind
        self.name = name


class DataError(OnomaError):
    """A file does not hold what it should."""

    code = "bad-data"


class BadLine(DataError):
    """A line that does not follow its format."""

    code = "bad-line"

    def __init__(self, path: str, number: int, line: str, problem: str, *, hint: str = "") -> None:
        """Say file, line number, the start of the line and what was expected."""
        shown = line if len(line) <= 80 else line[:77] + "..."
        super().__init__(f"{path}, line {number}: {problem}: {shown!r}", hint=hint)
        self.path = path
        self.number = number


class BadFile(DataError):
    """A file that cannot be read as what it claims to be."""

    code = "bad-file"


class Checksum(DataError):
    """A file whose content is not what was recorded."""

    code = "checksum"


class Missing(OnomaError):
    """Something is not here; the message gives the command that brings it."""

    code = "missing"


class ExtraMissing(Missing):
    """An optional dependency is not installed."""

    code = "extra-missing"

    def __init__(self, extra: str, need: str) -> None:
        """Name the extra and what needs it."""
        super().__init__(f"{need} needs the extra {extra!r}", hint=f'pip install "onoma[{extra}]"')


class ModelMissing(Missing):
    """Weights are not on disk."""

    code = "model-missing"


class VocabularyMissing(Missing):
    """A vocabulary, or its compiled store, is not here."""

    code = "vocabulary-missing"


class DataMissing(Missing):
    """Files of a data set are not on disk."""

    code = "data-missing"


class Inconsistent(OnomaError):
    """Two parts that do not fit each other, such as an index and another version's names."""

    code = "inconsistent"
