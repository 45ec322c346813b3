"""The weights that a run goes on from: those of an earlier run, or of a finished tagger."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import Shape
from onoma.encode.differences import read_model
from onoma.encode.training.checkpoints import find_checkpoint, load_checkpoint
from onoma.encode.training.export import need_onnx
from onoma.encode.training.unpacking import float_weights
from onoma.errors import ModelMissing
from onoma.recognize.tagger.folder import CARD, TRUNK, read_card, read_heads

F32 = npt.NDArray[np.float32]
BITS, BITS_IN_GRAPH = "bits.weight", "bit_vectors"
PARTS = ("first", "last", "direct", "bias")
Weights = Mapping[str, F32]


def earlier_weights(folder: Path, shape: Shape) -> tuple[tuple[str, ...], Weights]:
    """Return the heads and the weights of a run's folder, or of a tagger's.

    Those of a tagger come back from int8 to within half a step; a run's are whole.

    Raises: ModelMissing: it holds neither; BadFile: a file is damaged; Inconsistent: the tagger
    reads other bits than this version writes.
    """
    if (folder / CARD).is_file():
        return _of_tagger(folder, shape)
    return _of_run(folder)


def weights_of_run(folder: Path) -> Weights:
    """Return the best weights of the run in a folder, else its averaged ones, else the last.

    Raises: ModelMissing: there is no run; BadFile: a file is damaged.
    """
    return _of_run(folder)[1]


def _of_run(folder: Path) -> tuple[tuple[str, ...], Weights]:
    place = find_checkpoint(folder / "checkpoint")
    if place is None:
        raise ModelMissing(f"{folder} holds no run", hint="give the folder of a run (-o)")
    state = load_checkpoint(place, ())[1]
    name = next(one for one in ("best", "average", "weights") if one in state["groups"])
    return tuple(state["identity"]["heads"]), load_checkpoint(place, (name,))[0][name]


def _of_tagger(folder: Path, shape: Shape) -> tuple[tuple[str, ...], Weights]:
    names = tuple(read_card(folder)["heads"])
    found = float_weights(folder / TRUNK, shape)
    onnx = need_onnx()
    graph = onnx.load_from_string(read_model(folder / TRUNK)).graph
    bits = next(one for one in graph.initializer if one.name == BITS_IN_GRAPH)
    heads = read_heads(folder, names)
    parts = {part: np.array(getattr(heads, part), np.float32) for part in PARTS}
    return names, {**found, BITS: onnx.numpy_helper.to_array(bits), **parts}


def take_over(
    own: dict[str, F32], names: tuple[str, ...], earlier: Weights, heads: tuple[str, ...]
) -> None:
    """Put earlier weights in place of a new run's, where there are any.

    A head goes over by its name; a table of places may be shorter than one's own.
    """
    rows = [(names.index(name), heads.index(name)) for name in names if name in heads]
    for name, array in own.items():
        found = earlier[name]
        if name not in PARTS:
            array[: len(found)] = found
            continue
        for mine, theirs in rows:
            array[3 * mine : 3 * mine + 3] = found[3 * theirs : 3 * theirs + 3]
