"""The command that answers in other vocabularies."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import onoma
from onoma.cli import app
from onoma.cli.map import COLUMNS
from onoma.ontology.store import ConceptStore


@pytest.fixture
def run(store: ConceptStore, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(vars(onoma), "load", lambda *_, **__: SimpleNamespace(store=store))

    def invoke(*words: object, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, ["map", *map(str, words)], input=stdin)

    return invoke


def test_a_table_has_predicate_source_and_steps(run: Any) -> None:
    lines = run("MONDO:0005148", "--to", "MESH,OMIM").stdout.splitlines()
    assert lines[0].split("\t") == list(COLUMNS)
    assert lines[1].split("\t") == [
        "MONDO:0005148", "MESH:D003924", "Diabetes Mellitus, Type 2", "skos:exactMatch", "1", "-",
        "test", "no",
    ]  # fmt: skip
    assert lines[2].split("\t")[1] == "OMIM:125853"


def test_nothing_found_is_a_row_with_an_empty_target(run: Any) -> None:
    lines = run("OMIM:125853", "--to", "MESH").stdout.splitlines()
    assert lines[1].split("\t") == ["OMIM:125853", *["-"] * 7]


def test_a_chain_shows_what_lies_between(run: Any) -> None:
    done = run("OMIM:125853", "--to", "MESH", "--chain", "--json")
    record = json.loads(done.stdout)
    assert record["target"] == "MESH:D003924"
    assert [step["object"] for step in record["steps"]] == ["MONDO:0005148", "MESH:D003924"]
    cells = run("OMIM:125853", "--to", "MESH", "--chain").stdout.splitlines()[1].split("\t")
    assert cells[4:7] == ["2", "MONDO:0005148", "test test"]


def test_curies_come_from_a_file_or_a_pipe(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "ids.tsv"
    path.write_text("MONDO:0007254\tbreast cancer\n\nCHEBI:6801\n")
    for done in (
        run("--from-file", path, "--to", "MESH"),
        run("--from-file", "-", "--to", "MESH", stdin=path.read_text()),
    ):
        targets = [line.split("\t")[1] for line in done.stdout.splitlines()[1:]]
        assert targets == ["MESH:D001943", "MESH:D008687"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give a CURIE"),
        (("nonsense",), "not a CURIE"),
        (("HP:1", "--to", "X"), "unknown prefix"),
    ],
)
def test_misuse_is_exit_code_2(run: Any, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.output
