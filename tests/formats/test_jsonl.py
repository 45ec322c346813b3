from __future__ import annotations

import io
import json
from collections.abc import Callable

import orjson
import pytest
from hypothesis import given

from onoma.formats.jsonl import encode_record, read_jsonl
from onoma.formats.opening import open_stream
from onoma.types import AnnotatedDocument, Document, FailedDocument, Passage
from tests.formats.conftest import Items
from tests.formats.sample import (
    annotated,
    any_text,
    document_of,
    failed_document,
    mention_of,
    written,
)

Read = Callable[[str, bytes], Items]


@given(any_text, any_text)
def test_any_string_survives_reading(document_id: str, text: str) -> None:
    line = encode_record({"id": document_id, "text": text})
    (document,) = read_jsonl(open_stream(io.BytesIO(line), "a"), "a")
    assert isinstance(document, Document)
    assert document.text == text
    assert document.id == (document_id or "a:1")


@given(annotated())
def test_what_is_written_parses_to_the_same(document: AnnotatedDocument) -> None:
    line = written("jsonl", document)
    assert line.count(b"\n") == 1
    assert json.loads(line) == document.to_dict()


def test_title_and_abstract_are_joined(read: Read) -> None:
    (document,) = read("a.jsonl", b'{"id": 7, "title": "Gout", "abstract": "A study."}')
    passages = (Passage(0, 4, "title"), Passage(5, 13, "abstract"))
    assert document == Document("7", "Gout A study.", passages, source="a.jsonl")


def test_blank_lines_are_passed_over_and_ids_made(read: Read) -> None:
    first, second = read("a.jsonl", b'\n{"text": "x"}\r\n  \n{"text": ""}\n')
    assert (first.id, second.id) == ("a.jsonl:2", "a.jsonl:4")


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (b'{"id": "b", "text": "x"', "bad-line", "not JSON"),
        (b"[1]", "bad-line", "not a JSON object"),
        (b'{"id": "b"}', "bad-line", "neither 'text'"),
        (b'{"id": "b", "text": 3}', "bad-line", "'text' is not a string"),
        (b'{"id": "b", "text": "Fi\xe8vre"}', "bad-encoding", "0xe8"),
        (b'{"id": "b", "text": "a\0b"}', "bad-encoding", "NUL"),
        (b"[" * 100_000, "bad-line", "nested|not JSON"),
    ],
)
def test_a_bad_line_fails_alone(read: Read, line: bytes, code: str, words: str) -> None:
    import re

    data = b'{"id": "a", "text": "x"}\n' + line + b'\n{"id": "c", "text": "y"}\n'
    first, failed, last = read("a.jsonl", data)
    assert (first.id, last.id) == ("a", "c")
    assert isinstance(failed, FailedDocument)
    assert failed.code == code
    assert re.search(words, failed.message)
    assert failed.hint


def test_explain_adds_the_candidates() -> None:
    document = document_of("fever", mention_of("fever", (0, 5)))
    (mention,) = orjson.loads(written("jsonl", document, explain=True))["mentions"]
    assert mention["candidates"][0]["why"] == {"prior": 0.25}
    assert "candidates" not in orjson.loads(written("jsonl", document))["mentions"][0]


def test_the_record_has_the_fields_of_the_contract() -> None:
    record = orjson.loads(written("jsonl", document_of("fever", mention_of("fever", (0, 5)))))
    assert list(record) == [
        "schema", "id", "store", "models", "mentions", "relations", "abbreviations", "coverage",
        "error",
    ]  # fmt: skip
    assert list(record["mentions"][0]) == [
        "start", "end", "spans", "text", "type", "curie", "label", "score", "found_by",
        "assertion", "alternatives", "name", "scope",
    ]  # fmt: skip


def test_a_failed_document_stands_in_its_place() -> None:
    record = orjson.loads(written("jsonl", failed_document("b")))
    assert record == {
        "schema": 1,
        "id": "b",
        "error": {
            "code": "bad-encoding",
            "offset": 3,
            "message": "byte 3 is none",
            "hint": "save it as UTF-8",
        },
    }
