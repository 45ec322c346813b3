"""Relations in the log: read as documents are added, kept whole, found anew, of older files too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from onoma.corpus import Corpus
from onoma.corpus.reannotating import reannotate
from onoma.corpus.schema import RELATIONS, as_relations
from onoma.pipeline import Pipeline
from onoma.types import AnnotatedDocument, Argument, Document, Mention, Relation

TEXT = "Metformin treats diabetes mellitus. Valproate caused seizures in the mother."


@pytest.fixture
def related(nlp: Pipeline) -> Pipeline:
    return nlp.relating("rules")


@pytest.fixture
def kept(tmp_path: Path, related: Pipeline) -> Corpus:
    corpus = Corpus.create(tmp_path / "related")
    corpus.add([Document("a", TEXT), Document("b", "Nothing.")], pipeline=related)
    return corpus


def test_relations_are_read_and_come_back_whole(kept: Corpus, related: Pipeline) -> None:
    (told,) = [related.annotate(Document("a", TEXT))]
    found = kept.document("a")
    assert found is not None
    assert told.relations
    assert kept.info().relations == len(told.relations)
    for there, back in zip(told.relations, found.relations, strict=True):
        assert replace(back, confidence=None, evidence=()) == replace(
            there, confidence=None, evidence=()
        )
        assert back.confidence == pytest.approx(there.confidence)
        assert [e.subject for e in back.evidence] == [e.subject for e in there.evidence]
    assert [one.id for one in found.mentions] == [one.id for one in told.mentions]
    assert dict(found.models)["relations"].startswith("rules")


def test_documents_without_relations_may_be_added_and_are_read_later(
    kept: Corpus, related: Pipeline
) -> None:
    before = kept.info().relations
    kept.add([Document("c", TEXT)], pipeline=related.relating("none"))
    assert kept.info().relations == before
    assert kept.manifest.settings.relations == "rules"
    assert reannotate(kept, related) == 1
    assert kept.info().relations == 2 * before
    assert kept.verify().is_sound
    assert kept.info().stale == 0


def test_relations_go_where_they_are_no_longer_asked_for(kept: Corpus, related: Pipeline) -> None:
    assert reannotate(kept, related.relating("none")) == 2
    assert kept.info().relations == 0
    assert kept.verify().is_sound


def test_what_a_file_brought_stays_and_names_mentions_without_a_concept(
    kept: Corpus, related: Pipeline
) -> None:
    mentions = (
        Mention(0, 9, "Metformin", "chemical", "MESH:D008687", None, 1, "gold", ((0, 9),), id="X7"),
        Mention(17, 25, "diabetes", "disease", None, None, 1, "gold", ((17, 25),), id="X8"),
    )
    ends = Argument("subject", "X7"), Argument("object", "X8")
    said = (("agreement", "0.5"), ("object_direction_qualifier", "decreased"))
    one = Relation("treats", ends, novelty="background", metadata=said)
    kept.add([AnnotatedDocument(Document("g", TEXT), mentions, relations=(one,))], pipeline=related)
    reannotate(kept, related.relating("none"))
    found = kept.document("g")
    assert found is not None
    (back,) = found.relations
    assert (back.subject, back.object) == ("MESH:D008687", "T2")
    assert (back.novelty, back.found_by, back.confidence) == ("background", "", None)
    assert back.metadata == said


def test_files_of_the_first_format_lack_columns_and_are_read() -> None:
    old = pa.table(
        {
            "key": pa.array([1], pa.uint64()),
            "predicate": ["treats"],
            "subject": ["MESH:D1"],
            "object": ["MESH:D2"],
            "score": pa.array([1.0], pa.float32()),
            "found_by": ["gold"],
        }
    )
    (row,) = as_relations(old).to_pylist()
    assert as_relations(old).schema == RELATIONS
    assert (row["predicate"], row["confidence"], row["evidence"]) == ("treats", None, None)
    assert row["metadata"] is None


def test_a_database_sees_what_is_said(kept: Corpus) -> None:
    pytest.importorskip("duckdb")
    rows = kept.sql("SELECT predicate, factuality, confidence FROM relations").to_pylist()
    assert len(rows) == kept.info().relations
    assert all(row["confidence"] > 0 for row in rows)
