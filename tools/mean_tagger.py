"""Write the mean of two runs' weights as a tagger.

    python tools/mean_tagger.py run/ further/ --start minilm/ -o mean/

The second run went on from the first (``onoma train ner --weights``): between the two lie weights
that keep what the first knew and have what the second learnt (Wortsman et al. 2022, Robust
fine-tuning of zero-shot models). What both share to the last digit stays as it is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import shape_of
from onoma.encode.folder import read_folder
from onoma.encode.training.checkpoints import load_checkpoint
from onoma.recognize.tagger.folder import read_card
from onoma.recognize.tagger.training.earlier import earlier_weights
from onoma.recognize.tagger.training.results import write_tagger

F32 = npt.NDArray[np.float32]


def mean(first: Mapping[str, F32], last: Mapping[str, F32], share: float) -> dict[str, F32]:
    """Return weights between two runs, so much of the last."""
    return {
        name: one
        if (one == last[name]).all()
        else ((1 - share) * one + share * last[name]).astype(np.float32)
        for name, one in first.items()
    }


def history(folder: Path) -> dict[str, Any]:
    """Return what a card says of a run."""
    state = load_checkpoint(folder / "checkpoint", ())[1]
    return {
        "steps": state["step"],
        "minutes": round(state["seconds"] / 60),
        "recipe": state["identity"]["recipe"],
    }


def main() -> None:
    """Write the tagger of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("first", type=Path, help="folder of the first run, with its tagger")
    parser.add_argument("further", type=Path, nargs="+", help="those that went on, in order")
    parser.add_argument("--start", type=Path, required=True, help="folder of starting weights")
    parser.add_argument("--share", type=float, default=0.5, help="how much of the last one")
    parser.add_argument("-o", "--out", type=Path, required=True)
    chosen = parser.parse_args()
    start = read_folder(chosen.start, wants="safetensors")
    shape = shape_of(start)
    heads, first = earlier_weights(chosen.first, shape)
    others, last = earlier_weights(chosen.further[-1], shape)
    if heads != others:
        sys.exit(f"{chosen.further[-1]} has other heads than {chosen.first}")
    card = read_card(chosen.first / "tagger")
    card |= {"went_on": [history(one) for one in chosen.further], "share": chosen.share}
    for stale in ("dev", "mean", "sha256"):
        card.pop(stale, None)
    write_tagger(chosen.out, mean(first, last, chosen.share), shape, start=start, card=card)
    print(json.dumps({key: card[key] for key in ("steps", "went_on", "share")}, indent=1))


if __name__ == "__main__":
    main()
