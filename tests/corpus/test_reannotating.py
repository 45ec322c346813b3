"""Another vocabulary or other settings: said, and followed when it is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onoma.corpus import Corpus, DerivedIndex
from onoma.corpus.manifest import write_manifest
from onoma.corpus.reannotating import reannotate
from onoma.errors import Inconsistent
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator
from onoma.types import AnnotatedDocument, Document, Mention, type_mask
from tests.corpus.conftest import document


@pytest.fixture
def fewer(store: ConceptStore, nlp: Pipeline) -> Pipeline:
    """A pipeline that finds diseases alone."""
    types = type_mask(["disease"])
    return Pipeline(Annotator(store, types=types), replace(nlp.settings, types=types))


def test_another_vocabulary_is_said_and_reannotate_offered(filled: Corpus, nlp: Pipeline) -> None:
    manifest = replace(filled.manifest, store="older-1", revision=filled.manifest.revision + 1)
    write_manifest(filled.folder, manifest)
    other = Corpus.open(filled.folder)
    with pytest.raises(Inconsistent, match="older-1") as caught:
        other.add(["Gout."], pipeline=nlp)
    assert "reannotate" in caught.value.hint
    assert other.remove(["d1"]).removed == 1  # nothing is annotated for that


def test_other_settings_are_followed_and_what_stays_the_same_is_kept(
    filled: Corpus, fewer: Pipeline
) -> None:
    index = DerivedIndex(filled.indexes / "words")
    index.begin()
    (index.folder / "a.bin").write_bytes(b"x")
    index.commit(["a.bin"], filled, watermark=filled.last)
    ids = [one.id for one in filled.annotated()]
    with pytest.raises(Inconsistent, match="other settings"):
        filled.add(["Gout."], pipeline=fewer)
    assert reannotate(filled, fewer) == filled.info().rows
    assert list(filled.info().types) == ["disease"]
    assert [one.id for one in filled.annotated()] == ids
    assert filled.info().stale == 0
    assert filled.verify().is_sound
    assert index.open(filled) is None  # made of the old mentions
    assert reannotate(filled, fewer) == 0
    assert filled.add(["Fever and gout."], pipeline=fewer).new == 1


def test_a_stopped_run_goes_on(filled: Corpus, fewer: Pipeline) -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reannotate(filled, fewer, watch=stop)
    corpus = Corpus.open(filled.folder)
    assert 0 < corpus.info().stale < corpus.info().rows
    assert corpus.verify().is_sound
    reannotate(corpus, fewer)
    assert list(corpus.info().types) == ["disease"]


def test_mentions_that_documents_brought_are_kept(
    corpus: Corpus, nlp: Pipeline, fewer: Pipeline
) -> None:
    own = Mention(0, 5, "Fever", "phenotype", "HP:1", "x", 1.0, "gold", ((0, 5),))
    corpus.add([AnnotatedDocument(Document("g", "Fever."), (own,)), document(1)], pipeline=nlp)
    reannotate(corpus, fewer)
    kept = corpus.document("g")
    assert kept is not None
    assert [one.curie for one in kept.mentions] == ["HP:1"]
