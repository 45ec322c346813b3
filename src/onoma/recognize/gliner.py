"""Published GLiNER weights from a local folder: texts and type names in, spans out.

The folder is the ONNX export of a span model with one encoder: ``gliner_config.json``,
``tokenizer.json`` and ``onnx/model.onnx`` (or ``model.onnx``). Nothing is fetched. Texts of any
length are read in windows that overlap by the longest span, so none is lost.

Source: Zaratiana et al. 2024 (GLiNER), Yazdani et al. 2025 (GLiNER-biomed).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.onnx_options import session_options
from onoma.errors import BadFile, ExtraMissing, InputError, ModelMissing
from onoma.recognize.tagger.described import surest
from onoma.recognize.tagger.tagger import Tagged
from onoma.types import Document

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
INPUTS = {
    "input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask",
}  # fmt: skip
PLACES = ("onnx/model.onnx", "model.onnx", "onnx/model_quantized.onnx", "model_quantized.onnx")
THRESHOLD = 0.5
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")


@dataclass(frozen=True, slots=True)
class Config:
    """What a folder says of its model."""

    width: int  # words of the longest span
    longest: int  # words of a window
    entity: str  # what stands before each type's name
    separator: str  # what stands between the types and the text


@dataclass(frozen=True, slots=True)
class Window:
    """Words of a document that are read together."""

    document: int
    words: tuple[str, ...]
    start: I64
    end: I64


class Gliner:
    """Finds spans of types by their names."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Open a folder.

        Raises: ModelMissing: no such model there; BadFile: it is damaged or of another sort;
        ExtraMissing: ``tokenizers`` is not installed.
        """
        self.config = read_config(folder)
        place = next((folder / one for one in PLACES if (folder / one).is_file()), None)
        cutter = folder / "tokenizer.json"
        if place is None or not cutter.is_file():
            lacking = PLACES[0] if place is None else cutter.name
            raise ModelMissing(
                f"{folder} holds no {lacking}", hint="export the model to ONNX into that folder"
            )
        library = _tokenizers()
        try:
            self._cutter = library.Tokenizer.from_file(str(cutter))
        except Exception as error:  # the library raises bare Exception
            raise BadFile(f"{cutter}: {error}", hint="copy the folder again") from error
        self._cutter.no_truncation()
        self._cutter.no_padding()
        self._session = _session(place, threads)

    def tag(
        self,
        documents: Sequence[Document],
        types: Sequence[str],
        *,
        threshold: float = THRESHOLD,
        is_flat: bool = True,
    ) -> Tagged:
        """Return the spans of the types in documents, the surest where some overlap.

        Spans of one type never overlap; with ``is_flat`` none does.

        Raises: InputError: no type, or a threshold out of 0 to 1.
        """
        names = tuple(dict.fromkeys(types))
        if not names or not 0 < threshold < 1:
            raise InputError(
                f"{len(names)} types, threshold {threshold}",
                hint="name a type or more; the threshold lies in 0 to 1",
            )
        rows: dict[tuple[int, int, int, int], float] = {}
        for window in self._windows(documents):
            chances = self._chances(window, names)  # (words, width, types)
            found = np.argwhere(chances > threshold)
            for first, more, type_ in found.tolist():
                start, end = int(window.start[first]), int(window.end[first + more])
                key = window.document, start, end, type_
                rows[key] = max(rows.get(key, 0.0), float(chances[first, more, type_]))
        order = sorted(rows)
        columns = np.array(order, np.int64).reshape(-1, 4).T
        scores = np.array([rows[key] for key in order], np.float32)
        found_ = Tagged(names, columns[0], columns[1], columns[2], columns[3], scores)
        return found_.keep(surest(found_, is_flat=is_flat))

    def _windows(self, documents: Sequence[Document]) -> Iterator[Window]:
        """Yield the windows of documents; neighbours share the words of a longest span."""
        longest, step = self.config.longest, self.config.longest - self.config.width
        for number, document in enumerate(documents):
            words = list(_WORD.finditer(document.text))
            for begin in range(0, max(len(words) - self.config.width, 1), step):
                own = words[begin : begin + longest]
                if own:
                    start = np.array([one.start() for one in own], np.int64)
                    end = np.array([one.end() for one in own], np.int64)
                    yield Window(number, tuple(one.group() for one in own), start, end)

    def _chances(self, window: Window, names: Sequence[str]) -> F32:
        """Return the chance of each span of a window for each type, 0 where it leaves the text."""
        count, width = len(window.words), self.config.width
        first = np.repeat(np.arange(count), width)
        last = first + np.tile(np.arange(width), count)
        inside = last < count
        ids, words = self._pieces(window.words, names)
        feed = {
            "input_ids": ids[None],
            "attention_mask": np.ones_like(ids)[None],
            "words_mask": words[None],
            "text_lengths": np.array([[count]], np.int64),
            "span_idx": np.stack([first, last], 1)[None] * inside[:, None],
            "span_mask": inside[None],
        }
        logits = np.asarray(self._session.run(["logits"], feed)[0][0], np.float32)
        chances = 1 / (1 + np.exp(-logits.reshape(count, width, len(names))))
        return np.asarray(chances * inside.reshape(count, width, 1), np.float32)

    def _pieces(self, words: Sequence[str], names: Sequence[str]) -> tuple[I64, I64]:
        """Return the pieces of types and text, and the number of the word that each begins.

        Words of the text count from 1; other pieces have 0.
        """
        before = [part for name in names for part in (self.config.entity, name)]
        before.append(self.config.separator)
        cut = self._cutter.encode([*before, *words], is_pretokenized=True)
        numbers, previous = [], None
        for word in cut.word_ids:
            is_first = word is not None and word != previous and word >= len(before)
            numbers.append(word - len(before) + 1 if is_first else 0)
            previous = word
        return np.array(cut.ids, np.int64), np.array(numbers, np.int64)


def read_config(folder: Path) -> Config:
    """Return what a folder says of its model.

    Raises: ModelMissing: no GLiNER folder; BadFile: it is damaged, or the model has another sort.
    """
    path = folder / "gliner_config.json"
    if not path.is_file():
        raise ModelMissing(f"{folder} holds no {path.name}", hint="give a GLiNER model's folder")
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        config = Config(
            int(found["max_width"]),
            int(found.get("max_len", 384)),
            str(found.get("ent_token", "<<ENT>>")),
            str(found.get("sep_token", "<<SEP>>")),
        )
        mode, labels = str(found.get("span_mode", "markerV0")), found.get("labels_encoder")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(f"{path}: {error!r}", hint="copy the folder again") from error
    if mode == "token_level" or labels:
        sort = "labels tokens" if mode == "token_level" else "has an encoder for labels"
        raise BadFile(
            f"{path}: this model {sort}, which is not known here",
            hint="take a span model with one encoder",
        )
    if not 0 < config.width < config.longest:
        raise BadFile(f"{path}: max_width {config.width}, max_len {config.longest}", hint="")
    return config


def _tokenizers() -> ModuleType:
    try:
        import tokenizers
    except ImportError as error:
        raise ExtraMissing("gliner", "a GLiNER model") from error
    library: ModuleType = tokenizers
    return library


def _session(path: Path, threads: int) -> Any:
    import onnxruntime  # half a second that only those pay who tag

    options = session_options(threads)
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's errors have no common root but this
        words = str(error).splitlines()[0][:200]
        raise BadFile(f"{path} cannot be run: {words}", hint="copy the folder again") from error
    found = {one.name for one in session.get_inputs()}
    if found != INPUTS:
        raise BadFile(
            f"{path} asks for {', '.join(sorted(found))}",
            hint=f"a span model asks for {', '.join(sorted(INPUTS))}",
        )
    return session
