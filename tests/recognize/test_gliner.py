from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onoma.errors import BadFile, InputError, ModelMissing
from onoma.recognize.gliner import Gliner
from onoma.types import Document

onnx = pytest.importorskip("onnx", reason="the extra train is not installed")
tokenizers = pytest.importorskip("tokenizers", reason="the extra gliner is not installed")

WORDS = ("[UNK]", "[CLS]", "[SEP]", "<<ENT>>", "<<SEP>>", "sign", "disease", "and", "in", "a")
FEVER, GOUT = 10, 11  # the pieces that the model below knows
WIDTH, LONGEST = 3, 8


def write_model(path: Path, *, inputs: tuple[str, ...] = ()) -> None:
    """Write a model: class c is a span of c + 1 words that begins with the piece ``FEVER + c``."""
    helper, kinds = onnx.helper, onnx.TensorProto
    constants: dict[str, Any] = {
        "one": [1], "minus": [-1], "entity": [3], "fever": FEVER, "high": 4.0, "low": -4.0,
        "zero0": 0, "one0": 1, "axis2": [2], "axis1": [1], "words4": [0, 0, 1, 1],
        "types4": [1, 1, 1, -1], "spans4": [1, 1, WIDTH, 1], "widths": list(range(WIDTH)),
    }  # fmt: skip
    node = helper.make_node
    nodes = [
        # the piece of each word of the text: pieces whose words_mask is l + 1, summed up
        node("ReduceMax", ["text_lengths"], ["longest"], keepdims=0),
        node("Add", ["longest", "one0"], ["stop"]),
        node("Range", ["one0", "stop", "one0"], ["numbers"]),
        node("Unsqueeze", ["words_mask", "axis2"], ["mask3"]),
        node("Equal", ["mask3", "numbers"], ["is_word"]),
        node("Cast", ["is_word"], ["is_word_int"], to=kinds.INT64),
        node("Unsqueeze", ["input_ids", "axis2"], ["ids3"]),
        node("Mul", ["is_word_int", "ids3"], ["placed"]),
        node("ReduceSum", ["placed", "axis1"], ["pieces"], keepdims=0),
        node("Unsqueeze", ["pieces", "axis2"], ["pieces3"]),
        node("Unsqueeze", ["pieces3", "last"], ["pieces4"]),
        # a class for each mark of an entity
        node("Equal", ["input_ids", "entity"], ["is_entity"]),
        node("Cast", ["is_entity"], ["is_entity_int"], to=kinds.INT64),
        node("ReduceSum", ["is_entity_int"], ["count"], keepdims=0),
        node("Range", ["zero0", "count", "one0"], ["types"]),
        node("Reshape", ["types", "types4"], ["types_4"]),
        node("Add", ["types_4", "fever"], ["wanted"]),
        node("Equal", ["pieces4", "wanted"], ["is_piece"]),
        node("Reshape", ["widths", "spans4"], ["widths_4"]),
        node("Equal", ["widths_4", "types_4"], ["is_size"]),
        node("And", ["is_piece", "is_size"], ["is_so"]),
        node("Where", ["is_so", "high", "low"], ["logits"]),
    ]
    constants["last"] = [3]
    tables = [
        onnx.numpy_helper.from_array(
            np.array(value, np.float32 if isinstance(value, float) else np.int64), name
        )
        for name, value in constants.items()
    ]
    sizes = {
        "input_ids": (kinds.INT64, ["b", "t"]), "attention_mask": (kinds.INT64, ["b", "t"]),
        "words_mask": (kinds.INT64, ["b", "t"]), "text_lengths": (kinds.INT64, ["b", 1]),
        "span_idx": (kinds.INT64, ["b", "s", 2]), "span_mask": (kinds.BOOL, ["b", "s"]),
    }  # fmt: skip
    given = [helper.make_tensor_value_info(n, *sizes[n]) for n in inputs or sizes]
    out = helper.make_tensor_value_info("logits", kinds.FLOAT, None)
    graph = helper.make_graph(nodes, "tiny", given, [out], tables)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save_model(model, str(path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GLiNER folder that knows fevers, and gouts of two words."""
    place: Path = tmp_path_factory.mktemp("gliner")
    write_model(place / "onnx" / "model.onnx")
    vocabulary = {word: number for number, word in enumerate((*WORDS, "fever", "gout"))}
    cutter = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106
    cutter.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    cutter.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    cutter.save(str(place / "tokenizer.json"))
    config = {"max_width": WIDTH, "max_len": LONGEST, "span_mode": "markerV0"}
    (place / "gliner_config.json").write_text(json.dumps(config))
    return place


def found(folder: Path, text: str, types: tuple[str, ...] = ("sign", "kind of disease")) -> Any:
    """What a model finds in a text, as (words, type)."""
    tagged = Gliner(folder).tag([Document("", "fever"), Document("", text)], types)
    rows = zip(tagged.document, tagged.start, tagged.end, tagged.types(), strict=True)
    return [(text[start:end], name) for document, start, end, name in rows if document]


def test_spans_of_named_types_are_found(folder: Path) -> None:
    assert found(folder, "a fever and gout attacks") == [
        ("fever", "sign"),
        ("gout attacks", "kind of disease"),
    ]


def test_nothing_reaches_over_the_end_of_a_text(folder: Path) -> None:
    assert found(folder, "in gout") == []
    assert found(folder, "") == []


@pytest.mark.parametrize("place", range(40))
def test_no_text_is_lost_at_any_length(folder: Path, place: int) -> None:
    words = ["a"] * 40
    words[place] = "gout"
    kept = [("gout a", "kind of disease")] if place < 39 else []
    assert found(folder, " ".join(words)) == kept


def test_a_type_is_needed(folder: Path) -> None:
    with pytest.raises(InputError, match="0 types"):
        Gliner(folder).tag([Document("", "a")], ())


def test_other_folders_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"gliner_config\.json"):
        Gliner(tmp_path)
    config = tmp_path / "gliner_config.json"
    config.write_text(json.dumps({"max_width": 12, "span_mode": "token_level"}))
    with pytest.raises(BadFile, match="labels tokens"):
        Gliner(tmp_path)
    config.write_text((folder / "gliner_config.json").read_text())
    with pytest.raises(ModelMissing, match=r"onnx/model\.onnx"):
        Gliner(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    write_model(tmp_path / "model.onnx", inputs=("input_ids", "words_mask", "text_lengths"))
    with pytest.raises(BadFile, match=r"tokenizer\.json"):
        Gliner(tmp_path)
    (tmp_path / "tokenizer.json").write_text((folder / "tokenizer.json").read_text())
    with pytest.raises(BadFile, match="asks for input_ids"):
        Gliner(tmp_path)
