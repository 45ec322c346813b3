"""From one document format to another, without annotating.

What a file itself annotates goes along, if its format has a reader for that. What the target cannot
hold is counted; with ``is_strict`` it is an error and nothing is written.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from onoma.errors import InputError, OnomaError
from onoma.formats.brat_writer import BratWriter
from onoma.formats.folders import open_folder
from onoma.formats.inputs import read_annotated
from onoma.formats.losses import Losses, loss_report
from onoma.formats.output import open_output
from onoma.formats.signs import output_format
from onoma.formats.tables import Writer, make_writer, writers
from onoma.types import FailedDocument

_WHOLE = {"jsonl": "jsonl-text"}  # annotate's lines lack the text
_IN_MEMORY = 1 << 24


class Lossy(OnomaError):
    """The target format cannot hold all of the documents, and nothing may be lost."""

    code = "lossy"


@dataclass(slots=True)
class Conversion:
    """What a conversion did: documents written, those that failed, what was lost by kind."""

    documents: int = 0
    failed: list[FailedDocument] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)


def convert_documents(
    paths: Iterable[str | Path],
    target: str,
    *,
    output: Path | None = None,
    source: str | None = None,
    is_strict: bool = False,
    stdin: BinaryIO | None = None,
) -> Conversion:
    """Write the documents of these paths in the target format; return what came of it.

    ``output`` None is standard output. brat writes a zip, or a folder of pairs where ``output`` is
    a folder or has no extension.
    Raises: UnknownName: no such format. Lossy: something would be lost and ``is_strict`` is set.
    """
    target = _WHOLE.get(target, target)
    writers.get(target)
    done = Conversion()
    with open_writer(target, output, is_strict=is_strict) as writer:
        writer.begin()
        for document in read_annotated(paths, format=source, stdin=stdin):
            if document.error is not None:
                done.failed.append(document.error)
            else:
                done.documents += 1
            writer.write(document)
        writer.end()
        done.losses = writer.losses
        if is_strict and (+done.losses or done.failed):
            lines = loss_report(+done.losses) or [f"{len(done.failed)} documents failed"]
            raise Lossy(
                f"{target} cannot hold everything: {'; '.join(lines)}",
                hint="nothing is written; leave --strict out, or choose another format",
            )
    return done


def target_format(named: str | None, output: Path | None) -> str:
    """Return the format to write: the one named, or that of the output's extension.

    Raises: InputError: neither says it.
    """
    found = named or (None if output is None else output_format(output.name))
    if found is None:
        raise InputError("the output format is not known", hint="add --to FORMAT")
    return found


@contextmanager
def open_writer(target: str, output: Path | None, *, is_strict: bool) -> Iterator[Writer]:
    """Give a writer whose result appears at the end, if there is no error."""
    with ExitStack() as stack:
        if target == "brat" and output is not None and (output.is_dir() or not output.suffix):
            sink = stack.enter_context(open_folder(output))
            devnull = stack.enter_context(Path(os.devnull).open("wb"))
            yield BratWriter(devnull, sink=sink)
            return
        stream = stack.enter_context(open_output(output))
        if output is not None or not is_strict:
            yield make_writer(target, stream)
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
            yield make_writer(target, cast(BinaryIO, kept))
            kept.seek(0)
            shutil.copyfileobj(kept, stream)
