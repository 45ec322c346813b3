"""A tiny BERT in a folder, with random weights: as safetensors, and as ONNX where asked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from onoma.encode.bert import Shape, weight_names
from onoma.encode.safetensors import write_safetensors

WORDS = "heart attack myocardial infarction fever renal failure kidney disease of the type 2 1 a b"
PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *WORDS.split(),
    "##s",
    "##al",
    "f",
    "-",
    ",",
]
WIDTH, LAYERS, INNER, POSITIONS = 8, 2, 16, 32


def write_tiny(folder: Path, *, seed: int = 0, pooling: str = "mean_tokens") -> Path:
    """Write a model folder in Hugging Face layout and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    shape = Shape(LAYERS, 2, WIDTH, 1e-12, "gelu")
    sizes = {"word": len(PIECES), "position": POSITIONS, "token_type": 2}
    arrays = {}
    for name in weight_names(shape):
        if "_embeddings" in name:
            size: tuple[int, ...] = (sizes[name.split(".")[1].removesuffix("_embeddings")], WIDTH)
        elif "LayerNorm" in name:
            size = (WIDTH,)
        else:
            rows = INNER if "intermediate" in name else WIDTH
            columns = INNER if ".output.dense" in name and "attention" not in name else WIDTH
            size = (rows, columns) if name.endswith("weight") else (rows,)
        arrays[name] = rng.normal(0, 0.3, size).astype(np.float32)
        if name.endswith("LayerNorm.weight"):
            arrays[name] += 1
    write_safetensors(folder / "model.safetensors", arrays)
    config = {
        "model_type": "bert", "num_hidden_layers": LAYERS, "num_attention_heads": 2,
        "hidden_size": WIDTH, "intermediate_size": INNER, "vocab_size": len(PIECES),
        "max_position_embeddings": POSITIONS, "hidden_act": "gelu",
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")
    modules = [{"type": f"sentence_transformers.models.{n}"} for n in ("Transformer", "Pooling")]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    said = {"word_embedding_dimension": WIDTH, f"pooling_mode_{pooling}": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(said))
    return folder
