"""Each format of the table read from a real set (skipped where the shared corpora are not)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from onoma.eval import data_sets, tasks
from onoma.eval.datasets import find_source
from onoma.eval.parts import DataSet
from onoma.eval.running import data_info

ROOT = Path(__file__).parent.parent.parent
DATA = Path(os.environ.get("ONOMA_SHARED", ROOT.parent / "shared")) / "data"
FIRST = {row.format: row for row in reversed(data_sets()) if row.format != "medquad"}  # 10 s


@pytest.mark.parametrize("row", FIRST.values(), ids=lambda row: row.name)
def test_a_set_is_what_the_table_says(row: DataSet) -> None:
    folder = DATA / row.folder
    if not folder.is_dir():
        pytest.skip(f"no shared data in {DATA}")
    task = tasks.get(row.tasks[0])
    source = find_source(folder, task.name, name=row.name)
    data = task.read(source)
    assert data.items
    info = data_info(source, data)
    assert info.files
    assert all(file.is_recorded for file in info.files)
    if task.name == "ner":
        assert any(item.gold for item in data.items)
        for item in data.items:
            assert all(m.end <= len(item.given.text) for m in item.gold)
