"""Every relation corpus as texts with ties (skipped where the shared corpora are not)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from onoma.errors import DataMissing
from onoma.eval.relation_corpora import read_relation_corpus
from onoma.relate.tasks import relation_tasks

ROOT = Path(__file__).parent.parent.parent
DATA = Path(os.environ.get("ONOMA_SHARED", ROOT.parent / "shared")) / "data"
SIZES = {  # texts of train and dev, pairs of dev with a relation that counts
    "cid": (500, 500, 1012),
    "biored": (400, 100, 1162),
    "chemprot": (1020, 612, 2412),
    "dimb": (130, 19, 285),
    "maccrobat": (89, 31, 28),
}


@pytest.mark.parametrize("name", [task.name for task in relation_tasks()])
def test_a_corpus_quotes_its_texts_and_its_parts_are_apart(name: str) -> None:
    task = next(task for task in relation_tasks() if task.name == name)
    if not (DATA / task.corpus).is_dir():
        pytest.skip(f"no shared data in {DATA}")
    corpus = read_relation_corpus(name, DATA)
    train, dev = ({one.text.id.partition("#")[0] for one in p} for p in (corpus.train, corpus.dev))
    assert train
    assert not train & dev
    kinds = {kind.name for kind in task.kinds}
    counted = 0
    for one in corpus.dev:
        found = {(t.first, t.second) for t in one.ties if t.kind in task.evaluated}
        counted += len(found)
        assert {tie.kind for tie in one.ties} <= kinds
        for entity in one.text.entities:
            assert all(0 <= a < b <= len(one.text.text) for a, b in entity.spans)
            quoted = one.text.text[slice(*entity.spans[0])]
            assert quoted == entity.label or name == "ddi"  # which has mentions with a gap
    if name in SIZES:
        assert (len(corpus.train), len(corpus.dev), counted) == SIZES[name]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="bc5cdr"):
        read_relation_corpus("cid", tmp_path)
