from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadFile
from onoma.formats.delimited import read_delimited
from onoma.formats.opening import open_stream
from onoma.types import Document, FailedDocument
from tests.formats.conftest import Items


def parse(data: str | bytes, text: str = "", id: str = "") -> Items:
    data = data.encode() if isinstance(data, str) else data
    return list(read_delimited(open_stream(io.BytesIO(data), "a"), "a.csv", text=text, id=id))


def test_rows_become_documents() -> None:
    data = '\ufeffid,Text,ward\n1,"Fever, ""mild"",\nno gout",B2\n\n2,None\n'
    first, second = parse(data)
    assert isinstance(first, Document)
    assert (first.id, first.text) == ("1", 'Fever, "mild",\nno gout')
    assert first.metadata == (("ward", "B2"),)
    assert isinstance(second, Document)
    assert (second.id, second.text, second.metadata) == ("2", "None", ())


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(sign: str) -> None:
    (document,) = parse(f"pmid{sign}title{sign}abstract\n5{sign}Gout{sign}A study.\n")
    assert isinstance(document, Document)
    assert (document.id, document.text) == ("5", "Gout A study.")
    assert [p.kind for p in document.passages] == ["title", "abstract"]


def test_columns_can_be_named() -> None:
    (document,) = parse("k,befund,text\n7,Fieber,x\n", text="befund", id="k")
    assert isinstance(document, Document)
    assert (document.id, document.text, document.metadata) == ("7", "Fieber", (("text", "x"),))
    with pytest.raises(BadFile, match="no column 'nothing'"):
        parse("k,text\n", text="nothing")


def test_a_table_without_texts_is_an_error() -> None:
    with pytest.raises(BadFile, match="known to hold texts: a, b"):
        parse("a,b\n1,2\n")
    assert parse("") == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"2,a,b,c\n", "bad-line"),
        (b'2,"a" b\n', "bad-line"),
        (b"2,a\xe9\n", "bad-encoding"),
        (b"2,a\0\n", "bad-encoding"),
    ],
    ids=["cells", "quote", "encoding", "nul"],
)
def test_a_malformed_row_fails_alone(row: bytes, code: str) -> None:
    first, failed, last = parse(b"id,text\n1,a\n" + row + b"3,c\n")
    assert isinstance(first, Document)
    assert isinstance(failed, FailedDocument)
    assert (failed.code, failed.id) == (code, "a.csv:3")
    assert failed.hint
    assert last.id == "3"


def test_a_quote_that_is_not_closed_is_told() -> None:
    first, failed = parse('id,text\n1,a\n2,"b\n3,c\n')
    assert isinstance(first, Document)
    assert isinstance(failed, FailedDocument)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_what_the_csv_module_writes_is_read(rows: list[tuple[str, str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([("key", "text"), *rows])
    found = parse(stream.getvalue())
    assert [(d.text, dict(d.metadata)) for d in found if isinstance(d, Document)] == [
        (text, {"key": key} if key else {}) for key, text in rows
    ]
