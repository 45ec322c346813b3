"""``onoma train relations`` by the command: own documents to a reader; a stopped run goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.relate.reader import load_reader, shipped_reader
from onoma.relate.tasks import relation_task
from tests.relate.relation_texts import DRUGS, HARMS, marked

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("sklearn")

RECIPE = {"passes": 1, "room": 400, "words": 50, "hidden": 16}


def _pubtator() -> str:
    parts = []
    for place, (drug, harm) in enumerate((d, h) for d in DRUGS for h in HARMS):
        says = "caused" if place % 2 else "was given for"
        title = f"{drug} {says} {harm}."
        second = len(title) - 1 - len(harm)
        rows = [
            f"{place}|t|{title}",
            f"{place}|a|None.",
            f"{place}\t0\t{len(drug)}\t{drug}\tChemical\tMESH:D1",
            f"{place}\t{second}\t{second + len(harm)}\t{harm}\tDisease\tMESH:D2",
        ]
        if place % 2:
            rows.append(f"{place}\tCID\tMESH:D1\tMESH:D2")
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["train", "relations", *map(str, words)])
    return done.exit_code, done.output


def test_own_documents_make_a_reader_like_the_one_that_ships(tmp_path: Path) -> None:
    (tmp_path / "mine.pubtator").write_text(_pubtator())
    (tmp_path / "recipe.json").write_text(json.dumps(RECIPE))
    words = (
        "--task", "cid", "--data", tmp_path / "mine.pubtator", "--recipe", tmp_path / "recipe.json",
        "-o", tmp_path / "run",
    )  # fmt: skip
    code, said = run(*words)
    assert code == 0, said
    made, ships = tmp_path / "run" / "reader", shipped_reader()
    assert {one.name for one in made.iterdir()} >= {"card.json", "upper.onnx", "wording.npz"}
    card, other = (json.loads((one / "card.json").read_text()) for one in (made, ships))
    assert card["tasks"] == {"cid": ["CID"]}
    assert card.keys() >= {"tensor", "tagger", "recipe", "scales", "texts", "zones", "numbers"}
    assert (card["tensor"], card["tagger"]) == (other["tensor"], other["tagger"])
    text = marked("new", "[heparin|chemical|MESH:D1] caused [anuria|disease|MESH:D2].")
    reading = load_reader(made).read([text], relation_task("cid"))[0]
    assert 0 < reading.chances[0, 1] <= 1
    code, said = run(*words)
    assert code == 0
    assert "going on after step" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-o", "x"), "give --root or --data"),
        (("--data", __file__, "-o", "x"), "name the task"),
    ],
)
def test_what_is_missing_is_told(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    code, said = run(*(str(tmp_path / "x") if one == "x" else one for one in words))
    assert code != 0
    assert told in said
