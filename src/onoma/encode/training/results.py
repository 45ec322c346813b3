"""What a finished run leaves: the model folder with its card, and a report with curves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import Shape, read_weights
from onoma.encode.encoder import load_encoder
from onoma.encode.safetensors import write_safetensors
from onoma.encode.training.curves import draw_curves
from onoma.encode.training.export import write_onnx
from onoma.encode.training.session import measures_of
from onoma.encode.training.trainer import Trainer

F32 = npt.NDArray[np.float32]
TOKENIZER = ("vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
FOLDER = ("modules.json", "sentence_bert_config.json", "config_sentence_transformers.json")
LOSS_MEASURED = 2000  # names whose vectors are compared before and after int8
MEASURED = 1000


def finish(trainer: Trainer, *, vocabularies: str) -> Path:
    """Write the model folder, its card and the report of a finished run; return the card's path."""
    student, knowledge = trainer.student, trainer.knowledge
    measure = measures_of(knowledge, seed=trainer.recipe.seed + 1, most=MEASURED)
    first, _ = read_weights(student.folder)
    weights = blended(trainer.average, first, trainer.recipe.start_share)
    student.take(weights)
    folder = trainer.folder / "model"
    name = f"onoma-{trainer.folder.resolve().name}"
    write_model(folder, student.folder.path, weights, student.shape, name=name)
    made = load_encoder(folder)
    rng = np.random.default_rng(0)
    rows = rng.choice(len(knowledge), min(LOSS_MEASURED, len(knowledge)), replace=False)
    labels = [knowledge.names[row][0] for row in rows.tolist()]
    cosines = (student.encode(labels) * made.encode(labels)).sum(1)
    card = {
        "name": name,
        "start": student.folder.name,
        "vocabularies": vocabularies,
        "clusters": len(knowledge),
        "held out": int(knowledge.held_out.sum()),
        "names": sum(map(len, knowledge.names)),
        "translations": sum(map(len, knowledge.translations.values())),
        "definitions": sum(map(bool, knowledge.definitions)),
        "pairs": trainer.step * trainer.recipe.batch,
        "seed": trainer.recipe.seed,
        "sha256": made.digest,
        "bytes": (folder / "model.onnx").stat().st_size,
        "measures": measure(made.encode),
        "cosine of int8 to float": {
            "mean": float(cosines.mean()),
            "1st percentile": float(np.percentile(cosines, 1)),
        },
    }
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    trainer.recipe.save(folder / "recipe.json")
    write_report(trainer.folder / "report.md", trainer.history, card)
    return folder / "card.json"


def write_model(
    folder: Path, start: Path, weights: Mapping[str, F32], shape: Shape, *, name: str
) -> None:
    """Write a model folder: float weights, the int8 ONNX file, and the start's tokenizer."""
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    for file in (*TOKENIZER, *FOLDER, "1_Pooling/config.json"):
        if (start / file).is_file():
            shutil.copyfile(start / file, folder / file)
    config = json.loads((start / "config.json").read_text(encoding="utf-8"))
    config |= {"onoma_name": name, "model_type": "bert"}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    write_safetensors(folder / "model.safetensors", weights)
    write_onnx(folder / "model.onnx", weights, shape)


def blended(weights: Mapping[str, F32], first: Mapping[str, F32], share: float) -> dict[str, F32]:
    """Return the mean of learnt and starting weights, ``share`` (0 to 1) of the latter in it.

    What was learnt mostly stays and what the start knew comes back. After the weight averaging of
    BioLORD-2023 (Remy et al. 2024); with the start itself as Wortsman et al. 2022 (WiSE-FT) do.
    """
    return {
        name: np.asarray((1 - share) * one + share * first[name], np.float32)
        for name, one in weights.items()
    }


def write_report(
    path: Path, history: Sequence[Mapping[str, float]], card: Mapping[str, Any]
) -> None:
    """Write the run's curves and figures as Markdown with pictures in SVG beside it."""
    losses = [row for row in history if any(name.startswith("loss") for name in row)]
    measures = [row for row in history if row not in losses and len(row) > 1]
    losses = [row for row in losses if row.keys() == losses[-1].keys()]  # sentences begin later
    lines = [f"# {card['name']}", ""]
    for title, rows in (("Losses", losses), ("Held-out concepts", measures)):
        if len(rows) > 1:
            picture = path.with_name(f"{title.split()[0].lower()}.svg")
            picture.write_text(draw_curves(rows, title=title), encoding="utf-8")
            lines += [f"![{title}]({picture.name})", ""]
    lines += ["| what | value |", "| --- | --- |"]
    for name, value in card.items():
        if isinstance(value, Mapping):
            lines += [f"| {name}: {key} | {number:.4f} |" for key, number in value.items()]
        else:
            lines.append(f"| {name} | {value} |")
    if measures:
        names = [name for name in measures[0] if name != "step"]
        lines += ["", "| step | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|"]
        lines += [
            f"| {int(row['step'])} | " + " | ".join(f"{row[name]:.3f}" for name in names) + " |"
            for row in measures
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
