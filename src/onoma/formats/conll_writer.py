"""Writes CoNLL columns: token, tab, tag; blank lines between sentences; the text in a comment."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO

from onoma.formats.capacity import unheld
from onoma.formats.conll import plain_value
from onoma.formats.losses import Losses
from onoma.formats.output import encode_text
from onoma.formats.type_words import word_of
from onoma.text.sentences import sentences
from onoma.types import AnnotatedDocument, Mention

_TOKEN = re.compile(r"\w+|[^\w\s]")
_FORBIDDEN = re.compile("[\0\ud800-\udfff]")
_RAW = re.compile(r"[^\"\s\\]|[^\"\s\\][^\n\r\t]*\S")


class ConllWriter:
    """Writes BIO tags. Of mentions that overlap the longest is kept; a token ends at its edges.

    A document begins with ``# id =`` and ``# text =`` (a JSON string where a plain line would not
    do), so that reading gives back the same text. Concepts have no place.
    """

    is_bioes = False

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the format has no place for an explanation."""
        self.losses = Losses()
        self._stream = stream

    def begin(self) -> None:
        """Write nothing: the format has no head."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write a document's comments and tokens; a failed one is left out."""
        self.losses.update(unheld(document, "conll"))
        if document.error is not None:
            return
        text, changed = _FORBIDDEN.subn("\ufffd", document.text)
        if changed:
            self.losses["characters"] += changed
        lines = [f"# id = {_value(document.id)}", f"# text = {_value(text)}"]
        kept = list(self._kept(text, document.mentions))
        bounds = [(s.start, s.end) for s in document.sentences or sentences(text)]
        starts = iter([start for start, _ in bounds])
        start = next(starts, None)
        for begin, end, tag in self._tokens(text, kept):
            is_inside = tag != "O" and tag[0] not in "BS"
            if start is not None and begin >= start:
                if not is_inside and len(lines) > 2:
                    lines.append("")
                while start is not None and start <= begin:
                    start = next(starts, None)
            lines.append(f"{text[begin:end]}\t{tag}")
        self._stream.write(encode_text("\n".join(lines) + "\n\n"))

    def end(self) -> None:
        """Write nothing: the format has no foot."""

    def _kept(self, text: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int, str]]:
        """Yield the mentions that the columns can hold, in text order, with their words."""
        longest = sorted(mentions, key=lambda m: (m.start - m.end, m.start))
        taken: list[tuple[int, int, str]] = []
        for mention in longest:
            inside = text[mention.start : mention.end]
            start = mention.start + len(inside) - len(inside.lstrip())
            end = mention.end - (len(inside) - len(inside.rstrip()))
            if (start, end) != (mention.start, mention.end):
                self.losses["edges"] += 1
            if start >= end:
                continue
            place = bisect_left(taken, (start, end, ""))
            if any(start < b and a < end for a, b, _ in taken[max(0, place - 1) : place + 1]):
                self.losses["overlap"] += 1
                continue
            taken.insert(place, (start, end, self._word(mention)))
        yield from taken

    def _word(self, mention: Mention) -> str:
        """Return a mention's type as a tag can hold it."""
        given = word_of(mention.type)
        word = re.sub(r"\s", "_", given) or "entity"
        if word != given or _FORBIDDEN.search(word):
            self.losses["types"] += 1
        return word

    def _tokens(
        self, text: str, kept: Sequence[tuple[int, int, str]]
    ) -> Iterator[tuple[int, int, str]]:
        """Yield each token's bounds and tag; no token crosses the edge of a mention."""
        edges = sorted({0, len(text), *(e for start, end, _ in kept for e in (start, end))})
        words = {start: (end, word) for start, end, word in kept}
        for begin, end in pairwise(edges):
            found = [(m.start(), m.end()) for m in _TOKEN.finditer(text, begin, end)]
            word = words[begin][1] if begin in words else None
            for number, (start, stop) in enumerate(found):
                yield start, stop, self._tag(word, number, len(found))

    def _tag(self, word: str | None, number: int, size: int) -> str:
        if word is None:
            return "O"
        letter = "B" if number == 0 else "I"
        if self.is_bioes and number == size - 1:
            letter = "S" if size == 1 else "E"
        return f"{letter}-{word}"


class BioesWriter(ConllWriter):
    """Writes BIOES tags (the single token S, the last one E)."""

    is_bioes = True


def _value(text: str) -> str:
    """Return text for a comment: as it stands if that can be read back, else as a JSON string."""
    if _RAW.fullmatch(text) and plain_value(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)
