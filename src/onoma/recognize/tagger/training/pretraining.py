"""Masked-language pre-training goes on, over plain texts of one's own, before a tagger learns.

Words are hidden whole, and the model says which pieces stood there (Devlin et al. 2019, whole-word
masking as in their later weights); that this helps where texts are unlike the ones that a model has
read is from Gururangan et al. 2020, Don't Stop Pretraining. The head over the word table is new and
is dropped afterwards: what stays is a folder of starting weights.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from onoma.encode.bert import hidden, need_torch, read_weights, weight_names
from onoma.encode.folder import ModelFolder, read_folder
from onoma.encode.safetensors import write_safetensors
from onoma.encode.training.export import TABLE
from onoma.encode.training.student import has_fast_half
from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.recognize.tagger.folder import Heads
from onoma.recognize.tagger.gazetteer import FEATURES
from onoma.recognize.tagger.tagger import Tagger
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.model import F32, I64, MULTIPLE, depth_of
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.recognize.tagger.training.recipe import Recipe
from onoma.recognize.tagger.training.shelf import Shelf, fill_shelf
from onoma.recognize.tagger.training.trainer import Trainer, Watch

HIDDEN = 0.15  # of the words
STAYS = 0.1  # of the hidden words are shown all the same, as many are another piece
TEXTS = "texts"
RATE = 2e-4


@dataclass(frozen=True, slots=True)
class MaskedLesson:
    """A batch with hidden pieces: ``place`` in the flattened batch, ``piece`` what stood there."""

    ids: I64
    mask: I64
    place: I64
    piece: I64


class MaskedModel:
    """A BERT with the head that names hidden pieces, as tensors."""

    names: tuple[str, ...] = (f"{TEXTS}/",)

    def __init__(self, folder: ModelFolder, recipe: Recipe) -> None:
        """Read the starting weights; the head begins as the word table read backwards.

        Raises: BadFile: they cannot be used; ExtraMissing: torch is not installed.
        """
        self._torch = need_torch("pre-training")
        arrays, self.shape = read_weights(folder)
        self.recipe = recipe
        width = self.shape.width
        arrays |= {
            "turn": np.eye(width, dtype=np.float32),
            "stretch": np.ones(width, np.float32),
            "usual": np.zeros(len(arrays[TABLE]), np.float32),
        }
        self.weights = {n: self._torch.tensor(np.array(a)) for n, a in arrays.items()}
        for name, weight in self.weights.items():
            weight.requires_grad_(name != "embeddings.position_embeddings.weight")
        self.half = has_fast_half()

    def groups(self) -> list[dict[str, Any]]:
        """Return the weights that learn, with the rate of each group."""
        parts: tuple[list[Any], list[Any]] = ([], [])
        for name, weight in self.weights.items():
            if weight.requires_grad:
                parts[depth_of(name, self.shape) == self.shape.layers].append(weight)
        rates = (self.recipe.rate, self.recipe.head_rate)
        rows = zip(parts, rates, strict=True)
        return [{"params": own, "lr": rate, "peak": rate} for own, rate in rows]

    def loss(self, lesson: MaskedLesson) -> Any:
        """Return the mean surprise at what stood in the hidden places."""
        torch, weights = self._torch, self.weights
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            out = hidden(
                weights, self.shape, torch.from_numpy(lesson.ids), torch.from_numpy(lesson.mask)
            )
            own = out.reshape(-1, self.shape.width)[torch.from_numpy(lesson.place)]
            turned = torch.nn.functional.layer_norm(
                own.float() @ weights["turn"], (self.shape.width,)
            )
            scores = (turned * weights["stretch"]) @ weights[TABLE].T + weights["usual"]
        wanted = torch.from_numpy(lesson.piece)
        return torch.nn.functional.cross_entropy(scores.float(), wanted)

    def arrays(self) -> dict[str, F32]:
        """Return a copy of the weights."""
        return {n: w.detach().numpy().copy() for n, w in self.weights.items()}

    def take(self, arrays: Mapping[str, F32]) -> None:
        """Take other weights, in place."""
        with self._torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(self._torch.from_numpy(np.ascontiguousarray(arrays[name])))


def masked_lesson(shelf: Shelf, windows: I64, pieces: WordPiece, *, seed: int) -> MaskedLesson:
    """Return a batch of windows, some words of which are hidden, as ``seed`` has it."""
    rng = np.random.default_rng(seed)
    head, tail = pieces.number([""], 2)[0]
    cover = pieces.pieces.get("[MASK]", pieces.pieces[pieces.unknown])
    width = -(-int(shelf.size[windows].max()) // MULTIPLE) * MULTIPLE
    ids = np.full((len(windows), width), pieces.pad, np.int64)
    mask = np.zeros((len(windows), width), np.int64)
    chosen = np.zeros((len(windows), width), bool)
    for row, window in enumerate(windows.tolist()):
        page = shelf.sections[int(shelf.section[window])].page
        place = int(shelf.row[window])
        low, high = int(page.windows.first[place]), int(page.windows.last[place])
        first = page.words.first[low : high + 1]
        own = page.words.pieces[first[0] : first[-1]]
        ids[row, 0], ids[row, len(own) + 1] = head, tail
        ids[row, 1 : len(own) + 1] = own
        mask[row, : len(own) + 2] = 1
        is_hidden = rng.random(high - low) < HIDDEN
        chosen[row, 1 : len(own) + 1] = np.repeat(is_hidden, np.diff(first))
    if not chosen.any():
        chosen[0, 1] = True
    place_, piece = np.flatnonzero(chosen), ids[chosen]
    shown = rng.random(len(piece))
    other = rng.integers(len(pieces.pieces), size=len(piece))
    ids[chosen] = np.where(shown < STAYS, piece, np.where(shown < 2 * STAYS, other, cover))
    return MaskedLesson(ids, mask, place_, piece)


def pretrained(
    start: Path,
    texts: Sequence[MarkedText],
    out: Path,
    recipe: Recipe,
    *,
    held: Sequence[Corpus] = (),
    watch: Watch | None = None,
) -> Path:
    """Return a folder of starting weights that have read some texts, made in ``out`` or found.

    Texts that stand in a dev part of the corpora ``held`` are not read. Of the recipe the length of
    windows and batches, the bound of time and the seed are taken; a stopped run goes on.

    Raises: as ``Session``.
    """
    made = out / "start"
    if (made / "model.safetensors").is_file():
        return made
    folder, cutter = read_folder(start, wants="safetensors"), read_wordpiece(start)
    own = replace(
        recipe, rate=RATE, head_rate=RATE, layer_decay=1.0, average=0.0, measures=1, fresh=0,
        frozen=0, swapped=0.0, passes=1.0,
    )  # fmt: skip
    others = [replace(one, train=()) for one in held]
    corpus = without_dev([Corpus(TEXTS, {"": ""}, tuple(texts)), *others])[0][0]
    model = MaskedModel(folder, own)
    zeros = np.zeros((3, model.shape.width), np.float32)
    heads = Heads(model.names, zeros, zeros, np.zeros((3, len(FEATURES)), np.float32), zeros[:, 0])
    reader = Tagger(_Unused(), heads, cutter, longest=own.longest)
    shelf = fill_shelf([corpus], model.names, reader)
    trainer = Trainer(
        model, shelf, cutter, folder=out,
        lessons=lambda windows, step: masked_lesson(shelf, windows, cutter, seed=step),
    )  # fmt: skip
    trainer.run(watch=watch)
    _write_start(made, start, model)
    return made


class _Unused:
    """Stands where a tagger has its trunk: texts are cut here, and not tagged."""

    batch = 1

    def run(self, ids: I64, mask: I64, features: F32) -> F32:
        """Raise RuntimeError: there is no trunk yet."""
        raise RuntimeError("texts are cut for training here, and not tagged")


def _write_start(made: Path, start: Path, model: MaskedModel) -> None:
    """Write the weights below the head as a folder like the one that was begun from."""
    made.mkdir(parents=True, exist_ok=True)
    for path in start.iterdir():
        if path.is_file() and path.suffix in (".json", ".txt"):
            shutil.copyfile(path, made / path.name)
    arrays = model.arrays()
    part = made / "model.safetensors.part"
    write_safetensors(part, {name: arrays[name] for name in weight_names(model.shape)})
    part.replace(made / "model.safetensors")
