"""Opens ONNX graphs on the processor, quietly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onoma.encode.differences import read_model
from onoma.encode.onnx_options import session_options
from onoma.errors import BadFile


def open_session(path: Path, model: bytes | None = None, *, threads: int = 1) -> Any:
    """Return a session of onnxruntime over a file, or over a ``model`` that was made of it.

    A file that is kept packed (``differences``) is unpacked.

    Raises: BadFile: onnxruntime cannot open it; Inconsistent: it is packed for another encoder.
    """
    import onnxruntime  # half a second that only those pay who run a model

    if model is None and not path.is_file():
        model = read_model(path)
    options = session_options(threads)
    try:
        return onnxruntime.InferenceSession(
            str(path) if model is None else model, options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's errors have no common root but this
        words = str(error).splitlines()[0][:200]
        raise BadFile(f"{path} cannot be run: {words}", hint="copy the folder again") from error
