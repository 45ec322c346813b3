"""A describer that has learnt nothing: a type is whatever word its description begins with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.encoder import Encoder
from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.recognize.tagger.decoding import BEGIN, OUTSIDE
from onoma.recognize.tagger.described import LABELS, Describer, DescriptionNet
from onoma.recognize.tagger.folder import Heads
from onoma.recognize.tagger.gazetteer import FEATURES
from onoma.recognize.tagger.tagger import Tagger
from tests.encode import tiny

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
WIDTH = len(tiny.PIECES)


class Mirror:
    """A trunk whose vector of a piece is the piece."""

    batch = 1

    def run(self, ids: I64, mask: I64, features: F32) -> F32:
        """Return a one for each piece in its place."""
        del mask, features
        return np.eye(WIDTH, dtype=np.float32)[ids]


class Reader(Encoder):
    """An encoder whose vector of a phrase is its first piece."""

    def __init__(self, pieces: WordPiece) -> None:
        self._pieces = pieces
        self.dimension = WIDTH

    def encode(self, texts: Sequence[str], *, batch: int = 128) -> F32:
        """Return a one for each phrase in its place, nothing for one without a letter."""
        del batch
        numbers = [self._pieces.number([text], 8)[0][1:-1] for text in texts]
        eye = np.eye(WIDTH, dtype=np.float32)
        return np.stack([eye[own[0]] if own else np.zeros(WIDTH, np.float32) for own in numbers])


def make_describer(folder: Path) -> Describer:
    """Return a describer; its words are those of ``tiny``."""
    pieces = read_wordpiece(tiny.write_tiny(folder))
    columns = 2 * WIDTH + len(FEATURES) + 1
    leave = np.zeros((LABELS, columns, WIDTH), np.float32)
    leave[BEGIN, :WIDTH] = 10 * np.eye(WIDTH)
    bias = np.zeros((LABELS, columns), np.float32)
    bias[OUTSIDE, -1] = 10.0
    net = DescriptionNet(
        np.zeros(WIDTH, np.float32), np.eye(WIDTH, dtype=np.float32), np.zeros(WIDTH, np.float32),
        leave.reshape(-1, WIDTH), bias.reshape(-1),
    )  # fmt: skip
    nothing = np.zeros((LABELS, WIDTH), np.float32)
    bits = np.zeros((LABELS, len(FEATURES)), np.float32)
    heads = Heads(("nothing",), nothing, nothing, bits, np.array([9, 0, 0], np.float32))
    return Describer(Tagger(Mirror(), heads, pieces), net, Reader(pieces), lift=0.0)
