"""A linker adapted to annotations, as a folder: ``lexicon.tsv`` and, if one was grown, a ranker.

``linker.json`` tells what it was made of; ``fused.npz`` is a ranker for use with an encoder,
``lexical.npz`` one for use without.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from onoma.errors import BadFile, ModelMissing
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.ranker import Ranker
from onoma.link.candidates.scoring import FUSED, LEXICAL, Weights

FORMAT = 2


def write_trained(
    folder: Path,
    lexicon: Lexicon,
    *,
    ranker: Ranker | None = None,
    said: dict[str, object] | None = None,
) -> None:
    """Write a trained linker into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    lexicon.write(folder / "lexicon.tsv")
    for name in ("fused", "lexical"):
        (folder / f"{name}.npz").unlink(missing_ok=True)
    if ranker is not None:
        ranker.write(_place(folder, encoded=bool(ranker.encoder)))
    manifest = {"format": FORMAT, "entries": len(lexicon.entries), **(said or {})}
    (folder / "linker.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def read_trained(folder: Path, *, encoded: bool) -> tuple[Lexicon, Weights | None]:
    """Return the lexicon of a trained linker, and weights with its ranker if it has one.

    ``encoded``: for use with an encoder.
    Raises: ModelMissing: no trained linker there; BadFile: it is damaged.
    """
    manifest = folder / "linker.json"
    if not manifest.is_file():
        raise ModelMissing(
            f"no trained linker in {folder}", hint="make one: onoma train linker --data FILE"
        )
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))
        if found.get("format") != FORMAT:
            raise BadFile(f"{manifest} has another format", hint="train the linker anew")
    except (OSError, ValueError, AttributeError) as error:
        raise BadFile(f"{folder}: damaged", hint="train the linker anew") from error
    lexicon = Lexicon.read(folder / "lexicon.tsv")
    path = _place(folder, encoded=encoded)
    if not path.is_file():
        return lexicon, None
    ranker = Ranker.read(path.read_bytes(), str(path))
    return lexicon, replace(FUSED if encoded else LEXICAL, ranker=ranker)


def _place(folder: Path, *, encoded: bool) -> Path:
    return folder / ("fused.npz" if encoded else "lexical.npz")
