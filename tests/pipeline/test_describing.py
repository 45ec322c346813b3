from __future__ import annotations

from pathlib import Path

from onoma.pipeline.describing import Describing
from onoma.recognize.tagger.described import parse_descriptions
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
