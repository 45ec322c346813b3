"""A second opinion on the words of trials, from vectors that never saw a trial's marks.

The tagger has learned its training abstracts by heart: on them its words of population,
intervention and outcome score 88, on others 68, and nothing that is trained on top of it sees how
it errs. So a small network reads the fourth layer of the encoder of names, which no marks of trials
have touched, over the whole abstract: a bidirectional recurrent layer (Cho et al. 2014) over
vectors and places. It has learned from marks and from what tagger and network together say of
abstracts of trials that nobody has marked. Its chances and the tagger's are averaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.encoder import shipped_folder
from onoma.encode.onnx_cutting import cut_model
from onoma.encode.onnx_session import open_session
from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.recognize.tagger.windows import LONGEST, make_windows
from onoma.recognize.tagger.words import WordReader
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

LAYER = "encoder.layer.3.output.LayerNorm"
MODEL = "model.onnx"
FAR = 300  # words: the scale of how far into the text a word stands
HEADS = ("population", "intervention", "outcome")
"""What the chances are of, in order."""


class WordVectors:
    """Reads a text as words with a vector each: of the first piece, then where the word stands."""

    def __init__(self, session: object, pieces: WordPiece) -> None:
        """Take a session of the encoder's lower layers, and its word pieces."""
        self._session, self._reader = session, WordReader(pieces)
        self._ends = pieces.number([""], 2)[0]

    def read(self, text: str) -> tuple[I64, F32]:
        """Return the places of a text's words (n, 2), and their vectors (n, width + 2)."""
        batch = TextBatch.of([text])
        words = self._reader.read([text])
        places = np.stack([words.start, words.end], axis=1)
        sentences = sentence_spans(batch.codes, batch.doc_start)[0].astype(np.int64)
        windows = make_windows(words, batch, sentences, longest=LONGEST)
        parts = []
        for row in range(len(windows)):
            low, high = words.first[windows.first[row]], words.first[windows.last[row]]
            found = self._run(words.pieces[low:high])
            own = words.first[windows.begin[row] : windows.stop[row]]
            parts.append(found[own - low + 1])
        number = np.arange(len(words))
        stands = np.stack([number / max(len(words), 1), number / FAR], axis=1).astype(np.float32)
        if not parts:
            return places, stands
        return places, np.concatenate([np.concatenate(parts), stands], axis=1)

    def _run(self, pieces: I64) -> F32:
        ids = np.concatenate([self._ends[:1], pieces, self._ends[1:]])[None]
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        return np.asarray(self._session.run(None, feed)[0][0], np.float32)  # type: ignore[attr-defined]  # onnxruntime's


class TrialWords:
    """Says of each word of a text how likely it tells of each of ``HEADS``."""

    def __init__(self, vectors: WordVectors, weights: Mapping[str, F32]) -> None:
        """Take vectors and weights, named as by torch (``p``, ``g``, ``o`` are the layers)."""
        self._vectors, self._weights = vectors, weights

    def chances(self, text: str) -> tuple[I64, F32]:
        """Return the places of a text's words (n, 2), and their chances (n, 3)."""
        places, vectors = self._vectors.read(text)
        return places, self.score(vectors) if len(places) else np.zeros((0, 3), np.float32)

    def score(self, vectors: F32) -> F32:
        """Return the chances of words in text order."""
        w = self._weights
        low = np.maximum(vectors @ w["p.weight"].T + w["p.bias"], 0)
        sides = [_recur(low, w, "l0"), _recur(low[::-1], w, "l0_reverse")[::-1]]
        out = np.concatenate([*sides, low], axis=1) @ w["o.weight"].T + w["o.bias"]
        raised = np.exp(out - out.max(axis=1, keepdims=True))
        chances: F32 = (raised / raised.sum(axis=1, keepdims=True))[:, 1:]
        return chances


def _recur(inputs: F32, weights: Mapping[str, F32], side: str) -> F32:
    """Return the states of a gated recurrent layer after each input."""
    own, held = weights[f"g.weight_ih_{side}"], weights[f"g.weight_hh_{side}"].T
    given = inputs @ own.T + weights[f"g.bias_ih_{side}"]
    bias = weights[f"g.bias_hh_{side}"]
    width = held.shape[0]
    state, states = np.zeros(width, np.float32), np.empty((len(inputs), width), np.float32)
    for place, row in enumerate(given):
        before = state @ held + bias
        gates = 1 / (1 + np.exp(-(row[: 2 * width] + before[: 2 * width])))
        fresh = np.tanh(row[2 * width :] + gates[:width] * before[2 * width :])
        state = (1 - gates[width:]) * fresh + gates[width:] * state
        states[place] = state
    return states


def open_vectors(folder: Path | None = None) -> WordVectors:
    """Return the vectors of the encoder that ships, or of a folder."""
    place = folder or shipped_folder()
    path = place / MODEL
    session = open_session(path, cut_model(path.read_bytes(), LAYER))
    return WordVectors(session, read_wordpiece(place))


def pack(weights: Mapping[str, F32]) -> dict[str, npt.NDArray[np.generic]]:
    """Return weights for a file: matrices as whole numbers of 8 bits with a scale a row."""
    out: dict[str, npt.NDArray[np.generic]] = {}
    for name, value in weights.items():
        if value.ndim == 1:
            out[name] = value.astype(np.float16)
            continue
        scale = np.abs(value).max(axis=1, keepdims=True) / 127
        out[name] = np.round(value / np.maximum(scale, 1e-12)).astype(np.int8)
        out[f"{name}:scale"] = scale.astype(np.float32)
    return out


def unpack(packed: Mapping[str, npt.NDArray[np.generic]]) -> dict[str, F32]:
    """Return the weights of a file."""
    whole = {name: np.asarray(value, np.float32) for name, value in packed.items()}
    return {
        name: value * whole[f"{name}:scale"] if f"{name}:scale" in whole else value
        for name, value in whole.items()
        if not name.endswith(":scale")
    }


@cache
def shipped_words() -> TrialWords:
    """Return the network that ships."""
    path = resources.files("onoma") / "data" / "extract" / "trials.npz"
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as packed:
        return TrialWords(open_vectors(), unpack(packed))
