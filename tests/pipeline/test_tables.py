"""Arrow in, Arrow out: the same mentions as the objects have."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import InputError
from onoma.formats.mention_rows import SCHEMA
from onoma.link.namespaces import namespaces
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings
from onoma.types import Document
from tests.texts import texts

TEXTS = [
    "Metformin in type 2 diabetes but no breast and ovarian cancer; p.V600E.",
    "",
    "hypertension, mole, BRCA1, benign rolandic epilepsy",
]


def rows(nlp: Pipeline, texts_given: list[str]) -> list[dict[str, Any]]:
    """Return what the objects say, one row a mention."""
    documents = [Document(str(number), text) for number, text in enumerate(texts_given)]
    return [
        {"id": record["id"]} | {k: v for k, v in mention.items() if k != "score"}
        for record in (doc.to_dict() for doc in nlp.pipe(documents))
        for mention in record["mentions"]
    ]


def table_rows(nlp: Pipeline, texts_given: list[str]) -> list[dict[str, Any]]:
    """Return what the table says in the same form (no scope is null there, empty here)."""
    table = nlp.annotate_table(pa.table({"text": pa.array(texts_given, pa.string())}))
    found: list[dict[str, Any]] = table.drop_columns(["score"]).to_pylist()
    return [row | {key: row[key] or "" for key in ("name", "scope")} for row in found]


def test_table_equals_objects(nlp: Pipeline) -> None:
    assert table_rows(nlp, TEXTS) == rows(nlp, TEXTS)


def test_table_equals_objects_in_another_namespace(store: ConceptStore) -> None:
    annotator = Annotator(store, ids=namespaces(store, ["MESH"]))
    nlp = Pipeline(annotator, Settings(ids=("MESH",)))
    found = table_rows(nlp, TEXTS)
    assert found == rows(nlp, TEXTS)
    assert {row["curie"] for row in found} >= {None, "MESH:D008687", "MESH:D006973"}


@given(st.lists(texts(max_size=6).filter(lambda t: t.isprintable()), max_size=5))
@settings(max_examples=60, deadline=None)
def test_table_equals_objects_for_any_text(nlp: Pipeline, given: list[str]) -> None:
    assert table_rows(nlp, given) == rows(nlp, given)


def test_scores_equal_too(nlp: Pipeline) -> None:
    table = nlp.annotate_table(pa.table({"text": TEXTS}))
    scores = [m.score for text in TEXTS for m in nlp.annotate(text)]
    assert table.column("score").to_pylist() == pytest.approx(scores)


def test_schema_is_fixed(nlp: Pipeline) -> None:
    for column in ([], [""], TEXTS):
        table = nlp.annotate_table(pa.table({"text": pa.array(column, pa.string())}))
        assert table.schema.equals(SCHEMA, check_metadata=True)
    assert SCHEMA.metadata == {b"schema": b"1"}


def test_ids_come_from_the_table(nlp: Pipeline) -> None:
    table = pa.table({"text": ["gout", "no gout"], "id": ["a", "b"]})
    assert nlp.annotate_table(table).column("id").to_pylist() == ["a", "b"]
    table = pa.table({"text": ["gout", "", "no gout"]})
    assert nlp.annotate_table(table).column("id").to_pylist() == ["0", "2"]


def test_other_string_columns_and_chunks_are_read(nlp: Pipeline) -> None:
    chunks = pa.chunked_array([["gout"], ["fever"]], pa.large_string())
    assert nlp.annotate_table(pa.table({"text": chunks})).num_rows == 2


def test_table_without_texts_is_refused(nlp: Pipeline) -> None:
    with pytest.raises(InputError, match="no column 'text'"):
        nlp.annotate_table(pa.table({"txt": ["gout"]}))
    with pytest.raises(InputError, match="row 1 of the table is null"):
        nlp.annotate_table(pa.table({"text": ["gout", None]}))
    with pytest.raises(InputError, match="row 0 of the table is int"):
        nlp.annotate_table(pa.table({"text": [5]}))
