"""The encoder that ships: there, small enough, the one its card names, and of use."""

from __future__ import annotations

import json

import numpy as np
import pytest

from onoma.encode import Encoder, load_encoder
from onoma.encode.encoder import shipped_folder

MOST = 30_000_000


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def test_it_is_small_and_the_one_its_card_names(encoder: Encoder) -> None:
    folder = shipped_folder()
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= MOST
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["sha256"] == encoder.digest
    assert card["name"] == encoder.name
    assert encoder.dimension == 384


@pytest.mark.parametrize(
    ("text", "nearer", "farther"),
    [
        ("renal failure", "kidney insufficiency", "heart failure"),
        ("high blood pressure", "hypertension", "hypotension"),
        ("heart attack", "myocardial infarction", "panic attack"),
        ("short stature", "reduced body height", "short neck"),
    ],
)
def test_names_of_one_thing_are_nearer_than_those_of_another(
    encoder: Encoder, text: str, nearer: str, farther: str
) -> None:
    own, good, bad = encoder.encode([text, nearer, farther])
    assert own @ good > own @ bad


def test_case_changes_nothing(encoder: Encoder) -> None:
    one, other = encoder.encode(["Renal Failure", "renal failure"])
    assert np.allclose(one, other, atol=1e-6)
