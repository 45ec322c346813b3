"""Which models are installed: the files that ship, with their cards."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from onoma.server.declare import Given

WEIGHTS = frozenset({".npz", ".onnx", ".safetensors"})


class ModelShape(Given, frozen=True, kw_only=True):
    """A model: its folder's name, its size in bytes, its files, and its card, if it has one."""

    name: str
    size: int
    files: list[str]
    card: dict[str, Any] | None
    notice: str


@lru_cache(maxsize=1)
def installed_models() -> list[ModelShape]:
    """Return the models by name."""
    root = Path(str(files("onoma"))) / "data"
    folders = {path.parent for path in root.rglob("*") if path.suffix in WEIGHTS}
    out = []
    for folder in sorted(folders - {root / "text"}):
        weights = sorted(one for one in folder.iterdir() if one.suffix in WEIGHTS)
        card, notice = folder / "card.json", folder / "NOTICE"
        out.append(
            ModelShape(
                name=folder.relative_to(root).as_posix(),
                size=sum(one.stat().st_size for one in weights),
                files=[one.name for one in weights],
                card=orjson.loads(card.read_bytes()) if card.is_file() else None,
                notice=notice.read_text(encoding="utf-8") if notice.is_file() else "",
            )
        )
    return out
