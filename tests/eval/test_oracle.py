"""Agreement with the scorer that stands beside the shared corpora (skipped where it is not)."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onoma.eval import Request, evaluate, tasks
from onoma.eval.datasets import find_source
from onoma.eval.gold_documents import GoldMention
from onoma.eval.parts import Setting
from onoma.eval.results import SystemResult
from onoma.eval.running import read_data
from onoma.eval.systems import find_maker

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("ONOMA_SHARED", ROOT.parent / "shared"))
SCORER = SHARED / "tools" / "score.py"
IDS = ["MESH:D01", "MESH:D02", "OMIM:1", "OMIM:2", "MESH:D03"]
SAME = [("MESH:D01", "OMIM:1"), ("MESH:D02", "OMIM:2"), ("MESH:D03", "MESH:D01")]
LEVELS = {
    ("ner", "strict"): "mention",
    ("ner", "overlap"): "overlap",
    ("concepts", "linked"): "linked",
    ("concepts", "document"): "document",
}


@pytest.fixture(scope="module")
def scorer() -> Any:
    if not SCORER.is_file():
        pytest.skip(f"no shared scorer at {SCORER}")
    spec = importlib.util.spec_from_file_location("shared_score", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def random_documents(rng: np.random.Generator, n: int) -> dict[str, list[GoldMention]]:
    out = {}
    for number in range(n):
        marks = []
        for _ in range(int(rng.integers(0, 9))):
            start = int(rng.integers(0, 90))
            end = start + int(rng.integers(1, 9))
            ids = tuple(rng.choice(IDS, int(rng.integers(0, 3)), replace=False).tolist())
            marks.append(
                GoldMention(start, end, "x", str(rng.choice(["Disease", "Chemical"])), ids)
            )
        out[str(number)] = marks
    return out


def write_pubtator(path: Path, documents: dict[str, list[GoldMention]]) -> Path:
    text = "a" * 100
    lines = []
    for identifier, marks in documents.items():
        lines += [f"{identifier}|t|{text}", f"{identifier}|a|"]
        for m in sorted(set(marks), key=lambda m: (m.start, m.end)):
            ids = "|".join(m.concepts) or "-"
            cells = (identifier, str(m.start), str(m.end), text[m.start : m.end], m.type, ids)
            lines.append("\t".join(cells))
        lines.append("")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def own_scores(gold: Path, predicted: Path, equivalents: Path) -> dict[str, SystemResult]:
    asked = {"predictions": (predicted,), "equivalents": equivalents, "samples": 5}
    return {
        task: evaluate(Request(task, gold, **asked)).systems[0]  # type: ignore[arg-type]
        for task in ("ner", "concepts", "link")
    }


@pytest.mark.parametrize("seed", range(4))
def test_scores_are_those_of_the_shared_scorer(scorer: Any, seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    gold = random_documents(rng, 30)
    predicted = {
        name: [m for m in marks if rng.random() < 0.6] + other
        for (name, marks), other in zip(
            gold.items(), random_documents(rng, 30).values(), strict=True
        )
    }
    paths = [
        write_pubtator(tmp_path / "gold.pubtator", gold),
        write_pubtator(tmp_path / "mine.pubtator", predicted),
    ]
    same = tmp_path / "same.tsv"
    same.write_text("".join(f"{a}\t{b}\n" for a, b in SAME), encoding="utf-8")
    judge = scorer.Scorer(scorer.read_equiv(str(same)))
    sides = [scorer.read(str(path)) for path in paths]
    theirs = judge.score(*sides)
    mine = own_scores(paths[0], paths[1], same)
    for (task, name), level in LEVELS.items():
        found = mine[task].measures
        assert found[f"{name} F1"].value == pytest.approx(theirs[level]["f1"]), level
        if name != "overlap":
            assert found[f"{name} precision"].value == pytest.approx(theirs[level]["p"]), level
            assert found[f"{name} recall"].value == pytest.approx(theirs[level]["r"]), level


def test_scores_on_a_shared_corpus_are_those_of_the_shared_scorer(
    scorer: Any, tmp_path: Path
) -> None:
    """The training part of NCBI Disease as a lexicon, on its dev part."""
    folder = SHARED / "data" / "ncbi-disease"
    if not folder.is_dir():
        pytest.skip("no shared corpus here")
    request = Request("concepts", folder, systems=("lexicon",), split="dev", samples=5)
    data = read_data(tasks.get("concepts"), find_source(folder, "concepts", split="dev"))
    setting = Setting("concepts", data.views, data.train, None)
    guesses = find_maker("concepts", "lexicon")(setting).predict([i.given for i in data.items])

    def as_judged(mentions: Any) -> list[Any]:
        return [scorer.Mention(m.start, m.end, m.type, m.concepts, m.text) for m in mentions]

    gold = {item.id: as_judged(item.gold) for item in data.items}
    predicted = {item.id: as_judged(g) for item, g in zip(data.items, guesses, strict=True)}
    theirs = scorer.Scorer().score(gold, predicted)
    mine = evaluate(request).systems[0].measures
    for name in ("linked", "document"):
        assert mine[f"{name} F1"].value == pytest.approx(theirs[name]["f1"])
    assert theirs["document"]["gold"] > 200
