"""Several networks as one: side by side, their scores averaged.

The mean of what a few networks say, begun by other chances, is better than each. Laid side by side
in the same arrays (blocks on the diagonal, zeros elsewhere, which pack well) they are one network
of ``sequence_model``, and nothing that reads it needs to know.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onoma.classify.crf import F32
from onoma.classify.sequence_model import SequenceModel


def merged(models: Sequence[SequenceModel]) -> SequenceModel:
    """Return one model whose scores are the means of the models'; keys and labels are the same."""
    if len(models) == 1:
        return models[0]
    first, count = models[0], len(models)
    vectors = np.hstack([one.vectors * one.scale[:, None] for one in models])
    scale = np.maximum(np.abs(vectors).max(axis=1), 1e-8) / 127
    scale = np.maximum(scale.astype(np.float16).astype(np.float32), 1e-7)
    whole = np.clip(np.rint(vectors / scale[:, None]), -127, 127).astype(np.int8)
    size, dim = first.keep.shape[1], first.vectors.shape[1]
    return SequenceModel(
        labels=first.labels,
        keys=first.keys,
        vectors=whole,
        scale=scale,
        place=np.hstack([one.place for one in models]),
        place_bias=np.concatenate([one.place_bias for one in models]),
        join=_stacked([one.join for one in models], rows=(dim, dim), columns=(dim,)),
        join_bias=np.concatenate([one.join_bias for one in models]),
        read=_ways([one.read for one in models], (dim,), (size,) * 3),
        read_bias=_gates([one.read_bias for one in models], size),
        keep=_ways([one.keep for one in models], (size,), (size,) * 3),
        keep_bias=_gates([one.keep_bias for one in models], size),
        out=_outs([one.out for one in models], (size, size, dim)) / np.float32(count),
        out_bias=_mean([one.out_bias for one in models]),
        step=_mean([one.step for one in models]),
        first=_mean([one.first for one in models]),
        last=_mean([one.last for one in models]),
    )


def _mean(arrays: Sequence[F32]) -> F32:
    mean: F32 = np.mean(arrays, axis=0, dtype=np.float32)
    return mean


def _cuts(sizes: Sequence[int]) -> list[slice]:
    """Return the parts of an axis that is made of blocks of these sizes."""
    ends = np.cumsum([0, *sizes]).tolist()
    return [slice(a, a + size) for a, size in zip(ends, sizes, strict=False)]


def _stacked(arrays: Sequence[F32], rows: Sequence[int], columns: Sequence[int]) -> F32:
    """Return matrices as one: each block of rows and columns has those of all on its diagonal."""
    count = len(arrays)
    out = np.zeros((sum(rows) * count, sum(columns) * count), np.float32)
    for number, array in enumerate(arrays):
        for row, high in zip(_cuts(rows), rows, strict=True):
            for column, wide in zip(_cuts(columns), columns, strict=True):
                top = row.start * count + number * high
                left = column.start * count + number * wide
                out[top : top + high, left : left + wide] = array[row, column]
    return out


def _outs(arrays: Sequence[F32], rows: Sequence[int]) -> F32:
    """Return matrices to the same columns as one, their rows block by block."""
    return np.vstack([array[part] for part in _cuts(rows) for array in arrays])


def _ways(arrays: Sequence[F32], rows: Sequence[int], columns: Sequence[int]) -> F32:
    """Return the matrices of both directions, stacked."""
    return np.stack([_stacked([one[way] for one in arrays], rows, columns) for way in (0, 1)])


def _gates(arrays: Sequence[F32], size: int) -> F32:
    """Return the biases of both directions, gate by gate."""
    return np.hstack([one[:, part] for part in _cuts((size,) * 3) for one in arrays])
