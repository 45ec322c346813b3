from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.errors import BadFile, InputError, ModelMissing
from onoma.recognize.tagger.described import (
    NET,
    DescriptionNet,
    heads_of_rows,
    parse_descriptions,
    read_net,
    rows_of_heads,
    surest,
    write_net,
)
from onoma.recognize.tagger.gazetteer import FEATURES
from onoma.recognize.tagger.tagger import Tagged

WIDTH, DIMENSION, HIDDEN = 4, 6, 5


def net_arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    rows = 3 * (2 * WIDTH + len(FEATURES) + 1)
    sizes = {
        "centre": (DIMENSION,), "enter": (HIDDEN, DIMENSION), "enter_bias": (HIDDEN,),
        "leave": (rows, HIDDEN), "leave_bias": (rows,),
    }  # fmt: skip
    return {name: rng.normal(size=size).astype(np.float32) for name, size in sizes.items()}


def test_a_network_gives_each_description_a_head_of_its_own() -> None:
    net = DescriptionNet(**net_arrays())
    vectors = np.eye(DIMENSION, dtype=np.float32)[:3]
    together = net.heads(("a", "b", "c"), vectors)
    alone = net.heads(("b",), vectors[1:2])
    assert together.first.shape == (9, WIDTH)
    for part in ("first", "last", "direct", "bias"):
        assert np.allclose(getattr(together.pick(["b"]), part), getattr(alone, part), atol=1e-5)


def test_rows_and_heads_are_the_same_in_two_forms() -> None:
    heads = DescriptionNet(**net_arrays()).heads(("a",), np.ones((1, DIMENSION), np.float32))
    again = heads_of_rows(heads.names, rows_of_heads(heads), WIDTH)
    for part in ("first", "last", "direct", "bias"):
        assert (getattr(again, part) == getattr(heads, part)).all()


def test_a_network_is_written_and_read(tmp_path: Path) -> None:
    arrays = net_arrays()
    write_net(tmp_path / NET, arrays)
    net = read_net(tmp_path)
    assert net.width == WIDTH
    assert np.allclose(net.leave, arrays["leave"], atol=1e-2)


def test_a_folder_without_a_network_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="takes no descriptions"):
        read_net(tmp_path)


def test_a_network_whose_arrays_do_not_fit_is_refused(tmp_path: Path) -> None:
    write_net(tmp_path / NET, net_arrays() | {"enter_bias": np.zeros(HIDDEN + 1)})
    with pytest.raises(BadFile, match="fit together"):
        read_net(tmp_path)


@pytest.mark.parametrize("text", ["", " ; ", "a; a", "= organ", "part = ,"])
def test_a_line_that_describes_nothing_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_descriptions(text)


def test_a_type_may_be_any_of_several_phrases() -> None:
    found = parse_descriptions("surgery; body part = organ, limb or region of the body")
    assert [one.name for one in found] == ["surgery", "body part"]
    assert found[1].phrases == ("organ", "limb or region of the body")


def spans(*rows: tuple[int, int, int, float]) -> Tagged:
    """Spans of one document: start, end, head, score."""
    start, end, head, score = (np.array(column) for column in zip(*rows, strict=True))
    zeros = np.zeros(len(rows), np.int64)
    return Tagged(("a", "b"), zeros, start, end, head, score.astype(np.float32))


def test_of_spans_of_one_type_that_overlap_the_surest_stays() -> None:
    found = spans((0, 5, 0, 0.6), (3, 9, 0, 0.9), (3, 9, 1, 0.7), (12, 14, 0, 0.5))
    assert surest(found, is_flat=False).tolist() == [False, True, True, True]
    assert surest(found, is_flat=True).tolist() == [False, True, False, True]
