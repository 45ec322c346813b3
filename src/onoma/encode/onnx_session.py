"""Opens ONNX graphs on the processor, quietly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onoma.encode.differences import read_model
from onoma.errors import BadFile


def open_session(path: Path, model: bytes | None = None, *, threads: int = 1) -> Any:
    """Return a session of onnxruntime over a file, or over a ``model`` that was made of it.

    A file that is kept packed (``differences``) is unpacked.

    Raises: BadFile: onnxruntime cannot open it; Inconsistent: it is packed for another encoder.
    """
    import onnxruntime  # half a second that only those pay who run a model

    if model is None and not path.is_file():
        model = read_model(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised
    try:
        return onnxruntime.InferenceSession(
            str(path) if model is None else model, options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's errors have no common root but this
        words = str(error).splitlines()[0][:200]
        raise BadFile(f"{path} cannot be run: {words}", hint="copy the folder again") from error
