"""A tiny tagger's world: texts of a few words with diseases in them, and starting weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText
from onoma.recognize.tagger.training.recipe import Recipe
from tests.encode import tiny

FILLERS = ("of", "the", "type", "2", "a", "b", "1")
DISEASES = ("fever", "heart attack", "renal failure", "kidney disease")
RECIPE = Recipe(
    passes=40, pieces=128, rate=3e-3, head_rate=3e-2, longest=48, average=0.9, average_every=1,
    layer_decay=1.0, unread=0.0, dropout=0.0, measures=2,
)  # fmt: skip


def start_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return tiny starting weights that read 64 pieces."""
    monkeypatch.setattr(tiny, "POSITIONS", 64)
    return tiny.write_tiny(folder)


def sentences(count: int, *, seed: int, label: str = "disease") -> tuple[MarkedText, ...]:
    """Return texts with one disease each among words that are none."""
    rng = np.random.default_rng(seed)
    out = []
    for number in range(count):
        words = [FILLERS[k] for k in rng.integers(len(FILLERS), size=6)]
        place = int(rng.integers(1, 6))
        name = DISEASES[int(rng.integers(len(DISEASES)))]
        before = " ".join(words[:place]) + " "
        text = f"{before}{name} {' '.join(words[place:])}."
        mark = Marked(len(before), len(before) + len(name), label)
        out.append(MarkedText(f"{seed}-{number}", text, (mark,)))
    return tuple(out)


def corpus(name: str = "mine", *, type_: str = "disease") -> Corpus:
    """Return a corpus of such texts."""
    return Corpus(name, {"disease": type_}, sentences(40, seed=1), sentences(12, seed=2))
