"""Graphs of bad input: circles, ids that differ, dates that are none, old graphs, bad lines."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.corpus.sealed import read_sealed, sealed
from onoma.errors import Inconsistent
from onoma.graph import Conditions, Graph, Leaders, NodeRow, Problem, Statement, one_id, one_node
from onoma.graph.checking import check_files
from onoma.graph.hierarchy import Hierarchy
from onoma.graph.manifest import FORMAT, MANIFEST
from onoma.ontology.loading import open_vocabulary

pytest.importorskip("duckdb")

TODAY = date(2026, 1, 1)
DRUG, ILL = "CHEBI:6801", "MONDO:0005148"


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(one) for one in words])
    return done.exit_code, done.output


def test_circles_of_a_hierarchy_are_told_and_taken(tmp_path: Path) -> None:
    edges = tmp_path / "edges.tsv"
    pairs = [("A:1", "A:2"), ("A:2", "A:3"), ("A:3", "A:1"), ("A:4", "A:1"), ("A:1", "A:9")]
    lines = [f"{below}\tsubclass_of\t{above}" for below, above in pairs]
    lines.append("A:10\tsuperclass_of\tA:11")
    edges.write_text("subject\tpredicate\tobject\n" + "\n".join(lines) + "\n")
    groups = check_files(None, edges, today=TODAY).problems.groups()
    (circle,) = [one for one in groups if one.kind == "circle in a hierarchy"]
    assert circle.count == 1
    assert set(circle.samples[0].split(": ", 1)[1].split(" < ")) == {"A:1", "A:2", "A:3"}
    code, told = run("graph", "build", tmp_path / "g", "--edges", edges)
    assert (code, "6 statements" in told) == (0, True)


def test_a_hierarchy_without_a_circle_has_none() -> None:
    hierarchy = Hierarchy()
    for below, above in (("A", "B"), ("B", "C"), ("A", "C"), ("D", "A")):
        hierarchy.add(Statement(below, "subclass_of", above))
    hierarchy.add(Statement("C", "treats", "A"))
    assert list(hierarchy.cycles()) == []


def test_two_ids_of_one_concept_become_one_node(tmp_path: Path) -> None:
    leaders = Leaders(open_vocabulary("core"))
    assert leaders.of("MESH:D003924") == leaders.of(ILL) == ILL
    assert leaders.of("OMIM:125853") == ILL  # no concept of the core, but named by one
    assert leaders.of("X:1") == "X:1"
    rows: list[Statement | Problem] = [
        Statement(DRUG, "treats", "MESH:D003924", document="1"),
        Statement(DRUG, "treats", ILL, document="2"),
        Statement("MESH:D003924", "related_to", ILL),
    ]
    told = list(one_id(rows, leaders))
    assert isinstance(told[2], Problem)
    nodes = list(one_node([NodeRow("MESH:D003924", "x", ""), NodeRow(ILL, "y", "")], leaders))
    assert nodes == [NodeRow(ILL, "y", "")]
    graph = Graph(tmp_path)
    graph.add(told, vocabulary=None)
    (edge,) = graph.neighbors(DRUG)
    assert (edge.object.curie, edge.documents) == (ILL, 2)
    assert [one.qualifier("original_object") for one in graph.evidence(edge)].count("") == 1


def test_a_build_makes_ids_one_where_asked(tmp_path: Path) -> None:
    edges = tmp_path / "edges.tsv"
    edges.write_text(
        f"subject\tpredicate\tobject\n{DRUG}\ttreats\tMESH:D003924\n{DRUG}\ttreats\t{ILL}\n"
    )
    for more, count in (((), 2), (("--merge-equivalents",), 1)):
        folder = tmp_path / f"g{count}"
        assert run("graph", "build", folder, "--edges", edges, *more)[0] == 0
        assert Graph.open(folder).info()["edges"] == count
    code, _ = run("graph", "merge", tmp_path / "m", tmp_path / "g2", "--merge-equivalents")
    assert (code, Graph.open(tmp_path / "m").info()["edges"]) == (0, 1)


def test_dates_that_are_none_or_to_come_are_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    days = {"1": "05/2019", "2": "2999-01-01", "3": "", "4": "2019"}
    rows = [Statement(DRUG, "treats", ILL, level="extracted", document=n, date=day, confidence=0.5)
            for n, day in days.items()]  # fmt: skip
    graph = Graph(tmp_path)
    added = graph.add(rows, vocabulary=None)
    assert {one.kind: one.count for one in added.problems.groups()} == {
        "no date": 1, "date to come": 1,
    }  # fmt: skip
    assert added.statements == 4
    (now,) = graph.neighbors(DRUG, conditions=Conditions(as_of=TODAY))
    assert (now.documents, str(now.first), str(now.last)) == (3, "2019-01-01", "2019-01-01")
    (early,) = graph.neighbors(DRUG, conditions=Conditions(as_of=date(2000, 1, 1)))
    assert early.documents == 2  # what has no date counts always


def test_a_graph_of_an_older_version_is_said_and_counted_again(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    graph.add([Statement(DRUG, "treats", ILL)], vocabulary=None)
    record = read_sealed(tmp_path / MANIFEST)
    for number in (1, 99):
        (tmp_path / MANIFEST).write_bytes(sealed(record | {"format": number}))
        with pytest.raises(Inconsistent) as error:
            Graph.open(tmp_path)
        assert ("--again" in error.value.hint) is (number == 1)
    (tmp_path / MANIFEST).write_bytes(sealed(record | {"format": 1}))
    assert run("graph", "build", tmp_path, "--again")[0] == 0
    assert Graph.open(tmp_path).info()["edges"] == 1
    assert read_sealed(tmp_path / MANIFEST)["format"] == FORMAT


def test_bad_lines_are_grouped_in_memory_that_does_not_grow(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 20_000):
        path = tmp_path / f"{count}.tsv"
        kinds = ("only\ttwo\n", f"{DRUG}\t\t{ILL}\tx\n", f"{DRUG}\ttreats\t{ILL}\tnine\n")
        with path.open("w") as file:
            file.write("subject\tpredicate\tobject\tconfidence\n")
            file.writelines(kinds[n % 3] for n in range(count))
        tracemalloc.start()
        problems = check_files(None, path, today=TODAY).problems
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(problems) == count
        assert len(problems.groups()) <= 3
        assert all(len(one.samples) <= 5 for one in problems.groups())
    assert peaks[1] < 1.5 * peaks[0] + 100_000


def test_a_statement_of_an_unstable_extractor_weighs_less(tmp_path: Path) -> None:
    def said(document: str, **qualifiers: str) -> Iterator[Statement]:
        yield Statement(
            DRUG, "treats", ILL, level="extracted", document=document, confidence=0.8,
            qualifiers=tuple(qualifiers.items()),
        )  # fmt: skip

    graph = Graph(tmp_path)
    rows = [*said("1"), *said("2", stability="0.5"), *said("3", stability="often")]
    graph.add(rows, vocabulary=None)
    (edge,) = graph.neighbors(DRUG)
    assert edge.confidence == pytest.approx(1 - 0.2 * 0.6 * 0.2)
    assert graph.belief(edge).support == pytest.approx(1 - 0.2 * 0.6 * 0.2)
