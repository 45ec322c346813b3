from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from onoma.cli.train_ner import ner
from onoma.encode.safetensors import read_safetensors
from onoma.errors import InputError
from onoma.recognize.tagger.training import pretraining
from onoma.recognize.tagger.training.pretraining import pretrained
from onoma.recognize.tagger.training.session import Session
from tests.recognize.tagger.sample import RECIPE, corpus, sentences, start_folder

pytest.importorskip("torch", reason="the extra train is not installed")

WORDS = "embeddings.word_embeddings.weight"


def test_a_model_that_reads_texts_guesses_hidden_words_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    monkeypatch.setattr(pretraining, "RATE", 1e-2)
    texts = sentences(300, seed=7)
    losses: list[float] = []
    made = pretrained(
        start, texts, tmp_path / "read", RECIPE, watch=lambda at, of, loss: losses.append(loss)
    )
    assert np.mean(losses[-10:]) < np.mean(losses[:10]) - 0.3
    before, after = (read_safetensors(one / "model.safetensors") for one in (start, made))
    assert set(before) == set(after)
    assert (before[WORDS] != after[WORDS]).any()
    session = Session([corpus()], made, tmp_path / "run", RECIPE)
    assert (session.model.arrays()[WORDS] == after[WORDS]).all()


def test_a_stopped_reading_is_done_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    recipe = replace(RECIPE, pieces=256)
    steps: list[int] = []
    for _ in range(2):
        pretrained(
            start, sentences(60, seed=7), tmp_path / "read", recipe,
            watch=lambda at, of, loss: steps.append(at),
        )  # fmt: skip
    assert steps == sorted(set(steps))
    held = [replace(corpus(), dev=sentences(60, seed=7)[:59])]
    less: list[int] = []
    pretrained(
        start, sentences(60, seed=7), tmp_path / "less", recipe, held=held,
        watch=lambda at, of, loss: less.append(of),
    )  # fmt: skip
    assert max(less) < max(steps)  # what stands in a dev part is not read


def test_pretraining_stands_at_the_beginning(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("renal failure of a", encoding="utf-8")
    data = tmp_path / "data.pubtator"
    data.write_text("1|t|renal failure of a\n1\t0\t13\trenal failure\tDisease\n", encoding="utf-8")
    said = CliRunner().invoke(
        ner, ["--start", str(tmp_path), "--weights", str(tmp_path), "--data",
               str(data), "--pretrain", str(text), "--vocab", "none", "-o", str(tmp_path / "run")],
    )  # fmt: skip
    assert isinstance(said.exception, InputError)
    assert "--pretrain and --weights" in str(said.exception)
