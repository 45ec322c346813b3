from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from onoma.errors import InputError
from onoma.pipeline import Pipeline
from onoma.scale import annotate_frame

ROWS = {"key": ["a", "b", "c"], "text": ["No gout.", "", "Fever and metformin"], "n": [1, 2, 3]}
FOUND = [("a", "gout", "absent"), ("c", "Fever", "present"), ("c", "metformin", "present")]


def frame_of(kind: str) -> Any:
    if kind == "pyarrow":
        return pa.table(ROWS)
    module = pytest.importorskip(kind, reason=f"{kind} is not installed")
    return module.Dataset.from_dict(ROWS) if kind == "datasets" else module.DataFrame(ROWS)


@pytest.mark.parametrize("kind", ["pyarrow", "polars", "pandas", "datasets"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the libraries themselves
def test_a_frame_gives_one_of_its_kind(kind: str, nlp: Pipeline) -> None:
    frame = frame_of(kind)
    found = annotate_frame(frame, "text", id="key", pipeline=nlp)
    assert type(found) is type(frame)
    columns = [list(found[name]) for name in ("id", "text", "assertion")]
    if kind == "pyarrow":
        columns = [[cell.as_py() for cell in column] for column in columns]
    assert list(zip(*columns, strict=True)) == FOUND


def test_rows_are_numbered_without_ids(nlp: Pipeline) -> None:
    found = annotate_frame(pa.RecordBatch.from_pydict(ROWS), pipeline=nlp)
    assert found.column("id").to_pylist() == ["0", "2", "2"]


def test_what_is_no_frame_is_refused(nlp: Pipeline) -> None:
    with pytest.raises(InputError, match="no frame"):
        annotate_frame(["gout"], pipeline=nlp)
    with pytest.raises(InputError, match="no column 'note'"):
        annotate_frame(pa.table(ROWS), "note", pipeline=nlp)
    with pytest.raises(InputError, match="null"):
        annotate_frame(pa.table({"text": ["gout", None]}), pipeline=nlp)
