"""``onoma graph``: built, asked and written from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onoma.cli.app import app

pytest.importorskip("duckdb")
EDGES = """subject\tpredicate\tobject\tpublications\tdate\tconfidence\tlevel
CHEBI:6801\ttreats\tMONDO:0005148\tPMID:1|PMID:2\t2011\t0.7\textracted
CHEBI:6801\tcauses\tMONDO:0005148\tPMID:3\t2015\t0.6\textracted
CHEBI:6801\taffects\tHGNC:9236\tPMID:4\t2012\t0.9\textracted
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["graph", *words])


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def graph(tmp_path: Path) -> str:
    (tmp_path / "edges.tsv").write_text(EDGES)
    built = run("build", str(tmp_path / "g"), "--edges", str(tmp_path / "edges.tsv"))
    assert built.exit_code == 0, built.output
    return str(tmp_path / "g")


def test_a_graph_is_built_with_labels_of_the_vocabulary(graph: str) -> None:
    (info,) = rows(run("info", graph))
    assert (info["nodes"], info["edges"], info["statements"]) == (3, 3, 4)
    first = rows(run("neighbors", graph, "CHEBI:6801", "--evidence", "1"))[0]
    assert (first["subject_label"], first["documents"]) == ("metformin", 2)
    assert first["evidence"][0]["document"] == "PMID:1"  # type: ignore[index]  # JSON


def test_dates_and_conflicts_are_asked(graph: str) -> None:
    known = rows(run("neighbors", graph, "CHEBI:6801", "--as-of", "2011-06"))
    assert [one["predicate"] for one in known] == ["treats"]
    assert {one["verdict"] for one in rows(run("conflicts", graph))} == {"holds", "denied"}
    assert [one["predicate"] for one in rows(run("emerging", graph, "--since", "2014"))] == [
        "causes"
    ]
    days = rows(run("timeline", graph, "CHEBI:6801", "MONDO:0005148"))
    assert {one["date"] for one in days} == {"2011-01-01", "2015-01-01"}


def test_ways_and_subgraphs_are_written(graph: str) -> None:
    (way,) = rows(run("paths", graph, "HGNC:9236", "MONDO:0005148"))
    assert [one["curie"] for one in way["nodes"]] == ["HGNC:9236", "CHEBI:6801", "MONDO:0005148"]  # type: ignore[attr-defined]  # JSON
    assert len(rows(run("subgraph", graph, "HGNC:9236", "--steps", "2"))) == 3


def test_export_merge_and_validate(graph: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("export", graph, "--to", "kgx-tsv", "-o", str(out)).exit_code == 0
    checked = run("validate", "--edges", f"{out}_edges.tsv", "--nodes", f"{out}_nodes.tsv")
    assert checked.exit_code == 0, checked.output
    assert run("merge", str(tmp_path / "all"), graph).exit_code == 0
    assert rows(run("info", str(tmp_path / "all")))[0]["edges"] == 3


def test_wrong_dates_and_missing_graphs_are_told(graph: str, tmp_path: Path) -> None:
    wrong = run("emerging", graph, "--since", "soon")
    assert (wrong.exit_code, "no date" in wrong.output) == (2, True)
    assert run("build", str(tmp_path / "g")).exit_code == 2
