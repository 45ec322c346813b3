"""``onoma corpus map`` and ``onoma corpus report``: of paths, of a corpus, and what is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onoma.cli import app


def run(*arguments: str) -> Result:
    """Run a command of ``onoma`` with the core vocabulary."""
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Return a file of twelve documents of two fields, with years and authors."""
    rows = [
        {
            "id": f"d{n}",
            "text": "Gout and aspirin." if n % 2 else "Epilepsy of the brain, with fever.",
            "date": f"{2015 + n % 5}",
            "metadata": {"author": ["Ann A", f"Bo {n % 2}"], "journal": "Gut"},
        }
        for n in range(12)
    ]
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_paths_are_mapped(texts: Path, tmp_path: Path) -> None:
    """Two fields, two areas; the folder has everything."""
    out = tmp_path / "map"
    result = run("corpus", "map", str(texts), "--areas", "2", "-o", str(out))
    assert result.exit_code == 0, result.stderr
    assert "12 of 12 documents in 2 areas" in result.stderr
    record = json.loads((out / "map.json").read_bytes())
    assert {frozenset(p["id"] for p in record["placed"] if p["area"] == n) for n in (1, 2)} == {
        frozenset(f"d{n}" for n in range(12) if n % 2 == side) for side in (0, 1)
    }
    names = {path.name for path in out.iterdir()}
    assert names == {"index.html", "map.csv", "areas.csv", "map.json", "map.svg", "borders.svg"}


def test_a_corpus_is_mapped_and_reported(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same documents from a corpus give the same map; the report has years and entities."""
    monkeypatch.setenv("ONOMA_CORPORA", str(tmp_path))
    corpus = "kept"
    assert run("corpus", "create", corpus).exit_code == 0
    assert run("corpus", "add", str(texts), "--corpus", corpus).exit_code == 0
    maps: list[bytes] = []
    for source in (("--corpus", corpus), (str(texts),)):
        out = tmp_path / f"map{len(maps)}"
        assert run("corpus", "map", *source, "-o", str(out)).exit_code == 0
        maps.append((out / "map.svg").read_bytes())
    assert maps[0] == maps[1]
    out = tmp_path / "report"
    result = run("corpus", "report", "--corpus", corpus, "-o", str(out))
    assert result.exit_code == 0, result.stderr
    assert "12 documents" in result.stderr
    record = json.loads((out / "report.json").read_bytes())
    assert record["documents"] == 12
    assert [one["year"] for one in record["years"]] == [2015, 2016, 2017, 2018, 2019]


def test_what_cannot_be_is_told(texts: Path, tmp_path: Path) -> None:
    """Paths and a corpus at once, a file in place of the folder, too few documents."""
    out = str(tmp_path / "out")
    both = run("corpus", "map", str(texts), "--corpus", "x", "-o", out)
    assert both.exit_code == 2
    assert "paths and a corpus" in both.stderr
    assert run("corpus", "report", str(texts), "-o", str(texts)).exit_code == 2
    lone = tmp_path / "lone.txt"
    lone.write_text("Gout.")
    few = run("corpus", "map", str(lone), "-o", out)
    assert few.exit_code == 2
    assert "a map needs" in few.stderr
