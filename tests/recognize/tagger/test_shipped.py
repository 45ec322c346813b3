"""The tagger that ships: its size, its card, and what it finds."""

from __future__ import annotations

import hashlib
import tomllib

import pytest

from onoma.encode.differences import SUFFIX, model_path, read_model
from onoma.eval.datasets import data_sets
from onoma.recognize.tagger import load_tagger
from onoma.recognize.tagger.folder import HEADS, TRUNK, read_card, shipped_tagger
from onoma.types import SEMANTIC_TYPES, Document

FOLDER = shipped_tagger()
MOST = 24_000_000
needs_weights = pytest.mark.skipif(
    model_path(FOLDER / TRUNK) is None, reason="no tagger's weights are in this checkout"
)


def test_the_corpora_of_its_recipe_are_data_sets_with_training_parts() -> None:

    rows = tomllib.loads((FOLDER / "corpora.toml").read_text(encoding="utf-8"))["corpus"]
    known = {row.name: row for row in data_sets()}
    for row in rows:
        assert row["set"] in known
        assert set(row["labels"].values()) <= {*SEMANTIC_TYPES, ""}
        assert row["passes"] > 0
    assert len({row["set"] for row in rows}) == len(rows)


@needs_weights
def test_it_is_small_and_its_card_names_its_weights() -> None:
    card = read_card(FOLDER)
    files = [FOLDER / name for name in (f"{TRUNK}{SUFFIX}", HEADS, "vocab.txt", "card.json")]
    assert sum(path.stat().st_size for path in files) <= MOST
    assert hashlib.sha256(read_model(FOLDER / TRUNK)).hexdigest() == card["sha256"]
    assert card["dev"]


@needs_weights
def test_it_finds_names_of_several_types() -> None:
    text = (
        "Mutations of BRCA1 were found in women with breast cancer who were given tamoxifen, "
        "and in HeLa cells infected with Escherichia coli."
    )
    found = load_tagger().tag([Document("1", text)])
    spans = zip(found.start.tolist(), found.end.tolist(), found.types(), strict=True)
    named = {(text[start:end], type_) for start, end, type_ in spans}
    assert ("breast cancer", "disease") in named
    assert ("tamoxifen", "chemical") in named
    assert ("BRCA1", "gene") in named
    assert ("Escherichia coli", "organism") in named
