"""What a batch is scored by; every loss is registered under a name.

A loss takes a ``Batch`` and returns a scalar tensor. Weights of the parts stand in the recipe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onoma.encode.bert import need_torch
from onoma.registry import Registry

FAR = -1e4


@dataclass(frozen=True, slots=True)
class Batch:
    """Vectors of a batch: row i of ``a`` and of ``b`` are two texts about cluster i.

    ``same`` marks pairs of rows that must not be pushed apart (same cluster, shared name);
    ``near`` those that must not be when the second text is a description; ``is_described`` marks
    the rows whose ``b`` is one. ``steps`` is the is-a distance of the clusters. ``start`` holds
    the starting weights' vectors of the clusters. All are tensors.
    """

    a: Any
    b: Any
    same: Any
    near: Any
    is_described: Any
    steps: Any
    start: Any
    temperature: float
    margin: float


Loss = Callable[[Batch], Any]


def _all_pairs(batch: Batch) -> tuple[Any, Any, Any]:
    """Return cosines of all texts, which of them are ignored, and each text's partner."""
    torch = need_torch("training")
    size = len(batch.a)
    texts = torch.cat([batch.a, batch.b])
    cosines = texts @ texts.T
    described = torch.cat([torch.zeros_like(batch.is_described), batch.is_described])
    same = batch.same.repeat(2, 2)
    far = same | (batch.near.repeat(2, 2) & (described[:, None] | described[None, :]))
    partner = torch.arange(2 * size).roll(size)
    far[torch.arange(2 * size), partner] = False
    far.fill_diagonal_(True)
    return cosines, far, partner


def infonce(batch: Batch) -> Any:
    """Return the symmetric contrastive loss over both texts of every cluster.

    Source: van den Oord et al. 2018; CODER++ (Zeng et al. 2022) uses it with mined negatives.
    """
    torch = need_torch("training")
    cosines, ignored, partner = _all_pairs(batch)
    scores = (cosines / batch.temperature).masked_fill(ignored, FAR)
    return torch.nn.functional.cross_entropy(scores, partner)


def multi_similarity(
    batch: Batch, *, alpha: float = 2.0, beta: float = 50.0, base: float = 0.5, gap: float = 0.2
) -> Any:
    """Return the multi-similarity loss with the mining of its paper, as SapBERT uses it.

    Source: Wang et al. 2019; SapBERT (Liu et al. 2021), with its constants.
    """
    torch = need_torch("training")
    cosines, ignored, partner = _all_pairs(batch)
    rows = torch.arange(len(cosines))
    positive = cosines[rows, partner]
    negatives = cosines.masked_fill(ignored, FAR)
    negatives[rows, partner] = FAR
    hard = negatives > (positive - gap)[:, None]
    pushed = torch.where(hard, torch.exp(beta * (cosines - base)), torch.zeros_like(cosines))
    kept = positive - gap < negatives.max(1).values
    pulled = torch.exp(-alpha * (positive - base)) * kept
    return (torch.log1p(pulled) / alpha + torch.log1p(pushed.sum(1)) / beta).mean()


def hierarchy(batch: Batch) -> Any:
    """Return how far cosines break the order of is-a distances, by margins that grow with them.

    For each cluster, one that is two or more steps nearer must have the greater cosine. After
    HiPrBERT (Lan et al. 2023), whose margins separate levels of the hierarchy; here every
    distance in the batch takes part.
    """
    torch = need_torch("training")
    cosines = batch.a @ batch.a.T
    gaps = (batch.steps[:, None, :] - batch.steps[:, :, None]).clamp(max=6)  # k farther than j
    counts = (gaps >= 2) & (batch.steps[:, :, None] <= 6) & (batch.steps[:, :, None] > 0)
    lacking = batch.margin * gaps - (cosines[:, :, None] - cosines[:, None, :])
    wrong = torch.where(counts, lacking, torch.zeros_like(lacking)).clamp(min=0)
    return wrong.sum() / counts.sum().clamp(min=1) / batch.temperature


def distillation(batch: Batch, *, temperature: float = 0.1) -> Any:
    """Return how far the neighbours in the batch differ from those of the starting weights.

    Relational self-distillation: BioLORD-2023 (Remy et al. 2024) keeps the starting model's sense
    by averaging with it; here each cluster's row of cosines is held near its first one (KL).
    """
    torch = need_torch("training")
    ops = torch.nn.functional
    hide = torch.eye(len(batch.a), dtype=torch.bool)

    def rows(vectors: Any) -> Any:
        scores = (vectors @ vectors.T / temperature).masked_fill(hide, FAR)
        return ops.log_softmax(scores, 1)

    return ops.kl_div(rows(batch.a), rows(batch.start), log_target=True, reduction="batchmean")


LOSSES: Registry[Loss] = Registry(
    "loss",
    group="onoma.losses",
    builtin={
        "infonce": "onoma.encode.training.losses:infonce",
        "multi-similarity": "onoma.encode.training.losses:multi_similarity",
        "hierarchy": "onoma.encode.training.losses:hierarchy",
        "distillation": "onoma.encode.training.losses:distillation",
    },
)
"""The losses by name."""
