"""Pairs of mentions read one by one: a copy of their sentence with marks round both ends.

Reading a text once for all its pairs (``sheets``) is cheap; reading a sentence anew for each pair,
with entity markers in it (Baldini Soares et al. 2019, "Matching the Blanks"), tells more, as every
layer knows which two mentions are meant. The word vectors are those of the encoder that ships; the
layers above them are the reader's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.encoder import shipped_folder
from onoma.encode.onnx_cutting import cut_model
from onoma.encode.onnx_session import open_session
from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.errors import BadFile, Inconsistent
from onoma.recognize.tagger.words import WordReader, Words
from onoma.relate.candidates import Pair, mention_sentences
from onoma.relate.instances import Entity, RelationText
from onoma.relate.reader.kinds import TYPES
from onoma.relate.reader.masking import apart_from, folded, is_no_pair, other_mentions, overlap
from onoma.relate.reader.upper import gathered
from onoma.types import Span

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

EMBEDDED = "embeddings.LayerNorm"  # the tensor of the encoder that the layers stand on
MASK = "[MASK]"
LONGEST = 128  # pieces with the marks; of a longer sentence what lies round the two mentions
MOST = 3  # sentences of a pair that are read
ROLES = 4  # marks: before and after the subject, before and after the object
ROOM = 2_000  # pieces that are run at once
INPUTS = ("vectors", "attention_mask", "roles", "kinds", "places")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with marks round a pair of mentions.

    ``pieces`` (n,) numbers of word pieces, those of marks 1 to 4 as their ``roles`` (n,), which are
    0 elsewhere; ``kinds`` (n,) the type of the mention at its first mark, 0 elsewhere; ``places``
    (2,) of the first mark of the subject and of the object.
    """

    pieces: I64
    roles: I64
    kinds: I64
    places: I64

    @property
    def size(self) -> int:
        """How many pieces it has."""
        return len(self.pieces)


