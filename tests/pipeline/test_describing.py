from __future__ import annotations

from pathlib import Path

import pytest

import onoma
from onoma.errors import InputError
from onoma.pipeline.describing import Describing
from onoma.recognize.tagger.described import NET, parse_descriptions
from onoma.recognize.tagger.folder import shipped_tagger
from onoma.types import AnnotatedDocument, Document, Mention
from tests.recognize.tagger.described_sample import make_describer


def test_described_types_stand_beside_what_was_found_before(tmp_path: Path) -> None:
    text = "No fever. A kidney."
    before = Mention(
        3, 8, "fever", "phenotype", "HP:0001945", "Fever", 1.0, "dictionary", ((3, 8),)
    )
    documents = [
        AnnotatedDocument(Document("1", "")),
        AnnotatedDocument(Document("2", text), (before,)),
    ]
    describer = make_describer(tmp_path)
    heads = describer.typed(parse_descriptions("kidney; fever"))
    empty, done = Describing(describer, heads).complete(documents)
    assert empty.mentions == ()
    assert [(m.text, m.type, m.curie, m.found_by) for m in done] == [
        ("fever", "phenotype", "HP:0001945", "dictionary"),
        ("fever", "fever", None, "described"),
        ("kidney", "kidney", None, "described"),
    ]
    assert [m.assertion for m in done][1:] == ["absent", "present"]
    assert all(m.text == text[m.start : m.end] for m in done)
    alone = Describing(describer, heads).complete(documents[1:])[0]
    assert alone.mentions == done.mentions


@pytest.fixture
def pipeline() -> onoma.Pipeline:
    if not (shipped_tagger() / NET).is_file():
        pytest.skip("no network of descriptions ships with this installation")
    return onoma.load(mode="dictionary")


TEXT = "Stool samples showed more Akkermansia muciniphila after surgery."


def test_the_tagger_that_ships_takes_descriptions(pipeline: onoma.Pipeline) -> None:
    done = pipeline.describing("gut microbe; planet").annotate(TEXT)
    found = [(m.text, m.type) for m in done if m.found_by == "described"]
    assert found == [("Akkermansia muciniphila", "gut microbe")]


def test_examples_are_read_from_files(pipeline: onoma.Pipeline, tmp_path: Path) -> None:
    path = tmp_path / "marked.pubtator"
    text, mark = "The stool samples were frozen.", "4\t17\tstool samples\tspecimen\t-"
    rows = [f"{n}|t|{text}\n{n}|a|\n{n}\t{mark}\n" for n in range(1, 9)]
    path.write_text("\n".join(rows), encoding="utf-8")
    done = pipeline.describing("specimen", examples=[path]).annotate(TEXT)
    assert "Stool samples" in [m.text for m in done if m.type == "specimen"]
    with pytest.raises(InputError, match="'specimen' that is not described"):
        pipeline.describing("gut microbe", examples=[path]).annotate(TEXT)
    with pytest.raises(InputError):
        pipeline.describing(" ; ")
