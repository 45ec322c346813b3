"""CORD-19's layout: a release with its index, and a parsed article alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from onoma.formats import find_inputs, read_documents
from onoma.types import Document, FailedDocument

HEAD = "cord_uid,sha,title,abstract,publish_time,journal,pdf_json_files,pmc_json_files\n"


def article(identifier: str, *texts: str) -> bytes:
    body = [{"text": text, "section": "Results", "cite_spans": []} for text in texts]
    record = {"paper_id": identifier, "metadata": {"title": "Own title"}, "abstract": [
        {"text": "Own abstract."}], "body_text": body}  # fmt: skip
    return json.dumps(record).encode()


@pytest.fixture
def release(tmp_path: Path) -> Path:
    rows = (
        "u1,s1,Fever,In nurses.,2020-03-05,J Med,pdf_json/s1.json,pmc_json/P1.xml.json\n"
        'u2,s2; s3,"Gout, again",,2021,,pdf_json/none.json; pdf_json/s3.json,\n'
        "u3,,Cough,A cough.,,,,\n"
    )
    (tmp_path / "metadata.csv").write_text(HEAD + rows)
    for place, data in (
        ("pdf_json/s1.json", article("s1", "From the PDF.")),
        ("pmc_json/P1.xml.json", article("P1", "From PMC.", "A second one.")),
        ("pdf_json/s3.json.gz", gzip.compress(article("s3", "A body."))),
        ("pdf_json/other.json", article("other", "Named by no row.")),
    ):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_bytes(data)
    return tmp_path


def test_a_row_is_a_document_with_the_body_of_its_best_parse(release: Path) -> None:
    found = list(read_documents([release]))
    assert [one.id for one in found] == ["u1", "u2", "u3", "other"]
    first, second, third, _ = found
    assert isinstance(first, Document)
    assert first.text == "Fever\nIn nurses.\nFrom PMC.\nA second one."
    assert (first.date, dict(first.metadata)["journal"]) == ("2020-03-05", "J Med")
    assert [p.kind for p in first.passages] == ["title", "abstract", "paragraph", "paragraph"]
    assert first.passages[2].metadata == (("section", "Results"),)
    assert all(first.text[p.start : p.end] in first.text.split("\n") for p in first.passages)
    assert isinstance(second, Document)
    assert second.text == "Gout, again\nOwn abstract.\nA body."
    assert isinstance(third, Document)
    assert (third.text, third.date) == ("Cough\nA cough.", None)


def test_the_articles_below_an_index_are_not_read_twice(release: Path) -> None:
    (release / "notes.txt").write_text("a note")
    assert [one.name for one in find_inputs([release])] == ["metadata.csv", "notes.txt"]


def test_an_article_alone_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(article("P7", "A body."))
    (found,) = read_documents([tmp_path])
    assert isinstance(found, Document)
    assert (found.id, found.text) == ("P7", "Own title\nOwn abstract.\nA body.")


def test_a_damaged_article_fails_its_row_alone(release: Path) -> None:
    (release / "pmc_json" / "P1.xml.json").write_bytes(b'{"paper_id": "P1", "body_text": [')
    found = list(read_documents([release]))
    assert isinstance(found[0], FailedDocument)
    assert (found[0].id, found[0].code) == ("u1", "bad-json")
    assert [one.id for one in found] == ["u1", "u2", "u3", "other"]


def test_no_file_outside_the_release_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_bytes(article("s", "Secret."))
    inner = tmp_path / "release"
    inner.mkdir()
    (inner / "metadata.csv").write_text(HEAD + "u1,,Fever,,2020,,../secret.json,\n")
    (found,) = read_documents([inner])
    assert isinstance(found, Document)
    assert found.text == "Fever"


def test_the_layout_of_the_first_releases_is_read(tmp_path: Path) -> None:
    head = "cord_uid,sha,title,abstract,publish_time,has_full_text,full_text_file\n"
    (tmp_path / "metadata.csv").write_text(head + "u1,s1,Fever,,2020,True,custom_license\n")
    place = tmp_path / "custom_license" / "custom_license" / "pdf_json"
    place.mkdir(parents=True)
    (place / "s1.json").write_bytes(article("s1", "A body."))
    (found,) = read_documents([tmp_path])
    assert isinstance(found, Document)
    assert found.text == "Fever\nOwn abstract.\nA body."


def test_a_table_called_so_without_its_signs_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("id,text\n1,Gout\n")
    (tmp_path / "a.bioc.json").write_text('{"documents": []}')
    assert [one.name for one in find_inputs([tmp_path])] == ["a.bioc.json", "metadata.csv"]
    assert [one.id for one in read_documents([tmp_path / "metadata.csv"])] == ["1"]
