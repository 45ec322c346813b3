from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from onoma.cli.app import app

RIS = """TY  - JOUR
ID  - {id}
TI  - {title}
AB  - {abstract}
C8  - shelf {id}
ZZ  - an unknown tag
ER  -{space}

"""
RECORDS = [
    ("1", "Tea and sleep", "Adults drank tea before sleep."),
    ("2", "Bones", "Calcium for bones."),
    ("3", "Tea at night", "Tea before sleep in children."),
    ("4", "Hips", "Fracture of the hip and calcium."),
]


def write(folder: Path) -> Path:
    path = folder / "export.ris"
    shown = (RIS.format(id=a, title=b, abstract=c, space=" ") for a, b, c in RECORDS)
    path.write_text("".join(shown))
    return path


def run(*arguments: str, text: str | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["screen", "--no-concepts", *arguments], input=text)
    return done.exit_code, done.stdout, done.stderr


def test_ranked_records_are_rows(tmp_path: Path) -> None:
    code, out, words = run(str(write(tmp_path)), "--protocol", "tea and sleep", "--to", "jsonl")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()][:2] in (["1", "3"], ["3", "1"])
    assert "4 references (0 doubles)" in words


def test_ris_comes_out_as_it_went_in(tmp_path: Path) -> None:
    source, target = write(tmp_path), tmp_path / "ranked.ris"
    assert run(str(source), "--protocol", "tea", "-o", str(target))[0] == 0
    given, found = (sorted(p.read_text().split("\n\n")) for p in (source, target))
    assert [one.strip() for one in found if one.strip()] == [
        one.strip() for one in given if one.strip()
    ]


def test_decided_records_are_left_out(tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.csv"
    decisions.write_text("1,yes\n2,no\n9,no\n")
    code, out, words = run(str(write(tmp_path)), "--decisions", str(decisions), "--to", "tsv")
    assert code == 0
    assert [line.split("\t")[1] for line in out.splitlines()[1:]] == ["3", "4"]
    assert "1 ids are in no record" in words


def test_what_is_decided_on_the_terminal_is_written_down(tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.csv"
    arguments = [str(write(tmp_path)), "--protocol", "tea", "--decisions", str(decisions), "--ask"]
    assert run(*arguments, text="isxeq")[0] == 0
    assert len(decisions.read_text().splitlines()) == 2
    assert run(*arguments, text="")[0] == 0


def test_asking_needs_a_file_of_decisions(tmp_path: Path) -> None:
    code, _, words = run(str(write(tmp_path)), "--ask")
    assert code == 2
    assert "--decisions" in words
