"""Training a relation reader on a few texts of our own, end to end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
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


def test_documents_are_held_back_as_for_the_reader_that_learnt() -> None:
    from onoma.relate.training.session import DRAW, parted

    texts = _texts()
    drawn = {draw: {one.text.id for one in parted(texts, draw)[1]} for draw in (DRAW, "")}
    assert drawn[DRAW] == {one.text.id for one in parted(texts)[1]}
    assert drawn[DRAW]
    assert drawn[""]
    assert drawn[DRAW] != drawn[""]


def test_too_few_documents_are_an_error(tmp_path: Path) -> None:
    from onoma.relate.training.session import Session

    few = RelationCorpus(relation_task("cid"), _texts()[:2], ())
    with pytest.raises(InputError, match="hold some back"):
        Session([few], tmp_path, RECIPE)


def _sentences() -> tuple[GoldText, ...]:
    texts = []
    for place, (drug, harm) in enumerate((d, h) for d in DRUGS for h in HARMS):
        says = "activates" if place % 2 else "was found beside"
        ties = [("D:1", "CPR:3", "G:1")] if place % 2 else []
        source = f"[{drug}|chemical|D:1] {says} [{harm}|gene|G:1] here."
        texts.append(tied(f"t{place}", source, *ties))
    return tuple(texts)


def test_pairs_read_with_marks_are_added_to_a_reader(tmp_path: Path) -> None:
    from onoma.relate.reader import shipped_reader
    from onoma.relate.training.pair_session import PairSession

    task = relation_task("chemprot")
    corpus = RelationCorpus(task, _sentences(), ())
    recipe = Recipe(marked=("chemprot",), marked_passes=3, marked_layers=1, marked_room=200)
    steps: list[int] = []

    def begun() -> PairSession:
        return PairSession([corpus], shipped_reader(), tmp_path, recipe)

    session = begun()
    session.train(lambda step, _steps, _loss: steps.append(step))
    again = begun()
    assert again.trainer.step == steps[-1] == len(again.trainer.plan)
    reader = load_reader(again.finish())
    assert reader.card.marked[0].heads.tasks == ("chemprot",)  # before those it had
    assert reader.card.scales["chemprot"].marked > 0
    other = load_reader().card
    assert reader.card.scales["biored"] == other.scales["biored"]
    assert reader.card.heads == other.heads
    texts = [one.text for one in corpus.train]
    apart = [reader.read([text], task)[0] for text in texts]
    for one, text in zip(reader.read(texts, task), apart, strict=True):
        assert np.array_equal(one.chances, text.chances)
    told = np.array([reading.chances[0, 1] for reading in apart])
    assert told[1::2].mean() > told[::2].mean() + 0.1


def test_a_reader_that_learnt_from_masked_names_reads_them_masked(tmp_path: Path) -> None:
    from onoma.relate.reader import shipped_reader
    from onoma.relate.training.pair_session import PairSession

    task = relation_task("chemprot")
    recipe = Recipe(
        marked=("chemprot",), marked_passes=2, marked_layers=1, marked_room=200,
        is_masked=True, unrelated=0.5,
    )  # fmt: skip
    session = PairSession(
        [RelationCorpus(task, _sentences(), ())], shipped_reader(), tmp_path, recipe
    )
    lessons = session.trainer.lessons
    related = {place for place, one in enumerate(lessons) if one.wanted[0] < 0.5}
    drawn = session.trainer.drawn(np.random.default_rng(1))
    assert related <= set(drawn)
    assert 0.25 < len(set(drawn) - related) / (len(lessons) - len(related)) < 0.75
    reader = load_reader(session.finish())
    assert reader.card.marked[0].is_masked
    assert not reader.card.marked[1].is_masked
    pairs = reader._marked[reader.card.marked[0].file]
    texts = [
        tied("t", f"[{name}|chemical|D:1] activates [albumin|gene|G:1] here.").text
        for name in ("zinc", "hydroxychloroquine")
    ]
    one, two = (pairs.read(text, [(0, 1)])[0] for text in texts)
    assert np.array_equal(one, two)


def test_the_pairs_graph_that_is_written_scores_as_the_layers_do(tmp_path: Path) -> None:
    from onoma.encode.bert import shape_of
    from onoma.encode.encoder import shipped_folder
    from onoma.encode.folder import read_folder
    from onoma.encode.training.unpacking import float_weights
    from onoma.relate.reader.kinds import Heads
    from onoma.relate.reader.marked import Marker, PairReader, load_vectors
    from onoma.relate.training.marked import make_trainer, pair_shape, write_pairs

    task, vectors = relation_task("chemprot"), load_vectors()
    heads, recipe = Heads.of([task]), Recipe(marked_layers=2, dropout=0.0)
    folder = read_folder(shipped_folder())
    shape = shape_of(folder)
    weights = float_weights(folder.weights, shape)
    trainer = make_trainer([], heads, recipe, (weights, shape), vectors)
    trainer.model.half = False
    write_pairs(tmp_path / "pairs.onnx", trainer.averaged(), pair_shape(shape, recipe), heads)
    reader = PairReader(tmp_path / "pairs.onnx", vectors)
    for gold in _sentences()[:5]:
        ((one,),) = Marker(vectors.pieces).mark(gold.text, [(0, 1)])
        with trainer.model.torch.no_grad():
            learnt = trainer.model.scores([one]).numpy()
        assert np.abs(reader.read(gold.text, [(0, 1)])[0] - learnt).max() < 0.15


def test_pairs_that_are_not_worth_it_are_not_read_one_by_one(tmp_path: Path) -> None:
    from onoma.relate.reader import shipped_reader
    from onoma.relate.training.pair_session import PairSession

    task = relation_task("chemprot")
    recipe = Recipe(marked=("chemprot",), marked_passes=1, marked_layers=1)
    session = PairSession(
        [RelationCorpus(task, _sentences(), ())], shipped_reader(), tmp_path, recipe
    )
    place = session.finish()
    before, after = load_reader(), load_reader(place)
    text = tied("t", "[zinc|chemical|D:1] and, in other people, [albumin|gene|G:1].").text
    part = after.card.marked[0]
    first = part.first["chemprot"]
    low = replace(first, shifts=tuple(-9.0 for _ in first.shifts))
    card = replace(after.card, marked=(replace(part, first={"chemprot": low}),))
    told = after.with_card(card).read([text], task)[0]
    assert told.chances[0, 0] > 0.99  # as the first scale says, whatever the network would
    assert after.read([text], task)[0].chances[0, 0] != before.read([text], task)[0].chances[0, 0]


def test_scales_without_common_documents_are_pooled() -> None:
    from onoma.relate.reader.folder import Scale

    one = Scale(0.4, 0.6, (1.0, -1.0), 0.3, (0.1, 0.2, 0.3))
    two = Scale(0.0, 0.0, (0.0, 1.0), 0.7, marked=0.8)
    pooled = one.pooled(two)
    assert (pooled.border, pooled.novel) == (one.border, one.novel)
    scores = np.array([[0.5, 1.0, -2.0], [0.0, 3.0, 1.0]], np.float32)
    odds = np.array([[0.5, -1.0], [1.5, 0.5]], np.float32)
    marked = scores[:, ::-1].copy()

    def logits(scale: Scale) -> npt.NDArray[np.float64]:
        log = np.log(scale.chances(scores, odds, marked))
        return log[:, 1:] - log[:, :1]

    assert np.allclose(logits(pooled), 0.5 * logits(one) + 0.75 * logits(two), atol=1e-5)


def test_tasks_that_a_reader_does_not_know_are_told(tmp_path: Path) -> None:
    from onoma.relate.reader import shipped_reader
    from onoma.relate.training.pair_session import PairSession

    recipe = Recipe(marked=("ddi",))
    with pytest.raises(InputError, match="none of these tasks"):
        PairSession([_corpus()], shipped_reader(), tmp_path, recipe)
    other = RelationCorpus(relation_task("ddi"), _sentences(), ())
    with pytest.raises(InputError, match="did not learn ddi"):
        PairSession([other], shipped_reader(), tmp_path, recipe)
