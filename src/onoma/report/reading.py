"""Paths to annotated documents: files that bring mentions are taken at their word, texts annotated.

A file brings mentions if it is a result of ``annotate``, or if its format holds annotations and one
of its first documents has some.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from onoma.formats import Input, Meter, find_inputs
from onoma.formats.found import found_format, read_found
from onoma.formats.inputs import read_input
from onoma.types import AnnotatedDocument, Document, FailedDocument

PEEKED = 200  # documents of a file looked at for a mention
WAYS = ("auto", "given", "anew")

Texts = Iterable[Document | FailedDocument]
Annotate = Callable[[Texts], Iterable[AnnotatedDocument]]
Item = Document | FailedDocument | AnnotatedDocument


def read_marked(
    paths: Iterable[str | Path],
    annotate: Annotate,
    take: Callable[[AnnotatedDocument], None],
    *,
    format: str | None = None,
    mentions: str = "auto",
    meter: Meter | None = None,
) -> None:
    """Give every document of these paths to ``take``, annotated.

    ``annotate`` gets all texts as one stream, and is called only if there are any. ``mentions``:
    ``given``, those of the files alone; ``anew``, none of them; ``auto``, as the module says.
    """
    reader = _Reader(take, format, mentions, meter)
    texts = reader.texts(find_inputs(paths, format=format))
    first = next(texts, None)
    if first is not None:
        for done in annotate(itertools.chain([first], texts)):
            take(done)


class _Reader:
    """Parts texts from documents that bring their mentions."""

    def __init__(
        self,
        take: Callable[[AnnotatedDocument], None],
        format: str | None,
        mentions: str,
        meter: Meter | None,
    ) -> None:
        self._take, self._format, self._mentions, self._meter = take, format, mentions, meter

    def texts(self, items: Iterable[Input]) -> Iterator[Document | FailedDocument]:
        """Yield the texts; take what is annotated, and what failed, on the way."""
        for item in items:
            found = None
            if item.path is not None and self._format is None:
                found = found_format(item.path)
            if found is not None and item.path is not None:
                for one in read_found(item.path, item.name, found, meter=self._meter):
                    self._take(one)
                continue
            documents: Iterator[Item] = read_input(
                item, format=self._format, meter=self._meter, is_annotated=self._mentions != "anew"
            )
            yield from self._parted(documents)

    def _parted(self, documents: Iterator[Item]) -> Iterator[Document | FailedDocument]:
        """Yield the texts of one file; take its documents if it brings mentions."""
        first = list(itertools.islice(documents, PEEKED)) if self._mentions == "auto" else []
        is_given = self._mentions == "given" or any(map(has_mentions, first))
        for one in itertools.chain(first, documents):
            if isinstance(one, FailedDocument):
                self._take(AnnotatedDocument(Document(one.id, ""), error=one))
            elif isinstance(one, AnnotatedDocument) and (is_given or one.error is not None):
                self._take(one)
            elif is_given and isinstance(one, Document):
                self._take(AnnotatedDocument(one))
            else:
                yield one.document if isinstance(one, AnnotatedDocument) else one


def has_mentions(one: Item) -> bool:
    """Return whether a document brings a mention."""
    return isinstance(one, AnnotatedDocument) and bool(one.mentions)