class Marker:
    """Makes marked sentences of texts."""

    def __init__(self, pieces: WordPiece, *, is_masked: bool = False) -> None:
        """Take the word pieces; ``is_masked``: names are masked (``masking``)."""
        self._reader = WordReader(pieces)
        self._ends = tuple(int(one) for one in pieces.number([""], 2)[0])
        self._mask = pieces.pieces.get(MASK, pieces.pieces[pieces.unknown]) if is_masked else 0

    def mark(self, text: RelationText, pairs: Sequence[Pair]) -> list[tuple[Marked, ...]]:
        """Return for each pair the sentences that its ends share, marked: the first ``MOST``."""
        words = self._reader.read([text.text])
        places = [mention_sentences(entity, text.sentences) for entity in text.entities]
        found = []
        for pair in pairs:
            shared = places[pair[0]] & places[pair[1]]
            if self._mask and is_no_pair(text, pair):
                shared = frozenset()
            marked = [
                self._marked(words, text, pair, _reach(text, sentence))
                for sentence in sorted(shared)[:MOST]
            ]
            found.append(tuple(one for one in marked if one is not None))
        return found

    def _marked(
        self, words: Words, text: RelationText, pair: Pair, sentence: Span
    ) -> Marked | None:
        low, high = np.searchsorted(words.start, sentence).tolist()
        begin, stop = int(words.first[low]), int(words.first[high])

        def within(span: Span) -> Span:
            first, last = _span_in(words, span)
            return first - begin, min(last, stop) - begin

        ends = [text.entities[end] for end in pair]
        spans = [within(_mention(entity, sentence)) for entity in ends]
        if any(first >= last for first, last in spans):
            return None  # a mention of signs that have no piece
        pieces = words.pieces[begin:stop]
        kinds = np.zeros(len(pieces), np.int64)
        if self._mask and not overlap(*spans):
            others = [
                (within(span), TYPES.get(type_, 0))
                for span, type_ in other_mentions(text, pair, sentence)
            ]
            masked = apart_from(spans, [one for one in others if one[0][0] < one[0][1]])
            pieces, kinds, moved = folded(pieces, masked, self._mask)
            spans = [moved[span] for span in spans]
        # a mark stands before or after a piece; where both ends begin together, the subject's first
        cuts = sorted(
            (place, side, 2 * end + side)
            for end, span in enumerate(spans)
            for side, place in enumerate(span)
        )
        at = np.array([place for place, _, _ in cuts], np.int64)
        roles = np.insert(np.zeros(len(pieces), np.int64), at, [1 + role for _, _, role in cuts])
        whole = np.insert(pieces, at, [1 + role for _, _, role in cuts])
        kinds = np.insert(kinds, at, 0)
        places = np.array([int(np.flatnonzero(roles == role)[0]) for role in (1, 3)], np.int64)
        kinds[places] = [TYPES.get(entity.type, 0) for entity in ends]
        return self._cut(whole, roles, kinds, places)

    def _cut(self, pieces: I64, roles: I64, kinds: I64, places: I64) -> Marked:
        """Return what lies round the marks, between the signs that open and close a text."""
        room = LONGEST - 2
        middle = (int(places.min()) + int(np.flatnonzero(roles)[-1])) // 2
        begin = max(0, min(middle - room // 2, len(pieces) - room))
        begin = min(begin, int(places.min()))
        part = slice(begin, begin + room)
        opens, closes = self._ends
        return Marked(
            np.concatenate([[opens], pieces[part], [closes]]).astype(np.int64),
            np.concatenate([[0], roles[part], [0]]).astype(np.int64),
            np.concatenate([[0], kinds[part], [0]]).astype(np.int64),
            np.minimum(1 + places - begin, room).astype(np.int64),
        )


def _reach(text: RelationText, sentence: int) -> Span:
    """Return the offsets from a sentence's first sign to the next one's: mentions begin there."""
    starts = [start for start, _ in text.sentences[sentence + 1 : sentence + 2]]
    begin = text.sentences[sentence][0] if sentence else 0
    return begin, (starts or [len(text.text)])[0]


def _mention(entity: Entity, sentence: Span) -> Span:
    """Return the first mention of an entity that begins in a sentence."""
    return next(
        (span for span in entity.spans if sentence[0] <= span[0] < sentence[1]), entity.spans[0]
    )


def _span_in(words: Words, span: Span) -> tuple[int, int]:
    """Return the pieces of the words that a span touches."""
    first = int(np.searchsorted(words.end, span[0], side="right"))
    last = int(np.searchsorted(words.start, span[1], side="left"))
    return int(words.first[first]), int(words.first[max(first, last)])


def batches(sentences: Sequence[Marked], room: int = ROOM) -> list[list[int]]:
    """Return the places of sentences in groups of like length, about ``room`` pieces each."""
    groups: list[list[int]] = []
    group: list[int] = []
    for place in sorted(range(len(sentences)), key=lambda place: (sentences[place].size, place)):
        if group and (len(group) + 1) * sentences[place].size > room:
            groups.append(group)
            group = []
        group.append(place)
    return [*groups, group] if group else groups


def stacked(sentences: Sequence[Marked], length: int = 0) -> dict[str, I64]:
    """Return sentences as columns, short ones filled up with 0; ``length`` is the least width."""
    width = max(length, max(one.size for one in sentences))

    def filled(columns: Sequence[I64]) -> I64:
        out = np.zeros((len(columns), width), np.int64)
        for row, column in enumerate(columns):
            out[row, : len(column)] = column
        return out

    return {
        "pieces": filled([one.pieces for one in sentences]),
        "attention_mask": filled([np.ones(one.size, np.int64) for one in sentences]),
        "roles": filled([one.roles for one in sentences]),
        "kinds": filled([one.kinds for one in sentences]),
        "places": np.stack([one.places for one in sentences]),
    }


class WordVectors:
    """The vectors that the encoder that ships begins with: of a piece at its place."""

    def __init__(self, folder: Path) -> None:
        """Open the encoder's lowest part.

        Raises: ModelMissing, BadFile: it cannot be used.
        """
        path = folder / "model.onnx"
        data = path.read_bytes()
        self.checksum = hashlib.sha256(data).hexdigest()
        self._session = open_session(path, cut_model(data, EMBEDDED))
        self.pieces = read_wordpiece(folder)

    def __call__(self, pieces: I64) -> F32:
        """Return the vectors of pieces, (sentences, n, width)."""
        feed = {"input_ids": pieces, "attention_mask": np.ones_like(pieces)}
        return np.asarray(self._session.run(None, feed)[0], np.float32)


class PairReader:
    """Runs an ONNX file that ``onoma train relations`` wrote, a pair of mentions at a time.

    A pair has the same scores alone and in company but for the rounding of numbers.
    """

    def __init__(
        self, path: Path, vectors: WordVectors, threads: int = 1, *, is_masked: bool = False
    ) -> None:
        """Open the file; ``is_masked``: it has learnt from sentences whose names are masked.

        Raises: BadFile: onnxruntime cannot open it, or it is no such reader's.
        """
        self._session = open_session(path, threads=threads)
        self._vectors, self._marker = vectors, Marker(vectors.pieces, is_masked=is_masked)
        found = {one.name for one in self._session.get_inputs()}
        if found != set(INPUTS):
            raise BadFile(
                f"{path} asks for {', '.join(sorted(found))}",
                hint=f"a reader of pairs asks for {', '.join(INPUTS)}",
            )
        self.width = int(self._session.get_outputs()[0].shape[1])

    def read(self, text: RelationText, pairs: Sequence[Pair]) -> tuple[F32, npt.NDArray[np.bool_]]:
        """Return the scores of pairs, (pairs, scores), and which have a sentence to be read in.

        Where they share several, the log of the mean of what each sentence says.
        """
        marked = self._marker.mark(text, pairs)
        sentences = [one for own in marked for one in own]
        found = np.zeros((len(sentences), self.width), np.float32)
        for group in batches(sentences):
            columns = stacked([sentences[place] for place in group])
            pieces = columns.pop("pieces")
            feed = {"vectors": self._vectors(pieces), **columns}
            found[group] = np.asarray(self._session.run(None, feed)[0], np.float32)
        counts = np.array([len(own) for own in marked], np.int64)
        whole = gathered(found, np.repeat(np.arange(len(marked)), counts), len(marked))
        return whole - np.log(np.maximum(counts, 1)).astype(np.float32)[:, None], counts > 0


def load_vectors(expect: str = "") -> WordVectors:
    """Return the word vectors of the encoder that ships.

    Raises: Inconsistent: it is not the one of the checksum ``expect``.
    """
    found = WordVectors(shipped_folder())
    if expect and found.checksum != expect:
        raise Inconsistent(
            f"the relation reader stands on an encoder of checksum {expect[:12]}, and the one "
            f"that ships is {found.checksum[:12]}",
            hint="train it again: onoma train relations",
        )
    return found
