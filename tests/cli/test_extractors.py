"""``onoma adverse`` and ``onoma pico``: formats and refusals."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from onoma.cli import app

TEXT = "Agranulocytosis was induced by clozapine.\n"


def test_adverse_effects_are_written_in_each_format(tmp_path: Path) -> None:
    path = tmp_path / "case.txt"
    path.write_text(TEXT, encoding="utf-8")
    for target in ("jsonl", "csv", "tsv", "table"):
        result = CliRunner().invoke(app, ["adverse", str(path), "--to", target])
        assert result.exit_code == 0, result.stderr
        assert "clozapine" in result.stdout
        if target == "jsonl":
            assert json.loads(result.stdout)["drug"]["start"] == 31


def test_pico_says_what_is_missing_without_a_tagger(tmp_path: Path) -> None:
    path = tmp_path / "trial.txt"
    path.write_text("A trial.", encoding="utf-8")
    result = CliRunner().invoke(app, ["pico", str(path), "--tagger", str(tmp_path)])
    assert result.exit_code != 0
    assert result.stderr
