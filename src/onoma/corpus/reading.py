"""Files as items for a corpus: their documents, then what a MEDLINE update file withdraws.

A file of several documents that was read to its end before is passed over by the digest of its
bytes, so that a folder of updates can be added again and again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onoma.corpus.durable import sum_file
from onoma.corpus.rows import Finished, Item, Removal
from onoma.errors import OnomaError
from onoma.formats import Meter, find_inputs, open_stream, readers
from onoma.formats.inputs import Input, paired_format, read_input, sniff_format
from onoma.formats.medline import read_deletions
from onoma.formats.signs import HEAD
from onoma.formats.tables import plain_item
from onoma.types import AnnotatedDocument, FailedDocument

MEDLINE = "medline"


@dataclass(slots=True)
class Reading:
    """Which files are read, and how; ``passed`` counts those that were read before.

    ``is_annotated``: documents keep the annotations that their files give, where they give some.
    """

    paths: tuple[str | Path, ...]
    format: str | None = None
    is_annotated: bool = False
    known: Container[str] = ()
    meter: Meter = field(default_factory=Meter)
    passed: int = 0

    def items(self) -> Iterator[Item]:
        """Yield what is in the files, in order.

        Raises: UnknownName: there is no such format (at the first item).
        """
        if self.format is not None:
            readers.get(self.format)
        for file in find_inputs(self.paths, format=self.format):
            digest = self._digest(file)
            if digest in self.known:
                self.passed += 1
                self.meter.count += file.path.stat().st_size if file.path else 0
            else:
                yield from self._file(file, digest)

    def _file(self, file: Input, digest: str) -> Iterator[Item]:
        """Yield what one file gives."""
        count, is_sound = 0, True
        # The readers with annotations give passages and metadata too where JSON lines have them.
        for found in read_input(file, format=self.format, meter=self.meter, is_annotated=True):
            item = self._item(found)
            is_sound = is_sound and not isinstance(item, FailedDocument)
            count += 1
            yield item
        for removal in withdrawn(file, self.format):
            count += 1
            yield removal
        if digest and is_sound and count > 1:
            yield Finished(digest, file.name)

    def _item(self, found: Item) -> Item:
        if not isinstance(found, AnnotatedDocument):
            return found
        is_marked = found.error is None and (found.mentions or found.relations)
        return found if self.is_annotated and is_marked else plain_item(found)

    def _digest(self, file: Input) -> str:
        """Return what tells this file, read in this way, from others; empty where nothing does."""
        if file.path is None or not file.path.is_file() or paired_format(file.path):
            return ""
        try:
            own = sum_file(file.path).sha256
        except OSError:
            return ""  # reported when it is read
        way = f"{own}\0{self.format or ''}\0{self.is_annotated}\0{file.name}"
        return hashlib.sha256(way.encode(errors="replace")).hexdigest()[:32]


def withdrawn(file: Input, format: str | None) -> Iterator[Removal]:
    """Yield the citations that a MEDLINE file withdraws; nothing for other files."""
    if file.path is None or format not in (None, MEDLINE):
        return
    try:
        with open_stream(file.path.open("rb"), file.name) as stream:
            named = format or sniff_format(stream.peek(HEAD)[:HEAD], file.name)
            if named == MEDLINE:
                for one in read_deletions(stream):
                    yield Removal(one.pmid, int(one.version))
    except (OnomaError, OSError):
        return  # reported when the file's documents were read


def read_items(paths: Iterable[str | Path], *, format: str | None = None) -> Iterator[Item]:
    """Yield what is in these paths, in order (see ``Reading``)."""
    yield from Reading(tuple(paths), format=format).items()
