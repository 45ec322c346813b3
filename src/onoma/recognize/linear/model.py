"""A trained linear recogniser: a folder of a card, weights and names, and what it finds."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile, InputError, ModelMissing
from onoma.recognize.linear.chain import Scheme, best_labels, chances
from onoma.recognize.linear.known import KnownWords, Names, OwnCounts, forms
from onoma.recognize.linear.learning import Weights
from onoma.recognize.linear.signs import BITS, signs_of
from onoma.recognize.linear.words import WordText
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument, Mention

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
FORMAT = 1
CARD, WEIGHTS, NAMES = "card.json", "weights.npz", "names.json"
LINEAR = "linear"
AGAIN = "train it anew: onoma train linear"
AT_ONCE = 4096  # words whose weights are summed together
PADDED = 1 << 15  # places of sentences that are read together, filled up to the longest
PIECE = 40_000  # words of a text that are read together, whole sentences


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A span that was found: offsets, its label, and the chance of its least sure word."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True)
class LinearModel:
    """What a folder holds: labels, weights, names met in training, words of a vocabulary."""

    scheme: Scheme
    weights: Weights
    names: Names
    words: KnownWords
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the card, with the beginning of its weights' checksum once it was written."""
        digest = str(dict(self.card.get("files", {})).get(WEIGHTS, ""))[:12]
        return "-".join(filter(None, (str(self.card.get("name", LINEAR)), digest)))

    @cached_property
    def _table(self) -> I32:
        return self.weights.table()

    @cached_property
    def _rows(self) -> F32:
        return np.concatenate([np.zeros((1, len(self.scheme)), np.float32), self.weights.rows])

    def signs(self, text: WordText, own: OwnCounts | None = None) -> I32:
        """Return the signs of a text's words; ``own`` is what it added to the names' counts."""
        return signs_of(text, [self.names.column(forms(text), own), *self.words.columns(text)])

    def find(self, text: str) -> list[FoundSpan]:
        """Return the spans of a text, in order; none overlaps another."""
        cut = WordText.of(text)
        return [one for piece in _pieces(cut) for one in self._found(piece)]

    def _found(self, text: WordText) -> Iterator[FoundSpan]:
        if not len(text):
            return
        signs, rows = self._table[self.signs(text)], self._rows
        parts = [signs[at : at + AT_ONCE] for at in range(0, len(signs), AT_ONCE)]
        scores = np.concatenate([rows[part].sum(1, dtype=np.float64) for part in parts])
        for first, sizes, padded in _padded(text.first, scores):
            labels = best_labels(padded, self.weights.follow, sizes)
            spans = [(k, one) for k, row in enumerate(labels) for one in self.scheme.spans(row)]
            if not spans:
                continue
            sure = chances(padded, self.weights.follow, sizes).single
            for k, (low, high, kind) in spans:
                places = np.arange(low, high)
                score = float(sure[k, places, labels[k, low:high]].min())
                start = int(text.start[first[k] + low])
                end = int(text.end[first[k] + high - 1])
                yield FoundSpan(start, end, self.scheme.types[kind], min(score, 1.0))

    def write(self, folder: Path) -> None:
        """Write the folder in place of what is there, whole or not at all."""
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        arrays: dict[str, npt.NDArray[Any]] = {
            "keys": self.weights.keys, "rows": self.weights.rows.astype(np.float16),
            "follow": self.weights.follow, "word_keys": self.words.keys,
            "word_levels": self.words.levels,
        }  # fmt: skip
        np.savez_compressed(part / WEIGHTS, allow_pickle=False, **arrays)
        names = [
            [" ".join(name), list(marked), self.names.met.get(name, 0)]
            for name, marked in self.names.marked.items()
        ]
        (part / NAMES).write_text(json.dumps(names, ensure_ascii=False) + "\n", encoding="utf-8")
        sums = {name: _sum_of(part / name) for name in (WEIGHTS, NAMES)}
        card = {"format": FORMAT, "labels": list(self.scheme.types), **self.card, "files": sums}
        (part / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
        old = folder.with_name(folder.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _pieces(text: WordText) -> Iterator[WordText]:
    """Yield runs of whole sentences, of so many words that memory is bounded where it can be."""
    low = 0
    while low < len(text.first) - 1:
        last = int(np.searchsorted(text.first, text.first[low] + PIECE, side="right")) - 1
        high = max(last, low + 1)
        a, b = int(text.first[low]), int(text.first[high])
        first = text.first[low : high + 1] - a
        yield WordText(text.words[a:b], text.start[a:b], text.end[a:b], first)
        low = high


def _padded(first: I64, scores: F64) -> Iterator[tuple[I64, I64, F64]]:
    """Yield sentences of about one length together: first words, sizes, and filled-up scores.

    In the order of the text as far as their lengths go; callers put spans in order.
    """
    sizes = np.diff(first)
    low = 0
    while low < len(sizes):
        high, longest = low, 0
        while high < len(sizes):
            longest = max(longest, int(sizes[high]))
            if high > low and longest * (high - low + 1) > PADDED:
                break
            high += 1
        own = sizes[low:high]
        padded = np.zeros((len(own), int(own.max()), scores.shape[1]))
        inside = np.arange(padded.shape[1])[None] < own[:, None]
        padded[inside] = scores[first[low] : first[high]]
        yield first[low:high], own, padded
        low = high


def read_linear(folder: Path) -> LinearModel:
    """Return the model of a folder.

    Raises: ModelMissing: there is none; BadFile: it is damaged or of another version.
    """
    if not (folder / CARD).is_file():
        raise ModelMissing(
            f"{folder} holds no {CARD}", hint="give a folder that onoma train linear wrote"
        )
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        sums, types = dict(card["files"]), tuple(map(str, card["labels"]))
        if card["format"] != FORMAT:
            raise BadFile(f"{folder} is of another version", hint=AGAIN)
        for name in (WEIGHTS, NAMES):
            if _sum_of(folder / name) != sums[name]:
                raise BadFile(f"{folder / name} is damaged", hint="copy the folder again")
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            keys, rows = arrays["keys"], arrays["rows"].astype(np.float32)
            follow = arrays["follow"]
            words = KnownWords(arrays["word_keys"], arrays["word_levels"])
        names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise BadFile(f"{folder}: {error!r}", hint="copy the folder again") from error
    split = {tuple(name.split(" ")): (tuple(marked), met) for name, marked, met in names}
    known = Names.of(
        {name: marked for name, (marked, _) in split.items()},
        {name: met for name, (_, met) in split.items()},
    )
    scheme = Scheme(types)
    if rows.shape != (len(keys), len(scheme)) or (len(keys) and int(keys.max()) >= 1 << BITS):
        raise BadFile(f"{folder / WEIGHTS} does not fit the card", hint="copy the folder again")
    return LinearModel(scheme, Weights(keys, rows, follow), known, words, card)


def _sum_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class LinearRecognizer:
    """Finds mentions with a model; ``types`` says which semantic type each label stands for."""

    model: LinearModel
    types: Mapping[str, str]

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the mentions found, none of them with a concept."""
        told = ((LINEAR, self.model.name),)
        return [
            replace(one, mentions=tuple(self._mentions(one.text)), models=(*one.models, *told))
            for one in documents
        ]

    def _mentions(self, text: str) -> Iterator[Mention]:
        for one in self.model.find(text):
            span = ((one.start, one.end),)
            yield Mention(
                one.start, one.end, text[one.start : one.end], self.types[one.label], None, None,
                one.score, LINEAR, span,
            )  # fmt: skip


def make_linear(said: str) -> LinearRecognizer:
    """Return the recogniser of a folder: ``mine``, or ``mine=disease`` where all is of one type.

    Raises: ModelMissing, BadFile: see ``read_linear``; InputError: nothing is named.
    """
    folder, _, type_ = said.rpartition("=")
    if type_ not in SEMANTIC_TYPES or not folder:
        folder, type_ = said, ""
    if not folder:
        raise InputError(
            "linear: of what?", hint="write linear:DIR, as onoma train linear wrote it"
        )
    model = read_linear(Path(folder))
    known = dict(model.card.get("types", {}))
    return LinearRecognizer(
        model, {label: type_ or known.get(label, label) for label in model.scheme.types}
    )
