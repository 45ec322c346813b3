"""Trains the network that gives a second opinion on words of trials (``extract.trial_words``).

    python bench/pico_head.py --weights src/onoma/data/extract/trials.npz [--rounds 2]

It learns from nine tenths of the training part of ebm-nlp-pico (one abstract in four of the shared
file is the dev part); the last tenth shows how well it goes, and nothing is chosen on it. So few
abstracts teach little, so the tagger and the network then mark 6,218 abstracts of trials that
nobody has marked (``pubmed-abstracts``; those of ebm-nlp-pico left out), and a fresh network learns
their mean chances beside the marks, three times over; then the marks alone once more. Each round
does so with the network of the round before.
Source: Hinton et al. 2015 (soft targets); Xie et al. 2020 (noisy students).
Width, epochs and rates were set once. Needs the extra ``train``; two rounds take an hour of two
cores.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import onoma
from onoma.eval.datasets import data_sets
from onoma.eval.gold_documents import GoldDocument
from onoma.eval.parts import Source
from onoma.eval.reading import read_documents
from onoma.extract.tagging import SpanFinder
from onoma.extract.trial_words import HEADS, TrialWords, WordVectors, open_vectors, pack, unpack
from onoma.types import Document
from pico import SHARED, counts, f1, gold, words_of

PROJECTED, STATE, BATCH = 128, 96, 16
DROPPED_IN, DROPPED, DROPPED_SOFT = 0.15, 0.4, 0.2
RATE, RATE_SOFT, RATE_LAST = 4e-3, 3e-3, 1e-3
EPOCHS_SOFT, EPOCHS_LAST = 4, 2
OFTEN = 3  # how often the marks are read beside what nobody marked
HELD = 70  # abstracts that are not learned from
SCALED_ON = 20_000  # words that means and spreads of vectors are taken from
OTHERS = 2_500  # trials beside those of evidence-inference
SHORTEST, LONGEST = 500, 4000  # characters of an abstract; of it with its title
SAME = 60  # letters and digits in a row that tell an abstract of ebm-nlp-pico
_TRIAL = re.compile(r"\brandomi[sz]ed|\bplacebo", re.I)

Page = tuple[np.ndarray, np.ndarray]
"""Vectors of a text's words, and the chances of each of being nothing and of each head."""


@dataclass(frozen=True)
class Course:
    """How a network learns: epochs, the highest rate, what share of a layer is left out."""

    epochs: int
    rate: float
    dropped: float
    seed: int


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


class Scale:
    """Centres and scales vectors; where a word stands is a share already."""

    def __init__(self, pages: Sequence[np.ndarray]) -> None:
        """Take the vectors of some texts."""
        sample = np.concatenate(pages)[:SCALED_ON]
        self.mean, self.spread = sample.mean(0), sample.std(0) + 1e-3
        self.mean[-2:], self.spread[-2:] = 0, 1

    def batch(self, pages: Sequence[Page], rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Return vectors and targets of a batch; those beyond a text's end are zero."""
        longest = max(len(pages[n][1]) for n in rows)
        x = np.zeros((len(rows), longest, len(self.mean)), np.float32)
        y = np.zeros((len(rows), longest, 1 + len(HEADS)), np.float32)
        for place, n in enumerate(rows):
            vectors, targets = pages[n]
            x[place, : len(targets)] = (vectors.astype(np.float32) - self.mean) / self.spread
            y[place, : len(targets)] = targets
        return torch.tensor(x), torch.tensor(y)


def train(
    pages: Sequence[Page], scale: Scale, course: Course, network: Network | None = None
) -> Network:
    """Return a network that has learned some pages, from nothing or from another one."""
    torch.manual_seed(course.seed)
    rng = np.random.default_rng(course.seed)
    network = network or Network(len(scale.mean))
    network.drop.p = course.dropped
    sizes, rows = np.array([len(targets) for _, targets in pages]), np.arange(len(pages))
    optimizer = torch.optim.AdamW(network.parameters(), lr=course.rate, weight_decay=0.01)
    steps = course.epochs * len(batches(sizes, rows, np.random.default_rng(0)))
    plan = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, course.rate, total_steps=steps, pct_start=0.15
    )
    for epoch in range(course.epochs):
        network.train()
        losses = []
        for part in batches(sizes, rows, rng):
            x, y = scale.batch(pages, part)
            loss = -(torch.log_softmax(network(x), -1) * y).sum() / y.sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            plan.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {course.epochs}: loss {np.mean(losses):.3f}", flush=True)
    return network


