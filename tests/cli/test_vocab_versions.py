"""The commands that compare versions and bring results to a newer one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onoma.cli import app

OLD = """format-version: 1.2
data-version: hp/releases/2025-01-01
[Term]
id: HP:0000001
name: one

[Term]
id: HP:0000002
name: two
is_a: HP:0000001

[Term]
id: HP:0000003
name: three
"""
NEW = """format-version: 1.2
data-version: hp/releases/2026-01-01
[Term]
id: HP:0000001
name: One
alt_id: HP:0000002

[Term]
id: HP:0000003
name: obsolete three
is_obsolete: true
consider: HP:0000001

[Term]
id: HP:0000004
name: four
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["vocab", *map(str, words)])


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.obo"
    path.write_text(OLD)
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.obo"
    path.write_text(NEW)
    return path


@pytest.fixture
def results(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    mentions = [{"curie": f"HP:000000{n}", "label": "x", "alternatives": []} for n in (2, 3, 1)]
    path.write_text(json.dumps({"id": "d", "mentions": mentions}) + "\n")
    return path


def test_diff_lists_every_change(old: Path, new: Path) -> None:
    done = run("diff", old, new)
    rows = [line.split("\t")[:2] for line in done.stdout.splitlines()]
    assert rows[0] == ["kind", "curie"]
    assert ["merged", "HP:0000002"] in rows
    assert ["renamed", "HP:0000001"] in rows
    assert ["obsolete", "HP:0000003"] in rows
    assert ["new", "HP:0000004"] in rows
    assert "1 new, 1 obsolete, 1 merged, 1 renamed" in done.stderr


def test_diff_writes_sssom_and_says_what_is_left_out(old: Path, new: Path) -> None:
    done = run("diff", old, new, "--to", "sssom")
    rows = [line.split("\t")[:4] for line in done.stdout.splitlines() if line.startswith("HP:")]
    assert rows == [
        ["HP:0000002", "two", "skos:exactMatch", "HP:0000001"],
        ["HP:0000003", "three", "oboInOwl:consider", "HP:0000001"],
    ]
    assert "2025-01-01" in done.stdout
    assert "1 new" in done.stderr


def test_diff_can_be_cut_to_kinds(old: Path, new: Path) -> None:
    rows = run("diff", old, new, "--only", "merged").stdout.splitlines()
    assert len(rows) == 2
    assert run("diff", old, new, "--only", "merge").exit_code == 2


def test_an_unknown_version_is_told(old: Path) -> None:
    done = run("diff", old, "nothing-of-this-name")
    assert done.exit_code == 2
    assert "nothing-of-this-name" in done.stderr


def test_migrate_shows_then_applies(results: Path, new: Path, tmp_path: Path) -> None:
    before = results.read_bytes()
    shown = run("migrate", results, "--vocab", new)
    rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert [row[:3] for row in rows[1:]] == [
        ["replace", "HP:0000002", "HP:0000001"],
        ["review", "HP:0000003", "-"],
    ]
    assert results.read_bytes() == before
    changes, out = tmp_path / "c.tsv", tmp_path / "b.jsonl"
    changes.write_text(shown.stdout)
    for words in (("--vocab", new), ("--changes", changes)):
        done = run("migrate", results, *words, "--apply", "-o", out)
        assert done.exit_code == 0, done.output
        curies = [m["curie"] for m in json.loads(out.read_text())["mentions"]]
        assert curies == ["HP:0000001", "HP:0000003", "HP:0000001"]
        out.unlink()
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_migrate_needs_a_place_to_write(results: Path, new: Path, tmp_path: Path) -> None:
    assert run("migrate", results, "--vocab", new, "--apply").exit_code == 2
    assert run("migrate", results, "--vocab", new, "-o", tmp_path / "x").exit_code == 2


def test_a_failed_migration_leaves_nothing(new: Path, tmp_path: Path) -> None:
    broken = tmp_path / "b.jsonl"
    broken.write_text('{"id": "a", "mentions": []}\n{"id": \n')
    changes = tmp_path / "c.tsv"
    changes.write_text("action\told\tnew\tlabel\tmentions\tothers\tdocuments\twhy\n")
    out = tmp_path / "out.jsonl"
    done = run("migrate", broken, "--changes", changes, "--apply", "-o", out)
    assert done.exit_code == 2
    assert "line 2" in done.stderr
    assert not out.exists()
