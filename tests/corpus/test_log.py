"""What is added is what is read: order, updates, removals, errors, mentions."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from onoma.corpus import Corpus, Plan, Removal
from onoma.corpus.schema import DOCUMENTS, MENTIONS, RELATIONS
from onoma.corpus.segments import keys_of
from onoma.errors import DataMissing, InputError
from onoma.pipeline import Pipeline
from onoma.types import (
    AnnotatedDocument,
    Argument,
    Document,
    FailedDocument,
    Mention,
    Relation,
)
from tests.corpus.conftest import document
from tests.texts import texts

ACTIONS = st.lists(
    st.tuples(st.sampled_from(["put", "remove", "fail", "again"]), st.integers(0, 4), texts(4)),
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(runs=st.lists(ACTIONS, min_size=1, max_size=3))
def test_a_corpus_is_a_dictionary(
    runs: list[list[tuple[str, int, str]]],
    nlp: Pipeline,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    corpus = Corpus.create(tmp_path_factory.mktemp("corpora") / "kept")
    wanted: dict[str, str] = {}
    gone: dict[str, str] = {}
    for actions in runs:
        for is_again in (False, True):
            items: list[Document | FailedDocument | Removal] = []
            for what, number, text in actions:
                id_ = f"d{number}"
                if (what == "again") is not is_again:
                    continue
                if what == "remove":
                    items.append(Removal(id_))
                    if id_ in wanted:
                        gone[id_] = wanted.pop(id_)
                elif what == "fail":
                    items.append(FailedDocument(id_, "bad", text))
                else:
                    items.append(Document(id_, text))
                    if is_again or id_ in wanted or gone.get(id_) != text:
                        wanted[id_] = text
            corpus.add(items, pipeline=nlp, plan=Plan(is_again=is_again))
    for one in (corpus, Corpus.open(corpus.folder)):
        found = {kept.id: kept.text for kept in one.annotated()}
        plain = {key: text.encode("utf-8", "replace").decode() for key, text in wanted.items()}
        assert found == plain
        assert len(one) == len(wanted)
    assert corpus.verify().is_sound


def test_documents_come_back_with_what_is_found_in_them(filled: Corpus, nlp: Pipeline) -> None:
    wanted = [document(n) for n in (*range(3), 4, *range(6, 25), *range(26, 30))]
    wanted.append(document(3, "changed"))
    found = list(filled.annotated())
    assert [one.document for one in found] == wanted
    for one, own in zip(found, nlp.pipe(wanted), strict=True):
        assert one.to_dict() == own.to_dict()
        assert one.sentences == own.sentences
        assert one.abbreviations == own.abbreviations
        for mention, other in zip(one.mentions, own.mentions, strict=True):
            assert mention.assertion_axes.polarity == other.assertion_axes.polarity
            assert mention.assertion_axes.leading == other.assertion_axes.leading


def test_documents_are_found_by_id_and_by_key(filled: Corpus) -> None:
    assert [one.id for one in filled.annotated(["d7", "d25", "d2", "none"])] == ["d2", "d7"]
    keys = filled.keys(["d7", "d29"])
    assert [one.id for one in filled.annotated(keys)] == ["d7", "d29"]
    assert filled.document("d5") is None
    kept = filled.document("d3")
    assert kept is not None
    assert "changed" in kept.text


def test_batches_give_every_row_once_in_order(filled: Corpus) -> None:
    batches = list(filled.batches())
    keys = np.concatenate([keys_of(batch.documents) for batch in batches])
    assert keys.tolist() == list(range(1, filled.last + 1))
    assert [batch.first for batch in batches][1:] == [batch.last + 1 for batch in batches][:-1]
    for batch in batches:
        assert batch.documents.schema.equals(DOCUMENTS)
        assert batch.mentions.schema.equals(MENTIONS)
        assert batch.relations.schema.equals(RELATIONS)
    later = list(filled.batches(after=25))
    assert later[0].first == 26
    assert np.isin(keys_of(later[0].mentions), keys_of(later[0].documents)).all()
    assert list(filled.batches(after=filled.last)) == []


@pytest.mark.usefixtures("small_commits")
def test_small_segments_are_joined_and_the_rows_stay(corpus: Corpus, nlp: Pipeline) -> None:
    corpus.add([document(n) for n in range(60)], pipeline=nlp)
    assert len(corpus.manifest.segments) == 1
    assert [one.id for one in corpus.annotated()] == [f"d{n}" for n in range(60)]
    assert corpus.verify().spare == []


@pytest.mark.usefixtures("small_commits")
def test_a_reader_goes_on_while_segments_are_joined(corpus: Corpus, nlp: Pipeline) -> None:
    corpus.add([document(n) for n in range(20)], pipeline=nlp)
    reader = Corpus.open(corpus.folder)
    batches = reader.batches()
    seen = [next(batches).last]
    corpus.add([document(n) for n in range(20, 60)], pipeline=nlp)
    seen += [batch.last for batch in batches]
    assert seen[-1] == 20
    assert len(reader.refresh()) == 60


def test_adding_again_changes_nothing(filled: Corpus, nlp: Pipeline) -> None:
    before = filled.last
    items = [document(n) for n in range(30) if n != 3]
    added = filled.add(items, pipeline=nlp)
    assert (added.unchanged, added.withdrawn, added.new) == (27, 2, 0)
    assert filled.last == before


def test_a_document_without_an_id_gets_one_that_its_text_says(
    corpus: Corpus, nlp: Pipeline
) -> None:
    assert corpus.add(["Gout.", "Fever.", "Gout."], pipeline=nlp).new == 2
    ids = [one.id for one in corpus.annotated()]
    assert all(one.startswith("text:") for one in ids)
    assert corpus.add(["Fever."], pipeline=nlp).unchanged == 1


def test_a_failed_document_is_kept_as_an_error_and_hides_nothing(
    filled: Corpus, nlp: Pipeline
) -> None:
    bad = FailedDocument("d1", "bad-encoding", "byte 0xff", "save as UTF-8", 7, "a.txt")
    added = filled.add([bad, FailedDocument("new", "bad", "x"), bad], pipeline=nlp)
    assert (added.failed, added.unchanged) == (2, 1)
    assert filled.document("d1") is not None
    assert next(filled.errors()) == bad
    assert filled.info().errors == 2
    filled.add([document(1, "mended"), Document("new", "Gout.")], pipeline=nlp)
    assert filled.info().errors == 0


def test_an_annotated_document_keeps_its_own_mentions(corpus: Corpus, nlp: Pipeline) -> None:
    text = "Metformin for gout."
    mentions = (
        Mention(0, 9, "Metformin", "chemical", "CHEBI:1", "x", 1.0, "gold", ((0, 9),), id="T1"),
        Mention(14, 18, "gout", "disease", "MONDO:1", "y", 1.0, "gold", ((14, 18),), id="T2"),
    )
    relation = Relation("treats", (Argument("a", "T1"), Argument("b", "T2")))
    own = AnnotatedDocument(Document("g", text), mentions, relations=(relation,))
    corpus.add([document(1), own, document(2)], pipeline=nlp)
    kept = corpus.document("g")
    assert kept is not None
    assert [one.curie for one in kept.mentions] == ["CHEBI:1", "MONDO:1"]
    batch = next(corpus.batches())
    row = batch.relations.to_pylist()[0]
    assert (row["key"], row["subject"], row["object"]) == (2, "CHEBI:1", "MONDO:1")
    assert (row["subject_type"], row["object_type"]) == ("chemical", "disease")
    assert (row["start"], row["end"]) == (0, 18)
    assert kept.relations[0].predicate == "treats"


def test_a_lower_version_of_a_citation_does_not_take_the_place_of_a_higher(
    corpus: Corpus, nlp: Pipeline
) -> None:
    newer = Document("1", "Second.", metadata=(("version", "2"),))
    corpus.add([newer], pipeline=nlp)
    assert corpus.add([Document("1", "First.")], pipeline=nlp).older == 1
    assert corpus.add([Removal("1", 1)], pipeline=nlp).removed == 0
    assert corpus.add([Removal("1", 2)], pipeline=nlp).removed == 1


def test_a_large_document_is_kept(corpus: Corpus, nlp: Pipeline) -> None:
    text = "A word of gout. " * 20_000
    corpus.add([Document("large", text), Document("small", "Fever.")], pipeline=nlp)
    kept = corpus.document("large")
    assert kept is not None
    assert kept.text == text
    assert len(kept.mentions) == 20_000


def test_where_there_is_no_corpus_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="no corpus"):
        Corpus.open(tmp_path)
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(InputError, match="something else"):
        Corpus.create(tmp_path)


def test_an_empty_corpus_answers(corpus: Corpus) -> None:
    assert len(corpus) == 0
    assert list(corpus.annotated()) == []
    assert list(corpus.batches()) == []
    assert corpus.info().documents == 0
    assert corpus.verify().is_sound


def test_columns_of_documents_come_in_the_order_asked_for(filled: Corpus) -> None:
    keys = filled.live()[::-1]
    table = filled.rows(keys, "id")
    assert table.column("key").to_pylist() == keys.tolist()
    assert isinstance(table, pa.Table)
    with pytest.raises(InputError, match="not in the log"):
        filled.rows(np.array([99_999], np.uint64), "id")
