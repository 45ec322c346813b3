"""The cross-encoder: reads a text and a name together and says how well they fit.

Source: Nogueira & Cho 2019 for re-ranking by reading both; ClinLinker (Gallego et al. 2024) for
clinical Spanish. Trained on lists: a right name must beat wrong ones that retrieval offered for the
same text, from a table without the text's own document. Departures: the mean of all pieces is
scored, not the first one, and both texts have one token type, as the start was trained so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import hidden
from onoma.encode.encoder import OnnxRunner, padded
from onoma.encode.folder import read_folder
from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.errors import BadFile
from onoma.link.ranking.learner import HEAD, Learner, Run, Watch

F32 = npt.NDArray[np.float32]

LONGEST = 24  # pieces of each of the two texts
BATCH = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings of a cross-encoder's training.

    ``lists`` is how many lists are seen, each of ``wrong`` + 1 names, ``batch`` at once.
    """

    lists: int = 2_400
    wrong: int = 5
    batch: int = 8
    rate: float = 6e-5
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """A text with names that are right, and ones that are wrong, the most alike first."""

    text: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


def numbered(pieces: WordPiece, text: str, name: str) -> list[int]:
    """Return the pieces of a text and a name, with the piece that ends each."""
    first, second = pieces.number([text, name], LONGEST)
    return first + second[1:]


class PairReader:
    """Scores pairs of a text and a name; higher is better, differences within a text count."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Open the model of a folder.

        Raises: ModelMissing, BadFile: no model there, or it is damaged.
        """
        model = read_folder(folder)
        self._pieces = read_wordpiece(folder)
        self._runner = OnnxRunner(model, threads)
        try:
            head = json.loads((folder / "head.json").read_text(encoding="utf-8"))
            weights = np.array(head, np.float32)
        except (OSError, ValueError, TypeError) as error:
            raise BadFile(f"{folder}: head.json: {error}", hint="train the ranker anew") from error
        if weights.shape != (self._runner.width + 1,):
            raise BadFile(f"{folder}: head.json is of another model", hint="train the ranker anew")
        self._weight, self._bias = weights[:-1], weights[-1]

    def read(self, pairs: Sequence[tuple[str, str]]) -> F32:
        """Return a score a pair, in the order given."""
        numbers = [numbered(self._pieces, text, name) for text, name in pairs]
        order = np.argsort([len(one) for one in numbers], kind="stable")
        out = np.zeros(len(pairs), np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            ids, mask = padded([numbers[row] for row in rows.tolist()], self._pieces.pad)
            vectors = self._runner.run(ids, mask)
            weights = mask.astype(np.float32) / mask.sum(1, keepdims=True)
            out[rows] = np.matmul(weights[:, None], vectors)[:, 0] @ self._weight + self._bias
        return out


def train_reader(
    start: Path, choices: Sequence[Choice], reading: Reading, *, folder: Path,
    watch: Watch | None = None,
) -> Path:  # fmt: skip
    """Train a cross-encoder, or go on with it; return its folder, which holds int8 ONNX.

    Raises: see ``Learner``.
    """
    made = folder / "model"
    if (made / "model.onnx").is_file():
        return made
    steps = max(reading.lists // reading.batch, 1)
    run = Run(folder.name, folder, steps, reading.rate, reading.seed, has_head=True)
    learner = Learner(start, run, identity={**asdict(reading), "choices": len(choices)})
    learner.learn(_Lesson([one for one in choices if one.right and one.wrong], reading), watch)
    learner.write(made)
    return made


class _Lesson:
    """Draws lists of names, and gives the loss."""

    def __init__(self, choices: Sequence[Choice], reading: Reading) -> None:
        self._choices, self._reading = choices, reading

    def __call__(self, learner: Learner) -> Any:
        rng, torch = learner.rng, learner.torch
        pairs = []
        for place in rng.integers(len(self._choices), size=self._reading.batch).tolist():
            one = self._choices[place]
            pairs.append((one.text, one.right[int(rng.integers(len(one.right)))]))
            wrong = rng.choice(len(one.wrong), self._reading.wrong, p=_falling(len(one.wrong)))
            pairs += [(one.text, one.wrong[number]) for number in wrong.tolist()]
        scores = self._scores(learner, pairs).view(self._reading.batch, -1)
        first = torch.zeros(len(scores), dtype=torch.int64)
        return torch.nn.functional.cross_entropy(scores, first)

    @staticmethod
    def _scores(learner: Learner, pairs: Sequence[tuple[str, str]]) -> Any:
        torch, student = learner.torch, learner.student
        numbers = [numbered(student.pieces, text, name) for text, name in pairs]
        ids, mask = (torch.from_numpy(one) for one in padded(numbers, student.pieces.pad))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=student.half):
            vectors = hidden(student.weights, student.shape, ids, mask)
        seen = mask.to(torch.float32)
        pooled = (seen[:, None] @ vectors.to(torch.float32))[:, 0] / seen.sum(1, keepdim=True)
        weight, bias = (learner.weights[name] for name in HEAD)
        return pooled @ weight + bias


def _falling(size: int) -> npt.NDArray[np.float64]:
    """Return chances that fall with the place: near names are met more often."""
    chance = 1.0 / np.arange(2, size + 2)
    return np.asarray(chance / chance.sum())
