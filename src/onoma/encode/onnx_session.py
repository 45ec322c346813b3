"""Opens ONNX graphs on the processor, quietly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onoma.encode.differences import read_model
from onoma.encode.onnx_cutting import part_weights
from onoma.encode.onnx_options import session_options
from onoma.errors import BadFile

SHARED = "Attempt to replace the existing tensor"
"""What onnxruntime says of a graph two of whose nodes hold the same weights, as the relation
reader's do, when it is asked for whole sums: it would turn them twice. Each is given its own."""


def open_session(path: Path, model: bytes | None = None, *, threads: int = 1) -> Any:
    """Return a session of onnxruntime over a file, or over a ``model`` that was made of it.

    A file that is kept packed (``differences``) is unpacked.

    Raises: BadFile: onnxruntime cannot open it; Inconsistent: it is packed for another encoder.
    """
    if model is None and not path.is_file():
        model = read_model(path)
    try:
        return _opened(path, model, threads)
    except BadFile as error:
        if SHARED not in str(error.__cause__):
            raise
    return _opened(path, part_weights(path.read_bytes() if model is None else model), threads)


def _opened(path: Path, model: bytes | None, threads: int) -> Any:
    import onnxruntime  # half a second that only those pay who run a model

    try:
        return onnxruntime.InferenceSession(
            str(path) if model is None else model,
            session_options(threads),
            providers=["CPUExecutionProvider"],
        )
    except Exception as error:  # onnxruntime's errors have no common root but this
        words = str(error).splitlines()[0][:200]
        raise BadFile(f"{path} cannot be run: {words}", hint="copy the folder again") from error
