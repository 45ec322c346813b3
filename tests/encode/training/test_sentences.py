from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from onoma.encode.folder import read_folder
from onoma.encode.training.knowledge import Knowledge, gather
from onoma.encode.training.recipe import Recipe
from onoma.encode.training.results import write_report
from onoma.encode.training.sentences import (
    SentencePairs,
    read_sentence_pairs,
    sentence_pairs,
    without_names,
)
from onoma.encode.training.student import Student
from onoma.encode.training.trainer import Trainer
from onoma.errors import BadLine, Inconsistent, InputError
from onoma.ontology.vocabulary import Vocabulary
from tests.encode.tiny import write_tiny

RECIPE = Recipe(pairs=96, batch=12, neighbours=2, rate=1e-3, held_out=0.2, sentences=0.5)
PAIRS = sentence_pairs(
    [(f"What is sign {n % 5} of renal failure?", f"Sign number {n}.") for n in range(14)]
)


@pytest.fixture(scope="module")
def knowledge(vocabulary: Vocabulary) -> Knowledge:
    return gather(vocabulary, held_out=RECIPE.held_out, seed=RECIPE.seed)


def open_run(
    folder: Path, knowledge: Knowledge, pairs: SentencePairs | None = PAIRS, *, scale: float = 0.0
) -> Trainer:
    pytest.importorskip("torch", reason="the extra train is not installed")
    student = Student(read_folder(write_tiny(folder.parent / "start"), wants="safetensors"))
    student.half = False
    begin = {name: array * scale for name, array in student.arrays().items()} if scale else None
    return Trainer(student, knowledge, RECIPE, folder=folder, sentences=pairs, begin=begin)


def test_pairs_are_read_tidied_and_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv.gz"
    path.write_bytes(
        gzip.compress(b"one  a\ttwo\n\none a\ttwo\n\tempty\nsame\tsame\nthree\tfour\n")
    )
    found = sentence_pairs(read_sentence_pairs([path]))
    assert list(zip(found.a, found.b, strict=True)) == [("one a", "two"), ("three", "four")]


@pytest.mark.parametrize("line", [b"one\n", b"one\ttwo\tthree\n"])
def test_a_line_that_has_not_two_texts_is_told(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_bytes(b"a\tb\n" + line)
    with pytest.raises(BadLine, match="line 2"):
        list(read_sentence_pairs([path]))


def test_a_file_without_pairs_is_told() -> None:
    with pytest.raises(InputError, match="0 pairs"):
        sentence_pairs([])


def test_every_pair_comes_once_before_one_comes_again() -> None:
    turns = [PAIRS.draw(turn, 7, seed=1).tolist() for turn in range(4)]
    assert sorted(turns[0] + turns[1]) == list(range(14)) == sorted(turns[2] + turns[3])
    assert turns[0] != turns[2]
    assert PAIRS.draw(0, 50, seed=1).tolist() == list(range(14))


def test_pairs_that_share_a_text_are_no_negatives() -> None:
    same = PAIRS.same(np.array([0, 5, 6]))
    assert same.tolist() == [[False, True, False], [True, False, False], [False, False, False]]
    chain = sentence_pairs([("first", "second"), ("second", "third"), ("third", "fourth")])
    same = chain.same(np.arange(3))
    assert same.tolist() == [[False, True, False], [True, False, True], [False, True, False]]


def test_a_stopped_run_with_sentences_goes_on_to_the_same_weights(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    whole = open_run(tmp_path / "whole", knowledge, scale=0.9)
    whole.run()
    open_run(tmp_path / "parts", knowledge, scale=0.9).run(until=3)
    second = open_run(tmp_path / "parts", knowledge, scale=0.9)
    second.run()
    assert whole.losses == second.losses
    assert {"infonce", "infonce of sentences", "distillation of sentences"} <= set(whole.losses)
    for name, weight in whole.student.arrays().items():
        assert np.array_equal(weight, second.student.arrays()[name]), name
    with pytest.raises(Inconsistent):
        open_run(tmp_path / "parts", knowledge, None, scale=0.9)
    with pytest.raises(Inconsistent):
        open_run(tmp_path / "parts", knowledge)


def test_learning_goes_on_from_other_weights_but_stays_near_the_start(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    plain = open_run(tmp_path / "plain", knowledge)
    other = open_run(tmp_path / "other", knowledge, scale=0.5)
    assert np.array_equal(plain.bank.start, other.bank.start)
    assert not np.allclose(plain.bank.vectors, other.bank.vectors)
    name = next(iter(other.average))
    assert np.array_equal(other.average[name], other.student.arrays()[name])


def test_sentences_learn(tmp_path: Path, knowledge: Knowledge) -> None:
    trainer = open_run(tmp_path / "run", knowledge)
    trainer.recipe = replace(RECIPE, pairs=1200, rate=5e-3, sentences=1.0)
    seen: list[float] = []
    trainer.run(watch=lambda step, steps, found: seen.append(found["infonce of sentences"]))
    assert np.mean(seen[-20:]) < np.mean(seen[:20])


def test_a_report_draws_losses_of_both_sorts(tmp_path: Path) -> None:
    rows = [{"step": 10.0, "loss": 2.0}]
    rows += [{"step": 10.0 * n, "loss": 1.0 / n, "loss of sentences": 2.0 / n} for n in (2, 3)]
    write_report(tmp_path / "report.md", rows, {"name": "x"})
    picture = (tmp_path / "losses.svg").read_text(encoding="utf-8")
    assert "loss of sentences" in picture


def test_texts_that_say_a_name_that_is_held_out_are_left_out() -> None:
    pairs = [
        ("What is Krabbe-Disease?", "A leukodystrophy."),
        ("What is asthma?", "ALL of the airways."),
        ("What causes wheezing?", "Often: asthmas."),
    ]
    found = list(without_names(pairs, ["krabbe disease", "Asthma", "all"]))
    assert found == [pairs[2]]
