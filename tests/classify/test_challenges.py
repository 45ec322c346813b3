"""Challenges and directions by the model that ships, and the adapter that it has."""

from __future__ import annotations

import numpy as np
import pytest

from onoma.classify.adapter import AdaptedEncoder, Adapter
from onoma.classify.challenges import challenges_of, iter_challenges, shipped_reader
from onoma.encode.encoder import load_encoder
from onoma.encode.opened import OpenedEncoder
from onoma.errors import BadFile, Inconsistent
from onoma.types import Document, FailedDocument

GAP = "However, the mechanism remains poorly understood and no treatment is available."
WISH = "Future studies should investigate whether the drug could prevent relapse."
FACT = "Blood was drawn from the left arm at noon."


def test_a_gap_is_a_challenge_and_a_wish_a_direction() -> None:
    text = f"{FACT} {GAP} {WISH}"
    found = challenges_of(text)
    labels = {(one.label, one.text) for one in found}
    assert ("challenge", GAP) in labels
    assert ("direction", WISH) in labels
    assert all(one.text != FACT for one in found)
    assert all(text[one.start : one.end] == one.text for one in found)


def test_documents_keep_order_and_failures() -> None:
    failed = FailedDocument("b", "bad-encoding", "no text")
    found = list(iter_challenges([Document("a", GAP), failed, Document("c", FACT)]))
    assert [one.document.id for one in found] == ["a", "b", "c"]
    assert found[1].error is failed
    assert [one.label for one in found[0].found] == ["challenge"]
    assert not found[2].found


def test_labels_can_be_asked_alone() -> None:
    found = next(iter(iter_challenges([Document("a", f"{GAP} {WISH}")], labels=("direction",))))
    assert {one.label for one in found.found} == {"direction"}


def test_chances_do_not_hang_on_company() -> None:
    reader = shipped_reader()
    alone = np.concatenate([reader.chances([text]) for text in (GAP, WISH, FACT)])
    assert np.abs(alone - reader.chances([GAP, WISH, FACT])).max() < 1e-4


def test_an_adapter_without_changes_is_the_encoder() -> None:
    adapter = Adapter(3, {}, np.eye(384, dtype=np.float32), np.zeros(384, np.float32))
    found = AdaptedEncoder(adapter).margins([GAP, FACT])
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    assert ((found * load_encoder().encode([GAP, FACT])).sum(1) > 0.98).all()


def test_an_adapter_of_another_encoder_is_refused() -> None:
    changes = {"encoder.layer.3.output.dense.bias": np.zeros(7, np.float32)}
    adapter = Adapter(3, changes, np.zeros((2, 384), np.float32), np.zeros(2, np.float32))
    with pytest.raises(BadFile, match=r"layer\.3"):
        AdaptedEncoder(adapter)
    with pytest.raises(Inconsistent, match="layers"):
        OpenedEncoder(first=9)


def test_torch_trains_what_numpy_runs() -> None:
    torch = pytest.importorskip("torch")
    from onoma.classify.adapter import padded
    from onoma.classify.training.adapting import AdapterTrainer, Adapting, _Network

    texts, gold = [GAP, WISH, FACT], np.array([[True], [False], [False]])
    how = Adapting(first=5, rank=2, passes=1, batch=4, dropout=0.0, longest=8)
    trainer = AdapterTrainer(texts, how)
    adapter = trainer.train(np.arange(3), gold)
    again = trainer.train(np.arange(3), gold)
    assert all((adapter.changes[name] == again.changes[name]).all() for name in adapter.changes)
    network = _Network(torch, how, 12, gold.mean(0))
    plain = network.adapter()
    x, mask = (torch.from_numpy(part) for part in padded(trainer.read[:3]))
    with torch.no_grad():
        want = network(x, mask).numpy()
    got = AdaptedEncoder(plain).margins_of(trainer.read[:3])
    assert np.abs(want - got).max() < 5e-3
