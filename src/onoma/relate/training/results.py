"""What a finished run leaves: a folder that ``load_reader`` opens, with its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.relate.reader.folder import CARD, UPPER, Scale
from onoma.relate.reader.kinds import Heads
from onoma.relate.reader.sheets import NUMBERS, ZONES
from onoma.relate.training.export import write_upper
from onoma.relate.training.model import Plan

F32 = npt.NDArray[np.float32]


def write_weights(out: Path, weights: Mapping[str, F32], plan: Plan, *, small: bool = True) -> Path:
    """Write the upper layers of a reader; return their file.

    Raises: ExtraMissing: onnx is not installed.
    """
    out.mkdir(parents=True, exist_ok=True)
    write_upper(out / UPPER, weights, plan, small=small)
    return out / UPPER


def write_card(
    out: Path, heads: Heads, scales: Mapping[str, Scale], whole: Mapping[str, Any]
) -> None:
    """Write the card of a reader; ``whole`` has the rest: name, tensor, tagger ..."""
    card = {
        **whole,
        "tasks": dict(zip(heads.tasks, map(list, heads.names), strict=True)),
        "scales": scale_rows(scales),
        "zones": list(ZONES),
        "numbers": list(NUMBERS),
    }
    part = out / (CARD + ".part")
    part.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    part.replace(out / CARD)


def scale_rows(scales: Mapping[str, Scale]) -> dict[str, dict[str, float | list[float]]]:
    """Return scales as a card has them."""
    return {
        task: {field: _rounded(value) for field, value in asdict(scale).items()}
        for task, scale in scales.items()
    }


def _rounded(value: float | tuple[float, ...]) -> float | list[float]:
    return [round(one, 4) for one in value] if isinstance(value, tuple) else round(value, 4)
