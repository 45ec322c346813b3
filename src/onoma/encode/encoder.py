"""Runs a small text encoder: strings in, unit vectors out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import TorchRunner
from onoma.encode.folder import ModelFolder, read_folder
from onoma.encode.onnx_options import session_options
from onoma.encode.wordpiece import read_wordpiece
from onoma.errors import BadFile, InputError, ModelMissing

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

MOST_PIECES = 128 * 64  # in a batch, its padding included: bounds the memory of long texts


class Runner(Protocol):
    """Runs a model over padded pieces."""

    width: int

    def run(self, ids: I64, mask: I64) -> F32:
        """Return vectors of pieces, (texts, pieces, width), or pooled ones, (texts, width)."""


class OnnxRunner:
    """Runs an ONNX file by onnxruntime."""

    def __init__(self, folder: ModelFolder, threads: int) -> None:
        """Open the file.

        Raises: BadFile: onnxruntime cannot open it, or its inputs are not a text encoder's.
        """
        import onnxruntime  # half a second that only those pay who encode

        options = session_options(threads)
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder.weights), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors have no common root but this
            words = str(error).splitlines()[0][:200]
            raise BadFile(
                f"{folder.weights} cannot be run: {words}", hint="copy the model folder again"
            ) from error
        self._inputs = {one.name for one in self._session.get_inputs()}
        known = {"input_ids", "attention_mask", "token_type_ids"}
        if "input_ids" not in self._inputs or not self._inputs <= known:
            raise BadFile(
                f"{folder.weights} asks for {', '.join(sorted(self._inputs))}",
                hint=f"a text encoder asks for {', '.join(sorted(known))}",
            )
        outputs = [one.name for one in self._session.get_outputs()]
        wanted = ("last_hidden_state", "token_embeddings", "sentence_embedding")
        self._output = next((name for name in wanted if name in outputs), outputs[0])
        width = folder.config.get("hidden_size")
        self.width = int(
            width or self.run(np.zeros((1, 2), np.int64), np.ones((1, 2), np.int64)).shape[-1]
        )

    def run(self, ids: I64, mask: I64) -> F32:
        """Return the vectors of the pieces."""
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        feed = {name: given[name] for name in self._inputs}
        return np.asarray(self._session.run([self._output], feed)[0], np.float32)


class Encoder:
    """Encodes texts by a BERT-like model, on one thread unless told otherwise.

    ``name`` is the model's, ``dimension`` the vectors' width.
    """

    def __init__(self, folder: ModelFolder, *, threads: int = 1) -> None:
        """Open a model folder.

        Raises: BadFile, ModelMissing, ExtraMissing: see ``load_encoder``.
        """
        if threads < 1:
            raise InputError(f"threads is {threads}", hint="give 1 or more")
        self._folder = folder
        self._pieces = read_wordpiece(folder.path)
        made = OnnxRunner if folder.is_onnx else TorchRunner
        self._runner: Runner = made(folder, threads)
        self.name = folder.name
        self.dimension = self._runner.width

    @cached_property
    def digest(self) -> str:
        """The sha256 of the weights' file, for results to name."""
        with self._folder.weights.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def encode(self, texts: Sequence[str], *, batch: int = 128) -> F32:
        """Return one unit vector per text, in the order given, (len(texts), dimension) float32.

        A text without a letter or sign gives the zero vector; one that is longer than the model
        reads is cut. Texts of one length are run together: a batch holds ``batch`` texts, fewer
        when they are long.
        """
        if isinstance(texts, str):
            raise InputError("encode takes a list of texts", hint="write encode([text])")
        if batch < 1:
            raise InputError(f"batch is {batch}", hint="give 1 or more")
        out = np.zeros((len(texts), self.dimension), np.float32)
        numbers = self._pieces.number(texts, self._folder.longest)
        lengths = np.array([len(one) for one in numbers], np.int64)
        order = np.argsort(lengths, kind="stable")
        start = int(np.searchsorted(lengths[order], 3))  # two pieces alone say nothing
        while start < len(order):
            stop = self._stop(lengths[order], start, batch)
            rows = order[start:stop]
            out[rows] = self._vectors([numbers[row] for row in rows])
            start = stop
        return out

    @staticmethod
    def _stop(lengths: I64, start: int, batch: int) -> int:
        """Return where a batch of sorted texts ends."""
        stop = min(start + batch, len(lengths))
        while stop > start + 1 and (stop - start) * int(lengths[stop - 1]) > MOST_PIECES:
            stop -= max((stop - start) // 4, 1)
        return stop

    def _vectors(self, numbers: Sequence[Sequence[int]]) -> F32:
        ids, mask = padded(numbers, self._pieces.pad)
        return pooled(self._runner.run(ids, mask), mask, self._folder.pooling)


def padded(numbers: Sequence[Sequence[int]], pad: int) -> tuple[I64, I64]:
    """Return pieces as (texts, longest text) with their mask, 1 where there is a piece."""
    longest = max(map(len, numbers))
    ids = np.full((len(numbers), longest), pad, np.int64)
    mask = np.zeros((len(numbers), longest), np.int64)
    for row, one in enumerate(numbers):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return ids, mask


def pooled(vectors: F32, mask: I64, how: str) -> F32:
    """Return one unit vector a text from those of its pieces, (texts, pieces, width)."""
    if vectors.ndim == 3:
        if how == "mean":
            weights = mask.astype(np.float32) / mask.sum(1, keepdims=True)
            vectors = np.matmul(weights[:, None, :], vectors)[:, 0]
        else:
            place: Any = 0 if how == "cls" else mask.sum(1) - 1
            vectors = vectors[np.arange(len(vectors)), place]
    sizes = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(sizes, 1e-12), np.float32)


def shipped_folder() -> Path:
    """Return the folder of the encoder that ships with the package."""
    return Path(str(resources.files("onoma"))) / "data" / "encoder"


def load_encoder(
    place: str | Path | None = None, *, threads: int = 1, pooling: str | None = None
) -> Encoder:
    """Return the encoder that ships, or the one of a local folder in Hugging Face layout.

    An ONNX file is run by onnxruntime, BERT weights in safetensors by torch. ``pooling`` (mean,
    cls, last) is for folders that do not say how vectors of pieces become one: SapBERT and MedCPT
    take the first piece's.

    Raises: ModelMissing: no model there; BadFile: the folder is damaged, or of an architecture
    that is not known; ExtraMissing: the weights need torch.
    """
    folder = shipped_folder() if place is None else Path(place)
    if place is None and not folder.is_dir():
        raise ModelMissing(
            "no encoder ships with this installation",
            hint="give a model folder, or make one: onoma train encoder",
        )
    return Encoder(read_folder(folder, pooling=pooling), threads=threads)
