"""The bi-encoder: mentions and names of one concept are drawn together, of others apart.

A batch holds concepts with their nearest neighbours of now (mined by vectors that are renewed as
they are learnt), a text in the language of the annotations and another name of each.
Source: ClinLinker (Gallego et al. 2024), a bi-encoder for Spanish tuned on the mentions and names
of a gazetteer; SapBERT (Liu et al. 2021) for the losses. Departures: translated names stand in for
the gazetteer, and a small model is tuned from an English one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.training.losses import LOSSES, Batch
from onoma.link.ranking.learner import Learner, Run, Watch
from onoma.link.ranking.names import LEARNED, NAMED, REWRITTEN, NameTable
from onoma.link.ranking.nearness import plain

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

LONGEST = 24  # pieces of a text that are read
MOST_TEXTS = 12  # of a concept
FAR = 9.0  # is-a steps: of concepts of which nothing is known


@dataclass(frozen=True, slots=True)
class Tuning:
    """The settings of a bi-encoder's training.

    ``pairs`` is how many pairs of texts are seen, ``batch`` how many at once, ``neighbours`` how
    many mined concepts stand beside each drawn one; ``annotated`` the share of the draws that have
    a mention; ``loss`` a registered loss.
    """

    pairs: int = 12_000
    batch: int = 64
    neighbours: int = 3
    annotated: float = 0.7
    rate: float = 1e-4
    temperature: float = 0.05
    loss: str = "infonce"
    seed: int = 1


@dataclass(frozen=True)
class Groups:
    """Texts of concepts, those in the language of the annotations first.

    ``firm`` counts these; ``annotated`` tells which concepts have a mention.
    """

    texts: tuple[tuple[str, ...], ...]
    firm: tuple[int, ...]
    annotated: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, names: NameTable, translations: Iterable[tuple[str, str]]) -> Groups:
        """Return the concepts of a table, and the pairs of names in both languages beside them.

        A concept without a text in the language of the annotations, or with one text, is left out.
        """
        firm: dict[str, dict[str, str]] = defaultdict(dict)
        other: dict[str, dict[str, str]] = defaultdict(dict)
        seen = set()
        for row, simple in zip(names.rows, names.plain, strict=True):
            if row.origin != REWRITTEN:
                side = other if row.origin == NAMED else firm
                side[row.curie].setdefault(simple, row.text)
            if row.origin == LEARNED:
                seen.add(row.curie)
        for theirs, ours in translations:
            key = f"~{plain(theirs)}"
            firm[key].setdefault(plain(ours), ours)
            other[key].setdefault(plain(theirs), theirs)
        groups = []
        for key, own in firm.items():
            texts = {**own, **{k: t for k, t in other[key].items() if k not in own}}
            if len(texts) > 1:
                kept = tuple(texts.values())[:MOST_TEXTS]
                groups.append((kept, min(len(own), len(kept)), key in seen))
        return cls(
            tuple(group[0] for group in groups),
            tuple(group[1] for group in groups),
            np.array([group[2] for group in groups], bool),
        )

    def __len__(self) -> int:
        """Return the number of concepts."""
        return len(self.texts)


def tune(
    start: Path, groups: Groups, tuning: Tuning, *, folder: Path, watch: Watch | None = None
) -> Path:
    """Train a bi-encoder, or go on with it; return its folder, which holds int8 ONNX.

    Raises: see ``Learner``.
    """
    made = folder / "model"
    if (made / "model.onnx").is_file():
        return made
    steps = max(tuning.pairs // tuning.batch, 1)
    run = Run(folder.name, folder, steps, tuning.rate, tuning.seed)
    identity = {**asdict(tuning), "concepts": len(groups), "texts": sum(map(len, groups.texts))}
    learner = Learner(start, run, identity=identity)
    if "bank" not in learner.kept:
        first = [texts[0] for texts in groups.texts]
        learner.kept["bank"] = learner.student.encode(first, longest=LONGEST, batch=512)
    learner.learn(_Lesson(groups, tuning), watch)
    learner.write(made)
    return made


class _Lesson:
    """Draws concepts and two texts of each, and gives the loss."""

    def __init__(self, groups: Groups, tuning: Tuning) -> None:
        self._groups, self._tuning = groups, tuning
        self._plain = [frozenset(map(plain, texts)) for texts in groups.texts]
        share = np.where(groups.annotated, 1.0, 0.0)
        rest = 1.0 - share
        part = tuning.annotated if share.any() and rest.any() else float(share.any())
        self._chance = part * share / max(share.sum(), 1) + (1 - part) * rest / max(rest.sum(), 1)

    def __call__(self, learner: Learner) -> Any:
        tuning, rng = self._tuning, learner.rng
        bank = learner.kept["bank"]
        own = self._draw(rng, bank)
        pairs = [self._two(group, rng) for group in own.tolist()]
        texts = [a for a, _ in pairs] + [b for _, b in pairs]
        vectors = learner.student.vectors(texts, [LONGEST] * len(texts))
        size = len(own)
        bank[own] = vectors[:size].detach().numpy()
        tensor = learner.torch.from_numpy
        batch = Batch(
            a=vectors[:size],
            b=vectors[size:],
            same=tensor(self._same(own)),
            near=tensor(np.zeros((size, size), bool)),
            is_described=tensor(np.zeros(size, bool)),
            steps=tensor(np.full((size, size), FAR, np.float32)),
            start=vectors[:size].detach(),
            temperature=tuning.temperature,
            margin=0.0,
        )
        return LOSSES.get(tuning.loss)(batch)

    def _draw(self, rng: np.random.Generator, bank: F32) -> I64:
        """Return distinct concepts: some drawn, and the nearest ones of each."""
        size = min(self._tuning.batch, len(self._groups))
        wanted = max(size // (1 + self._tuning.neighbours), 1)
        seeds = rng.choice(len(bank), min(wanted, len(bank)), replace=False, p=self._sure(wanted))
        chosen = dict.fromkeys(seeds.tolist())
        if self._tuning.neighbours and len(bank) > size:
            cosines = bank[seeds] @ bank.T
            most = self._tuning.neighbours + 1
            near = np.argpartition(-cosines, most, axis=1)[:, :most]
            chosen |= dict.fromkeys(near.ravel().tolist())
        while len(chosen) < size:
            chosen[int(rng.integers(len(bank)))] = None
        return np.array(list(chosen)[:size], np.int64)

    def _sure(self, wanted: int) -> npt.NDArray[np.float64] | None:
        """Return the chances, none where fewer concepts than are wanted have any."""
        return self._chance if np.count_nonzero(self._chance) >= wanted else None

    def _two(self, group: int, rng: np.random.Generator) -> tuple[str, str]:
        """Return a text in the language of the annotations, and another of the concept."""
        texts, firm = self._groups.texts[group], self._groups.firm[group]
        first = int(rng.integers(firm))
        second = int(rng.integers(len(texts) - 1))
        return texts[first], texts[second + (second >= first)]

    def _same(self, own: I64) -> npt.NDArray[np.bool_]:
        """Return which concepts share a text: they are not pushed apart."""
        words = [self._plain[group] for group in own.tolist()]
        return np.array([[bool(a & b) for b in words] for a in words], bool)
