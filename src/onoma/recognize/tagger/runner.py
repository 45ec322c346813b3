"""Runs a tagger's trunk: word pieces and their bits in, one vector a piece out."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from onoma.encode.onnx_session import open_session
from onoma.errors import BadFile

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
INPUTS = ("input_ids", "attention_mask", "features")


class Runner(Protocol):
    """Runs a trunk over windows of pieces."""

    batch: int

    def run(self, ids: I64, mask: I64, features: F32) -> F32:
        """Return the vectors of the pieces, (windows, pieces, width).

        ``batch`` is how many windows it likes to run at once.
        """


class OnnxTrunk:
    """Runs an ONNX file by onnxruntime, a window at a time.

    A model in int8 scales its activations by what a run holds: alone, a window has the same vectors
    in whatever company its document comes.
    """

    batch = 1

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Open the file.

        Raises: BadFile: onnxruntime cannot open it, or it is no tagger's.
        """
        self._session = open_session(path, threads=threads)
        found = {one.name for one in self._session.get_inputs()}
        if found != set(INPUTS):
            raise BadFile(
                f"{path} asks for {', '.join(sorted(found))}",
                hint=f"a tagger asks for {', '.join(INPUTS)}: is it an encoder's folder?",
            )

    def run(self, ids: I64, mask: I64, features: F32) -> F32:
        """Return the vectors of the pieces."""
        feed = dict(zip(INPUTS, (ids, mask, features), strict=True))
        return np.asarray(self._session.run(None, feed)[0], np.float32)
