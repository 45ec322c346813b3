from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from onoma.errors import ModelMissing
from onoma.recognize.tagger import load_tagger
from onoma.recognize.tagger.training.corpora import Corpus
from onoma.recognize.tagger.training.session import Session
from onoma.types import Document
from tests.recognize.tagger.sample import RECIPE, corpus, sentences, start_folder

pytest.importorskip("torch", reason="the extra train is not installed")
onnx = pytest.importorskip("onnx", reason="the extra train is not installed")

LOWER, UPPER = "encoder.layer.0.output.dense.weight", "encoder.layer.1.output.dense.weight"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with starting weights and a finished run that finds diseases."""
    folder = tmp_path_factory.mktemp("earlier")
    with pytest.MonkeyPatch.context() as patch:
        start = start_folder(folder / "start", patch)
        session = Session([corpus()], start, folder / "run", RECIPE)
        session.train()
        session.finish(name="tiny", said={})
    return folder


def test_a_run_begins_with_the_weights_of_another(made: Path, tmp_path: Path) -> None:
    other = Corpus("other", {"sign": "sign"}, sentences(20, seed=3, label="sign"))
    both = [other, corpus()]
    session = Session(both, made / "start", tmp_path / "run", RECIPE, weights=made / "run")
    earlier = Session([corpus()], made / "start", made / "run", RECIPE).trainer.chosen()
    own = session.model.arrays()
    assert session.model.names == ("disease", "sign")
    for name, array in earlier.items():
        assert (own[name][: len(array)] == array).all(), name
    fresh = Session(both, made / "start", tmp_path / "fresh", RECIPE).model.arrays()
    assert (own["first"][3:] == fresh["first"][3:]).all()  # the head that is new


def test_frozen_layers_of_a_tagger_are_written_as_they_were(made: Path, tmp_path: Path) -> None:
    recipe = replace(RECIPE, frozen=1, passes=4.0, decay=0.1)
    for place in ("run", "run/tagger"):
        out = tmp_path / place.replace("/", "-")
        session = Session([corpus()], made / "start", out, recipe, weights=made / place)
        session.train()
        session.finish(name="on", said={}, is_scored=False)
        before, after = _constants(made / "run" / "tagger"), _constants(out / "tagger")
        assert (before["bit_vectors"] == after["bit_vectors"]).all()
        if place == "run":
            assert (before["words"] == after["words"]).all()
            assert (before[f"{LOWER}_quantized"] == after[f"{LOWER}_quantized"]).all()
        assert (before[f"{UPPER}_quantized"] != after[f"{UPPER}_quantized"]).any()
        difference = before[f"{LOWER}_scale"] - after[f"{LOWER}_scale"]
        assert np.abs(difference).max() < 1e-6
        found = load_tagger(out / "tagger").tag([Document("", "the type 2 renal failure of a")])
        assert found.start.tolist() == [11]


def test_a_folder_without_weights_is_told(made: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="holds no run"):
        Session([corpus()], made / "start", tmp_path / "run", RECIPE, weights=tmp_path)


def _constants(folder: Path) -> dict[str, np.ndarray]:
    graph = onnx.load(str(folder / "model.onnx")).graph
    return {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
