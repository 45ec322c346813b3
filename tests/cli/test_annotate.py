from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from onoma.types import AnnotatedDocument, Document
from tests.cli.conftest import FakePipeline, Run


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Return a folder of three notes, the second of them broken."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text("fever and gout")
    (folder / "b.txt").write_bytes(b"Fi\xe8vre")
    (folder / "c.txt").write_text("")
    return folder


def test_json_lines_stand_in_order_with_errors_in_place(run: Run, notes: Path) -> None:
    result = run("annotate", notes)
    first, second, third = (json.loads(line) for line in result.stdout.splitlines())
    assert [m["curie"] for m in first["mentions"]] == ["HP:0001945", "MONDO:0005393"]
    assert (second["id"], second["error"]["code"]) == ("b.txt", "bad-encoding")
    assert third["mentions"] == []
    assert result.exit_code == 1
    assert "b.txt: bad-encoding" in result.stderr
    assert "1 document failed" in result.stderr


def test_all_well_is_exit_code_0(run: Run, notes: Path) -> None:
    assert run("annotate", notes / "a.txt").exit_code == 0


def test_standard_input_is_read(run: Run) -> None:
    result = run("annotate", "-", stdin=b"fever")
    assert json.loads(result.stdout)["id"] == "-"


def test_errors_are_copied(run: Run, notes: Path, tmp_path: Path) -> None:
    run("annotate", notes, "--errors", tmp_path / "errors.jsonl")
    (record,) = map(json.loads, (tmp_path / "errors.jsonl").read_text().splitlines())
    assert record["id"] == "b.txt"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("o.jsonl", b'{"schema":1'),
        ("o.pubtator", b"a.txt|t|fever"),
        ("o.tsv", b"id\tstart"),
        ("o.HTML", b"<!DOCTYPE html>"),
    ],
)
def test_the_extension_chooses_the_format(run: Run, notes: Path, name: str, start: bytes) -> None:
    out = notes.parent / name
    assert run("annotate", notes / "a.txt", "-o", out).exit_code == 0
    assert out.read_bytes().startswith(start)
    assert sorted(path.name for path in notes.parent.iterdir()) == sorted([name, "notes"])


def test_the_output_folder_is_created(run: Run, notes: Path) -> None:
    for name in ("o.jsonl", "o.tsv"):
        out = notes.parent / "new" / name[2:] / name
        assert run("annotate", notes / "a.txt", "-o", out).exit_code == 0
        assert out.is_file()


def test_an_output_folder_that_is_a_file_is_named(run: Run, notes: Path) -> None:
    result = run("annotate", notes / "a.txt", "-o", notes / "a.txt" / "o.tsv")
    assert result.exit_code == 2
    assert "a.txt is no folder" in result.stderr


def test_an_extension_without_format_is_a_usage_error(run: Run, notes: Path) -> None:
    result = run("annotate", notes, "-o", notes.parent / "o.xyz")
    assert result.exit_code == 2
    assert "--to" in result.stderr


def test_a_pubtator_file_comes_back_with_its_texts(run: Run, tmp_path: Path) -> None:
    head = "7|t|On gout\n7|a|No fever.\n"
    (tmp_path / "g.pubtator.gz").write_bytes(
        gzip.compress((head + "7\t0\t2\tOn\tDisease\tD1\n\n").encode())
    )
    result = run("annotate", tmp_path / "g.pubtator.gz", "--to", "pubtator")
    assert result.stdout == head + (
        "7\t3\t7\tgout\tDisease\tMONDO:0005393\n7\t11\t16\tfever\tPhenotype\tHP:0001945\n\n"
    )


def test_options_reach_the_pipeline(run: Run, notes: Path, pipeline: FakePipeline) -> None:
    run("annotate", notes, "--types", "disease, gene", "--ids", "MESH,OMIM", "--nested",
        "--mode", "neural:mine", "--recall")  # fmt: skip
    assert pipeline.calls == [
        {
            "types": ("disease", "gene"),
            "ids": ("MESH", "OMIM"),
            "nested": True,
            "project": None,
            "mode": "neural:mine",
            "leaning": "recall",
        }
    ]


def test_a_mistyped_type_is_a_usage_error_with_the_nearest(run: Run, notes: Path) -> None:
    result = run("annotate", notes, "--types", "diseese")
    assert result.exit_code == 2
    assert "did you mean 'disease'?" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--from", "pubtatr"],
        ["--to", "jsnl"],
        ["--vocab", "cor"],
        ["--resume"],
        ["--processes", "0"],
        ["--types", ","],
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, notes: Path, words: list[str]) -> None:
    assert run("annotate", notes, *words).exit_code == 2


def test_a_path_that_is_not_there_is_a_usage_error(run: Run) -> None:
    assert run("annotate", "no/such/path").exit_code == 2


def test_without_a_word_the_mode_and_the_leaning_are_the_usual_ones(
    run: Run, notes: Path, pipeline: FakePipeline
) -> None:
    run("annotate", notes)
    assert (pipeline.calls[0]["mode"], pipeline.calls[0]["leaning"]) == ("", "balanced")


def test_explain_adds_candidates(run: Run, notes: Path) -> None:
    result = run("annotate", notes / "a.txt", "--explain")
    assert json.loads(result.stdout)["mentions"][0]["candidates"][0]["why"] == {"prior": 0.25}


def test_terminal_output_can_be_asked_for(run: Run, notes: Path) -> None:
    assert "HP:0001945" in run("annotate", notes, "--to", "terminal").stdout


def test_a_stopped_run_is_resumed(
    run: Run, tmp_path: Path, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f'{{"id": "{n % 7}", "text": "fever {n}"}}\n' for n in range(10))
    (tmp_path / "in.jsonl").write_text(lines + "broken\n")
    words = ("annotate", tmp_path / "in.jsonl", "-o")
    assert run(*words, tmp_path / "whole.jsonl").exit_code == 1

    annotate = FakePipeline.annotate

    def stop_at_5(self: FakePipeline, document: Document) -> AnnotatedDocument:
        if document.text == "fever 5":
            raise KeyboardInterrupt
        return annotate(self, document)

    monkeypatch.setattr(FakePipeline, "annotate", stop_at_5)
    stopped = run(*words, tmp_path / "out.jsonl")
    assert stopped.exit_code == 130
    assert "--resume goes on" in stopped.stderr
    assert not (tmp_path / "out.jsonl").exists()
    monkeypatch.setattr(FakePipeline, "annotate", annotate)
    assert run(*words, tmp_path / "out.jsonl", "--resume").exit_code == 1
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert run(*words, tmp_path / "out.jsonl", "--resume").exit_code == 1
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_torn_last_line_is_removed_on_resuming(run: Run, notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    run("annotate", notes, "-o", out)
    whole = out.read_bytes()
    for cut in (1, 30, len(whole) - 1):
        out.write_bytes(whole[:-cut])
        run("annotate", notes, "-o", out, "--resume")
        assert out.read_bytes() == whole
