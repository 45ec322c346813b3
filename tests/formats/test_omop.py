from __future__ import annotations

import csv
import datetime
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadFile
from onoma.formats.omop import COLUMNS, OmopWriter, read_note_nlp, read_omop
from onoma.formats.opening import open_stream
from onoma.types import (
    EXPERIENCERS,
    POLARITIES,
    TEMPORALITIES,
    AnnotatedDocument,
    Assertion,
    Document,
    Mention,
)
from tests.formats.sample import annotated, document_of, failed_document, mention_of

NOTES = b"""note_id,person_id,note_date,note_text
11,5,2020-05-03,"Fever, no gout.
Mother had gout."
12,6,2020-05-04,Well.
"""


def notes() -> list[Document]:
    found = list(read_omop(open_stream(io.BytesIO(NOTES), "a"), "a"))
    return [d for d in found if isinstance(d, Document)]


def written(*documents: AnnotatedDocument) -> tuple[bytes, OmopWriter]:
    stream = io.BytesIO()
    writer = OmopWriter(stream, day=datetime.date(2026, 1, 2))
    writer.begin()
    for document in documents:
        writer.write(document)
    writer.end()
    return stream.getvalue(), writer


def read_back(data: bytes, *documents: Document) -> list[AnnotatedDocument]:
    return list(read_note_nlp(open_stream(io.BytesIO(data), "n"), "n", notes=documents))


def test_notes_are_read() -> None:
    first, second = notes()
    assert (first.id, first.text, first.date) == (
        "11", "Fever, no gout.\nMother had gout.", "2020-05-03"
    )  # fmt: skip
    assert first.metadata == (("person_id", "5"),)
    assert second.id == "12"


def test_rows_follow_the_data_model() -> None:
    note = notes()[0]
    mentions = (
        mention_of(note.text, (0, 5)),
        replace(mention_of(note.text, (10, 14)), assertion_axes=Assertion(polarity="absent")),
        replace(mention_of(note.text, (27, 31)), assertion_axes=Assertion(experiencer="family")),
    )
    data, writer = written(AnnotatedDocument(note, mentions), failed_document())
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert [(r["note_id"], r["offset"], r["lexical_variant"], r["term_exists"]) for r in rows] == [
        ("11", "0", "Fever", "Y"), ("11", "10", "gout", "N"), ("11", "27", "gout", "N")
    ]  # fmt: skip
    assert rows[0]["nlp_date"] == "2026-01-02"
    assert rows[0]["snippet"] == "Fever, no gout. Mother had gout."
    assert rows[2]["term_modifiers"].endswith("experiencer=family")
    assert {kind: writer.losses[kind] for kind in ("failed", "text", "assertion")} == {
        "failed": 1, "text": 1, "assertion": 0
    }  # fmt: skip


axes = st.builds(
    Assertion,
    st.sampled_from(POLARITIES),
    st.sampled_from(TEMPORALITIES),
    st.sampled_from(EXPERIENCERS),
    st.booleans(),
)
plain = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)


@given(annotated(plain), st.lists(axes, min_size=5, max_size=5), st.text("a;=%\n-", max_size=5))
def test_mentions_survive(document: AnnotatedDocument, drawn: list[Assertion], label: str) -> None:
    mentions = tuple(
        Mention(m.start, m.end, m.text, m.type, m.curie, label or None, 0.5, "gold", m.spans,
                assertion_axes=one, id=label)
        for m, one in zip(document.mentions, drawn, strict=False)
    )  # fmt: skip
    before = replace(document, mentions=mentions, store="")
    (after,) = read_back(written(before)[0], before.document)
    assert after == before


def test_discontinuous_mentions_survive() -> None:
    text = "gout of hands and feet"
    mention = replace(mention_of(text, (0, 7), (18, 22)), candidates=(), found_by="gold", label="x")
    before = replace(document_of(text, mention), store="")
    (after,) = read_back(written(before)[0], before.document)
    assert after == before


def test_rows_of_other_systems_are_read() -> None:
    data = (
        b'note_id,"offset",lexical_variant,term_exists,term_temporal,term_modifiers\n'
        b'11,10,gout,N,Past,"certainty=low; negated"\n12,3,gout,Y,,\n'
    )
    first, second = read_back(data, *notes())
    (mention,) = first.mentions
    assert mention.assertion_axes == Assertion(polarity="absent", temporality="historical")
    assert mention.metadata == (("certainty", "low"), ("negated", ""))
    assert second.error is not None
    assert second.error.code == "bad-span"
    with pytest.raises(BadFile, match="12"):
        read_back(data, notes()[0])
    with pytest.raises(BadFile, match="lexical_variant"):
        read_back(b"note_id,offset\n1,2\n")
