"""``onoma train stack`` over a small vocabulary and a few annotated documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.ontology.store import ConceptStore
from onoma.pipeline.stacking import read_stack

TEXTS = ("Gout and odd pain in {}.", "No gout but odd pain, {}.", "Some {} with epilepsy, gout.")


def write_gold(path: Path, count: int) -> None:
    records = []
    for number in range(count):
        text = TEXTS[number % 3].format(f"case {number}")
        mentions = []
        for word in ("gout", "odd pain", "epilepsy"):
            start = text.lower().find(word)
            if start >= 0:
                end = start + len(word)
                mentions.append(
                    {"start": start, "end": end, "text": text[start:end], "type": "Illness"}
                )
        records.append({"id": str(number), "text": text, "mentions": mentions})
    path.write_text("\n".join(map(json.dumps, records)) + "\n")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    write_gold(tmp_path / "dev.jsonl", 9)
    write_gold(tmp_path / "train.jsonl", 3)
    return tmp_path


def train(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["train", "stack", *map(str, words)])
    return result.exit_code, result.stderr


@pytest.mark.usefixtures("small_core")
def test_a_stack_is_learned_and_what_it_gains_is_said(gold: Path) -> None:
    systems = f"dictionary,lexicon:{gold / 'train.jsonl'}=disease"
    code, said = train(
        "--data", gold / "dev.jsonl", "--systems", systems, "--types", "disease", "--label",
        "Illness=disease", "-o", gold / "out",
    )  # fmt: skip
    assert code == 0, said
    assert "9 documents" in said
    assert "stack over lexicon:" in said
    assert read_stack(gold / "out").systems == tuple(systems.split(","))


def test_one_system_or_a_label_of_no_type_is_refused(gold: Path, small_core: ConceptStore) -> None:
    base = ("--data", gold / "dev.jsonl", "-o", gold / "out", "--systems")
    assert "two or more" in train(*base, "dictionary")[1]
    code, said = train(*base, "dictionary,neural", "--label", "Illness=ilness")
    assert code == 2
    assert "WORD=TYPE" in said
    assert not (gold / "out").exists()
