"""Names of concepts in other languages, from tables (Babelon TSV, or two columns)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onoma.errors import BadFile, BadLine
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream

CURIE, NAME, KIND = ("subject_id", "curie"), ("translation_value", "name"), ("predicate_id",)
DEFINITION = "IAO:0000115"
LONGEST = 100  # characters; longer ones are sentences


def read_translations(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (CURIE, name) of a table with a head: ``subject_id`` or ``curie``, and
    ``translation_value`` or ``name``; definitions among them are passed over.

    Raises: BadFile: the head lacks a column; BadLine: a line is too long.
    """  # noqa: D205 - the columns belong to what is yielded
    with open_stream(path.open("rb"), str(path)) as stream:
        lines = iter_lines(stream)
        head = [cell.strip() for cell in next((x.text() for x in lines), "").split("\t")]
        places = [next((head.index(n) for n in own if n in head), -1) for own in (CURIE, NAME)]
        if min(places) < 0:
            raise BadFile(
                f"{path}: the head has no {'/'.join(CURIE)} or no {'/'.join(NAME)}",
                hint="give a table with a head and tabs between columns",
            )
        kind = head.index(KIND[0]) if KIND[0] in head else -1
        for line in lines:
            if line.is_cut:
                raise BadLine(str(path), line.number, line.text(), "the line is too long")
            cells = line.text().split("\t")
            if len(cells) <= max(*places, kind) or (kind >= 0 and cells[kind] == DEFINITION):
                continue
            curie, name = (cells[place].strip() for place in places)
            if ":" in curie and 0 < len(name) <= LONGEST:
                yield curie, name
