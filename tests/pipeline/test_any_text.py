"""Any text survives, every mention quotes it, and no document leaks into another."""

from __future__ import annotations

import json
import time
from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.pipeline import Pipeline
from onoma.types import AnnotatedDocument, Document
from tests.texts import ODD, texts


def check(doc: AnnotatedDocument, text: str) -> None:
    """Assert all that holds of every annotated document."""
    assert doc.text == text
    last = 0
    for m in doc.mentions:
        assert text[m.start : m.end] == m.text
        assert m.start >= last
        last = m.start
        assert m.spans[0][0] == m.start
        assert m.spans[-1][1] == m.end
        assert all(start < end for start, end in m.spans)
        assert all(a[1] <= b[0] for a, b in zip(m.spans, m.spans[1:], strict=False))
        assert 0 <= m.score <= 1
        assert (m.curie is None) == (m.label is None)
        for span in (m.assertion_axes.cue, m.assertion_axes.scope):
            assert span is None or 0 <= span[0] <= span[1] <= len(text)
    for s in doc.sentences:
        assert 0 <= s.start < s.end <= len(text)
    for a in doc.abbreviations:
        assert text[a.start : a.end] == a.short
        assert text[a.long_start : a.long_end] == a.long
    assert doc.coverage == (((0, len(text)),) if text else ())


@given(texts())
@settings(max_examples=200, deadline=None)
def test_any_text_is_quoted(nlp: Pipeline, text: str) -> None:
    check(nlp.annotate(text), text)


@given(st.lists(texts(max_size=6), max_size=6))
@settings(max_examples=100, deadline=None)
def test_many_documents_together_are_as_each_alone(nlp: Pipeline, given: list[str]) -> None:
    together = list(nlp.pipe([Document(str(n), text) for n, text in enumerate(given)]))
    alone = [nlp.annotate(Document(str(n), text)) for n, text in enumerate(given)]
    assert together == alone


@given(st.lists(texts(max_size=6), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_text_has_its_json_line(nlp: Pipeline, given: list[str]) -> None:
    documents = [Document(str(n), text) for n, text in enumerate(given)]
    for line, doc in zip(nlp.to_jsonl(documents), nlp.pipe(documents), strict=True):
        assert line.count(b"\n") == 1
        assert json.loads(line) == doc.to_dict()


@pytest.mark.parametrize("odd", ODD)
def test_a_name_beside_an_odd_character_is_still_found(nlp: Pipeline, odd: str) -> None:
    text = f"{odd} gout {odd} and fever {odd}{odd}"
    doc = nlp.annotate(text)
    check(doc, text)
    assert [m.text for m in doc.mentions] == ["gout", "fever"]


def test_separator_inside_a_document_parts_names_but_not_documents(nlp: Pipeline) -> None:
    first, second = nlp.pipe(["breast\x1ecancer gout", "fever\x1e"])
    assert [m.text for m in first.mentions] == ["breast", "cancer", "gout"]
    assert [(m.text, m.start) for m in second.mentions] == [("fever", 0)]


def test_no_name_crosses_documents(nlp: Pipeline) -> None:
    first, second = nlp.pipe(["invasive breast", "carcinoma"])
    assert [m.text for m in first.mentions] == ["breast"]
    assert second.mentions == ()


def test_abbreviation_of_one_document_says_nothing_of_another(nlp: Pipeline) -> None:
    first, second = nlp.pipe(["Sickle cell disease (SCD): SCD is", "SCD here"])
    assert [m.curie for m in first.mentions] == ["MONDO:0011382"] * 3
    assert second.mentions == ()


@pytest.mark.parametrize("text", ["", " ", "\n\n\t ", "\x00", "\x1e\x1e", "\ufeff", "the", "..."])
def test_text_without_a_word_to_find_has_no_mentions(nlp: Pipeline, text: str) -> None:
    doc = nlp.annotate(text)
    check(doc, text)
    assert doc.mentions == ()
    assert doc.error is None


def test_long_single_line_in_linear_time(nlp: Pipeline) -> None:
    unit = "No fever, breast and ovarian cancer or sickle cell disease (SCD); SCD is old. "
    size = 2_000_000 // len(unit)
    begin = time.process_time()
    table = nlp.annotate_table(pa.table({"text": [unit * size]}))
    assert time.process_time() - begin < 60
    places = (table.column("start").to_numpy() % len(unit)).tolist()
    found = Counter(zip(places, table.column("text").to_pylist(), strict=True))
    assert {text for _, text in found} >= {"fever", "ovarian cancer", "SCD"}
    assert set(found.values()) == {size}


@pytest.mark.parametrize("unit", ["a", "A", "1", "-", "(", "gout", "α", ", ", "癌", "\u0301"])
def test_long_run_of_one_thing(nlp: Pipeline, unit: str) -> None:
    text = unit * (300_000 // len(unit))
    begin = time.process_time()
    check(nlp.annotate(text), text)
    assert time.process_time() - begin < 10
