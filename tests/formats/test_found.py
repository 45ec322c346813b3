"""Results without their texts, read back."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from onoma.formats import make_writer
from onoma.formats.found import found_format, read_found
from onoma.types import AnnotatedDocument, Assertion, Document, Mention

NAMES = {"jsonl": "x.jsonl", "tsv": "x.tsv", "parquet": "x.parquet"}


def sample() -> list[AnnotatedDocument]:
    text = 'no "odd\tname"\\n, fever'
    marks = [(3, 13, "disease", None, "absent"), (17, 22, "phenotype", "HP:1", "present")]
    mentions = tuple(
        Mention(
            start, end, text[start:end], type_, curie, curie, 0.5, "dictionary", ((start, end),),
            assertion_axes=Assertion("absent" if said == "absent" else "present"),
        )
        for start, end, type_, curie, said in marks
    )  # fmt: skip
    return [AnnotatedDocument(Document(name, text), mentions) for name in ("a", "b")]


def write(path: Path, format: str) -> Path:
    with path.open("wb") as stream:
        writer = make_writer(format, stream)
        writer.begin()
        for one in sample():
            writer.write(one)
        writer.end()
    return path


@pytest.mark.parametrize("format", NAMES)
def test_what_was_written_is_read_back(tmp_path: Path, format: str) -> None:
    path = write(tmp_path / NAMES[format], format)
    assert found_format(path) == format
    found = list(read_found(path, path.name, format))
    assert [one.id for one in found] == ["a", "b"]
    wanted = [(m.start, m.end, m.text, m.type, m.curie, m.assertion) for m in sample()[0].mentions]
    for one in found:
        said = [(m.start, m.end, m.text, m.type, m.curie, m.assertion) for m in one.mentions]
        assert said == wanted


def test_a_packed_result_is_known_and_another_file_is_not(tmp_path: Path) -> None:
    packed = tmp_path / "x.jsonl.gz"
    packed.write_bytes(gzip.compress(write(tmp_path / "x.jsonl", "jsonl").read_bytes()))
    assert found_format(packed) == "jsonl"
    assert len(list(read_found(packed, "x", "jsonl"))) == 2
    (tmp_path / "a.tsv").write_text("id\ttext\n1\tGout\n")
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "Gout"}\n')
    assert [found_format(tmp_path / name) for name in ("a.tsv", "a.jsonl", "none")] == [None] * 3


def test_a_broken_record_fails_alone_and_a_broken_table_ends(tmp_path: Path) -> None:
    lines = tmp_path / "x.jsonl"
    lines.write_text(
        '{"schema":1,"id":"a","mentions":[{"start":3,"end":1,"text":"x","type":"gene"}]}\n'
        '{"schema":1,"id":"b","mentions":[{"start":1}]}\n'
        '{"schema":1,"id":"c","mentions":[]}\n'
        '{"schema":1,"id":"d","error":{"code":"not-text","message":"m","hint":"h"}}\n'
    )
    found = list(read_found(lines, "x", "jsonl"))
    codes = [one.error.code if one.error else "" for one in found]
    assert codes == ["bad-record", "bad-record", "", "not-text"]
    table = write(tmp_path / "x.tsv", "tsv")
    table.write_text(table.read_text() + "c\t1\n")
    *before, last = read_found(table, "x", "tsv")
    assert [len(one.mentions) for one in before] == [2, 2]
    assert last.error is not None
    assert last.error.code == "bad-line"
