"""Trains the network that gives a second opinion on words of trials (``extract.trial_words``).

    python bench/pico_head.py --weights src/onoma/data/extract/trials.npz [--epochs 6]

It learns from nine tenths of the training part of ebm-nlp-pico (one abstract in four of the shared
file is the dev part); the last tenth shows how well it goes, and nothing is chosen on it. Width,
epochs and rates were set once. Needs the extra ``train``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from onoma.eval.datasets import data_sets
from onoma.eval.gold_documents import GoldDocument
from onoma.eval.parts import Source
from onoma.eval.reading import read_documents
from onoma.extract.trial_words import HEADS, TrialWords, open_vectors, pack
from pico import SHARED, counts, f1, gold, words_of

PROJECTED, STATE, BATCH = 96, 64, 12
DROPPED_IN, DROPPED = 0.15, 0.4
RATE = 4e-3
HELD = 70  # abstracts that are not learned from
SCALED_ON = 20_000  # words that means and spreads of vectors are taken from


class Network(torch.nn.Module):
    """A projection, a gated recurrent layer in both directions, an output a class."""

    def __init__(self, width: int) -> None:
        """Make the layers; their names are those of the weights' file."""
        super().__init__()
        self.p = torch.nn.Linear(width, PROJECTED)
        self.g = torch.nn.GRU(PROJECTED, STATE, batch_first=True, bidirectional=True)
        self.o = torch.nn.Linear(2 * STATE + PROJECTED, 1 + len(HEADS))
        self.drop_in, self.drop = torch.nn.Dropout(DROPPED_IN), torch.nn.Dropout(DROPPED)

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return the scores of classes, (texts, words, classes)."""
        low = torch.relu(self.p(self.drop_in(vectors)))
        states, _ = self.g(self.drop(low))
        return self.o(self.drop(torch.cat([states, low], -1)))


def classes(one: GoldDocument, places: np.ndarray) -> np.ndarray:
    """Return the class of each word: 0 is none."""
    out = np.zeros(len(places), int)
    words = np.array(words_of(one.document.text))
    marks = gold(one)
    for number in reversed(range(len(HEADS))):
        for start, end in words[marks[:, number]]:
            out[(places[:, 0] < end) & (start < places[:, 1])] = number + 1
    return out


def batches(sizes: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Return rows in batches of about one length, in any order."""
    out = []
    for part in np.array_split(rows[rng.permutation(len(rows))], 6):
        part = part[np.argsort(sizes[part])]
        out += [part[n : n + BATCH] for n in range(0, len(part), BATCH)]
    return [out[n] for n in rng.permutation(len(out))]


def padded(
    vectors: Sequence[np.ndarray], labels: Sequence[np.ndarray], rows: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a batch; -100 is beyond a text's end."""
    longest = max(len(labels[n]) for n in rows)
    x = np.zeros((len(rows), longest, vectors[0].shape[1]), np.float32)
    y = np.full((len(rows), longest), -100)
    for place, n in enumerate(rows):
        x[place, : len(labels[n])], y[place, : len(labels[n])] = vectors[n], labels[n]
    return torch.tensor(x), torch.tensor(y)


def train(
    vectors: Sequence[np.ndarray], labels: Sequence[np.ndarray], rows: np.ndarray, epochs: int
) -> Network:
    """Return a network that has learned some rows."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    network = Network(vectors[0].shape[1])
    sizes = np.array([len(one) for one in labels])
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    steps = epochs * len(batches(sizes, rows, np.random.default_rng(0)))
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
    for epoch in range(epochs):
        network.train()
        losses = []
        for part in batches(sizes, rows, rng):
            x, y = padded(vectors, labels, part)
            scores = network(x)
            loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), y.flatten())
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            plan.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}", flush=True)
    return network


def folded(network: Network, mean: np.ndarray, spread: np.ndarray) -> dict[str, np.ndarray]:
    """Return the weights for vectors as they come: centring and scaling go into the first layer."""
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    first = weights["p.weight"] / spread
    return {**weights, "p.weight": first, "p.bias": weights["p.bias"] - first @ mean}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, show the held tenth, write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, required=True, help="the file to write")
    parser.add_argument("--epochs", type=int, default=6)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    row = {one.name: one for one in data_sets()}["ebm-nlp-pico"]
    documents = read_documents(Source(SHARED / row.folder, row, "train"))
    reader = open_vectors()
    pages = [reader.read(one.document.text) for one in documents]
    labels = [classes(one, places) for one, (places, _) in zip(documents, pages, strict=True)]
    sample = np.concatenate([vectors for _, vectors in pages])[:SCALED_ON]
    mean, spread = sample.mean(0), sample.std(0) + 1e-3
    mean[-2:], spread[-2:] = 0, 1  # where a word stands is a share already
    scaled = [((vectors - mean) / spread).astype(np.float32) for _, vectors in pages]
    rows = np.random.default_rng(0).permutation(len(documents))
    network = train(scaled, labels, rows[HELD:], options.epochs)
    weights = folded(network, mean, spread)
    words = TrialWords(reader, weights)
    sums = np.zeros((3, len(HEADS)), int)
    for n in rows[:HELD]:
        is_in = words.score(pages[n][1]) >= 0.35
        sums = sums + counts(np.stack([labels[n] == k + 1 for k in range(len(HEADS))], 1), is_in)
    print(f"held tenth, mean F1 {100 * f1(sums)[2].mean():.1f}")
    with options.weights.open("wb") as stream:
        np.savez_compressed(stream, **pack(weights))
    return 0


if __name__ == "__main__":
    sys.exit(main())
