"""``onoma medications``: formats, standard input, failures."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app

NOTE = "Lisinopril 20 mg po daily for hypertension.\nWarfarin was stopped.\n"


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(NOTE, encoding="utf-8")
    return path


def run(*arguments: str, given: str | None = None) -> str:
    result = CliRunner().invoke(app, ["medications", *arguments], input=given)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_json_lines_have_every_cell_with_its_place(note: Path) -> None:
    first, second = map(json.loads, run(str(note)).splitlines())
    assert first["dose"] == {"start": 11, "end": 16, "text": "20 mg", "value": "20 mg"}
    assert first["reason"]["text"] == "hypertension"
    assert first["route"]["value"] == "oral"
    assert (second["text"], second["status"], second["dose"]) == ("Warfarin", "stopped", None)


def test_csv_has_a_head_and_a_row_a_medicine(note: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run(str(note), "-o", str(out))
    with out.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [row["drug"] for row in found] == ["Lisinopril", "Warfarin"]
    cells = found[0]
    assert NOTE[int(cells["frequency_start"]) : int(cells["frequency_end"])] == "daily"
    assert run(str(note), "--to", "tsv").splitlines()[0].split("\t")[:4] == list(cells)[:4]


def test_standard_input_and_a_table_to_read() -> None:
    shown = run("-", "--to", "table", given=NOTE)
    assert "Lisinopril" in shown
    assert "duration" not in shown


def test_an_ending_that_names_no_format_is_refused(note: Path) -> None:
    result = CliRunner().invoke(app, ["medications", str(note), "-o", "x.doc"])
    assert result.exit_code == 2
    assert ".csv" in result.stderr


def test_a_document_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\xff\xfe\xfa")
    result = CliRunner().invoke(app, ["medications", str(bad)])
    assert result.exit_code == 1
    assert "bad.txt" in result.stderr
