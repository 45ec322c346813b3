"""A linker adapted to annotations, as a folder: ``lexicon.tsv`` and, if weights were fitted, those.

``linker.json`` tells what it was made of; ``weights.json`` holds a set of weights for use with an
encoder and one for use without.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from onoma.errors import BadFile, ModelMissing
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.scoring import FUSED, LEXICAL, Weights

FORMAT = 1


def write_trained(
    folder: Path,
    lexicon: Lexicon,
    *,
    weights: dict[str, Weights] | None = None,
    said: dict[str, object] | None = None,
) -> None:
    """Write a trained linker into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    lexicon.write(folder / "lexicon.tsv")
    kept = {name: dataclasses.asdict(one) for name, one in (weights or {}).items()}
    (folder / "weights.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    manifest = {"format": FORMAT, "entries": len(lexicon.entries), **(said or {})}
    (folder / "linker.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def read_trained(folder: Path, *, encoded: bool) -> tuple[Lexicon, Weights]:
    """Return the lexicon and the weights of a trained linker; ``encoded``: for use with an encoder.

    Raises: ModelMissing: no trained linker there; BadFile: it is damaged.
    """
    manifest = folder / "linker.json"
    if not manifest.is_file():
        raise ModelMissing(
            f"no trained linker in {folder}", hint="make one: onoma train linker --data FILE"
        )
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))
        weights = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
        if found.get("format") != FORMAT:
            raise BadFile(f"{manifest} has another format", hint="train the linker anew")
        name = "fused" if encoded else "lexical"
        chosen = Weights(**weights[name]) if name in weights else FUSED if encoded else LEXICAL
    except (OSError, ValueError, TypeError) as error:
        raise BadFile(f"{folder}: damaged", hint="train the linker anew") from error
    return Lexicon.read(folder / "lexicon.tsv"), chosen
