"""``onoma corpus`` from its making to its export, as a user would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.corpus import find_corpus
from onoma.corpus.locking import write_lock
from onoma.errors import OnomaError

pytestmark = pytest.mark.usefixtures("small_core")

RIS = """TY  - JOUR
TI  - Gout in an invented cohort
AB  - Metformin was given for type 2 diabetes.
PY  - 2015
DO  - 10.9999/inv.1
JO  - Annals of Made-up Medicine
ER  -
"""


@pytest.fixture(autouse=True)
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the user's corpora be in a folder of the test's."""
    monkeypatch.setenv("ONOMA_CORPORA", str(tmp_path / "corpora"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "corpora"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text("No history of epilepsy.")
    (folder / "b.txt").write_bytes(b"Bad \xff\xfe bytes")
    (folder / "refs.ris").write_text(RIS)
    return folder


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["corpus", *map(str, arguments)], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value or 0, result.stdout, result.stderr


def test_a_corpus_is_made_filled_counted_and_exported(files: Path) -> None:
    assert "fill it" in run("create", "heart")[1]
    code, said, words = run("add", files)
    assert (code, said) == (1, "2 new, 1 failed\n")
    assert "b.txt: bad-encoding" in words
    assert run("add", files / "a.txt", files / "refs.ris")[1] == "2 there already\n"
    info = json.loads(run("info", "--json")[1])
    assert (info["documents"], info["errors"], info["years"]) == (2, 1, [2015, 2015])
    assert "documents    2; 1 failed" in run("info")[1]
    assert run("list")[1].splitlines()[1].startswith("heart\t2\t")
    _, lines, _ = run("export", "--to", "jsonl", "--errors", "e.jsonl")
    found = {json.loads(line)["id"]: json.loads(line) for line in lines.splitlines()}
    assert set(found) == {"a.txt", "10.9999/inv.1"}
    assert found["a.txt"]["mentions"][0]["assertion"] == "absent"
    assert json.loads(Path("e.jsonl").read_text())["error"]["code"] == "bad-encoding"
    assert run("verify")[1].startswith("sound: 3 rows")


@pytest.mark.parametrize("name", ["o.bioc.xml", "o.pubtator", "o.brat.zip", "o.ris", "o.conll"])
def test_documents_are_exported_in_any_format(files: Path, name: str) -> None:
    run("create", "heart")
    run("add", files / "refs.ris")
    run("export", "-o", name, "--id", "10.9999/inv.1")
    assert Path(name).stat().st_size > 50


def test_an_export_is_what_annotate_writes(files: Path) -> None:
    run("create", "heart")
    run("add", files / "a.txt", files / "refs.ris")
    paths = [str(files / "a.txt"), str(files / "refs.ris")]
    how = ["--mode", "dictionary", "--relations", "--relater", "rules", "--to", "jsonl"]
    own = CliRunner().invoke(app, ["annotate", *paths, *how])
    lines = run("export", "--to", "jsonl")[1].splitlines()
    assert [json.loads(line) for line in lines] == [
        json.loads(line) for line in own.stdout.splitlines()
    ]


def test_documents_are_removed_and_stay_so(files: Path) -> None:
    run("create", "heart")
    run("add", files / "a.txt")
    assert run("remove", "a.txt")[:2] == (0, "1 removed\n")
    assert run("remove", "a.txt")[0] == 1
    assert "removed earlier" in run("add", files / "a.txt")[1]
    assert run("add", files / "a.txt", "--again")[1] == "1 new\n"


def test_doubles_are_listed(files: Path) -> None:
    run("create", "heart")
    (files / "more.jsonl").write_text(
        json.dumps({"id": "1", "text": "Gout.", "metadata": [["doi", "10.9999/inv.1"]]}) + "\n"
    )
    run("add", files / "refs.ris")
    assert "1 double another" in run("add", files / "more.jsonl")[1]
    assert run("duplicates")[1].splitlines()[1].startswith("1\t10.9999/inv.1\tdoi\t")


def test_another_choice_of_types_is_followed(files: Path) -> None:
    run("create", "heart", "--types", "disease")
    run("add", files / "refs.ris")
    assert list(json.loads(run("info", "--json")[1])["types"]) == ["disease"]
    assert run("reannotate")[1] == "nothing to do\n"
    assert run("reannotate", "--types", "chemical")[1] == "1 documents annotated anew\n"
    assert list(json.loads(run("info", "--json")[1])["types"]) == ["chemical"]


def test_damage_is_found_named_and_repaired(files: Path) -> None:
    run("create", "heart")
    run("add", files / "a.txt")
    assert run("repair")[:2] == (0, "nothing to repair\n")
    path = find_corpus("heart") / "segments" / "000001-documents.parquet"
    path.write_bytes(path.read_bytes()[:300])
    code, said, _ = run("verify")
    assert code == 1
    assert "000001-documents.parquet: " in said
    code, said, _ = run("repair")
    assert code == 1
    assert "lost: 1 documents: a.txt" in said
    assert run("verify")[0] == 0
    assert run("add", files / "a.txt")[1] == "1 new\n"


def test_tables_are_asked_in_sql(files: Path) -> None:
    pytest.importorskip("duckdb")
    run("create", "heart")
    run("add", files / "refs.ris")
    assert run("sql", "SELECT id FROM documents")[1] == "id\n10.9999/inv.1\n"
    assert run("sql", "SELECT year FROM documents", "--json")[1] == '{"year":2015}\n'
    assert run("info", "--by", "journal")[1].splitlines()[1] == "Annals of Made-up Medicine\t1"


def test_which_corpus_is_meant_must_be_clear(files: Path, corpora: Path) -> None:
    with pytest.raises(OnomaError, match="no corpus yet"):
        run("info")
    run("create", "heart")
    run("create", "lung")
    with pytest.raises(OnomaError, match="several corpora: heart, lung"):
        run("info")
    assert run("info", "--corpus", "lung")[0] == 0
    assert run("info", "--corpus", corpora / "lung")[0] == 0
    with pytest.raises(OnomaError, match="did you mean 'lung'"):
        run("info", "--corpus", "lugn")
    with pytest.raises(OnomaError, match="there is a corpus already"):
        run("create", "lung")


def test_a_second_writer_is_told(files: Path) -> None:
    run("create", "heart")
    with write_lock(find_corpus()), pytest.raises(OnomaError, match="another process"):
        run("add", files / "a.txt", "--no-wait")
