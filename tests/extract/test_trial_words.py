"""The second opinion on words of trials: its recurrent layer, its file, what it says."""

from __future__ import annotations

import numpy as np
import pytest

from onoma.extract.tagging import stretches_of
from onoma.extract.trial_words import HEADS, TrialWords, pack, shipped_words, unpack

TRIAL = (
    "Vitamin D and falls in older women. A total of 240 women aged 70 to 85 years with "
    "osteoporosis were randomised to cholecalciferol 1000 IU daily or placebo. The primary "
    "outcome was the number of falls."
)


def test_words_of_a_trial_are_told_apart() -> None:
    places, chances = shipped_words().chances(TRIAL)
    assert chances.shape == (len(places), len(HEADS))
    assert float(chances.min()) >= 0
    assert float(chances.sum(axis=1).max()) <= 1 + 1e-5
    best = {
        TRIAL[start:end]: HEADS[int(row.argmax())]
        for (start, end), row in zip(places.tolist(), chances, strict=True)
    }
    assert (best["women"], best["placebo"]) == ("population", "intervention")
    assert best["number"] == "outcome"


@pytest.mark.parametrize("text", ["", " \n", "Word"])
def test_little_text_is_read(text: str) -> None:
    places, chances = shipped_words().chances(text)
    assert len(places) == len(chances) == len(text.split())


def test_weights_of_eight_bits_say_nearly_the_same() -> None:
    rng = np.random.default_rng(0)
    weights = {
        "a": rng.normal(size=(5, 7)).astype(np.float32),
        "b": rng.normal(size=5).astype(np.float32),
    }
    back = unpack(pack(weights))
    assert set(back) == {"a", "b"}
    for name, value in weights.items():
        np.testing.assert_allclose(back[name], value, atol=0.02)


def test_the_recurrent_layer_is_that_of_torch() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    projection, layer = torch.nn.Linear(6, 5), torch.nn.GRU(5, 3, bidirectional=True)
    output = torch.nn.Linear(11, 4)
    parts = {"p": projection, "g": layer, "o": output}
    weights = {
        f"{name}.{key}": value.detach().numpy()
        for name, part in parts.items()
        for key, value in part.state_dict().items()
    }
    vectors = np.random.default_rng(1).normal(size=(9, 6)).astype(np.float32)
    with torch.no_grad():
        low = torch.relu(projection(torch.tensor(vectors)))
        states, _ = layer(low[:, None])
        wanted = torch.softmax(output(torch.cat([states[:, 0], low], -1)), -1)[:, 1:].numpy()
    found = TrialWords(None, weights).score(vectors)  # type: ignore[arg-type]  # no text is read
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_stretches_are_runs_of_likely_words() -> None:
    words = np.array([[0, 2], [3, 5], [6, 8], [9, 11]])
    chances = np.array([[0.9], [0.7], [0.1], [0.6]], np.float32)
    found = stretches_of(words, chances, ["population"])
    assert [(one.start, one.end, round(one.score, 2)) for one in found] == [
        (0, 5, 0.8),
        (9, 11, 0.6),
    ]
