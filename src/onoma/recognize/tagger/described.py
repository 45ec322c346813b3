"""Types named in plain words: a description gives a tagger a head at once.

A small network reads the vector of a description, as the concept encoder makes it, and writes the
rows of a head over the tagger's trunk. Decoding, windows and speed are the tagger's own.

Source: the task is that of Zaratiana et al. 2024 (GLiNER: entity types as text); weights that a
network writes are those of Ha et al. 2017 (HyperNetworks). Departures: words are labelled in place
of spans scored, descriptions never enter the trunk, so a text is read once for any number of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.encoder import Encoder
from onoma.encode.safetensors import read_safetensors, write_safetensors
from onoma.errors import BadFile, Inconsistent, InputError, ModelMissing
from onoma.recognize.tagger.decoding import OUTSIDE, decode
from onoma.recognize.tagger.folder import Heads
from onoma.recognize.tagger.gazetteer import FEATURES, Marks
from onoma.recognize.tagger.tagger import Page, Tagged, Tagger, tagged
from onoma.text.tokens import TextBatch
from onoma.types import Document

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
NET = "descriptions.safetensors"
PARTS = ("centre", "enter", "enter_bias", "leave", "leave_bias")
LABELS = 3  # outside, begin, inside
BETWEEN, OR = ";", ","  # types on a line; words for one type
LIFT = 1.0
"""Added to the scores of begin and inside: who describes a type expects more of it than a corpus
has of what it was not made for. What the network knows needs none, what is new to it 2 or more."""


@dataclass(frozen=True, slots=True)
class DescriptionNet:
    """Vectors of descriptions to heads: one hidden layer.

    ``centre`` is taken off a vector first; ``enter`` is (hidden, dimension), ``leave``
    (3 x (2 x width + features + 1), hidden): for each label its weights of a word's first piece,
    last piece and bits, and what is added.
    """

    centre: F32
    enter: F32
    enter_bias: F32
    leave: F32
    leave_bias: F32

    @property
    def width(self) -> int:
        """The width of the trunk's vectors."""
        return (len(self.leave_bias) // LABELS - len(FEATURES) - 1) // 2

    def heads(self, names: Sequence[str], vectors: F32) -> Heads:
        """Return a head a description, under the names given."""
        rows = self.hidden(vectors) @ self.leave.T + self.leave_bias
        return heads_of_rows(names, rows.reshape(LABELS * len(names), -1), self.width)

    def hidden(self, vectors: F32) -> F32:
        """Return the hidden layer of each description."""
        inner = (vectors - self.centre) * np.sqrt(np.float32(len(self.centre)))
        inner = inner @ self.enter.T + self.enter_bias
        return np.asarray(inner / (1 + np.exp(-inner)), np.float32)  # SiLU


def heads_of_rows(names: Sequence[str], rows: F32, width: int) -> Heads:
    """Return heads from rows that hold first piece, last piece, bits and what is added."""
    first, last, direct, bias = np.split(rows, [width, 2 * width, rows.shape[1] - 1], axis=1)
    parts = (np.ascontiguousarray(part, np.float32) for part in (first, last, direct, bias[:, 0]))
    return Heads(tuple(names), *parts)


def rows_of_heads(heads: Heads) -> F32:
    """Return the rows that ``heads_of_rows`` takes apart."""
    parts = (heads.first, heads.last, heads.direct, heads.bias[:, None])
    return np.concatenate(parts, axis=1)


def write_net(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write a network's arrays, by name, in half precision."""
    write_safetensors(path, {name: arrays[name].astype(np.float16) for name in PARTS})


def read_net(folder: Path) -> DescriptionNet:
    """Return the network beside a tagger.

    Raises: ModelMissing: there is none; BadFile: it is damaged or for other bits.
    """
    path = folder / NET
    if not path.is_file():
        raise ModelMissing(
            f"{folder} holds no {NET}: this tagger takes no descriptions",
            hint="make one: onoma train describe --tagger",
        )
    arrays = read_safetensors(path)
    if set(arrays) != set(PARTS):
        raise BadFile(f"{path} is no network of descriptions", hint="copy the folder again")
    net = DescriptionNet(*(np.asarray(arrays[name], np.float32) for name in PARTS))
    shapes = net.enter.shape == (len(net.enter_bias), len(net.centre))
    if not shapes or net.leave.shape != (len(net.leave_bias), len(net.enter_bias)):
        raise BadFile(f"{path}: its arrays do not fit together", hint="copy the folder again")
    return net


@dataclass(frozen=True, slots=True)
class Described:
    """A type in words: its name, and one or more phrases, any of which a span may be."""

    name: str
    phrases: tuple[str, ...]


def parse_descriptions(text: str) -> tuple[Described, ...]:
    """Return the types of a line such as ``adverse event; anatomy = organ, tissue, cell``.

    A type is called by its words, or by what stands before ``=``; commas part the phrases of one.

    Raises: InputError: no words, or a type twice.

    >>> [(one.name, one.phrases) for one in parse_descriptions("gut microbe; part = organ, cell")]
    [('gut microbe', ('gut microbe',)), ('part', ('organ', 'cell'))]
    """
    found: list[Described] = []
    for part in filter(None, (some.strip() for some in text.split(BETWEEN))):
        name, sign, words = (some.strip() for some in part.partition("="))
        phrases = tuple(filter(None, (one.strip() for one in words.split(OR)))) if sign else (name,)
        if not name or not phrases:
            raise InputError(f"{part!r} describes nothing", hint="write: name = phrase, phrase")
        found.append(Described(name, phrases))
    names = [one.name for one in found]
    if not names or len(set(names)) < len(names):
        raise InputError(f"{text!r}: each type once", hint='write: "adverse event; surgery"')
    return tuple(found)


class Describer:
    """Finds spans of types that are described, with a tagger's trunk.

    Deterministic: a document has the same spans alone and in company.
    """

    def __init__(
        self, tagger: Tagger, net: DescriptionNet, encoder: Encoder, *, lift: float = LIFT
    ) -> None:
        """Put the parts together.

        Raises: Inconsistent: the network is for another trunk or another encoder.
        """
        if encoder.dimension != len(net.centre) or tagger.heads.first.shape[1] != net.width:
            raise Inconsistent(
                "the descriptions' network is for another tagger or encoder",
                hint="train it for this one: onoma train describe --tagger",
            )
        self.tagger, self.net, self._encoder, self._lift = tagger, net, encoder, lift

    def heads(self, phrases: Sequence[str]) -> Heads:
        """Return a head a phrase.

        Raises: InputError: a phrase without a letter.
        """
        vectors = self.vectors(phrases)
        if not vectors.any(1).all():
            bare = phrases[int(np.argmin(vectors.any(1)))]
            raise InputError(f"{bare!r} holds no word", hint="describe the type in words")
        heads = self.net.heads(phrases, vectors)
        lifted = heads.bias.reshape(-1, LABELS) + self._lift * (np.arange(LABELS) != OUTSIDE)
        return replace(heads, bias=lifted.reshape(-1).astype(np.float32))

    def vectors(self, phrases: Sequence[str]) -> F32:
        """Return the vectors of phrases, as the network reads them."""
        return np.asarray(self._encoder.encode(list(phrases)), np.float32)

    def typed(self, types: Sequence[Described]) -> TypedHeads:
        """Return the heads of some types."""
        phrases = [phrase for one in types for phrase in one.phrases]
        owner = np.repeat(np.arange(len(types)), [len(one.phrases) for one in types])
        return TypedHeads(tuple(one.name for one in types), self.heads(phrases), owner)

    def tag(
        self, documents: Sequence[Document], heads: TypedHeads, *, is_flat: bool = False
    ) -> Tagged:
        """Return the spans of documents; with ``is_flat`` none overlaps another, the surest stay.

        Spans of one type never overlap.
        """
        batch = TextBatch.of([document.text for document in documents])
        gazetteer = self.tagger.gazetteer
        marks = Marks.none() if gazetteer is None else gazetteer.marks(batch)
        return self.tag_batch(batch, marks, heads, is_flat=is_flat)

    def tag_batch(
        self, batch: TextBatch, marks: Marks, heads: TypedHeads, *, is_flat: bool = False
    ) -> Tagged:
        """Return the spans of a batch in which a dictionary's names are already marked."""
        page = self.tagger.read(batch, marks)
        return self.decoded(page, self.tagger.scores(page, heads.heads), heads, is_flat=is_flat)

    @staticmethod
    def decoded(page: Page, scores: F32, heads: TypedHeads, *, is_flat: bool = False) -> Tagged:
        """Return the spans that scores of words give."""
        found = tagged(decode(scores, page.words.bounds), page.words, heads.names, heads.owner)
        return found.keep(surest(found, is_flat=is_flat))


@dataclass(frozen=True, slots=True)
class TypedHeads:
    """Heads of phrases, and which type each is of: ``owner`` numbers ``names``."""

    names: tuple[str, ...]
    heads: Heads
    owner: I64


def surest(found: Tagged, *, is_flat: bool) -> npt.NDArray[np.bool_]:
    """Return which spans stay so that those of a type do not overlap (or none do): the surest.

    Of two as sure the longer stays, then the earlier.
    """
    kept = np.zeros(len(found), bool)
    taken: dict[tuple[int, int], list[tuple[int, int]]] = {}
    order = np.lexsort((found.start, found.start - found.end, -found.score))
    for row in order.tolist():
        start, end = int(found.start[row]), int(found.end[row])
        key = int(found.document[row]), -1 if is_flat else int(found.head[row])
        own = taken.setdefault(key, [])
        if all(end <= low or high <= start for low, high in own):
            own.append((start, end))
            kept[row] = True
    return kept
