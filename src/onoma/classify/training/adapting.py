"""Training of an adapter: a few passes over labelled texts, in torch.

What enters the upper layers is read once and kept, so that a pass costs the upper layers alone.

Source: Hu et al. 2022, LoRA (``up`` begins at zero; ``down`` is drawn); rates that rise, then fall,
as in Devlin et al. 2019.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.classify.adapter import LONGEST, Adapter, opened, padded, upper_weights
from onoma.encode.bert import need_torch
from onoma.encode.opened import MATRICES
from onoma.errors import InputError

F16 = npt.NDArray[np.float16]
F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FAR = -1e4
EPSILON = 1e-12
Show = Callable[[int, int], None]
"""Is told steps done and steps in all."""


@dataclass(frozen=True, slots=True)
class Adapting:
    """How an adapter is trained.

    Layers from ``first`` on are changed, by products of ``rank``. ``empty`` is how many texts
    without any label are seen in a pass for each one that has some (drawn anew each pass).
    """

    first: int = 3
    rank: int = 8
    passes: int = 3
    rate: float = 1e-3
    batch: int = 16
    warm: float = 0.1
    dropout: float = 0.1
    decay: float = 0.01
    empty: float = 4.0
    longest: int = LONGEST
    seed: int = 1


class AdapterTrainer:
    """Trains adapters on texts that are read once."""

    def __init__(self, texts: Sequence[str], how: Adapting) -> None:
        """Read the texts up to the layer where changes begin.

        Raises: ExtraMissing: torch is not installed.
        """
        self._torch = need_torch("training the encoder's upper layers")
        self.how = how
        self._encoder = opened(how.first)
        self.read = self._encoder.between(texts, how.longest)

    def train(self, rows: I64, gold: Bools, show: Show | None = None) -> Adapter:
        """Return an adapter trained on some texts; ``gold`` is (all texts, labels).

        Raises: InputError: no text, or no label.
        """
        if not len(rows) or not gold.shape[1]:
            raise InputError("there is nothing to learn from", hint="give labelled texts")
        torch, how = self._torch, self.how
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        torch.manual_seed(how.seed)
        network = _Network(torch, how, self._encoder.heads, gold[rows].mean(0))
        try:
            self._run(network, rows, gold, show)
        finally:
            torch.set_num_threads(before)
        return network.adapter()

    def _run(self, network: _Network, rows: I64, gold: Bools, show: Show | None) -> None:
        torch, how = self._torch, self.how
        rng = np.random.default_rng(how.seed)
        plan = [batch for _ in range(how.passes) for batch in self._pass(rows, gold, rng)]
        optimizer = torch.optim.AdamW(network.groups(how), lr=how.rate)
        for step, batch in enumerate(plan):
            share = min((step + 1) / (how.warm * len(plan)), 1.0) * (1 - step / len(plan))
            for group in optimizer.param_groups:
                group["lr"] = how.rate * share
            x, mask = (torch.from_numpy(part) for part in padded([self.read[row] for row in batch]))
            want = torch.from_numpy(gold[batch].astype(np.float32))
            loss = torch.nn.functional.binary_cross_entropy_with_logits(network(x, mask), want)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.learning(), 1.0)
            optimizer.step()
            if show is not None:
                show(step + 1, len(plan))

    def _pass(self, rows: I64, gold: Bools, rng: np.random.Generator) -> Iterator[list[int]]:
        """Yield batches of texts of about one length, in random order."""
        has = gold[rows].any(1)
        empty = rows[~has]
        most = max(int(self.how.empty * has.sum()), self.how.batch)
        own = np.concatenate([rows[has], rng.permutation(empty)[:most]])
        sizes = np.array([len(self.read[row]) for row in own.tolist()]) + 8 * rng.random(len(own))
        own = own[np.argsort(sizes)]
        parts = [own[i : i + self.how.batch].tolist() for i in range(0, len(own), self.how.batch)]
        for number in rng.permutation(len(parts)).tolist():
            yield parts[number]


class _Network:
    """The upper layers with their changes, as torch runs them."""

    def __init__(self, torch: Any, how: Adapting, heads: int, shares: F32) -> None:
        self._torch, self._how, self._heads = torch, how, heads
        weights = {name: torch.tensor(array) for name, array in upper_weights(how.first).items()}
        self._fixed = {n: w for n, w in weights.items() if w.ndim > 1}
        self._small = {n: w.requires_grad_() for n, w in weights.items() if w.ndim == 1}
        self._thin: dict[str, tuple[Any, Any]] = {}
        self._layers = sorted({int(name.split(".")[2]) for name in weights})
        for layer in self._layers:
            for part in MATRICES:
                name = f"encoder.layer.{layer}.{part}"
                high, wide = self._fixed[f"{name}.weight"].shape
                down = torch.randn(how.rank, wide) / math.sqrt(wide)
                up = torch.zeros(high, how.rank)
                self._thin[name] = (down.requires_grad_(), up.requires_grad_())
        odds = np.log((shares + 1e-3) / (1 - shares + 1e-3)).astype(np.float32)
        width = self._small[f"encoder.layer.{how.first}.output.LayerNorm.bias"].shape[0]
        self._head = (torch.randn(len(shares), width) * 0.02).requires_grad_()
        self._bias = torch.tensor(odds).requires_grad_()

    def learning(self) -> list[Any]:
        """Return all that learns."""
        thin = [one for pair in self._thin.values() for one in pair]
        return [self._head, self._bias, *thin, *self._small.values()]

    def groups(self, how: Adapting) -> list[dict[str, Any]]:
        """Return what learns, with how fast its weights decay."""
        head = [self._head, self._bias]
        return [
            {"params": head, "weight_decay": how.decay},
            {"params": self.learning()[2:], "weight_decay": 0.0},
        ]

    def __call__(self, x: Any, mask: Any) -> Any:
        """Return the log odds of the labels, (texts, labels)."""
        far = (1 - mask[:, None, None, :]) * FAR
        for layer in self._layers:
            x = self._layer(x, far, f"encoder.layer.{layer}")
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return self._torch.nn.functional.linear(self._drop(pooled), self._head, self._bias)

    def _drop(self, x: Any) -> Any:
        return self._torch.nn.functional.dropout(x, self._how.dropout, True)

    def _linear(self, x: Any, name: str) -> Any:
        linear = self._torch.nn.functional.linear
        down, up = self._thin[name]
        plain = linear(x, self._fixed[f"{name}.weight"], self._small[f"{name}.bias"])
        return plain + 2 * linear(linear(self._drop(x), down), up)

    def _layer(self, x: Any, far: Any, name: str) -> Any:
        ops = self._torch.nn.functional
        count, length, width = x.shape

        def split(given: Any) -> Any:
            return given.view(count, length, self._heads, -1).transpose(1, 2)

        def norm(given: Any, part: str) -> Any:
            own = (self._small[f"{name}.{part}.{n}"] for n in ("weight", "bias"))
            return ops.layer_norm(given, (width,), *own, EPSILON)

        asked = (f"{name}.attention.self.{n}" for n in ("query", "key", "value"))
        query, key, value = (split(self._linear(x, one)) for one in asked)
        seen = ops.scaled_dot_product_attention(
            query, key, value, attn_mask=far, dropout_p=self._how.dropout
        )
        seen = seen.transpose(1, 2).reshape(count, length, width)
        seen = self._drop(self._linear(seen, f"{name}.attention.output.dense"))
        x = norm(x + seen, "attention.output.LayerNorm")
        wide = ops.gelu(self._linear(x, f"{name}.intermediate.dense"), approximate="tanh")
        return norm(x + self._drop(self._linear(wide, f"{name}.output.dense")), "output.LayerNorm")

    def adapter(self) -> Adapter:
        """Return what was learnt."""
        changes = {name: self._array(weight) for name, weight in self._small.items()}
        for name, (down, up) in self._thin.items():
            changes[f"{name}.down"] = self._array(down)
            changes[f"{name}.up"] = self._array(2 * up)
        return Adapter(
            self._how.first, changes, self._array(self._head), self._array(self._bias),
            self._how.longest,
        )  # fmt: skip

    @staticmethod
    def _array(tensor: Any) -> F32:
        """Return a tensor as it is stored: in half precision."""
        return np.asarray(tensor.detach().numpy().astype(np.float16), np.float32)
