"""Texts coded: windows scored by a method, their codes joined, with the spans that speak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from onoma.link.coding.codes import Coded, CodeList, CodeMatch, Evidence
from onoma.link.coding.methods import Method
from onoma.link.coding.passages import Window, windows
from onoma.link.coding.support import (
    F32,
    Likeness,
    Support,
    TextEncoder,
    Views,
    encode_once,
    mean_vectors,
)

LEAST = 0.12  # the score from which on a code is assigned: most right on the tuning texts
SPANS = 3  # of a window that are shown for a code


@dataclass(frozen=True, slots=True)
class Scored:
    """A window with the scores of all codes, (codes,), and of its phrases, (phrases, codes)."""

    window: Window
    score: F32
    parts: dict[str, F32]
    phrases: F32
    whole: F32
    """How like each row the window is, all ways summed; (rows,)."""


class Coder:
    """Codes texts against one list by one method; what it answers does not hang on the batch."""

    def __init__(
        self,
        codes: CodeList,
        method: Method,
        *,
        encoder: TextEncoder | None = None,
        vectors: F32 | None = None,
    ) -> None:
        """Take a list and the vectors of its rows, which ``encoder`` made (None: neither)."""
        self.codes = codes
        self._encoder = encoder
        self._support = Support(codes, vectors)
        self._scorer = method(self._support)

    def code(
        self,
        texts: Sequence[str],
        *,
        k: int = 5,
        least: float = LEAST,
        by: str = "section",
        each: int | None = None,
    ) -> list[Coded]:
        """Return the ``k`` best codes of each text that score ``least`` or more.

        ``by``: what is coded by itself and joined afterwards (``passages.UNITS``); ``each``: how
        many codes a window of these may give, ``k`` unless given.
        """
        each = min(each or k, k)
        return [
            self._code(text, windows(text, by=by), k=k, each=each, least=least) for text in texts
        ]

    def _code(
        self, text: str, parts: Sequence[Window], *, k: int, each: int, least: float
    ) -> Coded:
        """Return the codes of a text: one found in several windows has its best one's score."""
        found: dict[str, CodeMatch] = {}
        held = 0
        for window in parts:
            scored = self.score(text, window)
            best = np.argsort(-scored.score, kind="stable")[:each].tolist()
            own = [self._match(text, scored, at) for at in best if scored.score[at] >= least]
            held += window.words if own else 0
            for match in own:
                found[match.code] = _joined(found.get(match.code), match)
        total = sum(window.words for window in parts)
        matches = sorted(found.values(), key=lambda match: -match.score)[:k]
        return Coded(tuple(matches), len(parts), held / total if total else 0.0)

    def score(self, text: str, window: Window) -> Scored:
        """Return the scores of a window of a text.

        One window at a time: an encoder that rounds what it reads together, as ours does, gives a
        text alone and the same text among others slightly different vectors.
        """
        spans = [text[s.start : s.end] for s in (*window.pieces, *window.phrases)]
        cut = len(window.pieces)
        vectors = whole = None
        if self._encoder is not None:
            vectors = encode_once(spans, self._encoder)
            sizes = [piece.end - piece.start for piece in window.pieces]
            whole = mean_vectors(vectors[:cut], [cut], sizes)
        is_centred = self._scorer.is_centred
        views = Views([text[window.start : window.end]], whole)
        likeness = self._support.likeness(views, is_centred=is_centred)
        parts = {name: part[0] for name, part in self._scorer.score(likeness).items()}
        phrases = np.empty((0, len(self.codes)), np.float32)
        if len(spans) > cut:
            views = Views(spans[cut:], None if vectors is None else vectors[cut:])
            plain = self._support.plain(views, is_centred=is_centred)
            phrases = self._scorer.score_phrases(plain)
            parts["phrase"] = self._scorer.pool(phrases)
        return self._finish(window, parts, phrases, likeness)

    def _finish(
        self, window: Window, parts: dict[str, F32], phrases: F32, likeness: Likeness
    ) -> Scored:
        """Return a window's scores over the mean of the other codes, brought to 0..1."""
        over = {name: _over_others(part[None])[0] for name, part in parts.items()}
        score = self._likely(np.sum(list(over.values()), axis=0))
        is_in = self._scorer.retrieved(likeness)
        if is_in is not None:
            score = np.where(is_in[0], score, 0)
        return Scored(
            window, np.asarray(score, np.float32), over,
            self._likely(_over_others(phrases)) if len(phrases) else phrases,
            likeness.meaning[0] + likeness.words[0] + likeness.letters[0],
        )  # fmt: skip

    def _likely(self, over: F32) -> F32:
        """Return what a difference to the other codes means, 0..1."""
        with np.errstate(over="ignore"):
            likely = 1 / (1 + np.exp((self._scorer.half - over) / self._scorer.width))
        return np.asarray(likely, np.float32)

    def _match(self, text: str, scored: Scored, code: int) -> CodeMatch:
        """Return what a window says of a code."""
        entry = self.codes.codes[code]
        first, stop = self._support.first[code : code + 2].tolist()
        nearest = first + int(scored.whole[first:stop].argmax())
        return CodeMatch(
            entry.code,
            entry.label,
            round(float(scored.score[code]), 6),
            tuple(_evidence(text, scored, code)),
            self._support.rows.texts[nearest],
            {name: round(float(part[code]), 4) for name, part in scored.parts.items()},
        )


def _joined(first: CodeMatch | None, second: CodeMatch) -> CodeMatch:
    """Return the better of two matches of a code with the spans of both, in order."""
    if first is None:
        return second
    better = second if second.score > first.score else first
    return replace(better, evidence=(*first.evidence, *second.evidence))


def _over_others(values: F32) -> F32:
    """Return values, (rows, codes), over the mean of the other codes."""
    others = values.shape[1] - 1
    if not others:
        return values
    total = values.sum(axis=1, keepdims=True, dtype=np.float64)
    return np.asarray(values - (total - values) / others, np.float32)


def _evidence(text: str, scored: Scored, code: int) -> Iterator[Evidence]:
    """Yield the phrases that speak for a code: the best one, and others whose best code it is."""
    window = scored.window
    if not len(scored.phrases):
        score = round(float(scored.score[code]), 6)
        yield Evidence(window.start, window.end, text[window.start : window.end], score)
        return
    own = scored.phrases[:, code]
    order = np.argsort(-own, kind="stable")
    mine = [at for at in order.tolist() if int(scored.phrases[at].argmax()) == code]
    for at in sorted(dict.fromkeys([int(order[0]), *mine][:SPANS])):
        span = window.phrases[at]
        words = text[span.start : span.end]
        yield Evidence(span.start, span.end, words, round(float(own[at]), 6))
