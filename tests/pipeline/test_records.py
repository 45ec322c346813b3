"""JSON lines written from columns."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.link.namespaces import namespaces
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings
from onoma.pipeline.records import failed_line, quoted
from onoma.types import Document, FailedDocument

TEXT = (
    "Metformin in type 2 diabetes but no breast and ovarian cancer. Her father had gout. "
    "Hypertension; hypertension. Sickle cell disease (SCD): SCD. p.V600E, mole, BRCA1 gene."
)


@pytest.mark.parametrize("ids", [(), ("MESH",), ("MESH", "OMIM")])
def test_lines_equal_the_objects_records(store: ConceptStore, ids: tuple[str, ...]) -> None:
    answers = namespaces(store, ids) if ids else None
    nlp = Pipeline(Annotator(store, ids=answers), Settings(ids=ids))
    documents = [Document("one", TEXT), Document("two", ""), Document("three", TEXT + TEXT)]
    lines = list(nlp.to_jsonl(documents))
    assert [json.loads(line) for line in lines] == [d.to_dict() for d in nlp.pipe(documents)]
    assert list(nlp.to_jsonl(documents)) == lines  # what was kept of names is the same


def test_names_that_come_again_in_another_order_keep_their_own_alternatives(nlp: Pipeline) -> None:
    document = Document(
        "one", "Gout, hypertension and type 2 diabetes; then hypertension, then gout."
    )
    (line,) = nlp.to_jsonl([document])
    assert json.loads(line) == nlp.annotate(document).to_dict()
    assert any(mention["alternatives"] for mention in json.loads(line)["mentions"])


def test_keys_stand_in_their_fixed_order(nlp: Pipeline) -> None:
    (line,) = nlp.to_jsonl([Document("one", "gout")])
    record = json.loads(line)
    assert list(record) == [
        "schema", "id", "store", "models", "mentions", "relations", "abbreviations", "coverage",
        "error",
    ]  # fmt: skip
    assert list(record["mentions"][0]) == [
        "start", "end", "spans", "text", "type", "curie", "label", "score", "found_by",
        "assertion", "alternatives", "name", "scope",
    ]  # fmt: skip


def test_same_name_read_otherwise_is_written_otherwise(nlp: Pipeline) -> None:
    first = "Hydatidiform mole. A mole."
    second = "Melanocytic nevus. A mole."
    one, other = (json.loads(line) for line in nlp.to_jsonl([first, second]))
    assert one["mentions"][1]["curie"] == "MONDO:0006249"
    assert other["mentions"][1]["curie"] == "MONDO:0005073"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_string_is_quoted(text: str) -> None:
    assert json.loads(quoted(text)) == text


def test_failure_has_a_line_even_with_lone_surrogates() -> None:
    failed = FailedDocument("\udcff.txt", "bad-encoding", "not UTF-8", offset=0)
    record = json.loads(failed_line(failed))
    assert record["id"] == "\udcff.txt"
    assert record["error"]["offset"] == 0
