"""Runs a tagger's trunk: word pieces and their bits in, one vector a piece out."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

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
        import onnxruntime  # half a second that only those pay who tag

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what goes wrong is raised
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors have no common root but this
            words = str(error).splitlines()[0][:200]
            raise BadFile(f"{path} cannot be run: {words}", hint="copy the folder again") from error
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
