from __future__ import annotations

import io
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from onoma.errors import BadFile
from onoma.formats import parquet
from onoma.formats.mention_rows import SCHEMA
from onoma.formats.parquet import ParquetWriter, read_parquet
from onoma.pipeline import Pipeline
from onoma.types import AnnotatedDocument, Document
from tests.formats.sample import annotated, document_of, failed_document, mention_of


def file_of(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=2)
    return sink.getvalue()


def parse(data: bytes, text: str = "") -> list[Document]:
    found = list(read_parquet(io.BytesIO(data), "a.parquet", text=text))
    return [d for d in found if isinstance(d, Document)]


def written(*documents: AnnotatedDocument) -> pa.Table:
    stream = io.BytesIO()
    writer = ParquetWriter(stream)
    writer.begin()
    for document in documents:
        writer.write(document)
    writer.end()
    return pq.read_table(io.BytesIO(stream.getvalue()))


def test_documents_come_row_by_row() -> None:
    table = pa.table(
        {
            "pmid": [7, 8, 9],
            "title": ["Gout", "b", None],
            "abstract": ["A study.", None, "c"],
            "n": [1.5, None, 2],
            "nested": [[1], [2], [3]],
            "lang": pa.array(["en", "fr", "en"]).dictionary_encode(),
        }
    )
    first, second, third = parse(file_of(table))
    assert (first.id, first.text, first.metadata) == ("7", "Gout A study.", (("n", "1.5"),))
    assert [p.kind for p in first.passages] == ["title", "abstract"]
    assert (second.text, second.language, second.metadata) == ("b", "fr", ())
    assert third.text == "c"


def test_the_column_of_texts_can_be_named() -> None:
    table = pa.table({"befund": ["Fieber"], "text": ["x"]})
    assert [d.text for d in parse(file_of(table), text="befund")] == ["Fieber"]


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_what_is_no_parquet_is_an_error(data: bytes) -> None:
    with pytest.raises(BadFile, match="sound Parquet"):
        parse(data)


def test_a_table_without_texts_is_an_error() -> None:
    with pytest.raises(BadFile, match="known to hold texts"):
        parse(file_of(pa.table({"a": ["b"]})))


def test_the_file_and_the_pipeline_have_one_schema(nlp: Pipeline) -> None:
    table = nlp.annotate_table(pa.table({"text": ["Gout."]}))
    assert table.schema.equals(SCHEMA, check_metadata=True)


def test_mentions_are_rows() -> None:
    text = "gout of hands and feet"
    document = document_of(text, mention_of(text, (0, 7), (18, 22)))
    table = written(document, failed_document())
    assert table.schema.equals(SCHEMA)
    (row,) = table.to_pylist()
    assert row["spans"] == [[0, 7], [18, 22]]
    assert (row["id"], row["text"], row["curie"], row["alternatives"]) == ("1", text, "MONDO:1", [])


def test_a_file_without_mentions_has_its_columns() -> None:
    assert written().schema.equals(SCHEMA)


@given(annotated())
def test_any_mention_is_written(document: AnnotatedDocument) -> None:
    rows = written(document).to_pylist()
    assert [(r["start"], r["end"]) for r in rows] == [(m.start, m.end) for m in document.mentions]


def test_many_mentions_make_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_GROUP", 3)
    document = document_of("gout", *[mention_of("gout", (0, 4))] * 2)
    documents = [replace(document, document=Document(str(n), "gout")) for n in range(5)]
    assert written(*documents).column("id").to_pylist() == [str(n // 2) for n in range(10)]
