from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from onoma.encode import load_encoder
from onoma.encode.folder import read_folder
from onoma.encode.training.checkpoints import find_checkpoint, save_checkpoint
from onoma.encode.training.knowledge import Knowledge, gather
from onoma.encode.training.losses import LOSSES
from onoma.encode.training.recipe import Recipe, read_recipe
from onoma.encode.training.results import finish
from onoma.encode.training.session import train
from onoma.encode.training.student import Student
from onoma.encode.training.trainer import Trainer
from onoma.errors import BadFile, Inconsistent, InputError, UnknownName
from onoma.ontology.vocabulary import Vocabulary
from tests.encode.tiny import write_tiny

ROOT = Path(__file__).parent.parent.parent.parent
RECIPE = Recipe(pairs=96, batch=12, neighbours=2, rate=1e-3, held_out=0.2, seed=4)


@pytest.fixture(scope="module")
def knowledge(vocabulary: Vocabulary) -> Knowledge:
    return gather(vocabulary, held_out=RECIPE.held_out, seed=RECIPE.seed)


def open_run(folder: Path, knowledge: Knowledge, recipe: Recipe = RECIPE) -> Trainer:
    pytest.importorskip("torch", reason="the extra train is not installed")
    start = write_tiny(folder.parent / "start")
    student = Student(read_folder(start, wants="safetensors"))
    student.half = False
    return Trainer(student, knowledge, recipe, folder=folder)


def test_a_run_learns_and_leaves_a_model(tmp_path: Path, knowledge: Knowledge) -> None:
    pytest.importorskip("onnx", reason="the extra train is not installed")
    trainer = open_run(tmp_path / "run", knowledge, replace(RECIPE, pairs=1200, rate=5e-3))
    losses = []
    train(trainer, lambda step, steps, found: losses.append(found["infonce"]))
    assert np.mean(losses[-20:]) < np.mean(losses[:20])
    card = finish(trainer, vocabularies="small")
    made = load_encoder(card.parent)
    assert made.name == "onoma-run"
    assert made.encode(["renal failure"]).shape == (1, made.dimension)
    assert "Losses" in (tmp_path / "run" / "report.md").read_text(encoding="utf-8")


def test_a_stopped_run_goes_on_to_the_same_weights(tmp_path: Path, knowledge: Knowledge) -> None:
    whole = open_run(tmp_path / "whole", knowledge)
    whole.run()
    first = open_run(tmp_path / "parts", knowledge)
    first.run(until=3)
    second = open_run(tmp_path / "parts", knowledge)
    assert second.step == 3
    second.run()
    for name, weight in whole.student.arrays().items():
        assert np.array_equal(weight, second.student.arrays()[name]), name
        assert np.array_equal(whole.average[name], second.average[name]), name


def test_a_run_killed_while_it_saves_is_taken_up(tmp_path: Path, knowledge: Knowledge) -> None:
    trainer = open_run(tmp_path / "run", knowledge)
    trainer.run(until=2)
    folder = tmp_path / "run" / "checkpoint"
    folder.rename(folder.with_name("checkpoint.old"))  # killed between the two renames
    half = folder.with_name("checkpoint.new")
    half.mkdir()
    (half / "weights.safetensors").write_bytes(b"half")
    assert open_run(tmp_path / "run", knowledge).step == 2


def test_a_folder_of_another_recipe_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    open_run(tmp_path / "run", knowledge).run(until=1)
    with pytest.raises(Inconsistent, match="another recipe"):
        open_run(tmp_path / "run", knowledge, replace(RECIPE, rate=1e-4))


def test_a_damaged_checkpoint_is_told(tmp_path: Path, knowledge: Knowledge) -> None:
    open_run(tmp_path / "run", knowledge).run(until=1)
    path = tmp_path / "run" / "checkpoint" / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:99])
    with pytest.raises(BadFile):
        open_run(tmp_path / "run", knowledge)


@pytest.mark.parametrize("name", LOSSES.names())
def test_each_loss_is_lower_when_names_of_a_concept_agree(
    tmp_path: Path, knowledge: Knowledge, name: str
) -> None:
    trainer = open_run(tmp_path / "run", knowledge, replace(RECIPE, losses={name: 1.0}))
    found = [trainer._one_step()[name] for _ in range(2)]
    assert all(np.isfinite(found))
    assert min(found) >= -1e-6


def test_a_checkpoint_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    for step in (1, 2):
        groups = {"weights": {"a": np.full(2, step, np.float32)}}
        save_checkpoint(tmp_path / "checkpoint", groups, {"step": step})
    assert find_checkpoint(tmp_path / "checkpoint") == tmp_path / "checkpoint"
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]
    assert find_checkpoint(tmp_path / "none") is None


def test_a_recipe_is_kept_and_read(tmp_path: Path) -> None:
    RECIPE.save(tmp_path / "recipe.json")
    assert read_recipe(tmp_path / "recipe.json") == RECIPE


@pytest.mark.parametrize("content", ["{", '{"speed": 3}', "[1]", '{"pairs": "many"}'])
def test_a_file_that_is_no_recipe_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "recipe.json").write_text(content)
    with pytest.raises(BadFile):
        read_recipe(tmp_path / "recipe.json")


def test_settings_that_cannot_work_are_told() -> None:
    with pytest.raises(UnknownName, match="did you mean 'synonym'"):
        Recipe(lessons={"synonyms": 1.0})
    with pytest.raises(UnknownName):
        Recipe(losses={"none": 1.0})
    with pytest.raises(InputError):
        Recipe(pairs=0)
    with pytest.raises(InputError):
        Recipe(held_out=0.9)


KILLED = """
import sys
from pathlib import Path
from tests.encode.training.test_training import RECIPE, open_run
from tests.small_vocabulary import small_vocabulary
from onoma.encode.training.knowledge import gather
knowledge = gather(small_vocabulary(), held_out=RECIPE.held_out, seed=RECIPE.seed)
trainer = open_run(Path(sys.argv[1]), knowledge)
trainer.run(save_every=0.0, watch=lambda step, steps, losses: print(step, flush=True))
"""


@pytest.mark.slow
def test_a_killed_process_goes_on_to_the_same_weights(
    tmp_path: Path, knowledge: Knowledge, request: pytest.FixtureRequest
) -> None:
    if "slow" not in str(request.config.getoption("-m")):
        pytest.skip("starts two processes with torch: run with -m slow")
    whole = open_run(tmp_path / "whole", knowledge)
    whole.run()
    folder = tmp_path / "killed"
    for last in (2, 5):  # killed twice, each time in the middle of a step or of a checkpoint
        command = [sys.executable, "-c", KILLED, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= last:
                    process.kill()
                    break
    rest = open_run(folder, knowledge)
    assert 1 <= rest.step <= RECIPE.steps
    rest.run()
    for name, weight in whole.student.arrays().items():
        assert np.array_equal(weight, rest.student.arrays()[name]), name
