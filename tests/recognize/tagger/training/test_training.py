from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from onoma.errors import BadFile, Inconsistent, InputError, ModelMissing, UnknownName
from onoma.recognize.tagger import load_tagger
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.recipe import Recipe, read_recipe
from onoma.recognize.tagger.training.session import Session
from onoma.types import Document
from tests.recognize.tagger.sample import DISEASES, RECIPE, corpus, sentences, start_folder

torch = pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of two corpora, trained to the end and written."""
    folder = tmp_path_factory.mktemp("tagger")
    with pytest.MonkeyPatch.context() as patch:
        start = start_folder(folder / "start", patch)
        other = Corpus("other", {"sign": "sign"}, sentences(20, seed=3, label="sign"))
        session = Session([corpus(), other], start, folder / "run", RECIPE)
        session.train()
        session.finish(name="tiny", said={})
    return folder


def test_a_tagger_learns_and_is_written(made: Path) -> None:
    card = json.loads((made / "run" / "tagger" / "card.json").read_text())
    assert card["heads"] == ["disease", "sign"]
    row = next(row for row in card["dev"] if row["head"] == "disease")
    assert row["strict"]["f1"] > 90
    history = (made / "run" / "history.jsonl").read_text().splitlines()
    losses = [row["loss"] for row in map(json.loads, history) if "loss" in row]
    assert losses[-1] < losses[0] / 3


def test_spans_are_places_in_their_documents(made: Path) -> None:
    tagger = load_tagger(made / "run" / "tagger")
    found = tagger.tag([Document("1", "a b"), Document("2", "the type 2 renal failure of a")])
    assert set(found.types()) == {"disease", "sign"}
    rows = zip(found.document, found.start, found.end, found.types(), strict=True)
    assert (1, 11, 24, "disease") in list(rows)
    assert ((found.score > 0) & (found.score <= 1.0001)).all()


def test_a_document_alone_and_in_company_is_the_same(made: Path) -> None:
    tagger = load_tagger(made / "run" / "tagger")
    texts = [one.text for one in sentences(12, seed=5)] + ["", "fever " * 90]
    together = tagger.tag([Document("", text) for text in texts])
    for number, text in enumerate(texts):
        alone = tagger.tag([Document("", text)])
        own = together.document == number
        for column in ("start", "end", "head", "score"):
            assert getattr(together, column)[own].tolist() == getattr(alone, column).tolist()


def test_a_corpus_says_nothing_of_types_that_it_does_not_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    other = Corpus("other", {"sign": "sign"}, sentences(8, seed=3, label="sign"))
    recipe = replace(RECIPE, decay=0.0)
    session = Session([replace(corpus(), passes=0.0), other], start, tmp_path / "run", recipe)
    before = session.model.arrays()
    session.train(until=2)
    after = session.model.arrays()
    for part in ("first", "last", "bias"):
        assert (after[part][:3] == before[part][:3]).all()  # the head of diseases
        assert (after[part][3:] != before[part][3:]).any()


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    recipe = replace(RECIPE, passes=6, dropout=0.1, unread=0.1)
    whole = Session([corpus()], start, tmp_path / "whole", recipe)
    whole.train()
    Session([corpus()], start, tmp_path / "parts", recipe).train(until=5)
    again = Session([corpus()], start, tmp_path / "parts", recipe)
    assert again.trainer.step == 5
    again.train()
    for name, array in whole.trainer.chosen().items():
        assert (again.trainer.chosen()[name] == array).all(), name
    with pytest.raises(Inconsistent, match="another recipe"):
        Session([corpus()], start, tmp_path / "parts", replace(recipe, rate=1e-3))
    less = replace(corpus(), train=corpus().train[:30])
    with pytest.raises(Inconsistent, match="other corpora"):
        Session([less], start, tmp_path / "parts", recipe)


def test_frozen_layers_stay_and_fresh_ones_begin_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    plain = Session([corpus()], start, tmp_path / "plain", RECIPE).model.arrays()
    recipe = replace(RECIPE, frozen=1, fresh=1)
    session = Session([corpus()], start, tmp_path / "run", recipe)
    before = session.model.arrays()
    upper, lower = (f"encoder.layer.{n}.output.dense.weight" for n in (1, 0))
    assert (before[upper] != plain[upper]).any()
    session.train(until=3)
    after = session.model.arrays()
    assert (after[lower] == plain[lower]).all()
    assert (after[upper] != before[upper]).any()
    words = "embeddings.word_embeddings.weight"
    assert (after[words] == plain[words]).all()


def test_measures_that_get_no_better_stop_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    recipe = replace(RECIPE, measures=40, patience=2)
    session = Session([corpus()], start, tmp_path / "run", recipe)
    session.train()
    assert session.trainer.is_done
    assert session.trainer.step < session.trainer.steps


def test_nothing_to_learn_from_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    empty = Corpus("mine", {"disease": "disease"}, (), (MarkedText("1", "a b"),))
    with pytest.raises(InputError, match="no text to learn from"):
        Session([empty], start, tmp_path / "run", RECIPE)
    with pytest.raises(InputError, match="rate"):
        replace(RECIPE, rate=0.0)
    path = tmp_path / "recipe.json"
    Recipe(rate=1e-3).save(path)
    assert read_recipe(path) == Recipe(rate=1e-3)
    path.write_text('{"speed": 3}')
    with pytest.raises(BadFile, match="speed"):
        read_recipe(path)


def test_a_folder_that_is_no_tagger_is_told(made: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"card\.json"):
        load_tagger(tmp_path)
    source = made / "run" / "tagger"
    for name in ("model.onnx", "heads.safetensors", "card.json", "vocab.txt"):
        content = (source / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) // 2])
        for other in source.iterdir():
            if other.name != name:
                (tmp_path / other.name).write_bytes(other.read_bytes())
        if name != "vocab.txt":
            with pytest.raises(BadFile):
                load_tagger(tmp_path)
    with pytest.raises(UnknownName, match="tumour"):
        load_tagger(source).tag([Document("", "a")], ["tumour"])
    card = json.loads((source / "card.json").read_text())
    (tmp_path / "card.json").write_text(json.dumps({**card, "features": ["odd"]}))
    with pytest.raises(Inconsistent, match="other features"):
        load_tagger(tmp_path)


def test_small_weights_say_nearly_what_whole_ones_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    session = Session([corpus()], start, tmp_path / "run", replace(RECIPE, passes=10))
    session.train()
    session.finish(name="whole", said={}, is_small=False)
    tagger = load_tagger(tmp_path / "run" / "tagger")
    text = f"the type 2 {DISEASES[1]} of a b"
    from_onnx = tagger.tag([Document("", text)])
    session.model.take(session.trainer.chosen())
    own = session.reading()
    assert own.tag([Document("", text)]).start.tolist() == from_onnx.start.tolist()
