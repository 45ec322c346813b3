"""What a finished run leaves: a folder that ``load_tagger`` opens, with its card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numpy as np

from onoma.encode.bert import Shape, weight_names
from onoma.encode.folder import ModelFolder
from onoma.encode.safetensors import write_safetensors
from onoma.encode.training.export import write_onnx
from onoma.errors import ExtraMissing
from onoma.recognize.tagger.folder import CARD, HEADS, TRUNK
from onoma.recognize.tagger.gazetteer import FEATURES
from onoma.recognize.tagger.training.earlier import BITS, PARTS
from onoma.recognize.tagger.training.measures import LabelScore
from onoma.recognize.tagger.training.model import F32

PLACES = "embeddings.position_embeddings.weight"


def write_tagger(
    out: Path,
    arrays: Mapping[str, F32],
    shape: Shape,
    *,
    start: ModelFolder,
    card: Mapping[str, Any],
    small: bool = True,
) -> None:
    """Write a tagger's folder; ``card`` names the heads and the longest window.

    ``small`` makes the trunk int8.

    Raises: ExtraMissing: onnx is not installed.
    """
    out.mkdir(parents=True, exist_ok=True)
    trunk = {name: arrays[name] for name in weight_names(shape)}
    trunk[PLACES] = trunk[PLACES][: int(card["longest"])]  # no window is longer
    write_onnx(out / TRUNK, trunk, shape, small=small)
    add_features(out / TRUNK, arrays[BITS])
    write_safetensors(out / HEADS, {part: arrays[part].astype(np.float16) for part in PARTS})
    cutter = "vocab.txt" if (start.path / "vocab.txt").is_file() else "tokenizer.json"
    for name in (cutter, "tokenizer_config.json"):
        if (start.path / name).is_file():
            shutil.copyfile(start.path / name, out / name)
    write_card(out, card)


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write the card of a folder, with the bits that the tagger reads."""
    whole = {**card, "features": list(FEATURES)}
    (folder / CARD).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def add_features(path: Path, vectors: F32) -> None:
    """Give an encoder's graph one more input, bits of pieces, whose vectors are added in.

    Raises: ExtraMissing: onnx is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise ExtraMissing("train", "writing an ONNX file") from error
    library = cast(ModuleType, onnx)
    model = library.load(str(path))
    helper, graph = library.helper, model.graph
    table = np.ascontiguousarray(vectors, np.float32)
    graph.initializer.append(library.numpy_helper.from_array(table, "bit_vectors"))
    graph.input.append(
        helper.make_tensor_value_info(
            "features", library.TensorProto.FLOAT, ["texts", "pieces", len(vectors)]
        )
    )
    sums = next(place for place, node in enumerate(graph.node) if "embedded" in node.output)
    graph.node[sums].output[0] = "embedded_words"
    graph.node.insert(
        sums + 1, helper.make_node("MatMul", ["features", "bit_vectors"], ["bits"], name="bits")
    )
    graph.node.insert(
        sums + 2,
        helper.make_node("Add", ["embedded_words", "bits"], ["embedded"], name="embedded_bits"),
    )
    library.checker.check_model(model)
    part = path.with_name(path.name + ".part")
    library.save_model(model, str(part))
    part.replace(path)


def rows_of(scores: Sequence[LabelScore]) -> list[dict[str, Any]]:
    """Return scores as plain values for a card, percentages with one decimal."""
    rows = []
    for one in scores:
        parts = {"strict": one.strict, "overlap": one.overlap}
        plain = {
            name: {k: round(100 * v, 1) for k, v in asdict(part).items() if k in _SHARES}
            for name, part in parts.items()
        }
        rows.append(
            {
                "corpus": one.corpus, "label": one.label, "head": one.head, **plain,
                "recall_seen": round(100 * one.seen, 1),
                "recall_unseen": round(100 * one.unseen, 1),
                "gold": one.strict.gold,
            }
        )  # fmt: skip
    return rows


_SHARES = ("precision", "recall", "f1")
