"""The lower half of the tagger's trunk: texts in, one vector a word piece out.

The relation reader stands on the layers that the shipped tagger learnt, as they are, in int8; so
both share one file. The graph is cut at the tensor that the reader was trained on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.differences import read_model
from onoma.encode.onnx_cutting import cut_model
from onoma.encode.onnx_session import open_session
from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.errors import Inconsistent
from onoma.recognize.tagger.folder import TRUNK, read_card, shipped_tagger
from onoma.recognize.tagger.gazetteer import Marks, feature_bits, unpacked
from onoma.recognize.tagger.windows import LONGEST, make_windows
from onoma.recognize.tagger.words import WordReader
from onoma.relate.instances import RelationText
from onoma.text.tokens import TextBatch

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text: the place of the word of each, and its vector.

    ``start`` and ``end`` are offsets of the word that a piece belongs to; ``vectors`` is
    (pieces, width).
    """

    start: I64
    end: I64
    vectors: F32


class Trunk:
    """Runs the lower layers; deterministic, a window at a time."""

    def __init__(self, run: object, pieces: WordPiece, longest: int) -> None:
        """Put the parts together; ``run`` is a session of onnxruntime."""
        self._session: object = run
        self._longest = longest
        self._ends = pieces.number([""], 2)[0]
        self._reader = WordReader(pieces)

    def read(self, texts: Sequence[RelationText]) -> list[Pieces]:
        """Return the pieces of each text."""
        batch = TextBatch.of([one.text for one in texts])
        words = self._reader.read([one.text for one in texts])
        heads = [
            start + int(shift)
            for one, shift in zip(texts, batch.doc_start, strict=False)
            for start, _ in one.sentences
        ]
        windows = make_windows(words, batch, np.array(heads, np.int64), longest=self._longest)
        bits = np.repeat(feature_bits(words, batch, Marks.none()), np.diff(words.first))
        parts = []
        for row in range(len(windows)):
            low, high = words.first[windows.first[row]], words.first[windows.last[row]]
            begin, stop = words.first[windows.begin[row]], words.first[windows.stop[row]]
            found = self._run(words.pieces[low:high], bits[low:high])
            parts.append(found[1 + begin - low : 1 + stop - low])
        width = parts[0].shape[1] if parts else 0
        vectors = np.concatenate(parts) if parts else np.empty((0, width), np.float32)
        starts, ends = (
            np.repeat(place, np.diff(words.first)) for place in (words.start, words.end)
        )
        cuts = words.first[words.bounds]
        return [
            Pieces(starts[low:high], ends[low:high], vectors[low:high])
            for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
        ]

    def _run(self, ids: I64, bits: npt.NDArray[np.uint64]) -> F32:
        whole = np.concatenate([self._ends[:1], ids, self._ends[1:]])[None]
        features = unpacked(np.concatenate([bits[:0], [0], bits, [0]]).astype(np.uint64)[None])
        feed = {"input_ids": whole, "attention_mask": np.ones_like(whole), "features": features}
        return np.asarray(self._session.run(None, feed)[0][0], np.float32)  # type: ignore[attr-defined]


def checksum(folder: Path | None = None) -> str:
    """Return the SHA-256 of a tagger's trunk."""
    return hashlib.sha256(read_model((folder or shipped_tagger()) / TRUNK)).hexdigest()


def load_trunk(tensor: str, *, folder: Path | None = None, expect: str = "") -> Trunk:
    """Return the layers below a tensor of a tagger (the one that ships, or of a folder).

    Raises: Inconsistent: it is not the one of the checksum ``expect``; BadFile, ModelMissing: it
    cannot be used.
    """
    place = folder or shipped_tagger()
    card = read_card(place)
    data = read_model(place / TRUNK)
    found = hashlib.sha256(data).hexdigest()
    if expect and found != expect:
        raise Inconsistent(
            f"the relation reader stands on a tagger of checksum {expect[:12]}, and that of "
            f"{place} is {found[:12]}",
            hint="give the tagger it was trained with, or train it again: onoma train relations",
        )
    session = open_session(place / TRUNK, cut_model(data, tensor))
    return Trunk(session, read_wordpiece(place), int(card.get("longest", LONGEST)))
