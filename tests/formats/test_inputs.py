from __future__ import annotations

import contextlib
import gzip
import io
import time
from pathlib import Path

import pytest

from onoma.errors import BadFile, UnknownName
from onoma.formats import find_inputs, read_annotated, read_documents
from onoma.formats.inputs import sniff_format
from onoma.formats.signs import HEAD
from onoma.types import Document, FailedDocument


def ids(*paths: Path) -> list[str]:
    return [document.id for document in read_documents(paths)]


def test_a_folder_is_walked_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.txt", ".hidden", "a/.git/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert ids(tmp_path) == ["a/1.txt", "a/2.txt", "b.txt"]


def test_ids_of_several_paths_are_relative_to_what_they_share(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text("x")
    assert ids(tmp_path / "one", tmp_path / "two") == ["one/x.txt", "two/x.txt"]
    assert ids(tmp_path / "one" / "x.txt") == ["x.txt"]


def test_a_broken_file_does_not_stop_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("fever")
    (tmp_path / "b.txt").write_bytes(b"Fi\xe8vre")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"cough" * 1000)[:-20])
    (tmp_path / "d.txt").write_text("rash")
    (tmp_path / "e").symlink_to(tmp_path / "nowhere")
    good, encoding, truncated, rash, link = read_documents([tmp_path])
    assert good == Document("a.txt", "fever", source="a.txt")
    assert isinstance(rash, Document)
    assert isinstance(encoding, FailedDocument)
    assert (encoding.id, encoding.code, encoding.offset) == ("b.txt", "bad-encoding", 2)
    assert isinstance(truncated, FailedDocument)
    assert truncated.code == "bad-file"
    assert "truncated" in truncated.hint
    assert isinstance(link, FailedDocument)
    assert link.code == "unreadable"


def test_lines_before_a_truncation_are_read(tmp_path: Path) -> None:
    lines = b"".join(b'{"id": "%d", "text": "fever %d"}\n' % (n, n * n) for n in range(50_000))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines)[:-100_000])
    *good, last = read_documents([tmp_path])
    assert len(good) > 100
    assert all(isinstance(document, Document) for document in good)
    assert isinstance(last, FailedDocument)
    assert f"after {len(good)} documents" in last.message


def test_standard_input_is_read() -> None:
    stream = io.BytesIO(b'{"id": "a", "text": "fever"}\n')
    assert list(read_documents(["-"], stdin=stream)) == [Document("a", "fever", source="-")]


def test_reading_is_lazy(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.txt").write_text("x")
    documents = read_documents([tmp_path])
    next(documents)
    (tmp_path / "b.txt").unlink()
    assert isinstance(next(documents), FailedDocument)


def test_an_unknown_format_is_told() -> None:
    with pytest.raises(UnknownName, match="pubtator"):
        list(read_documents([], format="pubtatr"))


def test_a_missing_path_is_a_failed_document(tmp_path: Path) -> None:
    assert [i.name for i in find_inputs([tmp_path / "no.txt"])] == ["no.txt"]
    (failed,) = read_documents([tmp_path / "no.txt"])
    assert isinstance(failed, FailedDocument)
    assert "No such file" in failed.message


@pytest.mark.parametrize(
    ("name", "head", "format"),
    [
        ("a.txt", b"plain", "text"),
        ("a.txt.gz", b"1|t|Title\n1|a|Abstract", "pubtator"),
        ("a", b"\n12|t|Title", "pubtator"),
        ("a.PubTator", b"", "pubtator"),
        ("a.JSONL.zst", b"", "jsonl"),
        ("-", b'{"id": 1, "text": "x"}\n', "jsonl"),
        ("a.tsv", b"id\ttext\n1\tGout\n", "csv"),
        ("a.xml", b"<?xml version='1.0'?>\n<PubmedArticleSet>", "medline"),
        ("-", b"<?xml version='1.0'?><PubmedArticleSet><x/>", "medline"),
        ("-", "\ufeff1|t|Title".encode("utf-16-le"), "pubtator"),
        ("notes.md", b"# Fever", "markdown"),
        ("a", b"", "text"),
        ("a.bioc.xml.gz", b"", "biocxml"),
        ("a.xml", b"<?xml version='1.0'?><!DOCTYPE collection><collection>", "biocxml"),
        ("a.json", b'{"source": "x", "documents": [{"id": "1"', "biocjson"),
        ("-", b'{"id": "1", "passages": [{"infons": {}, "offset": 0', "biocjson"),
        ("-", b'{"schema": 1, "passages": [{"start": 0, "end": 4}]}\n', "jsonl"),
        ("a.json", b'[{"@context": "http://www.w3.org/ns/anno.jsonld"', "webanno"),
        ("a.ann", b"", "brat"),
        ("a.zip", b"PK\x03\x04", "brat"),
        ("a.tsv", b"Gout\tB-Disease\nhurts\tO\n.\tO\n", "conll"),
        ("a.txt", b"-DOCSTART- (1)\n\nGout NN O I-X\nhurts VB O O\n\n", "conll"),
        ("a.txt", b"Yes\nNo\nGout O\n", "text"),
    ],
)
def test_formats_are_recognised(name: str, head: bytes, format: str) -> None:
    assert sniff_format(head, name) == format


@pytest.mark.parametrize(("name", "text"), [("a.xml", "<article/>"), ("a.json", '{"rows": [1]}')])
def test_what_is_of_no_known_format_is_told(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    (failed,) = read_documents([tmp_path])
    assert isinstance(failed, FailedDocument)
    assert "--from" in failed.hint


@pytest.mark.parametrize(
    "part", [b"\n", b" ", b"a ", b"a\tO\n\n", b"# \n", b'{"a":', b"} ", b"<a", b"1|"]
)
@pytest.mark.parametrize("extension", ["", ".txt", ".json", ".tsv"])
def test_no_head_takes_long_to_recognise(part: bytes, extension: str) -> None:
    started = time.process_time()
    with contextlib.suppress(BadFile):
        sniff_format((part * HEAD)[:HEAD], f"a{extension}")
    assert time.process_time() - started < 0.5


def test_annotated_reading_takes_files_without_annotations(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("fever")
    (tmp_path / "b.txt").write_bytes(b"Fi\xe8vre")
    good, bad = read_annotated([tmp_path])
    assert (good.text, good.mentions, good.error) == ("fever", (), None)
    assert bad.error is not None
