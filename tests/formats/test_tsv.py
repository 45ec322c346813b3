from __future__ import annotations

from hypothesis import given

from onoma.formats.tsv import COLUMNS
from onoma.types import AnnotatedDocument
from tests.formats.sample import annotated, document_of, mention_of, written


def test_a_mention_is_a_row() -> None:
    document = document_of("a\tfever", mention_of("a\tfever", (0, 7)))
    head, row, rest = written("tsv", document).decode().split("\n")
    assert head.split("\t") == list(COLUMNS)
    cells = dict(zip(COLUMNS, row.split("\t"), strict=True))
    assert cells["text"] == "a\\tfever"
    assert (cells["start"], cells["end"], cells["curie"]) == ("0", "7", "MONDO:1")
    assert cells["alternatives"] == "-"
    assert rest == ""


@given(annotated())
def test_rows_have_all_cells_whatever_the_text(document: AnnotatedDocument) -> None:
    rows = written("tsv", document).decode().split("\n")[1:-1]
    assert len(rows) == len(document.mentions)
    assert all(row.count("\t") == len(COLUMNS) - 1 for row in rows)
