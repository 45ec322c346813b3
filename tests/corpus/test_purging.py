"""Removed and replaced texts leave the disk; what counts stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.corpus import Corpus, DerivedIndex
from onoma.corpus.purging import purge
from onoma.corpus.segments import read_table
from onoma.pipeline import Pipeline
from tests.corpus.conftest import document


def texts_on_disk(corpus: Corpus) -> str:
    files = sorted(corpus.data.glob("*-documents.parquet"))
    return "\n".join("\n".join(read_table(one).column("text").to_pylist()) for one in files)


def test_what_counts_stays_and_the_rest_is_gone(filled: Corpus, nlp: Pipeline) -> None:
    filled.add([document(7, "an eighth word")], pipeline=nlp)
    filled.add([document(7, "quite another")], pipeline=nlp)
    before, info = list(filled.annotated()), filled.info()
    assert "an eighth word" in texts_on_disk(filled)
    assert purge(filled) == info.updates
    after = filled.info()
    assert "an eighth word" not in texts_on_disk(filled)
    assert list(filled.annotated()) == before
    assert (after.documents, after.rows, after.removals) == (info.documents, info.rows, 2)
    assert after.updates == after.lost == 0
    assert filled.verify().is_sound
    assert list(Corpus.open(filled.folder).annotated()) == before
    assert purge(filled) == 0


def test_a_removed_document_is_still_known(filled: Corpus, nlp: Pipeline) -> None:
    purge(filled)
    again = filled.add([document(5), document(3, "changed"), document(3)], pipeline=nlp)
    assert (again.new, again.updated, again.unchanged) == (0, 1, 1)  # d5 stays withdrawn
    assert filled.document("d5") is None


def test_indexes_go_with_the_texts(filled: Corpus) -> None:
    index = DerivedIndex(filled.indexes / "words")
    index.begin()
    (index.folder / "a.bin").write_bytes(b"removed words")
    index.commit(["a.bin"], filled, watermark=filled.last)
    purge(filled)
    assert not (index.folder / "a.bin").exists()


def test_failures_that_stand_are_kept(corpus: Corpus, nlp: Pipeline) -> None:
    from onoma.types import FailedDocument

    bad = FailedDocument("bad", "bad-encoding", "no text", "save it anew")
    corpus.add([document(1), bad, document(1, "again")], pipeline=nlp)
    assert purge(corpus) == 1
    assert [one.id for one in corpus.errors()] == ["bad"]


def test_a_stopped_run_goes_on(filled: Corpus, nlp: Pipeline, tmp_path: Path) -> None:
    filled.add([document(21, "later")], pipeline=nlp)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(filled, watch=stop)
    corpus = Corpus.open(filled.folder)
    assert corpus.verify().is_sound
    assert purge(corpus) > 0
    assert corpus.info().updates == 0
