"""The commands that train and use topics."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from onoma.cli.classify import command as classify
from onoma.cli.train_topics import topics

KNEE, EAR = "The knee was swollen.", "The ear rang all day."


def test_a_model_is_trained_and_used(tmp_path: Path) -> None:
    rows = [{"text": f"{KNEE} Day {n}.", "labels": ["knee"]} for n in range(8)]
    rows += [{"text": f"{EAR} Day {n}.", "labels": ["ear"]} for n in range(8)]
    examples, text = tmp_path / "examples.jsonl", tmp_path / "a.txt"
    examples.write_text("".join(json.dumps(row) + "\n" for row in rows))
    text.write_text(f"{EAR}\n")
    folder = tmp_path / "model"
    done = CliRunner().invoke(topics, [str(examples), "-o", str(folder), "--no-concepts"])
    assert done.exit_code == 0, done.output
    card = json.loads((folder / "card.json").read_text())
    assert card["labels"]["ear"]["texts"] == 8
    found = CliRunner().invoke(classify, [str(text), "--by", str(folder), "--to", "jsonl"])
    assert found.exit_code == 0
    assert [json.loads(line)["label"] for line in found.stdout.splitlines()] == ["ear"]


def test_challenges_are_rows_of_sentences(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    gap = "It remains unclear why the mice fell ill."
    text.write_text(f"Mice were fed twice a day. {gap}\n")
    found = CliRunner().invoke(classify, [str(text), "--by", "challenges", "--to", "jsonl"])
    row = json.loads(found.stdout)
    assert (row["label"], row["text"]) == ("challenge", gap)
