"""Training a relation reader on a few texts of our own, end to end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from onoma.errors import Inconsistent, InputError
from onoma.relate.gold import GoldText, RelationCorpus
from onoma.relate.reader import load_reader
from onoma.relate.tasks import relation_task
from onoma.relate.training.trainer import Recipe
from tests.relate.relation_texts import DRUGS, HARMS, tied

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("sklearn")

RECIPE = Recipe(passes=1, room=300, worded=("cid",), words=50, hidden=16)


def _texts() -> tuple[GoldText, ...]:
    texts = []
    for place, (drug, harm) in enumerate((d, h) for d in DRUGS for h in HARMS):
        says = "caused" if place % 2 else "was given for"
        ties = [("D:1", "CID", "H:1")] if place % 2 else []
        source = f"[{drug}|chemical|D:1] {says} [{harm}|disease|H:1] here."
        texts.append(tied(f"t{place}", source, *ties))
    return tuple(texts)


def _corpus() -> RelationCorpus:
    return RelationCorpus(relation_task("cid"), _texts(), ())


def test_a_run_learns_goes_on_and_leaves_a_reader_that_loads(tmp_path: Path) -> None:
    from onoma.relate.training.session import Session

    steps: list[int] = []
    session = Session([_corpus()], tmp_path, RECIPE)
    session.train(lambda step, _steps, _loss: steps.append(step))
    again = Session([_corpus()], tmp_path, RECIPE)
    assert again.trainer.step == steps[-1] == len(again.trainer.plan)
    for name, weight in session.trainer.model.arrays().items():
        assert np.array_equal(weight, again.trainer.model.arrays()[name])
    place = again.finish({"command": "in a test"})
    reader = load_reader(place)
    readings = reader.read([one.text for one in _texts()[:4]], relation_task("cid"))
    assert [len(reading.pairs) for reading in readings] == [1, 1, 1, 1]
    assert readings[1].chances[0, 1] > readings[0].chances[0, 1]
    with pytest.raises(Inconsistent, match="another recipe"):
        Session([_corpus()], tmp_path, replace(RECIPE, seed=5))


def test_the_graph_that_is_written_scores_as_the_layers_do(tmp_path: Path) -> None:
    from onoma.relate.reader.upper import Upper
    from onoma.relate.training.export import write_upper
    from onoma.relate.training.session import Session

    session = Session([_corpus()], tmp_path, RECIPE)
    model = session.trainer.model
    model.half = False
    write_upper(tmp_path / "u.onnx", model.arrays(), session.plan, small=False)
    sheet = session.taught["cid"].learnt[0].sheets[0]
    found = Upper(tmp_path / "u.onnx").run(sheet)
    assert np.allclose(found, model.scores([sheet]).detach().numpy(), atol=1e-4)


def test_too_few_documents_are_an_error(tmp_path: Path) -> None:
    from onoma.relate.training.session import Session

    few = RelationCorpus(relation_task("cid"), _texts()[:2], ())
    with pytest.raises(InputError, match="hold some back"):
        Session([few], tmp_path, RECIPE)
