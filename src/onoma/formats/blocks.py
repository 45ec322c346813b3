"""A text put together from the blocks of a marked-up document, a passage each.

What the markup says in blanks and line ends means nothing, as in a browser: they become one blank.
Blocks stand on lines of their own; a table's rows do too, with a tab between cells.
"""

from __future__ import annotations

import re

from onoma.types import Fields, Passage

_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANKS = re.compile(r" {2,}")
_AROUND = re.compile(r" *([\t\n]) *")
_NO_LINE = re.compile(r"\t*\n(?:\t*\n)*")


class Blocks:
    """Collects the words of a block until it is cut, and the blocks of a document."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._words: list[str] = []
        self._marks: list[tuple[int, str]] = []  # places among the words
        self._texts: list[str] = []
        self._passages: list[Passage] = []
        self._start = 0
        self._is_kept = False

    def write(self, words: str | None, *, keep: bool = False) -> None:
        """Add words to the block; ``keep`` leaves the block's blanks and line ends as they are."""
        if words:
            self._is_kept = self._is_kept or keep
            self._words.append(words)

    def mark(self, sign: str) -> None:
        """Add a tab or line end that is meant as such."""
        self._marks.append((len(self._words), sign))
        self._words.append(sign)

    @property
    def last(self) -> str:
        """The last character written to the block, or nothing."""
        return self._words[-1][-1:] if self._words else ""

    def take(self) -> str:
        """Return the words of the block as they will stand, and begin another."""
        if self._is_kept:
            text = "".join(self._words).strip("\r\n")
        elif self._marks:
            words = [_SPACE.sub(" ", word) for word in self._words]
            for place, sign in self._marks:
                words[place] = sign
            text = _AROUND.sub(r"\1", _BLANKS.sub(" ", "".join(words)))
            text = _NO_LINE.sub("\n", text).strip(" \n\t")
        else:
            text = _SPACE.sub(" ", "".join(self._words)).strip(" ")
        self._words, self._marks, self._is_kept = [], [], False
        return "" if text.isspace() else text

    def cut(self, kind: str, metadata: Fields = ()) -> str:
        """End the block and return its text; an empty one leaves nothing behind."""
        text = self.take() if self._words else ""
        if text:
            self._passages.append(Passage(self._start, self._start + len(text), kind, metadata))
            self._texts.append(text)
            self._start += len(text) + 1
        return text

    def finish(self) -> tuple[str, tuple[Passage, ...]]:
        """Return the whole text and its passages."""
        return "\n".join(self._texts), tuple(self._passages)
