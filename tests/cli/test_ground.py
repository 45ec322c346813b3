from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_rows_are_printed_with_nil_as_a_dash(run: Run) -> None:
    lines = run("ground", "gout", "xyzzy", "-k", 1).stdout.splitlines()
    assert lines == [
        "term\trank\tcurie\tlabel\tscore",
        "gout\t1\tMONDO:0005393\tgout\t0.9000",
        "xyzzy\t1\t-\t-\t0.0000",
    ]


def test_json_lines_have_nil_as_null(run: Run) -> None:
    records = [
        json.loads(line) for line in run("ground", "--json", "gout", "no").stdout.splitlines()
    ]
    assert records[0] == {
        "term": "gout",
        "rank": 1,
        "curie": "MONDO:0005393",
        "label": "gout",
        "score": 0.9,
    }
    assert [r["rank"] for r in records] == [1, 2, 1]
    assert records[2]["curie"] is None


def test_terms_are_read_from_the_first_column(run: Run, tmp_path: Path) -> None:
    (tmp_path / "n.tsv").write_text("gout\tx\n\nfever\n")
    lines = run("ground", "--from-file", tmp_path / "n.tsv", "-k", 1).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["term", "gout", "fever"]


def test_a_file_that_is_not_text_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "n.tsv").write_bytes(b"g\xe8ut\n")
    result = run("ground", "--from-file", tmp_path / "n.tsv")
    assert result.exit_code == 2
    assert "0xe8" in result.stderr


def test_no_term_is_a_usage_error(run: Run) -> None:
    assert run("ground").exit_code == 2
    assert run("ground", "gout", "--types", "diseases").exit_code == 2


def test_the_context_is_the_second_column(run: Run, tmp_path: Path) -> None:
    (tmp_path / "n.tsv").write_text("gout\tin a foot\n")
    path = tmp_path / "n.tsv"
    assert "MONDO:0005393" in run("ground", "--from-file", path, "--with-context").stdout
    path.write_text("gout\n")
    result = run("ground", "--from-file", path, "--with-context")
    assert result.exit_code == 2
    assert "no second column" in result.stderr


def test_explained_rows_say_the_parts_of_the_score(run: Run) -> None:
    head, row = run("ground", "gout", "-k", 1, "--explain").stdout.splitlines()
    assert head.split("\t")[-2:] == ["name", "why"]
    assert row.split("\t")[5] == "gout"
    record = json.loads(run("ground", "gout", "-k", 1, "--explain", "--json").stdout)
    assert record["why"] == {}


def test_wrong_choices_are_usage_errors(run: Run) -> None:
    assert run("ground", "gout", "--mode", "guess").exit_code == 2
    assert run("ground", "gout", "--least", 2).exit_code == 2