def letters(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    return re.sub(r"\W", "", text.lower())


def unmarked(known: Sequence[GoldDocument]) -> list[str]:
    """Return titles and abstracts of trials, none of those that are ``known``."""
    stretches = set()
    for one in known:
        text = letters(one.document.text)
        stretches |= {text[at : at + SAME] for at in (0, 200, 400) if len(text) >= at + SAME}
    chosen: list[str] = []
    others: list[str] = []
    with gzip.open(SHARED / "pubmed-abstracts" / "abstracts.jsonl.gz", "rt") as lines:
        for line in lines:
            row = json.loads(line)
            text = f"{row['title']} {row['abstract']}".strip()
            is_listed = row["source"] == "evidence-inference"
            if row["source"].startswith("e3c") or not (is_listed or _TRIAL.search(text)):
                continue  # E3C is for non-commercial use
            if len(row["abstract"]) < SHORTEST or len(text) > LONGEST:
                continue
            plain = letters(text)
            if not any(stretch in plain for stretch in stretches):
                (chosen if is_listed else others).append(text)
    order = np.random.default_rng(0).permutation(len(others))[:OTHERS]
    return chosen + [others[n] for n in order]


class Students:
    """Networks that learn what the tagger and the one before them say of unmarked abstracts."""

    def __init__(self, texts: Sequence[str], reader: WordVectors, scale: Scale) -> None:
        """Read the texts, and ask the tagger that ships of them."""
        finder = SpanFinder.of(None, onoma.load(mode="dictionary").store)
        finder.need(HEADS)
        self._scale = scale
        self._vectors: list[np.ndarray] = []
        self._tagged: list[np.ndarray] = []
        for number, text in enumerate(texts):
            document = Document(id=str(number), text=text)
            self._vectors.append(reader.read(text)[1].astype(np.float16))
            self._tagged.append(finder.chances(document, HEADS)[1])
            if number % 1000 == 0:
                print(f"{number} of {len(texts)} abstracts read", flush=True)

    def pages(self, teacher: TrialWords) -> Iterator[Page]:
        """Yield the pages of the texts, with the mean chances of tagger and teacher."""
        for vectors, tagged in zip(self._vectors, self._tagged, strict=True):
            mean = (tagged + teacher.score(vectors.astype(np.float32))) / 2
            whole = np.concatenate([np.maximum(1 - mean.sum(1, keepdims=True), 0), mean], 1)
            yield vectors, (whole / whole.sum(1, keepdims=True)).astype(np.float32)

    def learn(self, teacher: TrialWords, marked: Sequence[Page], seed: int) -> Network:
        """Return a network that has learned from a teacher and from marks."""
        pages = [*self.pages(teacher), *list(marked) * OFTEN]
        course = Course(EPOCHS_SOFT, RATE_SOFT, DROPPED_SOFT, seed)
        network = train(pages, self._scale, course)
        course = Course(EPOCHS_LAST, RATE_LAST, DROPPED, seed)
        return train(marked, self._scale, course, network)


def folded(network: Network, scale: Scale) -> dict[str, np.ndarray]:
    """Return the weights for vectors as they come: centring and scaling go into the first layer."""
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    first = weights["p.weight"] / scale.spread
    return {**weights, "p.weight": first, "p.bias": weights["p.bias"] - first @ scale.mean}


def shown(words: TrialWords, pages: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> float:
    """Return the mean F1 of the words of some texts."""
    sums = np.zeros((3, len(HEADS)), int)
    for vectors, own in zip(pages, labels, strict=True):
        is_in = words.score(vectors) >= 0.35
        sums = sums + counts(np.stack([own == k + 1 for k in range(len(HEADS))], 1), is_in)
    return float(f1(sums)[2].mean())


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, show the held tenth, write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, required=True, help="the file to write")
    parser.add_argument("--epochs", type=int, default=6, help="of the first network")
    parser.add_argument("--rounds", type=int, default=2, help="of learning from unmarked abstracts")
    options = parser.parse_args(arguments)
    torch.set_num_threads(2)
    row = {one.name: one for one in data_sets()}["ebm-nlp-pico"]
    parts = [read_documents(Source(SHARED / row.folder, row, one)) for one in ("train", "dev")]
    documents, reader = parts[0], open_vectors()
    read = [reader.read(one.document.text) for one in documents]
    labels = [classes(one, places) for one, (places, _) in zip(documents, read, strict=True)]
    vectors = [found for _, found in read]
    scale = Scale(vectors)
    rows = np.random.default_rng(0).permutation(len(documents))
    kinds = np.eye(1 + len(HEADS), dtype=np.float32)
    marked = [(vectors[n], kinds[labels[n]]) for n in rows[HELD:]]
    held = [vectors[n] for n in rows[:HELD]], [labels[n] for n in rows[:HELD]]
    network = train(marked, scale, Course(options.epochs, RATE, DROPPED, 0))
    students: Students | None = None
    for number in range(options.rounds + 1):
        packed = pack(folded(network, scale))
        words = TrialWords(reader, unpack(packed))
        print(f"round {number}: held tenth, mean F1 {100 * shown(words, *held):.1f}", flush=True)
        if number < options.rounds:
            students = students or Students(unmarked([*parts[0], *parts[1]]), reader, scale)
            network = students.learn(words, marked, number)
    with options.weights.open("wb") as stream:
        np.savez_compressed(stream, **packed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
