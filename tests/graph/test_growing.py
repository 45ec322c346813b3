"""A day's statements counted into what is there: the same as counting everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("duckdb")

from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.graph import Graph, Statement
from onoma.graph.building import add_statements, count_edges
from onoma.graph.deriving import SAID
from onoma.graph.evidence import evidence_files
from onoma.graph.manifest import FORMAT, read_manifest
from onoma.graph.store import GraphStore

ARRAYS = (
    "tail", "head", "predicate", "level", "out_start", "in_edge", "in_start", "evidence_start",
    "confidence", "statements", "documents", "denied", "first", "last",
    *(f"said_{name}" for name in SAID), "said_key",
)  # fmt: skip


def info(curies: list[str]) -> list[tuple[str, str]]:
    return [(one.lower(), "disease" if one > "X:4" else "") for one in curies]


def contents(folder: Path) -> dict[str, object]:
    store = GraphStore(folder)
    found: dict[str, object] = {name: store.array(name).tolist() for name in ARRAYS}
    found["nodes"] = [store.node(row) for row in range(store.node_count)]
    found["predicates"] = store.predicates
    found["evidence"] = [store.evidence(number) for number in range(store.edge_count)]
    found["documents"] = list(store.documents())
    return found


def days(folder: Path, steps: Sequence[Sequence[Statement]]) -> list[int]:
    """Add step by step, edges counted each time; return how many files of evidence there are."""
    files = []
    for step in steps:
        add_statements(folder, step)
        manifest = count_edges(folder, info)
        files.append(len(evidence_files(folder / Path(manifest.counted[0].name).parent)))
    return files


STATEMENTS = st.builds(
    lambda a, p, b, document, year, sure, negated, level, stability: Statement(
        f"X:{a}", p, f"X:{b}", level=level, source="s", document=document,
        date=year, confidence=sure, negated=negated, text=f"{a} {p} {b}",
        qualifiers=(("stability", stability),) if stability else (),
    ),
    st.integers(1, 7), st.sampled_from(["treats", "causes", "affects", "binds"]), st.integers(1, 7),
    st.sampled_from(["", "P:1", "P:2", "P:3"]), st.sampled_from(["", "2001", "2002-03"]),
    st.sampled_from([0.3, 0.6, 0.6, 0.9]), st.booleans(),
    st.sampled_from(["asserted", "extracted"]), st.sampled_from(["", "0.5", "much"]),
)  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(steps=st.lists(st.lists(STATEMENTS, min_size=1, max_size=9), min_size=2, max_size=4))
def test_step_by_step_is_as_one_batch(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[Statement]]
) -> None:
    whole, daily = (tmp_path_factory.mktemp("graph") for _ in range(2))
    files = days(daily, steps)
    assert files == list(range(1, len(steps) + 1))
    for step in steps:
        add_statements(whole, step)
    count_edges(whole, info)
    assert contents(daily) == contents(whole)
    again = count_edges(daily, info, again=True)
    assert len(evidence_files(daily / Path(again.counted[0].name).parent)) == 1
    assert contents(daily) == contents(whole)


def test_what_was_said_before_keeps_its_file_and_its_sum(tmp_path: Path) -> None:
    first, second = (Statement("X:1", "treats", "X:2", document=f"P:{n}") for n in (1, 2))
    days(tmp_path, [[first]])
    before = {Path(one.name).name: one for one in read_manifest(tmp_path).counted}
    inode = (tmp_path / before["evidence.parquet"].name).stat().st_ino
    days(tmp_path, [[second, first]])
    manifest = read_manifest(tmp_path)
    after = {Path(one.name).name: one for one in manifest.counted}
    assert after["evidence.parquet"].sha256 == before["evidence.parquet"].sha256
    assert (tmp_path / after["evidence.parquet"].name).stat().st_ino == inode
    assert (tmp_path / "edges").exists()
    store = GraphStore(tmp_path)
    assert store.verify() == []
    assert [one.document for one in store.evidence(0)] == ["P:1", "P:2"]
    assert np.array_equal(store.array("statements"), [2])


def test_much_that_is_new_is_counted_with_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onoma.graph.growing.FEW", 0)
    steps = [[Statement("X:1", "treats", f"X:{n}")] for n in (2, 3)]
    assert days(tmp_path, steps) == [1, 1]
    graph = Graph(tmp_path)
    assert len(graph.store.evidence(1)) == 1
    assert FORMAT == 3
