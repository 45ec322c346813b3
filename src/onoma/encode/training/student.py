"""The model that learns: its weights as tensors, texts to vectors with and without gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import hidden, need_torch, read_weights
from onoma.encode.encoder import padded
from onoma.encode.folder import ModelFolder
from onoma.encode.wordpiece import read_wordpiece
from onoma.errors import BadFile

F32 = npt.NDArray[np.float32]
CHUNK = 32  # texts of about one length that are run at once


class Student:
    """A BERT with mean pooling whose weights can learn."""

    def __init__(self, folder: ModelFolder) -> None:
        """Read the starting weights.

        Raises: BadFile: another architecture or pooling; ExtraMissing: torch is not installed.
        """
        self._torch = need_torch("training")
        if folder.pooling != "mean":
            raise BadFile(f"{folder.path}: only mean pooling is trained", hint="see modules.json")
        self.folder = folder
        self.pieces = read_wordpiece(folder.path)
        arrays, self.shape = read_weights(folder)
        self.weights = {n: self._torch.tensor(a, requires_grad=True) for n, a in arrays.items()}
        self.half = has_fast_half()

    def arrays(self) -> dict[str, F32]:
        """Return a copy of the weights."""
        return {n: w.detach().numpy().copy() for n, w in self.weights.items()}

    def take(self, arrays: Mapping[str, F32]) -> None:
        """Take other weights, in place."""
        with self._torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(self._torch.from_numpy(np.ascontiguousarray(arrays[name])))

    def vectors(self, texts: Sequence[str], longest: Sequence[int]) -> Any:
        """Return one unit vector a text as a tensor that knows its gradients.

        ``longest`` is how many pieces of each text are read, as far as the model has places.
        """
        torch = self._torch
        pairs = zip(texts, longest, strict=True)
        room = self.folder.longest
        numbers = [self.pieces.number([text], min(most, room))[0] for text, most in pairs]
        order = np.argsort([len(one) for one in numbers], kind="stable")
        rows = []
        table = _Table(torch, self.weights["embeddings.word_embeddings.weight"], numbers)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            for start in range(0, len(order), CHUNK):
                chunk = [numbers[place] for place in order[start : start + CHUNK].tolist()]
                rows.append(self._pooled(chunk, table))
        vectors = torch.nn.functional.normalize(torch.cat(rows), dim=1)
        return vectors[torch.from_numpy(np.argsort(order, kind="stable"))]

    def _pooled(self, numbers: Sequence[Sequence[int]], table: _Table) -> Any:
        ids, mask = (self._torch.from_numpy(one) for one in padded(numbers, self.pieces.pad))
        seen = mask.to(self._torch.float32)
        out = hidden(self.weights, self.shape, ids, mask, table.look_up(ids))
        out = out.to(self._torch.float32)
        return (seen[:, None, :] @ out)[:, 0] / seen.sum(1, keepdim=True)

    def encode(self, texts: Sequence[str], *, longest: int = 32, batch: int = 2048) -> F32:
        """Return one unit vector a text, (n, width), without gradients."""
        out = np.zeros((len(texts), self.shape.width), np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with self._torch.no_grad():
            for start in range(0, len(order), batch):
                rows = order[start : start + batch]
                own = [texts[row] for row in rows]
                out[rows] = self.vectors(own, [longest] * len(own)).numpy()
        return out


class _Table:
    """The vectors of the pieces that a batch uses.

    Looked up once for all chunks: the gradient of the whole table is made once, not for each.
    """

    def __init__(self, torch: Any, weight: Any, numbers: Sequence[Sequence[int]]) -> None:
        used = np.unique(np.concatenate([*map(np.asarray, numbers), [0]])).astype(np.int64)
        self._torch = torch
        self._place = torch.zeros(len(weight), dtype=torch.int64)
        self._place[torch.from_numpy(used)] = torch.arange(len(used))
        self._rows = torch.nn.functional.embedding(torch.from_numpy(used), weight)

    def look_up(self, ids: Any) -> Any:
        return self._torch.nn.functional.embedding(self._place[ids], self._rows)


def has_fast_half() -> bool:
    """Return whether this processor multiplies bfloat16 numbers itself."""
    torch = need_torch("training")
    for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        ask = getattr(torch.cpu, name, None)
        if ask is not None and ask():
            return True
    return False
