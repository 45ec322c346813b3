from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onoma.cli.app import app
from onoma.errors import UnknownName

TEXT = (
    "The aim was to learn if tea helps sleep. Ninety adults drank tea. It did not help (p = 0.4)."
)


def run(*arguments: str, text: str | None = None) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["classify", *arguments], input=text)
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("by", ["roles", "pico"])
def test_each_sentence_is_a_row_with_its_place(by: str) -> None:
    found = run("-", "--by", by, text=TEXT)
    assert [TEXT[row["start"] : row["end"]] for row in found] == [row["text"] for row in found]
    assert len(found) == 3


def test_reports_are_labelled_by_findings_with_negation(tmp_path: Path) -> None:
    text = "No pleural effusion. Possible pneumonia."
    wanted = tmp_path / "findings.txt"
    wanted.write_text("# of the chest\npleural effusion\nMESH:D011014\npneumothorax\n")
    found = run("-", "--by", "findings", "--findings", str(wanted), text=text)
    assert [row["value"] for row in found] == ["absent", "uncertain", ""]
    assert found[0]["text"] == "pleural effusion"
    again = run("-", "--by", "findings", "--findings", "pleural effusion", text=text)
    assert again == found[:1]


def test_a_finding_that_is_none_is_told() -> None:
    for given in ("", "plural efusion"):
        arguments = ["classify", "-", "--by", "findings", "--findings", given]
        done = CliRunner().invoke(app, arguments, input=TEXT)
        assert done.exit_code != 0


def test_an_unknown_name_is_told_with_those_known(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["classify", "-", "--by", "rols"], input=TEXT)
    assert isinstance(done.exception, (UnknownName, SystemExit))


def test_a_model_is_trained_and_used(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    labelled = tmp_path / "sentences.txt"
    document = "###{n}\nasks\tDoes tea help sleep {n}?\ntells\tTea does not help sleep {n}.\n\n"
    labelled.write_text("".join(document.format(n=n) for n in range(40)))
    out = tmp_path / "model"
    arguments = ["train", "roles", "--labelled", str(labelled), "-o", str(out), "--passes", "20"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.stderr
    card = json.loads((out / "card.json").read_text())
    assert card["labels"] == ["asks", "tells"]
    assert card["dev"]["weighted_f1"] == 1.0
    found = run("-", "--by", str(out), text="Does milk help sleep? Milk does not help sleep.")
    assert [row["role"] for row in found] == ["asks", "tells"]
