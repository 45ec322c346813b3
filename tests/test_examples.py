"""The texts of ``examples/`` against what was found in them and read by a person.

One golden file an input file, ``tests/golden/NAME.jsonl``: a line with a document's id, then a
line for each mention, so that a difference shows what changed.
``pytest tests/test_examples.py --update-golden`` rewrites them; the difference is to be read
against the texts before it is kept.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import onoma
from onoma.formats import make_writer, read_documents
from onoma.types import AnnotatedDocument, Document, FailedDocument, Mention

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").iterdir())
GOLDEN = ROOT / "tests" / "golden"


@cache
def pipeline() -> onoma.Pipeline:
    """The dictionary alone: a model in int8 rounds a little otherwise on other processors."""
    return onoma.load(mode="dictionary")


@cache
def annotated(path: Path) -> tuple[AnnotatedDocument, ...]:
    return tuple(pipeline().pipe(documents_of(path)))


def documents_of(path: Path) -> list[Document]:
    documents = []
    for document in read_documents([path]):
        assert not isinstance(document, FailedDocument), document
        documents.append(document)
    return documents


def fields(mention: Mention) -> dict[str, Any]:
    found: dict[str, Any] = {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "type": mention.type,
        "curie": mention.curie,
        "assertion": mention.assertion,
        "found_by": mention.found_by,
    }
    return found | ({"spans": mention.spans} if len(mention.spans) > 1 else {})


def golden_lines(path: Path) -> str:
    """Return the golden text of an input file: a line with the id, then a line a mention."""
    lines = []
    for document in annotated(path):
        lines.append({"id": document.id})
        lines += [fields(mention) for mention in document]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_gives_what_was_read_and_kept(path: Path, is_updating: bool) -> None:
    golden = GOLDEN / f"{path.name}.jsonl"
    found = golden_lines(path)
    if is_updating:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8"), "see --update-golden"


def test_no_golden_file_is_without_its_example() -> None:
    names = {path.name for path in EXAMPLES}
    assert {path.name.removesuffix(".jsonl") for path in GOLDEN.iterdir()} == names


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_mention_quotes_its_text(path: Path) -> None:
    for document in annotated(path):
        for mention in document:
            assert document.text[mention.start : mention.end] == mention.text
            covered = (mention.spans[0][0], mention.spans[-1][1])
            assert covered == (mention.start, mention.end)


def test_a_batch_gives_what_each_document_alone_gives() -> None:
    for path in EXAMPLES:
        for document in annotated(path):
            assert pipeline().annotate(document.document).mentions == document.mentions, path.name


def test_the_page_shows_every_example(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    with page.open("wb") as stream:
        writer = make_writer("html", stream)
        writer.begin()
        for path in EXAMPLES:
            for document in annotated(path):
                writer.write(document)
        writer.end()
    text = page.read_text(encoding="utf-8")
    assert text.count("<article") == sum(len(annotated(path)) for path in EXAMPLES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_usual_mode_keeps_most_names_and_quotes_the_text(path: Path) -> None:
    documents = documents_of(path)
    kept = total = 0
    for before, after in zip(annotated(path), usual().pipe(documents), strict=True):
        for one in after.mentions:
            assert after.text[one.start : one.end] == one.text
        spans = {(one.start, one.end) for one in after.mentions}
        total += len(before.mentions)
        kept += sum((one.start, one.end) in spans for one in before.mentions)
        assert dict(after.models)["tagger"].startswith("onoma-tagger")
    assert kept >= 0.75 * total


@cache
def usual() -> onoma.Pipeline:
    return onoma.load()
