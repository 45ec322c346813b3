"""The kept malformed files: each gives the errors or the repair that are written down for it."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from onoma.errors import ExtraMissing

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "malformed"
EXPECTED: dict[str, dict[str, str]] = json.loads((FOLDER / "expected.json").read_text())
FORMATS = sorted({key.partition("/")[0] for key in EXPECTED})

sys.path.insert(0, str(ROOT / "tools"))
maker: Any = importlib.import_module("make_malformed")


@pytest.mark.parametrize("name", FORMATS)
def test_malformed_files_give_what_is_expected(name: str, tmp_path: Path) -> None:
    different = {}
    for key, wanted in EXPECTED.items():
        if key.startswith(f"{name}/"):
            data = (FOLDER / key).read_bytes()
            try:
                file = Path(key).name
                found = maker.outcomes(name, file, data, tmp_path / file)
            except ExtraMissing as error:
                pytest.skip(error.message)
            if found != wanted:
                different[key] = (wanted, found)
    assert not different, "if this is an improvement: python tools/make_malformed.py"


def test_no_reader_fails_without_a_name() -> None:
    assert not [key for key, said in EXPECTED.items() if "uncaught" in str(said)]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_twenty_files_as_its_defects_make_them(name: str) -> None:
    made = maker.make_files(name)
    assert len(made) >= 20
    assert {path.name: path.read_bytes() for path in (FOLDER / name).iterdir()} == made


def test_every_format_with_a_reader_has_malformed_files() -> None:
    assert set(maker.formats()) <= set(FORMATS), "run python tools/make_malformed.py"
