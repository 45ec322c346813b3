"""How far the words around a pair imply a hypothesis: a row of numbers for each of the two.

The words are compared by vectors of the encoder that ships, by stems and by senses
(``saying/senses.tsv``), in three zones (before, between, behind) and weighted by how likely each
word is the trigger. Nothing here knows a kind but by its words, so that what is learnt from rows
carries over to kinds never seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.encode import Encoder, load_encoder
from onoma.relate.inference.hypotheses import LIGHT, Hypothesis
from onoma.relate.saying.factuality import rule_factuality
from onoma.relate.saying.linear import Linear, shipped, softmax
from onoma.relate.saying.senses import senses_of
from onoma.relate.saying.triggers import Trigger, head_candidates, head_features
from onoma.relate.saying.words import BREAK, OBJECT, OTHER, SUBJECT, Window

F32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_BESIDE = 8  # words before and behind the pair that are read
_LONGEST = 40  # words of the sentence that is encoded
_TURNS = frozenset({"by", "from", "of", "to", "with", "after", "in", "for"})
NAMES: tuple[str, ...] = (
    *(f"{what} {zone}" for what in ("vector", "stem", "sense") for zone in ("a", "b", "c")),
    "trigger vector", "trigger stem", "trigger sense", "best trigger vector",
    "sentence vector", "between vector", "forward match", "backward match", "passive match",
    "forward", "distance", "others between", "one sentence", "denied", "hedged", "head chance",
    "some sense", "listed", "mentions", "near", "short", "verbs between",
    "vector gap", "sense gap", "sentence gap", "between gap",
)  # fmt: skip
"""The columns of a row; the gaps are to the best of the other hypotheses."""
GAPS = ("trigger vector", "trigger sense", "sentence vector", "between vector")
_GENERIC = slice(NAMES.index("forward"), NAMES.index("vector gap"))


class Vectors:
    """Vectors of words and sentences by the encoder, words kept."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        """Take an encoder, the one that ships unless told otherwise."""
        self._given = encoder
        self._place: dict[str, int] = {}
        self._rows: F32 = np.zeros((0, 0), np.float32)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder, opened when first needed."""
        return self._given if self._given is not None else load_encoder()

    def words(self, words: Sequence[str]) -> F32:
        """Return a unit vector a word (or phrase), in order."""
        self.learn(words)
        return self._rows[[self._place[word] for word in words]]

    def learn(self, words: Iterable[str]) -> None:
        """Encode the words that are not known yet."""
        new = sorted({word for word in words if word not in self._place})
        if new:
            rows = self.encoder.encode(new)
            at = len(self._place)
            self._place.update((word, at + number) for number, word in enumerate(new))
            self._rows = np.concatenate([self._rows, rows]) if at else rows

    def sentences(self, texts: Sequence[str]) -> F32:
        """Return a unit vector a text, in order; equal texts are encoded once."""
        distinct, at = np.unique(np.array(texts, object), return_inverse=True)
        return self.encoder.encode(distinct.tolist())[at.ravel()]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a window that may carry a relation."""

    rows: Ints
    words: tuple[str, ...]
    stems: tuple[str, ...]
    zones: Ints  # 0 before, 1 between, 2 behind
    chance: F32  # of being the trigger


def entailment_rows(
    windows: Sequence[Window],
    hypotheses: Sequence[Hypothesis],
    vectors: Vectors,
    heads: Linear | None = None,
) -> F32:
    """Return the rows of windows and hypotheses, (windows, hypotheses, len(NAMES))."""
    heads = heads if heads is not None else shipped()["heads"]
    known = [_words(window, heads) for window in windows]
    phrases = [phrase.core for one in hypotheses for phrase in one.phrases]
    vectors.learn([*(word for one in known for word in one.words), *phrases])
    owner = np.repeat(np.arange(len(hypotheses)), [len(one.phrases) for one in hypotheses])
    begin = np.searchsorted(owner, np.arange(len(hypotheses)))
    aims = vectors.words(phrases)
    whole = vectors.sentences([masked(window) for window in windows])
    between = vectors.sentences([_between(window) for window in windows])
    out = np.zeros((len(windows), len(hypotheses), len(NAMES)), np.float32)
    said: dict[tuple[str, str], F32] = {}
    for number, (window, words) in enumerate(zip(windows, known, strict=True)):
        if window.types not in said:
            said[window.types] = vectors.sentences(
                [one.sentence(*window.types) for one in hypotheses]
            )
        near = np.zeros((len(words.words), len(hypotheses)), np.float32)
        if words.words:
            near = np.maximum.reduceat(vectors.words(words.words) @ aims.T, begin, axis=1)
        table = out[number]
        _matches(table, window, words, hypotheses, near)
        table[:, NAMES.index("sentence vector")] = said[window.types] @ whole[number]
        table[:, NAMES.index("between vector")] = np.maximum.reduceat(aims @ between[number], begin)
        table[:, _GENERIC] = _generic(window, words)
    _gaps(out)
    return out


def _words(window: Window, heads: Linear) -> _Words:
    first, last = window.ends
    rows = [
        row
        for row in head_candidates(window)
        if first - _BESIDE <= row <= last + _BESIDE
        and window.words[row] not in LIGHT
        and len(window.words[row]) > 1
    ]
    chance = np.zeros(0, np.float32)
    if rows:
        chance = softmax(heads.each(head_features(window, "", rows)))
    places = np.array(rows, np.int64)
    zones = (places > first).astype(np.int64) + (places > last)
    words = tuple(window.words[row] for row in rows)
    return _Words(places, words, tuple(window.stems[row] for row in rows), zones, chance)


def masked(window: Window) -> str:
    """Return the words of a pair with the types in the place of the names, for the encoder."""
    first, last = window.ends
    rows = list(range(max(first - _BESIDE, 0), min(last + _BESIDE + 1, len(window.words))))
    if len(rows) > _LONGEST:
        rows = [*rows[: _LONGEST // 2], *rows[-_LONGEST // 2 :]]
    names = {
        SUBJECT: window.types[0] or "it",
        OBJECT: window.types[1] or "it",
        OTHER: "it",
        BREAK: ".",
    }
    return " ".join(names.get(window.words[row], window.words[row]) for row in rows)


def _between(window: Window) -> str:
    first, last = window.ends
    words = [one for one in window.words[first + 1 : last] if one[0] != "<"]
    return " ".join(words[:12]) or "and"


def _matches(
    table: F32, window: Window, words: _Words, hypotheses: Sequence[Hypothesis], near: F32
) -> None:
    """Fill the columns in which words of the text meet words of the hypotheses."""
    if not words.words:
        return
    stems = np.array([[one in h.stems for h in hypotheses] for one in words.stems], np.float32)
    means = np.array(
        [[_share(senses_of(one), h) for h in hypotheses] for one in words.stems], np.float32
    )
    for place, what in enumerate((near, stems, means)):
        for zone in range(3):
            inside = words.zones == zone
            if inside.any():
                table[:, 3 * place + zone] = what[inside].max(axis=0)
    for name, what in (
        ("trigger vector", near), ("trigger stem", stems), ("trigger sense", means)
    ):  # fmt: skip
        table[:, NAMES.index(name)] = words.chance @ what
    table[:, NAMES.index("best trigger vector")] = near[int(words.chance.argmax())]
    matched = words.chance[:, None] * np.maximum(means, stems)
    turned = np.array(
        [
            row + 1 < len(window.words) and bool(_TURNS & set(window.words[row + 1 : row + 3]))
            for row in words.rows.tolist()
        ]
    )
    inside = words.zones == 1
    way = "forward match" if window.is_forward else "backward match"
    table[:, NAMES.index(way)] = matched[inside & ~turned].sum(axis=0)
    table[:, NAMES.index("passive match")] = matched[inside & turned].sum(axis=0) * (
        1 if window.is_forward else -1
    )


def _share(found: tuple[str, ...], hypothesis: Hypothesis) -> float:
    """Return how well senses of a word meet those of a hypothesis: the first counts whole."""
    if not found:
        return 0.0
    if found[0] == hypothesis.sense:
        return 1.0
    return 0.5 if hypothesis.senses & set(found) else 0.0


def _generic(window: Window, words: _Words) -> F32:
    """Return what is seen of a pair whatever is asked."""
    first, last = window.ends
    between = window.words[first + 1 : last]
    top = int(words.chance.argmax()) if len(words.chance) else -1
    row = int(words.rows[top]) if top >= 0 else -1
    trigger = Trigger(row, row, row, 1.0) if top >= 0 else None
    cue = rule_factuality(window, trigger)
    known = any(senses_of(one) for one in window.stems[first + 1 : last])
    others = sum(word == OTHER for word in between)
    return np.array(
        [
            window.is_forward,
            np.log1p(len(between)) / 4,
            min(others, 6) / 6,
            window.is_one_sentence,
            cue == "negated",
            cue == "speculated",
            words.chance[top] if top >= 0 else 0.0,
            known,
            bool(between) and all(one in (",", "and", "or", OTHER, "(", ")") for one in between),
            min(sum(one == OTHER for one in window.words), 12) / 12,
            top >= 0 and np.abs(np.array(window.ends) - row).min() < 3,
            len(between) <= 2,
            min(sum(one == 1 for one in words.zones), 10) / 10,
        ],
        np.float32,
    )  # fmt: skip


def _gaps(out: F32) -> None:
    """Fill the columns that compare a hypothesis with the best other one."""
    first = NAMES.index("vector gap")
    for step, name in enumerate(GAPS):
        value = out[:, :, NAMES.index(name)]
        if value.shape[1] < 2:
            continue
        order = np.sort(value, axis=1)
        best, second = order[:, -1:], order[:, -2:-1]
        out[:, :, first + step] = value - np.where(value == best, second, best)
