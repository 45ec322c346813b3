"""``onoma cluster`` and ``onoma similar`` over the small vocabulary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onoma.cli import app

pytestmark = pytest.mark.usefixtures("small_core")


def run(*words: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def test_terms_of_a_file_are_clustered(tmp_path: Path) -> None:
    path, misses = tmp_path / "terms.txt", tmp_path / "misses.tsv"
    path.write_text("gout\npodagra\n\nweird lesion\nweird lesion 2\nfever\n")
    result = run("cluster", path, "--encoder", "none", "--near-misses", misses)
    assert result.exit_code == 0, result.stderr
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert rows[0] == ["cluster", "name", "curie", "term", "score"]
    assert {row[3] for row in rows[1:] if row[0] == "1"} == {"gout", "podagra"}
    assert rows[1][2] != "-"
    assert "weird lesion\tweird lesion 2" in misses.read_text()


def test_clusters_as_json_from_standard_input() -> None:
    result = run("cluster", "-", "--json", "--encoder", "none", stdin="gout\nGouts\n")
    record = json.loads(result.stdout.splitlines()[0])
    assert (record["cluster"], record["name"], len(record["terms"])) == (1, "gout", 2)
    assert run("cluster", "-", "--encoder", "none", stdin="").stdout.count("\n") == 1


def test_similar_concepts_are_shown_with_what_differs() -> None:
    result = run("similar", "type 1 diabetes mellitus", "--encoder", "none", "-k", 3)
    assert result.exit_code == 0, result.stderr
    assert any("number:" in line for line in result.stdout.splitlines())
    record = json.loads(
        run("similar", "gout", "--json", "--encoder", "none").stdout.splitlines()[0]
    )
    assert (record["rank"], record["curie"], record["difference"]) == (1, "MONDO:0005393", "")
    assert run("similar", "", "--encoder", "none").stdout.count("\n") == 1


def test_unusable_values_are_told(tmp_path: Path) -> None:
    assert run("similar", "gout", "--types", "diseases").exit_code == 2
    assert run("cluster", tmp_path / "absent").exit_code == 2
    assert run("similar", "gout", "--encoder", tmp_path / "absent").exit_code == 3
