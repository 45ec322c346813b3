"""Labels read from the encoder's vectors."""

from __future__ import annotations

import numpy as np
import pytest

from onoma.classify.meaning import PULLS, MeaningPart, fit_meaning, vectors_of
from onoma.errors import BadFile

HEART = ("The heart valve leaked.", "Beta blockers slow the heart.", "A murmur of the heart.")
SKIN = ("The skin was red and dry.", "A rash of the skin itched.", "Eczema dries the skin.")


def test_words_that_were_never_seen_count_by_what_they_mean() -> None:
    gold = np.array([[True, False]] * 3 + [[False, True]] * 3)
    part = fit_meaning(vectors_of([*HEART, *SKIN]), gold)
    said = part.margins(
        ["Cardiac arrhythmia followed myocardial infarction.", "Dermatitis flared."]
    )
    assert (said.argmax(1) == [0, 1]).all()


def test_a_text_has_its_vector_in_any_company_and_none_without_a_sentence() -> None:
    texts = [HEART[0], "", f"{SKIN[0]} {SKIN[1]}"]
    together = vectors_of(texts)
    assert np.linalg.norm(together, axis=1) == pytest.approx([1, 0, 1], abs=1e-6)
    for text, row in zip(texts, together, strict=True):
        assert (vectors_of([text])[0] == row).all()


def test_the_penalty_is_the_one_that_errs_least_on_texts_left_out() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(25, 4)).astype(np.float32)
    gold = vectors[:, :1] + rng.normal(size=(25, 1)) > 0

    def left_out(pull: float) -> float:
        errors = []
        for one in range(25):
            rest = np.arange(25) != one
            middle, share = vectors[rest].mean(0), gold[rest].mean(0)
            given = (vectors[rest] - middle).astype(np.float64)
            square = given.T @ given + pull * np.eye(4)
            weights = np.linalg.solve(square, given.T @ (gold[rest] - share))
            errors.append(gold[one] - share - (vectors[one] - middle) @ weights)
        return float(np.square(errors).sum())

    best = min(PULLS, key=left_out)
    middle = vectors.mean(0)
    given = (vectors - middle).astype(np.float64)
    weights = np.linalg.solve(given.T @ given + best * np.eye(4), given.T @ (gold - gold.mean(0)))
    assert fit_meaning(vectors, gold).weights == pytest.approx(10 * weights, abs=1e-4)


def test_vectors_of_another_encoder_are_refused() -> None:
    part = MeaningPart(
        np.zeros(3, np.float32), np.zeros((3, 1), np.float32), np.zeros(1, np.float32)
    )
    with pytest.raises(BadFile, match="vectors of 3 numbers"):
        part.margins(["one"])
