"""A trained recogniser as a folder: ``card.json`` and ``weights.npz``."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from onoma.errors import BadFile, ModelMissing
from onoma.link.candidates.grams import Runs
from onoma.link.candidates.trees import F32, Forest
from onoma.link.wordings.evidence import CHEAP, COSTLY
from onoma.link.wordings.forms import Forms

FORMAT = 1
CARD, WEIGHTS = "card.json", "weights.npz"
KEYS = ("feature", "threshold", "values", "base")
HINT = "train the recogniser anew: onoma train recognizer"


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt: words that stand for others, terms, a sieve and a judge of spans.

    ``terms``: for each word of ``forms``, how much rather names have it than texts; ``said``: the
    card.
    """

    forms: Forms
    terms: F32
    sieve: Forest
    judge: Forest
    said: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write the folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {}
        for name, forest in (("sieve", self.sieve), ("judge", self.judge)):
            arrays |= {f"{name}_{key}": value for key, value in forest.arrays().items()}
        text = "\n".join(self.forms.words).encode("utf-8")
        with (folder / WEIGHTS).open("wb") as file:
            np.savez_compressed(
                file,
                words=np.frombuffer(text, np.uint8),
                target_size=np.diff(self.forms.targets.start).astype(np.uint8),
                target=self.forms.targets.values.astype(np.int32),
                share=np.round(self.forms.shares * 255).astype(np.uint8),
                terms=self.terms.astype(np.float16),
                **arrays,
            )
        card = {**self.said, "format": FORMAT, "columns": [*CHEAP, *COSTLY]}
        (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Model:
        """Read what ``write`` wrote.

        Raises: ModelMissing: nothing there; BadFile: damaged, or of another format.
        """
        if not (folder / CARD).is_file():
            raise ModelMissing(
                f"no recogniser in {folder}", hint="make one: onoma train recognizer"
            )
        try:
            said = json.loads((folder / CARD).read_text(encoding="utf-8"))
            if said["format"] != FORMAT or said["columns"] != [*CHEAP, *COSTLY]:
                raise BadFile(f"{folder} has a recogniser of another format", hint=HINT)
            raw = (folder / WEIGHTS).read_bytes()
            with np.load(io.BytesIO(raw), allow_pickle=False) as found:
                arrays = {name: found[name] for name in found.files}
            forests = [
                Forest.of_arrays({key: arrays[f"{name}_{key}"] for key in KEYS})
                for name in ("sieve", "judge")
            ]
            start = np.concatenate([[0], np.cumsum(arrays["target_size"], dtype=np.int64)])
            words = tuple(arrays["words"].tobytes().decode("utf-8").split("\n"))
            forms = Forms(words, Runs(start, arrays["target"]), arrays["share"] / np.float32(255))
            terms = arrays["terms"].astype(np.float32)
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise BadFile(f"{folder}: damaged", hint=HINT) from error
        return cls(forms, terms, forests[0], forests[1], said)
