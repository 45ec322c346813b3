"""``onoma train ranking`` and ``onoma rank``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.ontology.store import ConceptStore

TEXTS = {
    "fiebre": "HP:0001945", "hipertensión": "HP:0000822", "edema": "HP:0000969",
    "ataxia de la marcha": "HP:0002066", "labio leporino": "HP:0000204",
}  # fmt: skip


def run(*args: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*map(str, args)])
    return done.exit_code, done.output


@pytest.fixture
def data(tmp_path: Path, small_core: ConceptStore) -> Path:
    lines = []
    for number in range(1, 9):
        text = " y ".join(TEXTS)
        lines.append(f"{number}|t|{text}\n{number}|a|")
        for name, curie in TEXTS.items():
            start = text.index(name)
            lines.append(f"{number}\t{start}\t{start + len(name)}\t{name}\tPhenotype\t{curie}")
        lines.append("")
    path = tmp_path / "cases.pubtator"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def translations(tmp_path: Path) -> Path:
    path = tmp_path / "es.tsv"
    rows = ["curie\tname", "HP:0001250\tcrisis epiléptica", "HP:0000175\tpaladar hendido"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_annotations_and_translations_make_a_ranker(
    data: Path, translations: Path, tmp_path: Path
) -> None:
    out = tmp_path / "spanish"
    common = ["--types", "phenotype", "--ids", "HP", "--translations", translations]
    code, output = run("train", "ranking", "--data", data, *common, "-o", out)
    assert code == 0, output
    assert "40 mentions" in output
    assert "held out in turn" in output
    code, output = run("rank", "--with", out, "fiebres", "paladar hendido", "-k", 1)
    assert code == 0, output
    rows = [line.split("\t") for line in output.splitlines()]
    assert rows[0] == ["term", "rank", "curie", "label", "score", "name"]
    assert [row[:3] for row in rows[1:]] == [
        ["fiebres", "1", "HP:0001945"],
        ["paladar hendido", "1", "HP:0000175"],
    ]
    terms = tmp_path / "terms.tsv"
    terms.write_text("LL\tcon labio leporino (LL)\nxyzw\n", encoding="utf-8")
    more = ["--json", "--explain", "-k", 1, "--from-file", terms]
    code, output = run("rank", "--with", out, *more)
    first, second = (json.loads(line) for line in output.splitlines())
    assert first["curie"] == "HP:0000204"
    assert first["why"]["share"] > 0.9
    assert second["curie"] is None
    code, output = run("rank", "--with", out, "--least", 1, "fieber")
    assert output.splitlines()[1].split("\t")[:3] == ["fieber", "1", "-"]


def test_what_cannot_be_used_is_told(data: Path, tmp_path: Path) -> None:
    code, output = run("rank", "--with", tmp_path, "fiebre")
    assert code == 3
    assert "onoma train ranking" in output
    assert run("rank", "--with", tmp_path)[0] == 2
    lines = data.read_text(encoding="utf-8").split("\n\n")[0]
    data.write_text(lines + "\n\n", encoding="utf-8")
    code, output = run("train", "ranking", "--data", data, "-o", tmp_path / "few")
    assert code == 2
    assert "5 mentions" in output
    assert not (tmp_path / "few").exists()
