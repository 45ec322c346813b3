"""Training texts as a frozen trunk reads them: once, kept in half precision."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from onoma.recognize.tagger.gazetteer import GROUPS, PLACES, unpacked
from onoma.recognize.tagger.tagger import Tagger
from onoma.recognize.tagger.training.descriptions import Questions
from onoma.recognize.tagger.training.hyper import ReadLesson
from onoma.recognize.tagger.training.recipe import Recipe
from onoma.recognize.tagger.training.shelf import NOT_SAID, Shelf
from onoma.recognize.tagger.words import LOOKS

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
F16 = npt.NDArray[np.float16]


class ReadTexts:
    """The words of a shelf's windows with the vectors that a trunk gave them.

    The dictionary's marks of some groups are hidden in each window, as in other training, but once
    and for all: what the trunk wrote depends on them.
    """

    def __init__(self, shelf: Shelf, tagger: Tagger, recipe: Recipe) -> None:
        """Read all windows of a shelf."""
        self._shelf = shelf
        rng = np.random.default_rng(recipe.seed)
        self._vectors: list[F16] = []
        self._bits: list[U64] = []
        for section in shelf.sections:
            page = section.page
            owner = np.zeros(len(page.words), np.int64)
            for row in range(len(page.windows)):
                owner[int(page.windows.begin[row]) : int(page.windows.stop[row])] = row
            hidden = replace(page, bits=page.bits & _kept(len(page.windows), recipe, rng)[owner])
            self._vectors.append(tagger.vectors(hidden).astype(np.float16))
            self._bits.append(hidden.bits)

    def lesson(self, windows: I64, questions: Questions, rng: np.random.Generator) -> ReadLesson:
        """Return the words of some windows, and what is asked of them."""
        shelf = self._shelf
        vectors, bits, labels = [], [], []
        for window in windows.tolist():
            number = int(shelf.section[window])
            section = shelf.sections[number]
            row = int(shelf.row[window])
            rows = section.page.windows
            own = slice(int(rows.begin[row]), int(rows.stop[row]))
            said = np.full((own.stop - own.start, shelf.n_heads), NOT_SAID, np.int8)
            said[:, section.heads] = section.labels[own]
            vectors.append(self._vectors[number][own])
            bits.append(self._bits[number][own])
            labels.append(said)
        told, asked = questions.ask(np.concatenate(labels), rng)
        return ReadLesson(np.concatenate(vectors), unpacked(np.concatenate(bits)), told, asked)


def _kept(count: int, recipe: Recipe, rng: np.random.Generator) -> U64:
    """Return masks of bits in which each group's marks are hidden with the recipe's chance."""
    kept = np.full(count, (1 << len(LOOKS)) - 1, np.uint64)
    marks = np.uint64((1 << len(PLACES)) - 1)
    for number in range(len(GROUPS)):
        shown = rng.random(count) >= recipe.unmarked
        shift = np.uint64(len(LOOKS) + len(PLACES) * number)
        kept |= np.where(shown, marks << shift, np.uint64(0))
    return kept
