"""``onoma curate`` from its start to what is trained on, as a user would."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

import onoma
from onoma.cli import app
from onoma.errors import InputError, OnomaError, UnknownName
from onoma.formats import read_annotated
from onoma.formats.jsonl import encode_record
from onoma.types import Document
from tests.recognize.tagger.sample import RECIPE, start_folder

pytestmark = pytest.mark.usefixtures("small_core")
TEXTS = ("Gout and fever. No cough.", "Asthma with fever; gout again.")


@pytest.fixture(autouse=True)
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the user's curations be in a folder of the test's, beside annotated texts."""
    monkeypatch.setenv("ONOMA_CURATIONS", str(tmp_path / "curations"))
    monkeypatch.chdir(tmp_path)
    plain = tmp_path / "texts.jsonl"
    plain.write_bytes(
        b"".join(encode_record({"id": f"d{n}", "text": one}) for n, one in enumerate(TEXTS))
    )
    path = tmp_path / "found.jsonl"
    said = CliRunner().invoke(app, ["annotate", str(plain), "--mode", "dictionary", "--to",
                                    "jsonl-text", "-o", str(path)])  # fmt: skip
    assert said.exit_code == 0, said.output
    return path


def run(*arguments: str | Path, typed: str = "") -> tuple[str, str]:
    result = CliRunner().invoke(
        app, ["curate", *map(str, arguments)], input=typed, standalone_mode=False
    )
    if result.exception is not None:
        raise result.exception
    return result.stdout, result.stderr


def turns(*more: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("next", "it", "-k", "99", *more)[0].splitlines()]


def test_from_the_start_to_what_is_trained_on(found: Path) -> None:
    assert "2 documents" in run("start", "it", found, "--readers", "anna,ben")[1]
    assert run("list")[0].splitlines()[1].startswith("it\t2\t")
    mine = turns("--reader", "anna")
    assert {one["text"] for one in mine} >= {"Gout", "fever"}
    for reader in ("anna", "ben"):
        for one in turns("--reader", reader):
            run("decide", "it", str(one["item"]), "accept", "--reader", reader)
    fever = next(str(one["item"]) for one in mine if one["text"] == "fever")
    run("decide", "it", fever, "relink", "-", "--reader", "ben")
    run("add", "it", "d0", "No = -", "--type", "phenotype", "--reader", "ben")
    with pytest.raises(UnknownName):
        run("decide", "it", "9.9", "accept", "--reader", "ben")
    figures = json.loads(run("agreement", "it", "--json")[0])
    assert figures["differences"] == 2
    assert 0 < figures["linked"]["value"] < figures["mentions"]["value"] < 1
    assert "mentions with concepts, F1" in run("agreement", "it")[0]
    run("read", "it", "--reader", "carla", "--adjudicate", typed="a1q")
    rows = [line.split("\t") for line in run("status", "it")[0].splitlines()[1:]]
    assert [row[0] for row in rows] == ["anna", "ben", "carla (adjudicates)"]
    assert rows[2][1] == "2"
    assert run("undo", "it", "--reader", "carla", "--adjudicate")[1].startswith("onoma: taken back")


def test_keys_decide_at_the_terminal(found: Path) -> None:
    run("start", "it", found)
    said = run(
        "read", "it", "--order", "document", typed="nalMONDO:0004979\nxmNo = -\nphenotype\nq"
    )
    assert "of" in said[1]
    log = [
        json.loads(line) for line in Path("curations/it/decisions.jsonl").read_bytes().splitlines()
    ]
    assert [one["verb"] for one in log] == ["pass", "accept", "relink", "add"]
    run("undo", "it")
    assert "taken back" in run("undo", "it", "1")[1]
    assert len(turns()) == len(turns("--order", "document"))


def test_what_is_exported_is_read_back(found: Path, tmp_path: Path) -> None:
    run("start", "it", found)
    gouts = [str(one["item"]) for one in turns() if str(one["text"]).lower() == "gout"]
    run("decide", "it", gouts[0], "reject", "--alike")
    assert "0 of 2 documents" in run("export", "it", "-o", "none.jsonl", "--to", "jsonl-text")[1]
    for one in turns():
        run("decide", "it", str(one["item"]), "accept")
    for name in ("out.pubtator", "out.bioc.json", "out.jsonl"):
        run("export", "it", "-o", name)
        read = list(read_annotated([tmp_path / name]))
        assert [one.id for one in read] == ["d0", "d1"]
        assert all(m.text.lower() != "gout" for one in read for m in one.mentions)


def test_a_wrong_start_is_refused(found: Path) -> None:
    with pytest.raises(InputError, match="one or two readers"):
        run("start", "it", found, "--readers", "a,b,c")
    run("start", "it", found, "--readers", "a,b")
    with pytest.raises(InputError, match="who reads"):
        run("next", "it")
    with pytest.raises(InputError, match="who adjudicates"):
        run("next", "it", "--adjudicate")
    with pytest.raises(OnomaError):
        run("next", "other")


def test_documents_of_a_corpus_are_curated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from onoma.corpus import Corpus

    monkeypatch.setenv("ONOMA_CORPORA", str(tmp_path / "corpora"))
    corpus = Corpus.create(tmp_path / "corpora" / "kept")
    corpus.add([Document(f"d{n}", one) for n, one in enumerate(TEXTS)],
               pipeline=onoma.load(mode="dictionary"))  # fmt: skip
    said = run("start", "it", "--corpus", "kept", "-n", "1", "--types", "phenotype,disease")[1]
    assert "1 documents" in said


def test_what_was_curated_is_trained_on(
    found: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    pytest.importorskip("onnx", reason="the extra train is not installed")
    run("start", "it", found)
    for one in turns():
        run("decide", "it", str(one["item"]), "accept")
    run("export", "it", "-o", "it.pubtator")
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps(asdict(RECIPE) | {"passes": 1}))
    common = ["--start", start_folder(tmp_path / "start", monkeypatch), "--vocab", "none"]
    dev = tmp_path / "dev.pubtator"
    dev.write_text("9|t|Asthma was seen.\n9|a|\n9\t0\t6\tAsthma\tDisease\t-\n\n")
    data = ["--data", "it.pubtator", "--dev", dev, "--recipe", recipe]
    done = CliRunner().invoke(
        app, ["train", "ner", *map(str, (*common, *data)), "-o", str(tmp_path / "run")]
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "run" / "tagger" / "card.json").is_file()
    done = CliRunner().invoke(app, ["train", "linker", "--data", "it.pubtator", "-o", "linker"])
    assert done.exit_code == 0, done.output
    assert "entries in the lexicon" in done.output
