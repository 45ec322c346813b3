"""An encoder opened at a layer: what comes out there, and the layers above as plain arrays.

So a small change to the upper layers (``classify.adapter``) needs no second copy of the model. An
ONNX file is a protocol buffer, in which what belongs to a field may be written in several pieces:
a few bytes behind the file name more outputs of its graph, be they results of a middle layer or
weights. Thus neither the package ``onnx`` nor a reader of its format is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.encoder import shipped_folder
from onoma.encode.folder import read_folder
from onoma.encode.onnx_options import session_options
from onoma.encode.wordpiece import read_wordpiece
from onoma.errors import Inconsistent, ModelMissing

F16 = npt.NDArray[np.float16]
F32 = npt.NDArray[np.float32]

MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""The matrices of a layer; Hugging Face's names."""
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
_GRAPH, _OUTPUT, _NAME = 7, 12, 1  # numbers of fields in onnx.proto
_HINT = "install onoma again, or train the model on the encoder that is here"


class OpenedEncoder:
    """An encoder of our own export, opened below layer ``first`` (layers count from 0)."""

    def __init__(self, path: Path | None = None, *, first: int, threads: int = 1) -> None:
        """Open a folder's ONNX file, by default that of the encoder that ships.

        Raises: ModelMissing: no model there; Inconsistent: its graph has other names.
        """
        folder = read_folder(path or shipped_folder())
        if not folder.is_onnx:
            raise ModelMissing(f"{folder.path} holds no model.onnx", hint="export it first")
        self.layers = int(folder.config.get("num_hidden_layers", 0))
        self.heads = int(folder.config.get("num_attention_heads", 1))
        self.first = first
        if not 1 <= first < self.layers:
            raise Inconsistent(f"{folder.path} has {self.layers} layers, not {first}", hint=_HINT)
        self._pieces = read_wordpiece(folder.path)
        self._middle = f"encoder.layer.{first - 1}.output.LayerNorm"
        self._raw, self._threads = folder.weights.read_bytes(), threads
        self._session = self._open([self._middle])

    def between(self, texts: Sequence[str], longest: int) -> list[F16]:
        """Return what enters layer ``first`` for each text, (pieces, width) each.

        A text is run alone: int8 activations are scaled by what a run holds, and a text has to
        have the same vectors in any company.
        """
        out = []
        for numbers in self._pieces.number(texts, longest):
            ids = np.array([numbers], np.int64)
            out.append(self._run(self._session, [self._middle], ids)[0][0].astype(np.float16))
        return out

    def weights(self) -> dict[str, F32]:
        """Return the float weights of the layers from ``first`` on, by their plain names."""
        places = [f"encoder.layer.{layer}" for layer in range(self.first, self.layers)]
        matrices = [f"{place}.{part}" for place in places for part in MATRICES]
        norms = [f"{place}.{part}" for place in places for part in NORMS]
        asked = [f"{m}.{p}" for m in matrices
                 for p in ("weight_quantized", "weight_scale", "weight_zero_point")]  # fmt: skip
        plain = [f"{m}.bias" for m in matrices]
        plain += [f"{n}.{p}" for n in norms for p in ("weight", "bias")]
        names = asked + plain
        values = self._run(self._open(names), names, np.zeros((1, 2), np.int64))
        found = {name: np.asarray(value) for name, value in zip(names, values, strict=True)}
        out = {name: found[name].astype(np.float32) for name in plain}
        for name in matrices:
            code, zero = (found[f"{name}.weight_{p}"].astype(np.float32)
                          for p in ("quantized", "zero_point"))  # fmt: skip
            out[f"{name}.weight"] = np.ascontiguousarray(
                ((code - zero) * found[f"{name}.weight_scale"]).T
            )
        return out

    def _open(self, outputs: Sequence[str]) -> Any:
        import onnxruntime  # half a second that only those pay who encode

        options = session_options(self._threads)
        more = b"".join(_field(_OUTPUT, _field(_NAME, name.encode())) for name in outputs)
        try:
            return onnxruntime.InferenceSession(
                self._raw + _field(_GRAPH, more), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors have no common root but this
            words = str(error).splitlines()[0][:200]
            raise Inconsistent(f"the encoder cannot be opened: {words}", hint=_HINT) from error

    @staticmethod
    def _run(session: Any, outputs: Sequence[str], ids: npt.NDArray[np.int64]) -> list[Any]:
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        given["token_type_ids"] = np.zeros_like(ids)
        feed = {one.name: given[one.name] for one in session.get_inputs()}
        return list(session.run(list(outputs), feed))


def _varint(number: int) -> bytes:
    """Return a number as protocol buffers write it, seven bits a byte."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, payload: bytes) -> bytes:
    """Return a field that holds bytes, text or a message."""
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload
