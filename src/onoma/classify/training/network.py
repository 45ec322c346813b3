"""The network of ``sequence_model`` in PyTorch, to be trained; ``frozen`` gives its arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.classify.sentences import U32
from onoma.classify.sequence_model import PLACES, SequenceModel
from onoma.classify.training.lessons import Lesson
from onoma.encode.bert import need_torch

SPREAD = 0.1  # standard deviation of the vectors at the start


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a network, and what of it is left out by chance while it learns."""

    dim: int = 32
    hidden: int = 48
    dropout: float = 0.5
    word_dropout: float = 0.3


@dataclass(frozen=True, slots=True)
class Padded:
    """Lessons as tensors of one shape (lessons, places, ...), words as one list with bounds."""

    words: Any
    bounds: Any
    where: Any
    is_there: Any
    gold: npt.NDArray[np.int64]
    allowed: Any


class Network:
    """One trunk, a head for each task."""

    def __init__(self, keys: U32, labels: Sequence[tuple[str, ...]], shape: Shape) -> None:
        """Make a network for words of these keys; a head for each tuple of labels."""
        torch = self.torch = need_torch("onoma train roles")
        self.keys, self.labels, self.shape = keys, labels, shape
        nn, dim, wide = torch.nn, shape.dim, shape.hidden
        self.vectors = nn.EmbeddingBag(len(keys), dim, mode="sum")
        nn.init.normal_(self.vectors.weight, std=SPREAD)
        self.place, self.join = nn.Linear(PLACES, dim), nn.Linear(2 * dim, dim)
        self.reader = nn.GRU(dim, wide, batch_first=True, bidirectional=True)
        self.out = nn.ModuleList([nn.Linear(2 * wide + dim, len(one)) for one in labels])
        self.chains = nn.ModuleList([_chain(torch, len(one)) for one in labels])
        self.trunk = nn.ModuleList(
            [self.place, self.join, self.reader, self.out, self.chains]
        )  # all but the vectors

    def parameters(self) -> tuple[list[Any], list[Any]]:
        """Return the vectors, and the rest."""
        return list(self.vectors.parameters()), list(self.trunk.parameters())

    def pad(self, lessons: Sequence[Lesson], head: int) -> Padded:
        """Return lessons as tensors."""
        torch = self.torch
        most = max(len(one.keys) for one in lessons)
        shape = (len(lessons), most)
        where = np.zeros((*shape, PLACES), np.float32)
        is_there, gold = np.zeros(shape, bool), np.full(shape, -1, np.int64)
        allowed = np.ones((*shape, len(self.labels[head])), bool)
        words: list[npt.NDArray[np.int64]] = []
        for row, lesson in enumerate(lessons):
            count = len(lesson.keys)
            where[row, :count], is_there[row, :count] = lesson.where, True
            gold[row, :count] = lesson.gold
            bits = lesson.allowed[:, None] >> np.arange(allowed.shape[2]) & 1
            allowed[row, :count] = bits.astype(bool)
            words += [known(self.keys, one) for one in lesson.keys]
            words += [np.empty(0, np.int64)] * (most - count)
        bounds = np.cumsum([0, *(len(one) for one in words[:-1])])
        return Padded(
            torch.from_numpy(np.concatenate(words)), torch.from_numpy(bounds),
            torch.from_numpy(where), torch.from_numpy(is_there), gold, torch.from_numpy(allowed),
        )  # fmt: skip

    def scores(self, batch: Padded, head: int, *, is_learning: bool) -> Any:
        """Return the score of each label at each place."""
        torch, functional = self.torch, self.torch.nn.functional
        keep = 1 - self.shape.word_dropout
        rate = self.shape.dropout if is_learning else 0.0
        chance = torch.rand(len(batch.words)) < keep if is_learning else torch.ones(
            len(batch.words)) * keep  # fmt: skip
        number = torch.diff(batch.bounds, append=torch.tensor([len(batch.words)]))
        summed = self.vectors(batch.words, batch.bounds, per_sample_weights=chance.float())
        summed = summed / number.clamp(min=1).float().sqrt()[:, None]
        rows, most = batch.is_there.shape
        stands = torch.tanh(self.place(batch.where))
        both = torch.cat([summed.view(rows, most, -1), stands], dim=-1)
        inner = functional.dropout(torch.tanh(self.join(both)), rate, is_learning)
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            inner, batch.is_there.sum(1), batch_first=True, enforce_sorted=False
        )
        read, _ = torch.nn.utils.rnn.pad_packed_sequence(
            self.reader(packed)[0], batch_first=True, total_length=most
        )
        read = functional.dropout(read, rate, is_learning)
        return self.out[head](torch.cat([read, inner], dim=-1))

    def loss(self, batch: Padded, head: int) -> Any:
        """Return how unlikely it is, a sentence, that all labels are among those allowed."""
        scores = self.scores(batch, head, is_learning=True)
        narrowed = scores.masked_fill(~batch.allowed, -1e4)
        whole = self._log_sum(scores, batch.is_there, head)
        return (whole - self._log_sum(narrowed, batch.is_there, head)).sum() / batch.is_there.sum()

    def _log_sum(self, scores: Any, is_there: Any, head: int) -> Any:
        """Return the logarithm of the sum over all ways through each sequence."""
        torch, chain = self.torch, self.chains[head]
        state = chain.first + scores[:, 0]
        for place in range(1, scores.shape[1]):
            moved = torch.logsumexp(state[:, :, None] + chain.step, 1) + scores[:, place]
            state = torch.where(is_there[:, place, None], moved, state)
        return torch.logsumexp(state + chain.last, 1)

    def frozen(self, head: int) -> SequenceModel:
        """Return the arrays of the trunk and one head."""
        chain, out = self.chains[head], self.out[head]
        vectors = _array(self.vectors.weight) * (1 - self.shape.word_dropout)
        scale = np.maximum(np.abs(vectors).max(axis=1), 1e-8) / 127
        scale = scale.astype(np.float16).astype(np.float32)
        whole = np.clip(np.rint(vectors / np.maximum(scale, 1e-8)[:, None]), -127, 127)
        ways = ("", "_reverse")
        reader = {
            name: np.stack([_array(getattr(self.reader, f"{name}_l0{way}")) for way in ways])
            for name in ("weight_ih", "bias_ih", "weight_hh", "bias_hh")
        }
        return SequenceModel(
            labels=self.labels[head],
            keys=self.keys,
            vectors=whole.astype(np.int8),
            scale=scale,
            place=_array(self.place.weight).T,
            place_bias=_array(self.place.bias),
            join=_array(self.join.weight).T,
            join_bias=_array(self.join.bias),
            read=reader["weight_ih"].transpose(0, 2, 1),
            read_bias=reader["bias_ih"],
            keep=reader["weight_hh"].transpose(0, 2, 1),
            keep_bias=reader["bias_hh"],
            out=_array(out.weight).T,
            out_bias=_array(out.bias),
            step=_array(chain.step),
            first=_array(chain.first),
            last=_array(chain.last),
        )


def _chain(torch: Any, labels: int) -> Any:
    """Return a module that holds the scores of a chain (``crf.Chain``)."""
    module = torch.nn.Module()
    module.step = torch.nn.Parameter(torch.zeros(labels, labels))
    module.first = torch.nn.Parameter(torch.zeros(labels))
    module.last = torch.nn.Parameter(torch.zeros(labels))
    return module


def known(keys: U32, found: U32) -> npt.NDArray[np.int64]:
    """Return the places of the words of a sentence that the model knows, each once."""
    place = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
    return np.unique(place[keys[place] == found]).astype(np.int64)


def _array(tensor: Any) -> npt.NDArray[np.float32]:
    array: npt.NDArray[np.float32] = tensor.detach().numpy().astype(np.float32)
    return array
