"""From windows on the shelf to a batch of tensors, some marks and words hidden."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onoma.recognize.tagger.gazetteer import GROUPS, PLACES, unpacked
from onoma.recognize.tagger.training.model import MULTIPLE, Lesson
from onoma.recognize.tagger.training.recipe import Recipe
from onoma.recognize.tagger.training.shelf import NOT_SAID, Shelf
from onoma.recognize.tagger.words import LOOKS

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]


def make_lesson(
    shelf: Shelf, windows: I64, recipe: Recipe, *, unread: tuple[int, int, int, int], seed: int
) -> Lesson:
    """Return a batch of windows.

    ``unread`` are the pieces before and after a text, the filling one, and the one that stands for
    a word that is hidden. What is hidden depends on ``seed`` alone.
    """
    rng = np.random.default_rng([recipe.seed, seed])
    head, tail, pad, hidden = unread
    width = -(-int(shelf.size[windows].max()) // MULTIPLE) * MULTIPLE
    ids = np.full((len(windows), width), pad, np.int64)
    mask = np.zeros((len(windows), width), np.int64)
    bits = np.zeros((len(windows), width), np.uint64)
    firsts, lasts, word_bits, labels = [], [], [], []
    for row, window in enumerate(windows.tolist()):
        section = shelf.sections[int(shelf.section[window])]
        words, rows = section.page.words, section.page.windows
        place = int(shelf.row[window])
        low, high = int(rows.first[place]), int(rows.last[place])
        begin, stop = int(rows.begin[place]), int(rows.stop[place])
        first = words.first[low : high + 1]
        pieces = words.pieces[first[0] : first[-1]].copy()
        counts = np.diff(first)
        pieces[np.repeat(rng.random(len(counts)) < recipe.unread, counts)] = hidden
        own = section.page.bits[low:high] & _kept(recipe.unmarked, rng)
        size = len(pieces)
        ids[row, 0], ids[row, size + 1] = head, tail
        ids[row, 1 : size + 1] = pieces
        mask[row, : size + 2] = 1
        bits[row, 1 : size + 1] = np.repeat(own, counts)
        shift = row * width + 1 - int(first[0])
        firsts.append(words.first[begin:stop] + shift)
        lasts.append(words.first[begin + 1 : stop + 1] + shift - 1)
        word_bits.append(own[begin - low : stop - low])
        said = np.full((stop - begin, shelf.n_heads), NOT_SAID, np.int8)
        said[:, section.heads] = section.labels[begin:stop]
        labels.append(said)
    return Lesson(
        ids, mask, unpacked(bits), np.concatenate(firsts), np.concatenate(lasts),
        unpacked(np.concatenate(word_bits)), np.concatenate(labels),
    )  # fmt: skip


def _kept(share: float, rng: np.random.Generator) -> np.uint64:
    """Return a mask of bits in which each group's marks are hidden with this chance."""
    kept = (1 << len(LOOKS)) - 1
    for number, hidden in enumerate((rng.random(len(GROUPS)) < share).tolist()):
        if not hidden:
            kept |= ((1 << len(PLACES)) - 1) << (len(LOOKS) + len(PLACES) * number)
    return np.uint64(kept)
